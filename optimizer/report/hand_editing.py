"""What lets the plan workbook be changed by hand and read back: locks, drop-down lists, breaks, changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from optimizer.common.language import Text
from optimizer.report.visits_rows import DayView, RouteRows
from optimizer.report.workbook_book import Book, Cell, Column, Kind, Tone, clean
from optimizer.visits.differences import DifferenceKind, PlanDifference
from optimizer.visits.evaluation import BreakTiming
from optimizer.visits.model import LockLevel, Visit

__all__ = ["BREAK_COLUMNS", "CHANGE_COLUMNS", "lock_word", "offer_editing", "write_breaks", "write_changes"]

BREAK_COLUMNS = (
    Column(Text("护理员", "Caregiver"), Kind.TEXT, 14),
    Column(Text("班次", "Shift"), Kind.TEXT, 12),
    Column(Text("休息编号", "Break"), Kind.TEXT, 14),
    Column(Text("开始", "Start"), Kind.TIME, 8),
    Column(Text("分钟", "Minutes"), Kind.WHOLE, 8),
)
CHANGE_COLUMNS = (
    Column(Text("变动", "Change"), Kind.TEXT, 10),
    Column(Text("上门编号", "Visit"), Kind.TEXT, 13),
    Column(Text("服务对象", "Client"), Kind.TEXT, 12),
    Column(Text("原护理员", "Caregiver before"), Kind.TEXT, 16),
    Column(Text("新护理员", "Caregiver now"), Kind.TEXT, 16),
    Column(Text("原开始", "Start before"), Kind.TIME, 9),
    Column(Text("新开始", "Start now"), Kind.TIME, 9),
)
DIFFERENCE_WORDS = {
    DifferenceKind.MOVED: Text("换人", "other caregiver"),
    DifferenceKind.RETIMED: Text("改时", "other time"),
    DifferenceKind.ADDED: Text("新排", "now planned"),
    DifferenceKind.LEFT_OUT: Text("改为不排", "now left out"),
}
"""What became of a visit, in a word."""

_WHO, _WHEN = Text("人", "who"), Text("时", "when")
_LIST_LIMIT = 250  # characters that a drop-down list of literal words may have
_EDITABLE = ("Caregiver", "Start", "Locked")
_NOTE = Text(
    "可以改：清空护理员即不安排；锁定写“人”（只定人）或“时”（定人定时）。改完保存，再用 careplan visits check 复核。",
    "May be changed: clear the caregiver to leave the visit out; lock with who, or when (who and when). "
    "Save, then judge it with careplan visits check.",
)


def lock_word(visit: Visit, caregiver: str) -> Text | str:
    """How the lock of one member of a visit stands in the workbook."""
    lock = next((lock for lock in visit.locks if lock.caregiver == caregiver), None)
    if lock is None:
        return ""
    return _WHO if lock.level is LockLevel.CAREGIVER else _WHEN


def offer_editing(book: Book, sheet: Any, below: int, columns: Sequence[Column], day: DayView) -> None:
    """Give the columns that may be changed a note and drop-down lists."""
    last = max(below - 1, 1)
    for index, column in enumerate(columns):
        if column.title.en in _EDITABLE:
            sheet.write_comment(0, index, book.text(_NOTE), {"x_scale": 2, "y_scale": 1.6, "visible": False})
        if column.title.en == "Locked":
            words = [book.text(_WHO), book.text(_WHEN)]
            rule = {"validate": "list", "source": words, "error_type": "information"}
            sheet.data_validation(1, index, last, index, rule)
        if column.title.en == "Caregiver":
            names = [clean(caregiver.id) for caregiver in sorted(day.problem.caregivers, key=lambda one: one.id)]
            if names and len(",".join(names)) <= _LIST_LIMIT and not any("," in name for name in names):
                rule = {"validate": "list", "source": names, "error_type": "information"}
                sheet.data_validation(1, index, last, index, rule)


def write_breaks(book: Book, name: str, day: DayView) -> None:
    """Write every break of the plan: a plan read back takes its breaks from here."""
    sheet = book.add_sheet(name, landscape=False)
    book.set_widths(sheet, BREAK_COLUMNS)
    rows = ((_break_cells(day, route, taken), Tone.PLAIN) for route in day.routes for taken in route.evaluation.breaks)
    book.put_table(sheet, 0, BREAK_COLUMNS, rows)
    sheet.freeze_panes(1, 0)


def _break_cells(day: DayView, route: RouteRows, taken: BreakTiming) -> list[Cell]:
    minutes = round(day.clock.minutes(taken.duration_t))
    return [route.caregiver.id, route.shift.id, taken.id, taken.start_t, minutes]


def write_changes(book: Book, name: str, differences: Sequence[PlanDifference]) -> None:
    """Write what differs from the plan that was there before, and whom it concerns."""
    sheet = book.add_sheet(name, landscape=True)
    book.set_widths(sheet, CHANGE_COLUMNS)
    below = book.put_table(sheet, 0, CHANGE_COLUMNS, ((_cells(one), Tone.PLAIN) for one in differences))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(below - 1, 1), len(CHANGE_COLUMNS) - 1)


def _cells(one: PlanDifference) -> list[Cell]:
    return [
        DIFFERENCE_WORDS[one.kind],
        one.visit,
        one.client,
        " ".join(one.caregivers_before),
        " ".join(one.caregivers_after),
        one.start_before_t,
        one.start_after_t,
    ]
