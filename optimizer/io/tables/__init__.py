"""Tables that people fill in: a workbook, or a folder of CSV files with the same names.

Raw cells (:mod:`.workbook`, :mod:`.csvfolder`) become tables with understood headers (:mod:`.table`, after
:mod:`.columns`), their cells become values or findings (:mod:`.cells`, :mod:`.clock`, :mod:`.staffing`), and rows
become a problem (:mod:`.visits`).
"""

from optimizer.io.tables.columns import VISIT_SHEETS, column_reference
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.mapping import ColumnMapping, read_mapping
from optimizer.io.tables.options import DEFAULT_OPTIONS, TableOptions
from optimizer.io.tables.skipping import bad_rows, bad_rows_as_findings, without_bad_rows
from optimizer.io.tables.source import TableSource
from optimizer.io.tables.template import write_template
from optimizer.io.tables.visits import TablesInput, is_tables, read_tables
from optimizer.io.tables.write import write_tables

__all__ = [
    "DEFAULT_OPTIONS",
    "VISIT_SHEETS",
    "ColumnMapping",
    "TableLimits",
    "TableOptions",
    "TableSource",
    "TablesInput",
    "bad_rows",
    "bad_rows_as_findings",
    "column_reference",
    "is_tables",
    "read_mapping",
    "read_tables",
    "without_bad_rows",
    "write_tables",
    "write_template",
]
