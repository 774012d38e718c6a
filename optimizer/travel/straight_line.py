"""Travel times from straight lines: great-circle distance × detour factor ÷ speed of the mode.

The factor is larger on short trips. Suggested by measurements in 25 Chinese cities (mean 1.324; Annals of GIS 2021,
doi 10.1080/19475683.2021.1966503): 1.45 under 1 km, 1.35 between 1 and 5 km, 1.30 above. Taken as steps these figures
would make a trip of 1,001 m shorter than one of 999 m; here the factor falls linearly, 1.45 up to 1 km, 1.35 at 3 km
and 1.30 from 5 km on. As it never rises, and the way still gets longer with the distance, going straight is never
longer than going by a third place (for equal speeds and up to rounding).

Parking, stairs and showing one's card (about four minutes a stop) belong to the service at the door. The makers of the
instances count them inside the service duration, so ``stop_s`` is zero here; set it only where the durations of the
visits do not hold them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import TravelError
from optimizer.travel.coordinates import CoordinateSystem, to_wgs84
from optimizer.travel.matrix import MAX_DURATION, UNREACHABLE, TravelMatrix
from optimizer.travel.speeds import StraightLineSettings

__all__ = ["Points", "straight_line_matrix", "straight_line_metres"]

F = TypeVar("F", np.float32, np.float64)

EARTH_RADIUS_M = 6_371_008.8
BLOCK_ELEMENTS = 1 << 18  # a block of distances stays in the processor's cache


@dataclass(frozen=True, kw_only=True)
class Points:
    """Places on the map, ``n`` of them: ids, degrees of shape ``(n,)``, the system of each and its town."""

    ids: tuple[str, ...]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    systems: tuple[CoordinateSystem, ...]
    towns: tuple[str, ...]

    def __post_init__(self) -> None:
        lengths = [len(self.ids), len(self.lat), len(self.lon), len(self.systems), len(self.towns)]
        if len(set(lengths)) != 1:
            raise TravelError(f"points: expected columns of one length, got {lengths}")

    def without_coordinates(self) -> tuple[str, ...]:
        """Ids of the places that have no usable latitude and longitude."""
        usable = (np.abs(self.lat) <= 90.0) & (np.abs(self.lon) <= 180.0)  # False for NaN
        return tuple(self.ids[i] for i in np.flatnonzero(~usable))


def straight_line_matrix(
    points: Points,
    modes: Sequence[str],
    settings: StraightLineSettings | None = None,
    *,
    ticks_per_s: int = 1,
    cut_off: Mapping[str, Sequence[str]] | None = None,
    with_metres: bool = False,
) -> TravelMatrix:
    """Travel times between all pairs of ``n`` places by several modes.

    Parameters
    ----------
    points
        The places; every one needs coordinates.
    modes
        Names of modes, each with a speed in ``settings``.
    ticks_per_s
        Ticks in a second; durations are rounded to whole ticks.
    cut_off
        For a mode, the towns that it can reach only from within the town.
    with_metres
        Whether to keep the metres too (another ``4 n²`` bytes, shared by all modes).

    Raises
    ------
    TravelError
        A place has no coordinates, a mode has no speed, or a trip is longer than a matrix can hold.
    """
    settings = settings or StraightLineSettings()
    _check(points, modes, settings)
    n = len(points.ids)
    durations = {mode: np.empty((n, n), dtype=np.int32) for mode in modes}
    metres = np.empty((n, n), dtype=np.int32) if with_metres else None
    half_slowness = {
        mode: _half_slowness(points, mode, settings, ticks_per_s) for mode in _modes_needed(modes, settings)
    }
    for rows, way in _ways(points, settings):
        if metres is not None:
            metres[rows] = np.rint(way)
        for mode in modes:
            ticks = _ticks(way, rows, mode, half_slowness, settings, ticks_per_s)
            if np.max(ticks, initial=0.0) > MAX_DURATION:
                raise TravelError(f"travel by {mode!r} takes too long to be held; check the coordinates of the places")
            durations[mode][rows] = np.rint(ticks, out=ticks)
    reachable = {mode: _cut(durations[mode], points.towns, (cut_off or {}).get(mode, ())) for mode in modes}
    return TravelMatrix(
        locations=points.ids,
        durations=durations,
        reachable=reachable,
        metres={mode: metres for mode in modes} if metres is not None else {},
        source=settings.source,
    )


def straight_line_metres(
    points: Points, origins: NDArray[np.int64], targets: NDArray[np.int64], settings: StraightLineSettings | None = None
) -> NDArray[np.float64]:
    """Metres of way of single pairs, given by index into ``points`` (arrays of one shape), without a matrix."""
    settings = settings or StraightLineSettings()
    xyz = _centred_xyz(points, np.float64)
    squared = sum((axis[origins] - axis[targets]) ** 2 for axis in xyz)
    return _way_metres(np.asarray(squared, dtype=np.float64), settings)


def _check(points: Points, modes: Sequence[str], settings: StraightLineSettings) -> None:
    lost = points.without_coordinates()
    if lost:
        named = ", ".join(lost[:5]) + (" …" if len(lost) > 5 else "")
        raise TravelError(f"{len(lost)} places have no usable coordinates ({named}); give them, or a travel matrix")
    unknown = sorted(set(_modes_needed(modes, settings)) - settings.speeds.keys())
    if unknown:
        known = ", ".join(sorted(settings.speeds))
        raise TravelError(f"no speed for the mode of travel {', '.join(unknown)}; give it one, or use {known}")


def _modes_needed(modes: Sequence[str], settings: StraightLineSettings) -> tuple[str, ...]:
    walking = ("walk",) if any(mode in settings.walk_instead for mode in modes) else ()
    return tuple(dict.fromkeys((*modes, *walking)))


def _half_slowness(points: Points, mode: str, settings: StraightLineSettings, ticks_per_s: int) -> NDArray[np.float32]:
    """Half the ticks a metre takes around each place; the sum over both ends is the slowness of a pair."""
    kmh = [settings.speeds[mode].kmh(settings.areas.get(town, settings.default_area)) for town in points.towns]
    return (1.8 * ticks_per_s / (np.array(kmh, dtype=np.float64) * settings.weather_factor)).astype(np.float32)


def _ways(points: Points, settings: StraightLineSettings) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Blocks of rows with the metres of way to every place."""
    n = len(points.ids)
    xyz = _centred_xyz(points, np.float32)
    block = max(1, BLOCK_ELEMENTS // max(n, 1))
    for start in range(0, n, block):
        rows = slice(start, min(start + block, n))
        squared = np.zeros((rows.stop - rows.start, n), dtype=np.float32)
        for axis in xyz:
            difference = axis[rows, None] - axis
            difference *= difference
            squared += difference
        yield rows, _way_metres(squared, settings)


def _centred_xyz(points: Points, dtype: type[F]) -> tuple[NDArray[F], ...]:
    """Metres on three axes through the middle of the region: small numbers, whose differences float32 holds."""
    lat, lon = to_wgs84(points.lat, points.lon, points.systems)
    phi, lam = np.radians(lat), np.radians(lon)
    axes = (np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi))
    return tuple(_centred(EARTH_RADIUS_M * axis).astype(dtype) for axis in axes)


