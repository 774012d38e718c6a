"""A PostgreSQL of the test's own, thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

URL_VARIABLE = "CAREPLAN_TEST_POSTGRES"
_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def program(name: str) -> str | None:
    """A program of PostgreSQL's server, which Debian keeps out of the path."""
    return shutil.which(name) or next((str(one / name) for one in _FOLDERS if (one / name).exists()), None)


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a fresh server; skipped without PostgreSQL, failed where the system is required."""
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield given
        return
    initdb, control = program("initdb"), program("pg_ctl")
    if initdb is None or control is None:
        message = "no PostgreSQL found (looked for initdb and pg_ctl); install postgresql"
        if os.environ.get("CAREPLAN_REQUIRE_SYSTEM"):
            pytest.fail(message)
        pytest.skip(message)
    # not below pytest's own folder, which every run of pytest closes to other users, also while this one goes on
    with tempfile.TemporaryDirectory(prefix="careplan-postgres-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        data.mkdir()
        yield from _started(data, initdb, control)


def _started(data: Path, initdb: str, control: str) -> Iterator[str]:
    port = _free_port()
    _run([initdb, "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"], data)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c fsync=off"
    server = [control, "-D", str(data), "-w", "-t", "240"]
    _run([*server, "-l", str(data / "log"), "-o", options, "start"], data)
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        _run([*server, "-m", "immediate", "stop"], data)


def _run(command: list[str], data: Path) -> None:
    """Run a program of the server, which refuses to be run by root."""
    if os.geteuid() == 0:
        for path in (data, *data.parents):
            if path.stat().st_uid == 0 and path != Path(path.anchor) and str(path).startswith(str(Path("/tmp"))):
                path.chmod(path.stat().st_mode | 0o011)
        shutil.chown(data, "postgres")
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
