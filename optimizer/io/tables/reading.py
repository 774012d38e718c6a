"""What the readers of the single sheets share: the log, the cells of what was read, ids that must not repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.io.tables.cells import identifier
from optimizer.io.tables.table import FindingLog, Row, Table

__all__ = ["Reading"]


@dataclass(slots=True)
class Reading:
    """One run of the reader over a set of tables.

    Attributes
    ----------
    source
        What the input as a whole is called.
    tables
        The tables found, by key.
    log
        Where findings go.
    places
        Cell by path of the problem, filled while rows are read.
    """

    source: str
    tables: Mapping[str, Table]
    log: FindingLog
    places: dict[str, str] = field(default_factory=dict)
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def rows(self, key: str) -> tuple[Row, ...]:
        """The rows of a table, none where it is absent."""
        table = self.tables.get(key)
        return () if table is None else tuple(table.rows())

    def has(self, key: str, column: str) -> bool:
        """Whether a table is there and has the column."""
        return key in self.tables and self.tables[key].has(column)

    def new_id(self, row: Row, key: str, kind: str) -> str | None:
        """The id of a row; ``None``, with a finding, where it is missing, unreadable or was there before."""
        name = row.read(key, identifier, "")
        if not name:
            return None
        other = self._seen.setdefault((kind, name), row.place(key))
        if other != row.place(key):
            row.error("T238", key, ids=(name,), found=name, other=other)
            return None
        return name

    def note(self, path: str, row: Row, columns: Mapping[str, str]) -> None:
        """Remember the cells of an element: ``columns`` maps fields of the model to columns."""
        self.places[path] = row.place()
        for name, key in columns.items():
            self.places[f"{path}.{name}"] = row.place(key)
