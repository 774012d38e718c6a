"""Solutions of published home-healthcare instances, in both published spellings.

``routes[{caregiver_id, locations[{patient, service, arrival_time, departure_time}]}]`` belongs to the extended format,
and ``patient_id``, ``service_id`` to the older one. ``arrival_time`` is the start of service and ``departure_time`` its
end, in minutes; ``global_ordering`` lists the patients by their first start. Both spellings are read, and so is the
newer ``start_service_time``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input, write_output
from optimizer.io.hhcrsp.instance import EXT_KEY, SECONDS_PER_MINUTE
from optimizer.io.json_text import json_bytes, parse_json_object
from optimizer.io.wire import Id
from optimizer.io.wire_findings import findings_of
from optimizer.visits.model import Problem, Visit
from optimizer.visits.plan import Plan, Route, Stop, Unassigned

__all__ = ["hhcrsp_plan_from_json", "hhcrsp_plan_to_json", "minutes_of", "read_hhcrsp_plan", "write_hhcrsp_plan"]

_COMPONENTS = {
    "tardiness_worst": "EHHC_HighestTardiness",
    "idle": "EHHC_MaxIdleTime",
    "overtime": "EHHC_TotalExtraTime",
    "tardiness_total": "EHHC_TotalTardiness",
    "waiting": "EHHC_TotalWaitingTime",
    "travel": "EHHC_TravelTime",
}
"""Published name of each component of the extended objective."""

Minutes = Annotated[float, Field(ge=0, le=100_000)]


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, allow_inf_nan=False)


class WireCall(_Foreign):
    """One service at a patient's; entries that only name a ``depot`` are passed over."""

    depot: str | None = None
    patient: Id | None = Field(None, validation_alias=AliasChoices("patient", "patient_id"))
    service: Id | None = Field(None, validation_alias=AliasChoices("service", "service_id"))
    start: Minutes | None = Field(
        None, validation_alias=AliasChoices("start_service_time", "start_time", "arrival_time")
    )


class WireTour(_Foreign):
    """The route of one caregiver."""

    caregiver_id: Id
    locations: list[WireCall]


class WireSolution(_Foreign):
    """A whole solution."""

    routes: list[WireTour]


def read_hhcrsp_plan(source: bytes | Path, problem: Problem) -> Plan:
    """The plan of a published solution file of ``problem``, or of its bytes.

    Raises
    ------
    InputError
        ``T1xx`` for the shape of the file, ``T136`` for patients, services or caregivers that the problem does not
        have.
    """
    if isinstance(source, Path):
        return hhcrsp_plan_from_json(parse_json_object(read_input(source), where=str(source)), problem)
    return hhcrsp_plan_from_json(parse_json_object(source, where="JSON"), problem)


def hhcrsp_plan_from_json(raw: dict[str, Any], problem: Problem) -> Plan:
    """The plan of a solution's JSON object; what the solution does not mention is unassigned, without reasons.

    Raises
    ------
    InputError
        As :func:`read_hhcrsp_plan`.
    """
    try:
        solution = WireSolution.model_validate(raw)
    except ValidationError as error:
        raise InputError(findings_of(error, raw, WireSolution)) from error
    shifts = {caregiver.id: caregiver.shifts[0].id for caregiver in problem.caregivers if caregiver.shifts}
    waiting = _visits_by_service(problem.visits)
    findings: list[Finding] = []
    routes: list[Route] = []
    for i, tour in enumerate(solution.routes):
        if tour.caregiver_id not in shifts:
            findings.append(_unknown(f"routes[{i}].caregiver_id", tour.caregiver_id))
            continue
        stops = _stops(tour, i, waiting, problem, findings)
        if stops:
            routes.append(Route(caregiver=tour.caregiver_id, shift=shifts[tour.caregiver_id], stops=stops))
    if findings:
        raise InputError(findings)
    return Plan(
        routes=tuple(sorted(routes, key=lambda route: (route.caregiver, route.shift))),
        unassigned=tuple(Unassigned(visit=name) for name in sorted(name for left in waiting.values() for name in left)),
    )


