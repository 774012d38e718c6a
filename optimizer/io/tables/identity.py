"""What ID numbers, birth dates and names in a sheet of persons tell before they are dropped: who is there twice.

Everything is compared in memory and nothing of it is kept, printed or passed on; findings name cells only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from optimizer.io.tables.cells import CellError, date_value, text
from optimizer.io.tables.raw import CellValue, RawSheet, is_blank
from optimizer.io.tables.schema import header_key
from optimizer.io.tables.table import Table
from optimizer.io.tables.words import GENDERS

__all__ = ["check_identities"]

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "number": ("身份证", "身份证号", "身份证号码", "公民身份号码", "证件号码", "证件号", "idcard", "idnumber", "idno"),
    "name": ("姓名", "名字", "老人姓名", "服务对象姓名", "name"),
    "birth": ("出生日期", "出生年月", "出生年月日", "生日", "birth", "birthdate", "dateofbirth"),
    "gender": ("性别", "gender", "sex"),
    "address": ("地址", "住址", "家庭住址", "详细地址", "address"),
}
_NUMBER = re.compile(r"\d{6}(\d{4})(\d{2})(\d{2})\d{2}(\d)([\dXx])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


@dataclass(frozen=True, slots=True)
class _Person:
    """One row, for the time of the check."""

    row: int
    number: str
    name: str
    birth: date | None
    gender: str | None
    address: str


def check_identities(table: Table) -> None:
    """Note duplicates and contradictions of a sheet of persons in its log (``T251``–``T256``)."""
    columns = _columns(table)
    if not columns:
        return
    persons = list(_persons(table, columns))
    for person in persons:
        _check_number(table, columns, person)
    _tell_same_numbers(table, columns, persons)
    _tell_same_births(table, columns, persons)
    _tell_namesakes(table, columns, persons)


def _columns(table: Table) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for at, value in enumerate(table.sheet.rows[table.first_row - 2], start=1):
        key = header_key(value) if isinstance(value, str) else ""
        kind = next((kind for kind, names in _HEADERS.items() if key in names), None)
        # 性别要求 is a wish about the caregiver, and is not in the list; the known column gender is that wish.
        if kind is not None and at != table.columns.get("gender"):
            found.setdefault(kind, at)
    return found if {"number", "name", "birth"} & set(found) else {}


def _persons(table: Table, columns: Mapping[str, int]) -> Iterator[_Person]:
    for row in table.rows():
        words = {kind: _words(_cell(table.sheet, row.number, at)) for kind, at in columns.items()}
        birth = _date(_cell(table.sheet, row.number, columns["birth"])) if "birth" in columns else None
        yield _Person(
            row=row.number,
            number=words.get("number", "").upper(),
            name=words.get("name", ""),
            birth=birth,
            gender=GENDERS.value_of(words.get("gender", "")),
            address=words.get("address", ""),
        )


def _cell(sheet: RawSheet, row: int, column: int) -> CellValue:
    cells = sheet.rows[row - 1]
    return None if column > len(cells) or is_blank(cells[column - 1]) else cells[column - 1]


def _words(value: CellValue) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    try:
        return "" if value is None else re.sub(r"\s", "", unicodedata.normalize("NFKC", text(value)))
    except CellError:
        return ""


def _date(value: CellValue) -> date | None:
    try:
        return None if value is None else date_value(value)
    except CellError:
        return None


def _check_number(table: Table, columns: Mapping[str, int], person: _Person) -> None:
    if not person.number:
        return
    where = table.sheet.place(person.row, columns["number"])
    match = _NUMBER.fullmatch(person.number)
    if match is None or _CHECK[_weighted(person.number)] != person.number[17]:
        table.log.warning("T254", where)
        return
    if person.birth is not None and (match[1], match[2], match[3]) != tuple(f"{person.birth:%Y %m %d}".split()):
        table.log.warning("T252", where)
    if person.gender is not None and (int(match[4]) % 2 == 1) != (person.gender == "male"):
        table.log.warning("T253", where)


def _weighted(number: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11


def _tell_same_numbers(table: Table, columns: Mapping[str, int], persons: Sequence[_Person]) -> None:
    for rows in _alike([(person.number, person) for person in persons if person.number]):
        for person in rows[1:]:
            where = table.sheet.place(person.row, columns["number"])
            table.log.warning("T251", where, other=table.sheet.place(rows[0].row, columns["number"]))


def _tell_same_births(table: Table, columns: Mapping[str, int], persons: Sequence[_Person]) -> None:
    known = [one for one in persons if not one.number and one.birth is not None and one.address]
    for rows in _alike([(f"{person.birth} {person.address}", person) for person in known]):
        for person in rows[1:]:
            where = table.sheet.place(person.row, columns["birth"])
            table.log.warning("T255", where, other=table.sheet.place(rows[0].row, columns["birth"]))


def _tell_namesakes(table: Table, columns: Mapping[str, int], persons: Sequence[_Person]) -> None:
    for rows in _alike([(person.name, person) for person in persons if person.name]):
        if len({person.number for person in rows if person.number}) == 1 and all(person.number for person in rows):
            continue  # one person twice, which is told already
        place = table.sheet.place(rows[1].row, columns["name"])
        table.log.notice("T256", place, count=len(rows), other=table.sheet.place(rows[0].row, columns["name"]))


def _alike(pairs: Sequence[tuple[str, _Person]]) -> Iterator[list[_Person]]:
    groups: dict[str, list[_Person]] = defaultdict(list)
    for key, person in pairs:
        groups[key].append(person)
    yield from (rows for rows in groups.values() if len(rows) > 1)
