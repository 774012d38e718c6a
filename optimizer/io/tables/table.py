"""Raw sheets → tables whose rows are asked by column; every doubt goes to one log of findings."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.io.tables.cells import CellError
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.messages import finding_with
from optimizer.io.tables.raw import CellValue, RawSheet, is_blank
from optimizer.io.tables.schema import SheetSpec, header_key, is_account_header, is_personal_header

__all__ = ["FindingLog", "Row", "Table", "find_tables"]

D = TypeVar("D")
T = TypeVar("T")

_EXAMPLE_MARKS = ("示例", "example")
_CLOSE = 0.75


@dataclass(slots=True)
class FindingLog:
    """Collects findings in the order they are met; errors are raised together at the end."""

    findings: list[Finding] = field(default_factory=list)

    def error(self, code: str, where: str, *, ids: tuple[str, ...] = (), **values: object) -> None:
        """Note what stops the run."""
        self.findings.append(finding_with(code, where, values, ids=ids))

    def warning(self, code: str, where: str, *, ids: tuple[str, ...] = (), **values: object) -> None:
        """Note what does not stop the run."""
        self.findings.append(finding_with(code, where, values, ids=ids, severity=Severity.WARNING))

    def raise_errors(self) -> None:
        """Raise everything noted so far if an error is among it."""
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            raise InputError(self.findings)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, ``number`` as Excel numbers it."""

    table: Table
    number: int
    log: FindingLog

    def place(self, key: str | None = None) -> str:
        """The cell of a column, or of the first known column where that column is absent or none is named."""
        column = self.table.columns.get(key) if key is not None else None
        return self.table.sheet.place(self.number, self.table.first_column if column is None else column)

    def value(self, key: str) -> CellValue:
        """The raw value, ``None`` where the cell is blank or the column absent."""
        column = self.table.columns.get(key)
        cells = self.table.sheet.rows[self.number - 1]
        if column is None or column > len(cells) or is_blank(cells[column - 1]):
            return None
        return cells[column - 1]

    def read(self, key: str, parse: Callable[[CellValue], T], empty: D) -> T | D:
        """The cell understood by ``parse``; ``empty`` where it is blank or, with a finding, cannot be understood."""
        value = self.value(key)
        if value is None:
            column = self.table.spec.column(key)
            if column.must_be_filled and key in self.table.columns:
                self.error("T230", key, column=column.title)
            return empty
        if isinstance(value, str) and len(value) > self.table.max_text:
            self.error("T249", key, size=f"{len(value):,}", limit=f"{self.table.max_text:,}")
            return empty
        try:
            return parse(value)
        except CellError as problem:
            self.log.findings.append(finding_with(problem.code, self.place(key), problem.values))
            return empty

    def error(self, code: str, key: str | None = None, *, ids: tuple[str, ...] = (), **values: object) -> None:
        """Note an error at a cell of this row."""
        self.log.error(code, self.place(key), ids=ids, **values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A sheet whose headers are understood.

    ``columns`` holds for each known column its number (from 1); ``first_row`` is the first row below the headers.
    """

    spec: SheetSpec
    sheet: RawSheet
    columns: Mapping[str, int]
    first_row: int
    log: FindingLog
    max_text: int

    @property
    def first_column(self) -> int:
        """Number of the leftmost known column."""
        return min(self.columns.values(), default=1)

    def rows(self) -> Iterator[Row]:
        """The rows that hold something and are not examples."""
        return (Row(self, number, self.log) for number in self._numbers() if not self._is_example(number))

    def example_rows(self) -> int:
        """How many rows are marked as examples."""
        return sum(1 for number in self._numbers() if self._is_example(number))

    def has(self, key: str) -> bool:
        """Whether the column is there."""
        return key in self.columns

    def _numbers(self) -> Iterator[int]:
        wanted = tuple(self.columns.values())
        for number in range(self.first_row, len(self.sheet.rows) + 1):
            cells = self.sheet.rows[number - 1]
            if any(column <= len(cells) and not is_blank(cells[column - 1]) for column in wanted):
                yield number

    def _is_example(self, number: int) -> bool:
        value = Row(self, number, self.log).value(self.spec.columns[0].key)
        return isinstance(value, str) and value.strip().casefold().startswith(_EXAMPLE_MARKS)


def find_tables(
    sheets: Sequence[RawSheet], specs: Sequence[SheetSpec], *, source: str, log: FindingLog, limits: TableLimits
) -> Mapping[str, Table]:
    """The tables among raw sheets, by the key of their specification.

    What is missing, there twice or not known goes to ``log``; ``source`` is what the input as a whole is called.
    """
    found: dict[str, RawSheet] = {}
    for sheet in sheets:
        spec = next((spec for spec in specs if header_key(sheet.title) in spec.titles), None)
        if spec is None:
            if any(not is_blank(value) for row in sheet.rows for value in row):
                log.warning("T215", sheet.label)
        elif spec.key in found:
            log.error("T214", sheet.label, zh=spec.zh, en=spec.key, names=f"{found[spec.key].label}, {sheet.label}")
        else:
            found[spec.key] = sheet
    for spec in specs:
        if spec.required and spec.key not in found:
            log.error("T213", source, zh=spec.zh, en=spec.key)
    tables = {spec.key: _table(found[spec.key], spec, log, limits) for spec in specs if spec.key in found}
    return {key: table for key, table in tables.items() if table is not None}


def _table(sheet: RawSheet, spec: SheetSpec, log: FindingLog, limits: TableLimits) -> Table | None:
    header = _header_row(sheet, spec, limits.header_search_rows)
    if header is None:
        if spec.required:
            log.error("T216", sheet.place(1, 1))
        return None
    columns = _columns(sheet, spec, header, log)
    table = Table(spec=spec, sheet=sheet, columns=columns, first_row=header + 1, log=log, max_text=limits.max_text)
    _check_columns(table, header)
    _check_merged(table, header)
    examples = table.example_rows()
    if examples:
        log.warning("T225", sheet.label, count=examples)
    if spec.required and next(table.rows(), None) is None and len(columns) > 0:
        log.error("T226", sheet.place(header + 1, 1))
    return table


def _header_row(sheet: RawSheet, spec: SheetSpec, search: int) -> int | None:
    """The first row with two or more known headers, else the first that holds anything."""
    filled = [number for number, row in enumerate(sheet.rows, start=1) if any(not is_blank(value) for value in row)]
    for number in filled:
        headers = {header_key(value) for value in sheet.rows[number - 1] if isinstance(value, str)}
        if number <= search and len(headers & spec.by_header.keys()) >= 2:
            return number
    return filled[0] if filled else None


def _columns(sheet: RawSheet, spec: SheetSpec, header: int, log: FindingLog) -> Mapping[str, int]:
    columns: dict[str, int] = {}
    unknown: list[tuple[str, int]] = []
    for number, value in enumerate(sheet.rows[header - 1], start=1):
        if is_blank(value):
            continue
        name = " ".join(str(value).split())
        column = spec.by_header.get(header_key(name))
        if column is None:
            unknown.append((name, number))
        elif column.key in columns:
            log.error("T218", sheet.place(header, number), name=name, other=sheet.place(header, columns[column.key]))
        else:
            columns[column.key] = number
    for name, number in unknown:
        _note_unknown(name, sheet.place(header, number), spec, columns, log)
    return columns


def _note_unknown(name: str, place: str, spec: SheetSpec, columns: Mapping[str, int], log: FindingLog) -> None:
    if is_account_header(name):
        log.warning("T221", place, name=name)
        return
    if is_personal_header(name):
        log.warning("T222", place, name=name)
        return
    absent = {key: column for key, column in spec.by_header.items() if column.key not in columns}
    close = difflib.get_close_matches(header_key(name), absent, n=1, cutoff=_CLOSE)
    if close:
        log.error("T220", place, name=name, hint=absent[close[0]].title)
    else:
        log.warning("T219", place, name=name)


def _check_columns(table: Table, header: int) -> None:
    for column in table.spec.columns:
        if column.must_be_filled and column.key not in table.columns:
            table.log.error("T217", table.sheet.place(header, 1), zh=column.zh, en=column.key)


def _check_merged(table: Table, header: int) -> None:
    wanted = table.columns.values()
    for merged in table.sheet.merged:
        if merged.bottom > header and any(merged.left <= column <= merged.right for column in wanted):
            table.log.error("T223", table.sheet.place(merged.top, merged.left), range=merged.name)


def column_places(row: Row, fields: Mapping[str, str]) -> Mapping[str, str]:
    """For each field of the model the cell it came from."""
    return {name: row.place(key) for name, key in fields.items()}
