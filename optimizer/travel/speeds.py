"""What the straight-line provider assumes: detour factors, speeds by mode and by kind of area."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

__all__ = ["Area", "ModeSpeed", "StraightLineSettings"]


class Area(StrEnum):
    """How dense the streets around a place are; the speed depends on it."""

    CORE = "core"
    TOWN = "town"
    RURAL = "rural"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModeSpeed:
    """Speed of a mode of travel.

    Attributes
    ----------
    core_kmh, town_kmh, rural_kmh
        Speed on the way in each kind of area. Between two kinds, half of the way is taken at each speed.
    wait_s
        Seconds added to every trip (waiting for the bus and walking to the stop).
    stop_s
        Seconds of parking at the end of every trip; zero where the service durations hold them.
    """

    core_kmh: float
    town_kmh: float
    rural_kmh: float
    wait_s: float = 0.0
    stop_s: float = 0.0

    def __post_init__(self) -> None:
        speeds = (self.core_kmh, self.town_kmh, self.rural_kmh)
        if not all(np.isfinite(speed) and speed > 0 for speed in speeds):
            raise ValueError(f"speeds: expected positive numbers of km/h, got {speeds}")
        if not (0 <= self.wait_s < np.inf and 0 <= self.stop_s < np.inf):
            raise ValueError(f"wait_s, stop_s: expected zero or more, got {self.wait_s}, {self.stop_s}")

    def kmh(self, area: Area) -> float:
        """The speed in an area."""
        return {Area.CORE: self.core_kmh, Area.TOWN: self.town_kmh, Area.RURAL: self.rural_kmh}[area]


def _default_speeds() -> dict[str, ModeSpeed]:
    return {
        "walk": ModeSpeed(core_kmh=4.5, town_kmh=4.5, rural_kmh=4.5),
        "ebike": ModeSpeed(core_kmh=15.0, town_kmh=18.0, rural_kmh=20.0),
        "car": ModeSpeed(core_kmh=25.0, town_kmh=35.0, rural_kmh=45.0),
        "bus": ModeSpeed(core_kmh=18.0, town_kmh=22.0, rural_kmh=28.0, wait_s=600.0),
    }


def _default_areas() -> dict[str, Area]:
    cores = ("汇龙镇", "城东街道", "城西街道", "城南街道", "城中街道", "城北街道")
    return {town: Area.CORE for town in cores}


@dataclass(frozen=True, kw_only=True, slots=True)
class StraightLineSettings:
    """Everything the straight-line provider assumes; every figure is an assumption unless a source is named above.

    Attributes
    ----------
    detour
        Points ``(metres of straight line, factor)`` between which the factor is interpolated linearly; constant before
        the first and after the last. Factors must not rise.
    water_surcharge
        Added share of way where canals cut the roads (0.05–0.10 is thinkable for Qidong).
    speeds
        The modes and their speeds.
    walk_instead
        Modes whose travellers walk where that is faster (the bus of a short trip).
    areas
        Kind of area by town; a town that is not listed is ``default_area``.
    weather_factor
        Multiplies every speed (0.8 in rain).
    """

    detour: tuple[tuple[float, float], ...] = ((1_000.0, 1.45), (3_000.0, 1.35), (5_000.0, 1.30))
    water_surcharge: float = 0.0
    speeds: Mapping[str, ModeSpeed] = field(default_factory=_default_speeds)
    walk_instead: tuple[str, ...] = ("bus",)
    areas: Mapping[str, Area] = field(default_factory=_default_areas)
    default_area: Area = Area.TOWN
    weather_factor: float = 1.0

    def __post_init__(self) -> None:
        if not self.detour or any(factor < 1.0 for _, factor in self.detour):
            raise ValueError(f"detour: expected points with factors of 1 and more, got {self.detour}")
        if any(b[0] <= a[0] or b[1] > a[1] for a, b in itertools.pairwise(self.detour)):
            raise ValueError(f"detour: expected rising metres and factors that do not rise, got {self.detour}")
        if any(b[0] * b[1] <= a[0] * a[1] for a, b in itertools.pairwise(self.detour)):
            raise ValueError(f"detour: the way must get longer with the distance, got {self.detour}")
        if not (0.0 <= self.water_surcharge < 10.0 and 0.0 < self.weather_factor < 10.0):
            found = f"water_surcharge {self.water_surcharge}, weather_factor {self.weather_factor}"
            raise ValueError(f"expected factors above 0 and below 10, got {found}")

    @property
    def source(self) -> str:
        """One line for the report."""
        factors = "/".join(f"{factor:g}" for _, factor in self.detour)
        surcharge = f" × {1 + self.water_surcharge:g} (water)" if self.water_surcharge else ""
        return f"straight line × {factors}{surcharge}"
