"""Takes names out of a workbook: makes ids where there are none, and keeps who is who in a local 名册.

Persons who are in the roster already keep their ids; namesakes are told apart by phone or address, and where that is
not possible the doubt is a finding. ID numbers are looked at in memory (who is there twice) and go into neither file.

Cells are emptied and never moved, so that a finding about the new workbook names the same cell of the old one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.common.roster import Person, Roster
from optimizer.io.tables.columns import VISIT_SHEETS
from optimizer.io.tables.identity import check_identities
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.options import DEFAULT_OPTIONS, TableOptions
from optimizer.io.tables.persons import Persons, words_of
from optimizer.io.tables.raw import CellValue, RawSheet, is_blank
from optimizer.io.tables.schema import SheetSpec, header_key, is_account_header, is_personal_header
from optimizer.io.tables.table import Table, find_tables
from optimizer.io.tables.visits_sheets import read_sheets
from optimizer.io.tables.words import ANY_WORDS, GENDERS, NONE_WORDS

__all__ = ["Pseudonymised", "pseudonymise", "write_sheets"]

_NAME = ("姓名", "名字", "老人姓名", "服务对象姓名", "护理员姓名", "name")
_PHONE = ("电话", "手机", "联系电话", "手机号", "站点电话", "phone")
_ADDRESS = ("地址", "住址", "家庭住址", "详细地址", "家庭地址", "address")
_GENDER = ("性别", "gender")
_STATION = ("名称", "站点名称", "站名", *_NAME)
_REMARKS = ("备注", "说明", "情况", "病", "诊断", "用药", "过敏", "remark", "note", "diagnos")
_OWN = {"name": _NAME, "phone": _PHONE, "address": _ADDRESS, "gender": _GENDER}
_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "clients": {"preferred": "caregivers", "forbidden": "caregivers"},
    "visits": {"client": "clients", "required_caregivers": "caregivers", "locks": "caregivers"},
    "history": {"client": "clients", "caregiver": "caregivers"},
}
_OF_PERSONS = frozenset({"T221", "T251", "T252", "T253", "T254", "T255", "T256"})
"""What is told of ID numbers and of who may be there twice, while those columns are still there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pseudonymised:
    """The sheets without names, and the persons they belonged to."""

    sheets: tuple[RawSheet, ...]
    roster: Roster
    findings: tuple[Finding, ...]


def pseudonymise(
    path: Path,
    *,
    roster: Roster | None = None,
    limits: TableLimits = DEFAULT_LIMITS,
    options: TableOptions = DEFAULT_OPTIONS,
) -> Pseudonymised:
    """The sheets of a workbook with ids instead of persons.

    Parameters
    ----------
    roster
        The 名册 made before; who is in it keeps the same id.
    options
        The user's own names of sheets and columns.

    Raises
    ------
    InputError
        The file cannot be read, or a name belongs to two persons (``T441``) or to nobody (``T442``).
    """
    known = roster or Roster()
    log, doubts = FindingLog(), FindingLog()
    sheets = read_sheets(path, limits=limits)
    tables = dict(find_tables(sheets, VISIT_SHEETS, source=path.name, log=log, limits=limits, options=options))
    kinds = {
        "clients": Persons("K", dict(known.clients)),
        "caregivers": Persons("H", dict(known.caregivers)),
        "stations": Persons("S", dict(known.stations)),
    }
    if "clients" in tables:
        check_identities(tables["clients"])
    made = {key: _only_data(table) for key, table in tables.items()}
    for key in ("clients", "caregivers"):
        if key in tables:
            made[key] = _named(made[key], tables[key], kinds[key], doubts)
    if "stations" in tables:
        _remember_stations(tables["stations"], kinds["stations"])
    if "visits" in tables:
        made["visits"], tables["visits"] = _with_client_column(made["visits"], tables["visits"])
    for key, references in _REFERENCES.items():
        if key in tables:
            made[key] = _with_ids(made[key], tables[key], references, kinds, doubts)
    emptied = {key: _emptied(sheet, tables[key], doubts) for key, sheet in made.items()}
    _tell_unread(sheets, tables, doubts)
    doubts.findings[:0] = [one for one in log.findings if one.code in _OF_PERSONS]
    doubts.raise_errors()
    return Pseudonymised(
        sheets=tuple(emptied.values()),
        roster=Roster(**{key: persons.by_id for key, persons in kinds.items()}),
        findings=tuple(doubts.findings),
    )


def write_sheets(path: Path, sheets: Sequence[RawSheet]) -> None:
    """Write sheets as an .xlsx workbook, every text as a text; merged cells and hidden rows stay so."""
    import openpyxl  # takes a moment to load; only this needs it

    book = openpyxl.Workbook()
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row, start=1):
                if not is_blank(value):
                    cell = page.cell(row=number, column=column)
                    cell.value = value
                    cell.data_type = "s" if isinstance(value, str) else cell.data_type
        for merged in sheet.merged:
            page.merge_cells(merged.name)
        for number in sheet.hidden_rows:
            page.row_dimensions[number].hidden = True
    if book.active is not None and sheets:
        book.remove(book.active)
    book.save(path)


def _only_data(table: Table) -> RawSheet:
    """The sheet without titles above its headers, sums and notes, which may hold names; rows keep their numbers."""
    header = table.first_row - 1
    rows = tuple(
        row if number >= header and number not in table.unread else ()
        for number, row in enumerate(table.sheet.rows, start=1)
    )
    return replace(table.sheet, rows=rows)