def _centred(axis: NDArray[np.float64]) -> NDArray[np.float64]:
    return axis - (axis.min() + axis.max()) / 2.0 if len(axis) else axis


def _way_metres(squared_chord: NDArray[F], settings: StraightLineSettings) -> NDArray[F]:
    """Metres of way from squared chords: the arc over the chord (the haversine formula) times the detour factor.

    Overwrites the array given.
    """
    share = squared_chord * (1.0 / EARTH_RADIUS_M**2)
    distance = np.sqrt(squared_chord, out=squared_chord)
    distance *= 1.0 + share * (1.0 / 24.0 + share * (3.0 / 640.0))  # arcsin as a series: below 1 m at 2,000 km
    factor = np.full_like(distance, settings.detour[0][1])
    for (near, high), (far, low) in itertools.pairwise(settings.detour):
        step = np.clip(distance, near, far)
        step -= near
        step *= (low - high) / (far - near)
        factor += step
    factor *= 1.0 + settings.water_surcharge
    distance *= factor
    return distance


def _ticks(
    way: NDArray[np.float32],
    rows: slice,
    mode: str,
    half_slowness: Mapping[str, NDArray[np.float32]],
    settings: StraightLineSettings,
    ticks_per_s: int,
) -> NDArray[np.float32]:
    speed = settings.speeds[mode]
    slowness = half_slowness[mode]
    ticks = slowness[rows, None] + slowness
    ticks *= way
    fixed = (speed.wait_s + speed.stop_s) * ticks_per_s
    if fixed:
        ticks += (way > 0) * np.float32(fixed)
    if mode in settings.walk_instead and mode != "walk":
        np.minimum(ticks, _ticks(way, rows, "walk", half_slowness, settings, ticks_per_s), out=ticks)
    return ticks


def _cut(durations: NDArray[np.int32], towns: Sequence[str], cut_off: Sequence[str]) -> NDArray[np.bool_]:
    """The mask of reachable pairs; pairs that a barrier cuts are written into ``durations``."""
    reachable = np.ones(durations.shape, dtype=np.bool_)
    names = np.array(towns, dtype=object)
    for town in sorted(set(cut_off)):
        inside = names == town
        reachable[np.ix_(inside, ~inside)] = False
        reachable[np.ix_(~inside, inside)] = False
    if cut_off:
        durations[~reachable] = UNREACHABLE
    return reachable
