"""Straight-line travel: known distances, properties of a metric, barriers, modes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.common.errors import TravelError
from optimizer.travel.coordinates import CoordinateSystem, convert
from optimizer.travel.matrix import UNREACHABLE
from optimizer.travel.speeds import Area, ModeSpeed, StraightLineSettings
from optimizer.travel.straight_line import Points, straight_line_matrix, straight_line_metres

WGS = CoordinateSystem.WGS84
PLAIN = StraightLineSettings(detour=((1_000.0, 1.0),), areas={})


def places(
    coordinates: list[tuple[float, float]], towns: list[str] | None = None, system: CoordinateSystem = WGS
) -> Points:
    n = len(coordinates)
    return Points(
        ids=tuple(f"P{i}" for i in range(n)),
        lat=np.array([lat for lat, _ in coordinates], dtype=np.float64),
        lon=np.array([lon for _, lon in coordinates], dtype=np.float64),
        systems=(system,) * n,
        towns=tuple(towns or [""] * n),
    )


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The textbook formula with math functions, one pair at a time."""
    phi_a, phi_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((phi_b - phi_a) / 2) ** 2
    half += math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def detour(metres: float) -> float:
    """The factor of the documentation, in plain words."""
    if metres <= 1_000:
        return 1.45
    if metres <= 3_000:
        return 1.45 - 0.10 * (metres - 1_000) / 2_000
    if metres <= 5_000:
        return 1.35 - 0.05 * (metres - 3_000) / 2_000
    return 1.30


HUILONG, LVSI, DONGHAI = (31.81111, 121.655), (32.05533, 121.59554), (31.76841, 121.87051)
coordinates = st.lists(st.tuples(st.floats(31.65, 32.15), st.floats(121.4, 121.95)), min_size=2, max_size=12)


def test_known_trip_by_ebike() -> None:
    metres = haversine(HUILONG, LVSI)
    assert metres == pytest.approx(27_730, abs=30)  # measured on the map
    matrix = straight_line_matrix(places([HUILONG, LVSI]), ["ebike"], with_metres=True)
    assert matrix.metres["ebike"][0, 1] == pytest.approx(metres * 1.30, abs=2)
    assert matrix.durations["ebike"][0, 1] == pytest.approx(metres * 1.30 / 5.0, abs=1)  # 18 km/h = 5 m/s


@pytest.mark.parametrize("east_m", [0, 40, 400, 999, 1_001, 2_000, 3_000, 4_200, 5_000, 5_001, 12_000, 60_000])
def test_detour_falls_continuously_with_the_distance(east_m: float) -> None:
    there = (HUILONG[0], HUILONG[1] + east_m / (111_195.08 * math.cos(math.radians(HUILONG[0]))))
    straight = haversine(HUILONG, there)
    points = places([HUILONG, there])
    matrix = straight_line_matrix(points, ["walk"], with_metres=True)
    assert matrix.metres["walk"][0, 1] == pytest.approx(straight * detour(straight), rel=1e-5, abs=0.6)
    assert matrix.durations["walk"][0, 1] == pytest.approx(straight * detour(straight) / 1.25, rel=1e-5, abs=0.6)
    single = straight_line_metres(points, np.array([0]), np.array([1]))
    assert single[0] == pytest.approx(straight * detour(straight), abs=0.01)


def test_long_ways_follow_the_great_circle() -> None:
    beijing, sanya = (39.9042, 116.4074), (18.2528, 109.5119)
    metres = straight_line_metres(places([beijing, sanya]), np.array([0]), np.array([1]), PLAIN)
    assert metres[0] == pytest.approx(haversine(beijing, sanya), abs=30)


@given(coordinates)
def test_is_a_metric_for_one_speed(points: list[tuple[float, float]]) -> None:
    matrix = straight_line_matrix(places(points), ["ebike"], StraightLineSettings(areas={}), ticks_per_s=10)
    times = matrix.durations["ebike"].astype(np.int64)
    assert np.array_equal(times, times.T)
    assert not np.diagonal(times).any()
    through = (times[:, :, None] + times[None, :, :]).min(axis=1)
    assert (times <= through + 2).all()  # two ticks of rounding


@given(coordinates)
def test_agrees_with_the_textbook_formula(points: list[tuple[float, float]]) -> None:
    matrix = straight_line_matrix(places(points), ["walk"], with_metres=True)
    for i, a in enumerate(points):
        for j, b in enumerate(points):
            straight = haversine(a, b)
            assert matrix.metres["walk"][i, j] == pytest.approx(straight * detour(straight), rel=1e-5, abs=0.6)


def test_speed_follows_the_area_and_half_of_the_way_is_in_each() -> None:
    settings = StraightLineSettings(detour=((1.0, 1.0),), areas={"core": Area.CORE, "rural": Area.RURAL})
    matrix = straight_line_matrix(places([HUILONG, LVSI], ["core", "rural"]), ["ebike"], settings)
    metres = haversine(HUILONG, LVSI)
    assert matrix.durations["ebike"][0, 1] == pytest.approx(metres / 2 / (15 / 3.6) + metres / 2 / (20 / 3.6), abs=1)


