"""The cheapest starts for given routes, as a linear programme over differences of moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ortools.linear_solver import pywraplp

from optimizer.visits.coupling import shifts_of_same_caregiver
from optimizer.visits.draft import DraftRoute
from optimizer.visits.index import FAR
from optimizer.visits.objective import Objective
from optimizer.visits.route_rules import pauses_of
from optimizer.visits.starts.lines import Line, Moment, line_of
from optimizer.visits.timing import RouteTimer

__all__ = ["StartProgram"]

EARLY = 1e-5
"""Price of a later start that saves nothing, as a share of the largest weight: such a start stays early."""


class StartProgram:
    """One programme: variables are the starts of all planned visits and breaks, constraints all rules of time.

    Every visit stays in the window it is in, every break in the gap it is in, and what need not be taken stays so; so
    the solution obeys the rules, and is the cheapest among plans with these routes but for windows and gaps. Balance
    is no linear cost and counts by its slope at the given starts.
    """

    def __init__(self, timer: RouteTimer, objective: Objective, routes: Sequence[DraftRoute]) -> None:
        self._timer, self._indexed, self._objective = timer, timer.indexed, objective
        self._unit = 1.0 / timer.indexed.problem.ticks_per_cost_unit
        self._now = _moments(timer, routes)
        self._lines = {route.shift: line_of(timer, route) for route in routes}
        self._breaks = {route.shift: {pause.break_index for pause in route.breaks} for route in routes}
        self._lp = pywraplp.Solver.CreateSolver("GLOP")
        self._var = {moment: self._lp.NumVar(*self._range(moment), "") for moment in sorted(self._now)}
        self._cost = self._lp.Objective()
        for line in self._lines.values():
            self._add_line(line)
        self._add_links()
        self._add_shifts_in_turn()
        self._add_tardiness()
        self._add_waiting_and_overtime()
        self._add_idle()
        self._add_changes()
        self._add_balance()
        self._prefer_early()
        self._cost.SetMinimization()

    def solve(self, seconds: float) -> Mapping[Moment, int] | None:
        """The cheapest moments in ticks, or ``None`` if they were not found in the time given."""
        self._lp.SetTimeLimit(max(1, int(1000 * seconds)))
        if self._lp.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        return {moment: round(var.solution_value()) for moment, var in self._var.items()}

    def _range(self, moment: Moment) -> tuple[float, float]:
        kind, one = moment
        now = self._now[moment]
        if kind == "break":
            return int(self._indexed.break_earliest[one]), int(self._indexed.break_latest[one])
        if self._timer.fixed[one] >= 0 or self._timer.frozen[one]:
            return now, now
        earliest, latest, _ = self._window(one)
        return earliest, latest if latest < FAR else self._lp.infinity()

    def _window(self, visit: int) -> tuple[int, int, int]:
        """The window that the visit is in, the kindest if in several; the start itself if in none."""
        now = self._now["visit", visit]
        inside = [row for row in self._timer.windows[visit] if row[0] <= now <= row[1]]
        return min(inside, key=lambda row: max(0, now - row[2]), default=(now, now, FAR))

    def _at_least(self, low: float, *terms: tuple[float, pywraplp.Variable]) -> None:
        row = self._lp.Constraint(low, self._lp.infinity())
        for factor, var in terms:
            row.SetCoefficient(var, row.GetCoefficient(var) + factor)

    def _at_most(self, high: float, *terms: tuple[float, pywraplp.Variable]) -> None:
        self._at_least(-high, *((-factor, var) for factor, var in terms))

    def _extra(self, weight: float) -> pywraplp.Variable:
        """A variable from 0 on with a price a tick."""
        var = self._lp.NumVar(0, self._lp.infinity(), "")
        self._cost.SetCoefficient(var, weight)
        return var

    def _price(self, var: pywraplp.Variable, weight: float) -> None:
        self._cost.SetCoefficient(var, self._cost.GetCoefficient(var) + weight)

    def _visit(self, visit: int) -> pywraplp.Variable:
        return self._var["visit", visit]

    def _add_line(self, line: Line) -> None:
        """Travel, service and breaks of a route, its shift, and breaks that it need not take."""
        first, last, timer = self._visit(line.first), self._visit(line.last), self._timer
        if line.is_rigid:
            visits = {moment for order in line.orders for moment in (order.before, order.after)}
            for moment in visits | {("visit", line.first)} | {("break", b) for b in self._breaks[line.shift]}:
                self._var[moment].SetBounds(self._now[moment], self._now[moment])
            return
        for order in line.orders:
            self._at_least(order.gap, (1, self._var[order.after]), (-1, self._var[order.before]))
        self._at_least(timer.shift_start[line.shift] + line.to_first, (1, first))
        limits = [timer.latest_return[line.shift]]
        leave, back = self._leave_and_return(line)
        for pause in pauses_of(self._indexed, line.shift):
            if pause.break_index in self._breaks[line.shift]:
                continue
            if leave >= pause.earliest + pause.duration:
                self._at_least(pause.earliest + pause.duration + line.to_first, (1, first))
            elif back <= pause.latest:
                limits.append(pause.latest)
        if min(limits) < FAR:
            self._at_most(min(limits) - line.to_end, (1, last))
            for moment, gap in line.ends:
                self._at_most(min(limits) - gap, (1, self._var[moment]))

    def _leave_and_return(self, line: Line) -> tuple[int, int]:
        now = self._now
        ends = [now["visit", line.last] + line.to_end, *(now[moment] + gap for moment, gap in line.ends)]
        return now["visit", line.first] - line.to_first, max(ends)

    def _add_links(self) -> None:
        indexed = self._indexed
        rows = zip(*(part.tolist() for part in (indexed.gap_before, indexed.gap_after)), strict=True)
        for (before, after), least, most in zip(rows, indexed.gap_min.tolist(), indexed.gap_max.tolist(), strict=True):
            if ("visit", before) in self._var and ("visit", after) in self._var:
                pair = (1, self._visit(after)), (-1, self._visit(before))
                self._at_least(least, *pair)
                if most < FAR:
                    self._at_most(most, *pair)

    def _add_shifts_in_turn(self) -> None:
        """A caregiver is back from one shift before leaving for the next."""
        _, later = shifts_of_same_caregiver(self._indexed)
        for shift, line in self._lines.items():
            for after in later[shift]:
                if after in self._lines:
                    next_line = self._lines[after]
                    first = self._visit(next_line.first)
                    for moment, gap in ((("visit", line.last), line.to_end), *line.ends):
                        self._at_least(gap + next_line.to_first, (1, first), (-1, self._var[moment]))

    def _add_tardiness(self) -> None:
        weight, worst = self._objective.tardiness_total * self._unit, self._objective.tardiness_worst * self._unit
        latest = self._extra(worst) if worst else None
        for kind, visit in sorted(self._var):
            due = self._window(visit)[2] if kind == "visit" else FAR
            if due >= FAR:
                continue
            members = int(self._indexed.first_task[visit + 1] - self._indexed.first_task[visit])
            if weight:
                self._at_least(-due, (1, self._extra(members * weight)), (-1, self._visit(visit)))
            if latest is not None:
                self._at_least(-due, (1, latest), (-1, self._visit(visit)))

    def _add_waiting_and_overtime(self) -> None:
        for shift, line in self._lines.items():
            waiting, overtime = self._objective.waiting * self._unit, self._objective.overtime * self._unit
            self._price(self._visit(line.last), waiting)
            self._price(self._visit(line.first), -waiting)
            end = int(self._indexed.shift_end[shift])
            if overtime and end < FAR:
                over = self._extra(overtime)
                self._at_least(line.to_end - end, (1, over), (-1, self._visit(line.last)))
                for moment, gap in line.ends:
                    self._at_least(gap - end, (1, over), (-1, self._var[moment]))

    def _add_idle(self) -> None:
        """The largest, over the caregivers, of late departure, early return and waiting on all their shifts."""
        weight = self._objective.idle * self._unit
        if not weight:
            return
        largest = self._extra(weight)
        indexed = self._indexed
        for caregiver in range(len(indexed.caregiver_ids)):
            fixed, terms = 0, []
            for shift in [r for r in range(indexed.shifts) if indexed.shift_caregiver[r] == caregiver]:
                start, end = int(indexed.shift_start[shift]), int(indexed.shift_end[shift])
                line = self._lines.get(shift)
                if line is None:
                    fixed += max(0, end - start) if end < FAR else 0
                    continue
                # late departure and waiting: last start - busy - travel to the first stop - start of the shift
                fixed -= line.busy + line.to_first + start
                terms.append((1.0, self._visit(line.last)))
                if end < FAR:
                    early = self._extra(0.0)
                    self._at_least(end - line.to_end, (1, early), (1, self._visit(line.last)))
                    terms.append((1.0, early))
            self._at_least(fixed, (1, largest), *((-factor, var) for factor, var in terms))

    def _add_changes(self) -> None:
        """Ticks by which a published start moves, where the caregiver stays."""
        indexed = self._indexed
        weight = self._objective.change_start / indexed.problem.ticks_per_s
        if not weight:
            return
        caregivers: dict[int, set[int]] = {}
        for shift, line in self._lines.items():
            for visit in self._visits_of(line):
                caregivers.setdefault(visit, set()).add(int(indexed.shift_caregiver[shift]))
        for visit, who in caregivers.items():
            for row in range(int(indexed.published_first[visit]), int(indexed.published_first[visit + 1])):
                if int(indexed.published_caregiver[row]) in who:
                    published = int(indexed.published_start[row])
                    self._at_least(-published, (1, self._extra(weight)), (-1, self._visit(visit)))
                    self._at_least(published, (1, self._extra(weight)), (1, self._visit(visit)))

    def _visits_of(self, line: Line) -> set[int]:
        moments = {moment for order in line.orders for moment in (order.before, order.after)}
        return {one for kind, one in moments if kind == "visit"} | {line.first}

    def _add_balance(self) -> None:
        """Slope of Σ (work - mean)² / mean at the starts as they are, where less work lowers it.

        Nobody's work is stretched by waiting only to look even.
        """
        weight, indexed = self._objective.balance * self._unit, self._indexed
        work = [0.0] * len(indexed.caregiver_ids)
        for shift, line in self._lines.items():
            leave, back = self._leave_and_return(line)
            unpaid = sum(int(indexed.break_duration[b]) for b in self._breaks[shift] if not indexed.break_paid[b])
            work[int(indexed.shift_caregiver[shift])] += back - leave - unpaid
        mean = sum(work) / max(1, len(work))
        if not weight or mean <= 0:
            return
        spread = sum((one - mean) ** 2 for one in work) / mean**2 / len(work)
        for shift, line in self._lines.items():
            above = 2.0 * (work[int(indexed.shift_caregiver[shift])] - mean) / mean - spread
            slope = weight * max(0.0, above)
            self._price(self._visit(line.last), slope)
            self._price(self._visit(line.first), -slope)

    def _prefer_early(self) -> None:
        weights = self._objective.weights
        largest = max(weights[name] for name in weights) * self._unit
        for _, var in sorted(self._var.items()):
            self._price(var, EARLY * largest / len(self._var))


def _moments(timer: RouteTimer, routes: Sequence[DraftRoute]) -> dict[Moment, int]:
    """All moments of the routes, as they are."""
    now: dict[Moment, int] = {}
    for route in routes:
        now.update({("visit", timer.task_visit[t]): s for t, s in zip(route.tasks, route.starts, strict=True)})
        now.update({("break", pause.break_index): pause.start_t for pause in route.breaks})
    return now
