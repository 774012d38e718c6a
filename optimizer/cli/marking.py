"""``careplan visits validate --mark``: the copy of the user's workbook with its findings."""

from __future__ import annotations

from pathlib import Path

from optimizer.cli.console import output
from optimizer.cli.day import Reading, read_day
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import Finding, InputError

__all__ = ["write_mark"]


def write_mark(path: Path, reading: Reading, target: Path) -> None:
    """Write the marked copy, whether or not the day can be used.

    Raises
    ------
    InputError
        The input is no workbook or folder of tables.
    OutputError
        The copy cannot be written.
    """
    from optimizer.io.tables.mark import write_marked_workbook  # loads openpyxl

    write_marked_workbook(path, _findings(path, reading), target, language=LANGUAGE)
    output.print(say(f"已写出 {target}", f"wrote {target}"), markup=False)


def _findings(path: Path, reading: Reading) -> tuple[Finding, ...]:
    try:
        loaded = read_day(path, reading)
    except InputError as error:
        return error.findings
    return (*loaded.warnings, *loaded.bad_rows)
