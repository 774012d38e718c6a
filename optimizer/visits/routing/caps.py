"""A small day with soft ends: iterated local search by OR-Tools, under one hard cap on tardiness after the other."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.repair import admit
from optimizer.visits.routing.climb import Climb
from optimizer.visits.routing.formulation import Part, RoutingFormulation
from optimizer.visits.routing.parameters import improvement_parameters
from optimizer.visits.timetable import Timetable

__all__ = ["CAPS_MIN", "search_under_caps"]

CAPS_MIN = (20, 40, 80, 150, 250, 400, 1500)
"""Caps on tardiness, in minutes, from the one that makes the search best to the one that excludes least."""

Orders = Mapping[int, tuple[int, ...]]


def search_under_caps(run: EngineRun, bench: Workbench, table: Timetable) -> tuple[Timetable, int]:
    """Search under every cap in turn and keep the best by true cost.

    A small cap makes the search far better as long as a plan exists under it, but it may exclude the best plan; so
    each cap has a share of what time is left, and a looser one follows.

    Returns
    -------
    The best plan, and the number of accepted solutions.
    """
    climb = _climb(run, bench)
    climb.offer(dict(enumerate(table.orders)))
    part = Part(tasks=tuple(range(run.indexed.tasks)), shifts=tuple(range(run.indexed.shifts)))
    minute = 60 * run.indexed.problem.ticks_per_s
    for cap in (*CAPS_MIN, None):
        if not run.goes_on(climb.solutions):
            break
        seconds = run.seconds_left() * (1.0 if cap is None else 0.5)
        cap_t = None if cap is None else cap * minute
        formulation = RoutingFormulation(bench, run.objective, part, cap_t=cap_t, droppable=False)
        climb.iterate(formulation, improvement_parameters(seconds=seconds, solutions=None))
    best = climb.best if climb.best is not None else dict(enumerate(table.orders))
    return admit(bench, best), climb.solutions


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
