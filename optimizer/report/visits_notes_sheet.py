"""The sheet of notes (说明): how the plan was made, what its cost is made of, the prices and their sources."""

from __future__ import annotations

from typing import Any

from optimizer.common.language import Text
from optimizer.report.terms import STATUSES, objective_text, travel_source_text
from optimizer.report.visits_run import RunFacts, weight_texts
from optimizer.report.workbook_book import Book, Column, Kind, Tone
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem

__all__ = ["READING_NOTES", "run_lines", "write_notes"]

READING_NOTES: tuple[Text, ...] = (
    Text(
        "这是建议派工单：由人确认后才执行，可以改动；改动后请用 careplan visits check 复核。",
        "This is a proposal: a person confirms it and may change it; check a changed plan with careplan visits check.",
    ),
    Text(
        "所有时间和数字都由独立的复核程序从原始数据重新计算。",
        "Every time and figure was recomputed from the input by an independent referee.",
    ),
    Text(
        "先比较必做未安排的次数，再比较代价。代价把下列各项折算成路程时间后相加，权重可以修改。",
        "Plans compare by mandatory visits left out first, then by cost: the parts below turned into travel time and "
        "summed. Every weight can be changed.",
    ),
    Text(
        "未安排一次的价格 = 价格表 ×（1 + 距最迟日期已过的比例 + 0.5 × 此前连续未安排次数）；"
        "到最迟日期即为必做。系数为假设。",
        "Price of leaving a visit out = table price × (1 + share of the time to the latest date that has passed + "
        "0.5 × times left out in a row); on the latest date it becomes mandatory. The factors are assumptions.",
    ),
)
"""What a reader has to know to read the figures rightly."""

_WEIGHT_COLUMNS = (
    Column(Text("项目", "Part of the cost"), Kind.TEXT, 26),
    Column(Text("本计划数值", "In this plan"), Kind.DECIMAL, 14),
    Column(Text("权重", "Weight"), Kind.TEXT, 12),
    Column(Text("计入代价", "Adds to cost"), Kind.DECIMAL, 14),
    Column(Text("含义", "Meaning"), Kind.WRAP, 60),
)
_PRICE_COLUMNS = (
    Column(Text("优先组", "Priority group"), Kind.TEXT, 26),
    Column(Text("编号", "Code"), Kind.TEXT, 14),
    Column(Text("秒", "Seconds"), Kind.WHOLE, 12),
    Column(Text("等于路程 分", "Minutes of travel"), Kind.DECIMAL, 14),
    Column(Text("来源", "Source"), Kind.WRAP, 60),
)


def run_lines(problem: Problem, evaluation: Evaluation, run: RunFacts) -> tuple[tuple[Text, Text], ...]:
    """How the plan was made, as pairs of a name and a value; what is not known is left out."""
    lines = [(Text("结果", "Result"), STATUSES[run.status])] if run.status is not None else []
    cost = f"{evaluation.cost:,.1f}"
    lines.append((Text("必做未安排", "Mandatory left out"), _same(str(evaluation.mandatory_left_out))))
    lines.append((Text("代价", "Cost"), _same(cost)))
    if run.bound is not None:
        lines.append((Text("代价下界", "Lower bound"), _same(f"{run.bound:,.1f}")))
    lines.append((Text("权重预设", "Objective"), objective_text(run.objective.name)))
    if run.engine:
        lines.append((Text("计算引擎", "Engine"), _same(run.engine)))
    if run.seed is not None:
        lines.append((Text("随机种子", "Seed"), _same(str(run.seed))))
    if run.seconds is not None:
        lines.append((Text("计算用时 秒", "Seconds of computing"), _same(f"{run.seconds:.1f}")))
    if run.iterations is not None:
        lines.append((Text("迭代次数", "Iterations"), _same(f"{run.iterations:,}")))
    if run.travel_source:
        lines.append((Text("路程数据", "Travel times"), travel_source_text(run.travel_source)))
    if run.versions:
        lines.append((Text("版本", "Versions"), _same(", ".join(f"{k} {v}" for k, v in sorted(run.versions.items())))))
    if problem.name:
        lines.insert(0, (Text("名称", "Name"), _same(problem.name)))
    return tuple(lines)


def write_notes(book: Book, name: str, problem: Problem, evaluation: Evaluation, run: RunFacts) -> None:
    """Write the sheet of notes."""
    width = len(_WEIGHT_COLUMNS)
    sheet = book.add_sheet(name, landscape=True)
    book.set_widths(sheet, _WEIGHT_COLUMNS)
    book.put_wide(sheet, 0, width, Text("说明", "Notes"), "title", height=26)
    row = 1
    for note in (*READING_NOTES, *run.notes):
        book.put_wide(sheet, row, width, note, "note", height=30)
        row += 1
    row = _write_run(book, sheet, row + 1, problem, evaluation, run)
    row = _write_weights(book, sheet, row + 1, problem, evaluation, run)
    row = _write_prices(book, sheet, row + 1, problem)
    sheet.freeze_panes(1, 0)
    sheet.print_area(0, 0, row - 1, width - 1)


def _write_run(book: Book, sheet: Any, row: int, problem: Problem, evaluation: Evaluation, run: RunFacts) -> int:
    book.put(sheet, row, 0, Text("怎样得出", "How it was made"), "section")
    for title, value in run_lines(problem, evaluation, run):
        row += 1
        book.put(sheet, row, 0, title, "quiet")
        sheet.merge_range(row, 1, row, len(_WEIGHT_COLUMNS) - 1, "", book.style("note"))
        book.put(sheet, row, 1, value, "note")
    return row + 1


def _write_weights(book: Book, sheet: Any, row: int, problem: Problem, evaluation: Evaluation, run: RunFacts) -> int:
    book.put(sheet, row, 0, Text("代价由什么组成", "What the cost is made of"), "section")
    rows = []
    for component, title, weight, meaning in weight_texts(run.objective, problem.cost_unit_s):
        value = evaluation.components.get(component, 0.0)
        rows.append(((title, value, f"{weight:.4g}", weight * value, meaning), Tone.PLAIN))
    return book.put_table(sheet, row + 1, _WEIGHT_COLUMNS, rows)


def _write_prices(book: Book, sheet: Any, row: int, problem: Problem) -> int:
    title = Text("优先级价格表：未安排一次相当于多少路程", "Prices: leaving a visit out once equals so much travel")
    book.put(sheet, row, 0, title, "section")
    groups = sorted(problem.priorities, key=lambda group: (-group.price_s, group.id))
    rows = (
        (
            (Text(group.zh, group.en), group.id, group.price_s, group.price_s / 60, source_text(group.source)),
            Tone.PLAIN,
        )
        for group in groups
    )
    return book.put_table(sheet, row + 1, _PRICE_COLUMNS, rows)


def source_text(source: str) -> Text:
    """Where a price comes from; the word for an assumption is translated, other sources stand as given."""
    return Text("假设", "assumption") if source == "assumption" else _same(source)


def _same(text: str) -> Text:
    return Text(text, text)
