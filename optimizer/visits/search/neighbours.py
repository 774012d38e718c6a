"""Near tasks: those that a task may well stand right after or right before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.search.classes import Classes

__all__ = ["neighbour_tasks"]

WAITING_WEIGHT = 0.2
LATENESS_WEIGHT = 1.0
BLOCK = 256


def neighbour_tasks(
    indexed: IndexedProblem, classes: Classes, able: NDArray[np.bool_], durations: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The nearest tasks to stand before and after each task.

    Near is travel + 0.2 × unavoidable waiting + unavoidable lateness. Only tasks that some caregiver could do both of
    are near; a team's members are never near each other.

    Returns
    -------
    before, after
        ``(T, N)`` kernel tasks, nearest first; ``N`` is at most ``count``. Where there are fewer, the row repeats.
    """
    visit = indexed.task_visit[classes.task]
    tasks = len(visit)
    if tasks < 2:
        return np.zeros((tasks, 1), dtype=np.int64), np.zeros((tasks, 1), dtype=np.int64)
    count = min(count, tasks - 1)
    place = indexed.visit_location[visit]
    duration = indexed.visit_duration[visit].astype(np.float32)
    earliest, latest = _span(indexed)
    open_, close = earliest[visit], latest[visit]
    kind, of_task = np.unique(able, axis=0, return_inverse=True)
    compatible = (kind.astype(np.float32) @ kind.T.astype(np.float32)) > 0
    table = durations[_usual_mode(indexed)]
    before = np.empty((tasks, count), dtype=np.int64)
    after = np.empty((tasks, count), dtype=np.int64)
    for low in range(0, tasks, BLOCK):
        rows = np.arange(low, min(low + BLOCK, tasks))
        hopeless = ~compatible[np.ix_(of_task[rows], of_task)] | (classes.of_task[rows, None] == classes.of_task)
        far = np.float32(FAR) * hopeless
        onward = table[np.ix_(place[rows], place)].astype(np.float32)
        after[rows] = _nearest(far + _strain(onward, duration[rows, None], open_, close, rows, from_rows=True), count)
        inward = table[np.ix_(place, place[rows])].T.astype(np.float32)
        before[rows] = _nearest(far + _strain(inward, duration[None, :], open_, close, rows, from_rows=False), count)
    return before, after


def _strain(
    travel: NDArray[np.float32],
    duration: NDArray[np.float32],
    open_: NDArray[np.float32],
    close: NDArray[np.float32],
    rows: NDArray[np.int64],
    *,
    from_rows: bool,
) -> NDArray[np.float32]:
    """Travel plus weighted waiting and lateness of going from one task to the other."""
    needed = travel + duration
    if from_rows:
        first_open, first_close, then_open, then_close = open_[rows, None], close[rows, None], open_, close
    else:
        first_open, first_close, then_open, then_close = open_, close, open_[rows, None], close[rows, None]
    waiting = np.maximum(0, then_open - first_close - needed)
    lateness = np.maximum(0, first_open + needed - then_close)
    return (travel + np.float32(WAITING_WEIGHT) * waiting + np.float32(LATENESS_WEIGHT) * lateness).astype(np.float32)


def _nearest(strain: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Columns of the smallest values, by value and then by number; hopeless ones are replaced by the nearest."""
    part = np.sort(np.argpartition(strain, count - 1, axis=1)[:, :count], axis=1)
    values = np.take_along_axis(strain, part, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    chosen = np.take_along_axis(part, order, axis=1)
    hopeless = np.take_along_axis(values, order, axis=1) >= np.float32(FAR)
    return np.where(hopeless, chosen[:, :1], chosen).astype(np.int64)


def _span(indexed: IndexedProblem) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Earliest and latest good start of each visit; where there is no limit, the end of the day."""
    starts = np.minimum.reduceat(indexed.window_earliest, indexed.window_first[:-1])
    good = np.minimum(indexed.window_due, indexed.window_latest)
    ends = np.maximum.reduceat(good, indexed.window_first[:-1])
    finite = np.concatenate([starts[starts < FAR], ends[ends < FAR], indexed.shift_end[indexed.shift_end < FAR]])
    last = int(finite.max(initial=0)) + 1
    return np.minimum(starts, last).astype(np.float32), np.minimum(ends, last).astype(np.float32)


def _usual_mode(indexed: IndexedProblem) -> int:
    return int(np.bincount(indexed.shift_mode).argmax()) if indexed.shifts else 0
