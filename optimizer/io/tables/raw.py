"""What a sheet holds before anybody has understood it: values in rows and columns, named as Excel names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias

__all__ = ["BrokenFormula", "CellRange", "CellValue", "RawSheet", "cell_name", "column_letters", "is_blank"]


@dataclass(frozen=True, slots=True)
class BrokenFormula:
    """A formula without a value: ``error`` is what Excel shows (``#REF!``), empty where it was never computed."""

    error: str


CellValue: TypeAlias = str | float | int | bool | date | datetime | time | timedelta | BrokenFormula | None
"""A cell as the file types it; text is not yet trimmed."""


@dataclass(frozen=True, slots=True)
class CellRange:
    """A rectangle of cells; rows and columns counted from 1, both ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """The rectangle as Excel names it, ``A6:B7``."""
        return f"{cell_name(self.top, self.left)}:{cell_name(self.bottom, self.right)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class RawSheet:
    """One sheet of a workbook, or one CSV file.

    Attributes
    ----------
    title
        What says which table it is: the sheet's name, or the file's name without its ending.
    label
        What a person calls it in a finding: the sheet's name, or the file's name.
    rows
        Values from A1 on; ``rows[17][5]`` is F18. Rows may differ in length.
    merged
        Merged cells.
    hidden_rows
        Numbers of the rows that are hidden or filtered out.
    is_hidden
        Whether the whole sheet is hidden.
    """

    title: str
    label: str
    rows: tuple[tuple[CellValue, ...], ...]
    merged: tuple[CellRange, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    is_hidden: bool = False

    def place(self, row: int, column: int) -> str:
        """``上门任务!F18`` for row 18, column 6 (both counted from 1)."""
        return f"{self.label}!{cell_name(row, column)}"


def cell_name(row: int, column: int) -> str:
    """``F18`` for row 18, column 6 (both counted from 1)."""
    return f"{column_letters(column)}{row}"


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """``A`` for 1, ``AA`` for 27."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_blank(value: CellValue) -> bool:
    """Whether a person would call the cell empty: nothing in it, or only spaces."""
    return value is None or (isinstance(value, str) and not value.strip("\ufeff\u200b \t\r\n\u3000\xa0"))
