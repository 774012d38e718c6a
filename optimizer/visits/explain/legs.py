"""The way between two stops with the breaks on it: earliest arrival and latest departure."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.visits.explain.day import INF
from optimizer.visits.model import Break

__all__ = ["Leg"]


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one place to the next, with the breaks taken on it in order.

    ``ways`` has one duration more than there are breaks at a place: from the origin over these places to the target.
    """

    ways: tuple[int, ...]
    breaks: tuple[Break, ...] = ()

    @property
    def travel_t(self) -> int:
        """Ticks of travel."""
        return min(INF, sum(self.ways))

    def arrival(self, leaving_t: int) -> tuple[int, tuple[int, ...]]:
        """Earliest arrival and the starts of the breaks; :data:`INF` where a break would begin too late."""
        if not self.breaks:
            return min(INF, leaving_t + self.ways[0]), ()
        left, moment, paused, ways, starts = leaving_t, leaving_t, 0, iter(self.ways), []
        for pause in self.breaks:
            if pause.location is not None:
                moment = max(moment, left + next(ways) + paused)
            moment = max(moment, pause.earliest_t)
            if moment > pause.latest_t:
                return INF, ()
            starts.append(moment)
            moment += pause.duration_t
            paused += pause.duration_t
            if pause.location is not None:
                left, paused = moment, 0
        return min(INF, max(moment, left + next(ways) + paused)), tuple(starts)

    def left_for(self, start_t: int, break_starts: tuple[int, ...]) -> int:
        """When a route leaves whose first leg this is: as late as the first stop or break at a place allows."""
        paused, ahead = 0, [INF]
        for pause, moment in zip(self.breaks, break_starts, strict=True):
            if pause.location is not None:
                return min(moment - self.ways[0] - paused, *ahead)
            ahead.append(moment)
            paused += pause.duration_t
        return min(start_t - self.ways[0] - paused, *ahead)

    def departure(self, arriving_t: int) -> int:
        """Latest departure that arrives by ``arriving_t``; ``-INF`` where a break would begin too soon."""
        if not self.breaks:
            return arriving_t - self.ways[0]
        until, moment, paused, ways = arriving_t, arriving_t, 0, iter(reversed(self.ways))
        for pause in reversed(self.breaks):
            if pause.location is not None:
                moment = min(moment, until - next(ways) - paused)
            start = min(moment - pause.duration_t, pause.latest_t)
            if start < pause.earliest_t:
                return -INF
            moment, paused = start, paused + pause.duration_t
            if pause.location is not None:
                until, paused = moment, 0
        return min(moment, until - next(ways) - paused)
