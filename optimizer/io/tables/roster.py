"""Reads the local 名册: names, addresses and phones by id. It is opened only when something is printed."""

from __future__ import annotations

from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.common.roster import Person, Roster
from optimizer.io.tables.cells import text, word
from optimizer.io.tables.columns import load_sheets
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.table import Row, find_tables
from optimizer.io.tables.visits_sheets import read_sheets
from optimizer.io.tables.words import GENDERS

__all__ = ["ROSTER_SHEETS", "read_roster"]

ROSTER_SHEETS = load_sheets("roster_columns.toml")
"""The sheets of the 名册."""


def read_roster(path: Path, *, limits: TableLimits = DEFAULT_LIMITS) -> tuple[Roster, tuple[Finding, ...]]:
    """The persons of a roster, and the reader's warnings.

    Raises
    ------
    InputError
        With every finding at its cell; no finding repeats a name.
    """
    log = FindingLog()
    tables = find_tables(read_sheets(path, limits=limits), ROSTER_SHEETS, source=path.name, log=log, limits=limits)
    reading = Reading(source=path.name, tables=tables, log=log)
    roster = Roster(
        clients=_persons(reading, "clients"),
        caregivers=_persons(reading, "caregivers"),
        stations=_persons(reading, "stations"),
    )
    log.raise_errors()
    return roster, tuple(log.findings)


def _persons(reading: Reading, sheet: str) -> dict[str, Person]:
    persons: dict[str, Person] = {}
    for row in reading.rows(sheet):
        name = reading.new_id(row, "id", sheet)
        person = _person(row, name or "", with_address=sheet == "clients")
        if name is not None:
            persons[name] = person
    return persons


def _person(row: Row, name: str, *, with_address: bool) -> Person:
    basic = Person(id=name, name=row.read("name", text, ""), phone=row.read("phone", text, ""))
    if not with_address:
        return basic
    return Person(
        id=name,
        name=basic.name,
        phone=basic.phone,
        title=row.read("title", text, ""),
        gender=row.read("gender", word(GENDERS), None),
        address=row.read("address", text, ""),
        hazards=row.read("hazards", text, ""),
        tasks=row.read("tasks", text, ""),
    )
