"""A worker process: claims jobs one after the other and solves them.

A process of its own group, at low priority. If its server dies it dies at once, and the job goes on elsewhere.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy.exc import DBAPIError

from api.clock import Clock, SystemClock
from api.logs import set_up_logs
from api.store.database import Database
from api.store.leases import LeaseStore
from api.work.deadline import end_s
from api.work.kinds import load_solvers
from api.work.messages import ENDED, QUIT, STARTED, STOP, STOPPING, WAKE, WorkerSettings
from api.work.run_job import JobRun

__all__ = ["work"]

IDLE_POLL_S = 0.5
PAUSE_AFTER_FAULT_S = 1.0
NICEST = 19

log = logging.getLogger("careplan.worker")


class _Ears:
    """Listens to the supervisor in a thread of its own; the process ends when the supervisor is gone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self.woken = threading.Event()
        self.quitting = threading.Event()
        self.run: JobRun | None = None
        threading.Thread(target=self._listen, name="ears", daemon=True).start()

    def say(self, *message: Any) -> None:
        """Tell the supervisor; if it is gone, this process is about to end anyway."""
        with self._sending, contextlib.suppress(OSError):
            self._connection.send(message)

    def _listen(self) -> None:
        while True:
            try:
                word, *rest = self._connection.recv()
            except (EOFError, OSError):
                end_process_group()
                return
            run = self.run
            if word == WAKE:
                self.woken.set()
            elif word == STOP and run is not None and run.job.id == rest[0]:
                run.stop("stop")
            elif word == QUIT:
                self.quitting.set()
                self.woken.set()
                if run is not None:
                    run.stop("shutdown")


def end_process_group() -> None:
    """End this process and all that it started, at once."""
    with contextlib.suppress(OSError):
        os.killpg(os.getpgid(0), signal.SIGKILL)
    os._exit(1)


def work(connection: Connection, settings: WorkerSettings) -> None:
    """Work until told to quit. The main function of the process."""
    _become_background(settings)
    database = Database(settings.database_url)
    clock = SystemClock()
    leases = LeaseStore(database, clock)
    ears = _Ears(connection)
    load_solvers()
    while not ears.quitting.is_set():
        try:
            worked = _claim_and_run(leases, database, ears, settings, clock)
        except DBAPIError as error:
            log.warning("store unavailable", extra={"error": type(error).__name__})
            ears.quitting.wait(PAUSE_AFTER_FAULT_S)
            continue
        if not worked:
            ears.woken.wait(IDLE_POLL_S)
            ears.woken.clear()
    database.close()


def _become_background(settings: WorkerSettings) -> None:
    with contextlib.suppress(OSError):
        os.setsid()
    if settings.niceness > NICEST and hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(settings.niceness)
    for number in (signal.SIGINT, signal.SIGTERM):  # the supervisor says when to quit
        signal.signal(number, signal.SIG_IGN)
    set_up_logs(settings.log_level)


def _claim_and_run(leases: LeaseStore, database: Database, ears: _Ears, settings: WorkerSettings, clock: Clock) -> bool:
    job = leases.claim(max_running_per_tenant=settings.max_running_per_tenant)
    if job is None:
        return False
    run = JobRun(job, leases, database, lease_s=settings.lease_s, on_stopping=lambda: ears.say(STOPPING, job.id))
    ears.run = run
    if ears.quitting.is_set():
        run.stop("shutdown")
    end = end_s(run.limit_s, job.size, keeps_plans=job.kind == "visits")
    # The steady clock is the same for all processes of a machine.
    ears.say(STARTED, job.id, job.lease, clock.steady() + end)
    try:
        run.perform()
    finally:
        ears.run = None
        ears.say(ENDED, job.id)
    return True
