"""``served`` against brute force: most served class by class, then the shortest ways, whatever couples people."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from optimizer.common.language import Text
from optimizer.places.allocate import allocate_places
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.order import Order
from optimizer.places.referee.allocation.rules import broken_rules
from optimizer.places.referee.allocation.service import Service
from optimizer.places.result import AllocationResult, AllocationRule, Assignment, ServedProof, Unplaced, UnplacedKind
from tests.places.markets import allocations, bed_problems, policies, problems

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
    order = Order(Case(problem, policy), "7")
    got = {one.applicant: one.pool for one in result.assignments}
    assert merit(Service(order), got) == best_of(order, result)


@QUICK
@given(bed_problems())
def test_beds_with_couples_and_rooms(drawn: tuple[PlacesProblem, Policy]) -> None:
    problem, policy = drawn
    result = allocate_places(problem, policy, rule=SERVED, seed="7")
    assert check_allocation(problem, policy, result) == ()
    order = Order(Case(problem, policy), "7")
    got = {one.applicant: one.pool for one in result.assignments}
    assert merit(Service(order), got) == best_of(order, result)
