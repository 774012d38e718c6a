"""Who may do a task beside those who are planned already: teams, links' rules on caregivers, locked orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from optimizer.visits.index import IndexedProblem
from optimizer.visits.timetable import Timetable

__all__ = ["CrewRules"]


class CrewRules:
    """Rules on caregivers that depend on the rest of the plan, and those that do not."""

    def __init__(self, indexed: IndexedProblem) -> None:
        self.task_visit: list[int] = indexed.task_visit.tolist()
        self.caregiver: list[int] = indexed.shift_caregiver.tolist()
        self.matrix = indexed.task_able
        self._same = _partners(indexed.same_caregiver, indexed.visits)
        self._different = _partners(indexed.different_caregivers, indexed.visits)
        self._rank = _ranks(indexed)
        self._shifts_of: dict[int, list[int]] = {}
        start = indexed.shift_start.tolist()
        for shift in sorted(range(indexed.shifts), key=lambda r: (start[r], r)):
            self._shifts_of.setdefault(self.caregiver[shift], []).append(shift)

    def allows(self, task: int, shift: int, timetable: Timetable) -> bool:
        """Whether the caregiver of the shift may do the task, given who does what else in the plan."""
        if not self.matrix[task, shift]:
            return False
        visit, caregiver = self.task_visit[task], self.caregiver[shift]
        if caregiver in self._crew(visit, timetable, besides=task):
            return False
        if any(caregiver in self._crew(other, timetable) for other in self._different[visit]):
            return False
        crews = (self._crew(other, timetable) for other in self._same[visit])
        return all(caregiver in crew for crew in crews if crew)

    def tied(self, visit: int) -> list[int]:
        """Visits whose caregivers bear on who may do this one."""
        return self._same[visit] + self._different[visit]

    def keeps_order(self, timetable: Timetable, changes: Mapping[int, Sequence[int]]) -> bool:
        """Whether order-locked tasks stay in their locked order on the routes that change."""
        if not self._rank:
            return True
        for caregiver in sorted({self.caregiver[shift] for shift in changes}):
            ranks = [
                self._rank[task]
                for shift in self._shifts_of[caregiver]
                for task in changes.get(shift, timetable.orders[shift])
                if task in self._rank
            ]
            if ranks != sorted(ranks):
                return False
        return True

    def _crew(self, visit: int, timetable: Timetable, besides: int = -1) -> set[int]:
        shifts = (timetable.shift_of[task] for task in timetable.tasks_of(visit) if task != besides)
        return {self.caregiver[shift] for shift in shifts if shift >= 0}


def _partners(pairs: np.ndarray, visits: int) -> list[list[int]]:
    partners: list[list[int]] = [[] for _ in range(visits)]
    for a, b in pairs.tolist():
        partners[a].append(b)
        partners[b].append(a)
    return partners


def _ranks(indexed: IndexedProblem) -> dict[int, int]:
    """Place of each order-locked task in its caregiver's locked order; pairs are neighbours, so they form chains."""
    after = dict(zip(indexed.order_before.tolist(), indexed.order_after.tolist(), strict=True))
    heads = sorted(set(after) - set(after.values()))
    ranks: dict[int, int] = {}
    for head in heads:
        task: int | None = head
        while task is not None:
            ranks[task] = len(ranks)
            task = after.get(task)
    return ranks
