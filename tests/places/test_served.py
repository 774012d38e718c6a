"""``served`` against brute force: most served class by class, then the shortest ways, whatever couples people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.allocate import allocate_places
from optimizer.places.model import Applicant, CareType, GivenDistance, Institution, PlacesProblem, Pool
from optimizer.places.policy import Policy, Reserve
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.order import Order
from optimizer.places.referee.allocation.rules import broken_rules
from optimizer.places.referee.allocation.service import Service
from optimizer.places.result import AllocationResult, AllocationRule, Assignment, ServedProof, Unplaced, UnplacedKind
from optimizer.places.served import milp, network
from optimizer.places.served.least import Least
from tests.places.markets import allocations, bed_problems, policies, problems
from tests.places.small import small_policy
from tests.places.test_explain import drawn_market

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
SERVED = AllocationRule.SERVED


def merit(service: Service, placed: dict[str, str]) -> tuple[tuple[int, ...], int]:
    """Fewer served first in the order of classes, then metres."""
    metres = sum(service.costs[who][pool] for who, pool in placed.items())
    return tuple(-count for count in service.served(placed)), metres


def best_of(order: Order, result: AllocationResult) -> tuple[tuple[int, ...], int]:
    """The best merit of all allocations that break no rule."""
    service = Service(order)
    merits = []
    for placed in allocations(order):
        assignments = tuple(
            Assignment(
                applicant=who,
                institution=order.case.pools[pool].institution,
                pool=pool,
                choice=order.case.lists[who].index(pool) + 1,
                distance_m=order.case.metres(who, order.case.pools[pool].institution),
                incumbent=order.case.current.get(who) == pool,
            )
            for who, pool in placed.items()
        )
        left = tuple(
            Unplaced(applicant=who, kind=UnplacedKind.FULL, reason=Text("", ""))
            for who in order.case.people
            if who not in placed
        )
        if not any(broken_rules(order, replace(result, assignments=assignments, unplaced=left))):
            merits.append(merit(service, placed))
    return min(merits)


@QUICK
@given(problems(listed=False), policies(reserves=True))
def test_flow_serves_most_class_by_class(problem: PlacesProblem, policy: Policy) -> None:
    result = allocate_places(problem, policy, rule=SERVED, seed="7")
    assert check_allocation(problem, policy, result) == ()
    assert isinstance(result.proof, ServedProof)
    assert result.proof.method == "flow"
    assert result.proof.bound == result.proof.objective
    order = Order(Case(problem, policy), "7")
    got = {one.applicant: one.pool for one in result.assignments}
    assert merit(Service(order), got) == best_of(order, result)


@QUICK
@given(problems(families=True, minima=True), policies(families=True))
def test_families_and_smallest_classes(problem: PlacesProblem, policy: Policy) -> None:
    result = allocate_places(problem, policy, rule=SERVED, seed="7")
    assert check_allocation(problem, policy, result) == ()
    proof = result.proof
    assert isinstance(proof, ServedProof)
    assert (proof.bound, proof.largest_by_class) == (proof.objective, proof.served_by_class)
    order = Order(Case(problem, policy), "7")
    got = {one.applicant: one.pool for one in result.assignments}
    assert merit(Service(order), got) == best_of(order, result)


@QUICK
@given(bed_problems())
def test_beds_with_couples_and_rooms(drawn: tuple[PlacesProblem, Policy]) -> None:
    problem, policy = drawn
    result = allocate_places(problem, policy, rule=SERVED, seed="7")
    assert check_allocation(problem, policy, result) == ()
    proof = result.proof
    assert isinstance(proof, ServedProof)
    assert (proof.bound, proof.largest_by_class) == (proof.objective, proof.served_by_class)
    order = Order(Case(problem, policy), "7")
    got = {one.applicant: one.pool for one in result.assignments}
    assert merit(Service(order), got) == best_of(order, result)


@QUICK
@given(bed_problems())
def test_where_time_runs_out_every_rule_is_kept_and_the_gap_is_stated(drawn: tuple[PlacesProblem, Policy]) -> None:
    problem, policy = drawn
    best = allocate_places(problem, policy, rule=SERVED, seed="7").proof
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(milp, "least", lambda *_: Least(values=None, cost=np.inf, bound=-np.inf))
        result = allocate_places(problem, policy, rule=SERVED, seed="7")
    proof = result.proof
    assert check_allocation(problem, policy, result) == ()
    assert isinstance(best, ServedProof)
    assert isinstance(proof, ServedProof)
    assert proof.bound <= best.objective <= proof.objective
    assert all(most >= reached for most, reached in zip(proof.largest_by_class, best.served_by_class, strict=True))
    if proof.objective > best.objective:
        assert result.status is not Status.OPTIMAL
        assert any("proved" in note.en for note in result.notes)


@QUICK
@given(bed_problems())
def test_a_largest_distance_is_stated_only_where_it_was_minimised(drawn: tuple[PlacesProblem, Policy]) -> None:
    problem, policy = drawn
    result = allocate_places(problem, replace(policy, bottleneck_first=True), rule=SERVED, seed="7")
    assert isinstance(result.proof, ServedProof)
    assert check_allocation(problem, replace(policy, bottleneck_first=True), result) == ()
    assert result.proof.method == "flow" or result.proof.worst_m is None
    assert any("not minimised" in note.en for note in result.notes) is (result.proof.worst_m is None)


@pytest.mark.parametrize("nearest", [1, 2])
def test_arcs_left_out_at_first_are_priced_in(nearest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "NEAREST", nearest)
    solves = []
    for seed in range(8):
        drawn = drawn_market(seed)
        problem = replace(drawn, applicants=tuple(replace(one, preferences=()) for one in drawn.applicants))
        result = allocate_places(problem, small_policy(), rule=SERVED, seed="7")
        assert check_allocation(problem, small_policy(), result) == ()
        assert isinstance(result.proof, ServedProof)
        solves.append(result.proof.solves)
    assert max(solves) > 1


def test_the_largest_distance_comes_first_where_the_policy_says_so() -> None:
    ways = {("A", "X"): 10, ("A", "Y"): 500, ("B", "X"): 400, ("B", "Y"): 950}
    problem = PlacesProblem(
        name="worst",
        applicants=(Applicant(id="A"), Applicant(id="B")),
        institutions=(Institution(id="X"), Institution(id="Y")),
        pools=(Pool(id="X/1", institution="X", capacity=1), Pool(id="Y/1", institution="Y", capacity=1)),
        distances=tuple(GivenDistance(origin=a, destination=b, metres=way) for (a, b), way in ways.items()),
    )
    ways_short = replace(
        problem,
        distances=(
            *problem.distances[:1],
            GivenDistance(origin="A", destination="Y", metres=590),
            *problem.distances[2:],
        ),
    )
    policy = small_policy()
    total = allocate_places(ways_short, policy, rule=SERVED, seed="7")
    assert {one.applicant: one.institution for one in total.assignments} == {"A": "X", "B": "Y"}
    first = replace(policy, bottleneck_first=True)
    worst = allocate_places(ways_short, first, rule=SERVED, seed="7")
    assert {one.applicant: one.institution for one in worst.assignments} == {"A": "Y", "B": "X"}
    assert isinstance(worst.proof, ServedProof)
    assert worst.proof.worst_m == 590
    assert check_allocation(ways_short, first, worst) == ()


@pytest.mark.parametrize("share", [False, True])
def test_two_halves_share_a_day_where_the_policy_says_so(share: bool) -> None:
    cares = {"A": CareType.MORNING, "B": CareType.AFTERNOON, "C": CareType.MORNING}
    problem = PlacesProblem(
        name="halves",
        applicants=tuple(Applicant(id=name, care_type=care) for name, care in cares.items()),
        institutions=(Institution(id="X"),),
        pools=(Pool(id="X/1", institution="X", capacity=1, care_type=CareType.FULL_DAY),),
        distances=tuple(GivenDistance(origin=name, destination="X", metres=100) for name in cares),
    )
    policy = replace(small_policy(), half_days_share=share)
    result = allocate_places(problem, policy, rule=SERVED, seed="7")
    assert len(result.assignments) == (2 if share else 0)
    assert "B" in {one.applicant for one in result.assignments} or not share
    assert check_allocation(problem, policy, result) == ()


def test_hourly_children_come_in_through_their_reserve_only() -> None:
    people = tuple(Applicant(id=f"H{k}", care_type=CareType.HOURLY) for k in range(4))
    full = tuple(Applicant(id=f"F{k}") for k in range(2))
    problem = PlacesProblem(
        name="hourly",
        applicants=(*people, *full),
        institutions=(Institution(id="X"),),
        pools=(Pool(id="X/1", institution="X", capacity=10, care_type=CareType.FULL_DAY),),
        distances=tuple(GivenDistance(origin=one.id, destination="X", metres=100) for one in (*people, *full)),
    )
    cares = (CareType.HOURLY, CareType.TEMPORARY)
    reserve = Reserve(id="part", name=Text("", ""), percent=20, care_types=cares, confined=True)
    policy = replace(small_policy(), reserves=(reserve,))
    for rule in AllocationRule:
        result = allocate_places(problem, policy, rule=rule, seed="7")
        placed = {one.applicant[0] for one in result.assignments}
        assert len(result.assignments) == 4
        assert placed == {"H", "F"}
        assert check_allocation(problem, policy, result) == ()
