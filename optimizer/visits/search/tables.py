"""The tables of the compiled search, filled from an indexed problem and an objective."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.search import records
from optimizer.visits.search.classes import Classes

__all__ = [
    "aligned",
    "break_table",
    "bundle_prices",
    "durations_of",
    "empty_routes_table",
    "mean_travel_of",
    "no_slack",
    "position_cost",
    "shift_table",
    "table_of",
    "task_table",
    "visit_table",
    "weights",
    "window_table",
]

Ints = NDArray[np.int64]

CACHE_LINE = 64


def table_of(rows: int, kind: DTypeLike) -> np.recarray:  # type: ignore[type-arg]
    """Zeros that begin at a cache line."""
    size = rows * np.dtype(kind).itemsize
    raw = np.zeros(size + CACHE_LINE, dtype=np.uint8)
    first = -raw.ctypes.data % CACHE_LINE
    return raw[first : first + size].view(kind).view(np.recarray)


def aligned(rows: np.recarray) -> np.recarray:  # type: ignore[type-arg]
    """A copy that begins at a cache line."""
    table = table_of(len(rows), rows.dtype)
    table[:] = rows
    return table


def durations_of(indexed: IndexedProblem) -> NDArray[np.int32]:
    """``(M, L, L)``, with one more place at no distance from anywhere where a route may end at its last visit."""
    if indexed.shifts and (indexed.shift_end_location < 0).any():
        return np.stack([np.pad(table, ((0, 1), (0, 1))) for table in indexed.durations])
    if len(indexed.durations) == 1:
        return indexed.durations[0][np.newaxis]
    return np.stack(indexed.durations) if indexed.durations else np.zeros((1, 1, 1), dtype=np.int32)


def mean_travel_of(indexed: IndexedProblem, durations: NDArray[np.int32]) -> float:
    """Mean travel between places of visits, ticks, from at most some hundred places."""
    places = np.unique(indexed.visit_location)
    some = places[:: max(1, len(places) // 300)]
    part = durations[0][np.ix_(some, some)]
    usable = part[(part > 0) & (part < FAR // 1024)] if len(some) else part
    usable = usable[usable < 100_000_000]
    return float(usable.mean()) if usable.size else 60.0


def task_table(indexed: IndexedProblem, classes: Classes) -> np.recarray:  # type: ignore[type-arg]
    """Tasks, and the starts and ends of shifts after them."""
    tasks, shifts = indexed.tasks, indexed.shifts
    table = table_of(tasks + 2 * shifts, records.TASK)
    visit = indexed.task_visit[classes.task]
    table.place[:tasks] = indexed.visit_location[visit]
    table.duration[:tasks] = indexed.visit_duration[visit]
    table.load[:tasks] = indexed.visit_load[visit]
    table.visit[:tasks] = visit
    table.cls[:tasks] = classes.of_task
    table.cls[tasks:] = table.visit[tasks:] = table.bundle[tasks:] = -1
    table.bundle[:tasks] = classes.bundle[classes.of_task]
    in_bundle = np.bincount(table.bundle[:tasks], minlength=1)
    table.free[:tasks] = (in_bundle[table.bundle[:tasks]] == 1) & (classes.records.frozen[classes.of_task] == 0)
    if tasks:
        fixed = indexed.task_fixed_start[classes.task]
        first, last = indexed.window_first[:-1], np.maximum.reduceat(indexed.window_latest, indexed.window_first[:-1])
        good = np.maximum.reduceat(np.minimum(indexed.window_due, indexed.window_latest), first)
        table.earliest[:tasks] = np.maximum(indexed.window_earliest[first][visit], fixed)
        table.close[:tasks] = np.where(fixed >= 0, fixed, last[visit])
        table.good[:tasks] = good[visit]
    table.place[tasks : tasks + shifts] = indexed.shift_start_location
    nowhere = len(indexed.location_ids)
    table.place[tasks + shifts :] = np.where(indexed.shift_end_location < 0, nowhere, indexed.shift_end_location)
    return table


def empty_routes_table(tasks: int, shifts: int, indexed: IndexedProblem) -> np.recarray:  # type: ignore[type-arg]
    """Nodes of a plan in which every route is empty."""
    node = table_of(tasks + 2 * shifts, records.NODE)
    node.route[:tasks] = -1
    node.start[:tasks] = -1
    start, end = slice(tasks, tasks + shifts), slice(tasks + shifts, tasks + 2 * shifts)
    node.nxt[start] = np.arange(tasks + shifts, tasks + 2 * shifts)
    node.prv[end] = np.arange(tasks, tasks + shifts)
    node.route[start] = node.route[end] = np.arange(shifts)
    node.leave[start] = node.start[start] = indexed.shift_start
    node.start[end] = indexed.shift_start
    return node


def visit_table(
    indexed: IndexedProblem,
    objective: Objective,
    weight: np.recarray,
    mean_travel: float,  # type: ignore[type-arg]
) -> np.recarray:  # type: ignore[type-arg]
    """Visits with what leaving them out costs the search."""
    table = table_of(indexed.visits, records.VISIT)
    price = objective.left_out * indexed.price
    # A mandatory visit is worth more than any optional one, and more than crossing the city a few times; the rank
    # (mandatory left out, cost) is kept apart, so the figure only steers the annealing.
    high = 4.0 * price.max(initial=0.0) + 20.0 * mean_travel * max(weight[0].travel, weight[0].tardiness)
    if indexed.mandatory.all():
        high += 4.0 * weight[0].tardiness * _span(indexed)  # else a visit that makes others late would be left out
    table.window_first = indexed.window_first[:-1]
    table.window_end = indexed.window_first[1:]
    table.mandatory = indexed.mandatory
    frozen = np.zeros(indexed.visits, dtype=np.bool_)
    frozen[indexed.task_visit[indexed.task_frozen]] = True
    table.price = np.where(indexed.mandatory | frozen, high, price)
    table.published_first = indexed.published_first[:-1]
    table.published_end = indexed.published_first[1:]
    return table


def _span(indexed: IndexedProblem) -> int:
    """Ticks from the first opening of a window to the last moment that is on time; 0 if there is none."""
    due = indexed.window_due[indexed.window_due < FAR]
    return int(due.max() - indexed.window_earliest.min()) if len(due) else 0


def window_table(indexed: IndexedProblem) -> np.recarray:  # type: ignore[type-arg]
    """Windows of all visits."""
    table = table_of(len(indexed.window_earliest), records.WINDOW)
    table.earliest = indexed.window_earliest
    table.due = indexed.window_due
    table.latest = indexed.window_latest
    return table


def no_slack(nodes: int) -> np.recarray:  # type: ignore[type-arg]
    """Slack that nothing limits."""
    slack = table_of(nodes, records.SLACK)
    slack.latest = slack.on_time = FAR
    return slack


def shift_table(indexed: IndexedProblem) -> np.recarray:  # type: ignore[type-arg]
    """Shifts."""
    table = table_of(indexed.shifts, records.SHIFT)
    table.caregiver = indexed.shift_caregiver
    table.mode = indexed.shift_mode
    table.start = indexed.shift_start
    table.end = indexed.shift_end
    table.latest_return = _latest_return(indexed)
    table.max_load = indexed.shift_max_load
    table.max_travel = indexed.shift_max_travel
    table.break_first = indexed.break_first[:-1]
    table.break_end = indexed.break_first[1:]
    table.open_end = indexed.shift_end_location < 0
    return table


def _latest_return(indexed: IndexedProblem) -> Ints:
    """``(R,)`` latest return; overtime never reaches into the same caregiver's next shift.

    The model would let the next shift leave later instead. The kernel times routes one by one, so it does without.
    """
    latest = indexed.shift_latest_return.copy()
    order = np.lexsort((indexed.shift_start, indexed.shift_caregiver))
    for earlier, later in pairwise(order):
        if indexed.shift_caregiver[earlier] == indexed.shift_caregiver[later]:
            latest[earlier] = min(latest[earlier], indexed.shift_start[later])
    return latest


def break_table(indexed: IndexedProblem) -> np.recarray:  # type: ignore[type-arg]
    """Breaks of all shifts."""
    table = table_of(len(indexed.break_ids), records.BREAK)
    table.earliest = indexed.break_earliest
    table.latest = indexed.break_latest
    table.duration = indexed.break_duration
    table.place = indexed.break_location
    table.paid = indexed.break_paid
    return table


def weights(indexed: IndexedProblem, objective: Objective, classes: Classes) -> np.recarray:  # type: ignore[type-arg]
    """Weights per tick, and which rules the problem uses."""
    per_unit = 1.0 / indexed.problem.ticks_per_cost_unit
    table = table_of(1, records.WEIGHTS)
    row = table[0]
    row.travel = objective.travel * per_unit
    row.tardiness = objective.tardiness_total * per_unit
    row.worst = objective.tardiness_worst * per_unit
    row.waiting = objective.waiting * per_unit
    row.overtime = objective.overtime * per_unit
    row.idle = objective.idle * per_unit
    row.moved = objective.change_start / indexed.problem.ticks_per_s
    row.balance = objective.balance
    row.per_unit = per_unit
    row.room = 0.0
    row.caregivers = len(indexed.caregiver_ids)
    ends = (_latest_return(indexed) < FAR).any()
    loads = (indexed.shift_max_load < FAR).any() and (indexed.visit_load > 0).any()
    row.linked = classes.linked
    row.hard = bool((indexed.window_latest < FAR).any() or ends)
    late = bool(objective.tardiness_total or objective.tardiness_worst) and (indexed.window_due < FAR).any()
    row.slack = row.hard or late
    row.breaks = len(indexed.break_ids) > 0
    row.timed = bool(
        objective.waiting
        or objective.idle
        or objective.balance
        or (objective.overtime and (indexed.shift_end < FAR).any())
    )
    row.limited = bool(ends or loads or (indexed.shift_max_travel < FAR).any())
    row.published = bool(objective.change_start and len(indexed.published_start))
    row.position = bool(_has_position_cost(indexed, objective))
    row.rules = len(classes.rule) > 0
    row.steady = bool(classes.records.simple.all() and not (row.breaks or row.timed or row.published))
    return table


def bundle_prices(
    indexed: IndexedProblem,
    objective: Objective,
    visit: np.recarray,
    classes: Classes,  # type: ignore[type-arg]
) -> dict[str, NDArray[Any]]:
    """What a bundle in the pool costs: as the search weighs it, truly, and how many mandatory visits it holds."""
    visits_of_task = indexed.task_visit[classes.task]
    once = np.unique(visits_of_task, return_index=True)[1]
    bundle = classes.bundle[classes.of_task[once]]
    number = visits_of_task[once]
    count = len(classes.bundle_first) - 1
    true_price = np.where(indexed.mandatory, 0.0, objective.left_out * indexed.price)
    return {
        "bundle_price": np.bincount(bundle, weights=visit.price[number], minlength=count),
        "bundle_true_price": np.bincount(bundle, weights=true_price[number], minlength=count),
        "bundle_mandatory": np.bincount(bundle[indexed.mandatory[number]], minlength=count).astype(np.int64),
    }


def _has_position_cost(indexed: IndexedProblem, objective: Objective) -> bool:
    return bool(
        (objective.preference and indexed.not_preferred.any())
        or (objective.continuity and indexed.unknown.any())
        or (objective.change_caregiver and len(indexed.published_start))
    )


def position_cost(indexed: IndexedProblem, objective: Objective) -> NDArray[np.float64]:
    """``(V, C)``: what it costs that this caregiver does a task of the visit; a kept published caregiver earns."""
    if not _has_position_cost(indexed, objective):
        return np.zeros((0, 0))
    table = objective.preference * indexed.not_preferred + objective.continuity * indexed.unknown
    if objective.change_caregiver:
        visit = np.repeat(np.arange(indexed.visits), np.diff(indexed.published_first))
        on_duty = indexed.published_caregiver >= 0
        np.subtract.at(table, (visit[on_duty], indexed.published_caregiver[on_duty]), objective.change_caregiver)
    return np.ascontiguousarray(table)
