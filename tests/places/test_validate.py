"""Every finding of places has a case that brings about just it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from optimizer.common.errors import InputError
from optimizer.places.allocate import allocate_places
from optimizer.places.model import (
    AgeClass,
    Applicant,
    Area,
    Ban,
    FamilyChoice,
    Institution,
    InstitutionKind,
    PlacesProblem,
    Pool,
    Ranking,
)
from optimizer.places.policy import (
    AgeBand,
    ClassLimit,
    DistanceRule,
    FamilyRule,
    LastPlace,
    PlacesKind,
    Policy,
    SiblingRule,
)
from optimizer.places.result import AllocationRule
from optimizer.places.validate import RULES, allocation_findings
from tests.places.small import small_policy, small_problem

STABLE, SERVED = AllocationRule.STABLE, AllocationRule.SERVED
Change = Callable[[PlacesProblem], PlacesProblem]


def _people(problem: PlacesProblem, **changes: object) -> PlacesProblem:
    first, *others = problem.applicants
    return replace(problem, applicants=(replace(first, **changes), *others))  # type: ignore[arg-type]


def _pool(problem: PlacesProblem, **changes: object) -> PlacesProblem:
    first, *others = problem.pools
    return replace(problem, pools=(replace(first, **changes), *others))  # type: ignore[arg-type]


def _rows(**tables: tuple[object, ...]) -> Change:
    return lambda problem: replace(problem, **tables)  # type: ignore[arg-type]


CASES: list[tuple[str, Change]] = [
    ("P001", lambda p: replace(p, institutions=(*p.institutions, Institution(id=" ")))),
    ("P002", lambda p: replace(p, institutions=(*p.institutions, Institution(id="X")))),
    ("P003", lambda p: replace(p, pools=(*p.pools, Pool(id="Z", institution="X", capacity=1)))),
    ("P010", lambda p: replace(p, pools=(*p.pools, Pool(id="W/1", institution="W", capacity=1)))),
    ("P011", lambda p: _people(p, preferences=("W",))),
    ("P012", lambda p: _people(p, current="W")),
    ("P013", _rows(rankings=(Ranking(institution="X", applicant="W", rank=1),))),
    ("P014", _rows(rankings=tuple(Ranking(institution="X", applicant=who, rank=1) for who in "AB"))),
    ("P015", _rows(bans=(Ban(first="A", second="W"),))),
    ("P016", lambda p: _people(p, spouse="B")),
    (
        "P017",
        lambda p: replace(
            _people(p, family="G"),
            family_preferences=(FamilyChoice(family="F", rank=1, applicant="A", institution="X"),),
        ),
    ),
    ("P018", lambda p: replace(p, applicants=tuple(replace(one, ext={"person": "same"}) for one in p.applicants))),
    ("P019", lambda p: replace(p, applicants=tuple(replace(one, lat=32.0, lon=121.0) for one in p.applicants))),
    ("P020", lambda p: _people(p, lat=32.0)),
    ("P020", lambda p: _people(p, lat=132.0, lon=121.0)),
    ("P021", lambda p: _pool(p, capacity=-1)),
    ("P021", lambda p: _people(p, max_distance_m=-1)),
    ("P022", lambda p: _pool(p, occupied=9)),
    ("P023", lambda p: _pool(p, min_class=9)),
    ("P024", lambda p: _people(p, current="X")),
    ("P025", lambda p: replace(p, applicants=(*p.applicants, Applicant(id="N")))),
    ("P026", lambda p: _people(p, preferences=("X", "X"))),
    ("P027", _rows(areas=(Area(id="城", elders=-1),))),
    ("P040", _rows(applicants=(), distances=())),
    (
        "P041",
        lambda p: replace(p, institutions=tuple(replace(one, kind=InstitutionKind.HOSPITAL) for one in p.institutions)),
    ),
    ("P042", lambda p: _pool(p, age_class=AgeClass.TODDLER)),
    (
        "P043",
        lambda p: replace(
            _people(p, birth_date=None), pools=tuple(replace(one, age_class=AgeClass.TODDLER) for one in p.pools)
        ),
    ),
]


@pytest.mark.parametrize(("code", "change"), CASES)
def test_a_fault_of_the_problem_is_found(code: str, change: Change) -> None:
    assert code not in {one.code for one in allocation_findings(small_problem(), small_policy(), STABLE)}
    findings = allocation_findings(change(small_problem()), small_policy(), STABLE)
    found = [one for one in findings if one.code == code]
    assert found
    assert all(one.found.zh and one.found.en and one.action.zh and one.action.en for one in found)


_ADMIT_FAMILIES = FamilyRule(siblings=SiblingRule.TOGETHER_OR_NONE, last_place=LastPlace.ADMIT)
BEDS = replace(small_policy(), kind=PlacesKind.BEDS)


def _homes(problem: PlacesProblem) -> PlacesProblem:
    homes = tuple(replace(one, kind=InstitutionKind.ELDERCARE) for one in problem.institutions)
    return replace(problem, institutions=homes, pools=tuple(replace(one, class_size=2) for one in problem.pools))


@pytest.mark.parametrize(
    ("code", "rule", "policy", "change"),
    [
        ("P044", STABLE, replace(small_policy(), distance=DistanceRule(bands_m=(5, 1))), lambda p: p),
        ("P044", STABLE, replace(small_policy(), distance=DistanceRule(kmh=0.0)), lambda p: p),
        (
            "P044",
            STABLE,
            replace(small_policy(), age_bands=(AgeBand(age_class=AgeClass.INFANT, from_months=9, to_months=6),)),
            lambda p: p,
        ),
        ("P045", STABLE, replace(small_policy(), families=_ADMIT_FAMILIES), lambda p: p),
        ("P051", SERVED, replace(small_policy(), families=FamilyRule(last_place=LastPlace.ADMIT)), lambda p: p),
        ("P046", STABLE, replace(small_policy(), half_days_share=True), lambda p: p),
        ("P047", STABLE, BEDS, _homes),
        ("P048", SERVED, BEDS, _homes),
        (
            "P049",
            SERVED,
            small_policy(),
            lambda p: replace(p, applicants=(*p.applicants, Applicant(id="N", preferences=("X",)))),
        ),
        (
            "P050",
            STABLE,
            replace(small_policy(), class_limits=(ClassLimit(age_class=AgeClass.TODDLER, largest_class=15),)),
            lambda p: _pool(p, age_class=AgeClass.TODDLER, class_size=16),
        ),
    ],
)
def test_a_fault_of_policy_and_rule_is_found(code: str, rule: AllocationRule, policy: Policy, change: Change) -> None:
    assert code in {one.code for one in allocation_findings(change(small_problem()), policy, rule)}


def test_classes_of_childcare_are_no_rooms_of_a_home() -> None:
    homes = _homes(small_problem())
    childcare = replace(homes.institutions[0], id="C", kind=InstitutionKind.CHILDCARE)
    people = tuple(replace(one, sex="male", current=None) for one in homes.applicants)
    pools = (
        *(replace(one, room_sex="male") for one in homes.pools),
        replace(homes.pools[0], id="C/1", institution="C"),
    )
    problem = replace(homes, applicants=people, institutions=(*homes.institutions, childcare), pools=pools)
    assert {one.code for one in allocation_findings(problem, BEDS, STABLE)} & {"P047", "P048"} == set()


def test_every_code_has_a_case_and_codes_are_unique() -> None:
    known = [rule.code for rule in RULES]
    assert len(set(known)) == len(known)
    tested = {code for code, _ in CASES} | {"P044", "P045", "P046", "P047", "P048", "P049", "P050", "P051"}
    assert tested == set(known)


def test_errors_are_collected_and_raised_together() -> None:
    broken = replace(_pool(small_problem(), capacity=-1), bans=(Ban(first="A", second="W"),))
    with pytest.raises(InputError) as caught:
        allocate_places(_people(broken, preferences=("W",), birth_date=date(2024, 1, 1)), small_policy())
    assert {"P011", "P015", "P021"} <= {one.code for one in caught.value.findings}
