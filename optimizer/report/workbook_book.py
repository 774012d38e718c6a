"""A workbook being written: formats, columns, tables, sheet names that spreadsheets accept."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import xlsxwriter

from optimizer.common.language import Language, Text
from optimizer.report.clock import DayClock

__all__ = ["Book", "Cell", "Column", "Kind", "Tone"]

Cell = str | int | float | Text | None

A4 = 9
MAX_SHEET_NAME = 31
MAX_CELL = 32_767
LINE_POINTS, MAX_ROW_POINTS = 13.5, 400.0
INK = "#1F2933"
QUIET = "#52606D"
LINE = "#CBD2D9"
HEAD = "#E6EDF3"
WARM = "#FFF1E0"
REST = "#F2F4F6"
ALERT = "#B23A00"


class Kind(StrEnum):
    """How a column's cells are shown."""

    TEXT = "text"
    WRAP = "wrap"
    WHOLE = "whole"
    DECIMAL = "decimal"
    SHARE = "share"
    RATIO = "ratio"
    TIME = "time"
    KEY_TIME = "key time"


class Tone(StrEnum):
    """How a row stands out: an ordinary one, a break or way back, one that needs a look, a sum, a part."""

    PLAIN = "plain"
    REST = "rest"
    WARM = "warm"
    TOTAL = "total"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, how its cells are shown, and its width in characters."""

    title: Text
    kind: Kind
    width: float


_NUMBERS: Mapping[Kind, str] = {
    Kind.WHOLE: "0",
    Kind.DECIMAL: "0.0",
    Kind.SHARE: "0.0%",
    Kind.RATIO: "0.000",
    Kind.TIME: "hh:mm",
    Kind.KEY_TIME: "hh:mm",
}
_WORDS = {Kind.TEXT, Kind.WRAP}
_CENTRED = {Kind.WHOLE, Kind.TIME, Kind.KEY_TIME}
_FILLS: Mapping[Tone, Mapping[str, Any]] = {
    Tone.PLAIN: {},
    Tone.REST: {"bg_color": REST, "font_color": QUIET},
    Tone.WARM: {"bg_color": WARM},
    Tone.DETAIL: {"font_color": QUIET},
    Tone.TOTAL: {"bold": True, "bg_color": HEAD},
}
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "section": {"bold": True, "font_size": 12, "font_color": INK},
    "note": {"font_color": QUIET, "text_wrap": True, "valign": "top"},
    "quiet": {"font_color": QUIET},
    "alert": {"font_color": ALERT, "bold": True, "text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bg_color": HEAD, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": LINE},
    "head number": {
        "bold": True,
        "bg_color": HEAD,
        "text_wrap": True,
        "valign": "vcenter",
        "align": "center",
        "border": 1,
        "border_color": LINE,
    },
    "link": {"font_color": "#1D5FA8", "underline": 1, "border": 1, "border_color": LINE, "valign": "vcenter"},
}


class Book:
    """Collects sheets in memory and gives them as the bytes of an ``.xlsx`` file.

    The same content gives the same bytes: the file's own date is the planning day.
    """

    def __init__(self, day: date, language: Language, clock: DayClock) -> None:
        self.language = language
        self.clock = clock
        self._stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._stream, options)
        self._book.set_properties({"created": datetime(day.year, day.month, day.day, tzinfo=UTC), "author": "careplan"})
        self._formats: dict[str, Any] = {}
        self._names: set[str] = set()

    def finish(self) -> bytes:
        """Close the workbook; nothing can be added after."""
        self._book.close()
        return self._stream.getvalue()

    def reserve_name(self, wanted: str) -> str:
        """A sheet name as near to ``wanted`` as spreadsheets allow, unlike every name given before."""
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f\x7f]", "_", clean(wanted)).strip(" '") or "_"
        name = _cut(base, MAX_SHEET_NAME)
        number = 2
        while name.casefold() in self._names or name.casefold() == "history":
            ending = f"~{number}"
            name = _cut(base, MAX_SHEET_NAME - len(ending)) + ending
            number += 1
        self._names.add(name.casefold())
        return name

    def add_sheet(self, name: str, *, landscape: bool, footer: str = "") -> Any:
        """A sheet that prints on A4, one page wide; ``name`` as given by :meth:`reserve_name`."""
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        if landscape:
            sheet.set_landscape()
        left = clean(footer).replace("&", "&&")
        sheet.set_footer(f"&L&8{left}&R&8&P / &N")
        return sheet

    def style(self, name: str) -> Any:
        """One of the named styles: title, section, note, quiet, alert, head, link."""
        if name not in self._formats:
            self._formats[name] = self._book.add_format({"font_size": 10, "font_color": INK, **_STYLES[name]})
        return self._formats[name]

    def text(self, text: Text) -> str:
        """The text in the workbook's language."""
        return text.in_(self.language)

    def put(self, sheet: Any, row: int, column: int, text: str | Text, style: str) -> None:
        """Write one free-standing text; never read as a formula or a link."""
        sheet.write_string(row, column, self._words(text), self.style(style))

    def put_wide(self, sheet: Any, row: int, columns: int, text: str | Text, style: str, *, height: float = 0) -> None:
        """Write a text over several columns from the first one."""
        sheet.merge_range(row, 0, row, columns - 1, "", self.style(style))
        sheet.write_string(row, 0, self._words(text), self.style(style))
        if height:
            sheet.set_row(row, height)

    def set_widths(self, sheet: Any, columns: Sequence[Column]) -> None:
        """Give the sheet's columns their widths."""
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)

    def put_head(self, sheet: Any, row: int, columns: Sequence[Column]) -> None:
        """Write the titles of a table."""
        sheet.set_row(row, 30)
        for index, column in enumerate(columns):
            self.put(sheet, row, index, column.title, "head" if column.kind in _WORDS else "head number")

    def put_row(
        self,
        sheet: Any,
        row: int,
        columns: Sequence[Column],
        cells: Iterable[Cell],
        tone: Tone = Tone.PLAIN,
        *,
        least: float = 0.0,
    ) -> None:
        """Write one row of a table, at least so many points high; cells of the two kinds of time are given in ticks."""
        lines = 1
        for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            self._put_cell(sheet, row, index, column.kind, cell, tone)
            if column.kind is Kind.WRAP and isinstance(cell, str | Text):
                lines = max(lines, _lines(self._words(cell), column.width))
        # Not every spreadsheet program finds the height of wrapped cells by itself.
        height = max(least, min(lines * LINE_POINTS + 3, MAX_ROW_POINTS) if lines > 1 else 0.0)
        if height:
            sheet.set_row(row, height)

    def put_table(
        self, sheet: Any, top: int, columns: Sequence[Column], rows: Iterable[tuple[Iterable[Cell], Tone]]
    ) -> int:
        """Write titles and rows from row ``top`` on; gives the first row below."""
        self.put_head(sheet, top, columns)
        row = top
        for row, (cells, tone) in enumerate(rows, start=top + 1):
            self.put_row(sheet, row, columns, cells, tone)
        return row + 1

    def _put_cell(self, sheet: Any, row: int, index: int, kind: Kind, cell: Cell, tone: Tone) -> None:
        form = self._cell_format(kind, tone)
        if cell is None:
            sheet.write_blank(row, index, None, form)
        elif isinstance(cell, str | Text):
            sheet.write_string(row, index, self._words(cell), form)
        elif kind in (Kind.TIME, Kind.KEY_TIME):
            self._put_time(sheet, row, index, int(cell), form)
        else:
            sheet.write_number(row, index, cell, form)

    def _put_time(self, sheet: Any, row: int, index: int, ticks: int, form: Any) -> None:
        """A real time of day; another day's time is a text, since spreadsheets would not show the day."""
        fraction = self.clock.day_fraction(ticks)
        if 0 <= fraction < 1:
            sheet.write_number(row, index, fraction, form)
        else:
            sheet.write_string(row, index, self.clock.hhmm(ticks), form)

    def _cell_format(self, kind: Kind, tone: Tone) -> Any:
        key = f"cell {kind} {tone}"
        if key not in self._formats:
            properties: dict[str, Any] = {"font_size": 10, "font_color": INK, "border": 1, "border_color": LINE}
            properties |= {"valign": "vcenter", "text_wrap": kind is Kind.WRAP, **_FILLS[tone]}
            if kind in _NUMBERS:
                properties |= {"num_format": _NUMBERS[kind], "align": "center" if kind in _CENTRED else "right"}
            if tone is Tone.DETAIL and kind in _WORDS:
                properties |= {"indent": 2}
            if kind is Kind.KEY_TIME:
                properties |= {"bold": True, "font_size": 12}
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def _words(self, text: str | Text) -> str:
        words = clean(self.text(text) if isinstance(text, Text) else text)
        return words if len(words) < MAX_CELL else words[: MAX_CELL - 1] + "…"


def _lines(words: str, width: float) -> int:
    """How many lines a text takes in a column so many characters wide; a Chinese character is two wide."""
    total = 0
    for line in words.split("\n"):
        cells = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
        total += max(1, math.ceil(cells / max(width - 1, 1)))
    return total


def clean(text: str) -> str:
    """The text with what no file can hold (half of a surrogate pair) replaced by ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _cut(text: str, units: int) -> str:
    """The longest beginning of at most so many UTF-16 units, which is how spreadsheets count."""
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text.rstrip(" '")
