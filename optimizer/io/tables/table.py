"""Raw sheets → tables whose rows are asked by column; every doubt goes to one log of findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from optimizer.io.tables.cells import CellError
from optimizer.io.tables.headers import header_row, known_columns, tell_titles
from optimizer.io.tables.lenient import half_width, is_full_width, rewritten
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.messages import finding_with
from optimizer.io.tables.options import DEFAULT_OPTIONS, TableOptions
from optimizer.io.tables.raw import CellValue, RawSheet, is_blank
from optimizer.io.tables.schema import SheetSpec, header_key, is_personal_header
from optimizer.io.tables.tidy import filled_down, footnotes, in_hours, repeated_headers, row_list, totals, with_hours

__all__ = ["FindingLog", "Row", "Table", "find_tables"]

D = TypeVar("D")
T = TypeVar("T")

_EXAMPLE_MARKS = ("示例", "example")


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
            read = parse(value)
        except CellError as problem:
            return self._read_rewritten(key, value, parse, empty, problem)
        if self.table.spec.column(key).reads and is_full_width(value):
            self.log.understood(self.place(key), self.table.spec.column(key).title, value, half_width(value))
        return read

    def _read_rewritten(
        self, key: str, value: CellValue, parse: Callable[[CellValue], T], empty: D, problem: CellError
    ) -> T | D:
        """The cell once more in the template's form; what is still in doubt is a finding with the first problem."""
        column = self.table.spec.column(key)
        meant = rewritten(value, column.reads, self.table.periods) if column.reads else None
        if meant is not None:
            try:
                read = parse(meant)
            except CellError as second:
                problem = second if second.code != "T235" else problem
            else:
                self.log.understood(self.place(key), column.title, value, meant)
                return read
        self.log.findings.append(finding_with(problem.code, self.place(key), problem.values))
        return empty

    def error(self, code: str, key: str | None = None, *, ids: tuple[str, ...] = (), **values: object) -> None:
        """Note an error at a cell of this row."""
        self.log.error(code, self.place(key), ids=ids, **values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A sheet whose headers are understood.

    ``columns`` holds for each known column its number (from 1); ``first_row`` is the first row below the headers;
    ``unread`` are the numbers of rows that are not data, ``periods`` the windows of parts of the day.
    """

    spec: SheetSpec
    sheet: RawSheet
    columns: Mapping[str, int]
    first_row: int
    log: FindingLog
    max_text: int
    unread: frozenset[int] = frozenset()
    periods: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_column(self) -> int:
        """Number of the leftmost known column."""
        return min(self.columns.values(), default=1)

    def rows(self) -> Iterator[Row]:
        """The rows that hold something and are not examples."""
        return (Row(self, number, self.log) for number in self._numbers() if not self._is_example(number))

    def unread_rows(self) -> Iterator[Row]:
        """The rows below the headers that are left unread."""
        return (Row(self, number, self.log) for number in sorted(self.unread) if number <= len(self.sheet.rows))

    def example_rows(self) -> int:
        """How many rows are marked as examples."""
        return sum(1 for number in self._numbers() if self._is_example(number))

    def has(self, key: str) -> bool:
        """Whether the column is there."""
        return key in self.columns

    def _numbers(self) -> Iterator[int]:
        wanted = tuple(self.columns.values())
        for number in range(self.first_row, len(self.sheet.rows) + 1):
            if number in self.unread:
                continue
            cells = self.sheet.rows[number - 1]
            if any(column <= len(cells) and not is_blank(cells[column - 1]) for column in wanted):
                yield number

    def _is_example(self, number: int) -> bool:
        value = Row(self, number, self.log).value(self.spec.columns[0].key)
        return isinstance(value, str) and value.strip().casefold().startswith(_EXAMPLE_MARKS)


def find_tables(
    sheets: Sequence[RawSheet],
    specs: Sequence[SheetSpec],
    *,
    source: str,
    log: FindingLog,
    limits: TableLimits,
    options: TableOptions = DEFAULT_OPTIONS,
) -> Mapping[str, Table]:
    """The tables among raw sheets, by the key of their specification.

    What is missing, there twice or not known goes to ``log``; ``source`` is what the input as a whole is called.
    """
    found: dict[str, RawSheet] = {}
    for sheet in sheets:
        own = options.mapping.sheets.get(header_key(sheet.title))
        spec = next((spec for spec in specs if header_key(sheet.title) in spec.titles or spec.key == own), None)
        filled = any(not is_blank(value) for row in sheet.rows for value in row)
        if spec is None:
            if filled:
                log.warning("T215", sheet.label)
        elif spec.key in found:
            log.error("T214", sheet.label, zh=spec.zh, en=spec.key, names=f"{found[spec.key].label}, {sheet.label}")
        else:
            found[spec.key] = sheet
            if sheet.is_hidden and filled:
                log.warning("T228", sheet.label)
    for spec in specs:
        if spec.required and spec.key not in found:
            log.error("T213", source, zh=spec.zh, en=spec.key)
    tables = {spec.key: _table(found[spec.key], spec, log, limits, options) for spec in specs if spec.key in found}
    return {key: table for key, table in tables.items() if table is not None}


def _table(
    sheet: RawSheet, spec: SheetSpec, log: FindingLog, limits: TableLimits, options: TableOptions
) -> Table | None:
    header = header_row(sheet, spec, limits.header_search_rows)
    if header is None:
        if spec.required:
            log.error("T216", sheet.place(1, 1))
        return None
    columns = known_columns(sheet, spec, header, log, options.mapping)
    tell_titles(sheet, header, log)
    tidied = _with_units(_filled(sheet, columns, header, log), spec, columns, header, log)
    table = Table(
        spec=spec,
        sheet=tidied,
        columns=columns,
        first_row=header + 1,
        log=log,
        max_text=limits.max_text,
        unread=_unread(tidied, spec, columns, header, log) | _skipped(sheet, options),
        periods=options.periods,
    )
    if spec.ids_by_row and "id" not in columns and len(columns) > 1:
        table = _with_ids_by_row(table, header)
    _check_columns(table, header)
    _tell_hidden(table)
    examples = table.example_rows()
    if examples:
        log.warning("T225", sheet.label, count=examples)
    if spec.required and next(table.rows(), None) is None and len(columns) > 0:
        log.error("T226", sheet.place(header + 1, 1))
    return table


def _filled(sheet: RawSheet, columns: Mapping[str, int], header: int, log: FindingLog) -> RawSheet:
    tidied, filled, doubtful = filled_down(sheet, columns.values(), header)
    for merged in doubtful:
        log.error("T223", sheet.place(merged.top, merged.left), range=merged.name)
    for merged in filled:
        log.notice("T292", sheet.place(merged.top, merged.left), range=merged.name)
    return tidied


def _with_units(sheet: RawSheet, spec: SheetSpec, columns: Mapping[str, int], header: int, log: FindingLog) -> RawSheet:
    for column in spec.columns:
        at = columns.get(column.key)
        if at is None or column.reads != "minutes":
            continue
        name = " ".join(str(sheet.rows[header - 1][at - 1]).split())
        if in_hours(name):
            sheet = with_hours(sheet, at, header + 1)
            log.notice("T298", sheet.place(header, at), name=name)
    return sheet


def _unread(
    sheet: RawSheet, spec: SheetSpec, columns: Mapping[str, int], header: int, log: FindingLog
) -> frozenset[int]:
    groups = (
        ("T293", totals(sheet, columns, spec.columns[0].key, header + 1)),
        ("T294", repeated_headers(sheet, spec, columns, header + 1)),
        ("T295", footnotes(sheet, header + 1)),
    )
    told: frozenset[int] = frozenset()
    for code, rows in groups:
        new = rows - told
        if new:
            log.notice(code, sheet.place(min(new), 1), rows=row_list(new))
        told |= new
    return told


def _skipped(sheet: RawSheet, options: TableOptions) -> frozenset[int]:
    return frozenset(number for label, number in options.skipped if label == sheet.label)


def _tell_hidden(table: Table) -> None:
    hidden = [row.number for row in table.rows() if row.number in table.sheet.hidden_rows]
    if hidden:
        place = table.sheet.place(hidden[0], table.first_column)
        table.log.warning("T227", place, count=len(hidden), rows=row_list(hidden))


def _with_ids_by_row(table: Table, header: int) -> Table:
    """The table with an id for every row, made of its number; in a column of its own behind the last one."""
    width = max(len(row) for row in table.sheet.rows)
    numbers = frozenset(row.number for row in table.rows())
    rows = tuple(
        (*row, *([None] * (width - len(row))), f"W{number:04d}") if number in numbers else row
        for number, row in enumerate(table.sheet.rows, start=1)
    )
    table.log.notice("T446", table.sheet.place(header, 1))
    return replace(table, sheet=replace(table.sheet, rows=rows), columns={**table.columns, "id": width + 1})


def _check_columns(table: Table, header: int) -> None:
    headers = [value for value in table.sheet.rows[header - 1] if isinstance(value, str)]
    for column in table.spec.columns:
        if not column.must_be_filled or column.key in table.columns:
            continue
        if column.key == "id" and any(is_personal_header(name) for name in headers):
            table.log.error("T445", table.sheet.place(header, 1))
        else:
            table.log.error("T217", table.sheet.place(header, 1), zh=column.zh, en=column.key)


def column_places(row: Row, fields: Mapping[str, str]) -> Mapping[str, str]:
    """For each field of the model the cell it came from."""
    return {name: row.place(key) for name, key in fields.items()}
