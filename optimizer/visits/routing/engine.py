"""The engine ``ortools`` on a day that is planned as one model."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.index import FAR
from optimizer.visits.insertion import Inserter, Workbench, urgency
from optimizer.visits.repair import admit
from optimizer.visits.routing.climb import Climb
from optimizer.visits.routing.formulation import Part, RoutingFormulation
from optimizer.visits.routing.parameters import first_solution_parameters, improvement_parameters
from optimizer.visits.timetable import Timetable

__all__ = ["plan_by_routing"]

CAPS_MIN = (20, 40, 80, 150, 250, 400, 1500)
"""Caps on tardiness, in minutes, from the one that makes the search best to the one that excludes least."""

Orders = Mapping[int, tuple[int, ...]]


def plan_by_routing(run: EngineRun) -> EngineOutcome:
    """Plan with OR-Tools' routing solver; see :mod:`optimizer.visits.routing`."""
    bench = Workbench(run.indexed, run.objective)
    return _SmallDay(run, bench).plan()


class _SmallDay:
    """One model for the whole day, solved under one cap on tardiness after the other."""

    def __init__(self, run: EngineRun, bench: Workbench) -> None:
        self._run, self._bench = run, bench
        self._part = Part(
            tasks=tuple(task for task in range(run.indexed.tasks) if len(bench.able[task])),
            shifts=tuple(range(run.indexed.shifts)),
        )
        self._soft = _is_soft(bench, self._part)
        self._climb = Climb(bench, price=self._true_rank, better=self._tell, goes_on=run.goes_on)

    def plan(self) -> EngineOutcome:
        """Begin with insertions, then search."""
        table = self._first_plan()
        if self._part.tasks and self._part.shifts:
            self._climb.offer({shift: order for shift, order in enumerate(table.orders)})
            self._search()
        best = self._climb.best
        routes = draft_of(table if best is None else admit(self._bench, best))
        return EngineOutcome(routes=routes, iterations=self._climb.solutions)

    def _first_plan(self) -> Timetable:
        """What was given to begin with, or an empty plan; and whatever can be inserted."""
        table = admit(self._bench, self._run.start or {})
        inserter = Inserter(self._bench, table, out_of_time=lambda: not self._run.goes_on(0))
        wanted = [bundle for bundle in self._bench.bundles if not all(map(table.is_planned, bundle))]
        inserter.insert_all(sorted(wanted, key=lambda bundle: urgency(self._bench, bundle)))
        table.settle()
        self._run.incumbents.offer(draft_of(table), iterations=0, source="insertion")
        return table

    def _search(self) -> None:
        """By the clock and with soft ends only: iterated local search under caps; otherwise descent from what stands."""
        if self._soft and math.isfinite(self._run.deadline_s) and self._run.stop.max_iterations is None:
            self._search_under_caps()
        elif self._climb.best is not None:
            parameters = first_solution_parameters(seconds=self._run.seconds_left(), solutions=self._solutions_left())
            self._climb.descend(self._formulation(None), parameters, self._climb.best)

    def _search_under_caps(self) -> None:
        """Each cap has its share of the time; caps without a plan cost little of it."""
        minute = 60 * self._run.indexed.problem.ticks_per_s
        for cap in (*CAPS_MIN, None):
            if not self._run.goes_on(self._climb.solutions):
                return
            seconds = self._run.seconds_left() * (1.0 if cap is None else 0.5)
            parameters = improvement_parameters(seconds=seconds, solutions=None)
            self._climb.iterate(self._formulation(None if cap is None else cap * minute), parameters)

    def _formulation(self, cap_t: int | None) -> RoutingFormulation:
        return RoutingFormulation(self._bench, self._run.objective, self._part, cap_t=cap_t, droppable=not self._soft)

    def _solutions_left(self) -> int | None:
        limit = self._run.stop.max_iterations
        return None if limit is None else max(0, limit - self._climb.solutions)

    def _true_rank(self, orders: Orders) -> tuple[int, float] | None:
        table = self._bench.empty_timetable()
        proposal = table.propose({shift: order for shift, order in orders.items() if order})
        if proposal is None:
            return None
        table.apply(proposal)
        return self._bench.costs.plan(table)

    def _tell(self, orders: Orders, rank: tuple[int, float]) -> None:
        del rank
        table = admit(self._bench, orders)
        self._run.incumbents.offer(draft_of(table), iterations=self._climb.solutions, source="ortools")


def _is_soft(bench: Workbench, part: Part) -> bool:
    """Whether nothing is hard about time, so that every visit can be planned, however late."""
    timer = bench.timer
    windows = (bench.timer.windows[timer.task_visit[task]] for task in part.tasks)
    open_ended = all(rows[-1][1] >= FAR for rows in windows)
    shifts_open = all(timer.latest_return[shift] >= FAR for shift in part.shifts)
    nothing_fixed = all(timer.fixed[timer.task_visit[task]] < 0 for task in part.tasks)
    no_load = all(timer.max_load[r] >= FAR and timer.max_travel[r] >= FAR for r in part.shifts)
    return open_ended and shifts_open and nothing_fixed and no_load and not any(timer.breaks)