def _named(sheet: RawSheet, table: Table, persons: Persons, log: FindingLog) -> RawSheet:
    """The sheet with an id for every person, each of whom is remembered."""
    header = table.first_row - 1
    width = max(len(row) for row in sheet.rows)
    rows = [[*row, *([None] * (width + 1 - len(row)))] for row in sheet.rows]
    own = {kind: _at(sheet, header, names) for kind, names in _OWN.items()}
    ident = table.columns["id"] - 1 if "id" in table.columns else width
    rows[header - 1][ident] = rows[header - 1][ident] or "编号"
    taken = frozenset(words_of(row[ident]) for row in rows[header:])
    for number, row in enumerate(rows[header:], start=header + 1):
        person, name = _person(row, own), words_of(row[ident])
        if person.name:
            made = name or persons.id_of(person, taken)
            if made is None:
                log.error("T441", sheet.place(number, own["name"] + 1 if own["name"] is not None else 1), count=2)
                continue
            row[ident] = made
            persons.remember(made, person)
        elif name and name not in persons.by_id:
            persons.by_id[name] = Person(id=name)  # known by id only; names are looked for among all of them
    return replace(sheet, rows=tuple(map(tuple, rows)))


def _remember_stations(table: Table, stations: Persons) -> None:
    header = table.first_row - 1
    own = {"name": _at(table.sheet, header, _STATION), "phone": _at(table.sheet, header, _PHONE)}
    for row in table.rows():
        person = _person(table.sheet.rows[row.number - 1], own)
        ident = words_of(row.value("id"))
        if ident and (person.name or person.phone):
            stations.remember(ident, person)


def _with_client_column(sheet: RawSheet, table: Table) -> tuple[RawSheet, Table]:
    """Where the visits name their clients under 姓名, that column is the one of the clients."""
    header = table.first_row - 1
    at = None if "client" in table.columns else _at(sheet, header, _NAME)
    if at is None:
        return sheet, table
    rows = [list(row) for row in sheet.rows]
    rows[header - 1][at] = table.spec.column("client").zh
    named = replace(sheet, rows=tuple(map(tuple, rows)))
    return named, replace(table, columns={**table.columns, "client": at + 1})


def _with_ids(
    sheet: RawSheet, table: Table, references: Mapping[str, str], kinds: Mapping[str, Persons], log: FindingLog
) -> RawSheet:
    """The sheet with ids where it names persons."""
    rows = [list(row) for row in sheet.rows]
    for key, kind in references.items():
        at = table.columns.get(key, 0) - 1
        for number in range(table.first_row - 1, len(rows)):
            written = words_of(rows[number][at]) if 0 <= at < len(rows[number]) else ""
            if not written or written in (*ANY_WORDS, *NONE_WORDS):
                continue
            rows[number][at], doubtful = kinds[kind].with_ids(written)
            for _, count in doubtful:
                place = sheet.place(number + 1, at + 1)
                if count:
                    log.error("T441", place, count=count)
                else:
                    log.error("T442", place)
    return replace(sheet, rows=tuple(map(tuple, rows)))


def _emptied(sheet: RawSheet, table: Table, log: FindingLog) -> RawSheet:
    """The sheet with empty cells where there were names, phones, birth dates, ID numbers and remarks."""
    header = table.first_row - 1
    gone = {at for at, name in _heads(sheet, header) if _is_private(name, table.spec)}
    for at, name in _heads(sheet, header):
        if at not in gone and _is_remark(name, table):
            gone.add(at)
            log.notice("T443", sheet.place(header, at + 1), name=name)
    rows = (tuple(None if at in gone else value for at, value in enumerate(row)) for row in sheet.rows)
    kept = tuple(one for one in sheet.merged if one.top > header and one.left - 1 not in gone)
    return replace(sheet, rows=tuple(rows), merged=kept)


def _is_private(name: str, spec: SheetSpec) -> bool:
    # The gender of a client is the person's; that of a caregiver is what a client may ask for.
    also = (*_PHONE, *_NAME, *(_GENDER if spec.key == "clients" else ()))
    if spec.key == "stations":
        also = (*also, *_STATION)
    return is_account_header(name) or is_personal_header(name) or header_key(name) in also


def _is_remark(name: str, table: Table) -> bool:
    """Whether a column holds free text that no plan reads: it may say anything of anybody."""
    key = header_key(name)
    return key not in table.spec.by_header and any(word in key for word in _REMARKS)


def _tell_unread(sheets: Sequence[RawSheet], tables: Mapping[str, Table], log: FindingLog) -> None:
    read = {table.sheet.label for table in tables.values()}
    for sheet in sheets:
        if sheet.label not in read and any(not is_blank(value) for row in sheet.rows for value in row):
            log.warning("T444", sheet.label)


def _heads(sheet: RawSheet, header: int) -> Iterator[tuple[int, str]]:
    for at, value in enumerate(sheet.rows[header - 1]):
        if isinstance(value, str) and not is_blank(value):
            yield at, value


def _at(sheet: RawSheet, header: int, names: Sequence[str]) -> int | None:
    return next((at for at, name in _heads(sheet, header) if header_key(name) in names), None)


def _person(row: Sequence[CellValue], own: Mapping[str, int | None]) -> Person:
    words = {kind: words_of(row[at]) if at is not None and at < len(row) else "" for kind, at in own.items()}
    return Person(
        id="",
        name=words["name"],
        phone=words["phone"],
        address=words.get("address", ""),
        gender=GENDERS.value_of(words["gender"]) if words.get("gender") else None,
    )
