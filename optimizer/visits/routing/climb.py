"""One search by OR-Tools, its solutions timed and priced exactly, the best by true cost kept."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping

from ortools.constraint_solver import routing_parameters_pb2

from optimizer.visits.routing.formulation import RoutingFormulation

__all__ = ["Climb"]

Orders = Mapping[int, tuple[int, ...]]


class Climb:
    """Watches the solutions of searches and keeps the best.

    Parameters
    ----------
    price
        True rank (mandatory left out, cost) of some orders, or ``None`` if they cannot be timed as they stand.
    better
        Called with every better solution.
    goes_on
        Asked at every solution with the number of solutions so far; ``False`` ends the search.
    """

    def __init__(
        self,
        *,
        price: Callable[[Orders], tuple[int, float] | None],
        better: Callable[[Orders, tuple[int, float]], None],
        goes_on: Callable[[int], bool],
    ) -> None:
        self._price, self._better, self._goes_on = price, better, goes_on
        self.solutions = 0
        self.best: Orders | None = None
        self.rank: tuple[int, float] | None = None
        self.last: Orders | None = None

    def watch(self, formulation: RoutingFormulation) -> None:
        """Look at every solution that the model finds from now on."""
        watched = weakref.ref(formulation)  # the model holds the callback: a strong one would never be freed

        def look() -> None:
            seen = watched()
            if seen is not None:
                self._look(seen)

        formulation.model.AddAtSolutionCallback(look)

    def _look(self, formulation: RoutingFormulation) -> None:
        self.solutions += 1
        self.offer(formulation.orders())
        if not self._goes_on(self.solutions):
            formulation.model.CancelSearch()

    def offer(self, orders: Orders) -> None:
        """Price orders and keep them if they are the best."""
        self.last = orders
        rank = self._price(orders)
        if rank is not None and (self.rank is None or rank < self.rank):
            self.best, self.rank = orders, rank
            self._better(orders, rank)

    def descend(
        self,
        formulation: RoutingFormulation,
        parameters: routing_parameters_pb2.RoutingSearchParameters,
        start: Orders,
    ) -> bool:
        """Improve ``start`` by local search until no move helps; tells whether the model took it."""
        self.watch(formulation)
        formulation.model.CloseModelWithParameters(parameters)
        assignment = formulation.assignment_of(start)
        if assignment is None:
            return False
        return formulation.model.SolveFromAssignmentWithParameters(assignment, parameters) is not None

    def iterate(
        self, formulation: RoutingFormulation, parameters: routing_parameters_pb2.RoutingSearchParameters
    ) -> bool:
        """Iterated local search from nothing, by the clock; tells whether the model found any solution.

        It counts accepted solutions only and may never end by their number, so it needs a time limit.
        """
        self.watch(formulation)
        formulation.model.CloseModelWithParameters(parameters)
        return formulation.model.SolveWithIteratedLocalSearch(parameters) is not None
