"""Which rows of 上门任务 belong to the day that is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from optimizer.common.language import Text
from optimizer.io.tables.cells import date_value, dates, text, weekdays
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.table import Row

__all__ = ["DayRows", "choose_day"]

_SHOWN = 8
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NO_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DayRows:
    """The day, the name of the plan, the rows of visits of that day, and those of other days."""

    day: date
    name: str
    rows: tuple[Row, ...]
    others: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Dated:
    row: Row
    dates: tuple[date, ...]
    weekdays: frozenset[int]

    def is_on(self, day: date, every_row: bool) -> bool:
        return every_row or day in self.dates or day.isoweekday() in self.weekdays


def choose_day(reading: Reading, day: date | None) -> DayRows:
    """The rows of ``day``, or of the only day that the tables speak of where ``day`` is not given."""
    name, written_day = _day_sheet(reading)
    every_row = not (reading.has("visits", "date") or reading.has("visits", "weekday"))
    dated = [_dated(row, every_row) for row in reading.rows("visits")]
    chosen = day or written_day or _only_day(dated)
    if chosen is None:
        if dated:
            reading.log.error("T260", _sheet(reading), days=_days(dated))
        return DayRows(_NO_DAY, name, tuple(entry.row for entry in dated), ())
    today = tuple(entry.row for entry in dated if entry.is_on(chosen, every_row))
    others = tuple(entry.row for entry in dated if not entry.is_on(chosen, every_row))
    if dated and not today:
        reading.log.error("T261", _sheet(reading), day=chosen.isoformat(), days=_days(dated))
    elif others:
        reading.log.warning("T264", _sheet(reading), count=len(others))
    return DayRows(chosen, name, today, others)


def _day_sheet(reading: Reading) -> tuple[str, date | None]:
    row = next(iter(reading.rows("day")), None)
    if row is None:
        return "", None
    return row.read("name", text, ""), row.read("date", date_value, None)


def _dated(row: Row, every_row: bool) -> _Dated:
    given = row.value("date") is not None or row.value("weekday") is not None
    if not given and not every_row:
        row.error("T262", "date" if "date" in row.table.columns else "weekday")
    return _Dated(row, row.read("date", dates, ()), row.read("weekday", weekdays, frozenset()))


def _only_day(dated: Sequence[_Dated]) -> date | None:
    days = {day for entry in dated for day in entry.dates}
    if len(days) == 1 and all(entry.dates and not entry.weekdays for entry in dated):
        return next(iter(days))
    return None


def _days(dated: Sequence[_Dated]) -> Text:
    days = sorted({day for entry in dated for day in entry.dates})
    week = sorted({number for entry in dated for number in entry.weekdays})
    named = [day.isoformat() for day in days[:_SHOWN]] + (["…"] if len(days) > _SHOWN else [])
    zh = named + ["星期" + _WEEKDAYS_ZH[number - 1] for number in week]
    en = named + [_WEEKDAYS_EN[number - 1] for number in week]
    return Text("、".join(zh) or "没有日期", ", ".join(en) or "no dates")


def _sheet(reading: Reading) -> str:
    return reading.tables["visits"].sheet.label
