"""Takes names out of a workbook: makes ids where there are none, and keeps who is who in a local 名册.

Persons who are in the roster already keep their ids; namesakes are told apart by phone or address, and where that is
not possible the doubt is a finding. ID numbers go into neither file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.common.roster import Person, Roster
from optimizer.io.tables.cells import CellError, text
from optimizer.io.tables.columns import VISIT_SHEETS
from optimizer.io.tables.headers import header_row
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.raw import CellValue, RawSheet, is_blank
from optimizer.io.tables.schema import SheetSpec, header_key, is_account_header, is_personal_header
from optimizer.io.tables.visits_sheets import read_sheets
from optimizer.io.tables.words import GENDERS

__all__ = ["Pseudonymised", "pseudonymise", "write_sheets"]

_NAME = ("姓名", "名字", "老人姓名", "服务对象姓名", "护理员姓名", "name")
_PHONE = ("电话", "手机", "联系电话", "手机号", "phone")
_ADDRESS = ("地址", "住址", "家庭住址", "详细地址", "address")
_GENDER = ("性别", "gender")
_OWN = {"name": _NAME, "phone": _PHONE, "address": _ADDRESS, "gender": _GENDER}
_REFERENCES = {"visits": {"client": "clients"}, "history": {"client": "clients", "caregiver": "caregivers"}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pseudonymised:
    """The sheets without names, and the persons they belonged to."""

    sheets: tuple[RawSheet, ...]
    roster: Roster
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Persons:
    """The persons of one kind, known and new."""

    prefix: str
    by_id: dict[str, Person]
    ids_of_name: dict[str, list[str]] = field(default_factory=dict)
    _next: int = 1

    def remember(self, name: str, person: Person) -> None:
        """Put a person into the roster under an id."""
        self.by_id[name] = replace(person, id=name)
        self.ids_of_name.setdefault(person.name, []).append(name)

    def id_of(self, person: Person, taken: frozenset[str]) -> str:
        """The id of a person: the one in the roster, else a new one."""
        for name, known in sorted(self.by_id.items()):
            same = known.name == person.name and (
                (known.phone and known.phone == person.phone) or (known.address and known.address == person.address)
            )
            if same:
                return name
        while (name := f"{self.prefix}{self._next:04d}") in self.by_id or name in taken:
            self._next += 1
        return name


def pseudonymise(path: Path, *, roster: Roster | None = None, limits: TableLimits = DEFAULT_LIMITS) -> Pseudonymised:
    """The sheets of a workbook with ids instead of persons.

    Parameters
    ----------
    roster
        The 名册 made before; who is in it keeps the same id.

    Raises
    ------
    InputError
        The file cannot be read, or a name in 上门任务 belongs to two persons (``T441``) or to nobody (``T442``).
    """
    known = roster or Roster()
    log = FindingLog()
    sheets = {_key(sheet): sheet for sheet in read_sheets(path, limits=limits)}
    kinds = {"clients": _Persons("K", dict(known.clients)), "caregivers": _Persons("H", dict(known.caregivers))}
    made: dict[str, RawSheet] = {}
    for key, persons in kinds.items():
        if key in sheets:
            made[key] = _without_names(sheets[key], _spec(key), persons)
    for key, references in _REFERENCES.items():
        if key in sheets:
            made[key] = _with_ids(sheets[key], _spec(key), references, kinds, log)
    log.raise_errors()
    rest = [_bare(sheet) if key not in made else made[key] for key, sheet in sheets.items()]
    return Pseudonymised(
        sheets=tuple(rest),
        roster=Roster(
            clients=kinds["clients"].by_id, caregivers=kinds["caregivers"].by_id, stations=dict(known.stations)
        ),
        findings=tuple(log.findings),
    )


def write_sheets(path: Path, sheets: Sequence[RawSheet]) -> None:
    """Write sheets as an .xlsx workbook, every text as a text."""
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
    if book.active is not None and sheets:
        book.remove(book.active)
    book.save(path)


def _key(sheet: RawSheet) -> str:
    return next((spec.key for spec in VISIT_SHEETS if header_key(sheet.title) in spec.titles), sheet.title)


def _spec(key: str) -> SheetSpec:
    return next(spec for spec in VISIT_SHEETS if spec.key == key)


def _without_names(sheet: RawSheet, spec: SheetSpec, persons: _Persons) -> RawSheet:
    header = header_row(sheet, spec, DEFAULT_LIMITS.header_search_rows)
    if header is None:
        return sheet
    width = max(len(row) for row in sheet.rows)
    rows = [[*row, *([None] * (width + 1 - len(row)))] for row in sheet.rows]
    heads = list(_heads(sheet, header))
    own = {kind: _at(heads, names) for kind, names in _OWN.items()}
    ids = (at for at, key in heads if key in spec.by_header and spec.by_header[key].key == "id")
    ident = next(ids, width)
    rows[header - 1][ident] = rows[header - 1][ident] or "编号"
    taken = frozenset(_text(row[ident]) for row in rows[header:])
    for row in rows[header:]:
        person, name = _person(row, own), _text(row[ident])
        if person.name:
            row[ident] = name or persons.id_of(person, taken)
            persons.remember(str(row[ident]), person)
    named = RawSheet(title=sheet.title, label=sheet.label, rows=tuple(map(tuple, rows)))
    return _dropped(named, header, also=_GENDER if spec.key == "clients" else ())


def _with_ids(
    sheet: RawSheet,
    spec: SheetSpec,
    references: Mapping[str, str],
    kinds: Mapping[str, _Persons],
    log: FindingLog,
) -> RawSheet:
    header = header_row(sheet, spec, DEFAULT_LIMITS.header_search_rows)
    if header is None:
        return sheet
    rows = [list(row) for row in sheet.rows]
    for at, key in _heads(sheet, header):
        column = spec.by_header.get(key)
        if column is None or column.key not in references:
            continue
        persons = kinds[references[column.key]]
        for number in range(header, len(rows)):
            written = _text(rows[number][at]) if at < len(rows[number]) else ""
            if not written or written in persons.by_id:
                continue
            ids = persons.ids_of_name.get(written, [])
            if len(ids) == 1:
                rows[number][at] = ids[0]
            elif ids:
                log.error("T441", sheet.place(number + 1, at + 1), count=len(ids), ids=tuple(ids))
            elif not re.search(r"\d", written):
                log.error("T442", sheet.place(number + 1, at + 1))
    return _dropped(RawSheet(title=sheet.title, label=sheet.label, rows=tuple(map(tuple, rows))), header)


def _bare(sheet: RawSheet) -> RawSheet:
    spec = next((spec for spec in VISIT_SHEETS if spec.key == _key(sheet)), None)
    header = None if spec is None else header_row(sheet, spec, DEFAULT_LIMITS.header_search_rows)
    return sheet if header is None else _dropped(sheet, header)


def _dropped(sheet: RawSheet, header: int, also: Sequence[str] = ()) -> RawSheet:
    """The sheet without the columns of names, phones, birth dates and ID numbers."""
    heads = sheet.rows[header - 1]
    gone = {
        at
        for at, value in enumerate(heads)
        if isinstance(value, str)
        and (is_account_header(value) or is_personal_header(value) or header_key(value) in (*_PHONE, *_NAME, *also))
    }
    rows = (tuple(value for at, value in enumerate(row) if at not in gone) for row in sheet.rows)
    return RawSheet(title=sheet.title, label=sheet.label, rows=tuple(rows))


def _heads(sheet: RawSheet, header: int) -> Iterator[tuple[int, str]]:
    for at, value in enumerate(sheet.rows[header - 1]):
        if isinstance(value, str) and not is_blank(value):
            yield at, header_key(value)


def _at(heads: Sequence[tuple[int, str]], names: Sequence[str]) -> int | None:
    return next((at for at, key in heads if key in names), None)


def _person(row: Sequence[CellValue], own: Mapping[str, int | None]) -> Person:
    words = {kind: _text(row[at]) if at is not None and at < len(row) else "" for kind, at in own.items()}
    return Person(
        id="",
        name=words["name"],
        phone=words["phone"],
        address=words["address"],
        gender=GENDERS.value_of(words["gender"]) if words["gender"] else None,
    )


def _text(value: CellValue) -> str:
    try:
        return "" if is_blank(value) else unicodedata.normalize("NFKC", text(value)).strip()
    except CellError:
        return ""
