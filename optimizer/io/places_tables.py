"""Reads a places problem from a workbook or a folder of CSV files; the columns are in ``tables/place_columns.toml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from optimizer.common.errors import Finding
from optimizer.common.language import Language
from optimizer.io.places_words import (
    AGE_CLASSES,
    APPLICANT_STATUSES,
    AREA_LEVELS,
    CARE_TYPES,
    INSTITUTION_KINDS,
    OWNERSHIPS,
    PLACE_CHOICES,
)
from optimizer.io.tables.cells import date_value, id_list, identifier, number, plain, text, whole, word, yes_no
from optimizer.io.tables.columns import load_sheets
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.old_workbook import is_old_workbook
from optimizer.io.tables.options import TableOptions
from optimizer.io.tables.raw import CellValue
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.schema import SheetSpec
from optimizer.io.tables.source import TableSource
from optimizer.io.tables.table import Row, find_tables
from optimizer.io.tables.template import write_empty_workbook
from optimizer.io.tables.visits_sheets import read_sheets
from optimizer.io.tables.words import COORDINATE_SYSTEMS, GENDERS
from optimizer.places.model import (
    Applicant,
    Area,
    Ban,
    Candidate,
    FamilyChoice,
    FixedPair,
    GivenDistance,
    Institution,
    PlacesProblem,
    Pool,
    Ranking,
    Target,
)

__all__ = [
    "PLACES_LIMITS",
    "PLACES_OPTIONS",
    "PlacesTables",
    "place_sheets",
    "read_places_tables",
    "write_places_template",
]

PLACES_LIMITS = TableLimits(max_file_bytes=200_000_000, max_unpacked_bytes=2_000_000_000, max_cells=30_000_000)
"""Limits for the tables of a city: 300,000 applicants in 25 columns."""

PLACES_OPTIONS = TableOptions(limits=PLACES_LIMITS)
"""Nothing settled about names, the limits of a city."""

LARGEST = 10_000_000

Parser = Callable[[CellValue], Any]
Columns = Mapping[str, tuple[str, Parser]]
"""By field of the model: the column and how its cells are read."""

_COUNT, _RANK, _METRES = whole(0, LARGEST), whole(1, LARGEST), whole(0, LARGEST)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacesTables:
    """What was read: the problem, findings that do not stop a run, and where each part of it was typed."""

    problem: PlacesProblem
    warnings: tuple[Finding, ...]
    source: TableSource


def _amount(value: CellValue) -> float:
    return number(value, low=0)


def _same(*names: str, read: Parser) -> Columns:
    return {name: (name, read) for name in names}


_POINT: Columns = {
    **_same("lat", "lon", read=number),
    "system": ("crs", word(COORDINATE_SYSTEMS)),
}
_APPLICANT: Columns = {
    **_POINT,
    **_same("birth_date", "registered_on", read=date_value),
    **_same("family", "current", "spouse", read=identifier),
    **_same("town", "ability", "income", "employer", read=plain),
    **_same("willing", "government_paid", "transfer_wanted", read=yes_no),
    "age_class": ("age_class", word(AGE_CLASSES)),
    "care_type": ("care_type", word(CARE_TYPES)),
    "groups": ("groups", id_list),
    "preferences": ("preferences", id_list),
    "max_distance_m": ("max_distance_m", _METRES),
    "sex": ("sex", word(GENDERS)),
    "status": ("status", word(APPLICANT_STATUSES)),
}
_INSTITUTION: Columns = {
    **_POINT,
    **_same("name", "town", "operator", "level", read=plain),
    **_same("filed", "inclusive", "blacklisted", read=yes_no),
    "kind": ("kind", word(INSTITUTION_KINDS)),
    "ownership": ("ownership", word(OWNERSHIPS)),
    "grade": ("grade", whole(1, 5)),
    "fee_month": ("fee_month", _amount),
}
_POOL: Columns = {
    **_same("capacity", "occupied", "min_class", read=_COUNT),
    "age_class": ("age_class", word(AGE_CLASSES)),
    "care_type": ("care_type", word(CARE_TYPES)),
    "class_size": ("class_size", _RANK),
    "bed_type": ("bed_type", plain),
    "room_sex": ("room_sex", word(GENDERS)),
}
_AREA: Columns = {
    **_POINT,
    **_same("population_registered", "population_resident", "elders", "over_80", "under_3", read=whole(0, 10**9)),
    "name": ("name", plain),
    "level": ("level", word(AREA_LEVELS)),
    "parent": ("parent", identifier),
    "urban": ("urban", yes_no),
}
_CANDIDATE: Columns = {
    **_POINT,
    **_same("cost", "open_cost", read=_amount),
    "town": ("town", plain),
    "max_modules": ("max_modules", _COUNT),
    "inclusive": ("inclusive", yes_no),
    "institution": ("institution", identifier),
}
_TARGET: Columns = {
    **_same("denominator", "document", "indicator", read=plain),
    "year": ("year", whole(1900, 2200)),
    "value": ("value", _amount),
    "area": ("area", identifier),
}
_ROWS: Mapping[str, tuple[type[Any], Columns]] = {
    "targets": (Target, _TARGET),
    "rankings": (Ranking, {**_same("institution", "applicant", read=identifier), "rank": ("rank", _RANK)}),
    "family_preferences": (
        FamilyChoice,
        {**_same("family", "applicant", "institution", read=identifier), "rank": ("rank", _RANK)},
    ),
    "distances": (
        GivenDistance,
        {"origin": ("from", identifier), "destination": ("to", identifier), "metres": ("metres", _METRES)},
    ),
    "bans": (Ban, _same("first", "second", read=identifier)),
    "fixed_pairs": (
        FixedPair,
        {
            **_same("first", "second", read=identifier),
            "signed_on": ("signed_on", date_value),
            "remark": ("remark", text),
        },
    ),
}
_ENTITIES: Mapping[str, tuple[type[Any], Columns]] = {
    "applicants": (Applicant, _APPLICANT),
    "institutions": (Institution, _INSTITUTION),
    "areas": (Area, _AREA),
    "candidates": (Candidate, _CANDIDATE),
}


@cache
def place_sheets() -> tuple[SheetSpec, ...]:
    """The sheets of the places tables, in the order of the template."""
    return load_sheets("place_columns.toml", PLACE_CHOICES)


def read_places_tables(path: Path, *, options: TableOptions = PLACES_OPTIONS, allocation: bool = True) -> PlacesTables:
    """The problem of a workbook (.xlsx), or of a folder with one CSV file a sheet.

    Parameters
    ----------
    options
        How much is read, the user's own names of sheets and columns, rows to leave out.
    allocation
        Whether applicants, institutions and pools must be there; other questions need fewer tables.

    Raises
    ------
    InputError
        With every finding (``T201``–``T299``), each at its cell (``申请人!F18``).
    """
    sheets = read_sheets(path, place_sheets(), limits=options.limits)
    log = FindingLog()
    if path.is_file() and is_old_workbook(path):
        log.notice("T299", path.name)
    specs = place_sheets() if allocation else _none_required()
    tables = find_tables(sheets, specs, source=path.name, log=log, limits=options.limits, options=options)
    reading = Reading(source=path.name, tables=tables, log=log)
    found: dict[str, Any] = {key: _entities(reading, key) for key in _ENTITIES}
    found |= {key: _plain_rows(reading, key) for key in _ROWS}
    found["pools"] = _pools(reading)
    log.raise_errors()
    problem = PlacesProblem(name=path.stem, **found)
    ids = {key: tuple(one.id for one in found[key]) for key in (*_ENTITIES, "pools")}
    source = TableSource(name=path.name, places=reading.places, ids=ids)
    return PlacesTables(problem=problem, warnings=tuple(log.findings), source=source)


def write_places_template(path: Path, *, language: Language = Language.ZH) -> None:
    """Write the empty workbook of the places tables: headers, notes, drop-down lists, example rows in grey.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    write_empty_workbook(path, place_sheets(), {}, language=language)


