"""A small market that everybody can follow: two towns, three institutions, six children."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from optimizer.common.language import Text
from optimizer.places.model import Applicant, GivenDistance, Institution, PlacesProblem, Pool
from optimizer.places.policy import Criterion, CriterionKind, DistanceRule, FamilyRule, LastPlace, Policy, PriorityClass

WISHES = {
    "A": ("X", "Y"),
    "B": ("X", "Y", "Z"),
    "C": ("X", "Z"),
    "D": ("Y", "X"),
    "E": ("Y",),
    "F": ("Z", "Y"),
}


def small_problem() -> PlacesProblem:
    """X has two places, Y and Z one each; A holds Y now and would rather have X."""
    ways = {"X": 100, "Y": 200, "Z": 300}
    people = tuple(
        Applicant(
            id=name,
            birth_date=date(2024, 1, 1),
            town="甲" if name < "D" else "乙",
            preferences=wishes,
            groups=("low",) if name == "E" else (),
        )
        for name, wishes in WISHES.items()
    )
    people = (replace(people[0], current="Y"), *people[1:])
    return PlacesProblem(
        name="small",
        applicants=people,
        institutions=tuple(Institution(id=name, town="甲" if name == "X" else "乙") for name in "XYZ"),
        pools=(
            Pool(id="X/1", institution="X", capacity=2),
            Pool(id="Y/1", institution="Y", capacity=1, occupied=1),
            Pool(id="Z/1", institution="Z", capacity=1),
        ),
        distances=tuple(
            GivenDistance(origin=one.id, destination=name, metres=way + 10 * ord(one.id))
            for one in people
            for name, way in ways.items()
        ),
    )


def small_policy() -> Policy:
    """The group ``low`` first, then the same town, then the lottery."""
    return Policy(
        id="small",
        name=Text("小规则", "small"),
        classes=(PriorityClass(id="low", name=Text("低收入", "low income"), any_groups=("low",)),),
        order=(Criterion(kind=CriterionKind.CLASS), Criterion(kind=CriterionKind.SAME_TOWN)),
        distance=DistanceRule(max_m=5_000),
        families=FamilyRule(last_place=LastPlace.SPLIT),
    )
