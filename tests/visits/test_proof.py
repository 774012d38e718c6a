"""Bounds of small days: never above any valid plan, equal to the best by brute force, and reached by the search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.common.status import Status
from optimizer.common.stop import FirstOf, MaxIterations, MaxRuntime
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.draft import draft_of, orders_of_plan, plan_of_draft
from optimizer.visits.index import IndexedProblem, index_problem
from optimizer.visits.insertion import Workbench
from optimizer.visits.model import Link, LinkKind, Problem
from optimizer.visits.objective import HHCRSP, HOMECARE, Objective
from optimizer.visits.plan import Plan
from optimizer.visits.proof import Proof
from optimizer.visits.proof.prove import prove
from optimizer.visits.proof.scale import scale_of, whole
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.repair import admit
from optimizer.visits.solve import solve_visits
from tests.strategies import problems
from tests.toys import caregiver, tiny_problem, visit

PLAIN = replace(HOMECARE, name="plain", balance=0.0)
MANY = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def proof_of(problem: Problem, travel: TravelMatrix, plan: Plan, objective: Objective) -> Proof | None:
    indexed = index_problem(problem, travel)
    number = {name: v for v, name in enumerate(indexed.visit_ids)}
    starts = {number[stop.visit]: stop.start_t for route in plan.routes for stop in route.stops}
    bench = Workbench(indexed, objective)
    return prove(bench, objective, orders=orders_of_plan(indexed, plan), starts=starts, seconds=60.0, threads=1)


def searched(problem: Problem, travel: TravelMatrix, objective: Objective):
    return solve_visits(problem, travel, stop=MaxIterations(20_000), seed=1, objective=objective, engine="search")


def days() -> Iterator[tuple[Problem, TravelMatrix]]:
    """Five tasks and two caregivers: few enough for all routes there are."""
    yield tiny_problem(
        visits=[visit(f"v{i}", x=i * 5 % 7, minutes=40, window=("08:00", None, "08:50")) for i in range(5)],
        caregivers=[caregiver("ann", x=1), caregiver("bea", x=4)],
    )
    yield tiny_problem(
        visits=[visit("a", x=3), visit("b", x=-2, window=("08:00", None, "08:30")), visit("c", x=6), visit("d", x=1)],
        caregivers=[caregiver("ann", x=0), caregiver("bea", x=2, shift=("08:00", "09:00"), max_overtime=60)],
        links=(
            Link(id="p", kind=LinkKind.SIMULTANEOUS, visits=("a", "b")),
            Link(id="q", kind=LinkKind.SEQUENTIAL, visits=("c", "d"), min_gap_t=3600, max_gap_t=5400),
        ),
    )
    yield tiny_problem(
        visits=[visit("team", x=4, team_size=2), visit("a", x=0, minutes=50), visit("b", x=9, mandatory=False)],
        caregivers=[caregiver("ann", x=0, shift=("08:00", "09:40")), caregiver("bea", x=5, shift=("08:00", "09:40"))],
    )


def every_way(indexed: IndexedProblem) -> Iterator[dict[int, tuple[int, ...]]]:
    """All orders of all subsets of the tasks on two shifts."""
    for where in product((-1, 0, 1), repeat=indexed.tasks):
        rows = [[task for task, shift in enumerate(where) if shift == r] for r in (0, 1)]
        for first, second in product(permutations(rows[0]), permutations(rows[1])):
            yield {0: first, 1: second}


@pytest.mark.parametrize("objective", [PLAIN, HHCRSP], ids=["homecare", "hhcrsp"])
@pytest.mark.parametrize("number", range(3))
def test_the_bound_is_the_best_of_all_plans(number: int, objective: Objective) -> None:
    problem, travel = list(days())[number]
    indexed = index_problem(problem, travel)
    bench = Workbench(indexed, objective)
    ranks = []
    for orders in every_way(indexed):
        table = admit(bench, orders)
        if {r: order for r, order in enumerate(table.orders) if order} == {r: o for r, o in orders.items() if o}:
            judged = evaluate_plan(problem, travel, plan_of_draft(indexed, draft_of(table)), objective)
            if judged.valid:
                ranks.append(judged.rank)
    best = min(ranks)
    result = searched(problem, travel, objective)
    assert (result.mandatory_left_out, result.cost) == (best[0], pytest.approx(best[1]))
    proof = proof_of(problem, travel, result.plan, objective)
    assert best[0] == 0
    assert proof is not None
    assert proof.bound == pytest.approx(best[1])


def test_no_plan_is_below_the_bound_and_the_search_reaches_it() -> None:
    closed = []

    @MANY
    @given(problems())
    def check(drawn: tuple[Problem, TravelMatrix]) -> None:
        problem, travel = drawn
        if len(problem.visits) > 8:
            return
        result = searched(problem, travel, PLAIN)
        proof = proof_of(problem, travel, result.plan, PLAIN)
        if result.mandatory_left_out == 0:
            assert proof is not None
            assert proof.bound <= result.cost * (1 + 1e-9) + 1e-6
            closed.append(result.cost <= proof.bound * (1 + 1e-6) + 1e-6)

    check()
    assert sum(closed) >= 0.5 * len(closed) > 5


def test_a_day_that_is_proved_says_so() -> None:
    problem, travel = next(days())
    stop = FirstOf((MaxRuntime(60.0),))
    result = solve_visits(problem, travel, stop=stop, seed=1, objective=HHCRSP, engine="search")
    assert result.status is Status.OPTIMAL
    assert result.bound == pytest.approx(result.cost)
    assert result.seconds < 55.0


def test_a_proof_ends_when_the_run_is_stopped() -> None:
    """Sixteen visits that cannot be told apart, far too many orders to prove in the time that is given."""
    problem, travel = tiny_problem(
        visits=[visit(f"v{i:02d}", x=i * 5 % 13, minutes=7 + i, window=("08:00", None, "08:10")) for i in range(16)],
        caregivers=[caregiver(name, x=i) for i, name in enumerate(("ann", "bea", "cid", "dot"))],
    )
    indexed = index_problem(problem, travel)
    asked: list[bool] = []
    prove(
        Workbench(indexed, HHCRSP),
        HHCRSP,
        orders={},
        starts={},
        seconds=3600.0,
        threads=1,
        goes_on=lambda: asked.append(True) or len(asked) < 3,
    )
    assert len(asked) >= 3


def test_prices_are_whole_numbers_and_never_dearer() -> None:
    assert scale_of([1 / 3 / 60000, 1 / 3 / 60000]) == pytest.approx(180000)
    scale = scale_of([1.0, 3.0, 0.2])
    assert [whole(price, scale) for price in (1.0, 3.0, 0.2)] == [5, 15, 1]
    odd = scale_of([2**0.5, 1.0])
    assert whole(2**0.5, odd) <= 2**0.5 * odd
