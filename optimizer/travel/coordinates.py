"""Coordinate systems of Chinese maps and the conversion between them.

WGS-84 is what satellites, OpenStreetMap and GeoNames use; GCJ-02 is the shifted system of Chinese map services, and
BD-09 a second shift on top of it. Around Qidong and Hailing the first shift is some 480 m and both together some
1,130 m, so a column of coordinates without its system is worthless.

The forward shifts are the published approximations that all open converters share (Krasovsky 1940 ellipsoid with a
trigonometric offset; for BD-09 a polar offset). Each inverse is found by fixed-point iteration on the forward shift, so
that there and back again agrees to far less than 0.1 m. The one-step inverses in common use are off by up to 2.3 m.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CoordinateSystem",
    "bd09_from_gcj02",
    "convert",
    "gcj02_from_bd09",
    "gcj02_from_wgs84",
    "to_wgs84",
    "wgs84_from_gcj02",
]

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

SEMI_MAJOR_M = 6_378_245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
CHINA_LAT = (0.8293, 55.8271)
CHINA_LON = (72.004, 137.8347)
BD09_LAT_OFFSET = 0.0060
BD09_LON_OFFSET = 0.0065
BD09_FREQUENCY = np.pi * 3000.0 / 180.0
TOLERANCE_DEGREES = 1e-10  # 0.01 mm
MAX_ITERATIONS = 20


class CoordinateSystem(StrEnum):
    """The system a pair of coordinates is given in; in this region they differ by 450 to 1,200 m."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


def gcj02_from_wgs84(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """GCJ-02 coordinates of WGS-84 points.

    Parameters
    ----------
    lat, lon
        Degrees, arrays of one shape (or numbers). Points outside the bounding box of the shift come back unchanged.

    Returns
    -------
    tuple
        Latitudes and longitudes in degrees, float64 arrays of the shape given.
    """
    lat, lon = _as_pair(lat, lon)
    lat_shift, lon_shift = _gcj02_offset(lat, lon)
    return lat + lat_shift, lon + lon_shift


def wgs84_from_gcj02(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """WGS-84 coordinates of GCJ-02 points, iterated; shapes and units as in :func:`gcj02_from_wgs84`."""
    return _inverse(gcj02_from_wgs84, *_as_pair(lat, lon))


def bd09_from_gcj02(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """BD-09 coordinates of GCJ-02 points; shapes and units as in :func:`gcj02_from_wgs84`."""
    lat, lon = _as_pair(lat, lon)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD09_FREQUENCY)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD09_FREQUENCY)
    return radius * np.sin(angle) + BD09_LAT_OFFSET, radius * np.cos(angle) + BD09_LON_OFFSET


def gcj02_from_bd09(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """GCJ-02 coordinates of BD-09 points, iterated; shapes and units as in :func:`gcj02_from_wgs84`."""
    return _inverse(bd09_from_gcj02, *_as_pair(lat, lon))


def convert(lat: ArrayLike, lon: ArrayLike, source: CoordinateSystem, target: CoordinateSystem) -> Pair:
    """Coordinates of points in another system, to 0.1 m and better both ways.

    Parameters
    ----------
    lat, lon
        Degrees in ``source``, arrays of one shape (or numbers).
    source, target
        The systems to convert from and to.

    Returns
    -------
    tuple
        Latitudes and longitudes in degrees in ``target``, float64 arrays of the shape given.
    """
    lat, lon = _as_pair(lat, lon)
    if source is target:
        return lat, lon
    if source is CoordinateSystem.WGS84:
        lat, lon = gcj02_from_wgs84(lat, lon)
    elif source is CoordinateSystem.BD09:
        lat, lon = gcj02_from_bd09(lat, lon)
    if target is CoordinateSystem.WGS84:
        return wgs84_from_gcj02(lat, lon)
    if target is CoordinateSystem.BD09:
        return bd09_from_gcj02(lat, lon)
    return lat, lon


def to_wgs84(lat: ArrayLike, lon: ArrayLike, systems: Sequence[CoordinateSystem]) -> Pair:
    """WGS-84 coordinates of points each of which is given in a system of its own.

    Parameters
    ----------
    lat, lon
        Degrees, arrays of shape ``(n,)``; NaN (no coordinates) stays NaN.
    systems
        The system of each point, ``n`` of them.
    """
    lat, lon = _as_pair(lat, lon)
    lat, lon = lat.copy(), lon.copy()
    given = np.array([system.value for system in systems], dtype=object)
    for system in (CoordinateSystem.GCJ02, CoordinateSystem.BD09):
        rows = np.flatnonzero((given == system.value) & np.isfinite(lat) & np.isfinite(lon))
        if len(rows):
            lat[rows], lon[rows] = convert(lat[rows], lon[rows], system, CoordinateSystem.WGS84)
    return lat, lon


def _as_pair(lat: ArrayLike, lon: ArrayLike) -> Pair:
    return np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)


def _gcj02_offset(lat: Floats, lon: Floats) -> Pair:
    """The shift in degrees, zero outside the box in which it is defined."""
    x, y = lon - 105.0, lat - 35.0
    common = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common * 2.0 / 3.0
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common * 2.0 / 3.0
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / magic**1.5
    parallel_m = SEMI_MAJOR_M / np.sqrt(magic) * np.cos(phi)
    inside = (lat >= CHINA_LAT[0]) & (lat <= CHINA_LAT[1]) & (lon >= CHINA_LON[0]) & (lon <= CHINA_LON[1])
    return np.where(inside, np.degrees(north / meridian_m), 0.0), np.where(inside, np.degrees(east / parallel_m), 0.0)


def _inverse(forward: Callable[[Floats, Floats], Pair], lat: Floats, lon: Floats) -> Pair:
    """The points that ``forward`` takes to the ones given; the shift varies by about 1 in 1,000, so this converges."""
    lat_found, lon_found = lat, lon
    for _ in range(MAX_ITERATIONS):
        lat_there, lon_there = forward(lat_found, lon_found)
        lat_error, lon_error = lat_there - lat, lon_there - lon
        lat_found, lon_found = lat_found - lat_error, lon_found - lon_error
        if max(_largest(lat_error), _largest(lon_error)) < TOLERANCE_DEGREES:
            break
    return lat_found, lon_found


def _largest(values: Floats) -> float:
    return float(np.max(np.abs(values), initial=0.0))
