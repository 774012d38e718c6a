"""Ticks as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.common.language import Language, Text
from optimizer.visits.model import Problem, TimeWindow

__all__ = ["DAY_S", "DayClock"]

DAY_S = 86_400
"""Seconds in a day."""


@dataclass(frozen=True, slots=True)
class DayClock:
    """Turns the ticks of one problem into seconds, minutes and clock times."""

    ticks_per_s: int

    @classmethod
    def of(cls, problem: Problem) -> DayClock:
        """The clock of a problem."""
        return cls(problem.ticks_per_s)

    def seconds(self, ticks: int) -> int | float:
        """Seconds, an integer where the ticks are whole seconds."""
        whole, rest = divmod(ticks, self.ticks_per_s)
        return ticks / self.ticks_per_s if rest else whole

    def minutes(self, ticks: int) -> float:
        """Minutes."""
        return ticks / self.ticks_per_s / 60

    def hours(self, ticks: int) -> float:
        """Hours."""
        return ticks / self.ticks_per_s / 3600

    def day_fraction(self, ticks: int) -> float:
        """Days since midnight, as spreadsheets keep a time."""
        return ticks / self.ticks_per_s / DAY_S

    def hhmm(self, ticks: int) -> str:
        """``09:05``; the next day's times as ``+1 01:20``, the day before's as ``-1 23:40``. Seconds are cut off."""
        day, second = divmod(ticks // self.ticks_per_s, DAY_S)
        text = f"{second // 3600:02d}:{second % 3600 // 60:02d}"
        return f"{day:+d} {text}" if day else text

    def window(self, window: TimeWindow) -> Text:
        """When service may start: ``09:30–11:00``, ``09:30 起``, ``09:30–10:00（最晚 10:30）``."""
        start = self.hhmm(window.earliest_t)
        last = window.latest_t
        due = window.due_t
        if due is None or (last is not None and due >= last):
            if last is None:
                return Text(f"{start} 起", f"from {start}")
            return Text(f"{start}–{self.hhmm(last)}", f"{start}–{self.hhmm(last)}")
        wished = f"{start}–{self.hhmm(due)}"
        if last is None:
            return Text(f"{wished}（可顺延）", f"{wished} (may be later)")
        return Text(f"{wished}（最晚 {self.hhmm(last)}）", f"{wished} (at the latest {self.hhmm(last)})")

    def windows(self, windows: tuple[TimeWindow, ...]) -> Text:
        """All windows of a visit; ``不限`` where any time will do."""
        if not windows:
            return Text("不限", "any time")
        texts = [self.window(window) for window in windows]
        return Text(
            "；".join(text.in_(Language.ZH) for text in texts), "; ".join(text.in_(Language.EN) for text in texts)
        )
