"""Published instances by iterations, so that the outcome is the same on every machine: never worse than it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.common.stop import MaxIterations
from optimizer.io.hhcrsp import read_hhcrsp
from optimizer.visits.objective import HHCRSP
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.solve import solve_visits
from optimizer.visits.travel import problem_travel

BEST_KNOWN = {"10_1": 218.199, "10_2": 246.627, "10_3": 305.858}


@pytest.mark.parametrize("name", sorted(BEST_KNOWN))
def test_ten_patients_come_near_the_best_known(name: str, shared_data: Path) -> None:
    file = read_hhcrsp(shared_data / "hhcrsp" / "mankowska" / f"InstanzCPLEX_HCSRP_{name}.json")
    travel = problem_travel(file.problem, given=file.matrix)
    plans = []
    for _ in range(2):
        result = solve_visits(file.problem, travel, stop=MaxIterations(300), seed=1, objective=HHCRSP, engine="ortools")
        assert result.mandatory_left_out == 0
        assert BEST_KNOWN[name] - 0.001 <= result.cost <= 1.02 * BEST_KNOWN[name]
        assert evaluate_plan(file.problem, travel, result.plan, HHCRSP).valid
        plans.append(result.plan)
    assert plans[0] == plans[1]
