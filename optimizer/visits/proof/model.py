"""A day as a CP-SAT model that every valid plan satisfies, at a cost that is never above the plan's.

One circuit a shift, one start a visit. Exact: skills and all other rules of who, windows, travel, shifts, loads, links,
teams, locks of caregiver and time, the frozen past, prices. Left out, which only lowers the bound: breaks, the
turn of one caregiver's shifts, locked orders, waiting, idle time, balance and changes of start; with several windows a
visit is late only after the last due time.
"""

from __future__ import annotations

from collections.abc import Mapping

from ortools.sat.python import cp_model

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.index import FAR
from optimizer.visits.insertion import Workbench
from optimizer.visits.objective import Objective
from optimizer.visits.proof.scale import scale_of, whole
from optimizer.visits.proof.verdict import Orders

__all__ = ["DayModel"]


class DayModel:
    """The model of one indexed problem.

    Attributes
    ----------
    scale
        Objective of the model for one unit of cost.
    """

    def __init__(self, bench: Workbench, objective: Objective) -> None:
        self._indexed, self._timer, self._objective, self._costs = bench.indexed, bench.timer, objective, bench.costs
        self.model = cp_model.CpModel()
        self._horizon = _horizon(bench)
        self._cost: list[tuple[float, cp_model.LinearExprT]] = []
        self.planned = [self.model.new_bool_var(f"planned {v}") for v in range(self._indexed.visits)]
        self.start = [self._start_of(v) for v in range(self._indexed.visits)]
        self.does = {
            (task, shift): self.model.new_bool_var(f"does {task} {shift}")
            for task in range(self._indexed.tasks)
            for shift in range(self._indexed.shifts)
            if self._indexed.task_able[task, shift]
        }
        self.arcs: dict[tuple[int, int, int], cp_model.IntVar] = {}
        self._add_crew()
        for shift in range(self._indexed.shifts):
            self._add_route(shift)
        self._add_links()
        self._add_tardiness()
        self._add_prices()
        prices = [price for price, _ in self._cost]
        self.scale = scale_of(prices)
        self.model.minimize(sum(whole(price, self.scale) * term for price, term in self._cost))

    def hint(self, orders: Orders, starts: Mapping[int, int]) -> None:
        """Begin with a plan: tasks by shift, and starts by visit."""
        on = {(task, shift) for shift, order in orders.items() for task in order}
        for key, var in self.does.items():
            self.model.add_hint(var, int(key in on))
        for visit, start in starts.items():
            self.model.add_hint(self.start[visit], start)
        legs = {
            (shift, *pair) for shift, order in orders.items() for pair in zip((-1, *order), (*order, -1), strict=True)
        }
        for leg, var in self.arcs.items():
            self.model.add_hint(var, int(leg in legs))

    def orders(self, solver: cp_model.CpSolver) -> dict[int, tuple[int, ...]]:
        """The routes of the solution."""
        orders = {}
        for shift in range(self._indexed.shifts):
            after = {i: j for (r, i, j), var in self.arcs.items() if r == shift and solver.boolean_value(var)}
            row, task = [], after.get(-1, -1)
            while task >= 0:
                row.append(task)
                task = after[task]
            if row:
                orders[shift] = tuple(row)
        return orders

    def _start_of(self, visit: int) -> cp_model.IntVar:
        fixed = self._timer.fixed[visit]
        if fixed >= 0:
            return self.model.new_constant(fixed)
        spans = [[low, min(high, self._horizon)] for low, high, _ in self._timer.windows[visit] if low <= self._horizon]
        return self.model.new_int_var_from_domain(
            cp_model.Domain.from_intervals(spans or [[0, self._horizon]]), f"start {visit}"
        )

    def _add_crew(self) -> None:
        """Every task of a planned visit by one shift, the members of a team by different caregivers."""
        indexed = self._indexed
        for visit in range(indexed.visits):
            tasks = range(int(indexed.first_task[visit]), int(indexed.first_task[visit + 1]))
            for task in tasks:
                able = [self.does[task, shift] for shift in range(indexed.shifts) if (task, shift) in self.does]
                self.model.add(sum(able) == self.planned[visit])
            if indexed.mandatory[visit] or any(indexed.task_frozen[task] for task in tasks):
                self.model.add(self.planned[visit] == 1)
            for caregiver in range(len(indexed.caregiver_ids)):
                self.model.add(self._by(visit, caregiver) <= 1)
        for group in set(indexed.group.tolist()):
            members = [v for v in range(indexed.visits) if indexed.group[v] == group]
            for one in members[1:]:
                self.model.add(self.planned[one] == self.planned[members[0]])

    def _by(self, visit: int, caregiver: int) -> cp_model.LinearExpr:
        """How many tasks of the visit the caregiver does."""
        indexed = self._indexed
        tasks = range(int(indexed.first_task[visit]), int(indexed.first_task[visit + 1]))
        own = [
            var
            for (task, shift), var in self.does.items()
            if task in tasks and indexed.shift_caregiver[shift] == caregiver
        ]
        total: cp_model.LinearExpr = cp_model.LinearExpr.sum(own)
        return total

    def _add_route(self, shift: int) -> None:
        """The circuit of a shift through node 0 (its start and end) and task + 1, timed along its arcs."""
        timer, model = self._timer, self.model
        travel, places = timer.travel[shift], {task: timer.place[v] for task, v in enumerate(timer.task_visit)}
        tasks = [task for task in range(self._indexed.tasks) if (task, shift) in self.does]
        idle = model.new_bool_var(f"empty {shift}")
        circuit: list[tuple[int, int, cp_model.LiteralT]] = [(0, 0, idle)]
        lengths = []
        back = model.new_int_var(0, self._horizon, f"return {shift}")
        for i in (-1, *tasks):
            if i >= 0:
                circuit.append((i + 1, i + 1, self.does[i, shift].negated()))
            for j in (*tasks, -1):
                if i == j or (i >= 0 and j >= 0 and timer.task_visit[i] == timer.task_visit[j]):
                    continue
                here = timer.start_place[shift] if i < 0 else places[i]
                there = timer.end_place[shift] if j < 0 else places[j]
                step = int(travel[here, there]) if there >= 0 else 0
                if step >= UNREACHABLE:
                    continue
                arc = model.new_bool_var(f"arc {shift} {i} {j}")
                circuit.append((i + 1, j + 1, arc))
                self.arcs[shift, i, j] = arc
                lengths.append((step, arc))
                left = timer.shift_start[shift] if i < 0 else self._end_of(i)
                arrived = back if j < 0 else self.start[timer.task_visit[j]]
                model.add(arrived >= left + step).only_enforce_if(arc)
        model.add_circuit(circuit)
        length = sum(step * arc for step, arc in lengths)
        self._cost.append((self._costs.per_tick, length))
        if timer.max_travel[shift] < FAR:
            model.add(length <= timer.max_travel[shift])
        if timer.max_load[shift] < FAR:
            loads = [timer.load[timer.task_visit[task]] * self.does[task, shift] for task in tasks]
            model.add(sum(loads) <= timer.max_load[shift])
        self._add_return(shift, back)

    def _end_of(self, task: int) -> cp_model.LinearExprT:
        visit = self._timer.task_visit[task]
        return self.start[visit] + self._timer.service[visit]

    def _add_return(self, shift: int, back: cp_model.IntVar) -> None:
        end = int(self._indexed.shift_end[shift])
        if self._timer.latest_return[shift] < FAR:
            self.model.add(back <= max(self._timer.latest_return[shift], 0))
        if end < FAR and self._objective.overtime:
            over = self.model.new_int_var(0, self._horizon, f"over {shift}")
            self.model.add(over >= back - end)
            self._cost.append((self._objective.overtime / self._indexed.problem.ticks_per_cost_unit, over))

    def _add_links(self) -> None:
        indexed, model = self._indexed, self.model
        columns = (indexed.gap_before, indexed.gap_after, indexed.gap_min, indexed.gap_max)
        for before, after, least, most in zip(*(column.tolist() for column in columns), strict=True):
            both = [self.planned[before], self.planned[after]]
            model.add(self.start[after] - self.start[before] >= least).only_enforce_if(both)
            if most < FAR:
                model.add(self.start[after] - self.start[before] <= most).only_enforce_if(both)
        for caregiver in range(len(indexed.caregiver_ids)):
            for one, other in indexed.different_caregivers.tolist():
                model.add(self._by(one, caregiver) + self._by(other, caregiver) <= 1)
            for one, other in indexed.same_caregiver.tolist():
                both = [self.planned[one], self.planned[other]]
                model.add(self._by(one, caregiver) == self._by(other, caregiver)).only_enforce_if(both)

    def _add_tardiness(self) -> None:
        unit, model = self._indexed.problem.ticks_per_cost_unit, self.model
        total, worst = self._objective.tardiness_total / unit, self._objective.tardiness_worst / unit
        largest = model.new_int_var(0, self._horizon, "worst")
        if worst:
            self._cost.append((worst, largest))
        for visit in range(self._indexed.visits):
            due = max((row[2] for row in self._timer.windows[visit]), default=FAR)
            if due >= FAR or not (total or worst):
                continue
            late = model.new_int_var(0, self._horizon, f"late {visit}")
            model.add(late >= self.start[visit] - due).only_enforce_if(self.planned[visit])
            model.add(largest >= late)
            members = int(self._indexed.first_task[visit + 1] - self._indexed.first_task[visit])
            self._cost.append((total * members, late))

    def _add_prices(self) -> None:
        for visit in range(self._indexed.visits):
            if self._costs.price[visit]:
                self._cost.append((self._costs.price[visit], 1 - self.planned[visit]))
        for (task, shift), var in self.does.items():
            visit, caregiver = self._timer.task_visit[task], int(self._indexed.shift_caregiver[shift])
            price = self._objective.preference * bool(self._indexed.not_preferred[visit, caregiver])
            price += self._objective.continuity * bool(self._indexed.unknown[visit, caregiver])
            if price:
                self._cost.append((price, var))
        weight = self._objective.change_caregiver
        for visit in range(self._indexed.visits if weight else 0):
            for row in range(int(self._indexed.published_first[visit]), int(self._indexed.published_first[visit + 1])):
                caregiver = int(self._indexed.published_caregiver[row])
                lost = 1 - self._by(visit, caregiver) if caregiver >= 0 else 1
                self._cost.append((weight, lost))


def _horizon(bench: Workbench) -> int:
    """A moment by which every plan without needless waiting is over."""
    timer = bench.timer
    begin = [row[0] for rows in timer.windows for row in rows] + timer.shift_start + [max(timer.fixed, default=0)]
    longest = max((int(table[table < UNREACHABLE].max(initial=0)) for table in bench.indexed.durations), default=0)
    gaps = sum(max(0, gap) for gap in bench.indexed.gap_min.tolist())
    latest = max(begin, default=0) + sum(timer.service[v] for v in timer.task_visit) + gaps
    return int(latest) + longest * (bench.indexed.tasks + bench.indexed.shifts + 1)
