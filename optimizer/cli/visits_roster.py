"""``careplan visits roster``: takes names out of a workbook and keeps them in a local 名册."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.console import output, print_findings
from optimizer.cli.field import load_roster
from optimizer.cli.visits_options import Columns
from optimizer.cli.words import LANGUAGE, say
from optimizer.io.files import write_beside
from optimizer.io.tables import DEFAULT_OPTIONS, VISIT_SHEETS, read_mapping
from optimizer.io.tables.pseudonyms import pseudonymise, write_sheets
from optimizer.io.tables.roster_write import write_roster

__all__ = ["roster"]

Workbook = Annotated[Path, typer.Argument(help=say("带姓名的工作簿", "a workbook with names"))]
RosterFile = Annotated[Path, typer.Option("--roster", help=say("名册，已有则沿用编号", "the roster; its ids are kept"))]
CleanOut = Annotated[Path, typer.Option("--out", help=say("去掉姓名的工作簿", "the workbook without names"))]


def roster(path: Workbook, out: CleanOut, roster_file: RosterFile = Path("名册.xlsx"), columns: Columns = None) -> None:
    """Write the workbook without names, and the roster that tells who is who."""
    known = load_roster(roster_file) if roster_file.exists() else None
    options = DEFAULT_OPTIONS
    if columns is not None:
        options = replace(options, mapping=read_mapping(columns, VISIT_SHEETS))
    made = pseudonymise(path, roster=known, options=options)
    print_findings(made.findings)
    write_roster(made.roster, roster_file, language=LANGUAGE, inputs=(path,))
    with write_beside(out, inputs=(path, roster_file)) as beside:
        write_sheets(beside, made.sheets)
    persons = len(made.roster.clients) + len(made.roster.caregivers)
    output.print(
        say(
            f"已写出 {out}（只有编号）和 {roster_file}（{persons} 人，请单独保管）",
            f"wrote {out} (ids only) and {roster_file} ({persons} persons; keep it apart)",
        ),
        markup=False,
    )
