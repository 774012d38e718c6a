"""Makers of whole days: Qidong and Hailing, every person in them invented.

A day is drawn in three steps, each from a seeded generator of its own: the demand (:mod:`instances.demand`), the staff
for it (:mod:`instances.staff`), and what binds the two (:mod:`instances.assignment`). The same city, size and seed give
the same day on every machine. The load is tight on purpose: 6.5 hours of service for each caregiver of eight hours net.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from instances.assignment import Household, bind_households, lent_skills
from instances.catalogue import CARE_LEVEL
from instances.demand import DAY_END, DAY_START, Call, draw_calls
from instances.geography import CityName, load_city
from instances.staff import Post, Station, draw_staff, draw_stations
from optimizer.visits.model import (
    Barrier,
    Break,
    Caregiver,
    Client,
    KnownCaregiver,
    Link,
    LinkKind,
    Location,
    PriorityGroup,
    Problem,
    Sharing,
    Shift,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)

__all__ = ["DAY", "LARGEST_DAY", "SMALLEST_DAY", "make_day", "make_hailing", "make_qidong"]

DAY = date(2026, 11, 23)
"""The day that is planned, a Monday."""

SMALLEST_DAY, LARGEST_DAY = 50, 6_000
"""Sizes that are made. 6,000 visits are 60,000 clients at an assumed two visits a month on twenty working days."""

LUNCH = Break(id="午休", earliest_t=11 * 3600, latest_t=12 * 3600 + 1800, duration_t=90 * 60, paid=False)
MEALS_A_ROUTE = 20
SOFT_END_S = 1800
DIALECTS = {CityName.QIDONG: "启海话", CityName.HAILING: "泰州话"}
PRIORITIES = (
    PriorityGroup(
        id="1", price_s=5_000, zh="特困人员和重度失能老年人", en="people in extreme hardship or with severe disability"
    ),
    PriorityGroup(
        id="2",
        price_s=4_000,
        zh="经济困难的高龄、空巢独居、失能失智、计划生育特殊家庭老年人",
        en="poor elders who are very old, alone, disabled or demented, or lost their only child",
    ),
    PriorityGroup(id="3", price_s=3_000, zh="其他服务对象", en="everyone else in service"),
)


def make_qidong(visits: int = 400, seed: int = 1, *, sharing: bool = False, day: date = DAY) -> Problem:
    """A day of home visits in Qidong: twelve towns, twelve providers, one island; see :func:`make_day`."""
    return make_day(CityName.QIDONG, visits, seed, sharing=sharing, day=day)


def make_hailing(visits: int = 150, seed: int = 1, *, sharing: bool = False, day: date = DAY) -> Problem:
    """A day of home visits in Hailing: eleven streets and towns, close together; see :func:`make_day`."""
    return make_day(CityName.HAILING, visits, seed, sharing=sharing, day=day)


def make_day(name: CityName, visits: int, seed: int, *, sharing: bool = False, day: date = DAY) -> Problem:
    """Make a day.

    Parameters
    ----------
    name
        The city.
    visits
        Number of visits, 50 to 6,000; about one in ten needs two caregivers, so there are 10 % more tasks.
    seed
        Seed of the random numbers.
    sharing
        Without it, caregivers never cross to another provider; with it, providers of one town lend each other everyone,
        and every provider lends its nurses, therapists and assessors to all. Everything else is the same.
    day
        The planning day.

    Returns
    -------
    Problem
        Ticks are seconds; travel is left to a provider (``optimizer.visits.travel.problem_travel``).

    Raises
    ------
    ValueError
        ``visits`` is out of range.
    """
    if not SMALLEST_DAY <= visits <= LARGEST_DAY:
        raise ValueError(f"visits: expected {SMALLEST_DAY} to {LARGEST_DAY}, got {visits}")
    city = load_city(name)
    calls = draw_calls(city, visits, _generator("demand", name, visits, seed))
    random = _generator("staff", name, visits, seed)
    stations = draw_stations(city, calls, random)
    staff = draw_staff(city, calls, stations, random)
    random = _generator("bindings", name, visits, seed)
    households = bind_households(city, calls, staff, random)
    return Problem(
        name=f"{city.zh}上门服务日 {visits}（虚构）",
        date=day,
        locations=_locations(stations, staff, households, calls),
        barriers=tuple(Barrier(town=town.name, modes=("ebike", "walk")) for town in city.towns if town.island),
        clients=tuple(
            _client(i, household, calls[household.calls[0]], DIALECTS[name]) for i, household in enumerate(households)
        ),
        visits=_visits(households, calls, day, random),
        links=_links(calls),
        caregivers=tuple(_caregiver(i, post, DIALECTS[name], day) for i, post in enumerate(staff)),
        priorities=PRIORITIES,
        sharing=tuple(Sharing(skill=s, lender=a, borrower=b) for s, a, b in lent_skills(staff)) if sharing else (),
        ext={
            "invented": True,
            "maker": {"city": name.value, "visits": visits, "seed": seed, "sharing": sharing},
            "tasks": sum(call.team_size for call in calls),
        },
    )


def _generator(part: str, name: CityName, visits: int, seed: int) -> Random:
    """A generator of its own for every part, so that a change in one leaves the others as they were."""
    return Random(f"{part} {name.value} {visits} {seed}")


def _locations(
    stations: Sequence[Station], staff: Sequence[Post], households: Sequence[Household], calls: Sequence[Call]
) -> tuple[Location, ...]:
    places = [
        Location(
            id=_station_id(station),
            lat=station.place.lat,
            lon=station.place.lon,
            town=station.place.town.name,
            village=station.place.village,
            is_station=True,
        )
        for station in stations
    ]
    for i, post in enumerate(staff):
        if not isinstance(post.base, Station):
            base = post.base
            places.append(
                Location(id=_base_id(i, post), lat=base.lat, lon=base.lon, town=base.town.name, village=base.village)
            )
    for i, household in enumerate(households):
        call = calls[household.calls[0]]
        places.append(
            Location(id=f"A{i + 1:04d}", lat=call.lat, lon=call.lon, town=call.town.name, village=call.village)
        )
    return tuple(places)


def _client(i: int, household: Household, call: Call, dialect: str) -> Client:
    level = call.service.level if call.is_care else 1
    return Client(
        id=f"K{i + 1:04d}",
        location=f"A{i + 1:04d}",
        ability=("能力完好", "轻度失能", "中度失能", "重度失能", "完全失能")[level - 1],
        gender="female" if household.female_only else None,
        dialect=dialect if household.dialect else None,
        preferred=tuple(_caregiver_id(c) for c in household.preferred),
        forbidden=tuple(_caregiver_id(c) for c in household.forbidden),
        known=tuple(KnownCaregiver(caregiver=_caregiver_id(c), visits=count) for c, count in household.known),
    )


def _visits(households: Sequence[Household], calls: Sequence[Call], day: date, random: Random) -> tuple[Visit, ...]:
    visits = [
        _visit(row, calls[row], f"K{i + 1:04d}", household, provider, day, random)
        for i, household in enumerate(households)
        for row, provider in zip(household.calls, household.providers, strict=True)
    ]
    return tuple(sorted(visits, key=lambda visit: visit.id))


def _visit(
    row: int, call: Call, client: str, household: Household, provider: str | None, day: date, random: Random
) -> Visit:
    newborn = call.service.code == "NEWB"  # due within seven days of leaving hospital: mandatory by its date alone
    last, latest, left_out = _dates(call, day, random)
    return Visit(
        id=_visit_id(row),
        client=client,
        service=call.service.code,
        service_duration_t=call.seconds,
        windows=_windows(call, random),
        skills=(SkillRequirement(skill=call.service.skill, level=call.service.level),),
        team_size=call.team_size,
        mandatory=call.mandatory and not newborn,
        priority=str(household.priority),
        latest_date=day if newborn and call.mandatory else latest,
        last_service_date=last,
        times_left_out=left_out,
        provider=provider,
        load=1 if call.service.code == "MEAL" else 0,
    )


def _dates(call: Call, day: date, random: Random) -> tuple[date | None, date | None, int]:
    """Last service, latest date and times left out of an optional visit; few have been left out before."""
    passed, allowed, chance = random.randrange(3, 28), random.randrange(2, 14), random.random()
    if call.mandatory or chance > 0.5:
        return None, None, 0
    left_out = 2 if chance < 0.02 else 1 if chance < 0.08 else 0
    return day - timedelta(days=passed), day + timedelta(days=allowed), left_out


def _windows(call: Call, random: Random) -> tuple[TimeWindow, ...]:
    """Hard windows; one in five of the short ones that no medicine depends on ends softly, half an hour before."""
    soft = random.random() < 0.2 and call.is_care
    windows = []
    for earliest, latest in call.windows:
        short = 2 * SOFT_END_S < latest - earliest <= 3 * 3600
        windows.append(
            TimeWindow(earliest_t=earliest, latest_t=latest, due_t=latest - SOFT_END_S if soft and short else None)
        )
    return tuple(windows)


def _links(calls: Sequence[Call]) -> tuple[Link, ...]:
    """Meals after medicine: not before the nurse is done, and within an hour and a half of her coming."""
    return tuple(
        Link(
            id=f"药后餐{_visit_id(call.after)}",
            kind=LinkKind.SEQUENTIAL,
            visits=(_visit_id(call.after), _visit_id(row)),
            min_gap_t=calls[call.after].seconds,
            max_gap_t=90 * 60,
        )
        for row, call in enumerate(calls)
        if call.after is not None
    )


def _caregiver(i: int, post: Post, dialect: str, day: date) -> Caregiver:
    name = _caregiver_id(i)
    base = _base_id(i, post)
    skills = [Skill(skill=CARE_LEVEL, level=post.level)]
    if post.specialty is not None:
        skills.append(Skill(skill=post.specialty, expires=day.replace(year=day.year + 1 + i % 3, month=12, day=31)))
    shift = Shift(
        id=f"{name}-日班",
        start_location=base,
        end_location=base,
        start_t=DAY_START,
        end_t=DAY_END,
        breaks=(LUNCH,),
        max_load=MEALS_A_ROUTE,
    )
    return Caregiver(
        id=name,
        shifts=(shift,),
        skills=tuple(skills),
        mode="ebike",
        gender="female" if post.woman else "male",
        dialects=(dialect,) if post.speaks_dialect else (),
        provider=post.provider,
    )


def _visit_id(row: int) -> str:
    return f"W{row + 1:04d}"


def _caregiver_id(i: int) -> str:
    return f"C{i + 1:03d}"


def _station_id(station: Station) -> str:
    return f"S{station.number + 1:02d}"


def _base_id(i: int, post: Post) -> str:
    return _station_id(post.base) if isinstance(post.base, Station) else f"H{i + 1:03d}"
