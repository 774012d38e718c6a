"""Tiny markets drawn by hypothesis, and every allocation of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from hypothesis import strategies as st

from optimizer.common.language import Text
from optimizer.places.model import (
    AgeClass,
    Applicant,
    FamilyChoice,
    GivenDistance,
    Institution,
    InstitutionKind,
    Ownership,
    PlacesProblem,
    Pool,
)
from optimizer.places.policy import (
    AgeBand,
    BedRule,
    BedType,
    Criterion,
    CriterionKind,
    DistanceRule,
    FamilyRule,
    Filters,
    LastPlace,
    PlacesKind,
    Policy,
    PriorityClass,
    Reserve,
    SiblingRule,
)
from optimizer.places.referee.allocation.groups import groups_of
from optimizer.places.referee.allocation.order import Order

NAME = Text("试", "trial")
ENTRY = date(2026, 9, 1)
BANDS = (
    AgeBand(age_class=AgeClass.INFANT, from_months=6, to_months=12),
    AgeBand(age_class=AgeClass.TODDLER, from_months=13, to_months=24),
    AgeBand(age_class=AgeClass.NURSERY, from_months=25, to_months=36),
)


@st.composite
def policies(draw: st.DrawFn, *, families: bool = False, reserves: bool = False) -> Policy:
    """A policy of childcare with some of everything."""
    kinds = draw(
        st.lists(st.sampled_from([CriterionKind.SIBLING, CriterionKind.SAME_TOWN, CriterionKind.DISTANCE_BAND])),
    )
    rule = FamilyRule(
        siblings=draw(st.sampled_from(SiblingRule)) if families else SiblingRule.APART,
        last_place=LastPlace.SKIP if families else LastPlace.SPLIT,
    )
    held = tuple(
        Reserve(
            id=f"R{k}",
            name=NAME,
            percent=draw(st.sampled_from([34, 50, 100])),
            groups=(group,),
            exclusive=draw(st.booleans()),
            confined=draw(st.booleans()),
        )
        for k, group in enumerate(draw(st.lists(st.sampled_from(["low", "many"]), max_size=2, unique=True)))
    )
    return Policy(
        id="drawn",
        name=NAME,
        entry_date=ENTRY,
        age_bands=BANDS,
        classes=(PriorityClass(id="first", name=NAME, any_groups=("low",)),) if draw(st.booleans()) else (),
        order=(Criterion(kind=CriterionKind.CLASS), *(Criterion(kind=kind) for kind in dict.fromkeys(kinds))),
        distance=DistanceRule(max_m=draw(st.sampled_from([300, 900])), bands_m=(200, 500)),
        reserves=held if reserves else (),
        families=rule,
        filters=Filters(filed_only=draw(st.booleans())),
    )


@st.composite
def problems(
    draw: st.DrawFn, *, families: bool = False, minima: bool = False, largest: int = 4, listed: bool = True
) -> PlacesProblem:
    """Up to ``largest`` children and three institutions."""
    houses = [f"H{k}" for k in range(draw(st.integers(1, 3)))]
    institutions = tuple(
        Institution(id=name, town=draw(st.sampled_from(["甲", "乙"])), filed=draw(st.sampled_from([True, True, False])))
        for name in houses
    )
    pools: list[Pool] = []
    for name in houses:
        for age in draw(
            st.lists(st.sampled_from([None, AgeClass.TODDLER, AgeClass.MIXED]), min_size=1, max_size=2, unique=True),
        ):
            capacity = draw(st.integers(0, 2))
            least = draw(st.integers(0, capacity)) if minima else 0
            pools.append(
                Pool(id=f"{name}-{age or 'all'}", institution=name, age_class=age, capacity=capacity, min_class=least),
            )
    people: list[Applicant] = []
    for k in range(draw(st.integers(1, largest))):
        wishes = draw(st.lists(st.sampled_from(houses), unique=True)) if listed else []
        people.append(
            Applicant(
                id=f"A{k}",
                birth_date=date(2024, draw(st.sampled_from([10, 11])), 3),
                town=draw(st.sampled_from(["甲", "乙"])),
                groups=tuple(draw(st.lists(st.sampled_from(["low", "many"]), unique=True))),
                family=draw(st.sampled_from([None, "F1", "F1", "F2"])) if families else None,
                preferences=tuple(wishes),
                transfer_wanted=draw(st.booleans()),
            )
        )
    problem = PlacesProblem(
        name="drawn",
        applicants=tuple(people),
        institutions=institutions,
        pools=tuple(pools),
        distances=tuple(
            GivenDistance(origin=one.id, destination=name, metres=draw(st.integers(1, 10)) * 100)
            for one in people
            for name in houses
        ),
        family_preferences=_joint_rows(draw, people, houses) if families else (),
    )
    return _with_holders(draw, problem)


def _joint_rows(draw: st.DrawFn, people: list[Applicant], houses: list[str]) -> tuple[FamilyChoice, ...]:
    members = [one.id for one in people if one.family == "F1"]
    if len(members) < 2 or not draw(st.booleans()):
        return ()
    rows = []
    for rank in range(1, draw(st.integers(1, 3)) + 1):
        for who in members:
            house = draw(st.sampled_from([*houses, None]))
            if house is not None:
                rows.append(FamilyChoice(family="F1", rank=rank, applicant=who, institution=house))
    return tuple(rows)


def _with_holders(draw: st.DrawFn, problem: PlacesProblem) -> PlacesProblem:
    """Perhaps the first child holds a place already."""
    big = [one for one in problem.pools if one.capacity > 0]
    if not big or not draw(st.booleans()):
        return problem
    pool = draw(st.sampled_from(big))
    first, *others = problem.applicants
    held = _replace(first, current=pool.id)
    pools = tuple(_replace(one, occupied=1) if one is pool else one for one in problem.pools)
    return _replace(problem, applicants=(held, *others), pools=pools)


def _replace(one, **changes):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(one, **changes)


@st.composite
def bed_problems(draw: st.DrawFn) -> tuple[PlacesProblem, Policy]:
    """Up to five elders, a couple perhaps, and two homes with rooms of two beds."""
    houses = ["H0", "H1"]
    pools = []
    for name in houses:
        size = draw(st.sampled_from([None, 2]))
        sex = draw(st.sampled_from([None, "female", "male"])) if size else None
        capacity = draw(st.integers(1, 4))
        kind = draw(st.sampled_from(["", "护理"]))
        pools.append(
            Pool(id=f"{name}-b", institution=name, capacity=capacity, class_size=size, room_sex=sex, bed_type=kind),
        )
    people = []
    for k in range(draw(st.integers(1, 5))):
        people.append(
            Applicant(
                id=f"E{k}",
                sex=draw(st.sampled_from(["female", "male"])),
                ability=draw(st.sampled_from(["失能", "完好"])),
                groups=tuple(draw(st.lists(st.sampled_from(["特困", "不能自理", "优抚"]), unique=True))),
                willing=draw(st.sampled_from([True, True, True, False])),
                government_paid=draw(st.booleans()),
                preferences=tuple(houses),
                spouse={0: "E1", 1: "E0"}.get(k),
            )
        )
    if draw(st.booleans()):
        people = [_replace(one, spouse=None) for one in people]
    problem = PlacesProblem(
        name="beds",
        applicants=tuple(people),
        institutions=tuple(
            Institution(
                id=name,
                kind=InstitutionKind.ELDERCARE,
                ownership=draw(st.sampled_from(Ownership)),
                grade=draw(st.sampled_from([None, 1, 2])),
            )
            for name in houses
        ),
        pools=tuple(pools),
        distances=tuple(
            GivenDistance(origin=one.id, destination=name, metres=draw(st.integers(1, 9)) * 100)
            for one in people
            for name in houses
        ),
    )
    policy = Policy(
        id="beds",
        name=NAME,
        kind=PlacesKind.BEDS,
        classes=(
            PriorityClass(id="dependent", name=NAME, all_groups=("特困", "不能自理"), must_place=True),
            PriorityClass(id="destitute", name=NAME, all_groups=("特困",), must_place=True),
        ),
        order=(
            Criterion(kind=CriterionKind.CLASS),
            Criterion(kind=CriterionKind.GROUP, groups=("优抚",), ownership=Ownership.PUBLIC),
        ),
        filters=Filters(min_private_grade=2),
        beds=BedRule(types=(BedType(bed_type="护理", abilities=("失能",)),)),
        families=FamilyRule(one_number=False),
    )
    return _with_holders(draw, problem), policy


def allocations(order: Order) -> Iterator[dict[str, str]]:
    """Every way to give each group one of its choices, whether there is room or not."""
    groups = groups_of(order.case)
    for choices in itertools.product(*(group.choices for group in groups)):
        yield {
            who: pool
            for group, choice in zip(groups, choices, strict=True)
            for who, pool in zip(group.members, choice, strict=True)
            if pool is not None
        }
