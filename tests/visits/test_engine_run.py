"""What an engine is told of its run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from optimizer.common.progress import ignore_progress
from optimizer.common.stop import Clock, MaxRuntime
from optimizer.visits.engine import _REASON_S, EngineRun, reasons_end_s
from optimizer.visits.incumbents import Incumbents
from optimizer.visits.index import index_problem
from optimizer.visits.objective import HOMECARE
from tests.toys import caregiver, tiny_problem, visit


def deadline_s(tasks: int, judging_s: float, left_out: int = 120, limit_s: float = 60.0) -> float:
    """When the engine has to be back, if a judgement of a plan took so long."""
    run: Any = SimpleNamespace(
        indexed=SimpleNamespace(tasks=tasks),
        incumbents=SimpleNamespace(judging_s=judging_s, left_out=left_out),
        stop=MaxRuntime(limit_s),
        reserve_s=0.0,
    )
    return float(EngineRun.deadline_s.fget(run))  # type: ignore[attr-defined]


def test_the_end_of_a_small_day_leaves_time_for_all_reasons_before_writing_begins() -> None:
    end = reasons_end_s(MaxRuntime(20.0))
    assert end < 20.0
    nothing, some, many = (deadline_s(180, 0.01, left_out=n, limit_s=20.0) for n in (0, 10, 20))
    assert many < some < nothing < end
    assert nothing - some > 10 * _REASON_S  # places are sought for what is left out, too


def test_on_a_large_day_a_fast_machine_keeps_less_time_for_the_end() -> None:
    unknown, fast, slow = (deadline_s(6000, judging_s) for judging_s in (float("inf"), 0.2, 0.4))
    assert unknown < slow < fast < 60.0
    assert fast - slow == pytest.approx(0.2 * (5 + 120 / 60))
    assert deadline_s(6000, 100.0) == pytest.approx(0.7 * reasons_end_s(MaxRuntime(60.0)))  # never most of the limit
    assert deadline_s(400, 0.2) == deadline_s(400, 0.4)


def test_how_long_judging_takes_is_noted() -> None:
    problem, travel = tiny_problem(visits=[visit("a", x=5)], caregivers=[caregiver("ann", x=0)])
    moments = iter(range(100))
    clock = Clock(0.0, lambda: float(next(moments)))
    incumbents = Incumbents(
        index_problem(problem, travel), travel, HOMECARE, stop=MaxRuntime(9.0), clock=clock, progress=ignore_progress
    )
    assert incumbents.judging_s == float("inf")
    incumbents.offer([], iterations=0, source="test")
    assert incumbents.judging_s == pytest.approx(1.0)
