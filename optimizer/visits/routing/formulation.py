"""The routing model of a part of the day: nodes are tasks, vehicles are shifts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from ortools.constraint_solver import pywrapcp

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.index import FAR
from optimizer.visits.insertion import Workbench
from optimizer.visits.objective import Objective
from optimizer.visits.routing.ties import Ties

__all__ = ["Part", "RoutingFormulation"]

TIME = "time"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is planned together.

    Attributes
    ----------
    tasks, shifts
        By index, sorted.
    pinned
        Tasks that stay with a shift and start at a moment, because what they are tied to is not in the part.
    """

    tasks: tuple[int, ...]
    shifts: tuple[int, ...]
    pinned: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Whole-number cost coefficients: cost units × ``factor``."""

    factor: float
    travel: int
    tardiness: int
    overtime: int
    mandatory: int

    @classmethod
    def of(cls, objective: Objective, ticks_per_cost_unit: int, dearest: float) -> _Scale:
        """The smallest factor for which the weights per tick are nearly whole, so that arc costs stay small."""
        weights = [w / ticks_per_cost_unit for w in (objective.travel, objective.tardiness_total, objective.overtime)]
        base = 1.0 / min((w for w in weights if w > 0), default=1.0)
        factor = next(
            (k * base for k in (1, 2, 3, 4, 5) if all(abs(w * k * base - round(w * k * base)) < 0.01 for w in weights)),
            10 * base,
        )
        travel, tardiness, overtime = (round(weight * factor) for weight in weights)
        mandatory = round(factor * max(10 * dearest, 100_000.0 * max(weights) * ticks_per_cost_unit))
        return cls(factor, travel, tardiness, overtime, max(1, mandatory))


class RoutingFormulation:
    """One routing model, built for one cap on tardiness.

    Parameters
    ----------
    bench, objective
        The day, and what costs how much.
    part
        The tasks and shifts that take part.
    cap_t
        Hard limit of every tardiness in ticks, ``None`` for none. A small cap makes the search far better as long as
        a plan exists under it.
    droppable
        Whether visits may be left out (at their price); if not, the model has no solution where not all fit.
    """

    def __init__(
        self, bench: Workbench, objective: Objective, part: Part, *, cap_t: int | None, droppable: bool
    ) -> None:
        self.bench, self.part, self._objective, self._droppable = bench, part, objective, droppable
        indexed = bench.indexed
        dearest = float(np.max(bench.costs.by_caregiver, initial=0.0)) + max(bench.costs.price, default=0.0)
        self._scale = _Scale.of(objective, indexed.problem.ticks_per_cost_unit, dearest)
        self._places, starts, ends = self._lay_out_nodes()
        self.manager = pywrapcp.RoutingIndexManager(len(self._places), len(part.shifts), starts, ends)
        self.model = pywrapcp.RoutingModel(self.manager)
        self.solver = self.model.solver()
        self.index = {task: self.manager.NodeToIndex(node) for node, task in enumerate(part.tasks)}
        self._tasks_by_index = {index: task for task, index in self.index.items()}
        self._horizon = self._find_horizon(cap_t)
        self._add_travel()
        self._add_time()
        for task in part.tasks:
            self._bind_task(task, cap_t)
        for vehicle, shift in enumerate(part.shifts):
            self._bind_shift(vehicle, shift)
        self._add_load()
        ties = Ties(indexed, self.model, self.time, index_of=self.index, shifts=part.shifts, droppable=droppable)
        ties.add(bench.bundles)

    def orders(self) -> dict[int, tuple[int, ...]]:
        """Tasks by shift of the solution that is being visited (inside a solution callback)."""
        return self._orders(lambda index: int(self.model.NextVar(index).Value()))

    def _orders(self, following: Callable[[int], int]) -> dict[int, tuple[int, ...]]:
        orders = {}
        for vehicle, shift in enumerate(self.part.shifts):
            index, order = following(self.model.Start(vehicle)), []
            while not self.model.IsEnd(index):
                order.append(self._tasks_by_index[index])
                index = following(index)
            orders[shift] = tuple(order)
        return orders

    def assignment_of(self, orders: Mapping[int, Sequence[int]]) -> pywrapcp.Assignment | None:
        """Routes as an assignment to begin with, or ``None`` if the model does not take them; closes the model."""
        routes = [[self.index[task] for task in orders.get(shift, ())] for shift in self.part.shifts]
        return self.model.ReadAssignmentFromRoutes(routes, True)

    def _lay_out_nodes(self) -> tuple[list[int], list[int], list[int]]:
        """Place of each node (tasks first; -1 for the end of open routes), start and end node of each vehicle."""
        indexed = self.bench.indexed
        places = [int(indexed.visit_location[indexed.task_visit[task]]) for task in self.part.tasks]
        depots: dict[int, int] = {}
        starts: list[int] = []
        ends: list[int] = []
        for shift in self.part.shifts:
            for nodes, column in ((starts, indexed.shift_start_location), (ends, indexed.shift_end_location)):
                place = int(column[shift])
                if place not in depots:
                    depots[place] = len(places)
                    places.append(place)
                nodes.append(depots[place])
        return places, starts, ends

    def _find_horizon(self, cap_t: int | None) -> int:
        """A moment after which nothing ends, however late."""
        indexed, tasks = self.bench.indexed, list(self.part.tasks)
        visits = indexed.task_visit[tasks] if tasks else indexed.task_visit[:0]
        windows = [w for visit in visits.tolist() for w in self.bench.timer.windows[visit]]
        known = [end for window in windows for end in window if 0 <= end < FAR]
        known += [int(t) for column in (indexed.shift_start, indexed.shift_end) for t in column if t < FAR]
        longest = max((int(d[d < UNREACHABLE].max(initial=0)) for d in indexed.durations), default=0)
        work = int(indexed.visit_duration[visits].sum()) + (len(tasks) + 1) * min(longest, 8 * 3600 * 1000)
        return min(max(known, default=0) + work + (cap_t or 0) + 1, FAR)

    def _durations(self, shift: int) -> np.ndarray:
        """``(nodes, nodes)`` travel ticks of the shift's mode; nothing to and from the end of an open route."""
        places = np.array(self._places)
        table = self.bench.indexed.durations[int(self.bench.indexed.shift_mode[shift])]
        result = table[np.ix_(np.maximum(places, 0), np.maximum(places, 0))].astype(np.int64)
        result[:, places < 0] = 0
        result[places < 0, :] = 0
        return result

    def _service(self) -> np.ndarray:
        indexed = self.bench.indexed
        service = np.zeros(len(self._places), dtype=np.int64)
        tasks = list(self.part.tasks)
        service[: len(tasks)] = indexed.visit_duration[indexed.task_visit[tasks]] if tasks else 0
        return service

    def _add_travel(self) -> None:
        """Arc costs: travel, and per caregiver what preference, continuity and a changed plan cost."""
        indexed, scale = self.bench.indexed, self._scale
        task_visits = indexed.task_visit[list(self.part.tasks)] if self.part.tasks else indexed.task_visit[:0]
        registered: dict[tuple[int, bytes], int] = {}
        for vehicle, shift in enumerate(self.part.shifts):
            extra = scale.factor * self.bench.costs.by_caregiver[task_visits, indexed.shift_caregiver[shift]]
            to_node = np.zeros(len(self._places), dtype=np.int64)
            to_node[: len(task_visits)] = np.rint(extra)
            key = int(indexed.shift_mode[shift]), to_node.tobytes()
            if key not in registered:
                matrix = self._durations(shift) * scale.travel + to_node[None, :]
                registered[key] = self.model.RegisterTransitMatrix(matrix.tolist())
            self.model.SetArcCostEvaluatorOfVehicle(registered[key], vehicle)

    def _add_time(self) -> None:
        service = self._service()
        registered: dict[int, int] = {}
        evaluators = []
        for shift in self.part.shifts:
            mode = int(self.bench.indexed.shift_mode[shift])
            if mode not in registered:
                matrix = np.minimum(self._durations(shift) + service[:, None], FAR)
                registered[mode] = self.model.RegisterTransitMatrix(matrix.tolist())
            evaluators.append(registered[mode])
        self.model.AddDimensionWithVehicleTransits(evaluators, self._horizon, self._horizon, False, TIME)
        self.time = self.model.GetDimensionOrDie(TIME)
        self._add_travel_limits()

    def _add_travel_limits(self) -> None:
        indexed = self.bench.indexed
        limits = [int(indexed.shift_max_travel[shift]) for shift in self.part.shifts]
        if all(limit >= FAR for limit in limits):
            return
        registered: dict[int, int] = {}
        for shift in self.part.shifts:
            mode = int(indexed.shift_mode[shift])
            if mode not in registered:
                registered[mode] = self.model.RegisterTransitMatrix(self._durations(shift).tolist())
        evaluators = [registered[int(indexed.shift_mode[shift])] for shift in self.part.shifts]
        self.model.AddDimensionWithVehicleTransitAndCapacity(evaluators, 0, limits, True, "travel")

    def _bind_task(self, task: int, cap_t: int | None) -> None:
        """Windows, fixed start, due time, who may do it, and what leaving it out costs."""
        indexed, timer = self.bench.indexed, self.bench.timer
        visit, index = timer.task_visit[task], self.index[task]
        start = self.time.CumulVar(index)
        windows = timer.windows[visit]
        dues = [due for _, _, due in windows if due < FAR]
        if timer.fixed[visit] >= 0:
            start.SetValue(min(timer.fixed[visit], self._horizon))
        else:
            latest = min(max(window[1] for window in windows), self._horizon)
            if dues and cap_t is not None:
                latest = min(latest, max(dues) + cap_t)
            start.SetRange(min(windows[0][0], self._horizon), max(latest, min(windows[0][0], self._horizon)))
            for (_, end, _), (begin, _, _) in pairwise(windows):
                if end + 1 < begin:
                    start.RemoveInterval(end + 1, begin - 1)
        if dues and self._scale.tardiness:
            self.time.SetCumulVarSoftUpperBound(index, max(dues), self._scale.tardiness)
        vehicles = [k for k, shift in enumerate(self.part.shifts) if indexed.task_able[task, shift]]
        self.model.VehicleVar(index).SetValues([-1, *vehicles] if self._droppable else vehicles)
        self.model.AddVariableMinimizedByFinalizer(start)
        if task in self.part.pinned:
            shift, moment = self.part.pinned[task]
            self.model.VehicleVar(index).SetValue(self.part.shifts.index(shift))
            start.SetValue(moment)
        elif self._droppable:
            self.model.AddDisjunction([index], self._price(visit))

    def _price(self, visit: int) -> int:
        """Price of leaving one member of the team out, so that the whole team costs what the visit does."""
        members = int(self.bench.indexed.first_task[visit + 1] - self.bench.indexed.first_task[visit])
        if self.bench.timer.frozen[visit]:
            return 10 * self._scale.mandatory
        if self.bench.indexed.mandatory[visit]:
            return self._scale.mandatory // members
        # every visit that fits is planned, so even one without a price is worth some travel
        least = self._scale.mandatory / 50
        return round(max(self._scale.factor * self.bench.costs.price[visit], least) / members)

    def _bind_shift(self, vehicle: int, shift: int) -> None:
        """Start, end with overtime, and breaks."""
        indexed = self.bench.indexed
        leave, back = self.time.CumulVar(self.model.Start(vehicle)), self.time.CumulVar(self.model.End(vehicle))
        leave.SetMin(min(int(indexed.shift_start[shift]), self._horizon))
        back.SetMax(min(int(indexed.shift_latest_return[shift]), self._horizon))
        if self._scale.overtime and indexed.shift_end[shift] < indexed.shift_latest_return[shift]:
            end = self.model.End(vehicle)
            self.time.SetCumulVarSoftUpperBound(end, int(indexed.shift_end[shift]), self._scale.overtime)
        self.model.AddVariableMinimizedByFinalizer(leave)
        self.model.AddVariableMinimizedByFinalizer(back)
        pauses = self.bench.timer.breaks[shift]
        if pauses:
            intervals = [
                self.solver.FixedDurationIntervalVar(
                    pause.earliest,
                    min(pause.latest, self._horizon),
                    pause.duration,
                    False,
                    f"break {pause.break_index}",
                )
                for pause in pauses
            ]
            self.time.SetBreakIntervalsOfVehicle(intervals, vehicle, self._service_by_index())

    def _service_by_index(self) -> list[int]:
        service = self._service().tolist()
        nodes = (self.manager.IndexToNode(index) for index in range(self.model.Size()))
        return [service[node] for node in nodes]

    def _add_load(self) -> None:
        indexed = self.bench.indexed
        limits = [int(indexed.shift_max_load[shift]) for shift in self.part.shifts]
        if all(limit >= FAR for limit in limits):
            return
        load = [0] * len(self._places)
        for node, task in enumerate(self.part.tasks):
            load[node] = int(indexed.visit_load[indexed.task_visit[task]])
        evaluator = self.model.RegisterUnaryTransitVector(load)
        self.model.AddDimensionWithVehicleCapacity(evaluator, 0, limits, True, "load")
