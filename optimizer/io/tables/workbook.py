"""Reads the sheets of a workbook as they are: .xlsx by python-calamine, the old .xls by xlrd."""

from __future__ import annotations

from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from optimizer.common.errors import InputError
from optimizer.io.tables.archive import check_archive
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.messages import table_finding
from optimizer.io.tables.old_workbook import is_old_workbook, read_old_workbook
from optimizer.io.tables.raw import CellRange, CellValue, RawSheet
from optimizer.io.tables.sheet_scan import SheetScan

__all__ = ["read_workbook"]


def read_workbook(path: Path, limits: TableLimits) -> tuple[RawSheet, ...]:
    """Every worksheet of a workbook, hidden ones too, in the order of the file.

    Raises
    ------
    InputError
        The file is not a workbook that can be read (``T202``–``T212``, ``T224``).
    """
    if is_old_workbook(path):
        return read_old_workbook(path, limits)
    scans = check_archive(path, limits)
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return tuple(
            _raw(
                book.get_sheet_by_name(sheet.name),
                scans.get(sheet.name, SheetScan()),
                is_hidden=sheet.visible != SheetVisibleEnum.Visible,
            )
            for sheet in sheets
        )
    except PasswordError as error:
        raise InputError([table_finding("T204", path.name)]) from error
    except (CalamineError, OSError, ValueError) as error:
        raise InputError([table_finding("T207", path.name, cause=str(error)[:200])]) from error


def _raw(sheet: CalamineSheet, scan: SheetScan, *, is_hidden: bool) -> RawSheet:
    rows: list[list[CellValue]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), fault in scan.faults.items():
        _put(rows, row, column, fault)
    return RawSheet(
        title=sheet.name,
        label=sheet.name,
        rows=tuple(tuple(row) for row in rows),
        merged=tuple(_range(corners) for corners in sheet.merged_cell_ranges or ()),
        hidden_rows=frozenset(scan.hidden_rows),
        is_hidden=is_hidden,
    )


def _put(rows: list[list[CellValue]], row: int, column: int, value: CellValue) -> None:
    while len(rows) < row:
        rows.append([])
    while len(rows[row - 1]) < column:
        rows[row - 1].append(None)
    rows[row - 1][column - 1] = value


def _range(corners: tuple[tuple[int, int], tuple[int, int]]) -> CellRange:
    (top, left), (bottom, right) = corners
    return CellRange(top + 1, left + 1, bottom + 1, right + 1)
