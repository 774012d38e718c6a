"""Moves the starts of the best plan where that makes it cheaper; the referee decides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from optimizer.visits.draft import DraftRoute, draft_of, orders_of_plan
from optimizer.visits.engine import EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.objective import Objective
from optimizer.visits.repair import admit
from optimizer.visits.starts.lines import Moment
from optimizer.visits.timing import TimedBreak

__all__ = ["can_gain", "improve_starts"]

ROUNDS = 8
"""Programmes with a new slope of balance; without balance one is exact."""

TIME_SHARE = 0.3
"""Largest share of the time left after the engine that the step may take."""

LONGEST_S = 60.0
"""Largest time for one programme where there is no limit."""

MOST_TASKS = 1500
"""Tasks up to which a run with a time limit takes the step: above, it takes seconds."""


def can_gain(objective: Objective, *, published: bool) -> bool:
    """Whether a later start can cost less: elsewhere earliest starts are the best there are."""
    return (
        objective.waiting > 0
        or objective.idle > 0
        or objective.balance > 0
        or (published and objective.change_start > 0)
    )


def improve_starts(bench: Workbench, run: EngineRun, iterations: int) -> None:
    """Offer the best plan of the run with the cheapest starts that its routes allow."""
    best = run.incumbents.plan
    if best is None or not can_gain(run.objective, published=bool(run.indexed.problem.published)):
        return
    has_limit = math.isfinite(run.stop.max_seconds)
    if has_limit and run.indexed.tasks > MOST_TASKS:
        return
    ends_s = run.clock.seconds() + TIME_SHARE * (run.stop.max_seconds - run.clock.seconds())
    routes = draft_of(admit(bench, orders_of_plan(run.indexed, best)))
    for _ in range(ROUNDS if run.objective.balance > 0 else 1):
        if has_limit and run.clock.seconds() > ends_s:
            return
        found = _cheapest(bench, run, routes)
        better = None if found is None else _first_better(bench, run, routes, found, iterations)
        if better is None:
            return
        routes = better


def _cheapest(bench: Workbench, run: EngineRun, routes: Sequence[DraftRoute]) -> Mapping[Moment, int] | None:
    from optimizer.visits.starts.program import StartProgram  # loads OR-Tools; only where it is needed

    left = run.stop.max_seconds - run.clock.seconds()
    if not routes or left <= 0:
        return None
    return StartProgram(bench.timer, run.objective, routes).solve(min(LONGEST_S, TIME_SHARE * left))


def _first_better(
    bench: Workbench, run: EngineRun, routes: Sequence[DraftRoute], found: Mapping[Moment, int], iterations: int
) -> tuple[DraftRoute, ...] | None:
    """The first step towards what was found that the referee calls better: all the way, or by balance only a part.

    Starts between two plans with the same orders, rounded down, keep every difference that both keep.
    """
    for part in (1, 2, 4, 8) if run.objective.balance > 0 else (1,):
        moved = tuple(_moved(bench, route, found, part) for route in routes)
        before = run.incumbents.plan
        run.incumbents.offer(moved, iterations=iterations, source="timing")
        if run.incumbents.plan is not before:
            return moved
    return None


def _moved(bench: Workbench, route: DraftRoute, found: Mapping[Moment, int], part: int) -> DraftRoute:
    visits = [bench.timer.task_visit[task] for task in route.tasks]
    starts = zip(visits, route.starts, strict=True)
    return replace(
        route,
        starts=tuple(start + (found["visit", visit] - start) // part for visit, start in starts),
        breaks=tuple(TimedBreak(b, start + (found["break", b] - start) // part) for b, start in route.breaks),
    )
