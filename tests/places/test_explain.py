"""What is said of an applicant agrees with what would have happened."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from optimizer.common.errors import InputError
from optimizer.places.allocate import allocate_places
from optimizer.places.explain import explain_applicant, explain_institution
from optimizer.places.model import Applicant, GivenDistance, Institution, PlacesProblem, Pool
from optimizer.places.policy import Policy
from tests.places.small import small_policy, small_problem


def drawn_market(seed: int) -> PlacesProblem:
    rng = random.Random(seed)
    houses = [f"H{k}" for k in range(6)]
    people = tuple(
        Applicant(
            id=f"A{k:02}",
            town=rng.choice("甲乙"),
            groups=("low",) if rng.random() < 0.3 else (),
            preferences=tuple(rng.sample(houses, 4)),
        )
        for k in range(40)
    )
    return PlacesProblem(
        name="drawn",
        applicants=people,
        institutions=tuple(Institution(id=name, town=rng.choice("甲乙")) for name in houses),
        pools=tuple(Pool(id=f"{name}/1", institution=name, capacity=rng.randint(2, 8)) for name in houses),
        distances=tuple(
            GivenDistance(origin=one.id, destination=name, metres=rng.randint(1, 3000))
            for one in people
            for name in houses
        ),
    )


def _alone(problem: PlacesProblem, who: str, institution: str) -> PlacesProblem:
    """The same applicant names only this institution."""
    return replace(
        problem,
        applicants=tuple(
            replace(one, preferences=(institution,)) if one.id == who else one for one in problem.applicants
        ),
    )


@pytest.mark.parametrize("seed", range(4))
def test_why_not_agrees_with_a_run_in_which_nothing_else_is_named(seed: int) -> None:
    problem, policy = drawn_market(seed), small_policy()
    result = allocate_places(problem, policy, seed="7")
    asked = 0
    for person in problem.applicants:
        answer = explain_applicant(problem, policy, result, person.id)
        for choice in answer.choices:
            again = allocate_places(_alone(problem, person.id, choice.institution), policy, seed="7")
            placed = person.id in {one.applicant for one in again.assignments}
            assert placed == choice.given
            if not choice.given:
                assert choice.cutoff is not None
                assert choice.own is not None
                assert choice.own > choice.cutoff
            asked += 1
    assert asked > 40


def test_the_step_that_decided_is_named() -> None:
    problem, policy = small_problem(), small_policy()
    result = allocate_places(problem, policy, seed="2026")
    waiting = [one.applicant for one in result.unplaced]
    assert waiting
    texts = [choice.text for who in waiting for choice in explain_applicant(problem, policy, result, who).choices]
    assert all("已满" in text.zh and "are taken" in text.en for text in texts)
    assert any("本镇" in text.zh or "摇号名次" in text.zh for text in texts)


def test_one_more_place_at_an_institution() -> None:
    problem, policy = small_problem(), small_policy()
    for rule in ("stable", "served"):
        result = allocate_places(problem, policy, rule=rule, seed="2026")  # type: ignore[arg-type]
        for institution in "XYZ":
            assert all(line.zh and line.en for line in explain_institution(problem, result, institution))


def test_unknown_ids_end_in_findings() -> None:
    problem, policy = small_problem(), small_policy()
    result = allocate_places(problem, policy, seed="2026")
    with pytest.raises(InputError) as caught:
        explain_applicant(problem, policy, result, "nobody")
    assert caught.value.findings[0].code == "P060"
    with pytest.raises(InputError) as caught:
        explain_institution(problem, result, "nowhere")
    assert caught.value.findings[0].code == "P061"


def test_the_price_of_a_place_is_what_one_more_place_changes() -> None:
    problem = drawn_market(9)
    policy: Policy = small_policy()
    result = allocate_places(problem, policy, rule="served", seed="7")  # type: ignore[arg-type]
    prices = {one.pool: one.value for one in result.proof.prices}  # type: ignore[union-attr]
    for pool in problem.pools:
        larger = replace(
            problem,
            pools=tuple(replace(one, capacity=one.capacity + 1) if one is pool else one for one in problem.pools),
        )
        again = allocate_places(larger, policy, rule="served", seed="7")  # type: ignore[arg-type]
        saved = result.proof.objective - again.proof.objective  # type: ignore[union-attr]
        assert saved <= prices.get(pool.id, 0)
