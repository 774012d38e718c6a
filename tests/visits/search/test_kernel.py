"""The kernel's plans and costs are the referee's."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.draft import draft_of, plan_of_draft
from optimizer.visits.index import index_problem
from optimizer.visits.insertion import Workbench
from optimizer.visits.model import Link, LinkKind, Problem
from optimizer.visits.objective import EHHC, HHCRSP, HOMECARE
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.repair import admit
from tests.strategies import problems
from tests.toys import caregiver, tiny_problem, visit
from tests.visits.search.kernels import HOT, MIXED, kernel_plan, session_of, true_cost, without_breaks

MANY = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("objective", [MIXED, HOMECARE, HHCRSP, EHHC], ids=["mixed", "homecare", "hhcrsp", "ehhc"])
def test_cost_and_validity_are_the_referees(objective) -> None:
    @MANY
    @given(problems())
    def check(drawn: tuple[Problem, TravelMatrix]) -> None:
        problem, travel = without_breaks(drawn[0]), drawn[1]
        session = session_of(problem, travel, objective)
        for temperature in (3000.0, 300.0, 10.0):
            plan = kernel_plan(session)
            judged = evaluate_plan(problem, travel, plan, objective)
            broken = [one.text.en for one in judged.violations if one.visit not in judged.left_out]
            assert not broken
            missing, cost = true_cost(session)
            judged_rank = judged.mandatory_left_out, pytest.approx(judged.cost, rel=1e-9, abs=1e-6)
            assert (missing, cost) == judged_rank, (judged.components, session.kernel.totals)
            session.run(200, temperature, HOT)

    check()


def test_exact_timing_finds_a_way_for_every_plan_with_breaks() -> None:
    @MANY
    @given(problems())
    def check(drawn: tuple[Problem, TravelMatrix]) -> None:
        problem, travel = drawn
        indexed = index_problem(problem, travel)
        session = session_of(problem, travel)
        bench = Workbench(indexed, MIXED)
        for temperature in (3000.0, 300.0, 10.0):
            orders = session.current_orders()
            table = admit(bench, orders)
            assert {r: tuple(order) for r, order in enumerate(table.orders) if order} == orders
            judged = evaluate_plan(problem, travel, plan_of_draft(indexed, draft_of(table)), MIXED)
            assert judged.mandatory_left_out == true_cost(session)[0]
            session.run(200, temperature, HOT)

    check()


def test_no_class_waits_for_one_that_is_not_planned() -> None:
    """What a largest gap asked of a class is forgotten with its partner; else it could never be planned again."""
    session = session_of(*_day_of_close_sequences())
    kernel, held_back = session.kernel, 0
    for _ in range(300):
        session.run(20, 3000.0, HOT)
        for cls in kernel.cls[kernel.cls.floor > 0]:
            links = kernel.link[cls.link_first : cls.link_end]
            later = links.other[links.forward == 1]
            assert (kernel.node.route[kernel.cls.first[later]] >= 0).any()
            held_back += 1
    assert held_back, "no class was held back: the day is not worth this test"


def _day_of_close_sequences() -> tuple[Problem, TravelMatrix]:
    """More pairs than fit, each to be done within a quarter of an hour by two of three caregivers."""
    visits = [visit(f"v{i:02d}", x=i * 7 % 23, minutes=40, window=("08:00", "12:00", "09:00")) for i in range(24)]
    links = tuple(
        Link(id=f"l{i}", kind=LinkKind.SEQUENTIAL, visits=(f"v{i:02d}", f"v{i + 1:02d}"), min_gap_t=0, max_gap_t=900)
        for i in range(0, 24, 2)
    )
    crew = [caregiver(name, x=i) for i, name in enumerate(("ann", "bea", "cid"))]
    return tiny_problem(visits=visits, caregivers=crew, links=links)
