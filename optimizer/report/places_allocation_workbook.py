"""The workbook of an allocation for the office: key figures, reasons, institutions, everybody's place by id."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from optimizer.common.language import Language, Text
from optimizer.places.decision.public import public_cutoffs
from optimizer.places.model import PlacesProblem
from optimizer.places.result import AllocationResult
from optimizer.report.clock import DayClock
from optimizer.report.places_allocation import (
    allocation_figures,
    allocation_leads,
    class_rows,
    house_rows,
    proof_lines,
    reason_rows,
)
from optimizer.report.workbook_book import Book, Cell, Column, Kind, Tone

__all__ = ["allocation_workbook"]

_NO_DAY = date(1980, 1, 1)
"""The file's own date: results have none, and the same result gives the same bytes."""

_NUMBER = Column(Text("人数、数值", "number"), Kind.WHOLE, 14)
_FIGURES = (Column(Text("数字", "figure"), Kind.WRAP, 44), _NUMBER)
_CLASSES = (
    Column(Text("类别", "class"), Kind.WRAP, 44),
    Column(Text("申请", "applied"), Kind.WHOLE, 12),
    Column(Text("安排", "placed"), Kind.WHOLE, 12),
)
_REASONS = (Column(Text("未安排的原因", "why not placed"), Kind.WRAP, 60), _NUMBER)
_HOUSES = (
    Column(Text("机构", "institution"), Kind.TEXT, 12),
    Column(Text("名称", "name"), Kind.WRAP, 28),
    Column(Text("镇街", "town"), Kind.TEXT, 14),
    Column(Text("位数", "places"), Kind.WHOLE, 9),
    Column(Text("本次安排", "placed now"), Kind.WHOLE, 10),
    Column(Text("最远（米）", "largest distance (m)"), Kind.WHOLE, 12),
)
_PLACES = (
    Column(Text("申请", "application"), Kind.TEXT, 14),
    Column(Text("机构", "institution"), Kind.TEXT, 12),
    Column(Text("名称", "name"), Kind.WRAP, 28),
    Column(Text("班级（床位组）", "pool"), Kind.TEXT, 24),
    Column(Text("第几志愿", "choice"), Kind.WHOLE, 9),
    Column(Text("距离（米）", "distance (m)"), Kind.WHOLE, 11),
    Column(Text("备注", "remark"), Kind.WRAP, 24),
)
_OUT = (Column(Text("申请", "application"), Kind.TEXT, 14), Column(Text("原因", "reason"), Kind.WRAP, 60))
_CUTOFFS = (
    Column(Text("班级（床位组）", "pool"), Kind.TEXT, 26),
    Column(Text("预留", "reserve"), Kind.TEXT, 14),
    Column(Text("名额", "places"), Kind.WHOLE, 8),
    Column(Text("类别", "class"), Kind.WHOLE, 8),
    Column(Text("距离段", "distance band"), Kind.WHOLE, 10),
    Column(Text("摇号名次", "rank in the draw"), Kind.WHOLE, 11),
    Column(Text("说明", "note"), Kind.TEXT, 16),
)


def allocation_workbook(problem: PlacesProblem, result: AllocationResult, *, language: Language = Language.ZH) -> bytes:
    """An allocation as the bytes of an ``.xlsx`` file; not for publication (see :mod:`places_public_workbook`)."""
    book = Book(_NO_DAY, language, DayClock(1))
    lead = allocation_leads(result)[:1]
    leads = [*allocation_leads(result), *proof_lines(result), *result.notes]
    _sheet(book, Text("结果", "Result"), leads, _FIGURES, allocation_figures(result))
    _sheet(book, Text("类别", "Classes"), lead, _CLASSES, class_rows(result))
    _sheet(book, Text("原因", "Reasons"), lead, _REASONS, reason_rows(result))
    houses = [(one.id, one.name, one.town, *figures) for one, *figures in house_rows(problem, result)]
    _sheet(book, Text("机构", "Institutions"), lead, _HOUSES, houses)
    _sheet(book, Text("安排", "Places"), lead, _PLACES, _places(problem, result))
    _sheet(book, Text("未安排", "Not placed"), lead, _OUT, [(one.applicant, one.reason) for one in result.unplaced])
    if result.rules is not None and (cutoffs := public_cutoffs(result.rules, result)):
        rows = [
            (
                one.pool,
                one.reserve or "",
                one.places,
                one.class_number,
                one.distance_band,
                one.lottery_rank,
                "" if one.is_full else Text("还有空位", "places are left"),
            )
            for one in cutoffs
        ]
        _sheet(book, Text("录取线", "Cut-offs"), lead, _CUTOFFS, rows)
    return book.finish()


def _places(problem: PlacesProblem, result: AllocationResult) -> Iterable[tuple[Cell, ...]]:
    name = {one.id: one.name for one in problem.institutions}
    for one in result.assignments:
        zh, en = [], []
        for is_so, remark in (
            (one.incumbent, Text("保留原位", "keeps the place held")),
            (one.beyond_limit, Text("超过距离上限", "beyond the limit")),
            (one.above_capacity, Text("超额", "above the capacity")),
            (one.reserve is not None, Text(f"预留 {one.reserve}", f"reserve {one.reserve}")),
        ):
            if is_so:
                zh.append(remark.zh)
                en.append(remark.en)
        remark = Text("、".join(zh), ", ".join(en))
        yield (one.applicant, one.institution, name[one.institution], one.pool, one.choice, one.distance_m, remark)


def _sheet(
    book: Book, name: Text, leads: Iterable[Text], columns: tuple[Column, ...], rows: Iterable[Iterable[Cell]]
) -> None:
    title = book.text(name)
    sheet = book.add_sheet(book.reserve_name(title), landscape=True, footer=title)
    book.set_widths(sheet, columns)
    book.put_wide(sheet, 0, len(columns), title, "title", height=24)
    row = 1
    for lead in leads:
        book.put_wide(sheet, row, len(columns), lead, "alert" if row == 1 else "note", height=30)
        row += 1
    book.put_table(sheet, row, columns, ((cells, Tone.PLAIN) for cells in rows))
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
