"""The yardstick: what a dispatcher does by hand. Each caregiver takes the nearest feasible next visit.

The caregiver who is free earliest takes, among the visits that can still be done in time and with the way home, the
one with the least travel and waiting; an optional visit counts as if it were ten minutes further away. A visit that
needs others (a team, an all-or-nothing link) is taken only if they can be appended to routes at the same time, nearest
first. Nothing is ever moved again. Every hard rule is kept; the order of decisions follows the measured "greedy" of
the city day.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.index import FAR
from optimizer.visits.insertion import Workbench, urgency
from optimizer.visits.timetable import Proposal

__all__ = ["plan_greedily"]

OPTIONAL_HANDICAP_S = 600
PARTNERS_TRIED = 40


def plan_greedily(run: EngineRun) -> EngineOutcome:
    """Plan as a dispatcher would; stops early, with what stands, when time is up."""
    day = _Day(run, Workbench(run.indexed, run.objective))
    day.take_fixed_visits()
    day.send_everybody()
    return EngineOutcome(routes=draft_of(day.table), iterations=day.steps)


class _Day:
    """The day as it fills up."""

    def __init__(self, run: EngineRun, bench: Workbench) -> None:
        indexed = run.indexed
        self._run, self._bench, self._indexed = run, bench, indexed
        self.table = bench.empty_timetable()
        self.steps = 0
        self._bundle_of = {visit: bundle for bundle in bench.bundles for visit in bundle}
        self._open = np.ones(indexed.tasks, dtype=bool)
        self._place = indexed.visit_location[indexed.task_visit]
        first = indexed.window_first[:-1]
        self._earliest = (
            np.minimum.reduceat(indexed.window_earliest, first)[indexed.task_visit] if len(first) else first
        )
        self._latest = np.maximum.reduceat(indexed.window_latest, first)[indexed.task_visit] if len(first) else first
        self._service = indexed.visit_duration[indexed.task_visit]
        handicap = OPTIONAL_HANDICAP_S * indexed.problem.ticks_per_s
        self._handicap = np.where(indexed.mandatory, 0, handicap)[indexed.task_visit]

    def take_fixed_visits(self) -> None:
        """What is frozen or has a fixed start is appended first, in order of time."""
        timer = self._bench.timer
        fixed = [bundle for bundle in self._bench.bundles if any(timer.fixed[visit] >= 0 for visit in bundle)]
        for bundle in sorted(fixed, key=lambda bundle: urgency(self._bench, bundle)[0:1] + self._first_start(bundle)):
            self._append_bundle(self._tasks(bundle), -1, -1)

    def send_everybody(self) -> None:
        """Let whoever is free earliest choose, until nobody finds anything."""
        free = [(start, shift) for shift, start in enumerate(self._bench.timer.shift_start)]
        heapq.heapify(free)
        while free and self._run.goes_on(self.steps):
            self.steps += 1
            moment, shift = heapq.heappop(free)
            now = self._free_at(shift)
            if now > moment:  # somebody else's choice has delayed this route
                heapq.heappush(free, (now, shift))
            elif self._take_next(shift, now):
                heapq.heappush(free, (self._free_at(shift), shift))

    def _take_next(self, shift: int, now: int) -> bool:
        return any(
            self._append_bundle(self._tasks(self._bundle_of[self._bench.timer.task_visit[task]]), task, shift)
            for task in self._nearest(shift, now).tolist()
        )

    def _nearest(self, shift: int, now: int) -> NDArray[np.int64]:
        """Open tasks that the caregiver may do and that look possible, least travel and waiting first."""
        indexed, timer = self._indexed, self._bench.timer
        tasks = np.flatnonzero(self._open & indexed.task_able[:, shift])
        order = self.table.orders[shift]
        here = timer.place[timer.task_visit[order[-1]]] if order else timer.start_place[shift]
        durations = indexed.durations[int(indexed.shift_mode[shift])]
        travel = durations[here, self._place[tasks]].astype(np.int64)
        start = np.maximum(now + travel, self._earliest[tasks])
        end = start + self._service[tasks]
        home = timer.end_place[shift]
        if home >= 0:
            end = end + durations[self._place[tasks], home]
        possible = (travel < UNREACHABLE) & (start <= self._latest[tasks]) & (end <= timer.latest_return[shift])
        # before the first visit nobody waits: the caregiver leaves later
        effort = (start - now if order else travel) + self._handicap[tasks]
        tasks, effort, start = tasks[possible], effort[possible], start[possible]
        nearest: NDArray[np.int64] = tasks[np.lexsort((tasks, start, effort))]
        return nearest

    def _append_bundle(self, tasks: list[int], task: int, shift: int) -> bool:
        """Append a task to the shift's route and the rest of its bundle wherever they fit; all or nothing."""
        rest = [other for other in tasks if other != task]
        proposal = self._append(task, shift) if task >= 0 else None
        if task >= 0 and proposal is None:
            return False
        undos = [self.table.apply(proposal)] if proposal is not None else []
        for other in rest:
            proposal = self._append_anywhere(other)
            if proposal is None:
                for undo in reversed(undos):
                    self.table.revert(undo)
                return False
            undos.append(self.table.apply(proposal))
        self._open[tasks] = False
        return True

    def _append_anywhere(self, task: int) -> Proposal | None:
        """Append the task to the first route, from the nearest on, that takes it."""
        timer = self._bench.timer
        place = timer.place[timer.task_visit[task]]
        ways = sorted((self._way_to(shift, place), shift) for shift in self._bench.able[task].tolist())
        proposals = (self._append(task, shift) for _, shift in ways[:PARTNERS_TRIED])
        return next((proposal for proposal in proposals if proposal is not None), None)

    def _append(self, task: int, shift: int) -> Proposal | None:
        changes = {shift: (*self.table.orders[shift], task)}
        crews = self._bench.crews
        if not crews.allows(task, shift, self.table) or not crews.keeps_order(self.table, changes):
            return None
        return self.table.propose(changes)

    def _way_to(self, shift: int, place: int) -> int:
        timer, order = self._bench.timer, self.table.orders[shift]
        here = timer.place[timer.task_visit[order[-1]]] if order else timer.start_place[shift]
        return int(timer.travel[shift][here, place])

    def _free_at(self, shift: int) -> int:
        timer, order = self._bench.timer, self.table.orders[shift]
        if not order:
            return timer.shift_start[shift]
        return self.table.timings[shift].starts[-1] + timer.service[timer.task_visit[order[-1]]]

    def _tasks(self, bundle: tuple[int, ...]) -> list[int]:
        return [task for visit in bundle for task in self.table.tasks_of(visit)]

    def _first_start(self, bundle: tuple[int, ...]) -> tuple[int, int]:
        fixed = (self._bench.timer.fixed[visit] for visit in bundle)
        return min((start for start in fixed if start >= 0), default=FAR), bundle[0]
