"""The string search: its times are the exact ones, its plans are valid, its cost is the referee's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.draft import draft_of, plan_of_draft
from optimizer.visits.insertion import Workbench
from optimizer.visits.model import PriorityGroup, Problem
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.repair import admit
from optimizer.visits.search.strings.load import load_rows, rows_of
from optimizer.visits.search.strings.session import StringSession
from optimizer.visits.timing import RouteTimer
from tests.strategies import problems
from tests.toys import caregiver, pause, tiny_problem, visit
from tests.visits.search.strings.boards import ADDITIVE, carried, hard, has_room, session_of, snapshot

MANY = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

HOT, COLD = 0.0, 1.0


def _orders(session: StringSession) -> dict[int, tuple[int, ...]]:
    rows = rows_of(session.board)
    task = session.ground["task"]
    spans = zip(rows.first[:-1].tolist(), rows.first[1:].tolist(), strict=True)
    return {r: tuple(task[rows.task[a:b]].tolist()) for r, (a, b) in enumerate(spans) if a < b}


@MANY
@given(problems())
def test_every_plan_is_valid_and_costs_what_the_referee_says(drawn: tuple[Problem, TravelMatrix]) -> None:
    problem, travel = carried(drawn[0]), drawn[1]
    session = session_of(problem, travel)
    bench = Workbench(session.indexed, ADDITIVE)
    for heat in (HOT, 0.5, COLD):
        orders = _orders(session)
        table = admit(bench, orders)
        assert {r: tuple(order) for r, order in enumerate(table.orders) if order} == orders
        judged = evaluate_plan(problem, travel, plan_of_draft(session.indexed, draft_of(table)), ADDITIVE)
        broken = [one.text.en for one in judged.violations if one.visit not in judged.left_out]
        assert not broken
        assert session.current_rank() == (judged.mandatory_left_out, pytest.approx(judged.cost, rel=1e-5, abs=1e-2))
        session.run(300, heat, heat)


@MANY
@given(problems(published=False))
def test_the_test_of_a_gap_is_the_exact_timing(drawn: tuple[Problem, TravelMatrix]) -> None:
    problem, travel = hard(carried(drawn[0])), drawn[1]
    session = session_of(problem, travel)
    timer, board, indexed = RouteTimer(session.indexed), session.board, session.indexed
    tasks = len(board.near)
    for _ in range(3):
        orders = _orders(session)
        for v in np.flatnonzero(np.asarray(board.node["route"])[:tasks] < 0).tolist():
            task = int(session.ground["task"][v])
            for r in np.flatnonzero(indexed.task_able[task]).tolist():
                order = orders.get(r, ())
                i = tasks + r
                for place in range(len(order) + 1):
                    exact = timer.time(r, (*order[:place], task, *order[place:])) is not None
                    assert has_room(board, v, i) == exact
                    i = int(board.node[i].next)
        session.run(50, HOT, HOT)


@MANY
@given(problems())
def test_a_refused_step_leaves_no_trace(drawn: tuple[Problem, TravelMatrix]) -> None:
    session = session_of(carried(drawn[0]), drawn[1])
    session.run(100, HOT, HOT)
    for _ in range(40):
        before, accepted = snapshot(session), int(session.board.counter[7])
        session.run(1, COLD, COLD)
        if int(session.board.counter[7]) == accepted:
            for one, other in zip(before, snapshot(session), strict=True):
                assert np.array_equal(one, other)


@MANY
@given(problems())
def test_rows_put_on_an_empty_board_are_the_same_plan(drawn: tuple[Problem, TravelMatrix]) -> None:
    problem, travel = carried(drawn[0]), drawn[1]
    session = session_of(problem, travel)
    session.run(200, HOT, HOT)
    rows, before = rows_of(session.board), snapshot(session)
    other = StringSession(session.indexed, ADDITIVE, seed=1)
    load_rows(other.board, rows)
    after = snapshot(other)
    for one, two in zip(before[:3] + before[4:], after[:3] + after[4:], strict=True):
        assert np.array_equal(one, two)
    assert other.board.total[0] == pytest.approx(session.board.total[0])


@MANY
@given(problems())
def test_the_order_of_the_input_does_not_matter(drawn: tuple[Problem, TravelMatrix]) -> None:
    problem, travel = carried(drawn[0]), drawn[1]
    turned = replace(
        problem,
        visits=problem.visits[::-1],
        caregivers=problem.caregivers[::-1],
        clients=problem.clients[::-1],
        links=problem.links[::-1],
    )
    one, other = session_of(problem, travel), session_of(turned, travel)
    one.run(200, HOT, COLD)
    other.run(200, HOT, COLD)
    assert one.best() == other.best()


def test_a_team_is_not_kept_where_its_members_cannot_meet() -> None:
    """With the optional visit before the team, one member has to pause before they meet, and the other one cannot."""
    lunch = pause("lunch", "11:00", "12:30", 90)
    problem, travel = tiny_problem(
        visits=[
            visit("early", x=20, minutes=20, window=("11:00", "11:00"), skills=["B"]),
            visit("team", x=40, window=("11:00", "13:00"), team_size=2),
            visit("extra", x=40, minutes=5, window=("12:30", "12:35"), skills=["A"], mandatory=False, priority="p"),
        ],
        caregivers=[
            caregiver("ann", x=40, skills=["A"], breaks=[lunch]),
            caregiver("bea", x=20, skills=["B"], breaks=[lunch]),
        ],
        priorities=(PriorityGroup(id="p", price_s=9_000, zh="可选", en="optional"),),
    )
    session = session_of(problem, travel)
    for _ in range(2):
        orders = session.best().orders
        assert sorted(map(len, orders.values())) == [1, 2]  # the optional visit has no place
        table = admit(Workbench(session.indexed, ADDITIVE), orders)
        assert {r: tuple(order) for r, order in enumerate(table.orders) if order} == orders
        session.run(200, HOT, COLD)
