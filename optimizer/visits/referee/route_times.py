"""A timed route as the figures that are reported."""

from __future__ import annotations

from optimizer.visits.evaluation import BreakTiming, RouteEvaluation, StopTiming
from optimizer.visits.model import Shift, TimeWindow, Visit
from optimizer.visits.plan import Route
from optimizer.visits.referee.timeline import Leg, Pause, Timeline

__all__ = ["route_times", "tardiness_t", "untimed_route"]


def route_times(route: Route, shift: Shift, timeline: Timeline) -> RouteEvaluation:
    """Every figure of one route.

    Parameters
    ----------
    route, shift
        The route and the shift it belongs to.
    timeline
        The route laid out in time, with at least one visit.
    """
    legs = timeline.legs
    stops = _stop_timings(timeline)
    unpaid_t = sum(pause.duration_t for leg in legs for pause in _pauses(leg) if not pause.paid)
    visits = [leg.visit for leg in legs if leg.visit is not None]
    return RouteEvaluation(
        caregiver=route.caregiver,
        shift=route.shift,
        stops=stops,
        breaks=tuple(_break_timing(leg, pause) for leg in legs for pause in _pauses(leg)),
        departure_t=timeline.departure_t,
        return_t=timeline.return_t,
        return_travel_t=legs[-1].travel_t,
        travel_t=sum(leg.travel_t for leg in legs),
        metres=_total([leg.metres for leg in legs]),
        service_t=sum(visit.service_duration_t for visit in visits),
        waiting_t=sum(stop.waiting_t for stop in stops),
        overtime_t=0 if shift.end_t is None else max(0, timeline.return_t - shift.end_t),
        work_t=timeline.return_t - timeline.departure_t - unpaid_t,
        load=sum(visit.load for visit in visits),
    )


def untimed_route(route: Route, shift: Shift | None) -> RouteEvaluation:
    """A route that cannot be timed (nobody's, or without a known visit): all zero, at the start of the shift."""
    moment = 0 if shift is None else shift.start_t
    return RouteEvaluation(
        caregiver=route.caregiver,
        shift=route.shift,
        stops=(),
        breaks=(),
        departure_t=moment,
        return_t=moment,
        return_travel_t=0,
        travel_t=0,
        metres=None,
        service_t=0,
        waiting_t=0,
        overtime_t=0,
        work_t=0,
        load=0,
    )


def tardiness_t(windows: tuple[TimeWindow, ...], start_t: int) -> int:
    """Ticks after the due time, by the window that is kindest among those that hold the start; 0 if none does."""
    late = [
        0 if window.due_t is None else max(0, start_t - window.due_t)
        for window in windows
        if window.earliest_t <= start_t and (window.latest_t is None or start_t <= window.latest_t)
    ]
    return min(late, default=0)


def _stop_timings(timeline: Timeline) -> tuple[StopTiming, ...]:
    """Stops in order; the slack of a leg to a break at a place is waited before the visit that follows it."""
    stops: list[StopTiming] = []
    waiting_t = 0
    for position, leg in enumerate(timeline.legs):
        waiting_t += max(0, leg.slack_t)
        if leg.visit is None or leg.start_t is None:
            continue
        departure_t = timeline.departure_t if position == 0 else leg.departure_t(leg.start_t)
        stops.append(_stop_timing(leg, leg.visit, leg.start_t, departure_t, waiting_t if stops else 0))
        waiting_t = 0
    return tuple(stops)


def _stop_timing(leg: Leg, visit: Visit, start_t: int, departure_t: int, waiting_t: int) -> StopTiming:
    return StopTiming(
        visit=visit.id,
        location=leg.target,
        departure_t=departure_t,
        travel_t=leg.travel_t,
        metres=leg.metres,
        arrival_t=start_t - waiting_t,
        waiting_t=waiting_t,
        start_t=start_t,
        finish_t=start_t + visit.service_duration_t,
        tardiness_t=tardiness_t(visit.windows, start_t),
    )


def _pauses(leg: Leg) -> tuple[Pause, ...]:
    """Breaks on the way, then the one at the target."""
    return leg.on_the_way if leg.pause is None else (*leg.on_the_way, leg.pause)


def _break_timing(leg: Leg, pause: Pause) -> BreakTiming:
    return BreakTiming(
        id=pause.id,
        start_t=pause.start_t,
        duration_t=pause.duration_t,
        paid=pause.paid,
        location=pause.location,
        travel_t=leg.travel_t if pause is leg.pause else 0,
    )


def _total(metres: list[int | None]) -> int | None:
    known = [value for value in metres if value is not None]
    return sum(known) if len(known) == len(metres) else None
