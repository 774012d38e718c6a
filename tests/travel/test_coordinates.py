"""Coordinate conversion against published pairs, an independent converter and itself there and back."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from optimizer.travel.coordinates import (
    CoordinateSystem,
    bd09_from_gcj02,
    convert,
    gcj02_from_wgs84,
    to_wgs84,
)

WGS, GCJ, BD = CoordinateSystem.WGS84, CoordinateSystem.GCJ02, CoordinateSystem.BD09

# WGS-84, GCJ-02 and BD-09 of places in Jiangsu, computed once with prcoords 1.0.2 (public domain), a separate program.
KNOWN = [
    ((31.81111, 121.655), (31.809045326245965, 121.6593066063331), (31.81521852933145, 121.665770749243)),
    ((32.05533, 121.59554), (32.05315291770724, 121.59981113008719), (32.05897689081214, 121.60637067444225)),
    ((32.49912, 119.92343), (32.496905407832465, 119.9281701779117), (32.502607570658164, 119.93473150090335)),
    ((31.77607, 121.4544), (31.774258526333668, 121.45902789916565), (31.78045159717901, 121.46545722948565)),
    ((32.55, 119.95), (32.54783860515107, 119.95476880959193), (32.55358628478224, 119.96135786304065)),
    ((34.75, 116.4), (34.74922551279774, 116.40565392725902), (34.755556881259565, 116.41204531249588)),
    ((30.8, 121.95), (30.79761225952278, 121.95411255511341), (30.803530182287137, 121.96061684368844)),
]


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    north = (a[0] - b[0]) * 111_320.0
    east = (a[1] - b[1]) * 111_320.0 * math.cos(math.radians(a[0]))
    return math.hypot(north, east)


def grid() -> tuple[np.ndarray, np.ndarray]:
    lat, lon = np.meshgrid(np.arange(30.7, 35.2, 0.1), np.arange(116.3, 122.0, 0.1), indexing="ij")
    return lat.ravel(), lon.ravel()


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(range(3), 2)))
@pytest.mark.parametrize("row", range(len(KNOWN)))
def test_agrees_with_an_independent_converter_to_a_tenth_of_a_metre(row: int, source: int, target: int) -> None:
    systems = (WGS, GCJ, BD)
    lat, lon = convert(*KNOWN[row][source], systems[source], systems[target])
    assert metres((float(lat), float(lon)), KNOWN[row][target]) < 0.1


def test_published_pair_of_beijing() -> None:
    """The pair that the tests of several open converters share."""
    lat, lon = gcj02_from_wgs84(39.915, 116.404)
    assert metres((float(lat), float(lon)), (39.91640428150164, 116.41024449916938)) < 0.001
    lat, lon = bd09_from_gcj02(39.915, 116.404)
    assert metres((float(lat), float(lon)), (39.92133699351021, 116.41036949371029)) < 0.001


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations((WGS, GCJ, BD), 2)))
def test_there_and_back_over_jiangsu(source: CoordinateSystem, target: CoordinateSystem) -> None:
    lat, lon = grid()
    there = convert(lat, lon, source, target)
    back = convert(*there, target, source)
    assert np.max(np.abs(back[0] - lat)) * 111_320 < 0.001
    assert np.max(np.abs(back[1] - lon)) * 111_320 < 0.001


def test_shift_has_the_size_known_for_the_region() -> None:
    rng = np.random.default_rng(3)
    lat, lon = rng.uniform(31.7, 32.6, 500), rng.uniform(119.8, 121.9, 500)
    for target, least, most in ((GCJ, 440, 560), (BD, 1_050, 1_220)):
        moved = convert(lat, lon, WGS, target)
        shift = [metres((a, b), (c, d)) for a, b, c, d in zip(lat, lon, *moved, strict=True)]
        assert least < min(shift) and max(shift) < most


def test_outside_the_region_of_the_shift_nothing_moves() -> None:
    lat, lon = convert([48.85, -33.9], [2.35, 18.4], WGS, GCJ)
    assert lat.tolist() == [48.85, -33.9] and lon.tolist() == [2.35, 18.4]


def test_each_point_has_its_own_system_and_absent_ones_stay_absent() -> None:
    rows = [KNOWN[0][0], KNOWN[1][1], KNOWN[2][2], (math.nan, math.nan)]
    lat, lon = to_wgs84([row[0] for row in rows], [row[1] for row in rows], [WGS, GCJ, BD, GCJ])
    for i in range(3):
        assert metres((float(lat[i]), float(lon[i])), KNOWN[i][0]) < 0.1
    assert math.isnan(lat[3]) and math.isnan(lon[3])


def test_the_input_is_not_changed() -> None:
    lat, lon = grid()
    before = lat.copy(), lon.copy()
    to_wgs84(lat, lon, [BD] * len(lat))
    assert np.array_equal(lat, before[0]) and np.array_equal(lon, before[1])
