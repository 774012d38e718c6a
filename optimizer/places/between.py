"""Metres between two lists of located objects: given ones first, else the great circle, rounded for each pair.

The great circle lies on a sphere of 6,371,008.8 m (by its chord, WGS-84); no detour is added. Rounding is half to
even. Blocks of rows keep the memory of the trigonometric steps small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.places.model import GivenDistance
from optimizer.travel.coordinates import CoordinateSystem, to_wgs84

__all__ = ["EARTH_RADIUS_M", "UNKNOWN_M", "Located", "metres_between", "radians_of"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8
UNKNOWN_M = -1
"""Stands for a distance that is neither given nor computable."""

_BLOCK = 1 << 16


class Located(Protocol):
    """Anything with an id and, perhaps, coordinates."""

    @property
    def id(self) -> str: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def system(self) -> CoordinateSystem: ...


def metres_between(
    origins: Sequence[Located], destinations: Sequence[Located], given: Iterable[GivenDistance] = ()
) -> Ints:
    """Whole metres of shape ``(origins, destinations)``; :data:`UNKNOWN_M` where a pair has no distance.

    A given distance counts in both directions; where both are given, the one in the order asked for (origin to
    destination) is used.
    """
    there, back = _on_sphere(radians_of(origins)), _on_sphere(radians_of(destinations))
    metres = np.empty((len(there), len(back)), dtype=np.int64)
    lost = bool(np.isnan(there).any() or np.isnan(back).any())
    step = max(1, _BLOCK // max(1, len(back)))
    for start in range(0, len(there), step):
        rows = slice(start, start + step)
        line = _great_circle(there[rows], back)
        np.rint(line, out=line)
        if lost:
            line[np.isnan(line)] = UNKNOWN_M
        metres[rows] = line
    _put_given(metres, origins, destinations, given)
    return metres


def radians_of(items: Sequence[Located]) -> Floats:
    """WGS-84 latitude and longitude in radians, shape ``(n, 2)``; NaN where there are none."""
    lat = np.array([np.nan if one.lat is None else one.lat for one in items], dtype=np.float64)
    lon = np.array([np.nan if one.lon is None else one.lon for one in items], dtype=np.float64)
    north, east = to_wgs84(lat, lon, [one.system for one in items])
    return np.radians(np.column_stack([north, east])).reshape(len(items), 2)


def _on_sphere(points: Floats) -> Floats:
    """Points of the unit sphere, shape ``(n, 3)``."""
    lat, lon = points[:, 0], points[:, 1]
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _great_circle(ones: Floats, others: Floats) -> Floats:
    """Arcs between all pairs: twice the arc sine of half the chord, which is the haversine formula."""
    squares = ones[:, 0, None] - others[None, :, 0]
    squares *= squares
    difference = np.empty_like(squares)
    for axis in (1, 2):
        np.subtract(ones[:, axis, None], others[None, :, axis], out=difference)
        difference *= difference
        squares += difference
    half = np.sqrt(squares, out=squares)
    half *= 0.5
    arcs = np.arcsin(np.minimum(half, 1.0, out=half), out=half)
    arcs *= 2.0 * EARTH_RADIUS_M
    return arcs


def _put_given(
    metres: Ints, origins: Sequence[Located], destinations: Sequence[Located], given: Iterable[GivenDistance]
) -> None:
    row_of = {one.id: i for i, one in enumerate(origins)}
    column_of = {one.id: j for j, one in enumerate(destinations)}
    rows = tuple(given)
    for one in rows:
        if one.destination in row_of and one.origin in column_of:
            metres[row_of[one.destination], column_of[one.origin]] = one.metres
    for one in rows:
        if one.origin in row_of and one.destination in column_of:
            metres[row_of[one.origin], column_of[one.destination]] = one.metres
