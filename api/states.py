"""The states of a job."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ENDED", "RUNNING", "JobState"]


class JobState(StrEnum):
    """``queued → matrix → solving → completed | stopped | failed``.

    Input is judged before a job is made, so a job is never invalid. A job whose worker or server died goes back to
    ``queued`` and goes on from its last incumbent. ``stopped`` has a result too: the best plan until then.
    """

    QUEUED = "queued"
    MATRIX = "matrix"
    SOLVING = "solving"
    COMPLETED = "completed"
    STOPPED = "stopped"
    FAILED = "failed"


RUNNING = (JobState.MATRIX, JobState.SOLVING)
ENDED = (JobState.COMPLETED, JobState.STOPPED, JobState.FAILED)
