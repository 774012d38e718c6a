"""A service of the script's own: a process on a free port, with a database in a folder."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE_S = 300.0
"""A server that starts on a machine that others keep busy is waited for."""


class ServerProcess:
    """A service that can be killed and started again.

    Parameters
    ----------
    folder
        Where its database and its log are.
    command
        What starts it; ``careplan serve`` if nothing else is given.
    settings
        Further settings, by their names without ``CAREPLAN_``.
    """

    def __init__(
        self, folder: Path, *, database_url: str | None = None, command: tuple[str, ...] = (), **settings: object
    ) -> None:
        self._command = command or (*careplan(), "serve")
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"server-{self.port}.log"
        own: Mapping[str, object] = {
            "database_url": database_url or f"sqlite:///{folder}/jobs.db",
            "port": self.port,
            **settings,
        }
        self.environment = {**os.environ, **{f"CAREPLAN_{name.upper()}": str(value) for name, value in own.items()}}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self.environment, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                tail = self.log.read_text(errors="replace")[-2_000:]
                raise RuntimeError(f"the service did not start:\n{tail}")
            try:
                if httpx.get(f"{self.url}/health/live", timeout=2.0).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError(f"the service does not answer; see {self.log}")

    @property
    def pid(self) -> int:
        """Number of the process."""
        if self._process is None:
            raise RuntimeError("not started")
        return self._process.pid

    def children(self) -> list[int]:
        """Every process that it has started."""
        return _children(self.pid)

    def workers(self) -> list[int]:
        """Its worker processes: children that lead a process group of their own."""
        return [pid for pid in self.children() if _is_leader(pid)]

    def kill(self) -> None:
        """``kill -9``."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end, and wait; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(PATIENCE_S)
        self._process = None
        return code

    def make_key(self, tenant: str, *scopes: str) -> str:
        """A new key."""
        wanted = [part for scope in scopes or ("solve", "read", "admin") for part in ("--scope", scope)]
        made = subprocess.run(
            [*careplan(), "keys", "create", tenant, *wanted],
            env=self.environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return made.stdout.decode().strip()


def processor_s(pids: Iterable[int]) -> float:
    """Processor seconds that processes have used so far; one that has ended counts nothing."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def careplan() -> list[str]:
    """The command of this installation."""
    return [str(Path(sys.executable).with_name("careplan"))]


@contextmanager
def running(folder: Path, *, tenant: str = "drill", **settings: object) -> Iterator[tuple[ServerProcess, str]]:
    """A running service and a key with all scopes."""
    server = ServerProcess(folder, **settings)  # type: ignore[arg-type]
    key = server.make_key(tenant)
    server.start()
    try:
        yield server, key
    finally:
        server.stop()


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return sorted(found)


def _is_leader(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
