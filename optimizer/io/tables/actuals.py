"""Reads what was written on the route sheets of a plan workbook: arrived, left, done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.io.tables.calls import service_code
from optimizer.io.tables.cells import CellError, plain, shown, text
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.messages import finding_with
from optimizer.io.tables.plan_book import clock_seconds
from optimizer.io.tables.raw import CellValue, RawSheet, is_blank
from optimizer.io.tables.schema import header_key
from optimizer.io.tables.workbook import read_workbook
from optimizer.visits.records import VisitRecord

__all__ = ["Actuals", "read_actuals"]

_LIST = ("总表", "allvisits")
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "number": ("序", "No."),
    "visit": ("上门编号", "Visit"),
    "client": ("服务对象", "Client"),
    "town": ("镇", "Town"),
    "village": ("村", "Village"),
    "service": ("项目", "Service"),
    "minutes": ("分钟", "Minutes"),
    "caregiver": ("护理员", "Caregiver"),
    "start": ("开始", "Start"),
    "arrived": ("实际到达", "Arrived"),
    "left": ("实际离开", "Left"),
    "done": ("完成", "Done"),
}
_KEYS = {header_key(name): key for key, names in _HEADERS.items() for name in names}
_YES = ("是", "√", "✓", "完成", "已完成", "yes", "y", "1", "ok")
_NO = ("否", "×", "未完成", "no", "n", "0")
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{1,2}) (\w{3}) (\d{4})")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Actuals:
    """The records of a day, and what the reader has to say."""

    day: date
    records: tuple[VisitRecord, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with named cells."""

    sheet: RawSheet
    number: int
    columns: Mapping[str, int]

    def value(self, key: str) -> CellValue:
        column = self.columns.get(key)
        cells = self.sheet.rows[self.number - 1]
        value = None if column is None or column > len(cells) else cells[column - 1]
        return None if is_blank(value) else value

    def words(self, key: str) -> str:
        value = self.value(key)
        try:
            return "" if value is None else text(value)
        except CellError:
            return ""

    def place(self, key: str) -> str:
        return self.sheet.place(self.number, self.columns.get(key, 1))


def read_actuals(path: Path, *, day: date | None = None, limits: TableLimits = DEFAULT_LIMITS) -> Actuals:
    """What was done, from the route sheets of a plan workbook.

    A row that was added by hand (its visit is not in 总表) is an unplanned visit. A visit with an arrival and no word
    is done; one without either is not recorded and counts as nothing.

    Parameters
    ----------
    day
        The day, where the sheets do not say it.

    Raises
    ------
    InputError
        Findings at the cells that cannot be read (``T410``–``T414``).
    """
    log = FindingLog()
    sheets = read_workbook(path, limits)
    planned = _planned(sheets)
    lines = [(sheet, line) for sheet in sheets if not _is_list(sheet) for line in _lines(sheet, "arrived")]
    when = day or next((found for sheet in sheets if (found := _date_of(sheet)) is not None), None)
    if when is None:
        log.error("T410", path.name)
    if not lines:
        log.error("T411", path.name)
    records = [_record(when or date.min, sheet.title, line, planned, log) for sheet, line in lines]
    known = [record for record in records if record is not None]
    log.raise_errors()
    missing = sum(1 for record in known if record.done is None)
    if missing:
        log.warning("T414", path.name, count=missing, all=len(known))
    return Actuals(day=when or date.min, records=tuple(known), findings=tuple(log.findings))


def _planned(sheets: Sequence[RawSheet]) -> Mapping[tuple[str, str], _Line]:
    """The rows of 总表 by (visit, caregiver) and by (visit, "")."""
    rows: dict[tuple[str, str], _Line] = {}
    for sheet in sheets:
        for line in _lines(sheet, "caregiver") if _is_list(sheet) else ():
            rows.setdefault((line.words("visit"), ""), line)
            rows[line.words("visit"), line.words("caregiver")] = line
    return rows


def _is_list(sheet: RawSheet) -> bool:
    return header_key(sheet.title) in _LIST


def _lines(sheet: RawSheet, needed: str) -> Iterator[_Line]:
    """The rows below each row of headers that has the column ``needed`` and that of the visit."""
    columns: dict[str, int] = {}
    for number, row in enumerate(sheet.rows, start=1):
        heads = {
            _KEYS[key]: at
            for at, value in enumerate(row, start=1)
            if isinstance(value, str) and (key := header_key(value)) in _KEYS
        }
        if {"visit", needed} <= set(heads):
            columns = heads
            continue
        line = _Line(sheet, number, columns)
        # Breaks and the way back have no number; they are no visits.
        if columns and line.words("visit") and ("number" not in columns or line.value("number") is not None):
            yield line


def _record(
    day: date, caregiver: str, line: _Line, planned: Mapping[tuple[str, str], _Line], log: FindingLog
) -> VisitRecord | None:
    visit = line.words("visit")
    facts = planned.get((visit, caregiver)) or planned.get((visit, ""))
    arrived, left = _clock(line, "arrived", log), _clock(line, "left", log)
    if arrived is not None and left is not None and left < arrived:
        log.error("T412", line.place("left"), ids=(visit,))
    done, reason = _done(line, arrived)
    if done and arrived is None:
        log.warning("T413", line.place("arrived"), ids=(visit,))
    source = facts or line
    client = facts.words("client") if facts is not None else line.words("client").split(" ")[0]
    start = _clock(facts, "start", log) if (visit, caregiver) in planned and facts is not None else None
    minutes = source.value("minutes")
    return VisitRecord(
        day=day,
        visit=visit,
        caregiver=caregiver,
        client=client,
        town=source.words("town"),
        village=source.words("village") if facts is not None else "",
        service=service_code(source.words("service")),
        planned_start_s=start,
        planned_minutes=round(minutes) if isinstance(minutes, int | float) else 0,
        arrived_s=arrived,
        left_s=left,
        done=done,
        reason=reason,
    )


def _clock(line: _Line, key: str, log: FindingLog) -> int | None:
    value = line.value(key)
    if value is None:
        return None
    try:
        return clock_seconds(value)
    except CellError as problem:
        log.findings.append(finding_with(problem.code, line.place(key), problem.values))
        return None


def _done(line: _Line, arrived: int | None) -> tuple[bool | None, str]:
    value = line.value("done")
    if isinstance(value, bool):
        return value, ""
    word = "" if value is None else plain(value).strip()
    if not word:
        return (True, "") if arrived is not None else (None, "")
    if word.casefold() in _YES:
        return True, ""
    for no in _NO:
        if word.casefold().startswith(no):
            return False, shown(word[len(no) :].strip(" ,，:：;；"))
    return False, shown(word)


def _date_of(sheet: RawSheet) -> date | None:
    for row in sheet.rows[:3]:
        for value in row:
            match = _DATE.search(value) if isinstance(value, str) else None
            if match is None:
                continue
            if match[1]:
                return date(int(match[1]), int(match[2]), int(match[3]))
            if match[5] in _MONTHS:
                return date(int(match[6]), _MONTHS.index(match[5]) + 1, int(match[4]))
    return None
