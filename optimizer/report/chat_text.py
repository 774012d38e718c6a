"""A short text for each caregiver to paste into a chat: masked, since what is pasted is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer.common.language import Language, Text
from optimizer.common.roster import EMPTY_ROSTER, Roster, masked_address, masked_name
from optimizer.report.map_links import MapService
from optimizer.report.stop_lines import FieldRoute, FieldStop, field_routes
from optimizer.report.terms import date_text
from optimizer.report.visits_rows import DayView
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["chat_texts"]


def chat_texts(
    problem: Problem,
    plan: Plan,
    evaluation: Evaluation,
    *,
    roster: Roster = EMPTY_ROSTER,
    language: Language = Language.ZH,
    service: MapService | None = None,
    region: str = "",
) -> Mapping[str, str]:
    """For each caregiver with a route a text block: names as 王*英, addresses up to the building.

    Parameters
    ----------
    service
        Adds a link to that map to each stop; ``None``: no links (a link shows where somebody lives).
    """
    day = DayView.of(problem, plan, evaluation)
    links = service or MapService.GEO
    routes = field_routes(day, roster, language=language, service=links, region=region)
    return {
        caregiver: _block(day, of_caregiver, caregiver, language, with_links=service is not None)
        for caregiver, of_caregiver in routes.items()
    }


def _block(day: DayView, routes: Sequence[FieldRoute], caregiver: str, language: Language, *, with_links: bool) -> str:
    when = date_text(day.problem.date).in_(language)
    visits = sum(len(route.stops) for route in routes)
    head = Text(f"【派工】{when} {caregiver} 共 {visits} 次", f"[Route] {when} {caregiver}, {visits} visits")
    lines = [head.in_(language)]
    for route in routes:
        for stop in route.stops:
            lines.append(_line(day, stop))
            if with_links and stop.link:
                lines.append(f"   {stop.link}")
    return "\n".join(lines)


def _line(day: DayView, stop: FieldStop) -> str:
    timing = stop.row.timing
    who = masked_name(stop.person.name) or stop.row.facts.visit.client
    times = f"{day.clock.hhmm(timing.start_t)}–{day.clock.hhmm(timing.finish_t)}"
    parts = [f"{stop.number}. {times}", stop.service, who, stop.place, masked_address(stop.person.address)]
    return " ".join(part for part in parts if part)
