"""Rows with a point on the map → locations: stations, other places, the homes of clients."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

from optimizer.io.tables.addresses import located
from optimizer.io.tables.cells import number, text, word
from optimizer.io.tables.raw import CellValue
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.table import Row
from optimizer.io.tables.words import COORDINATE_SYSTEMS, PLACE_KINDS
from optimizer.visits.model import CoordinateSystem, Location

__all__ = ["Gazetteer", "check_point", "has_description", "point_of", "read_stations"]

_FIELDS = {"lat": "lat", "lon": "lon", "system": "system", "town": "town", "village": "village"}
_PAIR = re.compile(r"[(\[]?\s*(-?\d+(?:\.\d+)?)\s*[,;、\s]\s*(-?\d+(?:\.\d+)?)\s*[)\]]?")
_CHINA_LAT = (3.0, 54.0)
_CHINA_LON = (73.0, 136.0)


@dataclass(slots=True)
class Gazetteer:
    """The places met so far, in order; one place may be described in several rows if they agree."""

    reading: Reading
    locations: dict[str, Location] = field(default_factory=dict)
    _described_at: dict[str, str] = field(default_factory=dict)

    def describe(self, name: str, row: Row, *, is_station: bool) -> None:
        """Take the town, village and point of a row as those of the place ``name``."""
        location = _location(self.reading, name, row, is_station)
        known = self.locations.get(name)
        if known is None:
            self.locations[name] = location
            self._described_at[name] = row.place()
            self.reading.note(f'locations["{name}"]', row, _FIELDS)
        elif replace(known, is_station=is_station) != location:
            row.error("T246", ids=(name,), found=name, other=self._described_at[name])

    def mention(self, name: str, row: Row, key: str) -> None:
        """A row that only names a place: it is kept without coordinates if nothing describes it."""
        if name not in self.locations:
            self.locations[name] = Location(id=name)
            self.reading.places[f'locations["{name}"]'] = row.place(key)


def read_stations(reading: Reading, gazetteer: Gazetteer) -> None:
    """Put the rows of the sheet 站点 into the gazetteer."""
    for row in reading.rows("stations"):
        is_station = row.read("kind", word(PLACE_KINDS), True)
        name = reading.new_id(row, "id", "location")
        if name is not None:
            gazetteer.describe(name, row, is_station=is_station)


def has_description(row: Row) -> bool:
    """Whether a row says anything about its place beyond its id."""
    return any(row.value(key) is not None for key in (*_FIELDS.values(), "coordinates", "address"))


def _location(reading: Reading, name: str, row: Row, is_station: bool) -> Location:
    lat, lon = point_of(row)
    system = row.read("system", word(COORDINATE_SYSTEMS), reading.system or CoordinateSystem.WGS84)
    town = row.read("town", text, "")
    village = row.read("village", text, "")
    check_point(row, lat, lon, system, reading.system)
    if lat is None and lon is None and reading.addresses is not None and not _has_point(row):
        found = located(reading, row, town, village)
        if found is not None:
            entry = found.entry
            lat, lon, system = entry.lat, entry.lon, entry.system
            town = town or entry.town
    return Location(id=name, lat=lat, lon=lon, system=system, town=town, village=village, is_station=is_station)


def _has_point(row: Row) -> bool:
    return any(row.value(key) is not None for key in ("lat", "lon", "coordinates") if key in row.table.columns)


def point_of(row: Row) -> tuple[float | None, float | None]:
    """Latitude and longitude of a row: from their columns, or from one cell as a map gives it, in either order."""
    for key in ("coordinates", "lat", "lon"):
        value = row.value(key)
        match = _PAIR.fullmatch(unicodedata.normalize("NFKC", value).strip()) if isinstance(value, str) else None
        if match is not None:
            first, second = float(match[1]), float(match[2])
            lat, lon = (first, second) if _in_china(first, second) or not _in_china(second, first) else (second, first)
            row.log.understood(row.place(key), row.table.spec.column(key).title, value, f"{lat:g}°N {lon:g}°E")
            return lat, lon
        if key == "coordinates" and value is not None:
            row.error("T435", key, found=str(value)[:40])
            return None, None
    return row.read("lat", _degrees, None), row.read("lon", _degrees, None)


def _degrees(value: CellValue) -> float | None:
    return number(value)


def check_point(
    row: Row, lat: float | None, lon: float | None, system: CoordinateSystem, of_file: CoordinateSystem | None
) -> None:
    """Note what is wrong with the point of a row; ``of_file`` is the system of points whose row says none."""
    pasted = row.value("coordinates") is not None or (lat is not None and lon is not None and not _both(row))
    given = (row.value("lat") is not None, row.value("lon") is not None)
    if given[0] != given[1] and not pasted:
        row.error("T244", "lon" if given[0] else "lat")
    if lat is None or lon is None:
        return
    if row.value("system") is None and of_file is None and not _asked_before(row):
        row.error("T245", "system" if "system" in row.table.columns else "lat")
    if not _in_china(lat, lon) and _in_china(lon, lat):
        row.error("T242", "lat", lat=lat, lon=lon)
    elif not (abs(lat) <= 90 and abs(lon) <= 180) or (system is not CoordinateSystem.WGS84 and not _in_china(lat, lon)):
        row.error("T243", "lat", lat=lat, lon=lon, system=system.value)


def _asked_before(row: Row) -> bool:
    """Whether a sheet without a column for the system was already asked for it: once is enough."""
    if "system" in row.table.columns:
        return False
    return any(one.code == "T245" and one.where.startswith(f"{row.table.sheet.label}!") for one in row.log.findings)


def _both(row: Row) -> bool:
    return row.value("lat") is not None and row.value("lon") is not None


def _in_china(lat: float, lon: float) -> bool:
    return _CHINA_LAT[0] <= lat <= _CHINA_LAT[1] and _CHINA_LON[0] <= lon <= _CHINA_LON[1]
