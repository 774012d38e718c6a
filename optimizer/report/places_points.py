"""Institutions, towns and sites as points on a map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from optimizer.report.points import Point
from optimizer.travel.coordinates import CoordinateSystem, to_wgs84

__all__ = ["Spot", "spots_wgs84"]


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


def spots_wgs84(spots: Iterable[Spot]) -> dict[str, Point]:
    """WGS-84 latitude and longitude by id, to five decimals (a metre); those without coordinates are left out."""
    known = [(one.id, one.lat, one.lon, one.system) for one in spots if one.lat is not None and one.lon is not None]
    if not known:
        return {}
    ids, lats, lons, systems = zip(*known, strict=True)
    lat, lon = to_wgs84(lats, lons, systems)
    return {
        name: (round(float(one), 5), round(float(other), 5)) for name, one, other in zip(ids, lat, lon, strict=True)
    }
