"""Tiny random days on a grid of ticks, and the counterfactual check: try every position with every start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise, product

import numpy as np

from optimizer.travel.matrix import UNREACHABLE, TravelMatrix
from optimizer.visits.explain.proof import new_violations
from optimizer.visits.model import (
    Break,
    Caregiver,
    Client,
    Link,
    LinkCaregivers,
    LinkKind,
    Location,
    Lock,
    LockLevel,
    Problem,
    PublishedStop,
    Shift,
    TimeWindow,
    Visit,
)
from optimizer.visits.objective import Objective
from optimizer.visits.plan import Plan, PlannedBreak, Route, Stop
from optimizer.visits.referee import evaluate_plan

HORIZON = 14
PLACES = ("p0", "p1", "p2", "p3")


def tiny_day(seed: int) -> tuple[Problem, TravelMatrix]:
    """Two or three caregivers, up to five visits, all times from 0 to :data:`HORIZON` ticks, ways of any shape."""
    rng = np.random.default_rng(seed)
    travel = _travel(rng)
    visits = tuple(_visit(rng, number) for number in range(int(rng.integers(3, 6))))
    crew = tuple(_caregiver(rng, f"c{number}") for number in range(int(rng.integers(2, 4))))
    problem = Problem(
        date=date(2026, 3, 2),
        locations=tuple(Location(id=name) for name in PLACES),
        clients=(Client(id="k", location="p1"),),
        visits=visits,
        caregivers=crew,
        links=_links(rng, visits),
    )
    if rng.random() < 0.2:
        problem = _frozen(rng, problem)
    return problem, travel


def _travel(rng: np.random.Generator) -> TravelMatrix:
    ways = rng.integers(0, 4, (4, 4)).astype(np.int32)
    mask = rng.random((4, 4)) > 0.05
    np.fill_diagonal(ways, 0)
    np.fill_diagonal(mask, True)
    ways[~mask] = UNREACHABLE
    return TravelMatrix(locations=PLACES, durations={"ebike": ways}, reachable={"ebike": mask})


def _visit(rng: np.random.Generator, number: int) -> Visit:
    low = int(rng.integers(0, 8))
    windows: tuple[TimeWindow, ...] = (TimeWindow(earliest_t=low, latest_t=low + int(rng.integers(0, 5))),)
    kind = rng.random()
    if kind < 0.2:
        windows = ()
    elif kind < 0.5:
        later = (windows[0].latest_t or 0) + int(rng.integers(1, 3))
        windows = (*windows, TimeWindow(earliest_t=later, latest_t=later + int(rng.integers(0, 3))))
    return Visit(
        id=f"v{number}",
        client="k",
        location=str(rng.choice(PLACES)),
        service_duration_t=int(rng.integers(0, 4)),
        windows=windows,
        team_size=2 if rng.random() < 0.2 else 1,
        load=int(rng.integers(0, 3)),
        locks=_locks(rng, low),
    )


def _locks(rng: np.random.Generator, start_t: int) -> tuple[Lock, ...]:
    if rng.random() > 0.15:
        return ()
    level = list(LockLevel)[int(rng.integers(0, 3))]
    return (Lock(level=level, caregiver="c0", start_t=None if level is LockLevel.CAREGIVER else start_t),)


def _caregiver(rng: np.random.Generator, name: str) -> Caregiver:
    if rng.random() < 0.25:
        halves = (_shift(rng, "am", 0, 5), _shift(rng, "pm", 6, 12))
        return Caregiver(id=name, shifts=halves)
    return Caregiver(id=name, shifts=(_shift(rng, "day", 0, int(rng.integers(7, 13))),))


def _shift(rng: np.random.Generator, name: str, start: int, end: int) -> Shift:
    breaks: tuple[Break, ...] = ()
    if rng.random() < 0.6:
        first = start + int(rng.integers(1, max(2, end - start - 2)))
        place = str(rng.choice(PLACES)) if rng.random() < 0.3 else None
        breaks = (
            Break(id="b", earliest_t=first, latest_t=first + int(rng.integers(0, 3)), duration_t=2, location=place),
        )
    return Shift(
        id=name,
        start_location="p0",
        end_location=None if rng.random() < 0.2 else "p0",
        start_t=start,
        end_t=end,
        max_overtime_t=int(rng.integers(0, 2)),
        breaks=breaks,
        max_load=3 if rng.random() < 0.2 else None,
        max_travel_t=int(rng.integers(3, 8)) if rng.random() < 0.2 else None,
    )


def _links(rng: np.random.Generator, visits: tuple[Visit, ...]) -> tuple[Link, ...]:
    if rng.random() < 0.4:
        return ()
    members = tuple(visits[int(i)].id for i in rng.permutation(len(visits))[: int(rng.integers(2, 4))])
    kind = LinkKind.SEQUENTIAL if rng.random() < 0.7 else LinkKind.SIMULTANEOUS
    least = int(rng.integers(0, 3))
    return (
        Link(
            id="l",
            kind=kind,
            visits=members,
            min_gap_t=least,
            max_gap_t=least + int(rng.integers(0, 4)) if rng.random() < 0.6 else None,
            caregivers=list(LinkCaregivers)[int(rng.integers(0, 3))] if rng.random() < 0.4 else LinkCaregivers.ANY,
            all_or_nothing=bool(rng.random() < 0.4),
        ),
    )


def _frozen(rng: np.random.Generator, problem: Problem) -> Problem:
    stop = PublishedStop(visit="v0", caregiver="c0", shift=problem.caregivers[0].shifts[0].id, start_t=2)
    return replace(problem, published=(stop,), frozen_before_t=int(rng.integers(1, 5)))


def insertable(problem: Problem, travel: TravelMatrix, plan: Plan, group: tuple[str, ...]) -> Plan | None:
    """A plan with the group put in at some positions that breaks nothing anew, if there is any.

    Every other stop keeps caregiver and order, routes without a new stop stay as they are; every start and every start
    of a break from 0 to the horizon is tried and judged by the referee.
    """
    before = evaluate_plan(problem, travel, plan, Objective())
    sizes = {one.id: one.team_size for one in problem.visits}
    tasks = [name for name in group for _ in range(sizes[name])]
    keys = [(one.id, shift.id) for one in problem.caregivers for shift in one.shifts]
    routes = {(route.caregiver, route.shift): route for route in plan.routes}
    for chosen in product(keys, repeat=len(tasks)):
        if any(a == b and chosen[i] >= chosen[i + 1] for i, (a, b) in enumerate(pairwise(tasks))):
            continue
        for rows in product(*(_orders(routes, key, tasks, chosen) for key in sorted(set(chosen)))):
            made = _timed(problem, travel, plan, dict(zip(sorted(set(chosen)), rows, strict=True)), before, group)
            if made is not None:
                return made
    return None


def _orders(
    routes: dict[tuple[str, str], Route], key: tuple[str, str], tasks: list[str], chosen: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, ...]]:
    """The stops of a route with its new ones at every position."""
    stops = tuple(stop.visit for stop in routes[key].stops) if key in routes else ()
    orders = {stops}
    for name in (task for task, where in zip(tasks, chosen, strict=True) if where == key):
        orders = {(*each[:at], name, *each[at:]) for each in orders for at in range(len(each) + 1)}
    yield from sorted(orders)


def _timed(problem, travel, plan, rows, before, group):  # type: ignore[no-untyped-def]
    kept = tuple(route for route in plan.routes if (route.caregiver, route.shift) not in rows)
    each = [list(_timings(problem, travel, key, stops)) for key, stops in sorted(rows.items())]
    for routes in product(*each):
        starts: dict[str, set[int]] = {}
        for route in routes:
            for stop in route.stops:
                starts.setdefault(stop.visit, set()).add(stop.start_t)
        if any(len(values) > 1 for values in starts.values()):
            continue
        made = Plan(routes=(*kept, *routes))
        after = evaluate_plan(problem, travel, made, Objective())
        if new_violations(before, after) == 0 and not any(one.visit in group for one in after.violations):
            return made
    return None


_ALONE = {"travel_time", "shift_start", "overtime", "load", "travel_limit", "break_missing", "break_overlap"}
_ALONE |= {"break_window", "time_window", "unreachable", "off_duty", "stop_order"}


def _timings(problem: Problem, travel: TravelMatrix, key: tuple[str, str], stops: tuple[str, ...]) -> Iterator[Route]:
    """Every timing of one route that breaks none of the rules that one route alone can break."""
    visits = {one.id: one for one in problem.visits}
    pauses = next(s.breaks for c in problem.caregivers for s in c.shifts if (c.id, s.id) == key)
    options: list[tuple[PlannedBreak, ...]] = [()]
    for pause in pauses:
        moments = range(pause.earliest_t, pause.latest_t + 1)
        options += [(PlannedBreak(id=pause.id, start_t=t, duration_t=pause.duration_t),) for t in moments]
    for moments in _rising([visits[name].service_duration_t for name in stops], 0):
        for breaks in options:
            route = Route(
                caregiver=key[0],
                shift=key[1],
                stops=tuple(Stop(visit=name, start_t=t) for name, t in zip(stops, moments, strict=True)),
                breaks=breaks,
            )
            found = evaluate_plan(problem, travel, Plan(routes=(route,)), Objective())
            if not any(one.rule in _ALONE for one in found.violations):
                yield route


def _rising(durations: list[int], first: int) -> Iterator[tuple[int, ...]]:
    if not durations:
        yield ()
        return
    for moment in range(first, HORIZON + 1):
        for rest in _rising(durations[1:], moment + durations[0]):
            yield (moment, *rest)
