"""Tables of figures as a person reads them, the same in the workbook and on the page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from optimizer.common.language import Text
from optimizer.visits.kpi import Unit

__all__ = ["UNIT_WORDS", "FigureColumn", "FigureRow", "FigureTable", "RowLevel"]

UNIT_WORDS = {
    Unit.HOURS: Text("小时", "h"),
    Unit.MINUTES: Text("分钟", "min"),
    Unit.KILOMETRES: Text("公里", "km"),
}
"""What stands behind a number of the unit; units that are not here need no word."""


class RowLevel(StrEnum):
    """Whether a row of a table is a sum of others, an ordinary row, or a part of the row above."""

    TOTAL = "total"
    PLAIN = "plain"
    DETAIL = "detail"


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureColumn:
    """The title of a column and the unit of its numbers; ``None`` for a column of words."""

    title: Text
    unit: Unit | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRow:
    """One row, a cell for each column; ``watch`` asks for a look. ``None``: nothing to measure."""

    cells: tuple[str | float | Text | None, ...]
    level: RowLevel = RowLevel.PLAIN
    watch: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureTable:
    """A titled table of figures, with a note on how to read it."""

    title: Text
    columns: tuple[FigureColumn, ...]
    rows: tuple[FigureRow, ...]
    note: Text | None = None
