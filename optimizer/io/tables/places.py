"""Rows with a point on the map → locations: stations, other places, the homes of clients."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from optimizer.io.tables.cells import number, text, word
from optimizer.io.tables.raw import CellValue
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.table import Row
from optimizer.io.tables.words import COORDINATE_SYSTEMS, PLACE_KINDS
from optimizer.visits.model import CoordinateSystem, Location

__all__ = ["Gazetteer", "has_description", "read_stations"]

_FIELDS = {"lat": "lat", "lon": "lon", "system": "system", "town": "town", "village": "village"}
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
        location = _location(name, row, is_station)
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
    return any(row.value(key) is not None for key in _FIELDS.values())


def _location(name: str, row: Row, is_station: bool) -> Location:
    lat = row.read("lat", _degrees, None)
    lon = row.read("lon", _degrees, None)
    system = row.read("system", word(COORDINATE_SYSTEMS), CoordinateSystem.WGS84)
    town = row.read("town", text, "")
    village = row.read("village", text, "")
    _check_point(row, lat, lon, system)
    return Location(id=name, lat=lat, lon=lon, system=system, town=town, village=village, is_station=is_station)


def _degrees(value: CellValue) -> float | None:
    return number(value)


def _check_point(row: Row, lat: float | None, lon: float | None, system: CoordinateSystem) -> None:
    given = (row.value("lat") is not None, row.value("lon") is not None)
    if given[0] != given[1]:
        row.error("T244", "lon" if given[0] else "lat")
    if lat is None or lon is None:
        return
    if row.value("system") is None:
        row.error("T245", "system" if "system" in row.table.columns else "lat")
    if not _in_china(lat, lon) and _in_china(lon, lat):
        row.error("T242", "lat", lat=lat, lon=lon)
    elif not (abs(lat) <= 90 and abs(lon) <= 180) or (system is not CoordinateSystem.WGS84 and not _in_china(lat, lon)):
        row.error("T243", "lat", lat=lat, lon=lon, system=system.value)


def _in_china(lat: float, lon: float) -> bool:
    return _CHINA_LAT[0] <= lat <= _CHINA_LAT[1] and _CHINA_LON[0] <= lon <= _CHINA_LON[1]
