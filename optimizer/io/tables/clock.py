"""Times of day in cells: windows, shifts, breaks; seconds from midnight of the planning day."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from optimizer.common.language import Language, Text
from optimizer.io.tables.cells import CellError, is_any, items, number, shown
from optimizer.io.tables.raw import CellValue
from optimizer.visits.model import TimeWindow

__all__ = [
    "BreakCell",
    "ShiftCell",
    "break_cells",
    "break_text",
    "clock_text",
    "shift_cells",
    "shift_text",
    "time_windows",
    "window_text",
]

_DAY = 86_400
_CLOCK = r"\d{1,3}:\d{1,3}(?::\d{1,3})?(?:\+\d)?"
_ONE = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?(?:\+(\d))?")
_WINDOW = re.compile(rf"({_CLOCK})(?:(-)({_CLOCK})?(?:(~)({_CLOCK})?)?|~({_CLOCK}))")
_RANGE = re.compile(rf"({_CLOCK})[-~]({_CLOCK})?")
_WINDOW_FORM = Text("08:30-10:00;14:00-16:00（单元格设为文本）", "08:30-10:00;14:00-16:00 (the cell formatted as text)")
_SHIFT_FORM = Text("08:00-11:30;13:30-17:30（单元格设为文本）", "08:00-11:30;13:30-17:30 (the cell formatted as text)")
_BREAK_FORM = Text("11:30-12:30/30（单元格设为文本）", "11:30-12:30/30 (the cell formatted as text)")
_PAID = ("带薪", "有薪", "paid")


@dataclass(frozen=True, slots=True)
class ShiftCell:
    """A shift as written: its name where given, start and end in seconds (end ``None``: none)."""

    name: str | None
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class BreakCell:
    """A break as written; its name where given, times in seconds."""

    name: str | None
    earliest: int
    latest: int
    duration: int
    paid: bool
    place: str | None
    written: str


def time_windows(value: CellValue) -> tuple[TimeWindow, ...]:
    """Windows of the start of service in seconds; 不限 is no window at all."""
    if is_any(value):
        return ()
    return tuple(_window(item) for item in items(value, form=_WINDOW_FORM))


def shift_cells(value: CellValue) -> tuple[ShiftCell, ...]:
    """Shifts, separated by ``;``."""
    return tuple(_shift(item) for item in items(value, form=_SHIFT_FORM))


def break_cells(value: CellValue) -> tuple[BreakCell, ...]:
    """Breaks, separated by ``;``."""
    return tuple(_break(item) for item in items(value, form=_BREAK_FORM))


def clock_text(seconds: int) -> str:
    """``08:30``, ``08:30:15`` where seconds matter, ``06:00+1`` for the next day, ``24:00`` for its midnight."""
    if seconds == _DAY:
        return "24:00"
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{left:02d}" if left else "") + (f"+{days}" if days else "")


def window_text(window: TimeWindow) -> str:
    """A window in seconds as it is written in a cell."""
    start = clock_text(window.earliest_t) + "-"
    latest = "" if window.latest_t is None else clock_text(window.latest_t)
    if window.due_t is None:
        return start + latest
    return f"{start}{clock_text(window.due_t)}~{latest}"


def shift_text(shift: ShiftCell) -> str:
    """A shift as it is written in a cell."""
    end = "" if shift.end is None else clock_text(shift.end)
    return f"{_named(shift.name)}{clock_text(shift.start)}-{end}"


def break_text(pause: BreakCell, language: Language) -> str:
    """A break as it is written in a cell."""
    minutes = f"{pause.duration / 60:.10g}"
    paid = f"/{_PAID[0] if language is Language.ZH else _PAID[-1]}" if pause.paid else ""
    place = "" if pause.place is None else f"@{pause.place}"
    times = f"{clock_text(pause.earliest)}-{clock_text(pause.latest)}"
    return f"{_named(pause.name)}{times}/{minutes}{paid}{place}"


def _named(name: str | None) -> str:
    return "" if name is None else f"{name}="


def seconds_of(written: str) -> int:
    """Seconds from midnight of a time such as ``08:30``, ``08:30:15``, ``06:00+1``.

    Raises
    ------
    CellError
        ``T233``: not a time of day (``25:00``, ``8:75``).
    """
    match = _ONE.fullmatch(written)
    if match is None:
        raise CellError("T233", found=shown(written))
    hours, minutes, seconds, days = (int(part or 0) for part in match.groups())
    of_day = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or of_day > _DAY:
        raise CellError("T233", found=shown(written))
    return of_day + days * _DAY


def folded(written: str) -> str:
    """Times as they are compared: full-width folded, without spaces, every dash the same."""
    return re.sub(r"[–—−至到]", "-", re.sub(r"\s", "", unicodedata.normalize("NFKC", written)))


def _window(written: str) -> TimeWindow:
    match = _WINDOW.fullmatch(folded(written))
    if match is None or (match[4] and not match[3]):
        raise CellError("T235", found=shown(written), form=_WINDOW_FORM)
    earliest, _, middle, soft, last, other = match.groups()
    end = middle or other
    if soft:
        window = TimeWindow(
            earliest_t=seconds_of(earliest), due_t=seconds_of(end), latest_t=seconds_of(last) if last else None
        )
    else:
        window = TimeWindow(earliest_t=seconds_of(earliest), latest_t=seconds_of(end) if end else None)
    ends = [moment for moment in (window.earliest_t, window.due_t, window.latest_t) if moment is not None]
    if ends != sorted(ends):
        raise CellError("T236", found=shown(written))
    return window


def _shift(written: str) -> ShiftCell:
    name, _, times = written.rpartition("=")
    start, end = _range(times, written, _SHIFT_FORM)
    if end is not None and end <= start:
        raise CellError("T236", found=shown(written))
    return ShiftCell(name.strip() or None, start, end)


def _range(times: str, written: str, form: Text) -> tuple[int, int | None]:
    match = _RANGE.fullmatch(folded(times))
    if match is None:
        raise CellError("T235", found=shown(written), form=form)
    return seconds_of(match[1]), seconds_of(match[2]) if match[2] else None


def _break(written: str) -> BreakCell:
    name, _, unnamed = written.rpartition("=")
    rest, _, place = unnamed.partition("@")
    times, *options = (part.strip() for part in rest.replace("／", "/").split("/"))
    paid = bool(options) and options[-1].casefold() in _PAID
    length = options[:-1] if paid else options
    earliest, latest = _range(times, written, _BREAK_FORM)
    if latest is None or len(length) > 1:
        raise CellError("T235", found=shown(written), form=_BREAK_FORM)
    if latest < earliest:
        raise CellError("T236", found=shown(written))
    if length:
        duration = round(number(length[0], low=0, high=1440) * 60)
    else:
        # A break of a whole stretch, 12:00-13:00, begins at its begin and lasts as long as it.
        duration, latest = latest - earliest, earliest
    return BreakCell(name.strip() or None, earliest, latest, duration, paid, place.strip() or None, written)
