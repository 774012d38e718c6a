"""Twins at the last place: admitted above the capacity by one number, against every other allocation there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.common.status import Status
from optimizer.places.allocate import allocate_places
from optimizer.places.explain import explain_applicant
from optimizer.places.model import Applicant, Institution, PlacesProblem, Pool
from optimizer.places.policy import FamilyRule, LastPlace, Policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.groups import groups_of
from optimizer.places.referee.allocation.order import Order
from optimizer.places.result import AllocationRule, StableProof
from tests.places.markets import policies, problems
from tests.places.small import small_policy
from tests.places.test_stable import stable_outcomes

ADMIT = FamilyRule(last_place=LastPlace.ADMIT)
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def twins_and_two_more(capacity: int) -> PlacesProblem:
    """Twins, and two children alone, who all want X and then Y."""
    born = date(2024, 10, 3)
    people = (
        *(Applicant(id=name, birth_date=born, family="F", preferences=("X", "Y")) for name in ("T1", "T2")),
        *(Applicant(id=name, birth_date=born, preferences=("X", "Y")) for name in ("A", "B")),
    )
    return PlacesProblem(
        name="twins",
        applicants=people,
        institutions=(Institution(id="X"), Institution(id="Y")),
        pools=(
            Pool(id="X/1", institution="X", capacity=capacity),
            Pool(id="Y/1", institution="Y", capacity=1),
        ),
    )


def drawn_orders() -> dict[str, list[str]]:
    """A seed for each order in which the twins come first, second or last among the three numbers."""
    found: dict[str, list[str]] = {}
    policy = replace(small_policy(), families=ADMIT)
    for seed in map(str, range(40)):
        order = Order(Case(twins_and_two_more(1), policy), seed)
        alone = [one for one in sorted(order.lot, key=lambda who: order.lot[who]) if one != "T2"]
        found.setdefault(str(alone.index("T1")), []).append(seed)
    return found


@pytest.mark.parametrize(("last_place", "inside"), [("admit", {"T1", "T2"}), ("skip", {"A"}), ("split", {"T1"})])
def test_the_last_place_goes_as_the_policy_says(last_place: str, inside: set[str]) -> None:
    """The twins have the first number and there is one place at X."""
    problem = twins_and_two_more(1)
    policy = replace(small_policy(), families=FamilyRule(last_place=LastPlace(last_place)))
    seed = next(one for one in drawn_orders()["0"] if _first_alone(problem, policy, one) == "A")
    result = allocate_places(problem, policy, seed=seed)
    assert check_allocation(problem, policy, result) == ()
    assert {one.applicant for one in result.assignments if one.institution == "X"} == inside
    above = {one.applicant for one in result.assignments if one.above_capacity}
    assert above == ({"T2"} if last_place == "admit" else set())
    assert result.summary["above_capacity"] == len(above)
    assert any("超额" in note.zh for note in result.notes) == bool(above)


def test_no_one_else_is_admitted_above_the_capacity() -> None:
    """Two places: the number before the twins takes one, the twins the other one, the number after them none."""
    problem, policy = twins_and_two_more(2), replace(small_policy(), families=ADMIT)
    result = allocate_places(problem, policy, seed=drawn_orders()["1"][0])
    assert check_allocation(problem, policy, result) == ()
    assert sum(one.institution == "X" for one in result.assignments) == 3
    assert result.status is Status.OPTIMAL
    last = next(one.applicant for one in result.assignments if one.institution == "Y")
    assert "已满 2 个" in explain_applicant(problem, policy, result, last).choices[0].text.zh


def with_twins(problem: PlacesProblem) -> PlacesProblem:
    """The children of a family become twins with one list, and each institution has one pool."""
    first: dict[str, Applicant] = {}
    people = []
    for one in problem.applicants:
        eldest = first.setdefault(one.family or one.id, one)
        people.append(replace(one, birth_date=eldest.birth_date, preferences=eldest.preferences))
    held = {one.current for one in people}
    pools = {one.institution: one for one in sorted(problem.pools, key=lambda one: one.id not in held, reverse=True)}
    return replace(problem, applicants=tuple(people), pools=tuple(pools.values()), family_preferences=())


@QUICK
@given(problems(families=True, largest=5).map(with_twins), policies(reserves=True))
def test_best_for_every_child_and_family_among_all_stable_outcomes(problem: PlacesProblem, policy: Policy) -> None:
    policy = replace(policy, families=ADMIT)
    result = allocate_places(problem, policy, seed="7")
    assert check_allocation(problem, policy, result) == ()
    assert isinstance(result.proof, StableProof)
    order = Order(Case(problem, policy), "7")
    assert result.proof.fewest_proved
    assert result.proof.blocking_coalitions == 0
    got = {one.applicant: one.pool for one in result.assignments}
    stable = stable_outcomes(order)
    assert got in stable
    for other in stable:
        for group in groups_of(order.case):
            mine, theirs = (tuple(placed.get(who) for who in group.members) for placed in (got, other))
            assert group.choices.index(mine) <= group.choices.index(theirs)


@QUICK
@given(problems(families=True), policies(reserves=True))
def test_with_several_pools_and_joint_lists_what_is_stated_holds(problem: PlacesProblem, policy: Policy) -> None:
    """Twins whose places are in two pools, or beside families with joint lists: a heuristic, and said so."""
    result = allocate_places(problem, replace(policy, families=ADMIT), seed="7")
    assert check_allocation(problem, replace(policy, families=ADMIT), result) == ()


def test_a_twin_above_the_capacity_that_is_not_said_is_rejected() -> None:
    problem, policy = twins_and_two_more(1), replace(small_policy(), families=ADMIT)
    result = allocate_places(problem, policy, seed=drawn_orders()["0"][0])
    hidden = tuple(replace(one, above_capacity=False) for one in result.assignments)
    found = check_allocation(problem, policy, replace(result, assignments=hidden))
    assert {one.code for one in found} == {"R609"}


def test_served_keeps_twins_within_the_capacity_and_says_so() -> None:
    problem, policy = twins_and_two_more(1), replace(small_policy(), families=ADMIT)
    served = allocate_places(problem, policy, rule=AllocationRule.SERVED, seed="7")
    assert check_allocation(problem, policy, served) == ()
    assert sum(one.institution == "X" for one in served.assignments) == 1


def _first_alone(problem: PlacesProblem, policy: Policy, seed: str) -> str:
    order = Order(Case(problem, policy), seed)
    return min("AB", key=lambda who: order.lot[who])
