"""Room is made for what is left out, on several routes at once."""

from __future__ import annotations

import pytest

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.search.session import Cooling
from tests.toys import caregiver, tiny_problem, visit
from tests.visits.search.kernels import kernel_plan, session_of, true_cost

A1, A2, B1, B2, C1, C2 = range(6)
CROWD = 60
RUIN = Cooling(start=1.0, end=1.0, ruin_share=1.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_team_is_planned_where_two_routes_are_full(seed: int) -> None:
    problem, travel = _two_full_mornings()
    session = session_of(problem, travel, HOMECARE, seed=seed)
    session.adopt({0: (A1, B1, C1), 1: (A2, B2, C2)})
    assert true_cost(session)[0] == CROWD + 1
    session.run(2_000, RUIN.start, RUIN)
    judged = evaluate_plan(problem, travel, kernel_plan(session), HOMECARE)
    assert judged.valid and not judged.left_out


def _two_full_mornings() -> tuple[Problem, TravelMatrix]:
    """The team fits where the last visit of ann and of bob, which must begin by ten, goes before another.

    A crowd that others look after is nearer to the team than what they do.
    """
    singles = [visit(f"{name}{i}", x=30, minutes=55, skills=["CARE"]) for name in "ab" for i in (1, 2)]
    early = [visit(f"c{i}", x=30, minutes=55, window=("08:00", "10:00"), skills=["CARE"]) for i in (1, 2)]
    team = visit("team", minutes=55, window=("10:20", "10:30"), team_size=2, skills=["CARE"])
    crowd = [visit(f"v{i:02d}", minutes=20, window=("08:00", "13:00")) for i in range(CROWD)]
    crew = [caregiver(name, x=30, shift=("08:00", "13:00"), skills=["CARE"]) for name in ("ann", "bob")]
    others = [caregiver(f"other{i}", shift=("08:00", "13:00")) for i in range(CROWD // 10)]
    return tiny_problem(visits=[*singles, *early, team, *crowd], caregivers=[*crew, *others])
