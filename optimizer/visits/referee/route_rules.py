"""Rules that one route must obey: order, travel, the shift's limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from optimizer.visits.evaluation import RouteEvaluation
from optimizer.visits.model import CaregiverStatus, Shift
from optimizer.visits.plan import Route
from optimizer.visits.referee.case import Case
from optimizer.visits.referee.timeline import Leg, Timeline
from optimizer.visits.referee.violations import ViolationLog, Where

__all__ = ["check_crew", "check_limits", "check_overlaps", "check_ways"]


def check_crew(case: Case, log: ViolationLog) -> None:
    """Every route belongs to a shift of a caregiver on duty, once, and has known visits."""
    seen: dict[tuple[str, str], int] = {}
    for route in case.plan.routes:
        where = Where(caregiver=route.caregiver, shift=route.shift)
        caregiver = case.caregivers.get(route.caregiver)
        if caregiver is None:
            log.add("unknown_caregiver", where)
        elif (route.caregiver, route.shift) not in case.shifts:
            log.add("unknown_shift", where)
        if caregiver is not None and caregiver.status is not CaregiverStatus.ON_DUTY:
            log.add("off_duty", where)
        seen[route.caregiver, route.shift] = seen.get((route.caregiver, route.shift), 0) + 1
        if seen[route.caregiver, route.shift] == 2:
            log.add("duplicate_route", where)
        if not route.stops:
            log.add("empty_route", where)
        for stop in route.stops:
            if stop.visit not in case.visits:
                log.add("unknown_visit", replace(where, visit=stop.visit))


def check_ways(route: Route, timeline: Timeline, log: ViolationLog) -> None:
    """Visits are in order, and there is a way and time for it from each place to the next."""
    where = Where(caregiver=route.caregiver, shift=route.shift)
    before_t: int | None = None
    for leg in timeline.legs:
        here = where if leg.visit is None else replace(where, visit=leg.visit.id)
        if not leg.reachable:
            log.add("unreachable", here, origin=leg.origin, target=_target_text(leg))
        if leg.visit is None or leg.start_t is None:
            _check_time(leg, here, log)
            continue
        if before_t is not None and leg.start_t < before_t:
            log.add("stop_order", here, amount_t=before_t - leg.start_t)
        else:
            _check_time(leg, here, log)
        before_t = leg.start_t


def _check_time(leg: Leg, where: Where, log: ViolationLog) -> None:
    """Breaks keep clear of what is around them; only then is it asked whether the rest of the time is enough."""
    overlaps = _overlaps(leg)
    for name, amount_t in overlaps:
        log.add("break_overlap", replace(where, visit=None), amount_t=amount_t, pause=name)
    if leg.slack_t < 0 and not overlaps:
        log.add("travel_time", where, amount_t=-leg.slack_t, target=_target_text(leg), start_t=leg.start_t)


def _overlaps(leg: Leg) -> list[tuple[str, int]]:
    """Breaks of a leg that begin too early or end too late, and by how many ticks."""
    found = []
    free_t = leg.ready_t
    for pause in leg.on_the_way:
        if free_t is not None and pause.start_t < free_t:
            found.append((pause.id, free_t - pause.start_t))
        free_t = pause.end_t if free_t is None else max(free_t, pause.end_t)
    last = leg.on_the_way[-1] if leg.on_the_way else leg.pause or leg.pause_before
    if last is not None and leg.start_t is not None and free_t is not None and free_t > leg.start_t:
        found.append((last.id, free_t - leg.start_t))
    return found


def _target_text(leg: Leg) -> str:
    return leg.target if leg.visit is None else f"{leg.visit.id} ({leg.target})"


def check_limits(route: Route, shift: Shift, times: RouteEvaluation, log: ViolationLog) -> None:
    """The shift's start, its end with overtime, its largest load and its longest travel."""
    where = Where(caregiver=route.caregiver, shift=route.shift)
    if times.departure_t < shift.start_t:
        log.add("shift_start", where, amount_t=shift.start_t - times.departure_t)
    if shift.max_overtime_t is not None and times.overtime_t > shift.max_overtime_t:
        log.add("overtime", where, amount_t=times.overtime_t - shift.max_overtime_t)
    if shift.max_load is not None and times.load > shift.max_load:
        log.add("load", where, amount_t=times.load - shift.max_load)
    if shift.max_travel_t is not None and times.travel_t > shift.max_travel_t:
        log.add("travel_limit", where, amount_t=times.travel_t - shift.max_travel_t)


def check_overlaps(timed: Iterable[RouteEvaluation], log: ViolationLog) -> None:
    """Routes of one caregiver follow each other: nobody leaves before being back."""
    back: dict[str, int] = {}
    for times in sorted(timed, key=lambda one: (one.departure_t, one.return_t, one.caregiver, one.shift)):
        before_t = back.get(times.caregiver, times.departure_t)
        if times.departure_t < before_t:
            amount_t = before_t - times.departure_t
            log.add("routes_overlap", Where(caregiver=times.caregiver, shift=times.shift), amount_t=amount_t)
        back[times.caregiver] = max(before_t, times.return_t)
