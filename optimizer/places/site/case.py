"""Areas, institutions and candidate sites as arrays, and the targets that hold in a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.between import UNKNOWN_M, Located, metres_between
from optimizer.places.model import (
    Area,
    AreaLevel,
    Candidate,
    GivenDistance,
    Institution,
    InstitutionKind,
    PlacesProblem,
    Pool,
)
from optimizer.places.site.result import SiteKind, SiteOptions

__all__ = ["Goal", "SiteCase", "goals_of", "site_case"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RATE = {SiteKind.CHILDCARE: "childcare_places_per_1000", SiteKind.BEDS: "beds_per_1000_elders"}
NURSING_WORDS = ("护理", "nursing")


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Targets of a year: places per thousand in each town, shares of inclusive places and of nursing beds."""

    year: int | None
    per_1000: float
    of_town: dict[str, float]
    inclusive_share: float
    nursing_share: float


@dataclass(frozen=True, kw_only=True)
class SiteCase:
    """All arrays; towns, cells (the smallest areas), institutions and candidates are sorted by id.

    ``people_town (t,)``, ``people_cell (c,)``; ``town_of_cell (c,)``, ``town_of_site (k,)``, ``town_of_new (s,)`` (-1:
    none); ``capacity (k,)``, ``inclusive (k,)``, ``nursing (k,)`` of existing institutions; ``modules``, ``cost``,
    ``open_cost``, ``new_inclusive`` ``(s,)``; ``way (c, k + s)`` metres to existing ones, then to candidates.
    """

    towns: tuple[Area, ...]
    cells: tuple[Area, ...]
    institutions: tuple[Institution, ...]
    candidates: tuple[Candidate, ...]
    people_town: Ints
    people_cell: Ints
    town_of_cell: Ints
    town_of_site: Ints
    town_of_new: Ints
    capacity: Ints
    inclusive: Bools
    nursing: Ints
    modules: Ints
    cost: Floats
    open_cost: Floats
    new_inclusive: Bools
    way: Ints


def site_case(problem: PlacesProblem, options: SiteOptions) -> SiteCase:
    """The arrays of siting.

    Raises
    ------
    InputError
        ``P721`` no towns with people, ``P722`` no candidate sites, ``P723`` an institution or site in an unknown town.
    """
    towns = tuple(sorted((one for one in problem.areas if one.level is AreaLevel.TOWN), key=lambda one: one.id))
    institutions = _institutions(problem, options)
    candidates = tuple(sorted(problem.candidates, key=lambda one: one.id))
    index = {one.name or one.id: t for t, one in enumerate(towns)} | {one.id: t for t, one in enumerate(towns)}
    findings = list(_wrong(towns, candidates, institutions, index, options))
    if findings:
        raise InputError(findings)
    cells = _cells(problem, towns)
    places = {one.id: [0, 0] for one in institutions}
    for pool in problem.pools:
        if pool.institution in places:
            places[pool.institution][0] += pool.capacity
            places[pool.institution][1] += pool.capacity if _is_nursing(pool) else 0
    return SiteCase(
        towns=towns,
        cells=cells,
        institutions=institutions,
        candidates=candidates,
        people_town=np.array([people(one, options) for one in towns], dtype=np.int64),
        people_cell=np.array([people(one, options) for one in cells], dtype=np.int64),
        town_of_cell=np.array([index.get(one.parent or "", index.get(one.id, -1)) for one in cells], dtype=np.int64),
        town_of_site=np.array([index.get(one.town, -1) for one in institutions], dtype=np.int64),
        town_of_new=np.array([index.get(one.town, -1) for one in candidates], dtype=np.int64),
        capacity=np.array([places[one.id][0] for one in institutions], dtype=np.int64),
        inclusive=np.array([one.inclusive for one in institutions], dtype=bool),
        nursing=np.array([places[one.id][1] for one in institutions], dtype=np.int64),
        modules=np.array([one.max_modules for one in candidates], dtype=np.int64),
        cost=np.array([one.cost for one in candidates], dtype=np.float64),
        open_cost=np.array([one.open_cost for one in candidates], dtype=np.float64),
        new_inclusive=np.array([one.inclusive for one in candidates], dtype=bool),
        way=_ways(cells, institutions, candidates, problem.distances, options.detour),
    )


def people(area: Area, options: SiteOptions) -> int:
    """Whom the target counts: elders for beds, else residents (registered people where residents are not given)."""
    if options.kind is SiteKind.BEDS:
        return area.elders or 0
    return area.population_resident or area.population_registered or 0


