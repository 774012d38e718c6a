"""Reads a day of visits from a workbook or from a folder of CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.io.gazetteer import AddressBook
from optimizer.io.tables.calls import read_links, read_visit_rows
from optimizer.io.tables.caregivers import read_caregivers
from optimizer.io.tables.clients import read_clients
from optimizer.io.tables.columns import VISIT_SHEETS
from optimizer.io.tables.days import choose_day
from optimizer.io.tables.file_system import system_of_file
from optimizer.io.tables.identity import check_identities
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.old_workbook import is_old_workbook
from optimizer.io.tables.options import DEFAULT_OPTIONS, TableOptions
from optimizer.io.tables.place_book import place_entries
from optimizer.io.tables.places import Gazetteer, read_stations
from optimizer.io.tables.raw import RawSheet
from optimizer.io.tables.reading import LocatedRow, Reading
from optimizer.io.tables.rules import lowest_group, read_barriers, read_priorities, read_sharing
from optimizer.io.tables.source import TableSource
from optimizer.io.tables.table import find_tables
from optimizer.io.tables.visits_sheets import MATRIX_NAMES, read_sheets
from optimizer.visits.model import Problem

__all__ = ["TablesInput", "is_tables", "problem_of_sheets", "read_sheets", "read_tables"]

_MATRIX_ENDINGS = (".csv", ".json", ".npy")


@dataclass(frozen=True, kw_only=True, slots=True)
class TablesInput:
    """What was read from tables.

    Attributes
    ----------
    problem
        The day.
    travel_matrix
        A matrix that lies in the folder of CSV files (``travel_matrix`` or ``路程矩阵``, .csv, .json or .npy), if any.
    warnings
        Findings that do not stop the run.
    source
        Where each part of the problem was typed, to show findings of later checks at their cells.
    located
        What became of the rows without coordinates, where addresses are looked up.
    """

    problem: Problem
    travel_matrix: Path | None
    warnings: tuple[Finding, ...]
    source: TableSource
    located: tuple[LocatedRow, ...] = ()


def is_tables(path: Path) -> bool:
    """Whether a path looks like tables: a folder, or a file that begins like a workbook (zip or old Office)."""
    if path.is_dir():
        return True
    with path.open("rb") as stream:
        return stream.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_tables(
    path: Path,
    *,
    day: date | None = None,
    limits: TableLimits = DEFAULT_LIMITS,
    options: TableOptions = DEFAULT_OPTIONS,
) -> TablesInput:
    """The problem of one day from tables; sheets and columns are those of :mod:`optimizer.io.tables.columns`.

    Parameters
    ----------
    path
        A workbook (.xlsx), or a folder with one CSV file a sheet.
    day
        The day to plan: rows of that date or weekday. Where it is not given the tables must speak of one day only.
    limits
        How much is read at most.
    options
        What the user has settled about names, parts of the day and rows to leave out.

    Returns
    -------
    TablesInput
        Times are in ticks of one second.

    Raises
    ------
    InputError
        With every finding (``T201``–``T280``), each at its cell (``上门任务!F18``).
    """
    sheets = read_sheets(path, limits=limits)
    log = FindingLog()
    if path.is_file() and is_old_workbook(path):
        log.notice("T299", path.name)
    matrix = _given_matrix(path, log)
    read = problem_of_sheets(sheets, source=path.name, day=day, limits=limits, log=log, options=options)
    return replace(read, travel_matrix=matrix)


def problem_of_sheets(
    sheets: Sequence[RawSheet],
    *,
    source: str,
    day: date | None,
    limits: TableLimits,
    log: FindingLog | None = None,
    options: TableOptions = DEFAULT_OPTIONS,
) -> TablesInput:
    """As :func:`read_tables`, from raw sheets; ``source`` is what the input as a whole is called."""
    log = log or FindingLog()
    tables = find_tables(sheets, VISIT_SHEETS, source=source, log=log, limits=limits, options=options)
    reading = Reading(source=source, tables=tables, log=log, system=system_of_file(tables))
    if "clients" in tables:
        check_identities(tables["clients"])
    if options.places is not None:
        reading.addresses = AddressBook((*place_entries(reading), *options.places))
    problem = _problem(reading, day)
    log.raise_errors()
    cells = TableSource(name=source, places=reading.places, ids=_ids(problem))
    return TablesInput(
        problem=problem,
        travel_matrix=None,
        warnings=tuple(log.findings),
        source=cells,
        located=tuple(reading.located),
    )


def _given_matrix(path: Path, log: FindingLog) -> Path | None:
    if not path.is_dir():
        return None
    given = [path / f"{name}{ending}" for name in MATRIX_NAMES for ending in _MATRIX_ENDINGS]
    there = [file for file in given if file.is_file()]
    if len(there) > 1:
        log.error("T276", path.name, names=", ".join(file.name for file in there))
    return there[0] if there else None


def _problem(reading: Reading, day: date | None) -> Problem:
    gazetteer = Gazetteer(reading)
    read_stations(reading, gazetteer)
    of_clients = read_clients(reading, gazetteer)
    priorities = read_priorities(reading)
    if "priorities" not in reading.tables:
        prices = [(group.id, f"{group.price_s / 60:.0f}") for group in priorities]
        zh, en = (", ".join(f"{name} = {minutes} {unit}" for name, minutes in prices) for unit in ("分钟", "min"))
        reading.log.warning("T275", reading.source, groups=Text(zh, en))
    day_rows = choose_day(reading, day)
    visits = read_visit_rows(reading, day_rows, of_clients, lowest_group(priorities), gazetteer)
    return Problem(
        name=day_rows.name,
        date=day_rows.day,
        locations=tuple(gazetteer.locations.values()),
        barriers=read_barriers(reading),
        clients=of_clients.clients,
        visits=visits,
        links=read_links(reading, day_rows),
        caregivers=read_caregivers(reading),
        priorities=priorities,
        sharing=read_sharing(reading),
    )


def _ids(problem: Problem) -> dict[str, tuple[str, ...]]:
    return {
        "locations": tuple(location.id for location in problem.locations),
        "clients": tuple(client.id for client in problem.clients),
        "visits": tuple(visit.id for visit in problem.visits),
        "links": tuple(link.id for link in problem.links),
        "caregivers": tuple(caregiver.id for caregiver in problem.caregivers),
        "priorities": tuple(group.id for group in problem.priorities),
    }
