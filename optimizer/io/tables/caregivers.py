"""Rows of 护理员 → caregivers with their shifts and breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from optimizer.common.language import Text
from optimizer.io.tables.cells import (
    identifier,
    is_any,
    is_none,
    items,
    minutes_as_seconds,
    text,
    whole,
    word,
)
from optimizer.io.tables.clock import BreakCell, ShiftCell, break_cells, shift_cells
from optimizer.io.tables.raw import CellValue
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.staffing import skills
from optimizer.io.tables.table import Row
from optimizer.io.tables.words import GENDERS, MODES, STATUSES
from optimizer.visits.model import Break, Caregiver, CaregiverStatus, Shift

__all__ = ["DEFAULT_MODE", "break_id", "mode_of", "read_caregivers", "shift_id", "shift_of_break"]

D = TypeVar("D")
T = TypeVar("T")

DEFAULT_MODE = "ebike"
_OTHER_MODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_FIELDS = {
    "shifts": "shifts",
    "skills": "skills",
    "mode": "mode",
    "gender": "gender",
    "dialects": "dialects",
    "provider": "provider",
    "status": "status",
}
_DAY_MINUTES = 1440.0
_MOST_LOAD = 1_000_000


def read_caregivers(reading: Reading) -> tuple[Caregiver, ...]:
    """The caregivers of the sheet; those on leave keep their status."""
    caregivers: list[Caregiver] = []
    for row in reading.rows("caregivers"):
        name = reading.new_id(row, "id", "caregiver")
        caregiver = _caregiver(row, name or "")
        if name is None:
            continue
        caregivers.append(caregiver)
        path = f'caregivers["{name}"]'
        reading.note(path, row, _FIELDS)
        for number, shift in enumerate(caregiver.shifts):
            for step in (str(number), f'"{shift.id}"'):
                reading.note(f"{path}.shifts[{step}]", row, _SHIFT_FIELDS)
                reading.places[f"{path}.shifts[{step}]"] = row.place("shifts")
    return tuple(caregivers)


_SHIFT_FIELDS = {
    "start_location": "start",
    "end_location": "end",
    "breaks": "breaks",
    "max_load": "max_load",
    "max_overtime_t": "max_overtime",
    "max_travel_t": "max_travel",
}


def shift_id(caregiver: str, number: int) -> str:
    """The id of a shift that was given no name; ``number`` from 1."""
    return f"{caregiver}-{number}"


def break_id(shift: str, number: int) -> str:
    """The id of a break; ``number`` from 1 within its shift."""
    return f"{shift}-b{number}"


def mode_of(value: CellValue) -> str:
    """A mode of travel; a Latin word that is not known is a mode of the user's own matrix."""
    written = text(value)
    known = MODES.value_of(written)
    if known is not None:
        return known
    if _OTHER_MODE.fullmatch(written):
        return written
    return word(MODES)(value)


def shift_of_break(shifts: Sequence[tuple[int, int | None]], earliest: int) -> int | None:
    """Index of the shift (start, end) in which a break that begins at ``earliest`` lies."""
    inside = (i for i, (start, end) in enumerate(shifts) if start <= earliest and (end is None or earliest < end))
    return next(inside, None)


def _caregiver(row: Row, name: str) -> Caregiver:
    return Caregiver(
        id=name,
        shifts=_shifts(row, name),
        skills=row.read("skills", skills, ()),
        mode=row.read("mode", mode_of, DEFAULT_MODE),
        gender=row.read("gender", word(GENDERS), None),
        dialects=row.read("dialects", _dialects, ()),
        provider=row.read("provider", _provider, None),
        status=row.read("status", word(STATUSES), CaregiverStatus.ON_DUTY),
    )


def _dialects(value: CellValue) -> tuple[str, ...]:
    return () if is_none(value) else items(value)


def _provider(value: CellValue) -> str | None:
    return None if is_none(value) else identifier(value)


def _shifts(row: Row, caregiver: str) -> tuple[Shift, ...]:
    cells = row.read("shifts", shift_cells, ())
    count = len(cells)
    station = row.read("station", identifier, "")
    starts = _each(row, "start", identifier, count, station)
    ends = _each(row, "end", _end, count, None)
    end_given = row.value("end") is not None
    overtime = _each(row, "max_overtime", _overtime, count, 0)
    travel = _each(row, "max_travel", _overtime, count, None)
    loads = _each(row, "max_load", _load, count, None)
    breaks = _breaks(row, caregiver, cells)
    if cells and not all(starts):
        row.error("T270", "station")
    return tuple(
        Shift(
            id=cell.name or shift_id(caregiver, number + 1),
            start_location=starts[number],
            end_location=ends[number] if end_given else starts[number],
            start_t=cell.start,
            end_t=cell.end,
            max_overtime_t=overtime[number],
            breaks=breaks[number],
            max_load=loads[number],
            max_travel_t=travel[number],
        )
        for number, cell in enumerate(cells)
    )


def _breaks(row: Row, caregiver: str, cells: Sequence[ShiftCell]) -> list[tuple[Break, ...]]:
    """The breaks of each shift."""
    found: list[list[Break]] = [[] for _ in cells]
    for cell in row.read("breaks", break_cells, ()):
        number = shift_of_break([(shift.start, shift.end) for shift in cells], cell.earliest)
        if number is None:
            if cells:
                row.error("T272", "breaks", found=cell.written)
            continue
        shift = cells[number].name or shift_id(caregiver, number + 1)
        found[number].append(_break(cell, cell.name or break_id(shift, len(found[number]) + 1)))
    return [tuple(of_shift) for of_shift in found]


def _break(cell: BreakCell, name: str) -> Break:
    return Break(
        id=name,
        earliest_t=cell.earliest,
        latest_t=cell.latest,
        duration_t=cell.duration,
        location=cell.place,
        paid=cell.paid,
    )


def _each(row: Row, key: str, parse: Callable[[CellValue], T], count: int, empty: D) -> list[T | D]:
    """A value for each shift: one for all, or as many as there are shifts, separated by ``;``."""

    def read(value: CellValue) -> list[T]:
        parts: Sequence[CellValue] = items(value, form=_ONE_EACH) if isinstance(value, str) else (value,)
        return [parse(part) for part in parts]

    values: list[T | D] = [*row.read(key, read, ())]
    if len(values) <= 1:
        return (values or [empty]) * count
    if len(values) != count:
        row.error("T271", key, found=len(values), shifts=count)
        return [empty] * count
    return values


_ONE_EACH = Text("一个值，或每个班次一个", "one value, or one for each shift")


def _end(value: CellValue) -> str | None:
    return None if is_none(value) else identifier(value)


def _overtime(value: CellValue) -> int | None:
    return None if is_any(value) else minutes_as_seconds(0, _DAY_MINUTES)(value)


def _load(value: CellValue) -> int | None:
    return None if is_any(value) else whole(0, _MOST_LOAD)(value)
