"""Goes through the XML of one worksheet: how far its cells reach, and which formulas have no usable value.

A strict parser reads every sheet before the fast one does, so that what only a lenient parser would take (a repeated
attribute, a cell outside every sheet) is refused first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from optimizer.io.tables.raw import BrokenFormula

__all__ = ["NotASheet", "SheetScan", "scan_sheet"]

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_POSITION = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


class NotASheet(Exception):
    """The XML is not that of a worksheet that a spreadsheet program would have written."""


class SheetScan:
    """What is known after the pass.

    Attributes
    ----------
    rows, columns
        Number of the last row and column with a cell that holds something.
    hidden_rows
        Numbers of the rows that are hidden, also by a filter.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self.hidden_rows: set[int] = set()
        self._faults: dict[tuple[int, int], BrokenFormula] = {}
        self._row = 0
        self._column = 0
        self._type = ""
        self._filled = self._has_formula = self._in_value = False
        self._value = ""

    @property
    def faults(self) -> Mapping[tuple[int, int], BrokenFormula]:
        """Failed formulas by (row, column), counted from 1."""
        return self._faults

    def open_element(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._begin_row(attributes.get("r"))
            if attributes.get("hidden") in ("1", "true"):
                self.hidden_rows.add(self._row)
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag == "v":
            self._in_value = True
            self._filled = True
        elif tag == "f":
            self._has_formula = True
            self._filled = True
        elif tag == "is":
            self._filled = True

    def text(self, piece: str) -> None:
        """Characters inside an element."""
        if self._in_value:
            self._value += piece

    def close_element(self, name: str) -> None:
        """An element ends."""
        tag = name.rpartition(":")[2]
        if tag == "v":
            self._in_value = False
        elif tag == "c":
            self._end_cell()

    def _begin_row(self, number: str | None) -> None:
        if number is not None and not _ROW.fullmatch(number):
            raise NotASheet(f"row {number[:20]!r}")
        self._row = self._row + 1 if number is None else int(number)
        self._column = 0
        if self._row > _MOST_ROWS:
            raise NotASheet(f"row {self._row}")

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._type = attributes.get("t", "n")
        self._filled = self._has_formula = False
        self._value = ""
        position = attributes.get("r")
        if position is None:
            self._column += 1
        else:
            self._row, self._column = _position(position)
        if self._row > _MOST_ROWS or self._column > _MOST_COLUMNS:
            raise NotASheet(f"cell {position}")

    def _end_cell(self) -> None:
        if not self._filled:
            return
        self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)
        if self._type == "e":
            self._faults[self._row, self._column] = BrokenFormula(self._value or "#?")
        elif self._has_formula and not self._value and self._type != "str":
            self._faults[self._row, self._column] = BrokenFormula("")


def scan_sheet(stream: IO[bytes]) -> SheetScan:
    """Go through the XML of one worksheet.

    Raises
    ------
    NotASheet
        A cell lies outside every sheet, or the XML brings entities of its own.
    xml.parsers.expat.ExpatError
        Not well-formed.
    """
    scan = SheetScan()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scan.open_element
    parser.EndElementHandler = scan.close_element
    parser.CharacterDataHandler = scan.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.ParseFile(stream)
    return scan


def _refuse_doctype(*_declaration: object) -> None:
    raise NotASheet("DOCTYPE")


def _position(written: str) -> tuple[int, int]:
    match = _POSITION.fullmatch(written)
    if match is None:
        raise NotASheet(f"cell {written[:20]!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column
