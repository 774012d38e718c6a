"""A plan as GeoJSON (RFC 7946): WGS-84, longitude before latitude; ids, services and times, never a person."""

from __future__ import annotations

from typing import Any

from optimizer.common.language import Language
from optimizer.common.roster import EMPTY_ROSTER
from optimizer.report.points import Point, wgs84_points
from optimizer.report.stop_lines import FieldRoute, field_routes
from optimizer.report.visits_rows import DayView
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["plan_geojson"]


def plan_geojson(
    problem: Problem, plan: Plan, evaluation: Evaluation, *, language: Language = Language.ZH
) -> dict[str, Any]:
    """A collection of one line for each route and one point for each stop; places without coordinates are left out."""
    day = DayView.of(problem, plan, evaluation)
    points = wgs84_points(problem.locations)
    features: list[dict[str, Any]] = []
    for caregiver, routes in field_routes(day, EMPTY_ROSTER, language=language).items():
        for route in routes:
            features += _line(caregiver, route, points)
            features += _stops(day, caregiver, route)
    return {"type": "FeatureCollection", "features": features}


def _line(caregiver: str, route: FieldRoute, points: dict[str, Point]) -> list[dict[str, Any]]:
    shift = route.route.shift
    ends = (points.get(shift.start_location), points.get(shift.end_location or ""))
    along = [ends[0], *(stop.point for stop in route.stops), ends[1]]
    coordinates = [[point[1], point[0]] for point in along if point is not None]
    if len(coordinates) < 2:
        return []
    properties = {"kind": "route", "caregiver": caregiver, "shift": shift.id, "visits": len(route.stops)}
    return [_feature("LineString", coordinates, properties)]


def _stops(day: DayView, caregiver: str, route: FieldRoute) -> list[dict[str, Any]]:
    return [
        _feature(
            "Point",
            [stop.point[1], stop.point[0]],
            {
                "kind": "stop",
                "caregiver": caregiver,
                "shift": route.route.shift.id,
                "number": stop.number,
                "visit": stop.row.facts.visit.id,
                "service": stop.service,
                "start": day.clock.hhmm(stop.row.timing.start_t),
                "finish": day.clock.hhmm(stop.row.timing.finish_t),
            },
        )
        for stop in route.stops
        if stop.point is not None
    ]


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}
