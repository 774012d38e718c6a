"""The demand of a made day: who is visited, where, for what, how long and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from instances.catalogue import CARE_LEVEL, CATALOGUE, MANDATORY_SHARE, STOP_S, TWO_CARER_SHARE, Service
from instances.geography import City, Town, scatter
from instances.quota import apportion

__all__ = ["DAY_END", "DAY_START", "Call", "draw_calls"]

HOUR = 3600
DAY_START, DAY_END = 8 * HOUR, 17 * HOUR + 1800
LAST_START = 16 * HOUR + 1800
WAY_HOME_S = 1800  # kept free before the end of the day behind every visit
NARROW_SHARE, ALL_DAY_SHARE = 0.51, 0.20  # windows up to three hours, and all day; the rest are half-days
MORNING, AFTERNOON = (DAY_START, 11 * HOUR + 1800), (13 * HOUR, LAST_START)
MEDICINE = (9 * HOUR, 10 * HOUR + 1800)
VISITS_PER_SEQUENCE = 50
ISLAND_VISITS, ISLAND_FROM = 3, 200  # so many visits at least on an island, from this size of the day on


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One visit before it has an id.

    ``household`` numbers the home (a sequence has two calls at one home), ``after`` is the index of the call that this
    one follows, ``windows`` are seconds from midnight.
    """

    service: Service
    town: Town
    household: int
    lat: float
    lon: float
    village: str
    seconds: int
    team_size: int
    mandatory: bool
    windows: tuple[tuple[int, int], ...]
    after: int | None = None

    @property
    def care_s(self) -> int:
        """Seconds of work of all members of the team."""
        return self.seconds * self.team_size

    @property
    def is_care(self) -> bool:
        """Whether a care worker does it, not a specialist."""
        return self.service.skill == CARE_LEVEL


def draw_calls(city: City, visits: int, random: Random) -> list[Call]:
    """Draw the visits of a day with exact shares of towns, services, teams, mandatory ones and windows.

    The shares are those of the day on which methods were measured: 51 % of the windows last three hours at most, 20 %
    all day, the rest half a day; 10 % of the visits need two caregivers, 75 % are mandatory.
    """
    towns = _towns(city, visits)
    services = _with_nurse_on_island(_services(visits, random), towns)
    team_sizes = _marked(services, TWO_CARER_SHARE, [service.two_carers for service in services], random)
    mandatory = _marked(services, MANDATORY_SHARE, [service.mandatory for service in services], random)
    calls = []
    for i, service in enumerate(services):
        lat, lon, village = scatter(towns[i], random)
        low, high = service.minutes
        calls.append(
            Call(
                service=service,
                town=towns[i],
                household=i,
                lat=lat,
                lon=lon,
                village=village,
                seconds=random.randrange(low, high + 1, 5) * 60 + STOP_S,
                team_size=2 if team_sizes[i] else 1,
                mandatory=mandatory[i],
                windows=(),
            )
        )
    return _with_windows(_with_sequences(calls), random)


def _services(visits: int, random: Random) -> list[Service]:
    counts = apportion(visits, [service.share for service in CATALOGUE])
    services = [service for service, count in zip(CATALOGUE, counts, strict=True) for _ in range(count)]
    random.shuffle(services)
    return services


def _towns(city: City, visits: int) -> list[Town]:
    counts = apportion(visits, [town.weight for town in city.towns])
    for i, town in enumerate(city.towns):
        missing = ISLAND_VISITS - counts[i]
        if town.island and visits >= ISLAND_FROM and missing > 0:
            counts[i] += missing
            counts[counts.index(max(counts))] -= missing
    return [town for town, count in zip(city.towns, counts, strict=True) for _ in range(count)]


def _with_nurse_on_island(services: list[Service], towns: list[Town]) -> list[Service]:
    """Let the last visit on an island be nursing, for which nobody lives there: a visit that cannot be done."""
    islands = [i for i, town in enumerate(towns) if town.island]
    nursing = [i for i, service in enumerate(services) if service.code == "NURSE"]
    if len(islands) < ISLAND_VISITS or set(islands) & set(nursing):
        return services
    there, here = islands[-1], nursing[-1]
    services[there], services[here] = services[here], services[there]
    return services


