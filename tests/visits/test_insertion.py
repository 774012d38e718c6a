"""Insertion: everything that fits goes in, with its partners; optional visits only if they are worth their way."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from optimizer.common.stop import MaxIterations
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.index import index_problem
from optimizer.visits.insertion import EVERY_GAP, Inserter, Workbench
from optimizer.visits.model import Link, LinkKind, PriorityGroup, Problem
from optimizer.visits.objective import HOMECARE
from optimizer.visits.plan import ReasonKind
from optimizer.visits.solve import solve_visits
from tests.strategies import problems
from tests.toys import caregiver, tiny_problem, visit


def inserter_of(problem: Problem, travel: TravelMatrix) -> Inserter:
    bench = Workbench(index_problem(problem, travel), HOMECARE)
    return Inserter(bench, bench.empty_timetable())


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems())
def test_nothing_that_is_left_out_still_fits(drawn: tuple[Problem, TravelMatrix]) -> None:
    """The reasons are computed by code that knows nothing of the engines; it must not find a place either."""
    problem, travel = drawn
    result = solve_visits(problem, travel, stop=MaxIterations(10), seed=2, engine="ortools")
    for one in result.plan.unassigned:
        assert one.reasons
        assert ReasonKind.FITS not in {reason.kind for reason in one.reasons}


def test_a_visit_goes_where_the_way_is_shortest() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=2), visit("b", x=8), visit("c", x=7)],
        caregivers=[caregiver("ann", x=0), caregiver("bea", x=9)],
    )
    inserter = inserter_of(problem, travel)
    assert inserter.insert_all([(0,), (1,), (2,)]) == 3
    assert inserter.table.orders[0] == (0,)
    assert sorted(inserter.table.orders[1]) == [1, 2]


def test_a_bundle_goes_in_whole_or_not_at_all() -> None:
    link = Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("a", "b"), max_gap_t=0)
    problem, travel = tiny_problem(
        visits=[visit("a", x=1), visit("b", x=2), visit("c", x=1, team_size=2)],
        links=(link,),
        caregivers=[caregiver("ann", x=0)],
    )
    inserter = inserter_of(problem, travel)
    assert not inserter.insert((0, 1), EVERY_GAP)
    assert not inserter.insert((2,), EVERY_GAP)
    assert inserter.table.orders == [()]


def test_a_bundle_steps_back_when_its_second_member_finds_no_place() -> None:
    """The nearest caregiver for *a* is the only one who can do *b* at the same moment."""
    link = Link(id="l", kind=LinkKind.SIMULTANEOUS, visits=("a", "b"))
    problem, travel = tiny_problem(
        visits=[visit("a", x=1, skills=["S"]), visit("b", x=1, skills=["S"], required_caregivers=("ann", "bea"))],
        links=(link,),
        caregivers=[caregiver("ann", x=1, skills=["S"]), caregiver("cid", x=9, skills=["S"])],
    )
    inserter = inserter_of(problem, travel)
    assert inserter.insert((0, 1), EVERY_GAP)
    assert [len(order) for order in inserter.table.orders] == [1, 1]


def test_an_optional_visit_goes_in_only_if_it_is_worth_its_way() -> None:
    groups = (PriorityGroup(id="g", price_s=600, zh="组", en="group"),)
    problem, travel = tiny_problem(
        visits=[visit(name, x=x, mandatory=False, priority="g") for name, x in (("far", 6), ("near", 5))],
        caregivers=[caregiver("ann", x=0)],
        priorities=groups,
    )
    inserter = inserter_of(problem, travel)
    assert not inserter.insert_if_worth((0,), EVERY_GAP)
    assert inserter.table.orders == [()]
    assert inserter.insert_if_worth((1,), EVERY_GAP)
    assert inserter.insert_if_worth((0,), EVERY_GAP)  # now it is only a minute further
