"""What the route sheets, the calendar and the chat block have in common: the stops of a caregiver with their links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.common.language import Language
from optimizer.common.roster import Person, Roster
from optimizer.report.map_links import MapService, map_link
from optimizer.report.points import Point, wgs84_points
from optimizer.report.terms import service_text
from optimizer.report.visits_rows import DayView, RouteRows, StopRow

__all__ = ["FieldRoute", "FieldStop", "field_routes"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldStop:
    """A stop as it is carried into the field: its number over all shifts of the day, the person, the link to the map.

    ``link`` is empty where the place has no coordinates.
    """

    number: int
    row: StopRow
    person: Person
    place: str
    service: str
    link: str
    point: Point | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRoute:
    """One shift of one caregiver, with the phone of the station."""

    route: RouteRows
    person: Person
    station: Person
    stops: tuple[FieldStop, ...]


def field_routes(
    day: DayView,
    roster: Roster,
    *,
    language: Language = Language.ZH,
    service: MapService = MapService.GAODE,
    region: str = "",
) -> Mapping[str, tuple[FieldRoute, ...]]:
    """The routes of each caregiver who has any, by id."""
    points = wgs84_points(day.problem.locations)
    return {
        caregiver: _of_caregiver(routes, roster, points, language, service, region)
        for caregiver, routes in day.by_caregiver.items()
    }


def _of_caregiver(
    routes: tuple[RouteRows, ...],
    roster: Roster,
    points: Mapping[str, Point],
    language: Language,
    service: MapService,
    region: str,
) -> tuple[FieldRoute, ...]:
    made: list[FieldRoute] = []
    number = 0
    for route in routes:
        before = points.get(route.shift.start_location)
        stops: list[FieldStop] = []
        for row in route.stops:
            number += 1
            point = points.get(row.facts.place.id)
            name = f"第{number}站" if language is Language.ZH else f"stop {number}"
            mode = route.caregiver.mode
            link = "" if point is None else map_link(service, point, name, mode=mode, origin=before, region=region)
            stops.append(_stop(number, row, roster, language, link, point))
            before = point or before
        station = roster.station(route.shift.start_location)
        person = roster.caregiver(route.caregiver.id)
        made.append(FieldRoute(route=route, person=person, station=station, stops=tuple(stops)))
    return tuple(made)


def _stop(number: int, row: StopRow, roster: Roster, language: Language, link: str, point: Point | None) -> FieldStop:
    person = roster.client(row.facts.visit.client)
    place = row.facts.place
    return FieldStop(
        number=number,
        row=row,
        person=person,
        place=" ".join(part for part in (place.town, place.village) if part),
        service=service_text(row.facts.visit.service).in_(language),
        link=link,
        point=point,
    )
