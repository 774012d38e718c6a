"""Published home-healthcare instances: Mankowska, Kummer and Italian sets, and the extended format.

The format is that of the repository ``iolab-uniud/hhcrsp`` (Ceschia, Di Gaspero, Rosati, Schaerf 2024; the extended
one: Ceschia, Di Gaspero, Schaerf 2025). A patient with one service becomes one visit of the same id; a patient with two
becomes the visits ``p7:s1`` and ``p7:s4``, joined by a link and done by different caregivers. Windows are soft at their
end and shifts may be overrun, as both papers have it; every visit is mandatory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.io.files import read_input
from optimizer.io.hhcrsp.faults import hhcrsp_faults
from optimizer.io.hhcrsp.wire import (
    WireInstance,
    WireNurse,
    WireOffice,
    WirePatient,
    matrix_rows,
    offices_of,
    places_of,
)
from optimizer.io.json_text import parse_json_object
from optimizer.io.matrix_json import numbers_of_rows
from optimizer.io.problem_file import GIVEN_MODE, UNDATED, ProblemFile
from optimizer.io.wire_findings import findings_of
from optimizer.travel.matrix import MAX_DURATION, TravelMatrix
from optimizer.visits.model import (
    Caregiver,
    Client,
    Link,
    LinkCaregivers,
    LinkKind,
    Location,
    Problem,
    Shift,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)

__all__ = ["EXT_KEY", "SECONDS_PER_MINUTE", "SHIFT_ID", "hhcrsp_from_json", "read_hhcrsp", "visit_ids"]

SECONDS_PER_MINUTE = 60
_FINE_TICKS_PER_S = 1000
_LONGEST_TRAVEL_MIN = MAX_DURATION / (SECONDS_PER_MINUTE * _FINE_TICKS_PER_S)
SHIFT_ID = "day"
"""Id of the only shift of each caregiver."""

EXT_KEY = "hhcrsp"
"""Key in ``ext`` under which what the model has no field for is kept, for writing the instance again."""


def read_hhcrsp(source: bytes | Path) -> ProblemFile:
    """The problem of an instance file (plain or gzip-compressed), or of its bytes.

    Raises
    ------
    InputError
        ``T1xx`` for the shape of the file, ``T13x`` for what does not fit together.
    """
    if isinstance(source, Path):
        raw = parse_json_object(read_input(source), where=str(source))
        return hhcrsp_from_json(raw, name=source.name.split(".json")[0], sources=(source,))
    return hhcrsp_from_json(parse_json_object(source, where="JSON"))


def hhcrsp_from_json(
    raw: dict[str, Any], *, name: str = "", day: date = UNDATED, sources: tuple[Path, ...] = ()
) -> ProblemFile:
    """The problem of an instance's JSON object.

    A tick is a second, or a millisecond where any time has a fraction of a minute (three decimals of a minute are
    exact). In the generated sets (those with an ``area``) windows are first cut down to whole minutes, as their
    authors' checker does; a warning says how many were.

    Parameters
    ----------
    name, day
        Name of the problem, and its date: the format has none.
    """
    try:
        instance = WireInstance.model_validate(raw)
    except ValidationError as error:
        raise InputError(findings_of(error, raw, WireInstance)) from error
    findings = list(hhcrsp_faults(instance))
    places = [place.id for place in places_of(instance)]
    minutes = numbers_of_rows(
        instance.distances, len(places), "distances", findings, largest=_LONGEST_TRAVEL_MIN, code="T132", null=False
    )
    if findings or minutes is None:
        raise InputError(findings)
    warnings = _cut_windows(instance) if instance.area is not None else ()
    scale = _Scale(_FINE_TICKS_PER_S if _has_fractions(instance, minutes) else 1)
    problem = _Maker(instance, scale).problem(name or instance.name or "", day)
    matrix = _matrix(instance, places, minutes, scale, problem.name)
    return ProblemFile(
        problem=problem,
        format="hhcrsp",
        matrix=matrix,
        objective="ehhc" if instance.departing_points is not None else "hhcrsp",
        warnings=warnings,
        sources=sources,
    )


@dataclass(frozen=True)
class _Scale:
    ticks_per_s: int

    def ticks(self, minutes: float) -> int:
        """Ticks of so many minutes, rounded to the nearest (a float's error is far below half a tick)."""
        return round(minutes * SECONDS_PER_MINUTE * self.ticks_per_s)


def _cut_windows(instance: WireInstance) -> tuple[Finding, ...]:
    cut = []
    for patient in instance.patients:
        window = patient.time_window
        if window is not None and any(bound != int(bound) for bound in window):
            patient.time_window = [float(int(bound)) for bound in window]
            cut.append(patient.id)
    if not cut:
        return ()
    found = Text(f"{len(cut)} 个时间窗不是整分钟,已向下取整", f"{len(cut)} windows were cut down to whole minutes")
    action = Text("与作者的检查程序一致,无需处理", "nothing to do: the authors' own checker does the same")
    shown = tuple(cut[:5])
    return (Finding(code="T139", where="patients", ids=shown, found=found, action=action, severity=Severity.WARNING),)


def _has_fractions(instance: WireInstance, minutes: NDArray[np.float64]) -> bool:
    return bool((minutes != np.rint(minutes)).any()) or any(value != int(value) for value in _times(instance))


def _times(instance: WireInstance) -> Iterator[float]:
    for patient in instance.patients:
        yield from patient.time_window or ()
        yield from (need.duration for need in patient.required_caregivers if need.duration is not None)
        if patient.synchronization is not None:
            yield from patient.synchronization.distance or ()
    for nurse in instance.caregivers:
        yield from nurse.working_shift or ()
    yield from (service.default_duration for service in instance.services if service.default_duration is not None)


def _matrix(
    instance: WireInstance, places: list[str], minutes: NDArray[np.float64], scale: _Scale, name: str
) -> TravelMatrix:
    rows = matrix_rows(instance)
    ticks = np.rint(minutes * (SECONDS_PER_MINUTE * scale.ticks_per_s)).astype(np.int32)
    durations = {GIVEN_MODE: np.ascontiguousarray(ticks[np.ix_(rows, rows)])}
    reachable = {GIVEN_MODE: np.ones(ticks.shape, dtype=np.bool_)}
    return TravelMatrix(locations=tuple(places), durations=durations, reachable=reachable, source=name)


@dataclass(frozen=True)
class _Maker:
    """Builds the problem of a checked instance."""

    instance: WireInstance
    scale: _Scale

    def problem(self, name: str, day: date) -> Problem:
        instance = self.instance
        offices = [self._location(office, is_station=True) for office in offices_of(instance)]
        return Problem(
            name=name,
            date=day,
            ticks_per_s=self.scale.ticks_per_s,
            cost_unit_s=SECONDS_PER_MINUTE,
            locations=(*offices, *(self._location(patient) for patient in instance.patients)),
            clients=tuple(_client(patient) for patient in instance.patients),
            visits=tuple(visit for patient in instance.patients for visit in self._visits(patient)),
            links=tuple(self._link(patient) for patient in instance.patients if len(patient.required_caregivers) == 2),
            caregivers=tuple(self._caregiver(nurse) for nurse in instance.caregivers),
            ext={EXT_KEY: _head(instance)},
        )

    def _location(self, entity: WireOffice | WirePatient, *, is_station: bool = False) -> Location:
        point = entity.location
        ext = {} if point is None else {EXT_KEY: {"location": list(point)}}
        is_geographic = point is not None and self.instance.area is not None
        lon, lat = point if point is not None and is_geographic else (None, None)
        return Location(id=entity.id, lat=lat, lon=lon, is_station=is_station, ext=ext)

    def _visits(self, patient: WirePatient) -> Iterator[Visit]:
        defaults = {service.id: service.default_duration for service in self.instance.services}
        for visit_id, need in zip(visit_ids(patient), patient.required_caregivers, strict=True):
            minutes = need.duration if need.duration is not None else defaults[need.service]
            yield Visit(
                id=visit_id,
                client=patient.id,
                service=need.service,
                service_duration_t=self.scale.ticks(minutes or 0.0),
                windows=self._windows(patient),
                skills=(SkillRequirement(skill=need.service),),
            )

    def _windows(self, patient: WirePatient) -> tuple[TimeWindow, ...]:
        if patient.time_window is None:
            return ()
        opens, closes = (self.scale.ticks(bound) for bound in patient.time_window)
        return (TimeWindow(earliest_t=opens, due_t=closes),)

    def _link(self, patient: WirePatient) -> Link:
        distance = patient.synchronization.distance if patient.synchronization is not None else None
        is_sequence = patient.synchronization is not None and patient.synchronization.type == "sequential"
        least, most = distance if is_sequence and distance is not None else (0.0, None)
        return Link(
            id=patient.id,
            kind=LinkKind.SEQUENTIAL if is_sequence else LinkKind.SIMULTANEOUS,
            visits=visit_ids(patient),
            min_gap_t=self.scale.ticks(least),
            max_gap_t=None if most is None else self.scale.ticks(most),
            caregivers=LinkCaregivers.DIFFERENT,
        )

    def _caregiver(self, nurse: WireNurse) -> Caregiver:
        office = nurse.starting_point_id or offices_of(self.instance)[0].id
        opens, closes = nurse.working_shift or (0.0, None)
        shift = Shift(
            id=SHIFT_ID,
            start_location=office,
            end_location=office,
            start_t=self.scale.ticks(opens),
            end_t=None if closes is None else self.scale.ticks(closes),
            max_overtime_t=None,
        )
        skills = tuple(Skill(skill=ability) for ability in nurse.abilities)
        return Caregiver(id=nurse.id, shifts=(shift,), skills=skills, mode=GIVEN_MODE)


def visit_ids(patient: WirePatient) -> tuple[str, ...]:
    """Ids of a patient's visits, in the order of the services: ``p7``, or ``p7:s1`` and ``p7:s4``."""
    services = [need.service for need in patient.required_caregivers]
    if len(services) == 1:
        return (patient.id,)
    if len(set(services)) < len(services):
        return tuple(f"{patient.id}:{service}#{number}" for number, service in enumerate(services, 1))
    return tuple(f"{patient.id}:{service}" for service in services)


def _client(patient: WirePatient) -> Client:
    return Client(id=patient.id, location=patient.id, forbidden=tuple(patient.incompatible_caregivers or ()))


def _head(instance: WireInstance) -> dict[str, Any]:
    head: dict[str, Any] = {"layout": "central_offices" if instance.departing_points is None else "departing_points"}
    if instance.name is not None:
        head["name"] = instance.name
    if instance.area is not None:
        head["area"] = list(instance.area)
    head["services"] = [service.model_dump(exclude_none=True) for service in instance.services]
    return head
