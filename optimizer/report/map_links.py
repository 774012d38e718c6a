"""Links that open navigation on a phone, each in the map's own coordinate system and order.

Gaode takes longitude before latitude in GCJ-02, Baidu latitude before longitude in BD-09, ``geo:`` latitude before
longitude in WGS-84. A link names the stop by its number only, never a person.
"""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import quote

from optimizer.report.points import Point
from optimizer.travel.coordinates import CoordinateSystem, convert

__all__ = ["MapService", "map_link"]


class MapService(StrEnum):
    """Whose map opens."""

    GAODE = "gaode"
    BAIDU = "baidu"
    GEO = "geo"


_GAODE_MODES = {"walk": "walk", "ebike": "ride", "bus": "bus", "car": "car"}
_BAIDU_MODES = {"walk": "walking", "ebike": "riding", "bus": "transit", "car": "driving"}
_SOURCE = "careplan"


def map_link(
    service: MapService, to: Point, name: str, *, mode: str = "ebike", origin: Point | None = None, region: str = ""
) -> str:
    """The link to a stop.

    Parameters
    ----------
    to, origin
        WGS-84 latitude and longitude in degrees; Baidu wants an origin (the stop before), the others do not.
    name
        What the map shows: ``第3站``.
    mode
        How the caregiver travels.
    region
        The city, which Baidu uses where names are ambiguous.
    """
    if service is MapService.GEO:
        return f"geo:{to[0]:.5f},{to[1]:.5f}"
    if service is MapService.GAODE:
        lat, lon = _converted(to, CoordinateSystem.GCJ02)
        place = f"{lon:.6f},{lat:.6f},{quote(name)}"
        how = _GAODE_MODES.get(mode, "ride")
        return f"https://uri.amap.com/navigation?to={place}&mode={how}&src={_SOURCE}&coordinate=gaode&callnative=1"
    start = "" if origin is None else f"origin={_baidu_point(origin, '出发')}&"
    where = f"&region={quote(region)}" if region else ""
    how = _BAIDU_MODES.get(mode, "riding")
    return (
        f"https://api.map.baidu.com/direction?{start}destination={_baidu_point(to, name)}"
        f"&mode={how}{where}&coord_type=bd09ll&output=html&src={_SOURCE}"
    )


def _baidu_point(point: Point, name: str) -> str:
    lat, lon = _converted(point, CoordinateSystem.BD09)
    return quote(f"latlng:{lat:.6f},{lon:.6f}|name:{name}", safe=":,")


def _converted(point: Point, target: CoordinateSystem) -> Point:
    lat, lon = convert([point[0]], [point[1]], CoordinateSystem.WGS84, target)
    return float(lat[0]), float(lon[0])
