"""The sheet of key figures (关键指标)."""

from __future__ import annotations

from typing import Any

from optimizer.common.language import Text
from optimizer.report.figures import Figure, FigureKind, FigureTable, RowLevel
from optimizer.report.terms import date_text
from optimizer.report.visits_figures import figure_cards, figure_tables
from optimizer.report.workbook_book import Book, Cell, Column, Kind, Tone
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem

__all__ = ["write_figures"]

_KINDS = {
    FigureKind.TEXT: Kind.TEXT,
    FigureKind.COUNT: Kind.WHOLE,
    FigureKind.SHARE: Kind.SHARE,
    FigureKind.HOURS: Kind.DECIMAL,
    FigureKind.MINUTES: Kind.WHOLE,
    FigureKind.KILOMETRES: Kind.DECIMAL,
    FigureKind.RATIO: Kind.RATIO,
}
_UNITS = {
    FigureKind.HOURS: Text("小时", "h"),
    FigureKind.MINUTES: Text("分钟", "min"),
    FigureKind.KILOMETRES: Text("公里", "km"),
}
_NAME_WIDTH = 24
_NUMBER_WIDTH = 11


def write_figures(book: Book, name: str, problem: Problem, evaluation: Evaluation) -> None:
    """Write the figures of the whole day, then those by priority group and by town."""
    tables = figure_tables(problem, evaluation)
    width = max([4, *(len(table.columns) for table in tables)])
    sheet = book.add_sheet(name, landscape=True)
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, width - 1, _NUMBER_WIDTH)
    title = Text(f"派工计划  {problem.name}", f"Visit plan  {problem.name}")
    book.put_wide(sheet, 0, width, title, "title", height=26)
    book.put_wide(sheet, 1, width, date_text(problem.date), "quiet")
    row = 2
    if evaluation.violations:
        count = len(evaluation.violations)
        broken = Text(f"违反 {count} 条规则，不能照此派工，见“违规”。", f"Breaks {count} rules: do not follow it.")
        book.put_wide(sheet, row, width, broken, "alert", height=20)
        row += 1
    row = _write_cards(book, sheet, row, figure_cards(problem, evaluation)) + 1
    for table in tables:
        row = _write_table(book, sheet, row, table) + 1
    sheet.freeze_panes(2, 1)
    sheet.print_area(0, 0, row - 1, width - 1)


def _write_cards(book: Book, sheet: Any, row: int, cards: tuple[Figure, ...]) -> int:
    book.put_head(
        sheet, row, (_text_column("指标", "Figure"), _text_column("数值", "Value"), _text_column("单位", "Unit"))
    )
    for card in cards:
        row += 1
        columns = (
            _text_column("", ""),
            Column(Text("", ""), _KINDS[card.kind], _NUMBER_WIDTH),
            _text_column("", ""),
        )
        cells: tuple[Cell, ...] = (card.title, card.value, _UNITS.get(card.kind, Text("", "")))
        book.put_row(sheet, row, columns, cells, Tone.WARM if card.watch else Tone.PLAIN)
        if card.note is not None:
            book.put(sheet, row, 3, card.note, "quiet")
    return row + 1


def _write_table(book: Book, sheet: Any, row: int, table: FigureTable) -> int:
    book.put(sheet, row, 0, table.title, "section")
    columns = tuple(Column(_with_unit(column.title, column.kind), _KINDS[column.kind], 0) for column in table.columns)
    tones = {RowLevel.DETAIL: Tone.REST, RowLevel.PLAIN: Tone.PLAIN, RowLevel.TOTAL: Tone.PLAIN}
    rows = ((line.cells, Tone.WARM if line.watch else tones[line.level]) for line in table.rows)
    return book.put_table(sheet, row + 1, columns, rows)


def _with_unit(title: Text, kind: FigureKind) -> Text:
    unit = _UNITS.get(kind)
    return Text(f"{title.zh} {unit.zh}", f"{title.en} {unit.en}") if unit is not None else title


def _text_column(zh: str, en: str) -> Column:
    return Column(Text(zh, en), Kind.TEXT, _NAME_WIDTH)
