"""Parts of a day that are improved side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
import pytest

from optimizer.common.executor import SerialExecutor
from optimizer.common.progress import ignore_progress
from optimizer.common.stop import Clock, MaxIterations
from optimizer.visits.draft import plan_of_draft
from optimizer.visits.engine import EngineRun
from optimizer.visits.incumbents import Incumbents
from optimizer.visits.index import index_problem
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.search.strings.day import plan_large_day
from optimizer.visits.search.strings.load import rows_of
from optimizer.visits.search.strings.parts import cut
from tests.visits.search.digest import made_day
from tests.visits.search.strings.boards import ADDITIVE, session_of


def _plan(executor: Executor, workers: int = 2, steps: int = 1200) -> Plan:
    problem, travel = made_day()
    indexed, stop, clock = index_problem(problem, travel), MaxIterations(steps), Clock.start()
    incumbents = Incumbents(indexed, travel, ADDITIVE, stop=stop, clock=clock, progress=ignore_progress)
    run = EngineRun(
        indexed=indexed,
        objective=ADDITIVE,
        stop=stop,
        clock=clock,
        seed=3,
        start=None,
        incumbents=incumbents,
        workers=workers,
        executor=executor,
    )
    outcome = plan_large_day(run)
    assert outcome.iterations >= steps
    plan = plan_of_draft(indexed, outcome.routes)
    judged = evaluate_plan(problem, travel, plan, ADDITIVE)
    assert [one.text.en for one in judged.violations if one.visit not in judged.left_out] == []
    first = incumbents.trace[0]
    assert (judged.mandatory_left_out, judged.cost) <= (first.mandatory_left_out, first.cost)
    return plan


@pytest.mark.parametrize("executor", [SerialExecutor, lambda: ThreadPoolExecutor(2)], ids=["serial", "threads"])
def test_parts_make_a_valid_plan_wherever_they_run(executor: Callable[[], Executor]) -> None:
    with executor() as place:
        assert _plan(place) == _plan(SerialExecutor())


def test_parts_are_all_shifts_and_differ_from_cut_to_cut() -> None:
    session = session_of(*made_day())
    chance = np.random.default_rng(1)
    cuts = [cut(session.board, 2, chance) for _ in range(12)]
    for parts in cuts:
        assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(session.board.shift)))
        assert all(len(part) for part in parts)
    assert len({tuple(part.tolist()) for parts in cuts for part in parts}) > 2
    assert len(rows_of(session.board).task)
