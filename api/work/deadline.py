"""The time limit of a job, from the moment it starts to run to the stored result."""

from __future__ import annotations

__all__ = ["end_s", "latest_s", "solving_s"]

LARGE_DAY = 2_000
"""Visits (or applicants) above which the tolerance is a second at least."""

STORING_S = 0.5
"""What the service may add to the library's own tolerance."""

_AHEAD_S, _AHEAD_PER_ROW_S = 0.3, 0.0001
_WRAP_UP_S, _WRAP_UP_OF_READING = 0.03, 0.7
_MOST_OF_LIMIT = 0.2


def latest_s(limit_s: float, size: int) -> float:
    """When the result must be stored, whatever happens.

    Parameters
    ----------
    limit_s
        The time limit of the run.
    size
        Visits of the day, or applicants.
    """
    return limit_s + max(0.05 * limit_s, 1.0 if size > LARGE_DAY else 0.5) + STORING_S


def end_s(limit_s: float, size: int, *, keeps_plans: bool) -> float:
    """When a worker that still holds the job is ended from outside: so early that its best plan can still be stored.

    Parameters
    ----------
    keeps_plans
        Whether plans were kept on the way; where none were there is none to store, and the time for it is the job's.
    """
    return latest_s(limit_s, size) - _AHEAD_S - (_AHEAD_PER_ROW_S * size if keeps_plans else 0.0)


def solving_s(limit_s: float, reading_s: float) -> float:
    """What the solver is given: the limit less what judging, packing and storing its result takes.

    That is told from the time in which this job's input was unpacked, on this machine and at this moment: both grow
    with the day, and both take longer where others keep the machine busy.

    Parameters
    ----------
    reading_s
        Seconds that reading the stored input took.
    """
    return limit_s - min(_WRAP_UP_S + _WRAP_UP_OF_READING * reading_s, _MOST_OF_LIMIT * limit_s)
