"""The monthly ledger (工作台账): person-times by town, village and category, and how the plans were followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from optimizer.common.language import Language, Text
from optimizer.report.clock import DayClock
from optimizer.report.workbook_book import Book, Cell, Column, Kind, Tone
from optimizer.visits.records import CATEGORIES, Follow, VisitRecord, adherence, person_times

__all__ = ["LEDGER_COLUMNS", "ledger_bytes"]

_CATEGORY_COLUMNS = tuple(Column(text, Kind.WHOLE, 11) for text in CATEGORIES.values())
LEDGER_COLUMNS = (
    Column(Text("镇", "Town"), Kind.TEXT, 14),
    Column(Text("村", "Village"), Kind.TEXT, 14),
    *_CATEGORY_COLUMNS,
    Column(Text("合计 人次", "Sum"), Kind.WHOLE, 9),
)
_FOLLOW_COLUMNS = (
    Column(Text("日期", "Day"), Kind.TEXT, 12),
    Column(Text("按计划", "As planned"), Kind.WHOLE, 9),
    Column(Text("部分匹配", "Partly"), Kind.WHOLE, 9),
    Column(Text("计划外", "Unplanned"), Kind.WHOLE, 9),
    Column(Text("未完成", "Missed"), Kind.WHOLE, 9),
    Column(Text("没有记录", "Not recorded"), Kind.WHOLE, 9),
    Column(Text("排班匹配率", "Match rate"), Kind.SHARE, 11),
)
_FOLLOWS = (Follow.EXACT, Follow.PARTIAL, Follow.UNPLANNED, Follow.MISSED, Follow.NOT_RECORDED)
_SUM, _ALL = Text("全市合计", "whole city"), Text("小计", "sum")
_NO_PLACE = Text("（未填）", "(not given)")


def ledger_bytes(records: Sequence[VisitRecord], month: date, *, language: Language = Language.ZH) -> bytes:
    """The ledger of a month as a workbook; the same records give the same bytes.

    Parameters
    ----------
    records
        Those of the month.
    month
        Any day of it.
    """
    book = Book(month.replace(day=1), language, DayClock(1))
    _write_person_times(book, Text("人次", "Person-times"), person_times(records))
    _write_person_times(book, Text("计划人次", "Planned"), person_times(records, planned=True))
    _write_adherence(book, records)
    return book.finish()


def _write_person_times(book: Book, title: Text, counted: Mapping[tuple[str, str], Mapping[str, int]]) -> None:
    sheet = book.add_sheet(book.reserve_name(book.text(title)), landscape=True)
    book.set_widths(sheet, LEDGER_COLUMNS)
    book.put_table(sheet, 0, LEDGER_COLUMNS, _rows(counted))
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)


def _rows(counted: Mapping[tuple[str, str], Mapping[str, int]]) -> Iterator[tuple[list[Cell], Tone]]:
    yield _row(_SUM, "", list(counted.values())), Tone.TOTAL
    for town in dict.fromkeys(town for town, _ in counted):
        villages = {place: counts for place, counts in counted.items() if place[0] == town}
        yield _row(town or _NO_PLACE, _ALL, list(villages.values())), Tone.TOTAL
        for (_, village), counts in villages.items():
            yield _row(town or _NO_PLACE, village or _NO_PLACE, [counts]), Tone.PLAIN


def _row(town: str | Text, village: str | Text, counts: Sequence[Mapping[str, int]]) -> list[Cell]:
    sums = [sum(one[category] for one in counts) for category in CATEGORIES]
    return [town, village, *sums, sum(sums)]


def _write_adherence(book: Book, records: Sequence[VisitRecord]) -> None:
    name = Text("排班匹配率", "Match rate")
    sheet = book.add_sheet(book.reserve_name(book.text(name)), landscape=False)
    book.set_widths(sheet, _FOLLOW_COLUMNS)
    days = sorted({record.day for record in records})
    rows: list[tuple[list[Cell], Tone]] = [
        (_follow_row(day.isoformat(), [one for one in records if one.day == day]), Tone.PLAIN) for day in days
    ]
    rows.append((_follow_row(Text("合计", "sum"), records), Tone.TOTAL))
    book.put_table(sheet, 0, _FOLLOW_COLUMNS, rows)


def _follow_row(name: str | Text, records: Sequence[VisitRecord]) -> list[Cell]:
    followed = adherence(records)
    return [name, *(followed.counts[kind] for kind in _FOLLOWS), followed.rate]
