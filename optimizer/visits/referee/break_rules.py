"""Rules of breaks: whose they are, when they begin, how long they last, and that none that is due is missing."""

from __future__ import annotations

from optimizer.visits.evaluation import RouteEvaluation
from optimizer.visits.model import Break, Shift
from optimizer.visits.plan import PlannedBreak, Route
from optimizer.visits.referee.violations import ViolationLog, Where

__all__ = ["check_breaks"]


def check_breaks(route: Route, shift: Shift, times: RouteEvaluation, log: ViolationLog) -> None:
    """Judge the breaks of one route that has been timed.

    A break that is not due may be taken; if it is, it must be as the shift says.
    """
    rules = {pause.id: pause for pause in shift.breaks}
    where = Where(caregiver=route.caregiver, shift=route.shift)
    taken: dict[str, int] = {}
    for planned in route.breaks:
        taken[planned.id] = taken.get(planned.id, 0) + 1
        rule = rules.get(planned.id)
        if rule is None:
            log.add("break_unknown", where, pause=planned.id)
            continue
        if taken[planned.id] == 2:
            log.add("break_twice", where, pause=planned.id)
        _check_form(planned, rule, route, log)
    for pause in shift.breaks:
        if pause.id not in taken and _is_due(pause, times):
            log.add("break_missing", where, pause=pause.id)


def _check_form(planned: PlannedBreak, rule: Break, route: Route, log: ViolationLog) -> None:
    where = Where(caregiver=route.caregiver, shift=route.shift)
    outside_t = max(rule.earliest_t - planned.start_t, planned.start_t - rule.latest_t)
    if outside_t > 0:
        log.add("break_window", where, amount_t=outside_t, start_t=planned.start_t, pause=planned.id)
    if planned.duration_t != rule.duration_t:
        log.add("break_duration", where, amount_t=abs(planned.duration_t - rule.duration_t), pause=planned.id)


def _is_due(pause: Break, times: RouteEvaluation) -> bool:
    """Whether the caregiver is on the way for it; otherwise the pause lies before or after the work."""
    return times.departure_t < pause.earliest_t + pause.duration_t and times.return_t > pause.latest_t
