"""Which rows of a sheet the errors of a run stand in, so that one bad row need not cost the day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Language, Text
from optimizer.io.tables.cells import CellError, text
from optimizer.io.tables.columns import VISIT_SHEETS
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.messages import finding_with
from optimizer.io.tables.options import SkippedRow, TableOptions
from optimizer.io.tables.schema import SheetSpec
from optimizer.io.tables.table import find_tables
from optimizer.io.tables.visits_sheets import read_sheets

__all__ = ["bad_rows", "bad_rows_as_findings", "cell_of", "without_bad_rows"]

T = TypeVar("T")

_CELL = re.compile(r"(.+)!([A-Z]{1,3})([1-9]\d*)")
_OF_THE_SHEET = frozenset(("T213", "T214", "T216", "T217", "T218", "T220", "T223", "T226", "T260", "T261"))
"""Findings about a sheet or a column: leaving out a row does not help."""


def cell_of(where: str) -> tuple[str, str, int] | None:
    """``(上门任务, F, 18)`` for ``上门任务!F18``; ``None`` where it is no cell."""
    match = _CELL.fullmatch(where)
    return None if match is None else (match[1], match[2], int(match[3]))


def bad_rows(findings: Iterable[Finding]) -> Mapping[SkippedRow, Sequence[Finding]]:
    """The rows that hold errors, in the order met, with their errors."""
    rows: dict[SkippedRow, list[Finding]] = {}
    for finding in findings:
        cell = cell_of(finding.where)
        if finding.severity is Severity.ERROR and cell is not None and finding.code not in _OF_THE_SHEET:
            rows.setdefault((cell[0], cell[2]), []).append(finding)
    return rows


def without_bad_rows(
    read: Callable[[frozenset[SkippedRow]], T], *, skip: bool
) -> tuple[T, Mapping[SkippedRow, Sequence[Finding]]]:
    """What ``read`` gives when it leaves out rows, and the rows that hold errors; without ``skip`` every error ends it.

    Raises
    ------
    InputError
        With every finding, if one of them is an error that leaving out rows does not mend.
    """
    left_out: dict[SkippedRow, Sequence[Finding]] = {}
    while True:
        try:
            return read(frozenset(left_out)), left_out
        except InputError as error:
            fresh = {row: found for row, found in bad_rows(error.findings).items() if row not in left_out}
            if not skip or not fresh:
                raise
            # What hangs on a row that is gone (the visits of a client) is found in the next round.
            left_out.update(fresh)


def bad_rows_as_findings(
    path: Path,
    rows: Mapping[SkippedRow, Sequence[Finding]],
    options: TableOptions,
    *,
    specs: Sequence[SheetSpec] = VISIT_SHEETS,
) -> tuple[Finding, ...]:
    """One warning (``T284``) for each row that was left out, with the id that stands in it."""
    names = _names(path, rows, options, specs)
    return tuple(
        finding_with(
            "T284",
            errors[0].where,
            {
                "codes": ", ".join(dict.fromkeys(error.code for error in errors)),
                "cause": Text(errors[0].found.in_(Language.ZH), errors[0].found.in_(Language.EN)),
            },
            ids=names.get(row, ()),
            severity=Severity.WARNING,
        )
        for row, errors in sorted(rows.items())
    )


def _names(
    path: Path, rows: Iterable[SkippedRow], options: TableOptions, specs: Sequence[SheetSpec]
) -> Mapping[SkippedRow, tuple[str, ...]]:
    sheets = read_sheets(path, specs, limits=options.limits)
    tables = find_tables(sheets, specs, source=path.name, log=FindingLog(), limits=options.limits, options=options)
    wanted = frozenset(rows)
    names: dict[SkippedRow, tuple[str, ...]] = {}
    for table in tables.values():
        for row in table.unread_rows():
            place = (table.sheet.label, row.number)
            value = row.value(table.spec.columns[0].key)
            if place in wanted and value is not None:
                names[place] = _name(value)
    return names


def _name(value: object) -> tuple[str, ...]:
    try:
        return (text(value),)  # type: ignore[arg-type]
    except CellError:
        return ()
