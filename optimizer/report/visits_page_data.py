"""What the page knows of a plan, as one JSON object: ids, places, times and figures, and nothing about persons."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from optimizer.common.language import Language, Text
from optimizer.report.figures import FigureTable
from optimizer.report.points import Point, mean_point, wgs84_points
from optimizer.report.terms import CAREGIVER_STATUSES, REASON_KINDS, STATUSES, date_text, mode_text, service_text
from optimizer.report.visits_figures import FIRST_FIGURES, figure_tables, is_watched
from optimizer.report.visits_notes_sheet import READING_NOTES, run_lines, source_text
from optimizer.report.visits_rows import DayView, LeftOutRow, RouteRows, StopRow, VisitFacts
from optimizer.report.visits_run import RunFacts, weight_texts
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.kpi import KeyFigure, key_figures

__all__ = ["MAX_REASONS", "embeddable_json", "visits_page_data"]

MAX_REASONS = 4
"""Reasons shown for one visit; the plan file holds them all."""

Json = dict[str, Any]


def visits_page_data(
    day: DayView,
    evaluation: Evaluation,
    run: RunFacts,
    language: Language,
) -> Json:
    """The page's data in JSON types. Times are seconds from midnight, points are WGS-84 ``[lat, lon]``.

    Texts that exist in two languages are pairs ``[zh, en]``. Visits are listed once and named by their index; routes
    stand in the order of their start place, caregiver and time, which also gives them their colours.
    """
    points = wgs84_points(day.places.values())
    figures = key_figures(day.problem, evaluation)
    index = {visit: number for number, visit in enumerate(day.visits)}
    problem = day.problem
    return {
        "language": language.value,
        "head": {
            "name": problem.name,
            "date": _pair(date_text(problem.date)),
            "status": _pair(STATUSES[run.status]) if run.status is not None else None,
            "visits": len(problem.visits),
            "planned": len(problem.visits) - len(evaluation.left_out),
            "mandatory_left_out": evaluation.mandatory_left_out,
            "violations": [
                {"code": one.code, "text": _pair(one.text), "caregiver": one.caregiver, "visit": one.visit}
                for one in evaluation.violations
            ],
        },
        "stations": [
            {"id": place.id, "town": place.town, "at": points.get(place.id)}
            for place in problem.locations
            if place.is_station
        ],
        "towns": _named_areas(day, points),
        "visits": [_visit(day, facts, points) for facts in day.visits.values()],
        "routes": _routes(day, index, points),
        "idle": [
            {"caregiver": one.id, "status": _pair(CAREGIVER_STATUSES[one.status]), "provider": one.provider or ""}
            for one in day.idle
        ],
        "left_out": [_left_out(row, index) for row in day.left_out],
        "figures": [_figure(figure) for figure in figures.headline],
        "first_figures": list(FIRST_FIGURES),
        "tables": [_table(table) for table in figure_tables(figures)],
        "notes": _notes(day, evaluation, run),
    }


def embeddable_json(data: Json) -> str:
    """JSON that can stand inside a ``<script>`` element whatever the ids contain, and that any encoder can write."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]


def _named_areas(day: DayView, points: Mapping[str, Point]) -> list[Json]:
    """Towns and their villages, each at the middle of its places."""
    towns: dict[str, list[Point]] = defaultdict(list)
    villages: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for place in day.problem.locations:
        if place.town:
            at = [points[place.id]] if place.id in points else []
            towns[place.town].extend(at)
            if place.village:
                villages[place.town][place.village].extend(at)
    return [
        {
            "name": town,
            "at": mean_point(towns[town]),
            "villages": [
                {"name": village, "at": mean_point(villages[town][village])} for village in sorted(villages[town])
            ],
        }
        for town in sorted(towns)
    ]


def _visit(day: DayView, facts: VisitFacts, points: Mapping[str, Point]) -> Json:
    visit, clock = facts.visit, day.clock
    return {
        "id": visit.id,
        "client": visit.client,
        "service": _pair(service_text(visit.service)),
        "minutes": round(clock.minutes(visit.service_duration_t)),
        "town": facts.place.town,
        "village": facts.place.village,
        "at": points.get(facts.place.id),
        "windows": [
            [
                clock.seconds(window.earliest_t),
                clock.seconds(window.latest_t) if window.latest_t is not None else None,
                clock.seconds(window.due_t) if window.due_t is not None else None,
            ]
            for window in visit.windows
        ],
        "mandatory": facts.mandatory,
        "group": _pair(facts.group_text),
        "team": visit.team_size,
        "links": [_pair(link) for link in facts.links],
    }


