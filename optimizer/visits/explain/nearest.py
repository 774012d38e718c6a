"""The gap that comes nearest to holding a visit, and how many minutes it lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.common.language import Text
from optimizer.visits.explain.day import INF
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.fits import Fits
from optimizer.visits.explain.state import Key
from optimizer.visits.explain.wording import minutes

__all__ = ["NearestGap", "nearest_gap", "squeezed_rows"]


@dataclass(frozen=True, slots=True)
class NearestGap:
    """A gap on the route of a shift, after a stop (``None``: at the start of the route), short by so many ticks.

    Where a route holds several breaks or links of its own the figure is what is lacking at least.
    """

    key: Key
    after: str | None
    short_t: int
    is_exact: bool

    def text(self, desk: Desk) -> Text:
        """The gap in words."""
        by, who = minutes(desk.day, self.short_t), self.key[0]
        least = Text("", "") if self.is_exact else Text("至少", "at least ")
        where = (
            Text(f"护理员 {who} 出发后", f"at the start of {who}'s route")
            if self.after is None
            else Text(f"护理员 {who} 的 {self.after} 之后", f"after {self.after} of {who}")
        )
        return Text(
            f"最接近的空当在{where.zh}，还短{least.zh} {by} 分钟",
            f"the nearest gap, {where.en}, is {least.en}{by} min too short",
        )


def nearest_gap(desk: Desk, group: tuple[str, ...], able: Able) -> NearestGap | None:
    """The gap that lacks least; ``None`` for a team, for linked visits, and where nobody is there in time at all."""
    if len(group) != 1 or desk.day.visits[group[0]].team_size != 1:
        return None
    if any(other in desk.state.starts for link in desk.day.links_of.get(group[0], ()) for other in link.visits):
        return None
    rows = squeezed_rows(desk, group[0], able)
    if rows is None or not rows.low.size:
        return None
    best = int(np.argmin(rows.low - rows.high))
    short_t = int(rows.low[best] - rows.high[best])
    key, position = desk.keys[int(rows.ride[best])], int(rows.position[best])
    stops = desk.state.stops.get(key, ())
    if short_t <= 0 or short_t >= INF // 4:
        return None
    return NearestGap(
        key=key,
        after=stops[position - 1] if position else None,
        short_t=short_t,
        is_exact=_is_simple(desk, key, group[0]),
    )


def squeezed_rows(desk: Desk, visit: str, able: Able) -> Fits | None:
    """The gaps that can be reached within a visit's windows, with the earliest start there; some are too short."""
    fits = desk.table().fits(visit, able[visit])
    parts = []
    for low, high in desk.state.allowed_starts(visit, frozenset()):
        lows = np.maximum(fits.low, low)
        cut = Fits(fits.ride, fits.position, lows, fits.high, fits.taken, fits.detour)
        parts.append(cut.rows(lows <= high))
    return Fits.joined(parts) if parts else None


def _is_simple(desk: Desk, key: Key, visit: str) -> bool:
    """Whether the bounds of the gaps of a route are exact."""
    stops = (*desk.state.stops.get(key, ()), visit)
    own = frozenset(stops)
    tied = any(
        other != stop and other in own
        for stop in stops
        for link in desk.day.links_of.get(stop, ())
        for other in link.visits
    )
    return len(desk.day.shifts[key].breaks) <= 1 and not tied
