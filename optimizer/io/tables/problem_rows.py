"""A problem as rows of the tables; the inverse of the readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from optimizer.common.language import Language, Text
from optimizer.io.tables.caregivers import break_id, shift_id
from optimizer.io.tables.catalogue import SERVICE_SKILLS
from optimizer.io.tables.clock import BreakCell, ShiftCell, break_text, shift_text, window_text
from optimizer.io.tables.staffing import lock_text, requirement_text, skill_text
from optimizer.io.tables.words import (
    CAREGIVERS_OF_LINK,
    GENDERS,
    LINK_KINDS,
    MODES,
    PLACE_KINDS,
    SERVICES,
    STATUSES,
    YES_NO,
)
from optimizer.visits.model import Caregiver, Client, Link, Location, PriorityGroup, Problem, Shift, Visit

__all__ = ["Cell", "Cells", "priority_rows", "problem_rows"]

Cell: TypeAlias = str | int | float | date
Cells: TypeAlias = Mapping[str, Cell]
"""One row: value by column; columns without a value are left empty."""

_NONE = Text("无", "none")
_ANY = Text("不限", "any")
_ASSUMPTION = Text("假设", "assumption")


def problem_rows(problem: Problem, language: Language) -> Mapping[str, Sequence[Cells]]:
    """The rows of every sheet, by the key of the sheet. Times must be in ticks of one second."""
    homes = {client.location for client in problem.clients}
    in_clients = {place.id: place for place in problem.locations if place.id in homes and not place.is_station}
    of_clients = _shared_by_visits(problem)
    return {
        "clients": [_client(client, in_clients, of_clients, language) for client in problem.clients],
        "visits": [_visit(visit, problem.date, of_clients, language) for visit in problem.visits],
        "caregivers": [_caregiver(caregiver, language) for caregiver in problem.caregivers],
        "stations": [_station(place, language) for place in problem.locations if place.id not in in_clients],
        "places": [],
        "links": [_link(link, language) for link in problem.links],
        "priorities": priority_rows(problem.priorities, language),
        "sharing": [
            {"skill": sharing.skill, "lender": sharing.lender, "borrower": sharing.borrower}
            for sharing in problem.sharing
        ],
        "history": [
            {"client": client.id, "caregiver": known.caregiver, "visits": known.visits}
            for client in problem.clients
            for known in client.known
        ],
        "barriers": [
            {"town": barrier.town, "modes": _list(_mode(mode, language) for mode in barrier.modes)}
            for barrier in problem.barriers
        ],
        "day": [_filled({"name": problem.name, "date": problem.date})],
    }


def _filled(cells: Mapping[str, Cell | None]) -> Cells:
    return {key: value for key, value in cells.items() if value is not None and value != ""}


def _list(parts: Iterable[str]) -> str:
    return ";".join(parts)


def _minutes(seconds: int | None) -> Cell | None:
    if seconds is None:
        return None
    return seconds // 60 if seconds % 60 == 0 else seconds / 60


def _mode(mode: str, language: Language) -> str:
    return MODES.word_for(mode, language) or mode


def _gender(gender: str | None, language: Language) -> str | None:
    return gender and (GENDERS.word_for(gender, language) or gender)


def _shared_by_visits(problem: Problem) -> Mapping[str, tuple[str | None, str | None]]:
    """For each client the group and the provider that all of its visits have, ``None`` where they have none."""
    groups: dict[str, set[str | None]] = {}
    providers: dict[str, set[str | None]] = {}
    for visit in problem.visits:
        groups.setdefault(visit.client, set()).add(visit.priority)
        providers.setdefault(visit.client, set()).add(visit.provider)
    return {client: (_only(groups[client]), _only(providers[client])) for client in groups}


def _only(values: set[str | None]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _place(place: Location) -> Mapping[str, Cell | None]:
    return {
        "town": place.town,
        "village": place.village,
        "lat": place.lat,
        "lon": place.lon,
        "system": None if place.lat is None and place.lon is None else place.system.value,
    }


def _client(
    client: Client,
    homes: Mapping[str, Location],
    of_clients: Mapping[str, tuple[str | None, str | None]],
    language: Language,
) -> Cells:
    group, provider = of_clients.get(client.id, (None, None))
    return _filled(
        {
            "id": client.id,
            **(_place(homes[client.location]) if client.location in homes else {}),
            "place": client.location if client.location != client.id else None,
            "ability": client.ability,
            "priority": group,
            "preferred": _list(client.preferred),
            "forbidden": _list(client.forbidden),
            "gender": _gender(client.gender, language),
            "dialect": client.dialect,
            "provider": provider,
        }
    )


def _visit(
    visit: Visit, day: date, of_clients: Mapping[str, tuple[str | None, str | None]], language: Language
) -> Cells:
    group, provider = of_clients[visit.client]
    none, anyone = _NONE.in_(language), _ANY.in_(language)
    no_skill = none if visit.service in SERVICE_SKILLS else None
    return _filled(
        {
            "id": visit.id,
            "client": visit.client,
            "date": day,
            "service": SERVICES.word_for(visit.service, language) or visit.service,
            "minutes": _minutes(visit.service_duration_t),
            "windows": _list(window_text(window) for window in visit.windows),
            "team_size": visit.team_size,
            "mandatory": YES_NO.word_for(visit.mandatory, language),
            "latest_date": visit.latest_date,
            "last_service": visit.last_service_date,
            "times_left_out": visit.times_left_out or None,
            "skills": _list(requirement_text(requirement) for requirement in visit.skills) or no_skill,
            "load": visit.load or None,
            "priority": None if group is not None else visit.priority or none,
            "provider": None if provider is not None else visit.provider or anyone,
            "place": visit.location,
            "required_caregivers": _list(visit.required_caregivers),
            "locks": _list(lock_text(lock) for lock in visit.locks),
        }
    )


def _caregiver(caregiver: Caregiver, language: Language) -> Cells:
    shifts = caregiver.shifts
    starts = [shift.start_location for shift in shifts]
    ends = [_NONE.in_(language) if shift.end_location is None else shift.end_location for shift in shifts]
    anything = _ANY.in_(language)
    overtime = [anything if shift.max_overtime_t is None else str(_minutes(shift.max_overtime_t)) for shift in shifts]
    travel = [anything if shift.max_travel_t is None else str(_minutes(shift.max_travel_t)) for shift in shifts]
    loads = [anything if shift.max_load is None else str(shift.max_load) for shift in shifts]
    return _filled(
        {
            "id": caregiver.id,
            "station": starts[0] if starts else None,
            "skills": _list(skill_text(skill) for skill in caregiver.skills),
            "shifts": _list(_shift(shift, caregiver.id, i + 1) for i, shift in enumerate(shifts)),
            "breaks": _list(_breaks(caregiver, language)),
            "mode": _mode(caregiver.mode, language),
            "gender": _gender(caregiver.gender, language),
            "dialects": _list(caregiver.dialects),
            "status": STATUSES.word_for(caregiver.status, language),
            "provider": caregiver.provider,
            "max_load": _each(loads, anything),
            "max_overtime": _each(overtime, "0"),
            "max_travel": _each(travel, anything),
            "start": _each(starts, starts[0] if starts else ""),
            "end": None if ends == starts else _each(ends, ""),
        }
    )


def _each(values: Sequence[str], empty: str) -> str:
    """One value for all shifts, one for each, or nothing where all have what an empty cell means."""
    if len(set(values)) > 1:
        return _list(values)
    return values[0] if values and values[0] != empty else ""


def _shift(shift: Shift, caregiver: str, number: int) -> str:
    name = None if shift.id == shift_id(caregiver, number) else shift.id
    return shift_text(ShiftCell(name, shift.start_t, shift.end_t))


def _breaks(caregiver: Caregiver, language: Language) -> Iterable[str]:
    for shift in caregiver.shifts:
        for i, pause in enumerate(shift.breaks):
            name = None if pause.id == break_id(shift.id, i + 1) else pause.id
            yield break_text(
                BreakCell(name, pause.earliest_t, pause.latest_t, pause.duration_t, pause.paid, pause.location, ""),
                language,
            )


def _station(place: Location, language: Language) -> Cells:
    return _filled({"id": place.id, **_place(place), "kind": PLACE_KINDS.word_for(place.is_station, language)})


def _link(link: Link, language: Language) -> Cells:
    return _filled(
        {
            "id": link.id,
            "kind": LINK_KINDS.word_for(link.kind, language),
            "visits": _list(link.visits),
            "min_gap": _minutes(link.min_gap_t) or None,
            "max_gap": _minutes(link.max_gap_t),
            "caregivers": CAREGIVERS_OF_LINK.word_for(link.caregivers, language),
            "all_or_nothing": YES_NO.word_for(link.all_or_nothing, language),
        }
    )


def priority_rows(groups: Sequence[PriorityGroup], language: Language) -> Sequence[Cells]:
    """The rows of the sheet 优先级."""
    return [
        _filled(
            {
                "group": group.id,
                "minutes": _minutes(group.price_s),
                "meaning": group.zh,
                "meaning_en": group.en,
                "source": _ASSUMPTION.in_(language) if group.source == _ASSUMPTION.en else group.source,
            }
        )
        for group in groups
    ]
