"""What routes cost, as the engines see it while they search; the figures that are reported come from the referee."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.timetable import Timetable
from optimizer.visits.timing import RouteTimer, RouteTiming

__all__ = ["RouteCosts"]


class RouteCosts:
    """Cost of routes in the objective's unit: the components that are sums over routes, and the worst tardiness.

    Idle time, balance and changes of a published plan are left to the referee: they hang on all routes at once or are
    small beside travel. :meth:`plan` is what engines compare incumbents by.

    Attributes
    ----------
    by_caregiver
        ``(V, C)`` cost of one task of the visit by that caregiver: preference, continuity, a change of caregiver.
    per_tick
        Cost of one tick of travel, for estimates.
    """

    def __init__(self, indexed: IndexedProblem, objective: Objective, timer: RouteTimer) -> None:
        unit = 1.0 / indexed.problem.ticks_per_cost_unit
        self._timer = timer
        self._indexed = indexed
        self.per_tick = objective.travel * unit
        self.per_tardy_tick = objective.tardiness_total * unit
        self._per_worst_tick = objective.tardiness_worst * unit
        self._per_waiting_tick = objective.waiting * unit
        self._per_overtime_tick = objective.overtime * unit
        self._end: list[int] = indexed.shift_end.tolist()
        self._caregiver: list[int] = indexed.shift_caregiver.tolist()
        self.by_caregiver = _by_caregiver(indexed, objective)
        self._has_crew_costs = bool(self.by_caregiver.any())
        self.price: list[float] = (objective.left_out * indexed.price).tolist()

    def route(self, shift: int, order: Sequence[int], timing: RouteTiming) -> float:
        """Cost of one route."""
        if not order:
            return 0.0
        late, waiting = 0, 0
        for task, start in zip(order, timing.starts, strict=True):
            late += self._timer.tardiness(self._timer.task_visit[task], start)
        if self._per_waiting_tick:
            waiting = self._waiting(shift, order, timing)
        overtime = max(0, timing.return_t - self._end[shift]) if self._end[shift] < FAR else 0
        cost = self.per_tick * timing.travel_t + self.per_tardy_tick * late
        cost += self._per_waiting_tick * waiting + self._per_overtime_tick * overtime
        if self._has_crew_costs:
            visits = [self._timer.task_visit[task] for task in order]
            cost += float(self.by_caregiver[visits, self._caregiver[shift]].sum())
        return cost

    def plan(self, timetable: Timetable) -> tuple[int, float]:
        """Mandatory visits left out, and the cost of the whole plan."""
        routes = zip(timetable.orders, timetable.timings, strict=True)
        cost = sum(self.route(shift, order, timing) for shift, (order, timing) in enumerate(routes))
        left_out = [v for v in range(self._indexed.visits) if not timetable.is_planned(v)]
        cost += sum(self.price[v] for v in left_out)
        if self._per_worst_tick:
            cost += self._per_worst_tick * self._worst(timetable)
        return sum(bool(self._indexed.mandatory[v]) for v in left_out), cost

    def _worst(self, timetable: Timetable) -> int:
        return max(
            (
                self._timer.tardiness(self._timer.task_visit[task], start)
                for order, timing in zip(timetable.orders, timetable.timings, strict=True)
                for task, start in zip(order, timing.starts, strict=True)
            ),
            default=0,
        )

    def _waiting(self, shift: int, order: Sequence[int], timing: RouteTiming) -> int:
        """Time of the route that is neither travel, service nor break; none before the first stop."""
        timer = self._timer
        visits = [timer.task_visit[task] for task in order]
        first = int(timer.travel[shift][timer.start_place[shift], timer.place[visits[0]]])
        pauses = sum(int(self._indexed.break_duration[pause.break_index]) for pause in timing.breaks)
        busy = timing.travel_t - first + sum(timer.service[visit] for visit in visits) + pauses
        return max(0, timing.return_t - timing.starts[0] - busy)


def _by_caregiver(indexed: IndexedProblem, objective: Objective) -> NDArray[np.float64]:
    if not (objective.preference or objective.continuity or objective.change_caregiver):
        return np.broadcast_to(np.float64(0.0), indexed.not_preferred.shape)  # on a large day the zeros are 27 MB
    cost: NDArray[np.float64] = objective.preference * indexed.not_preferred + objective.continuity * indexed.unknown
    if objective.change_caregiver:
        rows = np.repeat(np.arange(indexed.visits), np.diff(indexed.published_first))
        published = np.zeros(cost.shape, dtype=bool)
        known = indexed.published_caregiver >= 0
        published[rows[known], indexed.published_caregiver[known]] = True
        has_published = np.zeros(indexed.visits, dtype=bool)
        has_published[rows] = True
        cost = cost + objective.change_caregiver * (has_published[:, None] & ~published)
    return cost
