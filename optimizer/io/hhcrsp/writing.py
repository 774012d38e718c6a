"""Writing a problem as a published home-healthcare instance, where that format can say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.common.errors import OutputError
from optimizer.common.language import Text
from optimizer.io.files import write_output
from optimizer.io.hhcrsp.instance import EXT_KEY, SECONDS_PER_MINUTE
from optimizer.io.hhcrsp.solution import minutes_of
from optimizer.io.json_text import json_bytes
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
    Caregiver,
    Client,
    Link,
    LinkCaregivers,
    LinkKind,
    Location,
    Problem,
    SkillRequirement,
    Visit,
)

__all__ = ["hhcrsp_to_json", "write_hhcrsp"]

_TOLD = 5


def write_hhcrsp(problem: Problem, matrix: TravelMatrix, path: Path, *, inputs: tuple[Path, ...] = ()) -> None:
    """Write the instance of a problem, whole or not at all; never over one of the ``inputs``.

    Raises
    ------
    OutputError
        The format cannot say the problem, or the file cannot be written.
    """
    write_output(path, json_bytes(hhcrsp_to_json(problem, matrix)), inputs=inputs)


def hhcrsp_to_json(problem: Problem, matrix: TravelMatrix) -> dict[str, Any]:
    """The instance's JSON object: the older layout for one station without shift ends, else the extended one.

    Parameters
    ----------
    matrix
        Travel of every place of the problem in one mode.

    Raises
    ------
    OutputError
        The format has no words for something in the problem; the message names the first few.
    """
    unsayable = list(_unsayable(problem, matrix))
    if unsayable:
        raise OutputError(_refusal(unsayable))
    head = dict(problem.ext.get(EXT_KEY, {}))
    layout = head.pop("layout", _layout(problem))
    offices = _offices(problem)
    homes = {client.id: client.location for client in problem.clients}
    rows = [*(office.id for office in offices), *homes.values()]
    index = {name: row for row, name in enumerate(rows)}
    is_extended = layout == "departing_points"
    raw: dict[str, Any] = {key: head[key] for key in ("name", "area") if key in head}
    raw["distances"] = _distances(problem, matrix.subset(rows))
    raw[layout] = [{"id": office.id, **_point(office)} for office in offices]
    raw["patients"] = _patients(problem, index if is_extended else None)
    raw["caregivers"] = [_caregiver(one, problem, index if is_extended else None) for one in problem.caregivers]
    raw["services"] = head.get("services") or _services(problem)
    return raw


def _layout(problem: Problem) -> str:
    shifts = [one.shifts[0] for one in problem.caregivers]
    is_older = (
        len(_offices(problem)) == 1
        and all(shift.start_t == 0 and shift.end_t is None for shift in shifts)
        and not any(client.forbidden for client in problem.clients)
    )
    return "central_offices" if is_older else "departing_points"


def _offices(problem: Problem) -> list[Location]:
    homes = {client.location for client in problem.clients}
    return [place for place in problem.locations if place.id not in homes]


def _distances(problem: Problem, matrix: TravelMatrix) -> list[list[int | float]]:
    ticks = matrix.durations[matrix.modes[0]]
    per_minute = SECONDS_PER_MINUTE * problem.ticks_per_s
    rows: list[list[int | float]] = (
        ticks // per_minute if not np.any(ticks % per_minute) else ticks / per_minute
    ).tolist()
    return rows


def _point(place: Location) -> dict[str, Any]:
    kept: dict[str, Any] = dict(place.ext.get(EXT_KEY, {}))
    if not kept and place.lat is not None and place.lon is not None:
        return {"location": [place.lon, place.lat]}
    return kept


def _patients(problem: Problem, index: dict[str, int] | None) -> list[dict[str, Any]]:
    visits: dict[str, list[Visit]] = defaultdict(list)
    for visit in problem.visits:
        visits[visit.client].append(visit)
    links = {link.visits[0]: link for link in problem.links}
    places = {place.id: place for place in problem.locations}
    return [
        _patient(client, places[client.location], _in_order(visits[client.id], links), links, problem, index)
        for client in problem.clients
    ]


def _in_order(visits: Sequence[Visit], links: dict[str, Link]) -> list[Visit]:
    """The visit that a link names first comes first."""
    return sorted(visits, key=lambda visit: visit.id not in links)


def _patient(
    client: Client,
    place: Location,
    visits: Sequence[Visit],
    links: dict[str, Link],
    problem: Problem,
    index: dict[str, int] | None,
) -> dict[str, Any]:
    raw: dict[str, Any] = {"id": client.id, **_point(place)}
    if index is not None:
        raw["distance_matrix_index"] = index[client.location]
    if visits[0].windows:
        window = visits[0].windows[0]
        raw["time_window"] = [minutes_of(window.earliest_t, problem), minutes_of(window.due_t or 0, problem)]
    raw["required_caregivers"] = [
        {"service": visit.service, "duration": minutes_of(visit.service_duration_t, problem)} for visit in visits
    ]
    if len(visits) > 1:
        raw["synchronization"] = _synchronization(links[visits[0].id], problem)
    if client.forbidden:
        raw["incompatible_caregivers"] = list(client.forbidden)
    return raw


def _synchronization(link: Link, problem: Problem) -> dict[str, Any]:
    if link.kind is LinkKind.SIMULTANEOUS:
        return {"type": "simultaneous"}
    gaps = [minutes_of(link.min_gap_t, problem), minutes_of(link.max_gap_t or 0, problem)]
    return {"type": "sequential", "distance": gaps}


def _caregiver(caregiver: Caregiver, problem: Problem, index: dict[str, int] | None) -> dict[str, Any]:
    raw: dict[str, Any] = {"id": caregiver.id, "abilities": [skill.skill for skill in caregiver.skills]}
    if index is not None:
        shift = caregiver.shifts[0]
        raw["distance_matrix_index"] = index[shift.start_location]
        raw["starting_point_id"] = shift.start_location
        if shift.end_t is not None:
            raw["working_shift"] = [minutes_of(shift.start_t, problem), minutes_of(shift.end_t, problem)]
    return raw


def _services(problem: Problem) -> list[dict[str, Any]]:
    names = {skill.skill for caregiver in problem.caregivers for skill in caregiver.skills}
    names |= {visit.service for visit in problem.visits}
    return [{"id": name, "type": name} for name in sorted(names)]


def _refusal(unsayable: Sequence[tuple[str, Text]]) -> Text:
    told = unsayable[:_TOLD]
    zh = "; ".join(f"{name}: {text.zh}" for name, text in told)
    en = "; ".join(f"{name}: {text.en}" for name, text in told)
    return Text(
        f"hhcrsp 格式无法表达({len(unsayable)} 处): {zh}。请改用 careplan 的 JSON",
        f"the hhcrsp format cannot say this ({len(unsayable)} places): {en}; write careplan's own JSON instead",
    )


def _unsayable(problem: Problem, matrix: TravelMatrix) -> Iterator[tuple[str, Text]]:
    if len(matrix.modes) != 1:
        yield "matrix", Text("不止一种出行方式", "more than one mode of travel")
    elif not matrix.reachable[matrix.modes[0]].all():
        yield "matrix", Text("有到不了的地点", "places that cannot be reached")
    homes = [client.location for client in problem.clients]
    if len(set(homes)) < len(homes):
        yield "clients", Text("多人同住一处", "clients who share a place")
    yield from _unsayable_visits(problem)
    for link in problem.links:
        if len(link.visits) != 2 or link.caregivers is not LinkCaregivers.DIFFERENT or not link.all_or_nothing:
            yield link.id, Text("不是两人同时或先后", "not two different caregivers, both or none")
        if link.kind is LinkKind.SEQUENTIAL and link.max_gap_t is None:
            yield link.id, Text("间隔没有上限", "no largest gap")
    for caregiver in problem.caregivers:
        yield from _unsayable_caregiver(caregiver, set(homes))


def _unsayable_visits(problem: Problem) -> Iterator[tuple[str, Text]]:
    by_client: dict[str, list[Visit]] = defaultdict(list)
    for visit in problem.visits:
        by_client[visit.client].append(visit)
        plain = Visit(
            id=visit.id,
            client=visit.client,
            service=visit.service,
            service_duration_t=visit.service_duration_t,
            windows=visit.windows,
            skills=(SkillRequirement(skill=visit.service),),
        )
        if visit != plain:
            yield visit.id, Text("有服务、时长、时间窗以外的要求", "needs more than a service, a duration and a window")
        if len(visit.windows) > 1 or any(one.latest_t is not None or one.due_t is None for one in visit.windows):
            yield visit.id, Text("时间窗不是一个软窗", "windows other than a single soft one")
    linked = {frozenset(link.visits) for link in problem.links}
    for client in problem.clients:
        visits = by_client[client.id]
        is_pair = len(visits) == 2 and frozenset(visit.id for visit in visits) in linked
        if not (len(visits) == 1 or is_pair) or len({visit.windows for visit in visits}) > 1:
            yield client.id, Text("不是一项服务或一对同窗服务", "neither one service nor a linked pair in one window")
        if client != Client(id=client.id, location=client.location, forbidden=client.forbidden):
            yield client.id, Text("对护理员有其他要求", "other wishes about caregivers than forbidden ones")


def _unsayable_caregiver(caregiver: Caregiver, homes: set[str]) -> Iterator[tuple[str, Text]]:
    if len(caregiver.shifts) != 1:
        yield caregiver.id, Text("不是一个班次", "not exactly one shift")
        return
    shift = caregiver.shifts[0]
    if shift.start_location != shift.end_location or shift.start_location in homes:
        yield caregiver.id, Text("没有从同一站点出发和返回", "does not leave from and return to one station")
    has_soft_end = shift.end_t is None or shift.max_overtime_t is None
    if shift.breaks or shift.max_load is not None or shift.max_travel_t is not None or not has_soft_end:
        yield caregiver.id, Text("班次有休息、上限或硬性下班时间", "a shift with breaks, limits or a hard end")
    if shift.end_t is None and shift.start_t != 0:
        yield caregiver.id, Text("班次有开始没有结束", "a shift with a start and no end")
    if any(skill.level != 1 or skill.expires is not None for skill in caregiver.skills):
        yield caregiver.id, Text("技能有等级或到期日", "skills with a level or an expiry")
