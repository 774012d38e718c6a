"""One cell → one value: text, ids, numbers, words, dates. What is in doubt is a :class:`CellError`."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from optimizer.common.language import Text
from optimizer.io.tables.raw import BrokenFormula, CellValue
from optimizer.io.tables.words import ANY_WORDS, NONE_WORDS, YES_NO, Vocabulary

__all__ = [
    "CellError",
    "date_value",
    "dates",
    "id_list",
    "identifier",
    "is_any",
    "is_none",
    "items",
    "minutes_as_seconds",
    "number",
    "plain",
    "shown",
    "text",
    "weekdays",
    "whole",
    "word",
    "yes_no",
]

T = TypeVar("T")

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?: 0?0:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
_SPLIT = re.compile(r"[;；\n]")
_ID_CARD = re.compile(r"\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_EXCEL_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
_TRIM = "\ufeff\u200b \t\r\n\u3000\xa0"
_LARGEST_EXACT = 1e15
_SHOWN = 40
_ID_FORM = Text("编号，如 W-007", "an id such as W-007")


class CellError(Exception):
    """A cell that cannot be read; ``code`` and ``values`` make its finding."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def shown(value: object) -> str:
    """A value as it is quoted in a finding: one line, not longer than needed."""
    line = " ".join(str(value).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def text(value: CellValue, *, form: Text = _ID_FORM) -> str:
    """The trimmed text of a cell; a whole number without its decimals (``7.0`` is ``7``, the text ``007`` stays)."""
    if isinstance(value, BrokenFormula):
        raise CellError("T239", found=value.error) if value.error else CellError("T240")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return _number_as_text(value)
    if isinstance(value, date | time | timedelta):
        raise CellError("T248", found=shown(value), form=form)
    trimmed = (value or "").strip(_TRIM)
    if trimmed.upper() in _EXCEL_ERRORS:
        raise CellError("T239", found=trimmed)
    return trimmed


def plain(value: CellValue, *, form: Text = _ID_FORM) -> str:
    """The text of a cell whose writing is free: full-width characters folded, spaces single."""
    return " ".join(unicodedata.normalize("NFKC", text(value, form=form)).split())


def identifier(value: CellValue) -> str:
    """An id as trimmed text.

    An id is never changed beyond trimming. One that looks like a national ID number is refused and not repeated.
    """
    name = text(value)
    if _ID_CARD.fullmatch(name):
        raise CellError("T247")
    if not name:
        raise CellError("T235", found="", form=_ID_FORM)
    if any(character in ";；" or not character.isprintable() for character in name):
        raise CellError("T250", found=shown(name))
    return name


def items(value: CellValue, *, form: Text = _ID_FORM) -> tuple[str, ...]:
    """The parts of a list in a cell, separated by ``;``, ``；`` or line breaks; empty parts are left out."""
    parts = (part.strip(_TRIM) for part in _SPLIT.split(text(value, form=form)))
    return tuple(part for part in parts if part)


def id_list(value: CellValue) -> tuple[str, ...]:
    """Ids separated by ``;``; the word 无 alone is an empty list."""
    return () if is_none(value) else tuple(identifier(item) for item in items(value))


def is_none(value: CellValue) -> bool:
    """Whether the cell says 无, none."""
    return isinstance(value, str) and value.strip(_TRIM).casefold() in NONE_WORDS


def is_any(value: CellValue) -> bool:
    """Whether the cell says 不限, any."""
    return isinstance(value, str) and value.strip(_TRIM).casefold() in ANY_WORDS


def number(value: CellValue, *, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number from ``low`` to ``high``."""
    if isinstance(value, bool):
        raise CellError("T231", found=shown(value))
    if isinstance(value, float | int):
        amount = float(value)
    elif isinstance(value, date | time | timedelta):
        raise CellError("T231", found=shown(value))
    else:
        written = plain(value)
        if not _NUMBER.fullmatch(written):
            raise CellError("T231", found=shown(written))
        amount = float(written)
    if not (math.isfinite(amount) and low <= amount <= high):
        raise CellError("T232", found=f"{amount:g}", low=f"{low:g}", high=f"{high:g}")
    return amount


def whole(low: int, high: int) -> Callable[[CellValue], int]:
    """A reader of whole numbers from ``low`` to ``high``."""

    def read(value: CellValue) -> int:
        amount = number(value, low=low, high=high)
        if amount != int(amount):
            raise CellError("T231", found=f"{amount:g}")
        return int(amount)

    return read


def minutes_as_seconds(low: float, high: float) -> Callable[[CellValue], int]:
    """A reader of minutes, decimals allowed, as whole seconds."""

    def read(value: CellValue) -> int:
        return round(number(value, low=low, high=high) * 60)

    return read


def word(vocabulary: Vocabulary[T]) -> Callable[[CellValue], T]:
    """A reader of the words of a vocabulary."""

    def read(value: CellValue) -> T:
        written = text(value)
        meant = vocabulary.value_of(written)
        if meant is None:
            zh = "、".join(choice.zh for choice in vocabulary.texts)
            en = ", ".join(choice.en for choice in vocabulary.texts)
            raise CellError("T237", found=shown(written), choices=Text(zh, en))
        return meant

    return read


def yes_no(value: CellValue) -> bool:
    """是 or 否, also as Excel's own TRUE and FALSE."""
    return value if isinstance(value, bool) else word(YES_NO)(value)


def date_value(value: CellValue) -> date:
    """A date: Excel's own, or written ``2026-03-02``, ``2026/3/2``, ``2026年3月2日``, ``20260302``."""
    if isinstance(value, datetime):
        if value.time() != time(0, 0):
            raise CellError("T234", found=shown(value))
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        raise CellError("T234", found=shown(value))
    written = plain(value)
    match = _DATE.fullmatch(written)
    if match is None:
        raise CellError("T234", found=shown(written))
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise CellError("T234", found=shown(written)) from error


def dates(value: CellValue) -> tuple[date, ...]:
    """One or more dates separated by ``;``."""
    if isinstance(value, str):
        return tuple(date_value(item) for item in items(value))
    return (date_value(value),)


_WEEKDAY_FORM = Text("一三五、1,3,5、周一至周五 或 每天", "Mon;Wed;Fri, 1,3,5, 1-5 or daily")
_ALL_WEEK = {
    "每天": range(1, 8),
    "每日": range(1, 8),
    "天天": range(1, 8),
    "daily": range(1, 8),
    "工作日": range(1, 6),
    "周末": range(6, 8),
    "双休日": range(6, 8),
}
_WEEKDAY = {
    **{name: number + 1 for number, name in enumerate("一二三四五六日")},
    "天": 7,
    **{str(number): number for number in range(1, 8)},
    **{name: number + 1 for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}
_WEEKDAY_PART = re.compile(
    r"(?:周|星期|礼拜)?([一二三四五六日天1-7]|mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?",
    re.IGNORECASE,
)


def weekdays(value: CellValue) -> frozenset[int]:
    """Days of the week, 1 = Monday … 7 = Sunday: ``一三五``, ``1,3,5``, ``周一至周五``, ``Mon;Wed``, ``每天``."""
    written = plain(value, form=_WEEKDAY_FORM).casefold()
    named = _ALL_WEEK.get(written)
    if named is not None:
        return frozenset(named)
    days: set[int] = set()
    for part in re.split(r"[;,、/ \n]+", written):
        days.update(_weekdays_of_part(part, written))
    if not days:
        raise CellError("T235", found=shown(written), form=_WEEKDAY_FORM)
    return frozenset(days)


def _weekdays_of_part(part: str, written: str) -> tuple[int, ...]:
    ends = re.split(r"[-~至到–—]", part)
    numbers = [_weekday_run(end) for end in ends]
    if len(ends) == 2 and all(len(run) == 1 for run in numbers) and numbers[0][0] <= numbers[1][0]:
        return tuple(range(numbers[0][0], numbers[1][0] + 1))
    if len(ends) == 1 and (numbers[0] or not part):
        return numbers[0]
    raise CellError("T235", found=shown(written), form=_WEEKDAY_FORM)


def _weekday_run(run: str) -> tuple[int, ...]:
    found: list[int] = []
    at = 0
    while at < len(run):
        match = _WEEKDAY_PART.match(run, at)
        if match is None:
            return ()
        found.append(_WEEKDAY[match[1]])
        at = match.end()
    return tuple(found)


def _number_as_text(value: float | int) -> str:
    if isinstance(value, float) and value.is_integer():
        if abs(value) >= _LARGEST_EXACT:
            # Excel keeps 15 digits; longer numbers have lost their last ones.
            if _ID_CARD.fullmatch(str(int(value))[:18]):
                raise CellError("T247")
            raise CellError("T248", found=f"{value:.0f}", form=_ID_FORM)
        return str(int(value))
    return str(value)
