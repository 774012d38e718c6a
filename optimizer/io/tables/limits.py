"""How much of a file is read at most; beyond it a file is refused with the numbers, before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_LIMITS", "TableLimits"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TableLimits:
    """Limits of the tables reader; a city's day of 6,000 visits takes about 1 MB and 100,000 cells.

    Attributes
    ----------
    max_file_bytes
        Size of the workbook, or of one CSV file.
    max_unpacked_bytes
        Size of everything inside a workbook (which is a zip archive) once unpacked.
    max_cells
        Rows × columns of a sheet, from A1 to the last cell that holds something.
    max_text
        Characters of one cell.
    header_search_rows
        How many rows from the top are searched for the row of headers.
    """

    max_file_bytes: int = 20_000_000
    max_unpacked_bytes: int = 200_000_000
    max_cells: int = 5_000_000
    max_text: int = 2_000
    header_search_rows: int = 10


DEFAULT_LIMITS = TableLimits()
"""The limits where nobody says otherwise."""
