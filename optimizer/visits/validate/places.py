"""Rules about coordinates and barriers (V060–V069)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.model import CoordinateSystem, Location
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]

CHINA_LAT = (3.8, 53.6)
"""Southernmost and northernmost degree of the country, its islands included."""

CHINA_LON = (73.4, 135.1)
"""Westernmost and easternmost degree of the country."""

_FAR_KM = 200.0
_KM_PER_DEGREE = 111.2
_FEWEST_TO_COMPARE = 4


@rule(
    "V060",
    Severity.ERROR,
    title=Text("坐标不是数", "a coordinate is not a number"),
    action=Text("填写十进制度数，例如 31.8081", "give decimal degrees, such as 31.8081"),
)
def v060_not_a_number(context: Context) -> Iterator[Observation]:
    """NaN or infinity."""
    for i, location in enumerate(context.problem.locations):
        for name, degrees in (("lat", location.lat), ("lon", location.lon)):
            if degrees is not None and not math.isfinite(degrees):
                yield seen(f"locations[{i}].{name}", f"坐标为 {degrees}", f"it is {degrees}", location.id)


@rule(
    "V061",
    Severity.ERROR,
    title=Text("坐标超出范围", "a coordinate out of range"),
    action=Text("纬度应在 ±90、经度在 ±180 以内，请更正", "correct it: latitude within ±90, longitude within ±180"),
)
def v061_out_of_range(context: Context) -> Iterator[Observation]:
    """Degrees that no place on earth has."""
    for i, location, lat, lon in _numbers(context):
        if not _looks_swapped(lat, lon) and not (abs(lat) <= 90 and abs(lon) <= 180):
            yield seen(
                f"locations[{i}]",
                f"纬度 {lat}、经度 {lon} 超出范围",
                f"latitude {lat}, longitude {lon} is out of range",
                location.id,
            )


@rule(
    "V062",
    Severity.ERROR,
    title=Text("经纬度写反", "latitude and longitude are mixed up"),
    action=Text("对调纬度和经度", "swap latitude and longitude"),
)
def v062_swapped(context: Context) -> Iterator[Observation]:
    """Outside the country as given, inside once swapped."""
    for i, location, lat, lon in _numbers(context):
        if _looks_swapped(lat, lon):
            yield seen(
                f"locations[{i}]",
                f"纬度 {lat}、经度 {lon} 疑似写反",
                f"latitude {lat}, longitude {lon} look mixed up",
                location.id,
            )


@rule(
    "V063",
    Severity.ERROR,
    title=Text("坐标系只在境内有效", "a coordinate system that holds only in China"),
    action=Text("更正坐标，或把坐标系改为 WGS-84", "correct the coordinates, or name the system WGS-84"),
)
def v063_system_abroad(context: Context) -> Iterator[Observation]:
    """GCJ-02 or BD-09 outside the country, where neither is defined."""
    for i, location, lat, lon in _abroad(context):
        if location.system is not CoordinateSystem.WGS84:
            yield seen(
                f"locations[{i}]",
                f"{location.system.value} 坐标 {lat}, {lon} 在境外",
                f"{location.system.value} {lat}, {lon} lies outside China",
                location.id,
            )


@rule(
    "V064",
    Severity.WARNING,
    title=Text("地点在境外", "a place outside China"),
    action=Text("核对坐标", "check the coordinates"),
)
def v064_abroad(context: Context) -> Iterator[Observation]:
    """Right in itself, but hardly meant (0, 0 from empty cells among them); one finding where all places are."""
    abroad = list(_abroad(context))
    if abroad and not any(_is_home(lat, lon) for _, _, lat, lon in _numbers(context)):
        count = len(abroad)
        yield seen("locations", f"有坐标的 {count} 个地点都在境外", f"all {count} places lie outside China")
        return
    for i, location, lat, lon in abroad:
        if location.system is CoordinateSystem.WGS84:
            yield seen(
                f"locations[{i}]",
                f"纬度 {lat}、经度 {lon} 在境外",
                f"latitude {lat}, longitude {lon} lies outside China",
                location.id,
            )


@rule(
    "V065",
    Severity.ERROR,
    title=Text("只有纬度或只有经度", "half a pair of coordinates"),
    action=Text("补上另一个，或两个都留空", "give the other one too, or leave both empty"),
)
def v065_half_a_pair(context: Context) -> Iterator[Observation]:
    """One of latitude and longitude is missing."""
    for i, location in enumerate(context.problem.locations):
        if (location.lat is None) != (location.lon is None):
            zh, en = ("纬度", "latitude") if location.lat is None else ("经度", "longitude")
            yield seen(f"locations[{i}]", f"缺{zh}", f"the {en} is missing", location.id)


@rule(
    "V066",
    Severity.ERROR,
    title=Text("没有坐标，也没有路程表", "neither coordinates nor a travel matrix"),
    action=Text("填写坐标，或提供路程表", "give coordinates, or a travel matrix"),
)
def v066_no_coordinates(context: Context) -> Iterator[Observation]:
    """A place to which no travel time can be computed."""
    if context.travel is not None:
        return
    lost = set(context.without_coordinates)
    for i, location in enumerate(context.problem.locations):
        if location.id in lost:
            yield seen(f"locations[{i}]", "没有坐标", "it has no coordinates", location.id)


@rule(
    "V067",
    Severity.WARNING,
    title=Text("地点离其他地点很远", "a place far from all the others"),
    action=Text("核对坐标的各位数字", "check the digits of the coordinates"),
)
def v067_far_away(context: Context) -> Iterator[Observation]:
    """More than 200 km from the middle of the day's places: a slip in one digit."""
    home = [(i, place, lat, lon) for i, place, lat, lon in _numbers(context) if _is_home(lat, lon)]
    if len(home) < _FEWEST_TO_COMPARE:
        return
    middle_lat, middle_lon = median(lat for _, _, lat, _ in home), median(lon for _, _, _, lon in home)
    east = _KM_PER_DEGREE * math.cos(math.radians(middle_lat))
    for i, location, lat, lon in home:
        km = math.hypot((lat - middle_lat) * _KM_PER_DEGREE, (lon - middle_lon) * east)
        if km > _FAR_KM:
            yield seen(
                f"locations[{i}]",
                f"离当日其他地点约 {km:.0f} 公里",
                f"about {km:.0f} km from the day's other places",
                location.id,
            )


