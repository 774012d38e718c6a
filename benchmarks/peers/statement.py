"""What the adapters share: the day as arrays, what of it a peer cannot express, and routes as a plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.contender import CannotExpress
from benchmarks.instances import Day
from optimizer.visits.index import FAR, IndexedProblem, index_problem
from optimizer.visits.plan import Plan, PlannedBreak, Route, Stop, Unassigned

__all__ = ["LARGE", "Statement", "plan_of_orders", "plan_of_starts", "state", "timed"]

LARGE = 10_000_000
"""Most ticks that stand for "cannot be travelled"."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A day of ``T`` single visits and ``R`` shifts in one mode.

    Attributes
    ----------
    durations
        ``(L, L)`` int64 ticks, more than twice the horizon where a pair cannot be travelled: nobody can be in time
        then, and sums stay below the 32 bits that some peers count costs in.
    earliest, latest
        ``(T,)`` ticks; ``latest`` is at most the ``horizon``.
    classes, class_of
        ``(K, R)`` bool: distinct sets of able shifts, without those that hold everybody; and ``(T,)`` the class of a
        visit, ``-1`` where everybody is able.
    """

    day: Day
    indexed: IndexedProblem
    durations: NDArray[np.int64]
    earliest: NDArray[np.int64]
    latest: NDArray[np.int64]
    horizon: int
    classes: NDArray[np.bool_]
    class_of: NDArray[np.int64]


def state(day: Day, *, can: Collection[str] = ()) -> Statement:
    """The day as arrays.

    Parameters
    ----------
    can
        Rules, by the names of :func:`_beyond_peers`, that this peer's adapter states though most do not.

    Raises
    ------
    CannotExpress
        Names every rule of the day that has no counterpart in the peers.
    """
    indexed = index_problem(day.problem, day.travel)
    lacking = [rule for rule in _beyond_peers(day, indexed) if rule not in can]
    if lacking:
        raise CannotExpress(", ".join(lacking))
    durations = indexed.durations[0].astype(np.int64)
    rows, class_of = np.unique(indexed.task_able, axis=0, return_inverse=True)
    restricted = ~rows.all(axis=1)
    number = np.where(restricted, np.cumsum(restricted) - 1, -1)
    horizon = _horizon(indexed, durations)
    return Statement(
        day=day,
        indexed=indexed,
        durations=np.minimum(durations, min(LARGE, 2 * horizon + 1)),
        earliest=indexed.window_earliest,
        latest=np.minimum(indexed.window_latest, horizon),
        horizon=horizon,
        classes=rows[restricted],
        class_of=number[class_of.reshape(-1)],
    )


def _horizon(indexed: IndexedProblem, durations: NDArray[np.int64]) -> int:
    """The last moment anything can matter: ends and windows that are known, then all work by one caregiver."""
    known = max(_known(indexed.shift_latest_return).max(), _known(indexed.window_latest).max())
    if known > 0:
        return int(known)
    longest = np.where(durations < LARGE, durations, 0).max(axis=0)[indexed.visit_location]
    return int(_known(indexed.window_due).max() + indexed.visit_duration.sum() + longest.sum())


def _known(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(values < FAR, values, 0)


def _beyond_peers(day: Day, indexed: IndexedProblem) -> list[str]:
    """Rules of the day that have no counterpart in every peer."""
    problem, weights = day.problem, day.objective.weights
    shifts = [shift for caregiver in problem.caregivers for shift in caregiver.shifts]
    soft = any(w.due_t is not None and w.due_t != w.latest_t for visit in problem.visits for w in visit.windows)
    found = {
        "links between visits": bool(problem.links),
        "two caregivers at the same moment": any(visit.team_size > 1 for visit in problem.visits),
        "several windows": any(len(visit.windows) > 1 for visit in problem.visits),
        "soft ends of windows": soft and bool(weights["tardiness_total"] or weights["tardiness_worst"]),
        "breaks": any(shift.breaks for shift in shifts),
        "breaks at a place": any(one.location for shift in shifts for one in shift.breaks),
        "overtime": any(shift.max_overtime_t != 0 for shift in shifts if shift.end_t is not None),
        "shifts without an end": any(shift.end_t is None for shift in shifts),
        "routes that end anywhere": any(shift.end_location is None for shift in shifts),
        "a limit of travel": any(shift.max_travel_t is not None for shift in shifts),
        "several modes of travel": len(indexed.modes) > 1,
        "known and preferred caregivers": bool(
            (weights["preference"] and indexed.not_preferred.any()) or (weights["continuity"] and indexed.unknown.any())
        ),
        "balance": weights["balance"] > 0,
        "waiting, idle time": weights["waiting"] > 0 or weights["idle"] > 0,
        "locks, published plans": bool(problem.published) or any(visit.locks for visit in problem.visits),
    }
    return [rule for rule, present in found.items() if present]


def plan_of_orders(statement: Statement, orders: Mapping[int, Sequence[int]]) -> Plan:
    """The plan of visits in order by shift, each begun as early as it can be."""
    return plan_of_starts(statement, {shift: timed(statement, shift, order) for shift, order in orders.items()})


def timed(statement: Statement, shift: int, order: Iterable[int]) -> list[tuple[int, int]]:
    """Visits of a route with their earliest starts; the referee says whether they are in time."""
    indexed = statement.indexed
    here, now = int(indexed.shift_start_location[shift]), int(indexed.shift_start[shift])
    found = []
    for visit in order:
        place = int(indexed.visit_location[visit])
        now = max(now + int(statement.durations[here, place]), int(statement.earliest[visit]))
        found.append((visit, now))
        now += int(indexed.visit_duration[visit])
        here = place
    return found


def plan_of_starts(
    statement: Statement,
    starts: Mapping[int, Sequence[tuple[int, int]]],
    breaks: Mapping[int, Sequence[PlannedBreak]] | None = None,
) -> Plan:
    """The plan of (visit, start) by shift."""
    ids, shifts = statement.indexed.visit_ids, statement.indexed.shift_ids
    routes = [
        Route(
            caregiver=shifts[shift][0],
            shift=shifts[shift][1],
            stops=tuple(Stop(visit=ids[visit], start_t=start) for visit, start in row),
            breaks=tuple((breaks or {}).get(shift, ())),
        )
        for shift, row in sorted(starts.items(), key=lambda item: shifts[item[0]])
        if row
    ]
    planned = {visit for row in starts.values() for visit, _ in row}
    left = tuple(Unassigned(visit=name) for number, name in enumerate(ids) if number not in planned)
    return Plan(routes=tuple(routes), unassigned=left)
