"""Watches over the workers: starts them, ends what takes too long or too much, hands on what they leave behind."""

from __future__ import annotations

import contextlib
import logging
import math
import threading
from collections.abc import Callable, Iterable
from multiprocessing.connection import wait
from typing import Any

from sqlalchemy.exc import DBAPIError

from api.clock import Clock
from api.settings import Settings
from api.store.database import Database
from api.store.leases import LeaseLost, LeaseStore
from api.work.crew import HeldJob, WorkerProcess
from api.work.messages import ENDED, STARTED, STOPPING
from api.work.reaper import Reaper

__all__ = ["Supervisor"]

log = logging.getLogger("careplan.supervisor")

TICK_S = 0.25
MEMORY_EVERY_S = 1.0
RESTART_PAUSE_S = 1.0
SHUTDOWN_GRACE_S = 20.0


class Supervisor:
    """Runs in one thread of the server.

    Parameters
    ----------
    database, clock
        The store, and the clock by which what is late is judged.
    on_ended
        Told, in the thread of the watch, of every job that a worker of this server has ended.
    """

    def __init__(self, settings: Settings, database: Database, clock: Clock, on_ended: Callable[[str], None]) -> None:
        self._settings, self._clock, self._on_ended = settings, clock, on_ended
        self._leases = LeaseStore(database, clock)
        self._reaper = Reaper(self._leases, clock, lease_s=settings.lease_s)
        self._workers: list[WorkerProcess] = []
        self._left_behind: list[tuple[HeldJob, str]] = []
        self._quitting = threading.Event()
        self._measured_at = 0.0
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start the workers and the watch."""
        self._workers = [self._new_worker() for _ in range(self._settings.workers)]
        self._thread.start()

    def wake(self) -> None:
        """Tell the workers that there may be a job."""
        for worker in list(self._workers):
            worker.wake()

    def stop_job(self, job_id: str) -> None:
        """Tell the worker that holds a job, if it is one of ours, to end it with the best plan."""
        for worker in list(self._workers):
            if worker.held is not None and worker.held.job_id == job_id:
                worker.stop_job(self._clock.steady())

    def close(self) -> None:
        """Let running jobs end with their best plans, then end the workers."""
        self._quitting.set()
        for worker in list(self._workers):
            worker.quit()
        if self._thread.is_alive():
            self._thread.join()
        limit = self._clock.steady() + SHUTDOWN_GRACE_S
        while self._clock.steady() < limit and any(worker.is_alive() for worker in self._workers):
            self._take_messages(TICK_S)
        for worker in self._workers:
            if worker.is_alive():
                worker.kill("shutdown")
            self._settle(worker)
            worker.close()
        self._hand_on()

    def pids(self) -> tuple[int, ...]:
        """Processes of the workers."""
        return tuple(worker.pid for worker in list(self._workers))

    def busy(self) -> int:
        """How many workers hold a job."""
        return sum(worker.held is not None for worker in list(self._workers))

    def _new_worker(self) -> WorkerProcess:
        return WorkerProcess(self._settings, self._clock.steady())

    def _watch(self) -> None:
        while not self._quitting.is_set():
            try:
                self._take_messages(self._patience_s())
                self._end_overdue()
                self._replace_dead()
                self._hand_on()
                self._reap()
            except Exception:  # the watch must not end; whatever it was is looked at again in a moment
                log.exception("supervisor")
                self._quitting.wait(TICK_S)

    def _patience_s(self) -> float:
        """How long to listen: to the next look at everybody, or until a worker is to be ended."""
        due = min((worker.due() for worker in self._workers if worker.is_alive()), default=math.inf)
        return min(TICK_S, max(0.0, due - self._clock.steady()))

    def _take_messages(self, patience_s: float) -> None:
        sources: dict[Any, WorkerProcess] = {}
        for worker in self._workers:
            sources |= {source: worker for source in worker.sources()}
        if not sources:
            self._quitting.wait(patience_s)
            return
        for source in wait(list(sources), patience_s):
            for message in sources[source].messages():
                self._take(sources[source], message)

    def _take(self, worker: WorkerProcess, message: tuple[Any, ...]) -> None:
        word, job_id, *rest = message
        if word == STARTED:
            worker.held = HeldJob(job_id=job_id, lease=rest[0], due=rest[1])
        elif word == STOPPING:
            worker.note_stopping(self._clock.steady())
        elif word == ENDED:
            worker.held = None
            self._on_ended(job_id)

    def _replace_dead(self) -> None:
        for place, worker in enumerate(self._workers):
            if worker.is_alive() or worker.is_young(self._clock.steady(), RESTART_PAUSE_S):
                continue
            self._settle(worker)
            worker.close()
            self._workers[place] = self._new_worker()

    def _settle(self, worker: WorkerProcess) -> None:
        """Note what a worker that is gone leaves behind."""
        for message in worker.messages():
            self._take(worker, message)
        if worker.held is not None:
            reason = worker.killed_for or "worker_lost"
            log.warning("worker gone", extra={"job": worker.held.job_id, "reason": reason, "pid": worker.pid})
            self._left_behind.append((worker.held, reason))
            worker.held = None
        worker.kill_group()

    def _end_overdue(self) -> None:
        now = self._clock.steady()
        measure = now - self._measured_at >= MEMORY_EVERY_S
        if measure:
            self._measured_at = now
        for worker in self._workers:
            reason = worker.overdue(now)
            if measure and worker.memory_mb() > self._settings.worker_memory_mb:
                reason = "memory"
            if reason is not None and worker.is_alive():
                log.warning("worker ended", extra={"reason": reason, "pid": worker.pid})
                worker.kill(reason)
                self._settle(worker)

    def _hand_on(self) -> None:
        """Settle the jobs of workers that are gone; what the store cannot take now is tried again."""
        waiting, self._left_behind = self._left_behind, []
        for held, reason in waiting:
            try:
                self._hand_on_one(held, reason)
            except DBAPIError:
                self._left_behind.append((held, reason))

    def _hand_on_one(self, held: HeldJob, reason: str) -> None:
        with contextlib.suppress(LeaseLost):
            if reason == "worker_lost":
                most = self._settings.max_worker_losses
                self._leases.give_back(held.job_id, held.lease, reason=reason, by_worker=True, max_losses=most)
                self.wake()
            else:
                self._leases.settle_with_best(held.job_id, held.lease, reason=reason)
                self._on_ended(held.job_id)

    def _reap(self) -> None:
        own = {worker.held.lease for worker in self._workers if worker.held is not None}
        for lease in self._reaper.silent():
            if lease in own:
                self._kill_silent(lease)
            elif self._reaper.take_over(lease):
                self.wake()

    def _kill_silent(self, lease: str) -> None:
        for worker in _holding(self._workers, lease):
            worker.kill("worker_lost")


def _holding(workers: Iterable[WorkerProcess], lease: str) -> list[WorkerProcess]:
    return [worker for worker in workers if worker.held is not None and worker.held.lease == lease]
