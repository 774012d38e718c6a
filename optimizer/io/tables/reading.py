"""What the readers of the single sheets share: the log, the cells of what was read, ids that must not repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.io.gazetteer import AddressBook, Precision
from optimizer.io.tables.cells import identifier
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.table import Row, Table
from optimizer.travel.coordinates import CoordinateSystem

__all__ = ["LocatedRow", "Reading"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LocatedRow:
    """A row without coordinates: what it says of its place, and how near the point is that was found, if any."""

    place: str
    name: str
    town: str
    village: str
    precision: Precision | None


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
    addresses
        Where addresses are looked up; ``None``: they are not.
    system
        The coordinate system of all points whose row says none; ``None``: each row must.
    located
        What became of the rows without coordinates.
    """

    source: str
    tables: Mapping[str, Table]
    log: FindingLog
    places: dict[str, str] = field(default_factory=dict)
    addresses: AddressBook | None = None
    system: CoordinateSystem | None = None
    located: list[LocatedRow] = field(default_factory=list)
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
