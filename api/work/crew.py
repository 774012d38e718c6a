"""One worker process as its supervisor sees it."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from api.settings import Settings
from api.work.messages import QUIT, STOP, WAKE, WorkerSettings

__all__ = ["HeldJob", "WorkerProcess"]

STOP_GRACE_S = 10.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldJob:
    """The job that a worker holds, and the moment (steady clock) at which it is ended if it still does."""

    job_id: str
    lease: str
    due: float


class WorkerProcess:
    """A process started by *spawn*, the pipe to it, and what it holds.

    Attributes
    ----------
    held
        The job that it says it holds.
    killed_for
        Why it was ended from outside, empty while it was not.
    """

    def __init__(self, settings: Settings, now: float) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        worker = WorkerSettings(
            database_url=settings.database_url,
            niceness=settings.worker_niceness,
            lease_s=settings.lease_s,
            max_running_per_tenant=settings.max_running_per_tenant,
            log_level=settings.log_level,
        )
        # Not a daemon: it may start helpers of its own. It ends by itself when the pipe to this process breaks.
        self._process = context.Process(target=_work, args=(theirs, worker), name="careplan-worker", daemon=False)
        self._process.start()
        theirs.close()
        self._born = now
        self._stopping_since: float | None = None
        self.held: HeldJob | None = None
        self.killed_for = ""

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid or 0

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.is_alive()

    def is_young(self, now: float, seconds: float) -> bool:
        """Whether it was started less than so many seconds ago."""
        return now - self._born < seconds

    def sources(self) -> list[Any]:
        """What to wait for: messages, and the end of the process."""
        return [self._pipe, self._process.sentinel] if self.is_alive() else []

    def messages(self) -> list[tuple[Any, ...]]:
        """Everything that it has said since."""
        said: list[tuple[Any, ...]] = []
        with contextlib.suppress(EOFError, OSError):
            while self._pipe.poll():
                said.append(self._pipe.recv())
        return said

    def wake(self) -> None:
        """There may be a job."""
        self._say(WAKE)

    def quit(self) -> None:
        """End the job with the best plan, and leave."""
        self._say(QUIT)

    def stop_job(self, now: float) -> None:
        """End the job with the best plan."""
        if self.held is not None:
            self._say(STOP, self.held.job_id)
            self.note_stopping(now)

    def note_stopping(self, now: float) -> None:
        """It has been asked to stop."""
        self._stopping_since = self._stopping_since or now

    def due(self) -> float:
        """The moment at which it must be ended if it still holds its job."""
        return math.inf if self.held is None else self.held.due

    def overdue(self, now: float) -> str | None:
        """Why it must be ended from outside: past the limit of its job, or deaf to a stop."""
        if self.held is None:
            self._stopping_since = None
            return None
        if self._stopping_since is not None and now - self._stopping_since > STOP_GRACE_S:
            return "stop_enforced"
        return "deadline" if now >= self.due() else None

    def memory_mb(self) -> float:
        """Resident memory of the process and its helpers (its process group), in MB; 0 where it cannot be told."""
        return sum(_resident_bytes(pid) for pid in _members_of_group(self.pid)) / 1e6

    def kill(self, reason: str) -> None:
        """End it and its helpers at once."""
        self.killed_for = self.killed_for or ("" if reason == "worker_lost" else reason)
        self.kill_group()
        self._process.kill()
        self._process.join(5)

    def kill_group(self) -> None:
        """End its helpers, which live in its process group; before it has made one there are none."""
        if self.pid > 1:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Forget a process that has ended."""
        self._process.join(5)
        self._pipe.close()

    def _say(self, *message: Any) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._pipe.send(message)


def _work(connection: Connection, settings: WorkerSettings) -> None:
    """The main function of the process; the server itself never loads what a worker needs."""
    from api.work.worker import work

    work(connection, settings)


def _members_of_group(group: int) -> list[int]:
    """Processes of a process group, told by /proc; only the leader where there is none."""
    members = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if int(fields[2]) == group:
                members.append(int(entry.name))
    return members


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0
