"""What ties tasks to each other in the routing model: teams, links, locked orders, all or nothing, who with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ortools.constraint_solver import pywrapcp

from optimizer.visits.index import FAR, IndexedProblem

__all__ = ["Ties"]


class Ties:
    """Adds the ties of a part to its model.

    Parameters
    ----------
    model, time
        The model, and its dimension of time.
    index_of
        Solver index of each task of the part.
    shifts
        The shifts of the part, in the order of the vehicles.
    droppable
        Whether visits may be left out.
    """

    def __init__(
        self,
        indexed: IndexedProblem,
        model: pywrapcp.RoutingModel,
        time: pywrapcp.RoutingDimension,
        *,
        index_of: Mapping[int, int],
        shifts: Sequence[int],
        droppable: bool,
    ) -> None:
        self._indexed, self._model, self._time, self._index_of = indexed, model, time, index_of
        self._solver, self._droppable = model.solver(), droppable
        self._owners = [int(indexed.shift_caregiver[shift]) for shift in shifts]
        self._members: dict[int, list[int]] = {}
        for task, index in sorted(index_of.items()):
            self._members.setdefault(int(indexed.task_visit[task]), []).append(index)

    def add(self, bundles: Sequence[Sequence[int]]) -> None:
        """Add everything; ``bundles`` are the visits that are planned all or not at all."""
        self._start_teams_together()
        self._keep_gaps()
        self._keep_locked_orders()
        self._choose_crews()
        if self._droppable:
            self._plan_all_or_nothing(bundles)

    def _start_teams_together(self) -> None:
        for members in self._members.values():
            for a, b in pairwise(members):
                self._time.AddNodePrecedence(a, b, 0)
                self._time.AddNodePrecedence(b, a, 0)

    def _keep_gaps(self) -> None:
        """Each side of a gap is a precedence; between teams that start together one member each is enough."""
        indexed = self._indexed
        columns = (indexed.gap_before, indexed.gap_after, indexed.gap_min, indexed.gap_max)
        for before, after, least, most in zip(*(column.tolist() for column in columns), strict=True):
            if before in self._members and after in self._members:
                first, second = self._members[before][0], self._members[after][0]
                self._time.AddNodePrecedence(first, second, least)
                if most < FAR:
                    self._time.AddNodePrecedence(second, first, -most)

    def _keep_locked_orders(self) -> None:
        pairs = zip(self._indexed.order_before.tolist(), self._indexed.order_after.tolist(), strict=True)
        for before, after in pairs:
            if before in self._index_of and after in self._index_of:
                self._time.AddNodePrecedence(self._index_of[before], self._index_of[after], 0)

    def _plan_all_or_nothing(self, bundles: Sequence[Sequence[int]]) -> None:
        for bundle in bundles:
            indices = [index for visit in bundle for index in self._members.get(visit, ())]
            for a, b in pairwise(indices):
                self._solver.Add(self._model.ActiveVar(a) == self._model.ActiveVar(b))

    def _choose_crews(self) -> None:
        """Members of a team, and visits of a link, by different caregivers or by the same."""
        for members in self._members.values():
            for i, a in enumerate(members):
                for b in members[i + 1 :]:
                    self._differ(a, b)
        for one, other in self._indexed.different_caregivers.tolist():
            for a in self._members.get(one, ()):
                for b in self._members.get(other, ()):
                    self._differ(a, b)
        for one, other in self._indexed.same_caregiver.tolist():
            pair = self._members.get(one, ()), self._members.get(other, ())
            if len(pair[0]) == len(pair[1]) == 1:
                self._agree(pair[0][0], pair[1][0])

    def _caregiver(self, index: int) -> Any:
        """The caregiver of a task as an expression (0: left out); simply the vehicle where each has one shift."""
        vehicle = self._model.VehicleVar(index)
        if len(set(self._owners)) == len(self._owners):
            return vehicle
        return self._solver.Element([0, *(owner + 1 for owner in self._owners)], vehicle + 1).Var()

    def _differ(self, a: int, b: int) -> None:
        if not self._droppable:
            self._solver.Add(self._caregiver(a) != self._caregiver(b))
            return
        equal = self._solver.IsEqualVar(self._caregiver(a), self._caregiver(b))
        self._solver.Add(equal + self._model.ActiveVar(a) <= 1)

    def _agree(self, a: int, b: int) -> None:
        if not self._droppable:
            self._solver.Add(self._caregiver(a) == self._caregiver(b))
            return
        equal = self._solver.IsEqualVar(self._caregiver(a), self._caregiver(b))
        self._solver.Add(self._model.ActiveVar(a) + self._model.ActiveVar(b) - equal <= 1)
