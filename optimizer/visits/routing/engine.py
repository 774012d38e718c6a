"""The engine ``ortools``: insertion, iterated local search under caps, and descents over clusters of routes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.index import FAR
from optimizer.visits.insertion import Inserter, Workbench, urgency
from optimizer.visits.repair import admit
from optimizer.visits.routing.caps import caps_t, search_under_caps, tightened
from optimizer.visits.routing.rounds import Rounds
from optimizer.visits.timetable import Timetable

__all__ = ["plan_by_routing"]

CAPPED_TASKS = 150
"""Up to this many tasks one model of the whole day is searched; above it iterated local search falls behind."""


def plan_by_routing(run: EngineRun) -> EngineOutcome:
    """Plan with OR-Tools' routing solver; see :mod:`optimizer.visits.routing`."""
    bench = Workbench(run.indexed, run.objective)
    caps: Sequence[int | None] = caps_t(run.indexed) if _is_soft(bench) else (None,)
    table, caps = _first_plan(run, caps)
    iterations = 0
    if run.indexed.tasks and run.indexed.shifts:
        if len(caps) > 1 and run.indexed.tasks <= CAPPED_TASKS and _ends_by_clock_alone(run):
            table, iterations = search_under_caps(run, bench, table)
        table, iterations = _improve_in_rounds(run, caps, table, iterations)
    return EngineOutcome(routes=draft_of(table), iterations=iterations)


def _first_plan(run: EngineRun, caps: Sequence[int | None]) -> tuple[Timetable, Sequence[int | None]]:
    """Insert everything, the scarce and mandatory first, under the smallest cap on tardiness that lets all in.

    Returns
    -------
    The plan, and the caps from that one on.
    """
    for first in range(len(caps)):
        bench = Workbench(tightened(run.indexed, caps[first]), run.objective)
        table = admit(bench, run.start or {})
        inserter = Inserter(bench, table, out_of_time=lambda: not run.goes_on(0))
        wanted = [bundle for bundle in bench.bundles if not all(map(table.is_planned, bundle))]
        placed = inserter.insert_all(sorted(wanted, key=lambda bundle: urgency(bench, bundle)))
        if placed == len(wanted) or not run.goes_on(0):
            break
    table.settle()
    run.incumbents.offer(draft_of(table), iterations=0, source="insertion")
    return table, caps[first:]


def _improve_in_rounds(
    run: EngineRun, caps: Sequence[int | None], table: Timetable, iterations: int
) -> tuple[Timetable, int]:
    """Rounds under the smallest cap, then, for the second half of the run, under the next."""
    chance = np.random.default_rng(run.seed)
    for cap_t, ends in zip(caps, (0.5, 1.0) if len(caps) > 1 else (1.0,), strict=False):
        if run.goes_on(iterations):
            bench, begun = _under_cap(run, cap_t, table)
            rounds = Rounds(run, bench, begun, chance, iterations=iterations, ends=ends)
            rounds.improve()
            table, iterations = admit(bench, rounds.best), rounds.iterations
    return table, iterations


def _under_cap(run: EngineRun, cap_t: int | None, table: Timetable) -> tuple[Workbench, Timetable]:
    """The plan on a day with that cap, or with open ends if the plan is later than the cap allows."""
    orders = dict(enumerate(table.orders))
    bench = Workbench(tightened(run.indexed, cap_t), run.objective)
    begun = admit(bench, orders)
    if cap_t is not None and bench.costs.plan(begun)[0] > bench.costs.plan(table)[0]:
        bench = Workbench(run.indexed, run.objective)
        begun = admit(bench, orders)
    return bench, begun


def _ends_by_clock_alone(run: EngineRun) -> bool:
    """Iterated local search counts accepted solutions only and may never end by their number; it needs the clock."""
    return math.isfinite(run.deadline_s) and run.stop.max_iterations is None


def _is_soft(bench: Workbench) -> bool:
    """Whether nothing is hard about time, so that every visit can be planned, however late."""
    timer, indexed = bench.timer, bench.indexed
    return (
        all(len(shifts) for shifts in bench.able)
        and all(rows[-1][1] >= FAR for rows in timer.windows)
        and all(start < 0 for start in timer.fixed)
        and all(limit >= FAR for limits in (timer.latest_return, timer.max_load, timer.max_travel) for limit in limits)
        and not any(timer.breaks)
        and not len(indexed.order_before)
    )
