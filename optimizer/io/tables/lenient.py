"""Rewrites what people type into the template's own form, where only one meaning is possible.

A rewriting is tried only on cells that the strict reader refuses, and its outcome goes through that reader again:
``60分钟`` → ``60``, ``1小时30分`` → ``90``, ``上午`` → ``08:00-11:30``, ``9点半到11点`` → ``09:30-11:00``. What is
still in doubt stays a finding. Which rewriting a column takes is its ``reads`` in the table of columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from optimizer.io.tables.raw import CellValue

__all__ = ["HOURS", "half_width", "is_full_width", "rewritten"]

HOURS = "小时"
"""The unit that is written behind the numbers of a column whose header says hours."""

_DIGITS = r"\d+(?:\.\d+)?"
_HOUR_WORDS = r"(?:个?小时|个?钟头|个钟|hours?|hrs?|h)"
_MINUTE_WORDS = r"(?:分钟|分|minutes?|mins?|min|m|')"
_HOURS_AND_MINUTES = re.compile(
    rf"(?:({_DIGITS}|半){_HOUR_WORDS})?(?:(半)|({_DIGITS}){_MINUTE_WORDS}?)?(?:/次|每次)?", re.IGNORECASE
)
_MINUTES = re.compile(rf"({_DIGITS}){_MINUTE_WORDS}(?:/次|每次)?", re.IGNORECASE)
_HALF_MORE = re.compile(r"([一二两三四五六1-9])个半(?:小时|钟头)")
_CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_COUNTED = re.compile(rf"([+-]?{_DIGITS})(?:人|名|位|个|份|次|岁|元|张|户|公里|米)")
_DEGREES = re.compile(rf"(?:北纬|东经|n|e|纬度|经度)?[:=]?({_DIGITS})(?:°|度)?(?:n|e|北|东)?", re.IGNORECASE)
_DEGREES_MINUTES = re.compile(
    rf"(?:北纬|东经|n|e)?(\d+)(?:°|度)(\d+)(?:′|'|分)(?:({_DIGITS})(?:″|\"|''|秒))?(?:n|e|北|东)?", re.IGNORECASE
)
_CLOCK = re.compile(r"(上午|早上|早晨|中午|下午|晚上)?(\d{1,2})(?:[:.点时](\d{2})?分?|点(半)|点(一刻)|点(三刻))?(半)?")
_WINDOW_SPLIT = re.compile(r"[,、/和及;\n]+")
_AFTERNOON = ("下午", "晚上")
_DATE_WORD = re.compile(r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2})(?:号|日)?(?:[(]?(?:周|星期)[一二三四五六日天][)]?)?")


def rewritten(value: CellValue, reads: str, periods: Mapping[str, str]) -> str | None:
    """The cell in the template's form, ``None`` where nothing can be said beyond doubt."""
    if not isinstance(value, str):
        return None
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).strip()
    if reads == "minutes":
        return _minutes(folded)
    if reads == "count":
        match = _COUNTED.fullmatch(folded)
        return None if match is None else match[1]
    if reads == "degrees":
        return _degrees(folded)
    if reads == "windows":
        return _windows(folded, periods)
    if reads == "date":
        match = _DATE_WORD.fullmatch(folded)
        return None if match is None else match[1]
    return None


def is_full_width(value: CellValue) -> bool:
    """Whether a text holds full-width characters, which are read as their half-width twins."""
    return isinstance(value, str) and any("\uff01" <= character <= "\uff5e" for character in value)


def half_width(value: CellValue) -> str:
    """The text with half-width characters."""
    return unicodedata.normalize("NFKC", str(value))


def _minutes(folded: str) -> str | None:
    half_more = _HALF_MORE.fullmatch(folded)
    if half_more is not None:
        whole = _CHINESE.get(half_more[1]) or int(half_more[1])
        return str(whole * 60 + 30)
    bare = _MINUTES.fullmatch(folded)
    if bare is not None:
        return bare[1]
    match = _HOURS_AND_MINUTES.fullmatch(folded)
    if match is None or match[1] is None:
        return None
    hours = 0.5 if match[1] == "半" else float(match[1])
    minutes = 30.0 if match[2] else float(match[3] or 0)
    return f"{hours * 60 + minutes:.10g}"


def _degrees(folded: str) -> str | None:
    exact = _DEGREES_MINUTES.fullmatch(folded)
    if exact is not None:
        whole, minutes, seconds = int(exact[1]), int(exact[2]), float(exact[3] or 0)
        return f"{whole + minutes / 60 + seconds / 3600:.8f}" if minutes < 60 and seconds < 60 else None
    match = _DEGREES.fullmatch(folded)
    return None if match is None else match[1]


def _windows(folded: str, periods: Mapping[str, str]) -> str | None:
    parts = [part for part in _WINDOW_SPLIT.split(folded) if part]
    windows = [_window(part, periods) for part in parts]
    if not windows or any(window is None for window in windows):
        return None
    return ";".join(window for window in windows if window)


def _window(part: str, periods: Mapping[str, str]) -> str | None:
    words = {"".join(word.split()).casefold(): window for word, window in periods.items()}
    named = words.get(part.strip("()").casefold())
    if named is not None:
        return named
    ends = re.split(r"[-~–—−至到]", part)
    if len(ends) != 2:
        return None
    first = _clock(ends[0], "")
    # 下午2点-4点: the part of the day stands before both.
    second = _clock(ends[1], next((word for word in _AFTERNOON if ends[0].startswith(word)), ""))
    return None if first is None or second is None else f"{first}-{second}"


def _clock(written: str, part_of_day: str) -> str | None:
    match = _CLOCK.fullmatch(written)
    if match is None:
        return None
    word = match[1] or part_of_day
    hour = int(match[2])
    if (word == "晚上" and hour == 12) or (word == "上午" and hour >= 12) or (word == "中午" and not 11 <= hour <= 13):
        return None  # noon or midnight?
    minute = 30 if match[4] or match[7] else 15 if match[5] else 45 if match[6] else int(match[3] or 0)
    if not any(mark in written for mark in ":.点时半"):
        return None  # a bare number is not a time beyond doubt
    if word in _AFTERNOON and hour < 12:
        hour += 12
    if hour > 24 or minute > 59:
        return None
    return f"{hour:02d}:{minute:02d}"
