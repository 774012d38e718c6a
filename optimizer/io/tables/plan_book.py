"""Reads a plan workbook that was changed by hand: caregiver, start and lock of every row of 总表."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.io.tables.cells import CellError, identifier, shown, text
from optimizer.io.tables.clock import folded, seconds_of
from optimizer.io.tables.columns import load_sheets
from optimizer.io.tables.limits import DEFAULT_LIMITS, TableLimits
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.raw import CellValue
from optimizer.io.tables.table import Row, Table, find_tables
from optimizer.io.tables.workbook import read_workbook
from optimizer.visits.model import Caregiver, Lock, LockLevel, Problem, Shift
from optimizer.visits.plan import Plan, PlannedBreak, Route, Stop, Unassigned

__all__ = ["PLAN_SHEETS", "HandPlan", "clock_seconds", "is_plan_workbook", "read_plan_workbook"]

PLAN_SHEETS = load_sheets("plan_columns.toml")
"""The sheets of a plan workbook that are read back."""

_LOCK_WORDS: Mapping[str, LockLevel] = {
    "人": LockLevel.CAREGIVER,
    "定人": LockLevel.CAREGIVER,
    "锁人": LockLevel.CAREGIVER,
    "who": LockLevel.CAREGIVER,
    "时": LockLevel.TIME,
    "定时": LockLevel.TIME,
    "锁时": LockLevel.TIME,
    "人+时": LockLevel.TIME,
    "是": LockLevel.TIME,
    "√": LockLevel.TIME,
    "when": LockLevel.TIME,
    "yes": LockLevel.TIME,
}
_NO_LOCK = ("否", "无", "不锁", "no", "none")
_NEXT_DAY = re.compile(r"([+-]\d)(\d{1,2}:\d{2}(?::\d{2})?)")
_DAY_S = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class HandPlan:
    """A plan as a person left it.

    Attributes
    ----------
    plan
        The plan of the rows; breaks are those of the sheet 休息.
    locks
        For each visit with locked rows its locks.
    places
        Cell of the start by (visit, caregiver), and by (visit, ``""``) that of the visit's id.
    findings
        Warnings and notices of the reader.
    """

    plan: Plan
    locks: Mapping[str, tuple[Lock, ...]]
    places: Mapping[tuple[str, str], str]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    visit: str
    caregiver: Caregiver
    shift: Shift
    start_t: int
    lock: LockLevel | None


def is_plan_workbook(path: Path) -> bool:
    """Whether a file begins as a workbook does."""
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04"


def clock_seconds(value: CellValue) -> int:
    """Seconds from midnight of a cell with a time of day: Excel's own, ``9:30``, ``+1 01:20``, a fraction of a day."""
    if isinstance(value, datetime):
        return round((value - datetime(1899, 12, 30)).total_seconds()) % (10 * _DAY_S)
    if isinstance(value, time):
        return round(value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6)
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2:
        return round(value * _DAY_S)
    if not isinstance(value, str):
        raise CellError("T233", found=shown(value))
    written = folded(text(value)).replace("点半", ":30").replace("点", ":00")
    marked = _NEXT_DAY.fullmatch(written)
    if marked is not None:
        return int(marked[1]) * _DAY_S + seconds_of(marked[2])
    return seconds_of(written)


def read_plan_workbook(path: Path, problem: Problem, *, limits: TableLimits = DEFAULT_LIMITS) -> HandPlan:
    """The plan in the sheet 总表 of a workbook.

    A row without caregiver and start is not planned; a visit without a row is not planned either, which is told.

    Raises
    ------
    InputError
        With a finding at each cell that cannot be used (``T401``–``T406`` and those of the reader of tables).
    """
    log = FindingLog()
    tables = find_tables(read_workbook(path, limits), PLAN_SHEETS, source=path.name, log=log, limits=limits)
    log.findings = [finding for finding in log.findings if finding.code not in ("T215", "T219", "T222")]
    tasks, places = _tasks(tables.get("all visits"), problem, log)
    breaks = _breaks(tables.get("breaks"), problem)
    log.raise_errors()
    planned = {task.visit for task in tasks}
    left_out = sorted({visit.id for visit in problem.visits} - planned)
    return HandPlan(
        plan=Plan(routes=_routes(tasks, breaks), unassigned=tuple(Unassigned(visit=visit) for visit in left_out)),
        locks=_locks(tasks),
        places=places,
        findings=tuple(log.findings),
    )


