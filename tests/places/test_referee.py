"""The checker rejects a result that breaks just one rule, each rule in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.allocate import allocate_places
from optimizer.places.digest import problem_hash
from optimizer.places.model import Ban, FamilyChoice, PlacesProblem
from optimizer.places.policy import Policy, Reserve
from optimizer.places.policy_text import policy_hash
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.result import (
    AllocationResult,
    AllocationRule,
    Assignment,
    ClosedPool,
    PoolPrice,
    ServedProof,
    StableProof,
    Unplaced,
    UnplacedKind,
)
from tests.places.small import small_policy, small_problem

SERVED = AllocationRule.SERVED
Break = Callable[[AllocationResult], AllocationResult]


def codes(problem: PlacesProblem, policy: Policy, result: AllocationResult) -> set[str]:
    return {finding.code for finding in check_allocation(problem, policy, result)}


def solved(rule: AllocationRule = AllocationRule.STABLE) -> tuple[PlacesProblem, Policy, AllocationResult]:
    problem, policy = small_problem(), small_policy()
    return problem, policy, allocate_places(problem, policy, rule=rule, seed="2026")


def _out(result: AllocationResult, who: str) -> AllocationResult:
    left = Unplaced(applicant=who, kind=UnplacedKind.FULL, reason=Text("", ""))
    return replace(
        result,
        assignments=tuple(one for one in result.assignments if one.applicant != who),
        unplaced=(*(one for one in result.unplaced if one.applicant != who), left),
    )


def _in(result: AllocationResult, who: str, pool: str, choice: int, metres: int) -> AllocationResult:
    place = Assignment(applicant=who, institution=pool[0], pool=pool, choice=choice, distance_m=metres)
    without = _out(result, who)
    return replace(
        without,
        assignments=(*without.assignments, place),
        unplaced=tuple(one for one in without.unplaced if one.applicant != who),
    )


def _first(result: AllocationResult, **changes: object) -> AllocationResult:
    one, *others = result.assignments
    return replace(result, assignments=(replace(one, **changes), *others))  # type: ignore[arg-type]


def test_a_right_result_is_accepted() -> None:
    for rule in AllocationRule:
        assert codes(*solved(rule)) == set()


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("R601", lambda result: replace(result, unplaced=())),
        ("R601", lambda result: replace(result, assignments=(*result.assignments, result.assignments[0]))),
        ("R602", lambda result: _in(result, "nobody", "X/1", 1, 1)),
        ("R604", lambda result: _first(result, pool="W/1")),
        ("R604", lambda result: _first(result, institution="W")),
        ("R605", lambda result: _in(result, "E", "X/1", 1, 790)),
        ("R606", lambda result: _first(result, choice=9)),
        ("R607", lambda result: _first(result, distance_m=9)),
        ("R608", lambda result: _first(result, incumbent=not result.assignments[0].incumbent)),
        ("R610", lambda result: _in(result, result.unplaced[0].applicant, "X/1", _choice(result, "X"), _way(result))),
        ("R611", lambda result: _out(result, "A")),
        ("R640", lambda result: replace(result, input_hash="0")),
        ("R641", lambda result: replace(result, policy_hash="0")),
        ("R642", lambda result: replace(result, official=True)),
        ("R643", lambda result: replace(result, summary={**result.summary, "placed": 99})),
        ("R644", lambda result: replace(result, status=Status.INFEASIBLE)),
    ],
)
def test_a_broken_result_is_rejected(code: str, change: Break) -> None:
    problem, policy, result = solved()
    assert code in codes(problem, policy, change(result))


def _waiting(result: AllocationResult) -> str:
    return next(one.applicant for one in result.unplaced if one.applicant != "E")


def _choice(result: AllocationResult, institution: str) -> int:
    problem = small_problem()
    wishes = {one.id: one.preferences for one in problem.applicants}[result.unplaced[0].applicant]
    return wishes.index(institution) + 1 if institution in wishes else 1


def _way(result: AllocationResult) -> int:
    return 100 + 10 * ord(result.unplaced[0].applicant)


def _stable(result: AllocationResult, **changes: object) -> AllocationResult:
    assert isinstance(result.proof, StableProof)
    return replace(result, proof=replace(result.proof, **changes))  # type: ignore[arg-type]


def test_closing_a_pool_that_has_people_is_rejected() -> None:
    problem, policy, result = solved()
    closed = ClosedPool(pool="Y/1", order=1, needed=0, had=0)
    assert "R620" in codes(problem, policy, _stable(result, closed=(closed,)))


def test_hidden_envy_is_rejected() -> None:
    problem, policy, result = solved()
    first = next(one for one in result.assignments if one.choice == 1 and not one.incumbent)
    assert "R621" in codes(problem, policy, _with_summary(_out(result, first.applicant)))
    assert "R621" in codes(problem, policy, _stable(result, blocking_coalitions=1))


def test_wrong_cut_offs_are_rejected() -> None:
    problem, policy, result = solved()
    assert isinstance(result.proof, StableProof)
    cut, *others = result.proof.cutoffs
    assert "R622" in codes(problem, policy, _stable(result, cutoffs=(replace(cut, filled=0), *others)))
    assert "R622" in codes(problem, policy, _stable(result, cutoffs=(replace(cut, key=(0, 0)), *others)))


def _with_summary(result: AllocationResult) -> AllocationResult:
    return replace(result, summary={**result.summary, "placed": len(result.assignments)})


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("R630", {"served_by_class": (9, 9, 9)}),
        ("R631", {"objective": 1}),
        ("R631", {"unit": 1}),
        ("R632", {"prices": (PoolPrice(pool="X/1", value=-1),)}),
        ("R633", {"prices": ()}),
        ("R633", {"bound": 0.0}),
        ("R634", {"largest_by_class": (0, 0, 0)}),
        ("R635", {"worst_m": 5_000}),
    ],
)
def test_a_wrong_proof_of_served_is_rejected(code: str, changes: dict[str, object]) -> None:
    problem, policy, result = solved(SERVED)
    assert isinstance(result.proof, ServedProof)
    broken = replace(result, proof=replace(result.proof, **changes))  # type: ignore[arg-type]
    assert code in codes(problem, policy, broken)


def test_serving_fewer_is_rejected_even_with_figures_that_agree() -> None:
    problem, policy, result = solved(SERVED)
    last = result.assignments[-1]
    fewer = _with_summary(_out(result, last.applicant))
    assert {"R630", "R631"} <= codes(problem, policy, fewer)


def test_a_ban_a_family_and_a_reserve_are_kept() -> None:
    problem, policy, result = solved()
    one = next(place for place in result.assignments if not place.incumbent)
    banned = replace(problem, bans=(Ban(first=one.institution, second=one.applicant),))
    assert "R605" in codes(banned, policy, replace(result, input_hash=problem_hash(banned)))
    rows = tuple(FamilyChoice(family="F", rank=1, applicant=who, institution="Z") for who in "BC")
    joint = replace(problem, family_preferences=rows)
    assert codes(joint, policy, replace(result, input_hash=problem_hash(joint))) & {"R605", "R614"}
    confined = Reserve(id="low", name=Text("", ""), percent=100, groups=("none",), exclusive=True)
    strict = replace(policy, reserves=(confined,))
    assert "R610" in codes(problem, strict, replace(result, policy_hash=policy_hash(strict)))


def test_smallest_class_is_kept() -> None:
    problem, policy, result = solved()
    pools = tuple(replace(one, min_class=2) if one.id == "Z/1" else one for one in problem.pools)
    larger = replace(problem, pools=pools)
    assert "R612" in codes(larger, policy, replace(result, input_hash=problem_hash(larger)))
