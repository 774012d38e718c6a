"""The raw sheets of an input, whatever it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.common.errors import InputError
from optimizer.io.tables.columns import VISIT_SHEETS
from optimizer.io.tables.csvfolder import read_csv_folder
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.messages import table_finding
from optimizer.io.tables.raw import RawSheet
from optimizer.io.tables.schema import SheetSpec, header_key
from optimizer.io.tables.workbook import read_workbook

__all__ = ["MATRIX_NAMES", "read_sheets"]

MATRIX_NAMES = ("travel_matrix", "路程矩阵")
"""Files of a folder that hold a travel matrix, not a sheet."""


def read_sheets(
    path: Path, specs: Sequence[SheetSpec] = VISIT_SHEETS, *, limits: TableLimits = DEFAULT_LIMITS
) -> tuple[RawSheet, ...]:
    """The raw sheets of a workbook or of a folder of CSV files.

    Raises
    ------
    InputError
        ``T201``–``T212``, ``T224``.
    """
    if path.is_dir():
        sheets = read_csv_folder(path, limits, skip=frozenset(MATRIX_NAMES))
        known = {title for spec in specs for title in spec.titles}
        if not any(header_key(sheet.title) in known for sheet in sheets):
            names = ", ".join(f"{spec.zh}.csv ({spec.key}.csv)" for spec in specs if spec.required)
            raise InputError([table_finding("T208", path.name, names=names)])
        return sheets
    if not path.exists():
        raise InputError([table_finding("T201", str(path))])
    return read_workbook(path, limits)
