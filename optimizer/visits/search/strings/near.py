"""Which tasks are near each other, among those that somebody could do together; and which shifts begin near.

Half of a task's list holds tasks that are done only by those who can do this one as well: whoever has them is able. The
other half holds what is nearest among all tasks that have an able shift in common. Near is travel there and back, and a
share of the waiting that no start of the two can avoid.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.records import INFINITE

__all__ = ["common_kinds", "near_shifts", "near_tasks"]

WAITING = 0.2
"""What a tick of waiting that cannot be avoided counts in ticks of travel there and back."""


def common_kinds(able: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``(kinds, kinds)``: 2 where all who can do the second kind can do the first, 1 where somebody can do both."""
    table = able.astype(np.float32)
    both = table @ table.T
    result: NDArray[np.uint8] = (both > 0).astype(np.uint8) + ((both == table.sum(axis=1)) & (both > 0))
    return result


@compiled
def near_tasks(
    there: np.ndarray,
    back: np.ndarray,
    stop: Any,
    common: np.ndarray,
    first: int,
    end: int,
    near: np.ndarray,
    sure: np.ndarray,
    score: np.ndarray,
) -> None:
    """Fill rows ``first … end - 1`` of the lists.

    Parameters
    ----------
    there, back
        ``(L, L)`` travel of one mode.
    near, sure
        ``(T, K)``, ``(1, K // 2)`` the lists, and room for one list of those that are sure to be on able routes.
    score
        ``(2, K)`` room for the scores of the two lists.
    """
    tasks, wide, half = len(near), near.shape[1], sure.shape[1]
    for v in range(first, end):
        here, kind = stop[v].place, stop[v].kind
        found = found_sure = 0
        for w in range(tasks):
            bond = common[kind, stop[w].kind]
            if bond == 0 or w == v:
                continue
            place = stop[w].place
            value = np.float64(there[here, place] + back[here, place])
            if (
                found == wide
                and value >= score[0, wide - 1]
                and (bond < 2 or (found_sure == half and value >= score[1, half - 1]))
            ):
                continue
            value += WAITING * _waiting(stop[v], stop[w], there[here, place], back[here, place])
            found = _keep(near[v], score[0], found, wide, w, value)
            if bond == 2:
                found_sure = _keep(sure[0], score[1], found_sure, half, w, value)
        _join(near[v], found, sure[0], found_sure)


@compiled
def _waiting(a: Any, c: Any, there: int, back: int) -> float:
    """Least waiting if one is done right after the other, in the better order; without end if neither can be."""
    first = max(0, c.opens - a.closes - a.service - there)
    if a.opens + a.service + there > c.closes:
        first = INFINITE
    second = max(0, a.opens - c.closes - c.service - back)
    if c.opens + c.service + back > a.closes:
        second = INFINITE
    return np.float64(min(first, second))


@compiled
def _keep(row: np.ndarray, score: np.ndarray, found: int, room: int, w: int, value: float) -> int:
    """Put a task into a sorted list that holds the best; returns how many it holds."""
    if found == room:
        if room == 0 or value >= score[room - 1]:
            return found
        found -= 1
    i = found
    while i > 0 and score[i - 1] > value:
        row[i], score[i] = row[i - 1], score[i - 1]
        i -= 1
    row[i], score[i] = w, value
    return found + 1


@compiled
def _join(row: np.ndarray, found: int, sure: np.ndarray, found_sure: int) -> None:
    """Put the sure ones that are missing into the list instead of its farthest that are not sure; pad with -1."""
    wide = len(row)
    for i in range(found, wide):
        row[i] = -1
    place = wide - 1
    for n in range(found_sure):
        if _holds(row, sure[n]):
            continue
        if found < wide:
            row[found] = sure[n]
            found += 1
            continue
        while place >= 0 and _holds(sure[:found_sure], row[place]):
            place -= 1
        if place < 0:
            return
        row[place] = sure[n]
        place -= 1


@compiled
def _holds(row: np.ndarray, w: int) -> bool:
    for n in range(len(row)):  # noqa: SIM110 (no generators in compiled code)
        if row[n] == w:
            return True
    return False


@compiled
def near_shifts(
    ahead: np.ndarray, stop: Any, shift: Any, able: np.ndarray, result: np.ndarray, score: np.ndarray
) -> None:
    """Fill the ``(T, D)`` lists of able shifts that begin nearest; equally near ones differ from task to task."""
    tasks, wide, shifts = len(result), result.shape[1], len(shift)
    for v in range(tasks):
        found = 0
        for n in range(shifts):
            r = (n * 31 + v * 17) % shifts if shifts % 31 else (n + v * 17) % shifts
            if able[stop[v].kind, r]:
                value = np.float64(ahead[shift[r].mode, stop[tasks + r].place, stop[v].place])
                found = _keep(result[v], score[0], found, wide, r, value)
        for i in range(found, wide):
            result[v, i] = -1
