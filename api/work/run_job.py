"""One run of one job in a worker: signs of life, better plans, the result."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError

from api.kinds.visits_run import Watch
from api.states import JobState
from api.store.content import best_so_far, stored_input
from api.store.database import Database
from api.store.jobs import Job
from api.store.leases import LeaseLost, LeaseStore
from api.work.kinds import runner_of
from optimizer.common.errors import InputError
from optimizer.common.stop import Clock

__all__ = ["JobRun"]

log = logging.getLogger("careplan.worker")

KEEP_EVERY_S = 0.5
STORE_PATIENCE_S = 120.0
SHORTEST_RESUME_S = 2.0
Better = tuple[Callable[[], Mapping[str, Any]], Mapping[str, Any]]


class JobRun:
    """Runs a claimed job to its end.

    Parameters
    ----------
    lease_s
        A sign of life is given eight times within it.
    on_stopping
        Called once when the store says that the job is to stop.
    """

    def __init__(
        self, job: Job, leases: LeaseStore, database: Database, *, lease_s: float, on_stopping: Callable[[], None]
    ) -> None:
        if job.lease is None:
            raise ValueError("a job without a lease cannot be run")
        self.job, self._lease = job, job.lease
        self._leases, self._database = leases, database
        self._clock = Clock.start()
        self._beat_every_s = lease_s / 8
        self._on_stopping = on_stopping
        self._stop_reason = ""
        self._lost = False
        self._ended = threading.Event()
        self._better: Better | None = None
        self._guard = threading.Lock()

    @property
    def limit_s(self) -> float:
        """Seconds that this run may take: what an earlier run has used is not given again."""
        limit = self.job.time_limit_s
        return max(limit - self.job.used_s, min(limit, SHORTEST_RESUME_S))

    def stop(self, reason: str) -> None:
        """Ask the run to end with its best plan."""
        self._stop_reason = self._stop_reason or reason

    def perform(self) -> None:
        """Solve, and store the result. Raises nothing that the job itself is to blame for."""
        pulse = threading.Thread(target=self._keep_alive, name="pulse", daemon=True)
        pulse.start()
        try:
            result = self._solve()
        except LeaseLost:
            log.info("lease lost", extra={"job": self.job.id})
            return
        except Exception as error:
            log.exception("job failed", extra={"job": self.job.id})
            self._fail(error)
            return
        finally:
            self._ended.set()
            pulse.join()
        if not self._lost:
            self._store(self._keep_better)
            self._store(lambda: self._finish(result))

    def _solve(self) -> dict[str, Any]:
        stored = stored_input(self._database, self.job.id)
        if stored is None:
            raise LeaseLost(self.job.id)
        watch = Watch(
            clock=self._clock,
            entered=lambda: self._leases.enter(self.job.id, self._lease, JobState.SOLVING),
            better=self._note_better,
            goes_on=lambda: not (self._stop_reason or self._lost),
            limit_s=self.limit_s,
            best=best_so_far(self._database, self.job.id) if self.job.used_s > 0 or self.job.resumes else None,
        )
        return runner_of(self.job.kind)(*stored, watch)

    def _finish(self, result: dict[str, Any]) -> None:
        state = JobState.STOPPED if self._stop_reason else JobState.COMPLETED
        result["stop_reason"] = self._stop_reason or result["stop_reason"]
        self._leases.finish(self.job.id, self._lease, state, reason=self._stop_reason, result=result)

    def _fail(self, error: Exception) -> None:
        findings = [finding.code for finding in error.findings] if isinstance(error, InputError) else []
        problem = {"kind": "internal", "reason": type(error).__name__, "codes": findings}
        self._store(lambda: self._leases.fail(self.job.id, self._lease, reason="solver_error", problem=problem))

    def _store(self, write: Callable[[], None]) -> None:
        """Write, however long the store is away (within reason); a lease that is gone means that nobody wants it."""
        patience = Clock.start()
        while True:
            try:
                write()
                return
            except LeaseLost:
                log.info("lease lost", extra={"job": self.job.id})
                return
            except DBAPIError:
                if patience.seconds() > STORE_PATIENCE_S:
                    raise
                time.sleep(0.5)

    def _note_better(self, make: Callable[[], Mapping[str, Any]], figures: Mapping[str, Any]) -> None:
        with self._guard:
            self._better = (make, figures)

    def _keep_alive(self) -> None:
        beaten_at = 0.0
        while not self._ended.wait(min(KEEP_EVERY_S, self._beat_every_s)):
            try:
                self._keep_better()
                if self._clock.seconds() - beaten_at >= self._beat_every_s:
                    self._beat()
                    beaten_at = self._clock.seconds()
            except LeaseLost:
                self._lost = True
                return
            except DBAPIError as error:
                log.warning("store unavailable", extra={"job": self.job.id, "error": type(error).__name__})

    def _keep_better(self) -> None:
        with self._guard:
            better, self._better = self._better, None
        if better is None:
            return
        try:
            self._leases.keep_incumbent(self.job.id, self._lease, better[0](), better[1])
        except DBAPIError:
            with self._guard:
                self._better = self._better or better
            raise

    def _beat(self) -> None:
        used = self.job.used_s + self._clock.seconds()
        if self._leases.beat(self.job.id, self._lease, used) and not self._stop_reason:
            self.stop("stop")
            self._on_stopping()
