"""Reads the sheets of an old .xls workbook (BIFF, Excel 97–2003) by xlrd."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import xlrd

from optimizer.common.errors import InputError
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.messages import table_finding
from optimizer.io.tables.raw import BrokenFormula, CellRange, CellValue, RawSheet

__all__ = ["is_old_workbook", "read_old_workbook"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def is_old_workbook(path: Path) -> bool:
    """Whether a file begins as the old Office formats do."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_OLE)) == _OLE
    except OSError:
        return False


def read_old_workbook(path: Path, limits: TableLimits) -> tuple[RawSheet, ...]:
    """Every worksheet of an old workbook, hidden ones too.

    Raises
    ------
    InputError
        ``T203`` not readable, ``T204`` a password, ``T205`` too large, ``T224`` too many cells.
    """
    size = path.stat().st_size
    if size > limits.max_file_bytes:
        raise InputError([table_finding("T205", path.name, size=f"{size:,}", limit=f"{limits.max_file_bytes:,}")])
    data = path.read_bytes()
    if _ENCRYPTED_STREAM in data:
        raise InputError([table_finding("T204", path.name)])
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True)
        return tuple(_raw(sheet, book, limits) for sheet in book.sheets())
    except InputError:
        raise
    except xlrd.XLRDError as error:
        raise InputError([table_finding("T204" if "encrypted" in str(error) else "T203", path.name)]) from error
    except Exception as error:
        # xlrd trusts what it reads: a damaged file ends in any exception at all.
        raise InputError([table_finding("T203", path.name)]) from error


def _raw(sheet: Any, book: Any, limits: TableLimits) -> RawSheet:
    if sheet.nrows * sheet.ncols > limits.max_cells:
        shown = {"rows": f"{sheet.nrows:,}", "columns": f"{sheet.ncols:,}", "limit": f"{limits.max_cells:,}"}
        raise InputError([table_finding("T224", sheet.name, last=f"{sheet.nrows}:{sheet.ncols}", **shown)])
    return RawSheet(
        title=sheet.name,
        label=sheet.name,
        rows=tuple(
            tuple(_value(sheet.cell(row, column), book.datemode) for column in range(sheet.row_len(row)))
            for row in range(sheet.nrows)
        ),
        merged=tuple(CellRange(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells),
        hidden_rows=frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden),
        is_hidden=sheet.visibility != 0,
    )


def _value(cell: Any, datemode: int) -> CellValue:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return BrokenFormula(xlrd.error_text_from_code.get(cell.value, "#?"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(float(cell.value), datemode)
    value: CellValue = cell.value
    return value


def _date(serial: float, datemode: int) -> CellValue:
    moment: datetime = xlrd.xldate_as_datetime(serial, datemode)
    return moment.time() if 0 <= serial < 1 else moment
