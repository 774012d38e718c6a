"""Every change that a reason prints, applied, makes the insertion valid for the referee."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.change import apply_change, insert_after_change
from optimizer.visits.explain import reasons_for_left_out
from optimizer.visits.explain.proof import new_violations
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE
from optimizer.visits.referee import evaluate_plan
from tests.strategies import problems
from tests.visits.explain.planned import filled_plan


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=problems(), seed=st.integers(0, 1000))
def test_changes_hold(drawn: tuple[Problem, TravelMatrix], seed: int) -> None:
    problem, travel = drawn
    plan = filled_plan(problem, travel, seed)
    before = evaluate_plan(problem, travel, plan, HOMECARE)
    assert {one.rule for one in before.violations} <= {"frozen_changed"}  # left out although already left for
    found = reasons_for_left_out(problem, travel, plan, HOMECARE)
    assert tuple(one.visit for one in found) == before.left_out
    for unassigned in found:
        assert unassigned.reasons
        for reason in unassigned.reasons:
            if reason.change is None:
                continue
            made = insert_after_change(problem, travel, plan, unassigned.visit, reason.change)
            changed, without = apply_change(problem, plan, reason.change)
            after = evaluate_plan(changed, travel, made, HOMECARE)
            assert new_violations(before, after) == 0, after.violations
            assert unassigned.visit not in after.left_out
            freed = {one.visit for one in without.unassigned} - set(before.left_out)
            assert freed >= set(after.left_out) - set(before.left_out)
