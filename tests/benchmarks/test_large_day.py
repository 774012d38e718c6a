"""The adapter to another maker's large day."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.large_day import day_of_maker, pairs_by_one, routes_of_plan
from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.plan import Plan, Route, Stop

MAKER: Any = SimpleNamespace(
    UNREACH=36_000,
    PO=np.array([20_000, 3_000, 4_000, 5_000]),
    LUNCH=(39_600, 45_000, 5_400),
    DAY=(28_800, 63_000),
    matrix=lambda day: np.array([[0, 60, 60, 90_000]] * 4, dtype=np.int32),
)
DAY: dict[str, Any] = {
    "N": 3,
    "C": 1,
    "pair": np.array([7, 7, -1]),
    "pri": np.array([2, 2, 0]),
    "sk": np.array([2, 2, 7]),
    "dur": np.array([600, 600, 900]),
    "e": np.array([30_000, 30_000, 31_000]),
    "l": np.array([33_000, 33_000, 34_000]),
    "dep": np.array([3]),
    "spec": np.array([2]),
    "lvl": np.array([3]),
}


def test_a_pair_is_a_team_or_two_visits() -> None:
    together, travel = day_of_maker(MAKER, DAY, together=True)
    relaxed, _ = day_of_maker(MAKER, DAY, together=False)
    assert [(one.id, one.team_size) for one in together.visits] == [("t00000", 2), ("t00002", 1)]
    assert [one.team_size for one in relaxed.visits] == [1, 1, 1]
    assert together.left_out_price_s(together.visits[0]) == 2 * relaxed.left_out_price_s(relaxed.visits[0]) == 8_000
    assert together.visits[1].mandatory and together.visits[1].skills[0].skill == "therapist"
    assert {one.skill for one in together.caregivers[0].skills} == {"care", "therapist"}
    assert travel.durations["ebike"][0, 3] == UNREACHABLE and not travel.reachable["ebike"][0, 3]


def test_the_second_stop_of_a_pair_is_its_second_task() -> None:
    stops = tuple(Stop(visit=name, start_t=0) for name in ("t00002", "t00000"))
    routes = (
        Route(caregiver="c0000", shift="day", stops=stops),
        Route(caregiver="c0001", shift="day", stops=stops[1:]),
    )
    assert routes_of_plan({**DAY, "C": 2}, Plan(routes=routes)) == [[2, 0], [1]]


def test_pairs_that_one_caregiver_does_are_counted() -> None:
    assert pairs_by_one(DAY, [[2, 0], [1]]) == 0
    assert pairs_by_one(DAY, [[0, 2, 1], []]) == 1
