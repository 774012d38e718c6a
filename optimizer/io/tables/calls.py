"""Rows of 上门任务 and 关联 → visits and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer.common.language import Text
from optimizer.io.tables.catalogue import SERVICE_SKILLS
from optimizer.io.tables.cells import (
    date_value,
    id_list,
    identifier,
    is_any,
    minutes_as_seconds,
    text,
    whole,
    word,
    yes_no,
)
from optimizer.io.tables.clients import ClientRows, group_of, provider_of
from optimizer.io.tables.clock import time_windows
from optimizer.io.tables.days import DayRows
from optimizer.io.tables.places import Gazetteer
from optimizer.io.tables.raw import CellValue
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.staffing import locks, requirement_text, requirements
from optimizer.io.tables.table import Row
from optimizer.io.tables.words import CAREGIVERS_OF_LINK, LINK_KINDS, SERVICES
from optimizer.visits.model import Link, LinkCaregivers, LinkKind, SkillRequirement, Visit

__all__ = ["read_links", "read_visit_rows", "service_code"]

_VISIT_FIELDS = {
    "client": "client",
    "service": "service",
    "service_duration_t": "minutes",
    "location": "place",
    "windows": "windows",
    "skills": "skills",
    "team_size": "team_size",
    "mandatory": "mandatory",
    "priority": "priority",
    "latest_date": "latest_date",
    "last_service_date": "last_service",
    "times_left_out": "times_left_out",
    "required_caregivers": "required_caregivers",
    "provider": "provider",
    "load": "load",
    "locks": "locks",
}
_LINK_FIELDS = {
    "kind": "kind",
    "visits": "visits",
    "min_gap_t": "min_gap",
    "max_gap_t": "max_gap",
    "caregivers": "caregivers",
    "all_or_nothing": "all_or_nothing",
}
_DAY_MINUTES = 1440.0
_MOST_CAREGIVERS = 99
_MOST = 1_000_000


def service_code(value: CellValue) -> str:
    """The code of a service of the catalogue, any other text as it stands."""
    written = text(value)
    return SERVICES.value_of(written) or written


def read_visit_rows(
    reading: Reading, day: DayRows, of_clients: ClientRows, lowest_group: str | None, gazetteer: Gazetteer
) -> tuple[Visit, ...]:
    """The visits of the day.

    Parameters
    ----------
    lowest_group
        The group of a visit for which neither its row nor its client's says one.
    """
    visits: list[Visit] = []
    assumed: dict[str, Row] = {}
    for row in day.rows:
        name = reading.new_id(row, "id", "visit")
        visit = _visit(row, name or "", of_clients, lowest_group)
        if row.value("skills") is None and visit.skills:
            assumed.setdefault(visit.service, row)
        if name is None:
            continue
        visits.append(visit)
        reading.note(f'visits["{name}"]', row, _VISIT_FIELDS)
        if visit.location is not None:
            gazetteer.mention(visit.location, row, "place")
    _tell_assumed_skills(reading, assumed)
    return tuple(visits)


def read_links(reading: Reading, day: DayRows) -> tuple[Link, ...]:
    """The links whose visits are on the day; one that is cut by the day is a finding."""
    on_other_days = _ids(day.others) - _ids(day.rows)
    links: list[Link] = []
    for row in reading.rows("links"):
        name = reading.new_id(row, "id", "link")
        link = _link(row, name or "")
        elsewhere = [visit for visit in link.visits if visit in on_other_days]
        if name is None or (elsewhere and len(elsewhere) == len(link.visits)):
            continue
        if elsewhere:
            row.error("T263", "visits", ids=(name,), visits=";".join(elsewhere), day=day.day.isoformat())
        links.append(link)
        reading.note(f'links["{name}"]', row, _LINK_FIELDS)
    return tuple(links)


def _visit(row: Row, name: str, of_clients: ClientRows, lowest_group: str | None) -> Visit:
    client = row.read("client", identifier, "")
    service = row.read("service", service_code, "")
    return Visit(
        id=name,
        client=client,
        service=service,
        service_duration_t=row.read("minutes", minutes_as_seconds(0, _DAY_MINUTES), 0),
        location=row.read("place", identifier, None),
        windows=row.read("windows", time_windows, ()),
        skills=row.read("skills", requirements, _skills_of(service)),
        team_size=row.read("team_size", whole(1, _MOST_CAREGIVERS), 1),
        mandatory=row.read("mandatory", yes_no, True),
        priority=row.read("priority", group_of, of_clients.groups.get(client, lowest_group)),
        latest_date=row.read("latest_date", date_value, None),
        last_service_date=row.read("last_service", date_value, None),
        times_left_out=row.read("times_left_out", whole(0, _MOST), 0),
        required_caregivers=row.read("required_caregivers", _caregivers, ()),
        provider=row.read("provider", provider_of, of_clients.providers.get(client)),
        load=row.read("load", whole(0, _MOST), 0),
        locks=row.read("locks", locks, ()),
    )


def _skills_of(service: str) -> tuple[SkillRequirement, ...]:
    return SERVICE_SKILLS.get(service, ())


def _caregivers(value: CellValue) -> tuple[str, ...]:
    return () if is_any(value) else id_list(value)


def _tell_assumed_skills(reading: Reading, assumed: Mapping[str, Row]) -> None:
    for service, row in assumed.items():
        skills = ";".join(requirement_text(requirement) for requirement in SERVICE_SKILLS[service])
        names = SERVICES.words[service]
        reading.log.warning("T274", row.place("skills"), found=Text(names[0], service), skills=skills)


def _link(row: Row, name: str) -> Link:
    return Link(
        id=name,
        kind=row.read("kind", word(LINK_KINDS), LinkKind.SEQUENTIAL),
        visits=row.read("visits", id_list, ()),
        min_gap_t=row.read("min_gap", minutes_as_seconds(0, _DAY_MINUTES), 0),
        max_gap_t=row.read("max_gap", _gap, None),
        caregivers=row.read("caregivers", word(CAREGIVERS_OF_LINK), LinkCaregivers.ANY),
        all_or_nothing=row.read("all_or_nothing", yes_no, True),
    )


def _gap(value: CellValue) -> int | None:
    return None if is_any(value) else minutes_as_seconds(0, _DAY_MINUTES)(value)


def _ids(rows: Sequence[Row]) -> set[str]:
    return {str(value).strip() for row in rows if (value := row.value("id")) is not None}
