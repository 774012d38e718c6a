"""Tables that people fill in: a workbook, or a folder of CSV files with the same names.

Raw cells (:mod:`.workbook`, :mod:`.csvfolder`) become tables with understood headers (:mod:`.table`, after
:mod:`.columns`), their cells become values or findings (:mod:`.cells`, :mod:`.clock`, :mod:`.staffing`), and rows
become a problem (:mod:`.visits`).
"""

from optimizer.io.tables.columns import VISIT_SHEETS, column_reference
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.source import TableSource
from optimizer.io.tables.template import write_template
from optimizer.io.tables.visits import TablesInput, is_tables, read_tables
from optimizer.io.tables.write import write_tables

__all__ = [
    "VISIT_SHEETS",
    "TableLimits",
    "TableSource",
    "TablesInput",
    "column_reference",
    "is_tables",
    "read_tables",
    "write_tables",
    "write_template",
]
