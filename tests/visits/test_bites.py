"""Each engine bites on each rule that it claims: the best plan of a tiny day, which ignoring the rule would miss."""

from __future__ import annotations

import pytest

from optimizer.common.stop import MaxIterations
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.solve import solve_visits
from tests.visits.bites import BITES, OBJECTIVE, Bite

ENGINES = {"ortools": 30, "search": 20_000}
"""Engines and the iterations that they get: accepted solutions of the one, proposals of the other."""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("bite", BITES, ids=lambda bite: bite.rule)
def test_the_engine_finds_the_best_plan_under_the_rule(bite: Bite, engine: str) -> None:
    problem, travel = bite.make()
    stop = MaxIterations(ENGINES[engine])
    result = solve_visits(problem, travel, stop=stop, seed=1, objective=OBJECTIVE, engine=engine)
    caregivers = {stop.visit: route.caregiver for route in result.plan.routes for stop in route.stops}
    assert result.mandatory_left_out == bite.left_out
    assert result.cost == pytest.approx(60 * bite.cost_min)
    assert {name: caregivers.get(name) for name in bite.who} == bite.who


@pytest.mark.parametrize("bite", BITES, ids=lambda bite: bite.rule)
def test_who_ignores_the_rule_does_worse(bite: Bite) -> None:
    problem, travel = bite.make()
    relaxed, way, objective = bite.ignoring((problem, travel))
    plan = solve_visits(relaxed, way, stop=MaxIterations(30), seed=1, objective=objective, engine="ortools").plan
    evaluation = evaluate_plan(problem, travel, plan, OBJECTIVE)
    assert not evaluation.valid or evaluation.rank > (bite.left_out, 60 * bite.cost_min + 1e-6)


@pytest.mark.parametrize("bite", BITES, ids=lambda bite: bite.rule)
def test_the_yardstick_keeps_the_rule(bite: Bite) -> None:
    problem, travel = bite.make()
    result = solve_visits(problem, travel, stop=MaxIterations(1000), seed=1, objective=OBJECTIVE, engine="greedy")
    assert evaluate_plan(problem, travel, result.plan, OBJECTIVE).valid