def _none_required() -> tuple[SheetSpec, ...]:
    return tuple(
        SheetSpec(key=one.key, zh=one.zh, purpose=one.purpose, columns=one.columns, synonyms=one.synonyms)
        for one in place_sheets()
    )


def _entities(reading: Reading, kind: str) -> tuple[Any, ...]:
    target, columns = _ENTITIES[kind]
    found = []
    for row in reading.rows(kind):
        values = _values(row, columns)
        name = reading.new_id(row, "id", kind)
        if kind == "applicants" and row.value("person") is not None:
            values["ext"] = {"person": row.read("person", text, "")}
        if name is None or values is None:
            continue
        reading.note(f'{kind}["{name}"]', row, {field: key for field, (key, _) in columns.items()})
        if "lat" in columns:
            _need_system(row)
        found.append(target(id=name, **values))
    return tuple(found)


def _pools(reading: Reading) -> tuple[Pool, ...]:
    """Pools; one without an id is named after its institution and what tells it from the others there."""
    found: list[Pool] = []
    for row in reading.rows("pools"):
        values = _values(row, _POOL)
        institution = row.read("institution", identifier, "")
        told = (values.get("age_class"), values.get("care_type"), values.get("bed_type"), values.get("room_sex"))
        name = "/".join([institution, *(str(part) for part in told if part)])
        if row.value("id") is not None:
            name = reading.new_id(row, "id", "pools") or ""
        if not institution or not name or "capacity" not in values:
            continue
        reading.note(f'pools["{name}"]', row, {**{field: key for field, (key, _) in _POOL.items()}, "id": "id"})
        found.append(Pool(id=name, institution=institution, **values))
    return tuple(found)


def _plain_rows(reading: Reading, kind: str) -> tuple[Any, ...]:
    target, columns = _ROWS[kind]
    found: list[Any] = []
    for row in reading.rows(kind):
        before = len(reading.log.findings)
        values = _values(row, columns)
        needed = [field for field, (key, _) in columns.items() if row.table.spec.column(key).must_be_filled]
        if len(reading.log.findings) > before or any(field not in values for field in needed):
            continue
        reading.note(f"{kind}[{len(found)}]", row, {field: key for field, (key, _) in columns.items()})
        found.append(target(**values))
    return tuple(found)


def _values(row: Row, columns: Columns) -> dict[str, Any]:
    """The fields of a row whose cells hold something that is understood."""
    values = {field: row.read(key, read, None) for field, (key, read) in columns.items()}
    return {field: value for field, value in values.items() if value is not None}


def _need_system(row: Row) -> None:
    """Coordinates without their system are worthless where the systems differ by half a kilometre."""
    if row.value("lat") is not None and row.value("crs") is None:
        row.error("T245", "crs" if "crs" in row.table.columns else "lat")
