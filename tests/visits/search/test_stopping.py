"""What ends a run, and what it begins with and shows on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
import typer

from optimizer.cli.visits_options import worker_count
from optimizer.common.progress import Incumbent
from optimizer.common.stop import (
    FirstOf,
    MaxIterations,
    MaxRuntime,
    NoImprovement,
    NoImprovementFor,
    TargetCost,
    stop_rule,
)
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.solve import solve_visits
from tests.toys import caregiver, tiny_problem, visit

FAR_OFF = 10**9
"""Iterations that no test would ever finish."""


def day() -> tuple[Problem, TravelMatrix]:
    """A day whose first plan can be improved."""
    visits = [visit(f"v{i:02d}", x=i * i * 7 % 83, minutes=20, window=("08:00", "16:00", "12:00")) for i in range(30)]
    return tiny_problem(visits=visits, caregivers=[caregiver(name, x=9 * i) for i, name in enumerate(("a", "b", "c"))])


@pytest.mark.parametrize("rule", [NoImprovement(3000), NoImprovementFor(0.2)])
def test_a_run_ends_without_improvement(rule: NoImprovement | NoImprovementFor) -> None:
    problem, travel = day()
    result = solve_visits(problem, travel, stop=FirstOf((MaxIterations(FAR_OFF), rule)), seed=1, engine="search")
    assert 0 < result.iterations < FAR_OFF
    assert len(result.trace) > 1


def test_a_run_ends_at_the_target() -> None:
    problem, travel = day()
    first = solve_visits(problem, travel, stop=MaxIterations(0), seed=1, engine="search")
    target = 0.9 * first.cost
    for workers in (1, 2):
        stop = FirstOf((MaxIterations(20_000_000), TargetCost(target)))
        result = solve_visits(problem, travel, stop=stop, seed=1, engine="search", workers=workers)
        assert result.cost <= target
        assert result.iterations < 20_000_000


def test_the_trace_holds_every_component_of_every_better_plan() -> None:
    problem, travel = day()
    result = solve_visits(problem, travel, stop=MaxIterations(20_000), seed=1, engine="search")
    ranks = [(one.mandatory_left_out, one.cost) for one in result.trace]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[-1] == (result.mandatory_left_out, result.cost)
    assert [one.iterations for one in result.trace] == sorted(one.iterations for one in result.trace)
    for one in result.trace:
        assert HOMECARE.cost(one.components) == pytest.approx(one.cost)


def test_a_given_plan_is_where_the_run_begins() -> None:
    problem, travel = day()
    good = solve_visits(problem, travel, stop=MaxIterations(50_000), seed=1, engine="search")
    bare = solve_visits(problem, travel, stop=MaxIterations(0), seed=2, engine="search")
    assert good.cost < bare.cost
    for engine in ("search", "ortools", "auto"):
        seen: list[Incumbent] = []
        again = solve_visits(
            problem,
            travel,
            stop=MaxIterations(0),
            seed=2,
            engine=engine,
            start=good.plan,
            progress=lambda incumbent, seen=seen: seen.append(incumbent) is None,
        )
        assert seen[0].cost == pytest.approx(good.cost)
        assert again.cost <= good.cost + 1e-6
        assert evaluate_plan(problem, travel, again.plan, HOMECARE).valid


def test_the_commands_rules_are_put_together() -> None:
    assert stop_rule(None, None, None, None, None) == MaxRuntime(30.0)
    assert stop_rule(None, 5, None, None, None) == MaxIterations(5)
    rules = FirstOf((MaxIterations(5), MaxRuntime(2.0), NoImprovementFor(1.0), NoImprovement(3), TargetCost(9.0)))
    assert stop_rule(2.0, 5, 1.0, 3, 9.0) == rules


def test_workers_are_a_number_or_one_a_processor() -> None:
    assert worker_count("3") == worker_count(3) == 3
    assert worker_count("auto") >= 1
    for wrong in ("0", "-1", "257", "two"):
        with pytest.raises(typer.BadParameter):
            worker_count(wrong)


def test_yesterdays_plan_is_where_today_begins() -> None:
    """Two visits are gone, one is new, and one route's caregiver is off: what still fits is where the run begins."""
    problem, travel = day()
    yesterday = solve_visits(problem, travel, stop=MaxIterations(50_000), seed=1, engine="search").plan
    rest = tuple(one for one in problem.visits if one.id not in ("v03", "v04"))
    new = replace(problem.visits[5], id="new")
    today = replace(problem, visits=(*rest, new), caregivers=problem.caregivers[1:])
    result = solve_visits(today, travel, stop=MaxIterations(0), seed=2, engine="search", start=yesterday)
    assert evaluate_plan(today, travel, result.plan, HOMECARE).valid
    before = {route.caregiver: [stop.visit for stop in route.stops] for route in yesterday.routes}
    for route in result.plan.routes:
        kept = [stop.visit for stop in route.stops if stop.visit in before[route.caregiver]]
        assert kept == [name for name in before[route.caregiver] if name in kept]
        assert len(kept) >= len(before[route.caregiver]) - 2
