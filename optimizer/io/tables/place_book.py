"""The user's own place book: the sheet 地点, in the workbook of the day or in a file of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.common.language import Language
from optimizer.io.files import write_beside
from optimizer.io.gazetteer import PlaceEntry, Precision
from optimizer.io.tables.book import write_workbook
from optimizer.io.tables.cells import text, word
from optimizer.io.tables.columns import VISIT_SHEETS
from optimizer.io.tables.file_system import system_of_file
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.places import check_point, point_of
from optimizer.io.tables.problem_rows import Cell, Cells
from optimizer.io.tables.reading import LocatedRow, Reading
from optimizer.io.tables.table import Row, find_tables
from optimizer.io.tables.visits_sheets import read_sheets
from optimizer.io.tables.words import COORDINATE_SYSTEMS
from optimizer.travel.coordinates import CoordinateSystem

__all__ = ["place_entries", "read_place_book", "write_missing_places"]

_SHEETS = tuple(spec for spec in VISIT_SHEETS if spec.key in ("places", "day"))
_DOOR = ("号", "室", "户", "号楼", "幢", "栋")
_COARSE = (None, Precision.TOWN, Precision.VILLAGE)
_MADE = date(2026, 1, 1)


def place_entries(reading: Reading) -> tuple[PlaceEntry, ...]:
    """The places of the sheet 地点 that have a point; the others wait to be located."""
    entries: list[PlaceEntry] = []
    for row in reading.rows("places"):
        name = row.read("name", text, "")
        lat, lon = point_of(row)
        system = row.read("system", word(COORDINATE_SYSTEMS), reading.system or CoordinateSystem.WGS84)
        check_point(row, lat, lon, system, reading.system)
        if name and lat is not None and lon is not None:
            entries.append(_entry(row, name, lat, lon, system))
    return tuple(entries)


def _entry(row: Row, name: str, lat: float, lon: float, system: CoordinateSystem) -> PlaceEntry:
    village, group = row.read("village", text, ""), row.read("group", text, "")
    return PlaceEntry(
        name=name,
        town=row.read("town", text, ""),
        village=village,
        group=group,
        lat=lat,
        lon=lon,
        system=system,
        precision=_precision(name, village, group),
        own=True,
    )


def _precision(name: str, village: str, group: str) -> Precision:
    if name.endswith(_DOOR):
        return Precision.DOOR
    return Precision.VILLAGE if village and name.startswith(village) and not group else Precision.ESTATE


def read_place_book(path: Path, *, limits: TableLimits = DEFAULT_LIMITS) -> tuple[tuple[PlaceEntry, ...], Reading]:
    """The places of a place book, and the reading they came from (for its warnings).

    Raises
    ------
    InputError
        With every finding at its cell.
    """
    log = FindingLog()
    tables = find_tables(read_sheets(path, limits=limits), _SHEETS, source=path.name, log=log, limits=limits)
    reading = Reading(source=path.name, tables=tables, log=log, system=system_of_file(tables))
    entries = place_entries(reading)
    log.raise_errors()
    return entries, reading


def write_missing_places(
    target: Path, located: Iterable[LocatedRow], *, language: Language, inputs: Sequence[Path] = ()
) -> tuple[int, tuple[Finding, ...]]:
    """Add the places still to be located to a place book (made if it is not there); gives how many were added.

    Rows that are there stay as they are.

    Raises
    ------
    InputError, OutputError
        The book cannot be read or written.
    """
    kept: list[Mapping[str, Cell]] = []
    findings: tuple[Finding, ...] = ()
    if target.exists():
        _, reading = read_place_book(target)
        kept = [_cells(row) for row in reading.rows("places")]
        findings = tuple(reading.log.findings)
    there = {(str(row.get("name", "")), str(row.get("town", ""))) for row in kept}
    fresh: dict[tuple[str, str], Cells] = {}
    for row in located:
        key = (row.name, row.town)
        if row.precision in _COARSE and key not in there:
            fresh.setdefault(key, _filled({"name": row.name, "town": row.town, "village": row.village}))
    rows: Mapping[str, Sequence[Cells]] = {"places": [*kept, *(fresh[key] for key in sorted(fresh))]}
    with write_beside(target, inputs=inputs) as beside:
        write_workbook(beside, _SHEETS, rows, language=language, made=_MADE)
    return len(fresh), findings


def _cells(row: Row) -> Mapping[str, Cell]:
    values = {column.key: row.value(column.key) for column in row.table.spec.columns}
    return _filled({key: value for key, value in values.items() if isinstance(value, str | int | float)})


def _filled(cells: Mapping[str, Cell]) -> Cells:
    return {key: value for key, value in cells.items() if value != ""}
