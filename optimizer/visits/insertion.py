"""Puts visits that are left out into a plan, each where it costs least, together with whom they need.

A *bundle* is what must come in together: all visits of an all-or-nothing group with all members of their teams. Gaps
are searched for all routes at once (:mod:`optimizer.visits.positions`) and timed exactly with every route that the
insertion delays (:mod:`optimizer.visits.timetable`); members of a bundle are placed one after the other, with a step
back where the next one finds no place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.costing import RouteCosts
from optimizer.visits.crews import CrewRules
from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.positions import Positions
from optimizer.visits.timetable import Proposal, Snapshot, Timetable, Undo
from optimizer.visits.timing import RouteTimer

__all__ = ["EVERY_GAP", "Effort", "Inserter", "Workbench", "bundles", "urgency"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard an insertion is tried.

    ``choices``: feasible gaps of a single task that are compared by exact cost; ``breadth``: gaps tried for each
    member of a bundle before the member before is moved on (``None``: all of them).
    """

    choices: int = 3
    breadth: int | None = 12


SCARCE = 20
"""A task that no more shifts can do is looked for everywhere."""

QUICK = Effort()
EVERY_GAP = Effort(choices=3, breadth=None)


class Workbench:
    """What every engine works with: the timer, the rules on crews, the costs, and an empty timetable to fill."""

    def __init__(self, indexed: IndexedProblem, objective: Objective) -> None:
        self.indexed = indexed
        self.timer = RouteTimer(indexed)
        self.crews = CrewRules(indexed)
        self.costs = RouteCosts(indexed, objective, self.timer)
        self.able = _able_shifts(indexed)
        self.bundles = bundles(indexed)

    def empty_timetable(self) -> Timetable:
        """A timetable without visits."""
        return Timetable(self.timer)


def _able_shifts(indexed: IndexedProblem) -> list[NDArray[np.int64]]:
    """For each task the shifts that can do it, sorted; one array for all tasks that the same shifts can do."""
    kinds: dict[bytes, NDArray[np.int64]] = {}
    able = []
    for row in indexed.task_able:
        key = row.tobytes()
        if key not in kinds:
            kinds[key] = np.flatnonzero(row)
        able.append(kinds[key])
    return able


def bundles(indexed: IndexedProblem) -> list[tuple[int, ...]]:
    """Visits that are planned all or not at all, as tuples; sorted by their first visit."""
    groups: dict[int, list[int]] = {}
    for visit, group in enumerate(indexed.group.tolist()):
        groups.setdefault(group, []).append(visit)
    return [tuple(groups[group]) for group in sorted(groups)]


def urgency(bench: Workbench, bundle: Sequence[int]) -> tuple[float, ...]:
    """Sort key of construction: what is frozen or locked, mandatory, scarce, dear and narrow comes first."""
    indexed = bench.indexed
    tasks = [task for visit in bundle for task in _tasks(indexed, visit)]
    fixed = min(bench.timer.fixed[visit] < 0 for visit in bundle)
    frozen = not any(bench.timer.frozen[visit] for visit in bundle)
    scarcest = min(len(bench.able[task]) for task in tasks) // max(1, len(indexed.shift_ids) // 20)
    width = min(sum(latest - earliest for earliest, latest, _ in bench.timer.windows[visit]) for visit in bundle)
    price = max(bench.costs.price[visit] for visit in bundle)
    mandatory = not any(indexed.mandatory[visit] for visit in bundle)
    return (frozen, fixed, mandatory, scarcest, -len(tasks), -price, width, bundle[0])