def _visits_by_service(visits: Sequence[Visit]) -> dict[tuple[str, str], list[str]]:
    """Visits by patient and service, to be handed out in the order of their ids."""
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for visit in sorted(visits, key=lambda visit: visit.id):
        waiting[visit.client, visit.service].append(visit.id)
    return dict(waiting)


def _stops(
    tour: WireTour,
    number: int,
    waiting: dict[tuple[str, str], list[str]],
    problem: Problem,
    findings: list[Finding],
) -> tuple[Stop, ...]:
    stops = []
    for j, call in enumerate(tour.locations):
        if call.depot is not None:
            continue
        left = waiting.get((call.patient or "", call.service or ""))
        if not left or call.start is None:
            name = f"{call.patient} {call.service}"
            findings.append(_unknown(f"routes[{number}].locations[{j}]", name))
            continue
        start_t = round(call.start * SECONDS_PER_MINUTE * problem.ticks_per_s)
        stops.append(Stop(visit=left.pop(0), start_t=start_t))
    return tuple(stops)


def _unknown(where: str, name: str) -> Finding:
    found = Text("任务里没有,或已出现过", "not in the problem, or there already")
    action = Text("请核对任务文件和方案文件是否配套", "check that the instance and the solution belong together")
    return Finding(code="T136", where=where, ids=(name,), found=found, action=action)


def hhcrsp_plan_to_json(
    plan: Plan, problem: Problem, *, components: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """The JSON object of a plan in the published spelling of the instance's own layout.

    Parameters
    ----------
    components
        The referee's components in minutes; written as ``cost_components`` where the extended format has a name.
    """
    visits = {visit.id: visit for visit in problem.visits}
    raw: dict[str, Any] = {}
    if components is not None:
        raw["cost_components"] = {name: components[ours] for ours, name in _COMPONENTS.items() if ours in components}
    raw["global_ordering"] = _ordering(plan, visits)
    tours: dict[str, list[Stop]] = defaultdict(list)
    for route in plan.routes:
        tours[route.caregiver].extend(route.stops)
    is_older = problem.ext.get(EXT_KEY, {}).get("layout") == "central_offices"
    patient, service = ("patient_id", "service_id") if is_older else ("patient", "service")
    raw["routes"] = [
        {
            "caregiver_id": caregiver,
            "locations": [
                {
                    patient: visits[stop.visit].client,
                    service: visits[stop.visit].service,
                    "arrival_time": minutes_of(stop.start_t, problem),
                    "departure_time": minutes_of(stop.start_t + visits[stop.visit].service_duration_t, problem),
                }
                for stop in sorted(stops, key=lambda stop: stop.start_t)
            ],
        }
        for caregiver, stops in sorted(tours.items())
    ]
    return raw


def _ordering(plan: Plan, visits: Mapping[str, Visit]) -> list[str]:
    first: dict[str, int] = {}
    for route in plan.routes:
        for stop in route.stops:
            client = visits[stop.visit].client
            first[client] = min(stop.start_t, first.get(client, stop.start_t))
    return sorted(first, key=lambda client: (first[client], client))


def minutes_of(ticks: int, problem: Problem) -> int | float:
    """So many ticks in minutes, an ``int`` where it is whole."""
    per_minute = SECONDS_PER_MINUTE * problem.ticks_per_s
    whole, part = divmod(ticks, per_minute)
    return ticks / per_minute if part else whole


def write_hhcrsp_plan(
    plan: Plan,
    problem: Problem,
    path: Path,
    *,
    components: Mapping[str, float] | None = None,
    inputs: tuple[Path, ...] = (),
) -> None:
    """Write a plan in the published format, whole or not at all; never over one of the ``inputs``.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_output(path, json_bytes(hhcrsp_plan_to_json(plan, problem, components=components)), inputs=inputs)
