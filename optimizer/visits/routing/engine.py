"""The engine ``ortools``: insertion, iterated local search under caps, and descents over clusters of routes."""

from __future__ import annotations

import math

import numpy as np

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.index import FAR
from optimizer.visits.insertion import Inserter, Workbench, urgency
from optimizer.visits.repair import admit
from optimizer.visits.routing.caps import search_under_caps
from optimizer.visits.routing.rounds import Rounds
from optimizer.visits.timetable import Timetable

__all__ = ["plan_by_routing"]

CAPPED_TASKS = 150
"""Up to this many tasks one model of the whole day is searched; above it iterated local search falls behind."""


def plan_by_routing(run: EngineRun) -> EngineOutcome:
    """Plan with OR-Tools' routing solver; see :mod:`optimizer.visits.routing`."""
    bench = Workbench(run.indexed, run.objective)
    table = _first_plan(run, bench)
    if not run.indexed.tasks or not run.indexed.shifts or not run.goes_on(0):
        return EngineOutcome(routes=draft_of(table))
    if _is_capped_by_clock(run, bench):
        table, iterations = search_under_caps(run, bench, table)
    else:
        rounds = Rounds(run, bench, table, np.random.default_rng(run.seed))
        rounds.improve()
        table, iterations = admit(bench, rounds.best), rounds.iterations
    return EngineOutcome(routes=draft_of(table), iterations=iterations)


def _first_plan(run: EngineRun, bench: Workbench) -> Timetable:
    """What was given to begin with, or an empty plan; and whatever can be inserted, the scarce and mandatory first."""
    table = admit(bench, run.start or {})
    inserter = Inserter(bench, table, out_of_time=lambda: not run.goes_on(0))
    wanted = [bundle for bundle in bench.bundles if not all(map(table.is_planned, bundle))]
    inserter.insert_all(sorted(wanted, key=lambda bundle: urgency(bench, bundle)))
    table.settle()
    run.incumbents.offer(draft_of(table), iterations=0, source="insertion")
    return table


def _is_capped_by_clock(run: EngineRun, bench: Workbench) -> bool:
    """Whether iterated local search under caps applies: a small day, soft ends only, and a time limit alone.

    That search counts accepted solutions only and may never end by their number, so it needs the clock.
    """
    by_clock = math.isfinite(run.deadline_s) and run.stop.max_iterations is None
    return by_clock and run.indexed.tasks <= CAPPED_TASKS and _is_soft(bench)


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
