"""The components of cost, by the referee's own formulas, from a plan that has been timed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer.visits.evaluation import RouteEvaluation
from optimizer.visits.model import Problem, Shift, Visit
from optimizer.visits.referee.case import Case, Task
from optimizer.visits.referee.route_times import tardiness_t

__all__ = ["components", "is_mandatory", "price_s"]


def components(case: Case, timed: Sequence[RouteEvaluation], left_out: Sequence[Visit]) -> dict[str, float]:
    """All components (see :class:`optimizer.visits.objective.Objective`), times in the problem's cost unit.

    Parameters
    ----------
    case
        The problem and the plan.
    timed
        The plan's routes that could be timed.
    left_out
        The visits that are not planned.
    """
    problem = case.problem
    unit = problem.ticks_per_s * problem.cost_unit_s
    tasks = [task for each in case.tasks.values() for task in each]
    late_t = [tardiness_t(task.visit.windows, task.start_t) for task in tasks]
    moved, moved_t = _changes(case)
    return {
        "travel": sum(times.travel_t for times in timed) / unit,
        "tardiness_total": sum(late_t) / unit,
        "tardiness_worst": max(late_t, default=0) / unit,
        "waiting": sum(times.waiting_t for times in timed) / unit,
        "overtime": sum(times.overtime_t for times in timed) / unit,
        "idle": _idle_t(case, timed) / unit,
        "left_out": sum(price_s(problem, visit) for visit in left_out) / problem.cost_unit_s,
        "preference": float(sum(1 for task in tasks if _is_not_preferred(task))),
        "continuity": float(sum(1 for task in tasks if _is_unknown(task))),
        "balance": _balance_t(case, timed) / unit,
        "change_caregiver": float(moved),
        "change_start": moved_t / problem.ticks_per_s,
    }


def is_mandatory(problem: Problem, visit: Visit) -> bool:
    """Marked so, or its latest date has come."""
    if visit.mandatory:
        return True
    return visit.latest_date is not None and visit.latest_date <= problem.date


def price_s(problem: Problem, visit: Visit) -> float:
    """Seconds that leaving an optional visit out today costs; a mandatory one is counted apart.

    Price of its group × (1 + share of the time from last service to latest date that is over + ½ × times left out in a
    row). Without both dates the share is 0; if there is no time between them it is 1.
    """
    if is_mandatory(problem, visit):
        return 0.0
    prices = [group.price_s for group in problem.priorities if group.id == visit.priority]
    share = 0.0
    if visit.last_service_date is not None and visit.latest_date is not None:
        days = (visit.latest_date - visit.last_service_date).days
        gone = (problem.date - visit.last_service_date).days
        share = 1.0 if days <= 0 else sorted((0.0, gone / days, 1.0))[1]
    return prices[0] * (1.0 + share + visit.times_left_out / 2) if prices else 0.0


def _idle_t(case: Case, timed: Sequence[RouteEvaluation]) -> int:
    """Largest idle time of a caregiver on duty, over all of that caregiver's shifts.

    A shift with a route: leaving after its start, coming back before its end, waiting. A shift without a route: the
    whole of it. A shift without an end has no early return, and none of it is idle without a route.
    """
    times_of = {(times.caregiver, times.shift): times for times in timed}
    idle_t = [
        sum(_shift_idle_t(shift, times_of.get((caregiver.id, shift.id))) for shift in caregiver.shifts)
        for caregiver in case.on_duty
    ]
    return max(idle_t, default=0)


def _shift_idle_t(shift: Shift, times: RouteEvaluation | None) -> int:
    if times is None:
        return 0 if shift.end_t is None else max(0, shift.end_t - shift.start_t)
    late_t = max(0, times.departure_t - shift.start_t)
    early_t = 0 if shift.end_t is None else max(0, shift.end_t - times.return_t)
    return late_t + early_t + times.waiting_t


def _balance_t(case: Case, timed: Sequence[RouteEvaluation]) -> float:
    """Σ (work − mean)² / mean over the caregivers on duty; who has no route has no work."""
    work_t = {caregiver.id: 0 for caregiver in case.on_duty}
    for times in timed:
        if times.caregiver in work_t:
            work_t[times.caregiver] += times.work_t
    total_t = sum(work_t.values())
    if total_t <= 0:
        return 0.0
    mean_t = total_t / len(work_t)
    return sum((one - mean_t) ** 2 for one in work_t.values()) / mean_t


def _is_not_preferred(task: Task) -> bool:
    return task.client is not None and bool(task.client.preferred) and task.caregiver_id not in task.client.preferred


def _is_unknown(task: Task) -> bool:
    if task.client is None or not task.client.known:
        return False
    return all(known.caregiver != task.caregiver_id for known in task.client.known)


def _changes(case: Case) -> tuple[int, int]:
    """Published tasks that their caregiver does no longer, and ticks by which the others were moved."""
    start_t: Mapping[tuple[str, str], int] = {
        (task.visit.id, task.caregiver_id): task.start_t for tasks in case.tasks.values() for task in tasks
    }
    kept = [stop for stop in case.problem.published if (stop.visit, stop.caregiver) in start_t]
    known = sum(1 for stop in case.problem.published if stop.visit in case.visits)
    return known - len(kept), sum(abs(stop.start_t - start_t[stop.visit, stop.caregiver]) for stop in kept)
