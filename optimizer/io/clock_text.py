"""Moments and lengths of time at the edge: exact text and numbers for ticks, and back.

A moment is ``HH:MM``, ``HH:MM:SS`` or ``HH:MM:SS.ffffff``, followed by ``+1`` on the next day, ``-1`` on the day
before. A length is a number of seconds. Both are exact as long as the number of ticks
in a second divides a million.
"""

from __future__ import annotations

import math
import re

__all__ = [
    "MAX_TICKS",
    "SECONDS_PER_DAY",
    "TICKS_PER_S_LIMIT",
    "clock_text",
    "seconds_of",
    "ticks_of_clock",
    "ticks_of_seconds",
]

SECONDS_PER_DAY = 86_400
TICKS_PER_S_LIMIT = 1_000_000
"""Ticks in a second must divide this number, so that six decimals hold every tick."""

MAX_TICKS = 10**15
"""Largest moment or length (either sign) that a file may hold: far beyond any day, and exact as a float."""

_CLOCK = re.compile(r"(\d\d):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?(?:([+-])(\d{1,11}))?", re.ASCII)


def clock_text(ticks: int, ticks_per_s: int) -> str:
    """The moment as text: ``clock_text(5400, 1)`` is ``"01:30"``, one day later ``"01:30+1"``."""
    day, rest = divmod(ticks, SECONDS_PER_DAY * ticks_per_s)
    whole, part = divmod(rest, ticks_per_s)
    text = f"{whole // 3600:02d}:{whole // 60 % 60:02d}"
    if whole % 60 or part:
        text += f":{whole % 60:02d}"
    if part:
        text += "." + f"{part * (TICKS_PER_S_LIMIT // ticks_per_s):06d}".rstrip("0")
    return f"{text}{day:+d}" if day else text


def ticks_of_clock(text: str, ticks_per_s: int) -> int | None:
    """Ticks of a moment written as text; ``None`` if it falls between two ticks.

    ``24:00`` is the end of the day.

    Raises
    ------
    ValueError
        The text is not a moment.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f"not a time of day: {text!r}")
    hours, minutes, seconds, fraction, sign, days = match.groups()
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    micros = int((fraction or "").ljust(6, "0"))
    if whole * TICKS_PER_S_LIMIT + micros > SECONDS_PER_DAY * TICKS_PER_S_LIMIT:
        raise ValueError(f"not a time of day: {text!r}")
    part, between = divmod(micros, TICKS_PER_S_LIMIT // ticks_per_s)
    if between:
        return None
    day = int(f"{sign}{days}") if days else 0
    return (whole + day * SECONDS_PER_DAY) * ticks_per_s + part


def seconds_of(ticks: int, ticks_per_s: int) -> int | float:
    """The length in seconds, an ``int`` where it is whole."""
    whole, part = divmod(ticks, ticks_per_s)
    return ticks / ticks_per_s if part else whole


def ticks_of_seconds(seconds: int | float, ticks_per_s: int) -> int | None:
    """Ticks of a length in seconds; ``None`` if it falls between two ticks (beyond the rounding of a float)."""
    if isinstance(seconds, int):
        return seconds * ticks_per_s
    ticks = round(seconds * ticks_per_s)
    return ticks if math.isclose(ticks / ticks_per_s, seconds, rel_tol=1e-15, abs_tol=0.0) else None
