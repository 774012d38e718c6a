"""The empty workbook that a provider fills in: headers, notes, drop-down lists, example rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from optimizer.common.language import Language
from optimizer.io.files import write_beside
from optimizer.io.tables.book import write_workbook
from optimizer.io.tables.columns import VISIT_SHEETS
from optimizer.io.tables.problem_rows import Cell, Cells, priority_rows
from optimizer.io.tables.rules import DEFAULT_PRIORITIES
from optimizer.io.tables.schema import Column, SheetSpec

__all__ = ["write_empty_workbook", "write_template"]

_MADE = date(2026, 1, 1)


def write_template(path: Path, *, language: Language = Language.ZH, inputs: Sequence[Path] = ()) -> None:
    """Write the empty workbook of the visits tables.

    Example rows are grey, their ids begin with 示例, and the reader leaves them out. The priority groups are the
    shipped ones and are meant to be edited.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    rows = {"priorities": priority_rows(DEFAULT_PRIORITIES, language)}
    write_empty_workbook(path, VISIT_SHEETS, rows, language=language, inputs=inputs)


def write_empty_workbook(
    path: Path,
    specs: Sequence[SheetSpec],
    rows: Mapping[str, Sequence[Cells]],
    *,
    language: Language,
    inputs: Sequence[Path] = (),
) -> None:
    """Write a workbook with the sheets, their example rows in grey, and the rows that are shipped.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    examples = {spec.key: _examples(spec) for spec in specs}
    with write_beside(path, inputs=inputs) as beside:
        write_workbook(beside, specs, rows, language=language, made=_MADE, faint=examples)


def _examples(spec: SheetSpec) -> Sequence[Cells]:
    count = max(len(column.examples) for column in spec.columns)
    return [
        {column.key: _example(column, number) for column in spec.columns if _has(column, number)}
        for number in range(count)
    ]


def _has(column: Column, number: int) -> bool:
    return number < len(column.examples) and column.examples[number] != ""


def _example(column: Column, number: int) -> Cell:
    value = column.examples[number]
    return date.fromisoformat(str(value)) if column.kind == "date" else value
