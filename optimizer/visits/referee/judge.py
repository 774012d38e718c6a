"""The judgement of a whole plan."""

from __future__ import annotations

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.evaluation import Evaluation, RouteEvaluation
from optimizer.visits.model import Problem
from optimizer.visits.objective import Objective
from optimizer.visits.plan import Plan, Route
from optimizer.visits.referee.break_rules import check_breaks
from optimizer.visits.referee.case import Case, open_case
from optimizer.visits.referee.components import components, is_mandatory
from optimizer.visits.referee.eligibility import check_eligibility, check_window
from optimizer.visits.referee.fixed import check_frozen, check_lock_order, check_locks
from optimizer.visits.referee.route_rules import check_crew, check_limits, check_overlaps, check_ways
from optimizer.visits.referee.route_times import route_times, untimed_route
from optimizer.visits.referee.timeline import lay_out
from optimizer.visits.referee.together import check_link, check_team
from optimizer.visits.referee.violations import ViolationLog

__all__ = ["evaluate_plan"]


def evaluate_plan(problem: Problem, travel: TravelMatrix, plan: Plan, objective: Objective) -> Evaluation:
    """Time a plan, list every hard rule it breaks and compute its cost; see :mod:`optimizer.visits.referee`.

    Parameters
    ----------
    problem
        The day, as valid as :mod:`optimizer.visits.validate` wants it.
    travel
        Durations in the problem's ticks, for the places and modes of the problem. A place or mode that it does not
        hold counts as unreachable.
    plan
        Any plan: of an engine, or written by hand. Starts and breaks are judged as given.
    objective
        The weights of the cost.

    Returns
    -------
    Evaluation
        ``violations`` sorted by code and ids; never raises because of what a plan says.
    """
    case = open_case(problem, plan)
    log = ViolationLog(problem.ticks_per_s)
    check_crew(case, log)
    routes = tuple(_judge_route(case, travel, route, log) for route in plan.routes)
    timed = [times for times in routes if times.stops]
    check_overlaps(timed, log)
    _judge_visits(case, log)
    check_lock_order(case, log)
    check_frozen(case, travel, log)
    left_out = [visit for name, visit in sorted(case.visits.items()) if name not in case.tasks]
    found = components(case, timed, left_out)
    return Evaluation(
        violations=log.sorted(),
        mandatory_left_out=sum(1 for visit in left_out if is_mandatory(problem, visit)),
        components=found,
        cost=objective.cost(found),
        routes=routes,
        left_out=tuple(visit.id for visit in left_out),
    )


def _judge_route(case: Case, travel: TravelMatrix, route: Route, log: ViolationLog) -> RouteEvaluation:
    shift = case.shifts.get((route.caregiver, route.shift))
    if shift is None or not any(stop.visit in case.visits for stop in route.stops):
        return untimed_route(route, shift)
    timeline = lay_out(case, travel, route, shift, case.caregivers[route.caregiver].mode)
    times = route_times(route, shift, timeline)
    check_ways(route, timeline, log)
    check_limits(route, shift, times, log)
    check_breaks(route, shift, times, log)
    return times


def _judge_visits(case: Case, log: ViolationLog) -> None:
    for tasks in case.tasks.values():
        for task in tasks:
            check_window(task, log)
            check_eligibility(case, task, log)
        check_team(tasks, log)
        check_locks(case, tasks, log)
    for link in case.problem.links:
        check_link(case, link, log)
