"""The starts that gaps leave to one visit, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.explain.day import Interval

__all__ = ["Bools", "Fits", "Ints"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Fits:
    """Starts that gaps leave to one visit: rows of ``low ≤ start ≤ high`` (none where ``low > high``).

    ``ride`` and ``position`` name the gap of each row, ``taken`` the number of stops after it that would be taken off
    the route, ``detour`` the ticks of travel added. A gap has up to four rows, one for each way to have the break.
    """

    ride: Ints
    position: Ints
    low: Ints
    high: Ints
    taken: Ints
    detour: Ints

    @property
    def columns(self) -> tuple[Ints, ...]:
        """All columns in the order of the fields."""
        return self.ride, self.position, self.low, self.high, self.taken, self.detour

    def within(self, windows: Iterable[Interval]) -> Fits:
        """The rows cut to intervals; rows without a start are dropped."""
        parts = []
        for low, high in windows:
            a, b = np.maximum(self.low, low), np.minimum(self.high, high)
            keep = a <= b
            cut = Fits(self.ride, self.position, a, b, self.taken, self.detour)
            parts.append(cut.rows(keep))
        return Fits.joined(parts) if parts else self.rows(np.zeros(self.ride.shape, dtype=bool))

    def rows(self, chosen: Ints | Bools) -> Fits:
        """Some of the rows, in the order chosen."""
        return Fits(*(column[chosen] for column in self.columns))

    @classmethod
    def joined(cls, parts: Sequence[Fits]) -> Fits:
        """The rows of one or more."""
        return cls(*(np.concatenate(column) for column in zip(*(part.columns for part in parts), strict=True)))
