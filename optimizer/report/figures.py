"""Key figures as a person reads them: cards and tables, the same in the workbook and on the page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from optimizer.common.language import Text

__all__ = ["Figure", "FigureColumn", "FigureKind", "FigureRow", "FigureTable", "RowLevel"]


class FigureKind(StrEnum):
    """What a figure counts, which decides how it is shown: a number of things, a part of one, hours, kilometres …"""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    HOURS = "hours"
    MINUTES = "minutes"
    KILOMETRES = "km"
    RATIO = "ratio"


class RowLevel(StrEnum):
    """Whether a row of a table is a sum of others, an ordinary row, or a part of the row above."""

    TOTAL = "total"
    PLAIN = "plain"
    DETAIL = "detail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure with its name; ``value`` is ``None`` where there is nothing to measure, ``watch`` asks for a look."""

    title: Text
    kind: FigureKind
    value: float | None
    note: Text | None = None
    watch: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureColumn:
    """The title and kind of a column."""

    title: Text
    kind: FigureKind


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRow:
    """One row, a cell for each column."""

    cells: tuple[str | float | Text | None, ...]
    level: RowLevel = RowLevel.PLAIN
    watch: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureTable:
    """A titled table of figures."""

    title: Text
    columns: tuple[FigureColumn, ...]
    rows: tuple[FigureRow, ...]
