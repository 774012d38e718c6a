"""OR-Tools on a few neighbouring routes of a large plan, everything else held still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer.visits.insertion import Inserter, Workbench
from optimizer.visits.objective import Objective
from optimizer.visits.routing.climb import Climb
from optimizer.visits.routing.formulation import Part, RoutingFormulation
from optimizer.visits.routing.parameters import first_solution_parameters
from optimizer.visits.timetable import Timetable

__all__ = ["ClusterImprover", "cut_part"]

Orders = Mapping[int, tuple[int, ...]]


def cut_part(bench: Workbench, table: Timetable, shifts: Sequence[int], left_out: Sequence[Sequence[int]]) -> Part:
    """The tasks of some routes and some bundles that are left out.

    A task that is tied to a task of another route (its team, a link) keeps its route and its start.
    """
    chosen = set(shifts)
    planned = {task for shift in shifts for task in table.orders[shift]}
    more = {task for bundle in left_out for visit in bundle for task in table.tasks_of(visit)}
    more = {task for task in more if chosen.intersection(bench.able[task].tolist())}
    whole = [bundle for bundle in left_out if all(t in more for v in bundle for t in table.tasks_of(v))]
    more = {task for bundle in whole for visit in bundle for task in table.tasks_of(visit)}
    pinned = {}
    for task in sorted(planned):
        visit = bench.timer.task_visit[task]
        tied = {visit} | {partner for partner, _, _ in table.demands_on(visit)} | set(bench.crews.tied(visit))
        tasks = {member for one in tied for member in table.tasks_of(one)}
        if any(table.shift_of[member] >= 0 and member not in planned for member in tasks):
            pinned[task] = table.shift_of[task], table.start_of(task)
    return Part(tasks=tuple(sorted(planned | more)), shifts=tuple(sorted(chosen)), pinned=pinned)


class ClusterImprover:
    """Improves a plan by descents of OR-Tools over clusters of routes.

    Attributes
    ----------
    solutions
        Solutions that OR-Tools has found so far.
    """

    def __init__(self, bench: Workbench, objective: Objective, inserter: Inserter) -> None:
        self._bench, self._objective, self._inserter = bench, objective, inserter
        self.solutions = 0

    def improve(
        self, shifts: Sequence[int], left_out: Sequence[Sequence[int]], *, seconds: float, solutions: int | None
    ) -> bool:
        """Descend from the present plan of some routes; tells whether the plan became better."""
        bench, table = self._bench, self._inserter.table
        part = cut_part(bench, table, shifts, left_out)
        if not part.tasks:
            return False
        climb = Climb(price=self._rank, better=lambda orders, rank: None, goes_on=lambda solutions: True)
        start = {shift: table.orders[shift] for shift in part.shifts}
        climb.offer(start)
        before = climb.rank
        formulation = RoutingFormulation(bench, self._objective, part, cap_t=None, droppable=True)
        parameters = first_solution_parameters(seconds=seconds, solutions=solutions)
        climb.descend(formulation, parameters, start)
        self.solutions += climb.solutions
        if climb.best is None or climb.rank == before:
            return False
        return self._inserter.change(climb.best)

    def _rank(self, orders: Orders) -> tuple[int, float] | None:
        """What the routes cost with the rest of the plan as it is, and the mandatory visits that they leave out."""
        bench, table = self._bench, self._inserter.table
        proposal = table.propose(orders)
        if proposal is None:
            return None
        cost = sum(
            bench.costs.route(shift, proposal.orders.get(shift, table.orders[shift]), timing)
            - (0.0 if shift in orders else bench.costs.route(shift, table.orders[shift], table.timings[shift]))
            for shift, timing in proposal.timings.items()
        )
        planned = {bench.timer.task_visit[task] for order in orders.values() for task in order}
        mandatory = -sum(bool(bench.indexed.mandatory[visit]) for visit in planned)
        return mandatory, cost - sum(bench.costs.price[visit] for visit in sorted(planned))
