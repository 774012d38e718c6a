"""Days cut into parts for peers."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from benchmarks.contender import Answer, CannotExpress, Task
from benchmarks.instances import load_day
from benchmarks.peers.cut import in_parts, parts_of
from optimizer.common.stop import Clock
from optimizer.visits.plan import Plan


def test_every_visit_and_every_caregiver_is_in_one_part() -> None:
    day = load_day("plain:qidong-400", Path())
    parts = list(parts_of(day, most=100))
    assert len(parts) > 4
    assert all(0 < len(part.problem.visits) <= 100 for part in parts)
    visits = sorted(chain.from_iterable((one.id for one in part.problem.visits) for part in parts))
    caregivers = sorted(chain.from_iterable((one.id for one in part.problem.caregivers) for part in parts))
    assert visits == sorted(one.id for one in day.problem.visits)
    assert caregivers == sorted(one.id for one in day.problem.caregivers)
    for part in parts:
        mode = part.travel.modes[0]
        assert len(part.travel.locations) < len(day.travel.locations)
        for a, b in zip(part.travel.locations[:-1], part.travel.locations[1:], strict=True):
            here, there = (part.travel.index[place] for place in (a, b))
            before = day.travel.durations[mode][day.travel.index[a], day.travel.index[b]]
            assert part.travel.durations[mode][here, there] == before


def test_teams_are_not_cut() -> None:
    with pytest.raises(CannotExpress):
        next(parts_of(load_day("made:qidong-400", Path())))


def test_the_parts_plans_are_one_plan() -> None:
    day = load_day("plain:qidong-800", Path())
    seen: list[int] = []

    def nothing(task: Task) -> Answer:
        seen.append(len(task.day.problem.visits))
        assert 0 < task.limit_s < 60.0
        return Answer(plan=Plan(routes=()), version="nothing")

    answer = in_parts(nothing)(Task(day=day, limit_s=60.0, seed=1, clock=Clock.start()))
    assert len(seen) > 1 and sum(seen) == len(day.problem.visits)
    assert {one.visit for one in answer.plan.unassigned} == {one.id for one in day.problem.visits}
    assert answer.version == "nothing"
