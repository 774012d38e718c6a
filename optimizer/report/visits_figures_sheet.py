"""The sheet of key figures (关键指标)."""

from __future__ import annotations

from typing import Any

from optimizer.common.language import Text
from optimizer.report.figures import UNIT_WORDS, FigureRow, FigureTable, RowLevel
from optimizer.report.terms import date_text
from optimizer.report.visits_figures import figure_tables, is_watched
from optimizer.report.workbook_book import Book, Cell, Column, Kind, Tone
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.kpi import KeyFigure, Unit, key_figures
from optimizer.visits.model import Problem

__all__ = ["FIGURE_COLUMNS", "write_figures"]

_KINDS = {
    None: Kind.TEXT,
    Unit.VISITS: Kind.WHOLE,
    Unit.TASKS: Kind.WHOLE,
    Unit.CAREGIVERS: Kind.WHOLE,
    Unit.SHARE: Kind.SHARE,
    Unit.HOURS: Kind.DECIMAL,
    Unit.MINUTES: Kind.WHOLE,
    Unit.KILOMETRES: Kind.DECIMAL,
    Unit.RATIO: Kind.RATIO,
}
_TONES = {RowLevel.DETAIL: Tone.DETAIL, RowLevel.PLAIN: Tone.PLAIN, RowLevel.TOTAL: Tone.TOTAL}
_NAME_WIDTH = 24
_NUMBER_WIDTH = 11

FIGURE_COLUMNS = (
    Column(Text("指标", "Figure"), Kind.TEXT, _NAME_WIDTH),
    Column(Text("数值", "Value"), Kind.DECIMAL, _NUMBER_WIDTH),
    Column(Text("共", "of"), Kind.WHOLE, _NUMBER_WIDTH),
    Column(Text("单位", "Unit"), Kind.TEXT, _NUMBER_WIDTH),
)


def write_figures(book: Book, name: str, problem: Problem, evaluation: Evaluation) -> None:
    """Write the figures of the whole day, then those by priority group, by town and village, by caregiver."""
    figures = key_figures(problem, evaluation)
    tables = figure_tables(figures)
    width = max(len(table.columns) for table in tables)
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
    row = _write_headline(book, sheet, row, figures.headline) + 1
    for table in tables:
        row = _write_table(book, sheet, row, width, table) + 1
    sheet.freeze_panes(2, 1)
    sheet.print_area(0, 0, row - 1, width - 1)


def _write_headline(book: Book, sheet: Any, row: int, headline: tuple[KeyFigure, ...]) -> int:
    book.put_head(sheet, row, FIGURE_COLUMNS)
    for figure in headline:
        row += 1
        name, _value, of, unit = FIGURE_COLUMNS
        columns = (name, Column(figure.label, _KINDS[figure.unit], _NUMBER_WIDTH), of, unit)
        value: Cell = "–" if figure.value is None else figure.value
        cells: tuple[Cell, ...] = (figure.label, value, figure.of, UNIT_WORDS.get(figure.unit))
        book.put_row(sheet, row, columns, cells, Tone.WARM if is_watched(figure) else Tone.PLAIN)
    return row + 1


def _write_table(book: Book, sheet: Any, row: int, width: int, table: FigureTable) -> int:
    book.put(sheet, row, 0, table.title, "section")
    names, *numbers = table.columns
    columns = (
        Column(_with_unit(names.title, names.unit), Kind.WRAP, _NAME_WIDTH),
        *(Column(_with_unit(column.title, column.unit), _KINDS[column.unit], _NUMBER_WIDTH) for column in numbers),
    )
    rows = ((tuple("–" if cell is None else cell for cell in line.cells), _tone(line)) for line in table.rows)
    below = book.put_table(sheet, row + 1, columns, rows)
    if table.note is not None:
        book.put_wide(sheet, below, width, table.note, "note")
        below += 1
    return below


def _tone(row: FigureRow) -> Tone:
    """A village keeps its own look: the row of its town already asks for a look."""
    return Tone.WARM if row.watch and row.level is RowLevel.PLAIN else _TONES[row.level]


def _with_unit(title: Text, unit: Unit | None) -> Text:
    word = UNIT_WORDS.get(unit) if unit is not None else None
    return Text(f"{title.zh} {word.zh}", f"{title.en} {word.en}") if word is not None else title
