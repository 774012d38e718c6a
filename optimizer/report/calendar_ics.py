"""The day of one caregiver as a calendar file (ICS, RFC 5545), in the time zone Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from optimizer.common.language import Language
from optimizer.common.roster import EMPTY_ROSTER
from optimizer.report.map_links import MapService
from optimizer.report.stop_lines import FieldRoute, FieldStop, field_routes
from optimizer.report.visits_rows import DayView
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["TIME_ZONE", "calendars"]

TIME_ZONE = ZoneInfo("Asia/Shanghai")
"""Where the plan's midnight is."""


def calendars(
    problem: Problem,
    plan: Plan,
    evaluation: Evaluation,
    *,
    language: Language = Language.ZH,
    service: MapService = MapService.GAODE,
    region: str = "",
) -> Mapping[str, bytes]:
    """For each caregiver with a route the content of an ``.ics`` file.

    A calendar leaves the house, so it holds ids, services and villages, no name and no address.
    """
    day = DayView.of(problem, plan, evaluation)
    routes = field_routes(day, EMPTY_ROSTER, language=language, service=service, region=region)
    return {caregiver: _calendar(day, caregiver, of_caregiver) for caregiver, of_caregiver in routes.items()}


def _calendar(day: DayView, caregiver: str, routes: Sequence[FieldRoute]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//careplan//visits//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{caregiver} {day.problem.date.isoformat()}")
    for route in routes:
        for stop in route.stops:
            calendar.add_component(_event(day, caregiver, stop))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(day: DayView, caregiver: str, stop: FieldStop) -> Event:
    timing, visit = stop.row.timing, stop.row.facts.visit
    event = Event()
    event.add("uid", f"{day.problem.date.isoformat()}-{visit.id}-{caregiver}@careplan")
    event.add("dtstamp", datetime.combine(day.problem.date, time(), tzinfo=UTC))
    event.add("dtstart", _moment(day, timing.start_t))
    event.add("dtend", _moment(day, timing.finish_t))
    event.add("summary", f"{stop.number}. {stop.service} {visit.client}")
    event.add("location", stop.place)
    event.add("description", visit.id)
    if stop.link:
        event.add("url", stop.link)
    return event


def _moment(day: DayView, ticks: int) -> datetime:
    midnight = datetime.combine(day.problem.date, time(), tzinfo=TIME_ZONE)
    return midnight + timedelta(seconds=round(day.clock.seconds(ticks)))