def goals_of(problem: PlacesProblem, options: SiteOptions) -> list[Goal]:
    """The goals by year.

    Raises
    ------
    InputError
        ``P724`` a year without a target for places per thousand.
    """
    rate = RATE[options.kind]
    known = sorted({one.year for one in problem.targets if one.indicator == rate and one.area is None})
    years: list[int | None] = list(options.years) or ([known[-1]] if known else [None])
    goals, findings = [], []
    for year in years:
        per_1000 = options.per_1000 if options.per_1000 is not None else _value(problem, rate, year)
        if per_1000 is None:
            findings.append(_no_target(rate, year))
            continue
        of_town = {
            one.area: one.value for one in problem.targets if one.indicator == rate and one.area and one.year == year
        }
        goals.append(
            Goal(
                year=year,
                per_1000=per_1000,
                of_town=of_town,
                inclusive_share=_share(problem, options, SiteKind.CHILDCARE, year),
                nursing_share=_share(problem, options, SiteKind.BEDS, year),
            )
        )
    if findings:
        raise InputError(findings)
    return goals


def _share(problem: PlacesProblem, options: SiteOptions, kind: SiteKind, year: int | None) -> float:
    if options.kind is not kind:
        return 0.0
    beds = kind is SiteKind.BEDS
    own = options.nursing_share if beds else options.inclusive_share
    if own is not None:
        return own
    return _value(problem, "nursing_bed_share" if beds else "inclusive_place_share", year) or 0.0


def _value(problem: PlacesProblem, indicator: str, year: int | None) -> float | None:
    """The city's target in a year."""
    for one in problem.targets:
        if one.indicator == indicator and one.area is None and one.year == year:
            return one.value
    return None


def _institutions(problem: PlacesProblem, options: SiteOptions) -> tuple[Institution, ...]:
    kinds = {InstitutionKind.ELDERCARE} if options.kind is SiteKind.BEDS else {InstitutionKind.CHILDCARE}
    if options.kind is SiteKind.CHILDCARE and options.kindergartens:
        kinds.add(InstitutionKind.KINDERGARTEN)
    institutions = sorted(problem.institutions, key=lambda one: one.id)
    return tuple(one for one in institutions if one.kind in kinds and not one.blacklisted)


def _cells(problem: PlacesProblem, towns: tuple[Area, ...]) -> tuple[Area, ...]:
    """Villages; a town without any stands for itself."""
    villages = [one for one in problem.areas if one.level is AreaLevel.VILLAGE]
    parents = {one.parent for one in villages}
    whole = [one for one in towns if one.id not in parents]
    return tuple(sorted([*villages, *whole], key=lambda one: one.id))


def _is_nursing(pool: Pool) -> bool:
    return any(word in pool.bed_type for word in NURSING_WORDS)


def _ways(
    cells: tuple[Area, ...],
    institutions: tuple[Institution, ...],
    candidates: tuple[Candidate, ...],
    given: tuple[GivenDistance, ...],
    detour: float,
) -> Ints:
    sites: list[Located] = [*institutions, *candidates]
    line = metres_between(cells, sites)
    way = np.where(line == UNKNOWN_M, UNKNOWN_M, np.rint(line * detour).astype(np.int64))
    if given:
        known = metres_between(_without_place(cells), _without_place(sites), given)
        way = np.where(known != UNKNOWN_M, known, way)
    return way


def _without_place(items: Sequence[Located]) -> list[Institution]:
    """The same ids without coordinates, so that only given distances count."""
    return [Institution(id=one.id) for one in items]


def _wrong(
    towns: tuple[Area, ...],
    candidates: tuple[Candidate, ...],
    institutions: tuple[Institution, ...],
    index: dict[str, int],
    options: SiteOptions,
) -> Iterator[Finding]:
    if not any(people(one, options) for one in towns):
        yield Finding(
            code="P721",
            where="areas",
            found=Text("区域表没有带人口的镇街", "the table of areas has no towns with people"),
            action=Text("请填写镇街的人口（床位用老年人口）", "fill in the population (for beds: elders) of the towns"),
        )
    if not candidates:
        yield Finding(
            code="P722",
            where="candidates",
            found=Text("没有备选点位", "there are no candidate sites"),
            action=Text("请填写备选点位表", "fill in the table of candidates"),
        )
    towns_of = [(one.id, one.town) for one in institutions] + [(one.id, one.town) for one in candidates]
    lost = sorted(name for name, town in towns_of if town not in index)
    if lost:
        yield Finding(
            code="P723",
            where="institutions, candidates",
            ids=tuple(lost[:20]),
            found=Text(f"{len(lost)} 处所在镇街不在区域表", f"{len(lost)} are in towns that the areas do not have"),
            action=Text("请核对镇街名称", "check the names of the towns"),
        )


def _no_target(rate: str, year: int | None) -> Finding:
    return Finding(
        code="P724",
        where="targets",
        found=Text(f"{year or ''} 年没有指标 {rate} 的目标值", f"no target of {rate} for {year or 'any year'}"),
        action=Text("请在目标表填写，或用 --per-1000 给出", "fill in the table of targets, or give --per-1000"),
    )