@rule(
    "V068",
    Severity.WARNING,
    title=Text("通行限制中的镇没有地点", "a barrier round a town without places"),
    action=Text("更正镇名；不再需要的，删除这一行", "correct the town's name, or delete the row"),
)
def v068_unknown_town(context: Context) -> Iterator[Observation]:
    """A barrier that shuts off nothing, as when the town is spelt in another way."""
    towns = {location.town for location in context.problem.locations}
    for i, barrier in enumerate(context.problem.barriers):
        if barrier.town not in towns:
            yield seen(
                f"barriers[{i}].town",
                f"没有地点属于 {barrier.town!r}",
                f"no place is in {barrier.town!r}",
                barrier.town,
            )


@rule(
    "V069",
    Severity.WARNING,
    title=Text("通行限制没有写出行方式", "a barrier without a mode of travel"),
    action=Text("填写受限的出行方式，否则限制不起作用", "name the modes it stops, or it has no effect"),
)
def v069_no_mode(context: Context) -> Iterator[Observation]:
    """A barrier that names no mode stops nobody."""
    for i, barrier in enumerate(context.problem.barriers):
        if not barrier.modes:
            yield seen(f"barriers[{i}].modes", "没有出行方式", "it names no mode", barrier.town)


def _numbers(context: Context) -> Iterator[tuple[int, Location, float, float]]:
    """The places with two proper numbers."""
    for i, location in enumerate(context.problem.locations):
        lat, lon = location.lat, location.lon
        if lat is not None and lon is not None and math.isfinite(lat) and math.isfinite(lon):
            yield i, location, lat, lon


def _abroad(context: Context) -> Iterator[tuple[int, Location, float, float]]:
    """The places outside the country, where neither order nor range explains it."""
    for i, location, lat, lon in _numbers(context):
        in_range = abs(lat) <= 90 and abs(lon) <= 180
        if in_range and not _is_home(lat, lon) and not _looks_swapped(lat, lon):
            yield i, location, lat, lon


def _is_home(lat: float, lon: float) -> bool:
    return CHINA_LAT[0] <= lat <= CHINA_LAT[1] and CHINA_LON[0] <= lon <= CHINA_LON[1]


def _looks_swapped(lat: float, lon: float) -> bool:
    return not _is_home(lat, lon) and _is_home(lon, lat)


RULES = (
    v060_not_a_number,
    v061_out_of_range,
    v062_swapped,
    v063_system_abroad,
    v064_abroad,
    v065_half_a_pair,
    v066_no_coordinates,
    v067_far_away,
    v068_unknown_town,
    v069_no_mode,
)
