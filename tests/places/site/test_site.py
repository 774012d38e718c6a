"""Sites against trying everything on tiny cities, and each stage against a case that it decides."""

from __future__ import annotations

import dataclasses
import itertools
from random import Random

import pytest

from instances.places import make_hailing_places, make_qidong_places
from optimizer.common.errors import InputError
from optimizer.common.status import Status
from optimizer.places.model import (
    Area,
    AreaLevel,
    Candidate,
    GivenDistance,
    Institution,
    InstitutionKind,
    PlacesProblem,
    Pool,
    Target,
)
from optimizer.places.referee.site_check import check_sites
from optimizer.places.site import SiteKind, SiteOptions, site_places, solve


def tiny(seed):
    """Two towns with two villages each, one institution, three candidates with up to two modules."""
    random = Random(seed)
    areas, distances = [], []
    sites = ["C1", "N1", "N2", "N3"]
    for t in "AB":
        villages = [(f"{t}{v}", random.choice((500, 1000, 2000))) for v in range(2)]
        people = sum(number for _, number in villages)
        areas.append(Area(id=t, level=AreaLevel.TOWN, population_resident=people))
        for name, number in villages:
            areas.append(Area(id=name, level=AreaLevel.VILLAGE, parent=t, population_resident=number))
            distances += [
                GivenDistance(origin=name, destination=site, metres=random.choice((300, 900, 2000))) for site in sites
            ]
    return PlacesProblem(
        name="tiny",
        areas=tuple(areas),
        institutions=(Institution(id="C1", town="A", inclusive=random.random() < 0.5),),
        pools=(Pool(id="P1", institution="C1", capacity=random.choice((0, 5, 10))),),
        candidates=tuple(
            Candidate(
                id=site,
                town=random.choice("AB"),
                max_modules=2,
                cost=10.0,
                open_cost=5.0,
                inclusive=random.random() < 0.7,
            )
            for site in sites[1:]
        ),
        distances=tuple(distances),
        targets=(Target(indicator="childcare_places_per_1000", year=2025, value=4.0),),
    )


OPTIONS = SiteOptions(module_places=5, minutes=15, kmh=4, gap=1e-9)


def by_hand(problem, options):
    """The values of the first five stages of the best choice of modules."""
    people = {area.id: area.population_resident for area in problem.areas}
    way = {(one.origin, one.destination): one.metres for one in problem.distances}
    have = problem.pools[0].capacity
    best = None
    for modules in itertools.product(range(3), repeat=3):
        counts = list(zip(problem.candidates, modules, strict=True))
        yuan = sum(10 * n + 5 * (n > 0) for n in modules)
        if options.budget is not None and yuan > options.budget:
            continue
        open_ = ["C1", *(one.id for one, n in counts if n)]
        inclusive = {one.town for one, n in counts if n and one.inclusive}
        inclusive |= {"A"} if problem.institutions[0].inclusive else set()
        total = have + 5 * sum(modules)
        good = have * problem.institutions[0].inclusive + 5 * sum(n for one, n in counts if one.inclusive)
        worst = 0.0
        for town in "AB":
            places = have * (town == "A") + 5 * sum(n for one, n in counts if one.town == town)
            worst = max(worst, 4 - 1000 * places / people[town])
        near = sum(
            number
            for area, number in people.items()
            if len(area) == 2 and any(way[area, site] <= 1000 for site in open_)
        )
        share = max(0.0, (options.inclusive_share or 0) * total - good)
        rank = (round(share, 6), 2 - len(inclusive), round(worst, 6), -near, sum(modules))
        best = rank if best is None or rank < best else best
    return best


@pytest.mark.parametrize("budget", [None, 40.0])
@pytest.mark.parametrize("share", [None, 0.6])
@pytest.mark.parametrize("seed", range(12))
def test_stages_are_lexicographic(seed, share, budget):
    problem = tiny(seed)
    options = dataclasses.replace(OPTIONS, inclusive_share=share, budget=budget)
    result = site_places(problem, options)
    assert check_sites(problem, result) == ()
    value = {stage.id: stage.value for stage in result.years[0].stages}
    best = by_hand(problem, options)
    found = (value.get("share", 0.0), value["inclusive"], value["worst"], -value["people"], value["modules"])
    assert found == pytest.approx(best, abs=1e-4)
    assert all(stage.proved and stage.gap <= 1e-6 for stage in result.years[0].stages)
    unmet = best[0] > 0 or best[1] > 0 or best[2] > 0
    assert result.status is (Status.INFEASIBLE if unmet else Status.OPTIMAL)
    assert bool(result.notes) == unmet


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (make_qidong_places, SiteOptions()),
        (make_qidong_places, SiteOptions(kind=SiteKind.BEDS, module_places=50)),
        (make_hailing_places, SiteOptions(years=(2023, 2024, 2025))),
    ],
)
def test_the_two_cities(make, options):
    problem = make(100)
    result = site_places(problem, options)
    assert check_sites(problem, result) == ()
    assert all(stage.gap <= 1e-3 for year in result.years for stage in year.stages)
    if options.kind is SiteKind.CHILDCARE:
        assert result.status is Status.OPTIMAL
        assert all(row.shortage == 0 and row.inclusive for row in result.years[-1].towns)
    else:
        assert sum(result.years[0].converted.values()) > 0