class Inserter:
    """Inserts bundles into one timetable.

    Parameters
    ----------
    out_of_time
        Asked between attempts; ``True`` ends the work with what stands.
    blink
        Asked at every feasible gap; ``True`` passes it over (for searches that want variety).

    Attributes
    ----------
    touched
        Shifts whose route or times were changed since the set was last cleared.
    within
        ``(R,)`` bool: only these shifts are looked at for tasks that many could do; ``None``: all.
    """

    def __init__(
        self,
        bench: Workbench,
        timetable: Timetable,
        *,
        out_of_time: Callable[[], bool] = lambda: False,
        blink: Callable[[], bool] = lambda: False,
    ) -> None:
        self.bench = bench
        self.table = timetable
        self.positions = Positions(bench.indexed, bench.costs, timetable)
        self.touched: set[int] = set()
        self.within: NDArray[np.bool_] | None = None
        self._out_of_time = out_of_time
        self._blink = blink

    def insert_all(self, wanted: Iterable[Sequence[int]], effort: Effort = QUICK) -> int:
        """Try bundles in the order given; returns how many went in. Ends early when time is up."""
        placed = 0
        for bundle in wanted:
            if self._out_of_time():
                break
            placed += self.insert(bundle, effort)
        return placed

    def insert_if_worth(self, bundle: Sequence[int], effort: Effort) -> bool:
        """Insert a bundle unless it is optional and costs more than leaving it out."""
        kept, touched = self.table.snapshot(), self.touched
        self.touched = set()
        placed = self.insert(bundle, effort)
        if placed and not self._is_worth(bundle, kept):
            self.table.restore(kept)
            self.positions.refresh(sorted(self.touched))
            placed = False
        self.touched |= touched
        return placed

    def _is_worth(self, bundle: Sequence[int], before: Snapshot) -> bool:
        costs, table = self.bench.costs, self.table
        if any(self.bench.indexed.mandatory[visit] for visit in bundle):
            return True
        more = sum(
            costs.route(shift, table.orders[shift], table.timings[shift])
            - costs.route(shift, before.orders[shift], before.timings[shift])
            for shift in sorted(self.touched)
        )
        return more <= sum(costs.price[visit] for visit in bundle)

    def insert(self, bundle: Sequence[int], effort: Effort = QUICK) -> bool:
        """Insert whatever of the bundle is not planned yet, all or nothing; tells whether it went in."""
        tasks = [t for visit in bundle for t in self.table.tasks_of(visit) if self.table.shift_of[t] < 0]
        if not tasks or any(not len(self.bench.able[task]) for task in tasks):
            return False
        if len(tasks) == 1:
            return self._insert_one(tasks[0], effort)
        return self._insert_together(self._in_order(bundle, tasks), effort)

    def change(self, orders: Mapping[int, Sequence[int]]) -> bool:
        """Give some shifts new orders; tells whether that could be done."""
        proposal = self.table.propose(orders)
        if proposal is None:
            return False
        self._apply(proposal)
        return True

    def _in_order(self, bundle: Sequence[int], tasks: Sequence[int]) -> list[int]:
        """Scarcest visit first, its whole team next to each other."""
        task_visit, able = self.bench.timer.task_visit, self.bench.able
        scarcity = {visit: min(len(able[task]) for task in self.table.tasks_of(visit)) for visit in bundle}
        return sorted(tasks, key=lambda task: (scarcity[task_visit[task]], task_visit[task], len(able[task]), task))

    def _insert_one(self, task: int, effort: Effort) -> bool:
        """Of the first feasible gaps, the one whose exact cost is least."""
        best: tuple[float, Proposal] | None = None
        for found, proposal in enumerate(self._proposals(task), start=1):
            cost = self._added_cost(proposal)
            if best is None or cost < best[0]:
                best = cost, proposal
            if found >= effort.choices or self._out_of_time():
                break
        if best is None:
            return False
        self._apply(best[1])
        return True

    def _insert_together(self, tasks: Sequence[int], effort: Effort) -> bool:
        """Depth first over the members; every member tries its gaps from the cheapest on."""
        if not tasks:
            return True
        for tried, proposal in enumerate(self._proposals(tasks[0])):
            if (effort.breadth is not None and tried >= effort.breadth) or self._out_of_time():
                return False
            undo = self._apply(proposal)
            if self._insert_together(tasks[1:], effort):
                return True
            self._revert(undo)
        return False

    def _proposals(self, task: int) -> Iterable[Proposal]:
        """Feasible insertions of one task, by rising estimate of cost."""
        lower, upper = self._bounds(task)
        if lower > upper:
            return
        found = self.positions.candidates(task, self._shifts_for(task), lower, upper)
        for shift, position in zip(found.shift.tolist(), found.position.tolist(), strict=True):
            if not self.bench.crews.allows(task, shift, self.table):
                continue
            order = self.table.orders[shift]
            changes = {shift: (*order[:position], task, *order[position:])}
            if not self.bench.crews.keeps_order(self.table, changes):
                continue
            proposal = None if self._blink() else self.table.propose(changes)
            if proposal is not None:
                yield proposal

    def _shifts_for(self, task: int) -> NDArray[np.int64]:
        able = self.bench.able[task]
        return able if self.within is None or len(able) <= SCARCE else able[self.within[able]]

    def _bounds(self, task: int) -> tuple[int, int]:
        """Between which starts the planned members of the team and partners in links leave room."""
        visit = self.bench.timer.task_visit[task]
        lower, upper = 0, FAR
        for partner, least, most in self.table.demands_on(visit):
            planned = [member for member in self.table.tasks_of(partner) if self.table.shift_of[member] >= 0]
            if not planned:
                continue
            start = self.table.start_of(planned[0])
            latest = min(self._latest_start(member) for member in planned)
            lower, upper = max(lower, start + least), min(upper, latest + most)
        return lower, upper

    def _latest_start(self, task: int) -> int:
        shift = self.table.shift_of[task]
        timer = self.bench.timer
        due = self.positions.latest_start(shift, self.table.orders[shift].index(task))
        return max(timer.latest_start(timer.task_visit[task], due), self.table.start_of(task))

    def _added_cost(self, proposal: Proposal) -> float:
        costs, table = self.bench.costs, self.table
        return sum(
            costs.route(shift, proposal.orders.get(shift, table.orders[shift]), timing)
            - costs.route(shift, table.orders[shift], table.timings[shift])
            for shift, timing in proposal.timings.items()
        )

    def _apply(self, proposal: Proposal) -> Undo:
        undo = self.table.apply(proposal)
        self._refresh(undo)
        return undo

    def _revert(self, undo: Undo) -> None:
        self.table.revert(undo)
        self._refresh(undo)

    def _refresh(self, undo: Undo) -> None:
        shifts = sorted(undo.timings.keys() | undo.orders.keys())
        self.touched.update(shifts)
        self.positions.refresh(shifts)


def _tasks(indexed: IndexedProblem, visit: int) -> range:
    return range(int(indexed.first_task[visit]), int(indexed.first_task[visit + 1]))
