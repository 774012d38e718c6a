"""Areas with their people, candidate sites, and the children and elders who apply; every person is invented."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from instances.geography import KM_PER_DEGREE, City, scatter
from instances.places_city import CityFigures
from instances.quota import apportion
from optimizer.places.model import Applicant, Area, AreaLevel, Candidate, CareType, Institution, Pool

__all__ = ["draw_areas", "draw_children", "draw_elders", "draw_sites"]

T = TypeVar("T")

YOUNGEST, OLDEST = date(2026, 3, 1), date(2023, 10, 1)
CARE_TYPES = ((CareType.FULL_DAY, 92), (CareType.HOURLY, 5), (CareType.TEMPORARY, 3))
ABILITIES = (("能力完好", 30), ("轻度失能", 25), ("中度失能", 20), ("重度失能", 15), ("完全失能", 10))


def draw_areas(city: City, figures: CityFigures, random: Random) -> list[Area]:
    """The city, its towns and villages; every column adds up from village to town to city."""
    columns: dict[str, Any] = {
        "population_registered": figures.registered,
        "population_resident": figures.resident,
        "elders": figures.elders,
        "over_80": figures.over_80,
        "under_3": figures.under_3,
    }
    weights = [town.weight for town in city.towns]
    by_town = {name: apportion(total, weights) for name, total in columns.items()}
    spare = figures.villages - len(city.towns)
    villages = [1 + more for more in apportion(spare, weights)]
    areas = [Area(id=city.zh, name=city.zh, level=AreaLevel.CITY, **columns)]
    for t, town in enumerate(city.towns):
        figures_of: dict[str, Any] = {name: values[t] for name, values in by_town.items()}
        centre = town.subcentres[0]
        urban = town.name in figures.urban
        areas.append(
            Area(
                id=town.name,
                name=town.name,
                level=AreaLevel.TOWN,
                parent=city.zh,
                lat=centre.lat,
                lon=centre.lon,
                urban=urban,
                **figures_of,
            )
        )
        sizes = [random.uniform(0.5, 1.5) for _ in range(villages[t])]
        parts: dict[str, list[Any]] = {name: apportion(value, sizes) for name, value in figures_of.items()}
        for v in range(villages[t]):
            lat, lon, _ = scatter(town, random)
            areas.append(
                Area(
                    id=f"{town.name}-{v + 1:02d}",
                    name=f"{town.name}虚构村{v + 1}",
                    level=AreaLevel.VILLAGE,
                    parent=town.name,
                    lat=lat,
                    lon=lon,
                    urban=urban,
                    **{name: part[v] for name, part in parts.items()},
                )
            )
    return areas


def draw_sites(city: City, figures: CityFigures, random: Random) -> list[Candidate]:
    """Candidate sites for childcare, some in every town; costs are assumptions."""
    spare = figures.sites - 2 * len(city.towns)
    counts = [2 + more for more in apportion(spare, [town.weight for town in city.towns])]
    sites: list[Candidate] = []
    for town, count in zip(city.towns, counts, strict=True):
        for _ in range(count):
            lat, lon, _ = scatter(town, random)
            sites.append(
                Candidate(
                    id=f"N{len(sites) + 1:02d}",
                    lat=lat,
                    lon=lon,
                    town=town.name,
                    max_modules=random.choice((2, 3, 4)),
                    cost=float(random.choice((160_000, 200_000, 240_000))),
                    open_cost=50_000.0,
                )
            )
    return sites


def draw_children(city: City, institutions: Sequence[Institution], number: int, random: Random) -> list[Applicant]:
    """Children with homes by town, up to five institutions on their lists, some siblings and twins."""
    counts = apportion(number, [town.weight for town in city.towns])
    children: list[Applicant] = []
    for town, count in zip(city.towns, counts, strict=True):
        made = 0
        while made < count:
            lat, lon, _ = scatter(town, random)
            together = min(count - made, 2 if random.random() < 0.03 else 1)
            twins = together == 2 and random.random() < 0.35
            family = f"F{len(children) + 1:05d}" if together == 2 else None
            birth, wishes = _birth(random), _wishes(lat, lon, institutions, random)
            for _ in range(together):
                children.append(
                    Applicant(
                        id=f"A{len(children) + 1:05d}",
                        lat=lat,
                        lon=lon,
                        birth_date=birth if twins else _birth(random),
                        care_type=_drawn(CARE_TYPES, random),
                        town=town.name,
                        groups=("残疾",) if random.random() < 0.01 else (),
                        family=family,
                        preferences=wishes,
                    )
                )
            made += together
    return children


def draw_elders(city: City, pools: Sequence[Pool], number: int, random: Random) -> list[Applicant]:
    """Elders who apply for a bed: ability, groups, some couples, some who have a bed already."""
    counts = apportion(number, [town.weight for town in city.towns])
    held = [pool.institution for pool in pools if pool.occupied]
    elders: list[Applicant] = []
    for town, count in zip(city.towns, counts, strict=True):
        while count:
            lat, lon, _ = scatter(town, random)
            couple = count > 1 and random.random() < 0.06
            first = len(elders) + 1
            names = [f"B{first:05d}", f"B{first + 1:05d}"][: 2 if couple else 1]
            for k, name in enumerate(names):
                ability = _drawn(ABILITIES, random)
                hardship = random.random() < 0.03
                elders.append(
                    Applicant(
                        id=name,
                        lat=lat,
                        lon=lon,
                        town=town.name,
                        groups=_elder_groups(ability, hardship, random),
                        sex=("female", "male")[k] if couple else random.choice(("female", "male")),
                        ability=ability,
                        spouse=names[1 - k] if couple else None,
                        registered_on=date(2026, 1, 1) + timedelta(days=random.randrange(320)),
                        willing=random.random() < 0.95,
                        government_paid=hardship,
                        current=random.choice(held) if not couple and random.random() < 0.04 else None,
                        max_distance_m=random.choice((5_000, 10_000, 20_000)),
                    )
                )
            count -= len(names)
    return elders


def _birth(random: Random) -> date:
    return OLDEST + timedelta(days=random.randrange((YOUNGEST - OLDEST).days))


def _wishes(lat: float, lon: float, institutions: Sequence[Institution], random: Random) -> tuple[str, ...]:
    """Up to five institutions, near ones first by and large; one family in five names none."""
    if random.random() < 0.2:
        return ()

    def appeal(one: Institution) -> float:
        north, east = (one.lat or 0.0) - lat, ((one.lon or 0.0) - lon) * math.cos(math.radians(lat))
        return math.hypot(north, east) * KM_PER_DEGREE * random.uniform(0.6, 1.6)

    near = sorted((appeal(one), one.id) for one in institutions)
    return tuple(name for _, name in near[: random.randint(1, 5)])


def _elder_groups(ability: str, hardship: bool, random: Random) -> tuple[str, ...]:
    groups = []
    if hardship:
        groups.append("特困")
        if ability in ("重度失能", "完全失能"):
            groups.append("不能自理")
    chances = (("经济困难", 0.12), ("高龄", 0.3), ("独居", 0.15), ("失智", 0.08), ("优抚", 0.02))
    groups.extend(name for name, chance in chances if random.random() < chance)
    return tuple(groups)


def _drawn(options: Sequence[tuple[T, int]], random: Random) -> T:
    return random.choices([one for one, _ in options], weights=[weight for _, weight in options])[0]