def _routes(day: DayView, index: Mapping[str, int], points: Mapping[str, Point]) -> list[Json]:
    ordered = sorted(
        day.routes, key=lambda one: (one.shift.start_location, one.caregiver.id, one.evaluation.departure_t)
    )
    colours: dict[str, int] = {}
    for route in ordered:
        colours.setdefault(route.caregiver.id, len(colours))
    return [_route(day, route, colours[route.caregiver.id], index, points) for route in ordered]


def _route(day: DayView, route: RouteRows, colour: int, index: Mapping[str, int], points: Mapping[str, Point]) -> Json:
    clock, evaluation, shift = day.clock, route.evaluation, route.shift
    return {
        "caregiver": route.caregiver.id,
        "provider": route.caregiver.provider or "",
        "mode": _pair(mode_text(route.caregiver.mode)),
        "shift": shift.id,
        "shift_s": [clock.seconds(shift.start_t), clock.seconds(shift.end_t) if shift.end_t is not None else None],
        "colour": colour,
        "from": shift.start_location,
        "from_at": points.get(shift.start_location),
        "to": shift.end_location,
        "to_at": points.get(shift.end_location) if shift.end_location is not None else None,
        "leave": clock.seconds(evaluation.departure_t),
        "back": clock.seconds(evaluation.return_t),
        "back_travel": clock.seconds(evaluation.return_travel_t),
        "care": clock.seconds(evaluation.service_t),
        "travel": clock.seconds(evaluation.travel_t),
        "waiting": clock.seconds(evaluation.waiting_t),
        "overtime": clock.seconds(evaluation.overtime_t),
        "metres": evaluation.metres,
        "stops": [_stop(day, row, index) for row in route.stops],
        "breaks": [
            {
                "start": clock.seconds(taken.start_t),
                "finish": clock.seconds(taken.start_t + taken.duration_t),
                "paid": taken.paid,
                "place": taken.location,
            }
            for taken in evaluation.breaks
        ],
    }


def _stop(day: DayView, row: StopRow, index: Mapping[str, int]) -> Json:
    clock, timing = day.clock, row.timing
    return {
        "visit": index[timing.visit],
        "leave": clock.seconds(timing.departure_t),
        "arrive": clock.seconds(timing.arrival_t),
        "start": clock.seconds(timing.start_t),
        "finish": clock.seconds(timing.finish_t),
        "late": clock.seconds(timing.tardiness_t),
        "metres": timing.metres,
        "partners": list(row.partners),
    }


def _left_out(row: LeftOutRow, index: Mapping[str, int]) -> Json:
    reasons = row.unassigned.reasons
    return {
        "visit": index[row.facts.visit.id],
        "reasons": [
            {
                "kind": _pair(REASON_KINDS[reason.kind]),
                "text": _pair(reason.text),
                "change": _pair(reason.change.text) if reason.change is not None else None,
            }
            for reason in reasons[:MAX_REASONS]
        ],
        "more": max(0, len(reasons) - MAX_REASONS),
    }


def _figure(figure: KeyFigure) -> Json:
    return {
        "id": figure.id,
        "title": _pair(figure.label),
        "unit": figure.unit.value,
        "value": figure.value,
        "of": figure.of,
        "watch": is_watched(figure),
    }


def _table(table: FigureTable) -> Json:
    return {
        "title": _pair(table.title),
        "note": _pair(table.note) if table.note is not None else None,
        "columns": [
            {"title": _pair(column.title), "unit": column.unit.value if column.unit is not None else None}
            for column in table.columns
        ],
        "rows": [
            {
                "cells": [_pair(cell) if isinstance(cell, Text) else cell for cell in row.cells],
                "level": row.level.value,
                "watch": row.watch,
            }
            for row in table.rows
        ],
    }


def _notes(day: DayView, evaluation: Evaluation, run: RunFacts) -> Json:
    problem = day.problem
    groups = sorted(problem.priorities, key=lambda group: (-group.price_s, group.id))
    return {
        "reading": [_pair(note) for note in (*READING_NOTES, *run.notes)],
        "run": [[_pair(title), _pair(value)] for title, value in run_lines(problem, evaluation, run)],
        "weights": [
            {"part": _pair(title), "value": value, "weight": weight, "adds": weight * value, "meaning": _pair(meaning)}
            for component, title, weight, meaning in weight_texts(run.objective, problem.cost_unit_s)
            for value in (evaluation.components.get(component, 0.0),)
        ],
        "prices": [
            {"group": [group.zh, group.en], "minutes": group.price_s / 60, "source": _pair(source_text(group.source))}
            for group in groups
        ],
    }
