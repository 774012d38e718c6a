"""The time limit of a job, from the moment it starts to run to the stored result."""

from __future__ import annotations

__all__ = ["END_AHEAD_S", "latest_s", "solving_s"]

LARGE_DAY = 2_000
"""Visits (or applicants) above which the tolerance is a second at least."""

STORING_S = 0.5
"""What the service may add to the library's own tolerance."""

END_AHEAD_S = 0.3
"""So long before the latest moment a worker is ended from outside: its best plan must still be stored."""

_WRAP_UP_S, _WRAP_UP_PER_ROW_S = 0.03, 0.0001
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


def solving_s(limit_s: float, size: int) -> float:
    """What the solver is given: the limit less what judging, packing and storing its result takes."""
    return limit_s - min(_WRAP_UP_S + _WRAP_UP_PER_ROW_S * size, _MOST_OF_LIMIT * limit_s)