def test_what_is_counted_is_held_at_a_whole_number(monkeypatch):
    asked = []
    solve_milp = solve.solve_milp
    monkeypatch.setattr(solve, "solve_milp", lambda milp, **how: asked.append(milp) or solve_milp(milp, **how))
    result = site_places(tiny(1), OPTIONS)
    stages = result.years[0].stages
    held = {one.id: limit for one, limit in zip(stages, asked[-1].row_upper[-len(stages) + 1 :], strict=False)}
    modules = next(one.value for one in stages if one.id == "modules")
    assert modules > 0 and held["modules"] == modules
    assert held["people"] == round(held["people"]) and held["inclusive"] == round(held["inclusive"])


def test_years_only_add():
    problem = make_hailing_places(100)
    result = site_places(problem, SiteOptions(years=(2023, 2025)))
    first, last = ({site.candidate: site.modules for site in year.sites} for year in result.years)
    assert all(last.get(name, 0) >= count for name, count in first.items())
    assert result.years[0].per_1000 == 3.6
    turned = dataclasses.replace(result, years=result.years[::-1])
    assert "R732" in {finding.code for finding in check_sites(problem, turned)}


def test_the_price_of_one_more_place():
    areas = (
        Area(id="T", level=AreaLevel.TOWN, population_resident=1000),
        Area(id="V", level=AreaLevel.VILLAGE, parent="T", population_resident=1000),
    )
    problem = PlacesProblem(
        name="price",
        areas=areas,
        institutions=(Institution(id="full", town="T"), Institution(id="empty", town="T")),
        pools=(Pool(id="p", institution="full", capacity=1), Pool(id="q", institution="empty", capacity=9)),
        candidates=(Candidate(id="N", town="T"),),
        distances=(
            GivenDistance(origin="V", destination="full", metres=100),
            GivenDistance(origin="V", destination="empty", metres=400),
        ),
    )
    result = site_places(problem, SiteOptions(per_1000=4.0))
    assert [(one.institution, one.metres) for one in result.years[0].prices] == [("full", 300.0)]
    assert result.cost == pytest.approx(100 + 3 * 400)
    assert check_sites(problem, result) == ()


def broken(year, **change):
    return dataclasses.replace(RESULT, years=(dataclasses.replace(year, **change),))


PROBLEM = tiny(4)
RESULT = site_places(PROBLEM, OPTIONS)
YEAR = RESULT.years[0]


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (broken(YEAR, sites=(dataclasses.replace(YEAR.sites[0], modules=9), *YEAR.sites[1:])), "R731"),
        (broken(YEAR, sites=(dataclasses.replace(YEAR.sites[0], cost=1.0), *YEAR.sites[1:])), "R731"),
        (broken(YEAR, yuan=0.5), "R733"),
        (broken(YEAR, towns=YEAR.towns[1:]), "R734"),
        (broken(YEAR, towns=(dataclasses.replace(YEAR.towns[0], shortage=77), *YEAR.towns[1:])), "R734"),
        (broken(YEAR, stages=(dataclasses.replace(YEAR.stages[-2], value=9.0),)), "R735"),
        (broken(YEAR, stages=(dataclasses.replace(YEAR.stages[-1], bound=9e9),)), "R736"),
        (broken(YEAR, catchments=(dataclasses.replace(YEAR.catchments[0], places=999.0),)), "R737"),
        (broken(YEAR, catchments=(dataclasses.replace(YEAR.catchments[0], metres=1),)), "R737"),
    ],
)
def test_the_checker_rejects_one_broken_thing(result, code):
    assert check_sites(PROBLEM, RESULT) == ()
    assert code in {finding.code for finding in check_sites(PROBLEM, result)}


def test_broken_tables_are_findings():
    with pytest.raises(InputError) as caught:
        site_places(PlacesProblem(name="empty"))
    assert [finding.code for finding in caught.value.findings] == ["P721", "P722"]
    lost = dataclasses.replace(PROBLEM, candidates=(Candidate(id="N", town="nowhere"),))
    with pytest.raises(InputError) as caught:
        site_places(lost)
    assert [finding.code for finding in caught.value.findings] == ["P723"]
    with pytest.raises(InputError) as caught:
        site_places(PROBLEM, SiteOptions(years=(1999,)))
    assert [finding.code for finding in caught.value.findings] == ["P724"]


def test_conversions_are_needed_for_the_share_of_nursing_beds():
    problem = PlacesProblem(
        name="beds",
        areas=(Area(id="T", level=AreaLevel.TOWN, elders=1000),),
        institutions=(Institution(id="E", town="T", kind=InstitutionKind.ELDERCARE),),
        pools=(
            Pool(id="a", institution="E", capacity=30, bed_type="普通"),
            Pool(id="b", institution="E", capacity=10, bed_type="护理"),
        ),
        candidates=(Candidate(id="N", town="T"),),
    )
    result = site_places(problem, SiteOptions(kind=SiteKind.BEDS, per_1000=40.0, nursing_share=0.75))
    assert result.years[0].converted == {"E": 20}
    assert result.years[0].sites == ()
    assert check_sites(problem, result) == ()
