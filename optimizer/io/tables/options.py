"""What a person may settle about how tables are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.io.gazetteer import PlaceEntry
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.mapping import NO_MAPPING, ColumnMapping

__all__ = ["DEFAULT_OPTIONS", "DEFAULT_PERIODS", "SkippedRow", "TableOptions"]

DEFAULT_PERIODS: Mapping[str, str] = {
    "上午": "08:00-11:30",
    "下午": "13:30-17:30",
    "全天": "08:00-17:30",
    "am": "08:00-11:30",
    "pm": "13:30-17:30",
    "all day": "08:00-17:30",
}
"""Parts of the day and their limits: an assumption, announced whenever it is used, changed by ``--columns``."""

SkippedRow = tuple[str, int]
"""A row that is not read: the sheet's label and the row's number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableOptions:
    """How tables are read.

    Attributes
    ----------
    limits
        How much is read at most.
    mapping
        The user's own names of sheets and columns (``--columns FILE``).
    places
        The user's own place book, to look up addresses in; ``None``: addresses are not looked up.
    skipped
        Rows that are left unread.
    """

    limits: TableLimits = DEFAULT_LIMITS
    mapping: ColumnMapping = NO_MAPPING
    places: tuple[PlaceEntry, ...] | None = None
    skipped: frozenset[SkippedRow] = field(default_factory=frozenset)

    @property
    def periods(self) -> Mapping[str, str]:
        """Window by the word for a part of the day."""
        return {**DEFAULT_PERIODS, **self.mapping.periods}


DEFAULT_OPTIONS = TableOptions()
"""Nothing settled."""
