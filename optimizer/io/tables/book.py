"""Writes tables as an .xlsx workbook that a person goes on working in: notes, drop-down lists, cells typed as meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from optimizer.common.language import Language, Text
from optimizer.io.tables.problem_rows import Cells
from optimizer.io.tables.schema import Column, Kind, SheetSpec

__all__ = ["write_workbook"]

_ROWS_WITH_LISTS = 10_000
_NARROW, _WIDE, _LONGEST = 8, 4, 40
_FORMATS: Mapping[Kind, str] = {"text": "@", "number": "General", "date": "yyyy-mm-dd"}
_EMPTY = Text("空着：", "Empty: ")
_MUST = Text("必填", "Must be filled in")


def write_workbook(
    path: Path,
    specs: Sequence[SheetSpec],
    rows: Mapping[str, Sequence[Cells]],
    *,
    language: Language,
    made: date,
    faint: Mapping[str, Sequence[Cells]] | None = None,
) -> None:
    """Write a workbook with a sheet for each specification.

    Parameters
    ----------
    rows
        By the key of the sheet.
    made
        The date that the file says it was made on; equal input gives an equal file.
    faint
        Rows before those, in grey (examples).
    """
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"created": datetime.combine(made, time())})
        for spec in specs:
            _write_sheet(book, spec, rows.get(spec.key, ()), (faint or {}).get(spec.key, ()), language)


def _write_sheet(book: Any, spec: SheetSpec, rows: Sequence[Cells], faint: Sequence[Cells], language: Language) -> None:
    sheet = book.add_worksheet(spec.title_in(language))
    sheet.freeze_panes(1, 1)
    header = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"})
    for number, column in enumerate(spec.columns):
        plain = book.add_format({"num_format": _FORMATS[column.kind]})
        grey = book.add_format({"num_format": _FORMATS[column.kind], "font_color": "#808080", "italic": True})
        sheet.set_column(number, number, _width(column, rows, language), plain)
        sheet.write_string(0, number, column.title.in_(language), header)
        sheet.write_comment(0, number, _note(column, language), {"x_scale": 2.5, "y_scale": 1.5, "visible": False})
        if column.choices:
            _add_list(sheet, number, column, language)
        for line, row in enumerate([*faint, *rows], start=1):
            _write_cell(sheet, line, number, row.get(column.key), grey if line <= len(faint) else plain)


def _width(column: Column, rows: Sequence[Cells], language: Language) -> float:
    longest = max((len(str(row.get(column.key, ""))) for row in rows), default=0)
    return min(_LONGEST, max(_NARROW, 2 * len(column.title.in_(language)) + 1, longest + _WIDE))


def _note(column: Column, language: Language) -> str:
    empty = _MUST.in_(language) if column.empty is None else _EMPTY.in_(language) + column.empty.in_(language)
    return f"{column.form.in_(language)}\n{empty}"


def _add_list(sheet: Any, number: int, column: Column, language: Language) -> None:
    words = [choice.in_(language) for choice in column.choices]
    # A hint, not a lock: the reader understands more words than the list shows.
    sheet.data_validation(
        1, number, _ROWS_WITH_LISTS, number, {"validate": "list", "source": words, "error_type": "information"}
    )


def _write_cell(sheet: Any, line: int, number: int, value: str | int | float | date | None, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(line, number, datetime.combine(value, time()), form)
    elif isinstance(value, str):
        sheet.write_string(line, number, value, form)
    else:
        sheet.write_number(line, number, value, form)
