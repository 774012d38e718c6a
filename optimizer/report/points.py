"""Places as points on a map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from optimizer.travel.coordinates import to_wgs84
from optimizer.visits.model import Location

__all__ = ["Point", "mean_point", "wgs84_points"]

Point = tuple[float, float]

_DIGITS = 5
"""Decimals of a degree that are kept: about a metre."""


def wgs84_points(places: Iterable[Location]) -> dict[str, Point]:
    """WGS-84 latitude and longitude by place id, to five decimals; places without coordinates are left out."""
    ids, lats, lons, systems = [], [], [], []
    for place in places:
        if place.lat is not None and place.lon is not None:
            ids.append(place.id)
            lats.append(place.lat)
            lons.append(place.lon)
            systems.append(place.system)
    if not ids:
        return {}
    lat, lon = to_wgs84(lats, lons, systems)
    return {
        name: (round(float(one), _DIGITS), round(float(other), _DIGITS))
        for name, one, other in zip(ids, lat, lon, strict=True)
    }


def mean_point(points: Sequence[Point]) -> Point | None:
    """The middle of some points; ``None`` where there are none."""
    if not points:
        return None
    lat = sum(point[0] for point in points) / len(points)
    lon = sum(point[1] for point in points) / len(points)
    return round(lat, _DIGITS), round(lon, _DIGITS)
