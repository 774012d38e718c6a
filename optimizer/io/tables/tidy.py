"""What stands in a sheet besides its data: merged cells, sums, repeated headers, notes, hidden rows, hours as units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from optimizer.io.tables.lenient import HOURS
from optimizer.io.tables.raw import CellRange, CellValue, RawSheet, is_blank
from optimizer.io.tables.schema import SheetSpec, header_key

__all__ = ["filled_down", "footnotes", "in_hours", "repeated_headers", "row_list", "totals", "with_hours"]

_TOTAL = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|(?:sub|grand)?\s*totals?)\s*[:：]?\s*\d*\s*[人次条户项单份行]?",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:备注|附注|说明|注|填表|制表|审核|审批|负责人|联系电话|打印|notes?|remarks?)\s*\d*\s*(?:[:：]|人|日期).*",
    re.IGNORECASE | re.DOTALL,
)
_HOUR_UNIT = re.compile(r"小时|钟头|\bhours?\b|[(（]\s*h\s*[)）]", re.IGNORECASE)
_SHOWN_ROWS = 12


def filled_down(
    sheet: RawSheet, columns: Iterable[int], header: int
) -> tuple[RawSheet, Sequence[CellRange], Sequence[CellRange]]:
    """The sheet with merged cells of one column filled down, the merged cells filled, and those that stay in doubt.

    In doubt is what is merged over two or more known columns.
    """
    wanted = frozenset(columns)
    filled: list[CellRange] = []
    doubtful: list[CellRange] = []
    rows = [list(row) for row in sheet.rows]
    for merged in sheet.merged:
        known = [column for column in range(merged.left, merged.right + 1) if column in wanted]
        if merged.bottom <= header or not known:
            continue
        value = _at(rows, merged.top, merged.left)
        if merged.top <= header or len(known) > 1:
            if not is_blank(value) and not _is_aside(rows, merged):
                doubtful.append(merged)
            continue
        if merged.bottom == merged.top or is_blank(value):
            continue
        filled.append(merged)
        for number in range(merged.top, merged.bottom + 1):
            _put(rows, number, known[0], value)
    if not filled:
        return sheet, (), doubtful
    return replace(sheet, rows=tuple(tuple(row) for row in rows)), filled, doubtful


def _is_aside(rows: Sequence[Sequence[CellValue]], merged: CellRange) -> bool:
    """Whether merged cells are a sum's or a note's, whose row is not read anyway."""
    value = _at(rows, merged.top, merged.left)
    return isinstance(value, str) and bool(_TOTAL.fullmatch(value.strip()) or _NOTE.fullmatch(value.strip()))


def totals(sheet: RawSheet, columns: Mapping[str, int], key: str, first_row: int) -> frozenset[int]:
    """Rows that sum up: the id cell says so, or it is blank and the row's first filled cell says so."""
    found = set()
    for number in range(first_row, len(sheet.rows) + 1):
        cells = sheet.rows[number - 1]
        ident = _cell(cells, columns.get(key))
        first = next((value for value in cells if not is_blank(value)), None)
        said = ident if not is_blank(ident) else first
        if isinstance(said, str) and _TOTAL.fullmatch(said.strip()):
            found.add(number)
    return frozenset(found)


def repeated_headers(sheet: RawSheet, spec: SheetSpec, columns: Mapping[str, int], first_row: int) -> frozenset[int]:
    """Rows that say the headers again: every filled known cell holds the name of its own column, at least two do."""
    found = set()
    for number in range(first_row, len(sheet.rows) + 1):
        cells = sheet.rows[number - 1]
        filled = {key: value for key, at in columns.items() if not is_blank(value := _cell(cells, at))}
        same = [_names(spec, key, value) for key, value in filled.items()]
        if len(same) >= 2 and all(same):
            found.add(number)
    return frozenset(found)


def _names(spec: SheetSpec, key: str, value: CellValue) -> bool:
    column = spec.by_header.get(header_key(value)) if isinstance(value, str) else None
    return column is not None and column.key == key


def footnotes(sheet: RawSheet, first_row: int) -> frozenset[int]:
    """Rows with nothing but one or two cells, the first of which begins like a note (备注：…, 填表人：…)."""
    found = set()
    for number in range(first_row, len(sheet.rows) + 1):
        filled = [value for value in sheet.rows[number - 1] if not is_blank(value)]
        if 1 <= len(filled) <= 2 and isinstance(filled[0], str) and _NOTE.fullmatch(filled[0].strip()):
            found.add(number)
    return frozenset(found)


def in_hours(header: str) -> bool:
    """Whether a header says that its numbers are hours."""
    return _HOUR_UNIT.search(header) is not None


def with_hours(sheet: RawSheet, column: int, first_row: int) -> RawSheet:
    """The sheet with the unit written behind the bare numbers of a column of hours."""
    rows = [list(row) for row in sheet.rows]
    for number in range(first_row, len(rows) + 1):
        value = _at(rows, number, column)
        if isinstance(value, bool) or is_blank(value):
            continue
        bare = isinstance(value, str) and re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", value)
        if isinstance(value, int | float) or bare:
            shown = f"{value:.10g}" if isinstance(value, int | float) else str(value).strip()
            _put(rows, number, column, shown + HOURS)
    return replace(sheet, rows=tuple(tuple(row) for row in rows))


def row_list(numbers: Iterable[int]) -> str:
    """``5、6、9 …`` for a finding."""
    ordered = sorted(numbers)
    return ", ".join(str(number) for number in ordered[:_SHOWN_ROWS]) + (" …" if len(ordered) > _SHOWN_ROWS else "")


def _cell(cells: Sequence[CellValue], column: int | None) -> CellValue:
    return None if column is None or column > len(cells) else cells[column - 1]


def _at(rows: Sequence[Sequence[CellValue]], row: int, column: int) -> CellValue:
    return None if row > len(rows) else _cell(rows[row - 1], column)


def _put(rows: list[list[CellValue]], row: int, column: int, value: CellValue) -> None:
    while len(rows) < row:
        rows.append([])
    while len(rows[row - 1]) < column:
        rows[row - 1].append(None)
    rows[row - 1][column - 1] = value
