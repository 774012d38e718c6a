"""A small day with soft ends: iterated local search by OR-Tools, under one hard cap on tardiness after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineRun
from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.insertion import Workbench
from optimizer.visits.repair import admit
from optimizer.visits.routing.climb import Climb
from optimizer.visits.routing.formulation import Part, RoutingFormulation
from optimizer.visits.routing.parameters import improvement_parameters
from optimizer.visits.timetable import Timetable

__all__ = ["CAPS_MIN", "caps_t", "search_under_caps", "tightened"]

CAPS_MIN = (20, 40, 80, 150, 250, 400, 1500)
"""Caps on tardiness, in minutes, from the one that makes the search best to the one that excludes least."""

SLICE_S = 0.002
"""Seconds of one slice for each pair of tasks: about what the search needs until it finds little more."""

LONGEST_SLICE_S = 10.0

Orders = Mapping[int, tuple[int, ...]]


def search_under_caps(run: EngineRun, bench: Workbench, table: Timetable) -> tuple[Timetable, int]:
    """Iterated local search under every cap in turn; the best by true cost is kept.

    A small cap makes the search far better as long as a plan exists under it, but it may exclude the best plan; so
    each cap has its share of the time, and a looser one follows. The search cannot be called off: a slice ends by the
    clock, even if nobody wants to go on.

    Returns
    -------
    The best plan, and the number of accepted solutions.
    """
    climb = _climb(run, bench)
    climb.offer(dict(enumerate(table.orders)))
    part = Part(tasks=tuple(range(run.indexed.tasks)), shifts=tuple(range(run.indexed.shifts)))
    slice_s = SLICE_S * run.indexed.tasks**2
    for cap_t in caps_t(run.indexed):
        if not run.goes_on(climb.solutions):
            break
        formulation = RoutingFormulation(bench, run.objective, part, cap_t=cap_t, droppable=False)
        seconds = min(slice_s, LONGEST_SLICE_S, run.seconds_left())
        climb.iterate(formulation, improvement_parameters(seconds=seconds, solutions=None))
    best = climb.best if climb.best is not None else dict(enumerate(table.orders))
    return admit(bench, best), climb.solutions


def caps_t(indexed: IndexedProblem) -> list[int | None]:
    """The caps in ticks, the last one none."""
    minute = 60 * indexed.problem.ticks_per_s
    return [*(cap * minute for cap in CAPS_MIN), None]


def tightened(indexed: IndexedProblem, cap_t: int | None) -> IndexedProblem:
    """The same day with hard ends of windows no later than the cap allows after the due time."""
    if cap_t is None:
        return indexed
    capped = np.minimum(indexed.window_latest, indexed.window_due + cap_t)
    return replace(indexed, window_latest=np.where(indexed.window_due < FAR, capped, indexed.window_latest))


def _climb(run: EngineRun, bench: Workbench) -> Climb:
    def true_rank(orders: Orders) -> tuple[int, float] | None:
        table = bench.empty_timetable()
        proposal = table.propose({shift: order for shift, order in orders.items() if order})
        if proposal is None:
            return None
        table.apply(proposal)
        return bench.costs.plan(table)

    def tell(orders: Orders, _rank: tuple[int, float]) -> None:
        run.incumbents.offer(draft_of(admit(bench, orders)), iterations=climb.solutions, source="ortools")

    climb = Climb(price=true_rank, better=tell, goes_on=run.goes_on)
    return climb
