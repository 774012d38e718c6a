"""The coordinate system of a whole file, said once in the sheet 计划日."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.io.tables.cells import word
from optimizer.io.tables.table import Table
from optimizer.io.tables.words import COORDINATE_SYSTEMS
from optimizer.travel.coordinates import CoordinateSystem

__all__ = ["system_of_file"]


def system_of_file(tables: Mapping[str, Table]) -> CoordinateSystem | None:
    """The system that the sheet of the day names, ``None`` where it names none; a wrong word is a finding there."""
    table = tables.get("day")
    row = None if table is None else next(iter(table.rows()), None)
    return None if row is None else row.read("system", word(COORDINATE_SYSTEMS), None)
