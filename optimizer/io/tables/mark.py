"""A copy of the user's workbook in which the cells with findings are coloured and commented."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.common.errors import Finding, Severity
from optimizer.common.language import Language, Text
from optimizer.io.files import write_beside
from optimizer.io.tables.limits import DEFAULT_LIMITS
from optimizer.io.tables.raw import BrokenFormula, CellValue
from optimizer.io.tables.skipping import cell_of
from optimizer.io.tables.visits_sheets import read_sheets

__all__ = ["write_marked_workbook"]

_COLOURS = {Severity.ERROR: "F8CBAD", Severity.WARNING: "FFE699", Severity.NOTICE: "DDEBF7"}
_GRAVITY = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)
_LIST = Text("问题清单", "Findings")
_HEAD = (Text("程度", "severity"), Text("位置", "place"), Text("编号", "code"), Text("问题", "what is wrong"))
_WORDS = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("提醒", "warning"),
    Severity.NOTICE: Text("已理解", "understood"),
}
_LONGEST = 1_000
_WIDTH, _LINE = 360, 22


def write_marked_workbook(
    path: Path, findings: Sequence[Finding], target: Path, *, language: Language, inputs: Sequence[Path] = ()
) -> None:
    """Write the marked copy; the input itself is never touched.

    Parameters
    ----------
    path
        The input: ``.xlsx`` is copied with its formats, of ``.xls`` and CSV files the values are.
    findings
        Those at a cell colour and comment it; all of them are listed on a sheet of their own.
    target
        The ``.xlsx`` to write.

    Raises
    ------
    InputError
        The input cannot be read at all.
    OutputError
        The copy cannot be written there.
    """
    sheets = read_sheets(path, limits=DEFAULT_LIMITS)  # refuses what is no workbook before openpyxl sees it
    book = _copy(path) or _of_values([(sheet.label, sheet.rows) for sheet in sheets])
    for (sheet, cell), here in sorted(_by_cell(findings, book.sheetnames).items()):
        _mark(book[sheet], cell, here, language)
    _write_list(book, findings, language)
    with write_beside(target, inputs=(path, *inputs)) as beside:
        book.save(beside)


def _copy(path: Path) -> openpyxl.Workbook | None:
    if path.is_dir() or path.read_bytes()[:4] != b"PK\x03\x04":
        return None
    return openpyxl.load_workbook(path)


def _of_values(sheets: Sequence[tuple[str, Sequence[Sequence[CellValue]]]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    cell = sheet.cell(row=number, column=column)
                    cell.value = value.error if isinstance(value, BrokenFormula) else value
                    cell.data_type = "s" if isinstance(value, str) else cell.data_type
    if book.active is not None and sheets:
        book.remove(book.active)
    return book


def _by_cell(findings: Sequence[Finding], sheets: Sequence[str]) -> Mapping[tuple[str, str], list[Finding]]:
    cells: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        place = cell_of(finding.where)
        if place is not None and place[0] in sheets:
            cells[place[0], f"{place[1]}{place[2]}"].append(finding)
    return cells


def _mark(sheet: Worksheet, name: str, findings: Sequence[Finding], language: Language) -> None:
    cell = sheet[name]
    gravest = min(findings, key=lambda finding: _GRAVITY.index(finding.severity)).severity
    cell.fill = PatternFill("solid", start_color=_COLOURS[gravest], end_color=_COLOURS[gravest])
    if not hasattr(cell, "comment") or type(cell).__name__ == "MergedCell":
        return
    lines = [f"{one.code} {one.found.in_(language)}；{one.action.in_(language)}" for one in findings]
    comment = Comment("\n".join(lines)[:_LONGEST], "careplan")
    comment.width, comment.height = _WIDTH, _LINE * (1 + 3 * len(lines))
    cell.comment = comment


def _write_list(book: openpyxl.Workbook, findings: Sequence[Finding], language: Language) -> None:
    title = _LIST.in_(language)
    while title in book.sheetnames:
        title += "_"
    sheet = book.create_sheet(title, 0)
    sheet.append([text.in_(language) for text in _HEAD])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for finding in sorted(findings, key=lambda one: _GRAVITY.index(one.severity)):
        sheet.append([_WORDS[finding.severity].in_(language), finding.where, finding.code, finding.sentence(language)])
        last = sheet.max_row
        place = cell_of(finding.where)
        sheet.cell(row=last, column=4).data_type = "s"
        if place is not None and place[0] in book.sheetnames:
            target = place[0].replace("'", "''")
            sheet.cell(row=last, column=2).hyperlink = f"#'{target}'!{place[1]}{place[2]}"
        sheet.cell(row=last, column=1).fill = PatternFill("solid", start_color=_COLOURS[finding.severity])
    for column, width in zip("ABCD", (8, 24, 8, 100), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
