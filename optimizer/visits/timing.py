"""Earliest times of one route: windows, breaks, locks, travel, the shift's end.

For a given order of tasks every start is as early as the rules of the route allow (the least solution of the route's
inequalities); what other routes demand comes in as lower bounds of the starts. A break may lie in any gap between two
stops; which gap is decided by labels "the first *j* breaks are dealt with, earliest moment", so a break is tried in
every gap at the cost of one pass. Used by all engines; the referee has its own timing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.route_rules import PauseRule, fixed_starts, pauses_of, windows_of

__all__ = ["RouteTimer", "RouteTiming", "TimedBreak"]


class TimedBreak(NamedTuple):
    """A break that is taken: its index in the indexed problem (``break_index``), and its start in ticks."""

    break_index: int
    start_t: int


@dataclass(frozen=True, slots=True)
class RouteTiming:
    """Times of one route in ticks: a start for each task, the breaks taken, return and travel.

    ``labels`` has a row for leaving and one for each stop: the earliest end with the first *j* breaks dealt with, for
    *j* from 0 on; ``FAR`` where that is not possible.
    """

    starts: tuple[int, ...]
    breaks: tuple[TimedBreak, ...]
    return_t: int
    travel_t: int
    labels: tuple[tuple[int, ...], ...] = ()


class _Crossing(NamedTuple):
    """A gap between two places: arrival, breaks taken in it, travel."""

    arrival: int
    breaks: tuple[TimedBreak, ...]
    travel: int


class _Step(NamedTuple):
    """How a label was reached: label before, start of the stop, breaks in the gap before it, travel of the gap."""

    before: int
    start: int
    breaks: tuple[TimedBreak, ...]
    travel: int


_NO_BOUNDS: Mapping[int, int] = {}


class RouteTimer:
    """Times routes of one indexed problem. Holds plain Python values, which are faster one by one than arrays."""

    def __init__(self, indexed: IndexedProblem) -> None:
        self.indexed = indexed
        self.task_visit: list[int] = indexed.task_visit.tolist()
        self.place: list[int] = indexed.visit_location.tolist()
        self.service: list[int] = indexed.visit_duration.tolist()
        self.load: list[int] = indexed.visit_load.tolist()
        self.windows = [windows_of(indexed, v) for v in range(indexed.visits)]
        self.fixed, self.frozen = fixed_starts(indexed)
        tables = [table.data for table in indexed.durations]
        self.travel = [tables[mode] for mode in indexed.shift_mode.tolist()]
        self.start_place: list[int] = indexed.shift_start_location.tolist()
        self.end_place: list[int] = indexed.shift_end_location.tolist()
        self.shift_start: list[int] = indexed.shift_start.tolist()
        self.latest_return: list[int] = indexed.shift_latest_return.tolist()
        self.max_travel: list[int] = indexed.shift_max_travel.tolist()
        self.max_load: list[int] = indexed.shift_max_load.tolist()
        self.breaks = [pauses_of(indexed, r) for r in range(indexed.shifts)]

    def earliest_start(self, visit: int, ready: int) -> int:
        """First moment from ``ready`` on at which the visit may start, or -1."""
        fixed = self.fixed[visit]
        if fixed >= 0:
            if ready > fixed:
                return -1
            inside = self.frozen[visit] or any(e <= fixed <= latest for e, latest, _ in self.windows[visit])
            return fixed if inside else -1
        for earliest, latest, _ in self.windows[visit]:
            if ready <= latest:
                return max(ready, earliest)
        return -1

    def latest_start(self, visit: int, moment: int) -> int:
        """Last moment up to ``moment`` at which the visit may start, or ``-FAR``."""
        fixed = self.fixed[visit]
        if fixed >= 0:
            return fixed if fixed <= moment else -FAR
        return max((min(latest, moment) for e, latest, _ in self.windows[visit] if e <= moment), default=-FAR)

    def tardiness(self, visit: int, start: int) -> int:
        """Ticks by which the start is after the due time of the window it lies in (the kindest, if in several)."""
        late = [max(0, start - due) for e, latest, due in self.windows[visit] if e <= start <= latest]
        return min(late, default=0)

    def time(
        self,
        shift: int,
        tasks: Sequence[int],
        lower: Mapping[int, int] = _NO_BOUNDS,
        leave: int = 0,
        upper: Mapping[int, int] = _NO_BOUNDS,
    ) -> RouteTiming | None:
        """Earliest times of a route, or ``None`` if the order cannot be done.

        Parameters
        ----------
        lower
            Lower bounds of starts by visit, from links and teams.
        leave
            Earliest moment of leaving, where later than the shift's start.
        upper
            Upper bounds of starts by visit. On a route with breaks they may ask for another place of the break: what
            is earliest for the route is not earliest for every visit on it.
        """
        if sum(self.load[self.task_visit[task]] for task in tasks) > self.max_load[shift]:
            return None
        leave = max(leave, self.shift_start[shift])
        if not tasks:
            return self.empty_route(shift, leave)
        if self.breaks[shift]:
            timing = self._time_with_breaks(shift, tasks, lower, leave, upper)
        else:
            timing = self._time_plain(shift, tasks, lower, leave, upper)
        return timing if timing is not None and timing.travel_t <= self.max_travel[shift] else None

    def empty_route(self, shift: int, leave: int = 0) -> RouteTiming:
        """The timing of a route without tasks."""
        leave = max(leave, self.shift_start[shift])
        return RouteTiming((), (), leave, 0, (tuple(_labels_at_start(self.breaks[shift], leave)),))

    def _time_plain(
        self, shift: int, tasks: Sequence[int], lower: Mapping[int, int], leave: int, upper: Mapping[int, int]
    ) -> RouteTiming | None:
        travel, here, moment, total = self.travel[shift], self.start_place[shift], leave, 0
        starts, labels = [], [(leave,)]
        for task in tasks:
            visit = self.task_visit[task]
            there = self.place[visit]
            step = travel[here, there]
            start = self.earliest_start(visit, max(moment + step, lower.get(visit, 0)))
            if start < 0 or step >= UNREACHABLE or start > upper.get(visit, FAR):
                return None
            starts.append(start)
            total += step
            moment, here = start + self.service[visit], there
            labels.append((moment,))
        if tasks and self.end_place[shift] >= 0:
            step = travel[here, self.end_place[shift]]
            if step >= UNREACHABLE:
                return None
            moment, total = moment + step, total + step
        if moment > self.latest_return[shift]:
            return None
        return RouteTiming(tuple(starts), (), moment, total, tuple(labels))

    def _time_with_breaks(
        self, shift: int, tasks: Sequence[int], lower: Mapping[int, int], leave: int, upper: Mapping[int, int]
    ) -> RouteTiming | None:
        pauses = self.breaks[shift]
        labels = _labels_at_start(pauses, leave)
        rows = [tuple(labels)]
        here = self.start_place[shift]
        steps: list[list[_Step | None]] = []
        for k, task in enumerate(tasks):
            visit = self.task_visit[task]
            bound, latest = lower.get(visit, 0), upper.get(visit, FAR)
            row = [self._best_step(shift, here, visit, labels, j, bound, k == 0) for j in range(len(pauses) + 1)]
            row = [step if step is not None and step.start <= latest else None for step in row]
            if not any(row):
                return None
            steps.append(row)
            labels = [FAR if step is None else step.start + self.service[visit] for step in row]
            rows.append(tuple(labels))
            here = self.place[visit]
        end = self._best_end(shift, here, labels)
        return None if end is None else _traced(steps, end, tuple(rows))

    def _best_step(
        self, shift: int, here: int, visit: int, labels: Sequence[int], upto: int, bound: int, first: bool
    ) -> _Step | None:
        """Earliest start of the stop with the first ``upto`` breaks dealt with."""
        best: _Step | None = None
        # on equal times: at the first stop rather leave late than take a break, later on rather take it late
        order = range(upto, -1, -1) if first else range(upto + 1)
        for before in order:
            moment = labels[before]
            if moment >= FAR:
                continue
            gap = self._cross(shift, here, self.place[visit], moment, self.breaks[shift][before:upto])
            if gap is None:
                continue
            start = self.earliest_start(visit, max(gap.arrival, bound))
            if start >= 0 and (best is None or start < best.start):
                best = _Step(before, start, gap.breaks, gap.travel)
        return best

    def _cross(self, shift: int, here: int, there: int, moment: int, pauses: Sequence[PauseRule]) -> _Crossing | None:
        """Go from one place to another and take the breaks, in order, in between; ``there`` -1: stay."""
        travel = self.travel[shift]
        moving, free, total = moment, moment, 0  # moving: when on the road if nothing is waited for
        taken = []
        for pause in pauses:
            if pause.place >= 0:
                step = travel[here, pause.place]
                if step >= UNREACHABLE:
                    return None
                moving = free = max(moving + step, free)
                here, total = pause.place, total + step
            start = max(moment, free, pause.earliest)
            if start > pause.latest:
                return None
            taken.append(TimedBreak(pause.break_index, start))
            free = start + pause.duration
            moving = free if pause.place >= 0 else moving + pause.duration
            moment = max(moment, start)
        step = travel[here, there] if there >= 0 else 0
        if step >= UNREACHABLE:
            return None
        return _Crossing(max(moving + step, free), tuple(taken), total + step)

    def _best_end(self, shift: int, here: int, labels: Sequence[int]) -> tuple[int, _Crossing] | None:
        """Earliest return with every break taken, or over before the break's time is up."""
        pauses, end = self.breaks[shift], self.end_place[shift]
        best: tuple[int, _Crossing] | None = None
        for before, moment in enumerate(labels):
            if moment >= FAR:
                continue
            for upto in range(before, len(pauses) + 1):
                if upto > before and end < 0:
                    break
                gap = self._cross(shift, here, end, moment, pauses[before:upto])
                if gap is None or gap.arrival > self.latest_return[shift]:
                    continue
                if all(gap.arrival <= pause.latest for pause in pauses[upto:]) and (
                    best is None or gap.arrival < best[1].arrival
                ):
                    best = before, gap
        return best


def _labels_at_start(pauses: Sequence[PauseRule], leave: int) -> list[int]:
    """Who leaves after a break could have been taken does not owe it: label *j* leaves after *j* breaks."""
    labels = [leave]
    for pause in pauses:
        leave = max(leave, pause.earliest + pause.duration)
        labels.append(leave)
    return labels


def _traced(
    steps: Sequence[Sequence[_Step | None]], end: tuple[int, _Crossing], labels: tuple[tuple[int, ...], ...]
) -> RouteTiming:
    """Walk back from the end to the start over the labels that were used."""
    label, gap = end
    starts, breaks, travel = [], [gap.breaks], gap.travel
    for row in reversed(steps):
        step = row[label]
        if step is None:
            raise ValueError("a label was used that nothing leads to")
        starts.append(step.start)
        breaks.append(step.breaks)
        travel += step.travel
        label = step.before
    taken = tuple(pause for part in reversed(breaks) for pause in part)
    return RouteTiming(tuple(reversed(starts)), taken, gap.arrival, travel, labels)
