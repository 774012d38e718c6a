"""The staff of a made day: how many caregivers, of which qualification, where, for which provider."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from instances.catalogue import ASSESSOR, CARE_LEVEL, NURSE, THERAPIST
from instances.demand import Call
from instances.geography import KM_PER_DEGREE, City, Provider, Subcentre, Town, scatter
from instances.quota import apportion

__all__ = ["Place", "Post", "Station", "draw_staff", "draw_stations", "working_providers"]

CARE_HOURS = 6.5  # hours of service for each caregiver, of eight hours net
LEVEL_SHARES = (0.30, 0.34, 0.20, 0.10, 0.06)  # levels 1 to 5 of those who are no specialists
SPECIALIST_LEVEL = 3
SPECIALIST_HOURS = 6.75  # of work and ways for each specialist
DETOUR, EBIKE_KMH = 1.32, 18.0
CROWDING_KM = 1.0
CAREGIVERS_PER_PROVIDER = 3
TASKS_PER_STATION = 100
WOMEN_SHARE = 0.85
DIALECT_SHARE = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a route starts and ends, in WGS-84."""

    town: Town
    lat: float
    lon: float
    village: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Station:
    """A station (居家养老服务站); ``number`` is its rank in the city."""

    number: int
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One caregiver before the id: qualification, provider, town, and the station or home the route starts from."""

    town: Town
    provider: str
    level: int
    specialty: str | None
    base: Station | Place
    woman: bool
    speaks_dialect: bool

    def masters(self, skill: str, level: int) -> bool:
        """Whether the caregiver has the skill at the level."""
        return self.level >= level if skill == CARE_LEVEL else self.specialty == skill


def working_providers(city: City, caregivers: int) -> tuple[Provider, ...]:
    """The providers of a day: all of the city, or on small days fewer: one for every three caregivers.

    Where there are fewer, neighbours of the table are merged under the name of the first.
    """
    count = min(len(city.providers), max(1, caregivers // CAREGIVERS_PER_PROVIDER))
    merged: list[Provider] = []
    for rank in range(count):
        rows = [i for i in range(len(city.providers)) if i * count // len(city.providers) == rank]
        towns = dict.fromkeys(town for i in rows for town in city.providers[i].towns)
        merged.append(Provider(id=city.providers[rows[0]].id, towns=tuple(towns)))
    return tuple(merged)


def draw_stations(city: City, calls: Sequence[Call], random: Random) -> list[Station]:
    """A station at every centre, and one more for every hundred tasks of a town."""
    stations: list[Station] = []
    for town in city.towns:
        tasks = sum(call.team_size for call in calls if call.town is town)
        places = [Place(town=town, lat=c.lat, lon=c.lon, village=c.name) for c in town.subcentres]
        for _ in range(tasks // TASKS_PER_STATION):
            lat, lon, village = scatter(town, random)
            places.append(Place(town=town, lat=lat, lon=lon, village=village))
        first = len(stations)
        stations.extend(Station(number=first + i, place=place) for i, place in enumerate(places))
    return stations


def draw_staff(city: City, calls: Sequence[Call], stations: Sequence[Station], random: Random) -> list[Post]:
    """Caregivers for 6.5 hours of service each.

    Specialists sit where the ways to their own visits are short in all. Care workers are spread over the towns like the
    hours of care, and their levels are dealt round the providers, the highest first, so that every provider has its
    share of them. Half of all start at a station of their town, half at home. On an island lives a care worker of
    level 3.
    """
    caregivers = max(2, round(sum(call.care_s for call in calls) / 3600 / CARE_HOURS))
    providers = working_providers(city, caregivers)
    specialists = _specialist_seats(city, calls, providers, caregivers)
    care_seats = _dealt(_care_seats(city, calls, providers, caregivers - len(specialists)), random)
    levels = _levels(calls, len(care_seats))
    entries = [(seat, SPECIALIST_LEVEL, specialty) for seat, specialty in specialists]
    entries += [(seat, level, None) for seat, level in zip(care_seats, levels, strict=True)]
    from_station = [rank % 2 == 0 for rank in range(len(entries))]
    random.shuffle(from_station)
    return [
        Post(
            town=town,
            provider=provider,
            level=SPECIALIST_LEVEL if town.island else level,
            specialty=specialty,
            base=_base(town, stations, random) if at_station else _home(town, random),
            woman=random.random() < WOMEN_SHARE,
            speaks_dialect=random.random() < DIALECT_SHARE,
        )
        for ((town, provider), level, specialty), at_station in zip(entries, from_station, strict=True)
    ]


def _specialist_seats(
    city: City, calls: Sequence[Call], providers: Sequence[Provider], caregivers: int
) -> list[tuple[tuple[Town, str], str | None]]:
    """Seats of the specialists: enough for their hours and for the largest team, never all of the staff."""
    seats: list[tuple[tuple[Town, str], str | None]] = []
    held = dict.fromkeys((provider.id for provider in providers), 0)
    for specialty in (ASSESSOR, THERAPIST, NURSE):
        own = [call for call in calls if call.service.skill == specialty and not call.town.island]
        for town in _short_ways(city, own, _specialists(own)):
            names = [provider.id for provider in providers if town.name in provider.towns]
            name = min(names, key=lambda name: (held[name], name))
            held[name] += 1
            seats.append(((town, name), specialty))
    return seats[: caregivers - 1]


def _specialists(calls: Sequence[Call]) -> int:
    """How many specialists the calls of a specialty need: their work and ways, and the largest team.

    On a small day the few calls of a specialty lie far apart, so that the ways take as long as the work. A way is taken
    to be half as long again as the one to the nearest call of the specialty.
    """
    if not calls:
        return 0
    seconds = float(sum(call.care_s for call in calls))
    for call in calls:
        others = [_distance_km(other, call) for other in calls if other is not call]
        seconds += call.team_size * 1.5 * DETOUR * min(others, default=0.0) / EBIKE_KMH * 3600
    return max(max(call.team_size for call in calls), math.ceil(seconds / 3600 / SPECIALIST_HOURS))


def _short_ways(city: City, calls: Sequence[Call], count: int) -> list[Town]:
    """Towns on the mainland, one by one, each the best addition: short ways to the calls, and no crowded seat."""
    mainland = [town for town in city.towns if not town.island]
    ways = {town.name: [_distance_km(town.subcentres[0], call) for call in calls] for town in mainland}
    chosen: list[Town] = []
    for _ in range(count):
        chosen.append(min(mainland, key=lambda town: _way_sum([*chosen, town], calls, ways)))
    return chosen


def _way_sum(seats: Sequence[Town], calls: Sequence[Call], ways: Mapping[str, Sequence[float]]) -> float:
    """Kilometres from every call to its nearest seat, weighted by the work; the most crowded seat counts as way too."""
    heads = Counter(town.name for town in seats)
    work = dict.fromkeys(heads, 0.0)
    total = 0.0
    for i, call in enumerate(calls):
        way, name = min((ways[name][i], name) for name in heads)
        total += way * call.care_s
        work[name] += call.care_s
    return total + CROWDING_KM * max(work[name] / count for name, count in heads.items())


def _distance_km(place: Call | Subcentre, call: Call) -> float:
    north, east = place.lat - call.lat, (place.lon - call.lon) * math.cos(math.radians(call.lat))
    return KM_PER_DEGREE * math.hypot(north, east)


def _care_seats(
    city: City, calls: Sequence[Call], providers: Sequence[Provider], caregivers: int
) -> list[tuple[Town, str]]:
    """A town and a provider for every care worker; an island with visits has one of its own at least."""
    care = [call for call in calls if call.is_care]
    hours = [sum(call.care_s for call in care if call.town is town) / 3600 for town in city.towns]
    counts = apportion(caregivers, hours)
    for i, town in enumerate(city.towns):
        if town.island and hours[i] and not counts[i]:
            counts[i] = 1
            counts[counts.index(max(counts))] -= 1
    seats: list[tuple[Town, str]] = []
    for town, count in zip(city.towns, counts, strict=True):
        names = [provider.id for provider in providers if town.name in provider.towns]
        seats.extend((town, names[rank % len(names)]) for rank in range(count))
    return seats


def _dealt(seats: Sequence[tuple[Town, str]], random: Random) -> list[tuple[Town, str]]:
    """The seats in rounds over the providers, islands last."""
    taken: dict[str, int] = {}
    rounds: list[tuple[bool, int, int, tuple[Town, str]]] = []
    for rank, seat in enumerate(random.sample(list(seats), len(seats))):
        rounds.append((seat[0].island, taken.get(seat[1], 0), rank, seat))
        taken[seat[1]] = taken.get(seat[1], 0) + 1
    return [seat for _, _, _, seat in sorted(rounds, key=lambda entry: entry[:3])]


def _levels(calls: Sequence[Call], care_workers: int) -> list[int]:
    """Levels of the care workers, the highest first."""
    counts = apportion(care_workers, LEVEL_SHARES)
    levels = [level for level, count in zip(range(1, 6), counts, strict=True) for _ in range(count)]
    return _raised(calls, sorted(levels, reverse=True))


def _raised(calls: Sequence[Call], levels: list[int]) -> list[int]:
    """Raise the highest levels where the largest team of a level would not find its members."""
    for level in range(5, SPECIALIST_LEVEL, -1):
        own = [call for call in calls if call.is_care and call.service.level == level]
        team = max((call.team_size for call in own), default=0)
        levels = [max(held, level) if rank < team else held for rank, held in enumerate(levels)]
    return levels


def _base(town: Town, stations: Sequence[Station], random: Random) -> Station:
    return random.choice([station for station in stations if station.place.town is town])


def _home(town: Town, random: Random) -> Place:
    lat, lon, village = scatter(town, random)
    return Place(town=town, lat=lat, lon=lon, village=village)