def _marked(services: list[Service], share: float, chances: list[float], random: Random) -> list[bool]:
    """Mark a share of the visits, spread over the services in proportion to their chances."""
    codes = [service.code for service in CATALOGUE]
    chance = {service.code: c for service, c in zip(services, chances, strict=True)}
    counts = [sum(service.code == code for service in services) for code in codes]
    weights = [count * chance.get(code, 0.0) for code, count in zip(codes, counts, strict=True)]
    quota = apportion(min(round(share * len(services)), sum(counts)), weights, counts)
    marked = [False] * len(services)
    for code, count in zip(codes, quota, strict=True):
        rows = [i for i, service in enumerate(services) if service.code == code]
        for i in random.sample(rows, count):
            marked[i] = True
    return marked


def _with_sequences(calls: list[Call]) -> list[Call]:
    """Let some nursing calls give medicine before a meal at the same home; a meal in the same town is taken first."""
    calls = list(calls)
    nursing = [i for i, call in enumerate(calls) if call.service.code == "NURSE" and not call.town.island]
    meals = [i for i, call in enumerate(calls) if call.service.code == "MEAL" and not call.town.island]
    for first in nursing[: len(calls) // VISITS_PER_SEQUENCE]:
        if not meals:
            break
        second = next((i for i in meals if calls[i].town is calls[first].town), meals[0])
        meals.remove(second)
        nurse, meal = calls[first], calls[second]
        calls[first] = replace(nurse, windows=(MEDICINE,), mandatory=True)
        calls[second] = replace(
            meal,
            town=nurse.town,
            household=nurse.household,
            lat=nurse.lat,
            lon=nurse.lon,
            village=nurse.village,
            after=first,
            mandatory=True,
        )
    return calls


def _with_windows(calls: list[Call], random: Random) -> list[Call]:
    """Give every call its windows: those of its service, or drawn so that the shares of the day come out."""
    calls = [call if call.windows else replace(call, windows=call.service.windows) for call in calls]
    calls = [replace(call, windows=tuple(_fitted(w, call.seconds) for w in call.windows)) for call in calls]
    free = [i for i, call in enumerate(calls) if not call.windows]
    random.shuffle(free)
    narrow = max(0, round(NARROW_SHARE * len(calls)) - (len(calls) - len(free)))
    all_day = round(ALL_DAY_SHARE * len(calls))
    for rank, i in enumerate(free):
        if rank < narrow:
            window = _narrow_window(random)
        elif rank < narrow + all_day:
            window = (DAY_START, LAST_START)
        else:
            window = _half_day(calls[i].seconds, random)
        calls[i] = replace(calls[i], windows=(_fitted(window, calls[i].seconds),))
    return calls


def _narrow_window(random: Random) -> tuple[int, int]:
    """One to three hours, beginning on a half hour between 8:00 and 10:30, or between 13:00 and 15:30."""
    half_day = DAY_START if random.random() < 0.55 else 13 * HOUR
    earliest = half_day + random.randrange(6) * 1800
    return earliest, earliest + random.randrange(2, 7) * 1800


def _half_day(seconds: int, random: Random) -> tuple[int, int]:
    """The morning or the afternoon; long visits take the morning, where the window stays longer than three hours."""
    fits_afternoon = _fitted(AFTERNOON, seconds)[1] - AFTERNOON[0] > 3 * HOUR
    return AFTERNOON if fits_afternoon and random.random() < 0.5 else MORNING


def _fitted(window: tuple[int, int], seconds: int) -> tuple[int, int]:
    """The window cut so that the visit, and half an hour of way home, end within the day."""
    latest = min(window[1], DAY_END - seconds - WAY_HOME_S, LAST_START)
    return min(window[0], latest - 1800), latest
