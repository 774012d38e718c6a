"""Deferred acceptance against brute force: best for every child among all stable outcomes, fewest coalitions else."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.places.allocate import allocate_places
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.groups import groups_of
from optimizer.places.referee.allocation.order import Order
from optimizer.places.referee.allocation.stability import blocking_coalitions
from optimizer.places.result import AllocationRule, StableProof
from tests.places.markets import allocations, policies, problems

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def stable_outcomes(order: Order, most: int = 0) -> list[dict[str, str]]:
    """Every allocation within the places, with at most so many blocking coalitions."""
    found = []
    for placed in allocations(order):
        inside: dict[str, set[str]] = {}
        for who, pool in placed.items():
            inside.setdefault(pool, set()).add(who)
        if all(order.admitted(pool, people) == people for pool, people in inside.items()):
            blocking = sum(1 for _ in blocking_coalitions(order, placed))
            if blocking <= most:
                found.append(placed)
    return found


@QUICK
@given(problems(), policies(reserves=True))
def test_nobody_alone_does_better_in_any_stable_outcome(problem: PlacesProblem, policy: Policy) -> None:
    result = allocate_places(problem, policy, seed="7")
    assert check_allocation(problem, policy, result) == ()
    assert isinstance(result.proof, StableProof)
    assert result.proof.blocking_coalitions == 0
    order = Order(Case(problem, policy), "7")
    got = {one.applicant: one.pool for one in result.assignments}
    stable = stable_outcomes(order)
    assert got in stable
    for other in stable:
        for who, accepted in order.case.lists.items():
            assert _rank(accepted, got.get(who)) <= _rank(accepted, other.get(who))


@QUICK
@given(problems(families=True), policies(families=True, reserves=True))
def test_families_fewest_coalitions_then_most_placed(problem: PlacesProblem, policy: Policy) -> None:
    result = allocate_places(problem, policy, seed="7")
    assert check_allocation(problem, policy, result) == ()
    assert isinstance(result.proof, StableProof)
    assert result.proof.fewest_proved
    order = Order(Case(problem, policy), "7")
    best = min(_merit(order, placed) for placed in stable_outcomes(order, most=10**6))
    got = {one.applicant: one.pool for one in result.assignments}
    assert _merit(order, got) == best


@QUICK
@given(problems(families=True, minima=True), policies(families=True))
def test_smallest_classes_are_kept_or_closed(problem: PlacesProblem, policy: Policy) -> None:
    result = allocate_places(problem, policy, seed="7")
    assert check_allocation(problem, policy, result) == ()


@QUICK
@given(problems(families=True, minima=True), policies(families=True, reserves=True), st.integers(0, 99))
def test_order_of_the_input_never_matters(problem: PlacesProblem, policy: Policy, turn: int) -> None:
    shuffled = _shuffled(problem, turn)
    for rule in AllocationRule:
        one = allocate_places(problem, policy, rule=rule, seed="7")
        other = allocate_places(shuffled, policy, rule=rule, seed="7")
        assert replace(one, seconds=0.0) == replace(other, seconds=0.0)


def _rank(accepted: list[str], pool: str | None) -> int:
    return len(accepted) if pool is None else accepted.index(pool)


def _merit(order: Order, placed: Mapping[str, str]) -> tuple[int, int]:
    """Blocking coalitions, then people without a place, of those who choose jointly or share pools with such."""
    assert all(len(group.choices) > 0 for group in groups_of(order.case))
    return sum(1 for _ in blocking_coalitions(order, placed)), -len(placed)


def _shuffled(problem: PlacesProblem, turn: int) -> PlacesProblem:
    rng = random.Random(turn)
    tables = ("applicants", "institutions", "pools", "distances", "family_preferences")
    return replace(
        problem,
        **{name: tuple(rng.sample(rows, len(rows))) for name in tables if (rows := getattr(problem, name))},
    )
