"""Time as the service tells it; replaced in tests and drills."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "SystemClock", "instant"]


class Clock(Protocol):
    """Two clocks: ``now`` may jump and is for people, ``steady`` never does and decides what is late."""

    def now(self) -> float:
        """Seconds since 1970 (UTC)."""

    def steady(self) -> float:
        """Seconds since some moment, never going back."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clocks of the machine."""

    def now(self) -> float:
        return time.time()

    def steady(self) -> float:
        return time.monotonic()


def instant(seconds: float | None) -> str | None:
    """An instant as ISO 8601 with offset, to the millisecond."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
