"""Indicators by city, town and village, and a city's target split by town and year."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.places.between import metres_between
from optimizer.places.indicators.definitions import INDICATORS
from optimizer.places.indicators.result import Indicator, IndicatorRow, SplitRow
from optimizer.places.model import Area, AreaLevel, Institution, InstitutionKind, PlacesProblem, Target
from optimizer.places.policy import DistanceRule

__all__ = ["measure_indicators", "split_targets"]

CHILDREN = (InstitutionKind.CHILDCARE, InstitutionKind.KINDERGARTEN)
LEVELS = (AreaLevel.CITY, AreaLevel.TOWN, AreaLevel.VILLAGE)


def measure_indicators(
    problem: PlacesProblem, *, year: int | None = None, distance: DistanceRule | None = None
) -> tuple[IndicatorRow, ...]:
    """Every indicator of every area, the city first, then towns, then villages by id.

    Parameters
    ----------
    year
        The year of the targets; ``None``: the latest one that each indicator has.
    distance
        What "within 15 minutes" means; default: on foot.
    """
    counted = _Counted(problem, distance or DistanceRule())
    areas = sorted(problem.areas, key=lambda one: (LEVELS.index(one.level), one.id))
    return tuple(
        _row(area, indicator, counted, _target(problem, indicator.id, area, year))
        for area in areas
        for indicator in INDICATORS
        if counted.of(indicator.id, area) is not None
    )


def split_targets(problem: PlacesProblem, indicator: str) -> tuple[SplitRow, ...]:
    """What each town must have and add so that the city reaches the targets of an indicator, year by year.

    A town's target is its own people times the target per thousand, rounded up; nobody has to give places back. So a
    city reaches its target even where its people are counted town by town.
    """
    counted = _Counted(problem, DistanceRule())
    towns = sorted((one for one in problem.areas if one.level is AreaLevel.TOWN), key=lambda one: one.id)
    years = sorted({one.year for one in problem.targets if one.indicator == indicator})
    per = next(one.per for one in INDICATORS if one.id == indicator)
    rows = []
    for town in towns:
        have, people = counted.of(indicator, town) or (0.0, None)
        for year in years:
            target = _target(problem, indicator, town, year)
            if target is None or not people:
                continue
            total = math.ceil(target.value * people / per - 1e-9)
            add = max(0, total - int(have))
            rows.append(SplitRow(town=town.id, indicator=indicator, year=year, target_total=total, to_add=add))
            have = max(have, float(total))
    return tuple(rows)


def _row(area: Area, indicator: Indicator, counted: _Counted, target: Target | None) -> IndicatorRow:
    numerator, denominator = counted.of(indicator.id, area) or (0.0, None)
    value = _value(indicator, numerator, denominator)
    gap = None
    if target is not None and (value is not None):
        wanted = target.value if not indicator.per else target.value * (denominator or 0.0) / indicator.per
        gap = max(0.0, math.ceil(wanted - 1e-9) - numerator)
    return IndicatorRow(
        area=area.id,
        level=area.level,
        indicator=indicator.id,
        numerator=numerator,
        denominator=denominator,
        value=value,
        target=target.value if target else None,
        target_year=target.year if target else None,
        gap=gap,
        document=target.document if target else "",
    )


def _value(indicator: Indicator, numerator: float, denominator: float | None) -> float | None:
    if not indicator.per:
        return numerator
    return indicator.per * numerator / denominator if denominator else None


def _target(problem: PlacesProblem, indicator: str, area: Area, year: int | None) -> Target | None:
    """The area's own target, else the city's; of the year asked for, else the latest."""
    fits = [one for one in problem.targets if one.indicator == indicator and (year is None or one.year == year)]
    own = [one for one in fits if one.area is not None and one.area in (area.id, area.name)]
    if indicator == "pairs" and area.level is not AreaLevel.CITY:
        return max(own, key=lambda one: one.year, default=None)
    return max(own or [one for one in fits if one.area is None], key=lambda one: one.year, default=None)


@dataclass(frozen=True, kw_only=True)
class _Counts:
    places: float
    inclusive: float
    enrolled: float
    childcare: float
    filed: float
    beds: float
    nursing: float


class _Counted:
    """Figures of the tables by area; villages have no institutions of their own, only people and distances."""

    def __init__(self, problem: PlacesProblem, distance: DistanceRule) -> None:
        self._problem = problem
        self._areas = {one.id: one for one in problem.areas}
        names = {one.name or one.id: one.id for one in problem.areas if one.level is AreaLevel.TOWN}
        self._town_of = {one.id: names.get(one.town, one.town) for one in problem.institutions}
        self._inclusive_towns = {
            self._town_of[one.id] for one in problem.institutions if one.kind in CHILDREN and one.inclusive
        }
        self._counts = self._count()
        self._near = _near_communities(problem, distance)
        self._measures: Mapping[str, Callable[[Area], tuple[float, float | None] | None]] = {
            "childcare_places_per_1000": lambda area: (self._at(area).places, _residents(area)),
            "inclusive_place_share": lambda area: (self._at(area).inclusive, self._at(area).places),
            "town_inclusive_share": self._towns,
            "community_coverage": self._communities,
            "childcare_filed_share": lambda area: (self._at(area).filed, self._at(area).childcare),
            "childcare_enrolment": lambda area: (self._at(area).enrolled, area.under_3),
            "beds_per_1000_elders": lambda area: (self._at(area).beds, area.elders),
            "nursing_bed_share": lambda area: (self._at(area).nursing, self._at(area).beds),
            "pairs": self._pairs,
        }

    def of(self, indicator: str, area: Area) -> tuple[float, float | None] | None:
        """Numerator and denominator; ``None`` where the indicator says nothing about such an area."""
        if area.level is AreaLevel.VILLAGE and indicator != "community_coverage":
            return None
        return self._measures[indicator](area)

    def _at(self, area: Area) -> _Counts:
        return self._counts[area.id]

    def _count(self) -> dict[str, _Counts]:
        return {
            area.id: _sum(self._problem, self._inside(area)) for area in self._problem.areas if area.level in LEVELS[:2]
        }

    def _inside(self, area: Area) -> list[Institution]:
        if area.level is AreaLevel.CITY:
            return list(self._problem.institutions)
        return [one for one in self._problem.institutions if self._town_of[one.id] == area.id]

    def _towns(self, area: Area) -> tuple[float, float | None]:
        towns = [area] if area.level is AreaLevel.TOWN else self._below(area, AreaLevel.TOWN)
        return float(sum(one.id in self._inclusive_towns for one in towns)), float(len(towns))

    def _communities(self, area: Area) -> tuple[float, float | None]:
        villages = [area] if area.level is AreaLevel.VILLAGE else self._below(area, AreaLevel.VILLAGE)
        return float(sum(one.id in self._near for one in villages)), float(len(villages))

    def _below(self, area: Area, level: AreaLevel) -> list[Area]:
        everybody = [one for one in self._problem.areas if one.level is level]
        return everybody if area.level is AreaLevel.CITY else [one for one in everybody if one.parent == area.id]

    def _pairs(self, area: Area) -> tuple[float, float | None]:
        kind = {one.id: one.kind for one in self._problem.institutions}
        found = 0
        for pair in self._problem.fixed_pairs:
            kinds = {kind.get(pair.first), kind.get(pair.second)}
            homes = [one for one in (pair.first, pair.second) if kind.get(one) is InstitutionKind.ELDERCARE]
            if len(homes) == 1 and kinds & set(CHILDREN):
                found += area.level is AreaLevel.CITY or self._town_of[homes[0]] == area.id
        return float(found), None


def _sum(problem: PlacesProblem, institutions: Sequence[Institution]) -> _Counts:
    inside = {one.id: one for one in institutions}
    places = inclusive = enrolled = beds = nursing = 0
    for pool in problem.pools:
        one = inside.get(pool.institution)
        if one is not None and one.kind in CHILDREN:
            places += pool.capacity
            enrolled += pool.occupied
            inclusive += pool.capacity if one.inclusive else 0
        elif one is not None and one.kind is InstitutionKind.ELDERCARE:
            beds += pool.capacity
            nursing += pool.capacity if "护理" in pool.bed_type or "nursing" in pool.bed_type else 0
    childcare = [one for one in institutions if one.kind in CHILDREN]
    return _Counts(
        places=places,
        inclusive=inclusive,
        enrolled=enrolled,
        childcare=len(childcare),
        filed=sum(one.filed for one in childcare),
        beds=beds,
        nursing=nursing,
    )


def _residents(area: Area) -> float | None:
    people = area.population_resident if area.population_resident is not None else area.population_registered
    return None if people is None else float(people)


def _near_communities(problem: PlacesProblem, distance: DistanceRule) -> set[str]:
    """Villages with a childcare institution within the distance."""
    villages = [one for one in problem.areas if one.level is AreaLevel.VILLAGE]
    children = [one for one in problem.institutions if one.kind in CHILDREN]
    if not villages or not children:
        return set()
    metres = metres_between(villages, children)
    near = np.any((metres >= 0) & (metres * distance.detour <= distance.limit_m), axis=1)
    return {one.id for one, within in zip(villages, near.tolist(), strict=True) if within}