def test_ticks_weather_and_water_scale_the_time() -> None:
    points = places([HUILONG, LVSI, DONGHAI])
    base = straight_line_matrix(points, ["ebike"]).durations["ebike"].astype(float)
    fine = straight_line_matrix(points, ["ebike"], ticks_per_s=1_000).durations["ebike"]
    np.testing.assert_allclose(fine / 1_000, base, atol=0.6)
    rain = straight_line_matrix(points, ["ebike"], StraightLineSettings(weather_factor=0.8)).durations["ebike"]
    np.testing.assert_allclose(rain, base / 0.8, atol=1.5)
    water = straight_line_matrix(points, ["ebike"], StraightLineSettings(water_surcharge=0.1)).durations["ebike"]
    np.testing.assert_allclose(water, base * 1.1, atol=1.5)


def test_bus_waits_but_a_short_way_is_walked() -> None:
    near = (HUILONG[0] + 0.001, HUILONG[1])
    matrix = straight_line_matrix(places([HUILONG, near, LVSI]), ["bus", "walk"])
    assert matrix.durations["bus"][0, 1] == matrix.durations["walk"][0, 1] > 0
    assert 600 < matrix.durations["bus"][0, 2] < matrix.durations["walk"][0, 2]
    assert matrix.durations["bus"][0, 0] == 0


def test_stop_time_is_added_to_every_trip_where_asked_for() -> None:
    speed = ModeSpeed(core_kmh=18, town_kmh=18, rural_kmh=18, stop_s=240)
    points = places([HUILONG, LVSI])
    with_stop = straight_line_matrix(points, ["ebike"], StraightLineSettings(speeds={"ebike": speed}))
    without = straight_line_matrix(points, ["ebike"])
    difference = with_stop.durations["ebike"] - without.durations["ebike"]
    assert difference.tolist() == [[0, 240], [240, 0]]


def test_barrier_cuts_the_town_off_for_the_modes_named_only() -> None:
    island = (31.77607, 121.4544)
    points = places([HUILONG, island, (31.778, 121.456)], ["汇龙镇", "启隆镇", "启隆镇"])
    matrix = straight_line_matrix(points, ["ebike", "car"], cut_off={"ebike": ["启隆镇"]})
    assert matrix.reachable["ebike"].tolist() == [[True, False, False], [False, True, True], [False, True, True]]
    assert matrix.durations["ebike"][0, 1] == UNREACHABLE == matrix.durations["ebike"][2, 0]
    assert 0 < matrix.durations["ebike"][1, 2] < 300
    assert matrix.reachable["car"].all() and matrix.durations["car"].max() < UNREACHABLE


def test_systems_are_converted_before_distances_are_taken() -> None:
    shifted = [tuple(float(x) for x in convert(*p, WGS, CoordinateSystem.BD09)) for p in (HUILONG, LVSI)]
    plain = straight_line_matrix(places([HUILONG, LVSI]), ["ebike"]).durations["ebike"]
    other = straight_line_matrix(places(shifted, system=CoordinateSystem.BD09), ["ebike"]).durations["ebike"]
    assert np.array_equal(plain, other)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    points = places(list(zip(rng.uniform(31.7, 32.1, 57), rng.uniform(121.4, 121.9, 57), strict=True)))
    whole = straight_line_matrix(points, ["ebike"]).durations["ebike"]
    monkeypatch.setattr("optimizer.travel.straight_line.BLOCK_ELEMENTS", 200)
    assert np.array_equal(whole, straight_line_matrix(points, ["ebike"]).durations["ebike"])


def test_order_of_the_places_does_not_matter() -> None:
    rng = np.random.default_rng(6)
    pairs = list(zip(rng.uniform(31.7, 32.1, 40), rng.uniform(121.4, 121.9, 40), strict=True))
    order = rng.permutation(40)
    matrix = straight_line_matrix(places(pairs), ["ebike"]).durations["ebike"]
    shuffled = straight_line_matrix(places([pairs[i] for i in order]), ["ebike"]).durations["ebike"]
    assert np.array_equal(matrix[np.ix_(order, order)], shuffled)


def test_what_cannot_be_computed_is_said() -> None:
    with pytest.raises(TravelError, match=r"P1.*coordinates|coordinates.*P1"):
        straight_line_matrix(places([HUILONG, (math.nan, 121.0)]), ["ebike"])
    with pytest.raises(TravelError, match="coordinates"):
        straight_line_matrix(places([(121.655, 31.81111)]), ["ebike"])  # latitude and longitude changed over
    with pytest.raises(TravelError, match="horse"):
        straight_line_matrix(places([HUILONG]), ["horse"])
    with pytest.raises(TravelError, match="too long"):
        straight_line_matrix(places([HUILONG, LVSI]), ["walk"], ticks_per_s=1_000_000)


@pytest.mark.parametrize(
    "settings",
    [
        {"detour": ()},
        {"detour": ((1_000.0, 0.9),)},
        {"detour": ((1_000.0, 1.3), (2_000.0, 1.4))},
        {"detour": ((1_000.0, 1.45), (1_001.0, 1.35))},  # the way would get shorter
        {"weather_factor": 0.0},
        {"water_surcharge": -0.1},
    ],
)
def test_absurd_settings_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|must"):
        StraightLineSettings(**settings)  # type: ignore[arg-type]


def test_no_places_make_an_empty_matrix() -> None:
    assert straight_line_matrix(places([]), ["ebike"]).durations["ebike"].shape == (0, 0)
