"""Towns, old-town centres and providers of the two cities, from the small tables in ``instances/data``."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from random import Random

__all__ = ["KM_PER_DEGREE", "City", "CityName", "Provider", "Subcentre", "Town", "load_city", "scatter"]

KM_PER_DEGREE = 111.2
MAX_SPREADS = 2.5  # nobody lives farther from a centre than so many standard deviations


class CityName(StrEnum):
    """The cities there are makers for."""

    QIDONG = "qidong"
    HAILING = "hailing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subcentre:
    """A centre around which homes are scattered: WGS-84 degrees, share within its town, standard deviation in km."""

    name: str
    lat: float
    lon: float
    weight: float
    spread_km: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    """A town (镇街); ``weight`` is its share of the demand, an ``island`` cannot be reached by e-bike or on foot."""

    name: str
    weight: float
    island: bool
    subcentres: tuple[Subcentre, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """An invented institution and the towns it works in."""

    id: str
    towns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class City:
    """A city with its towns and providers, in the order of the tables (neighbours stand together)."""

    name: CityName
    zh: str
    towns: tuple[Town, ...]
    providers: tuple[Provider, ...]


def load_city(name: CityName) -> City:
    """The towns and providers of a city."""
    centres = _rows("subcentres.csv", name)
    towns = tuple(
        Town(
            name=row["town"],
            weight=float(row["weight"]),
            island=row["island"] == "1",
            subcentres=tuple(_subcentre(centre) for centre in centres if centre["town"] == row["town"]),
        )
        for row in _rows("towns.csv", name)
    )
    providers = tuple(
        Provider(id=row["provider"], towns=tuple(row["towns"].split("|"))) for row in _rows("providers.csv", name)
    )
    zh = {CityName.QIDONG: "启东", CityName.HAILING: "海陵"}[name]
    return City(name=name, zh=zh, towns=towns, providers=providers)


def scatter(town: Town, random: Random) -> tuple[float, float, str]:
    """A random home: WGS-84 latitude and longitude (five digits, about 1 m) and the old town it belongs to.

    Homes lie around the centres by a normal distribution that is cut at 2.5 standard deviations. The shapes of the
    towns are not used (their data may not be passed on), so a home may lie across a border or in the water.
    """
    centre = random.choices(town.subcentres, weights=[centre.weight for centre in town.subcentres])[0]
    while True:
        north, east = random.gauss(0.0, 1.0), random.gauss(0.0, 1.0)
        if math.hypot(north, east) <= MAX_SPREADS:
            break
    lat = centre.lat + north * centre.spread_km / KM_PER_DEGREE
    lon = centre.lon + east * centre.spread_km / (KM_PER_DEGREE * math.cos(math.radians(centre.lat)))
    return round(lat, 5), round(lon, 5), centre.name


def _subcentre(row: dict[str, str]) -> Subcentre:
    return Subcentre(
        name=row["name"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        weight=float(row["weight"]),
        spread_km=float(row["spread_km"]),
    )


def _rows(table: str, city: CityName) -> list[dict[str, str]]:
    text = files("instances").joinpath("data", table).read_text(encoding="utf-8")
    return [row for row in csv.DictReader(text.splitlines()) if row["city"] == city.value]