def _tasks(table: Table | None, problem: Problem, log: FindingLog) -> tuple[list[_Task], dict[tuple[str, str], str]]:
    visits = {visit.id for visit in problem.visits}
    caregivers = {caregiver.id: caregiver for caregiver in problem.caregivers}
    tasks: list[_Task] = []
    places: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for row in () if table is None else table.rows():
        visit = row.read("visit", identifier, "")
        if visit and visit not in visits:
            row.error("T401", "visit", ids=(visit,), found=visit)
            continue
        seen.add(visit)
        places.setdefault((visit, ""), row.place("visit"))
        task = _task(row, visit, caregivers, problem.ticks_per_s)
        if task is None:
            continue
        if (visit, task.caregiver.id) in places:
            row.error("T405", "caregiver", ids=(visit,), found=task.caregiver.id)
        places[visit, task.caregiver.id] = row.place("start")
        tasks.append(task)
    missing = sorted(visits - seen)
    if table is not None and missing:
        log.warning("T406", table.sheet.label, ids=tuple(missing[:10]), count=len(missing))
    return tasks, places


def _task(row: Row, visit: str, caregivers: Mapping[str, Caregiver], ticks: int) -> _Task | None:
    name = row.read("caregiver", identifier, "")
    lock = row.read("locked", _lock_level, None)
    if not name:
        return None
    caregiver = caregivers.get(name)
    if caregiver is None:
        row.error("T402", "caregiver", ids=(visit,), found=name)
        return None
    if row.value("start") is None:
        row.error("T403", "start", ids=(visit,))
        return None
    start = row.read("start", clock_seconds, None)
    if start is None or not visit:
        return None
    if not caregiver.shifts:
        row.error("T404", "caregiver", ids=(visit,), found=name)
        return None
    start_t = start * ticks
    return _Task(visit=visit, caregiver=caregiver, shift=_shift_at(caregiver, start_t), start_t=start_t, lock=lock)


def _lock_level(value: CellValue) -> LockLevel | None:
    word = folded(text(value)).casefold()
    if word in _NO_LOCK:
        return None
    if word not in _LOCK_WORDS:
        raise CellError("T237", found=shown(word), choices=Text("人、时", "who, when"))
    return _LOCK_WORDS[word]


def _shift_at(caregiver: Caregiver, start_t: int) -> Shift:
    """The shift in which a start lies, else the one nearest to it."""

    def outside(shift: Shift) -> int:
        after = 0 if shift.end_t is None else max(0, start_t - shift.end_t)
        return max(shift.start_t - start_t, after)

    return min(caregiver.shifts, key=lambda shift: (max(0, outside(shift)), shift.start_t, shift.id))


def _breaks(table: Table | None, problem: Problem) -> Mapping[tuple[str, str], list[PlannedBreak]]:
    lengths = {
        (caregiver.id, shift.id, pause.id): pause.duration_t
        for caregiver in problem.caregivers
        for shift in caregiver.shifts
        for pause in shift.breaks
    }
    found: dict[tuple[str, str], list[PlannedBreak]] = defaultdict(list)
    for row in () if table is None else table.rows():
        caregiver, shift = row.read("caregiver", identifier, ""), row.read("shift", identifier, "")
        pause = row.read("break", identifier, "")
        start = row.read("start", clock_seconds, None)
        length = lengths.get((caregiver, shift, pause))
        if start is not None and length is not None:
            taken = PlannedBreak(id=pause, start_t=start * problem.ticks_per_s, duration_t=length)
            found[caregiver, shift].append(taken)
    return found


def _routes(tasks: Sequence[_Task], breaks: Mapping[tuple[str, str], list[PlannedBreak]]) -> tuple[Route, ...]:
    stops: dict[tuple[str, str], list[Stop]] = defaultdict(list)
    for task in tasks:
        stops[task.caregiver.id, task.shift.id].append(Stop(visit=task.visit, start_t=task.start_t))
    return tuple(
        Route(
            caregiver=caregiver,
            shift=shift,
            stops=tuple(sorted(route, key=lambda stop: (stop.start_t, stop.visit))),
            breaks=tuple(sorted(breaks.get((caregiver, shift), ()), key=lambda pause: (pause.start_t, pause.id))),
        )
        for (caregiver, shift), route in sorted(stops.items())
    )


def _locks(tasks: Sequence[_Task]) -> Mapping[str, tuple[Lock, ...]]:
    locks: dict[str, list[Lock]] = defaultdict(list)
    for task in tasks:
        if task.lock is not None:
            start = task.start_t if task.lock is LockLevel.TIME else None
            locks[task.visit].append(Lock(level=task.lock, caregiver=task.caregiver.id, start_t=start))
    return {visit: tuple(of_visit) for visit, of_visit in sorted(locks.items())}
