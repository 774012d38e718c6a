"""What the supervisor and a worker say to each other; small tuples, first the word."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ENDED", "QUIT", "STARTED", "STOP", "STOPPING", "WAKE", "WorkerSettings"]

WAKE = "wake"
"""To a worker: there may be a job."""
STOP = "stop"
"""To a worker: end this job with the best plan."""
QUIT = "quit"
"""To a worker: end the job with the best plan, and leave."""
STARTED = "started"
"""From a worker: it holds a job (id, lease, moment of the steady clock at which it is to be ended if it still does)."""
STOPPING = "stopping"
"""From a worker: its job was asked to stop."""
ENDED = "ended"
"""From a worker: it holds no job any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerSettings:
    """What a worker needs to know."""

    database_url: str
    niceness: int
    lease_s: float
    max_running_per_tenant: int
    log_level: str
