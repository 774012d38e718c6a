"""Finds jobs whose worker gives no sign of life, on whichever server it was."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from api.clock import Clock
from api.store.leases import LeaseLost, LeaseStore

__all__ = ["Reaper"]

MAX_RESUMES = 100


@dataclass(slots=True)
class _Seen:
    job_id: str
    beats: int
    since: float


class Reaper:
    """Watches the beats of every running job on the steady clock of this process.

    While the store cannot be read nothing can be said of anybody: the watch then begins anew.
    """

    def __init__(self, leases: LeaseStore, clock: Clock, *, lease_s: float) -> None:
        self._leases, self._clock, self._lease_s = leases, clock, lease_s
        self._seen: dict[str, _Seen] = {}
        self._looked_at = -lease_s

    def silent(self) -> list[str]:
        """Leases that have given no sign for the whole of their time."""
        now = self._clock.steady()
        if now - self._looked_at < self._lease_s / 8:
            return []
        self._looked_at = now
        try:
            running = self._leases.running()
        except DBAPIError:
            self._seen.clear()
            return []
        now = self._clock.steady()
        seen: dict[str, _Seen] = {}
        for job in running:
            if job.lease is None:
                continue
            before = self._seen.get(job.lease)
            same = before is not None and before.beats == job.beats
            seen[job.lease] = before if same and before is not None else _Seen(job.id, job.beats, now)
        self._seen = seen
        return sorted(lease for lease, one in seen.items() if now - one.since >= self._lease_s)

    def take_over(self, lease: str) -> bool:
        """Let the job of a silent lease wait again; returns whether it does."""
        seen = self._seen.pop(lease, None)
        if seen is None:
            return False
        with contextlib.suppress(LeaseLost, DBAPIError):
            self._leases.give_back(seen.job_id, lease, reason="server_lost", by_worker=False, max_losses=MAX_RESUMES)
            return True
        return False
