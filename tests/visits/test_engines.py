"""Every engine, on problems with every feature: its plans obey every rule, and runs by iterations repeat."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.common.errors import InputError
from optimizer.common.progress import Incumbent
from optimizer.common.stop import FirstOf, MaxIterations, MaxRuntime
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.solve import solve_visits
from tests.strategies import problems
from tests.toys import at, caregiver, tiny_problem, visit

ENGINES = ("greedy", "ortools", "search")
MANY = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_plan_passes_the_referee(engine: str) -> None:
    @MANY
    @given(problems())
    def check(drawn: tuple[Problem, TravelMatrix]) -> None:
        problem, travel = drawn
        result = solve_visits(problem, travel, stop=MaxIterations(10), seed=3, engine=engine)
        evaluation = evaluate_plan(problem, travel, result.plan, HOMECARE)
        assert evaluation.valid, [one.text.en for one in evaluation.violations]
        assert (result.mandatory_left_out, result.cost) == evaluation.rank
        assert sorted(one.visit for one in result.plan.unassigned) == list(evaluation.left_out)

    check()


@pytest.mark.parametrize("engine", ENGINES)
def test_shuffled_input_gives_the_same_plan(engine: str) -> None:
    @settings(MANY, max_examples=15)
    @given(problems())
    def check(drawn: tuple[Problem, TravelMatrix]) -> None:
        problem, travel = drawn
        chance = random.Random(5)

        def shuffled(things: tuple) -> tuple:
            return tuple(chance.sample(things, len(things)))

        other = replace(
            problem,
            locations=shuffled(problem.locations),
            clients=shuffled(problem.clients),
            visits=shuffled(problem.visits),
            links=shuffled(problem.links),
            caregivers=shuffled(problem.caregivers),
            published=shuffled(problem.published),
        )
        plans = [
            solve_visits(one, travel, stop=MaxIterations(10), seed=3, engine=engine).plan for one in (problem, other)
        ]
        assert plans[0] == plans[1]

    check()


@pytest.mark.parametrize("engine", ENGINES)
def test_who_watches_can_stop_the_run(engine: str) -> None:
    problem, travel = tiny_problem(
        visits=[visit(f"v{i:02d}", x=i * 7 % 11, window=("08:00", "16:00")) for i in range(30)],
        caregivers=[caregiver(name, x=i) for i, name in enumerate(("ann", "bea", "cid"))],
    )
    seen: list[Incumbent] = []

    def stop_at_first(incumbent: Incumbent) -> bool:
        seen.append(incumbent)
        return False

    limit = FirstOf((MaxRuntime(30), MaxIterations(10_000)))
    result = solve_visits(problem, travel, stop=limit, seed=1, engine=engine, progress=stop_at_first)
    assert seen
    assert evaluate_plan(problem, travel, result.plan, HOMECARE).valid
    assert result.plan.routes


def test_an_unknown_engine_is_a_finding() -> None:
    problem, travel = tiny_problem(visits=[visit("a")], caregivers=[caregiver("ann")])
    with pytest.raises(InputError) as caught:
        solve_visits(problem, travel, stop=MaxIterations(1), seed=1, engine="none")
    assert [one.code for one in caught.value.findings] == ["V900"]


def test_better_plans_are_told_while_the_run_lasts() -> None:
    problem, travel = tiny_problem(
        visits=[
            visit(f"v{i:02d}", x=i * i * 7 % 83, minutes=20, window=(at("08:00") + i * 37 % 60 * 400, at("16:00")))
            for i in range(45)
        ],
        caregivers=[caregiver(name, x=30 * i) for i, name in enumerate(("ann", "bea", "cid"))],
    )
    result = solve_visits(problem, travel, stop=MaxIterations(400), seed=1, engine="ortools")
    ranks = [(one.mandatory_left_out, one.cost) for one in result.trace]
    assert ranks == sorted(ranks, reverse=True)
    assert "ortools" in {one.source for one in result.trace}
    assert ranks[-1] == (result.mandatory_left_out, result.cost)
