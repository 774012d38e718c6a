"""公示表: what may be shown to everybody, by application number, and the waiting lists. No names, no small counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from optimizer.common.language import Language, Text
from optimizer.places.decision.public import SMALLEST, PublicCount, PublicCutOff, public_counts, public_cutoffs
from optimizer.places.decision.waiting import WaitingRow, waiting_list
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationResult
from optimizer.report.clock import DayClock
from optimizer.report.workbook_book import Book, Cell, Column, Kind, Tone

__all__ = ["public_workbook"]

_HIDDEN = Text(f"*（少于 {SMALLEST} 或为保密）", f"* (under {SMALLEST}, or kept back)")
_TRIAL = Text("试算，不得公布", "a trial, not to be published")
_PLACES = (
    Column(Text("申请编号", "Application"), Kind.TEXT, 14),
    Column(Text("机构", "Institution"), Kind.TEXT, 28),
    Column(Text("班级（床位组）", "Pool"), Kind.TEXT, 26),
)
_WAITING = (
    Column(Text("机构", "Institution"), Kind.TEXT, 24),
    Column(Text("班级（床位组）", "Pool"), Kind.TEXT, 22),
    Column(Text("候补名次", "Rank"), Kind.WHOLE, 9),
    Column(Text("申请编号", "Application"), Kind.TEXT, 14),
    Column(Text("怎样轮到", "What would have to happen"), Kind.WRAP, 60),
)
_CUTOFFS = (
    Column(Text("班级（床位组）", "Pool"), Kind.TEXT, 26),
    Column(Text("预留", "Reserve"), Kind.TEXT, 14),
    Column(Text("名额", "Places"), Kind.WHOLE, 8),
    Column(Text("类别", "Class"), Kind.WHOLE, 8),
    Column(Text("距离段", "Distance band"), Kind.WHOLE, 9),
    Column(Text("摇号名次", "Rank in the draw"), Kind.WHOLE, 10),
    Column(Text("说明", "Note"), Kind.TEXT, 16),
)
_COUNTS = (
    Column(Text("类别、人群", "Class, group"), Kind.TEXT, 30),
    Column(Text("申请", "Applied"), Kind.TEXT, 20),
    Column(Text("安排", "Placed"), Kind.TEXT, 20),
    Column(Text("未安排", "Not placed"), Kind.TEXT, 20),
)


def public_workbook(
    problem: PlacesProblem, policy: Policy, result: AllocationResult, day: date, *, language: Language = Language.ZH
) -> bytes:
    """The public tables of a result; ids of applicants are shown as they are, so they must be application numbers."""
    book = Book(day, language, DayClock(1))
    names = {one.id: one.name or one.id for one in problem.institutions}
    places = [(one.applicant, names[one.institution], one.pool) for one in result.assignments]
    waiting = [_waiting(one, names) for one in waiting_list(problem, policy, result)]
    trial = not result.official
    _sheet(book, Text("录取名单", "Places"), _PLACES, places, trial=trial)
    _sheet(book, Text("候补名单", "Waiting lists"), _WAITING, waiting, trial=trial)
    _sheet(
        book,
        Text("录取线", "Cut-offs"),
        _CUTOFFS,
        [_cutoff(one) for one in public_cutoffs(policy, result)],
        trial=trial,
    )
    _sheet(
        book,
        Text("人数", "Counts"),
        _COUNTS,
        [_count(one) for one in public_counts(problem, policy, result)],
        trial=trial,
    )
    return book.finish()


def _sheet(book: Book, name: Text, columns: tuple[Column, ...], rows: Iterable[Iterable[Cell]], *, trial: bool) -> None:
    title = book.text(name) + (f"（{book.text(_TRIAL)}）" if trial else "")
    sheet = book.add_sheet(book.reserve_name(book.text(name)), landscape=True, footer=title)
    book.set_widths(sheet, columns)
    book.put_wide(sheet, 0, len(columns), title, "title", height=24)
    book.put_table(sheet, 1, columns, ((row, Tone.PLAIN) for row in rows))
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(1)


def _waiting(one: WaitingRow, names: dict[str, str]) -> tuple[Cell, ...]:
    return names[one.institution], one.pool, one.rank, one.applicant, one.text


def _cutoff(one: PublicCutOff) -> tuple[Cell, ...]:
    note: Cell = "" if one.is_full else Text("还有空位", "places are left")
    return one.pool, one.reserve or "", one.places, one.class_number, one.distance_band, one.lottery_rank, note


def _count(one: PublicCount) -> tuple[Cell, ...]:
    shown: list[Cell] = [
        _HIDDEN if number is None else str(number) for number in (one.applied, one.placed, one.unplaced)
    ]
    return one.name, *shown
