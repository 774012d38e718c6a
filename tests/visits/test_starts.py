"""The timing step: days on which the earliest starts are provably not the cheapest, and the referee on drawn days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.common.stop import MaxIterations
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.draft import DraftRoute, draft_of, plan_of_draft
from optimizer.visits.index import index_problem
from optimizer.visits.insertion import Workbench
from optimizer.visits.model import Link, LinkKind, Problem, PublishedStop
from optimizer.visits.objective import EHHC, HOMECARE, Objective
from optimizer.visits.plan import Result
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.repair import admit
from optimizer.visits.search.session import Session
from optimizer.visits.solve import solve_visits
from optimizer.visits.starts.program import StartProgram
from optimizer.visits.starts.step import _moved, can_gain
from tests.strategies import problems
from tests.toys import at, caregiver, pause, plan_of, tiny_problem, visit

MINUTE = 60
WAITING = Objective(name="waiting", travel=1.0, waiting=1.0)
MIXED = replace(HOMECARE, tardiness_worst=0.5, waiting=0.3, idle=0.2, balance=0.0)
ENGINES = ("ortools", "search")
MANY = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def solved(made: tuple[Problem, TravelMatrix], objective: Objective, engine: str) -> Result:
    return solve_visits(*made, stop=MaxIterations(2000), seed=1, objective=objective, engine=engine)


def starts(result: Result) -> dict[str, int]:
    return {stop.visit: stop.start_t for route in result.plan.routes for stop in route.stops}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_late_window_is_not_waited_for(engine: str) -> None:
    made = tiny_problem(
        visits=[visit("a", x=2, window=("08:00", "11:00")), visit("b", x=5, window=("11:00", "12:00"))],
        caregivers=[caregiver("ann", x=0)],
    )
    earliest = plan_of(made[0], {"ann": [("a", "08:02"), ("b", "11:00")]})
    assert evaluate_plan(*made, earliest, WAITING).cost == (10 + 145) * MINUTE
    result = solved(made, WAITING, engine)
    assert result.cost == 10 * MINUTE
    assert starts(result) == {"a": at("10:27"), "b": at("11:00")}
    assert result.trace[-1].source == "timing"


@pytest.mark.parametrize("engine", ENGINES)
def test_linked_visits_and_a_break_move_together(engine: str) -> None:
    """*b* waits for its pair *c*, and the break lies between *a* and *b*: starting at eight is to wait 3 h 30."""
    made = tiny_problem(
        visits=[
            visit("a", x=0, minutes=60, window=("08:00", "10:30"), required_caregivers=("ann",)),
            visit("b", x=0, window=("10:00", "15:00"), required_caregivers=("ann",)),
            visit("c", x=0, window=("13:00", "15:00"), required_caregivers=("bea",)),
        ],
        links=(Link(id="pair", kind=LinkKind.SIMULTANEOUS, visits=("b", "c")),),
        caregivers=[
            caregiver("ann", x=0, breaks=[pause("lunch", "11:00", "12:00", 30)]),
            caregiver("bea", x=50, shift=("08:00", "17:00")),
        ],
    )
    result = solved(made, WAITING, engine)
    assert evaluate_plan(*made, result.plan, WAITING).valid
    assert result.components["waiting"] == 60 * MINUTE
    assert starts(result)["b"] == starts(result)["c"] == at("13:00")


@pytest.mark.parametrize("engine", ENGINES)
def test_published_starts_are_kept_where_nothing_hinders(engine: str) -> None:
    made = tiny_problem(
        visits=[visit("a", x=2, window=("08:00", "12:00"))],
        caregivers=[caregiver("ann", x=0)],
        published=(PublishedStop(visit="a", caregiver="ann", shift="day", start_t=at("09:30")),),
    )
    result = solved(made, HOMECARE, engine)
    assert starts(result) == {"a": at("09:30")}
    assert result.components["change_start"] == 0.0


def test_the_idle_time_of_the_extended_formulation_falls() -> None:
    """Starting at 10:27 is to leave late, but not to wait; the largest idle time stays as it was."""
    made = tiny_problem(
        visits=[visit("a", x=2, window=("08:00", "12:00")), visit("b", x=5, window=("11:00", "12:00"))],
        caregivers=[caregiver("ann", x=0, shift=("08:00", "11:30"), max_overtime=60)],
    )
    result = solved(made, EHHC, "search")
    earliest = plan_of(made[0], {"ann": [("a", "08:02"), ("b", "11:00")]})
    assert result.cost < evaluate_plan(*made, earliest, EHHC).cost
    assert result.components["waiting"] == 0.0


def test_nobody_waits_only_to_look_even() -> None:
    """*bea* has little work; starting at eight to wait for *b* would be even, and nobody's gain."""
    made = tiny_problem(
        visits=[
            visit("a", x=0, minutes=300, required_caregivers=("ann",)),
            visit("b", x=0, minutes=10, window=("08:00", "16:00"), required_caregivers=("bea",)),
            visit("c", x=0, minutes=10, window=("08:00", "16:00"), required_caregivers=("bea",)),
        ],
        caregivers=[caregiver("ann", x=0), caregiver("bea", x=0)],
    )
    result = solved(made, HOMECARE, "search")
    assert result.components["waiting"] == 0.0


def test_it_is_left_out_where_nothing_can_fall() -> None:
    assert not can_gain(replace(HOMECARE, balance=0.0), published=False)
    assert can_gain(replace(HOMECARE, balance=0.0), published=True)
    assert can_gain(EHHC, published=False)


def _drawn_routes(problem: Problem, travel: TravelMatrix) -> tuple[Workbench, tuple[DraftRoute, ...]]:
    indexed = index_problem(problem, travel)
    session = Session(indexed, MIXED, seed=1)
    session.begin(None)
    bench = Workbench(indexed, MIXED)
    return bench, draft_of(admit(bench, session.best_orders()))


def test_what_is_found_obeys_the_rules_and_never_costs_more() -> None:
    gained = []

    @MANY
    @given(problems())
    def check(drawn: tuple[Problem, TravelMatrix]) -> None:
        problem, travel = drawn
        bench, routes = _drawn_routes(problem, travel)
        before = evaluate_plan(problem, travel, plan_of_draft(bench.indexed, routes), MIXED)
        if not routes or not before.valid:
            return
        found = StartProgram(bench.timer, MIXED, routes).solve(60.0)
        assert found is not None
        for part in (1, 3):
            moved: Sequence[DraftRoute] = [_moved(bench, route, found, part) for route in routes]
            after = evaluate_plan(problem, travel, plan_of_draft(bench.indexed, moved), MIXED)
            assert after.valid, [one.text.en for one in after.violations]
            assert after.cost <= before.cost + 1.0
        gained.append(before.cost - after.cost > 1.0)

    check()
    assert sum(gained) > 5
