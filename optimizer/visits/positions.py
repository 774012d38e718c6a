"""Every gap of every route at once: where a task would fit, and what it would cost, in array operations.

For each gap and each number of breaks dealt with so far it holds the earliest end of what comes before and the latest
arrival at what comes after (forward and backward labels); a task fits if some way of placing the breaks leads from one
to the other. This is exact for a route on its own; links to other routes only narrow it further, so what is not found
here does not fit, and what is found is timed exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.costing import RouteCosts
from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.route_rules import PauseRule
from optimizer.visits.timetable import Timetable

__all__ = ["Candidates", "Positions"]

Ints = NDArray[np.int64]


class Candidates(NamedTuple):
    """Gaps in which a task may fit, cheapest first: cost estimate, shift, position, earliest start."""

    cost: NDArray[np.float64]
    shift: Ints
    position: Ints
    start: Ints


class Positions:
    """The gaps of a timetable's routes; call :meth:`refresh` for the routes that changed."""

    def __init__(self, indexed: IndexedProblem, costs: RouteCosts, timetable: Timetable) -> None:
        self._indexed, self._costs, self._table, self._timer = indexed, costs, timetable, timetable.timer
        self._states = 1 + max((len(pauses) for pauses in self._timer.breaks), default=0)
        self._width = 8
        self._pauses = _pause_arrays(self._timer.breaks, self._states - 1)
        self._allocate()
        self.refresh(range(indexed.shifts))

    def _allocate(self) -> None:
        shape = (self._indexed.shifts, self._width)
        self._previous = np.zeros(shape, dtype=np.int64)
        self._next = np.full(shape, -1, dtype=np.int64)
        self._travel = np.zeros(shape, dtype=np.int64)
        self._ready = np.full((*shape, self._states), FAR, dtype=np.int64)
        self._due = np.full((*shape, self._states), -FAR, dtype=np.int64)
        self._soonest = np.full(shape, FAR, dtype=np.int64)
        self._load = np.zeros(shape[0], dtype=np.int64)
        self._total_travel = np.zeros(shape[0], dtype=np.int64)

    def refresh(self, shifts: range | list[int]) -> None:
        """Take over the present routes of these shifts."""
        longest = max((len(self._table.orders[shift]) for shift in shifts), default=0)
        if longest + 1 > self._width:
            self._width = 2 * (longest + 1)
            self._allocate()
            shifts = range(self._indexed.shifts)
        for shift in shifts:
            self._refresh_row(shift)

    def _refresh_row(self, shift: int) -> None:
        timer, order = self._timer, self._table.orders[shift]
        visits = [timer.task_visit[task] for task in order]
        places = [timer.start_place[shift], *(timer.place[visit] for visit in visits), timer.end_place[shift]]
        count = len(order) + 1
        row = slice(None, count)
        self._previous[shift, row] = places[:-1]
        self._next[shift, row] = places[1:]
        travel = timer.travel[shift]
        steps = [travel[a, b] if b >= 0 else 0 for a, b in pairwise(places)]
        self._travel[shift, row] = steps if order else 0
        self._ready[shift] = FAR
        self._soonest[shift] = FAR
        self._due[shift] = -FAR
        ready = self._table.timings[shift].labels
        due = self._backward_labels(shift, visits, steps)
        states = len(timer.breaks[shift]) + 1
        self._ready[shift, row, :states] = ready
        self._soonest[shift, row] = [min(labels) for labels in ready]
        self._due[shift, row, :states] = due
        self._load[shift] = sum(timer.load[visit] for visit in visits)
        self._total_travel[shift] = self._table.timings[shift].travel_t

    def _backward_labels(self, shift: int, visits: list[int], steps: list[int]) -> list[list[int]]:
        """Latest arrival at each stop and at the end, by the number of breaks dealt with before it."""
        timer, pauses = self._timer, self._timer.breaks[shift]
        ends = [timer.latest_return[shift]]
        for pause in reversed(pauses):
            ends.append(min(ends[-1], pause.latest))
        labels = ends[::-1]
        rows = [labels]
        for visit, step in zip(reversed(visits), reversed(steps[1:]), strict=True):
            finish = [due - step for due in labels]
            for j in range(len(pauses) - 1, -1, -1):
                pause = pauses[j]
                after = labels[j + 1]
                if pause.earliest + pause.duration <= after:
                    finish[j] = max(finish[j], min(pause.latest, after - pause.duration - step))
            labels = [timer.latest_start(visit, moment - timer.service[visit]) for moment in finish]
            rows.append(labels)
        return rows[::-1]

    def latest_start(self, shift: int, position: int) -> int:
        """Latest start of the stop at the position, so that the rest of its route can still be done."""
        return int(self._due[shift, position].max())

    def nearest_shifts(self, task: int, shifts: NDArray[np.int64]) -> Ints:
        """These shifts, those first that pass or begin nearest to the task."""
        visit = self._timer.task_visit[task]
        place = self._timer.place[visit]
        away = np.full(len(shifts), UNREACHABLE, dtype=np.int64)
        for mode, durations in enumerate(self._indexed.durations):
            of_mode = self._indexed.shift_mode[shifts] == mode
            rows = shifts[of_mode]
            ways = durations[self._previous[rows], place].astype(np.int64)
            away[of_mode] = np.where(self._soonest[rows] < FAR, ways, UNREACHABLE).min(axis=1, initial=UNREACHABLE)
        nearest: Ints = shifts[np.lexsort((shifts, away))]
        return nearest

    def candidates(self, task: int, shifts: NDArray[np.int64], lower: int, upper: int) -> Candidates:
        """Gaps of these shifts in which the task may start from ``lower`` to ``upper``, cheapest first."""
        visit = self._timer.task_visit[task]
        index, place = self._indexed, self._timer.place[visit]
        fits = self._load[shifts] + self._timer.load[visit] <= index.shift_max_load[shifts]
        shifts = shifts[fits]
        parts = [
            self._of_mode(visit, place, shifts[index.shift_mode[shifts] == mode], index.durations[mode], lower, upper)
            for mode in range(len(index.modes))
        ]
        found = parts[0] if len(parts) == 1 else _joined(parts)
        order = np.lexsort((found.position, found.shift, found.cost))
        return Candidates(found.cost[order], found.shift[order], found.position[order], found.start[order])

    def _of_mode(
        self, visit: int, place: int, shifts: Ints, durations: NDArray[np.int32], lower: int, upper: int
    ) -> Candidates:
        windows = self._windows(visit, lower, upper)
        if not windows or not len(shifts):
            return _nothing()
        last = windows[-1][1] if len(windows) == 1 else max(window[1] for window in windows)
        row, position = np.nonzero(self._soonest[shifts] + durations[self._previous[shifts], place] <= last)
        shift = shifts[row]
        before = durations[self._previous[shift, position], place].astype(np.int64)
        following = self._next[shift, position]
        after = np.where(following >= 0, durations[place, following], 0).astype(np.int64)
        more = before + after - self._travel[shift, position]
        fits = (before < UNREACHABLE) & (after < UNREACHABLE)
        fits &= self._total_travel[shift] + more <= self._indexed.shift_max_travel[shift]
        shift, position, before, after, more = (a[fits] for a in (shift, position, before, after, more))
        start = self._starts(visit, windows, shift, position, before, after)
        fits = start < FAR
        shift, position, start, more = shift[fits], position[fits], start[fits], more[fits]
        caregiver = self._indexed.shift_caregiver[shift]
        cost = self._costs.per_tick * more + self._costs.by_caregiver[visit, caregiver]
        if self._costs.per_tardy_tick:
            due = min((window[2] for window in self._timer.windows[visit]), default=FAR)
            cost = cost + self._costs.per_tardy_tick * np.maximum(0, start - due)
        return Candidates(cost, shift, position, start)

    def _windows(self, visit: int, lower: int, upper: int) -> list[tuple[int, int]]:
        fixed = self._timer.fixed[visit]
        rows = [(fixed, fixed)] if fixed >= 0 else [(e, latest) for e, latest, _ in self._timer.windows[visit]]
        cut = [(max(e, lower), min(latest, upper)) for e, latest in rows]
        return [(e, latest) for e, latest in cut if e <= latest]

    def _starts(
        self, visit: int, windows: list[tuple[int, int]], shift: Ints, position: Ints, before: Ints, after: Ints
    ) -> Ints:
        """Earliest start in each gap over all ways to place the breaks around it; ``FAR`` where there is none."""
        best = np.full(len(shift), FAR, dtype=np.int64)
        service = self._timer.service[visit]
        ready, due = self._ready[shift, position], self._due[shift, position]
        for one in range(self._states):
            for two in range(one, min(one + 2, self._states)):
                arrival, possible = self._crossed(ready[:, one], before, shift, one, two)
                start = _first_start(arrival, windows)
                for three in range(two, min(two + 2, self._states)):
                    finish, in_time = self._crossed(start + service, after, shift, two, three)
                    good = possible & in_time & (finish <= due[:, three]) & (start < best)
                    best[good] = start[good]
        return best

    def _crossed(
        self, moment: Ints, travel: Ints, shift: Ints, before: int, upto: int
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """Arrival after the travel, with the break ``before`` taken on the way if ``upto`` is one more."""
        if before == upto:
            return moment + travel, np.ones(len(moment), dtype=bool)
        earliest, latest, duration = (column[shift, before] for column in self._pauses)
        return np.maximum(moment + travel, earliest) + duration, moment <= latest


def _joined(parts: Sequence[Candidates]) -> Candidates:
    return Candidates(
        np.concatenate([part.cost for part in parts]),
        np.concatenate([part.shift for part in parts]),
        np.concatenate([part.position for part in parts]),
        np.concatenate([part.start for part in parts]),
    )


def _nothing() -> Candidates:
    none = np.zeros(0, dtype=np.int64)
    return Candidates(np.zeros(0), none, none, none)


def _first_start(arrival: Ints, windows: list[tuple[int, int]]) -> Ints:
    start = np.full(len(arrival), FAR, dtype=np.int64)
    for earliest, latest in windows:
        inside = (arrival <= latest) & (start == FAR)
        start[inside] = np.maximum(arrival[inside], earliest)
    return start


def _pause_arrays(breaks: Sequence[Sequence[PauseRule]], most: int) -> tuple[Ints, Ints, Ints]:
    """Earliest, latest and duration ``(R, most)`` of each shift's breaks; what does not exist cannot be begun."""
    earliest = np.zeros((len(breaks), max(1, most)), dtype=np.int64)
    latest = np.full_like(earliest, -FAR)
    duration = np.zeros_like(earliest)
    for shift, pauses in enumerate(breaks):
        for j, pause in enumerate(pauses):
            earliest[shift, j], latest[shift, j], duration[shift, j] = pause.earliest, pause.latest, pause.duration
    return earliest, latest, duration
