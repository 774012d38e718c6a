"""The rules of single routes, taken from the arrays as plain Python values, which are faster one by one."""

from __future__ import annotations

from typing import NamedTuple

from optimizer.visits.index import FAR, IndexedProblem

__all__ = ["PauseRule", "fixed_starts", "pauses_of", "windows_of"]


class PauseRule(NamedTuple):
    """A break of a shift; ``place`` is -1 where it may be taken anywhere."""

    break_index: int
    earliest: int
    latest: int
    duration: int
    place: int


def windows_of(indexed: IndexedProblem, visit: int) -> tuple[tuple[int, int, int], ...]:
    """The windows of a visit: earliest, latest, due, in ticks, sorted."""
    rows = slice(int(indexed.window_first[visit]), int(indexed.window_first[visit + 1]))
    columns = indexed.window_earliest, indexed.window_latest, indexed.window_due
    return tuple(zip(*(column[rows].tolist() for column in columns), strict=True))


def fixed_starts(indexed: IndexedProblem) -> tuple[list[int], list[bool]]:
    """For each visit its fixed start (-1: free), and whether it is frozen."""
    first = indexed.first_task.tolist()
    tasks = [slice(first[v], first[v + 1]) for v in range(indexed.visits)]
    return (
        [int(indexed.task_fixed_start[part].max(initial=-1)) for part in tasks],
        [bool(indexed.task_frozen[part].any()) for part in tasks],
    )


def pauses_of(indexed: IndexedProblem, shift: int) -> tuple[PauseRule, ...]:
    """The breaks of a shift, sorted by when they may begin."""
    rows = range(int(indexed.break_first[shift]), int(indexed.break_first[shift + 1]))
    return tuple(
        PauseRule(
            b,
            int(indexed.break_earliest[b]),
            min(int(indexed.break_latest[b]), FAR),
            int(indexed.break_duration[b]),
            int(indexed.break_location[b]),
        )
        for b in rows
    )
