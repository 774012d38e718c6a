"""Distances as the checkers of pairs, groups and sites compute them: from the problem's rows alone, in plain Python."""

from __future__ import annotations

import math
from typing import Protocol

from optimizer.places.model import PlacesProblem
from optimizer.travel.coordinates import CoordinateSystem, to_wgs84

__all__ = ["Ground", "Spot"]

_RADIUS_M = 6_371_008.8


class Spot(Protocol):
    """Anything with an id and, perhaps, coordinates."""

    @property
    def id(self) -> str: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def system(self) -> CoordinateSystem: ...


class Ground:
    """Whole metres between objects of a problem; given distances first, in the direction asked for before the other."""

    def __init__(self, problem: PlacesProblem) -> None:
        self._given = {(row.origin, row.destination): row.metres for row in problem.distances}
        self._points: dict[tuple[str, str], tuple[float, float] | None] = {}

    def metres(self, one: Spot, other: Spot) -> int | None:
        """Metres from one to the other, ``None`` where neither a distance nor both coordinates are given."""
        for pair in ((one.id, other.id), (other.id, one.id)):
            if pair in self._given:
                return self._given[pair]
        first, second = self._point(one), self._point(other)
        if first is None or second is None:
            return None
        (lat, lon), (lat2, lon2) = first, second
        square = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
        return round(2 * _RADIUS_M * math.asin(min(1.0, math.sqrt(square))))

    def has_distance(self, one: Spot, other: Spot) -> bool:
        """Whether there is a distance between them."""
        return (self._point(one) is not None and self._point(other) is not None) or self.is_given(one, other)

    def is_given(self, one: Spot, other: Spot) -> bool:
        """Whether the distance stands in the table."""
        return (one.id, other.id) in self._given or (other.id, one.id) in self._given

    def _point(self, spot: Spot) -> tuple[float, float] | None:
        key = (type(spot).__name__, spot.id)
        if key not in self._points:
            self._points[key] = _radians(spot)
        return self._points[key]


def _radians(spot: Spot) -> tuple[float, float] | None:
    if spot.lat is None or spot.lon is None:
        return None
    north, east = to_wgs84([spot.lat], [spot.lon], [spot.system])
    return math.radians(float(north[0])), math.radians(float(east[0]))
