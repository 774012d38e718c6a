"""The locks of a problem, as its rules look at them."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.visits.model import Lock, LockLevel, Visit
from optimizer.visits.validate.context import Context

__all__ = ["fixes_start", "locks_of"]


def locks_of(context: Context) -> Iterator[tuple[str, Visit, Lock]]:
    """Every lock with its place and its visit."""
    for i, visit in enumerate(context.problem.visits):
        for j, lock in enumerate(visit.locks):
            yield f"visits[{i}].locks[{j}]", visit, lock


def fixes_start(lock: Lock) -> bool:
    """Whether the lock names the moment of the start."""
    return lock.level is LockLevel.TIME and lock.start_t is not None
