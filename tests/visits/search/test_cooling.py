"""Temperatures follow from what a day is like."""

from __future__ import annotations

import pytest

from optimizer.visits.objective import HHCRSP
from optimizer.visits.search.cooling import cooling_for
from optimizer.visits.search.session import Session
from tests.toys import caregiver, tiny_problem, visit
from tests.visits.search.kernels import session_of

TASKS = 30
LONG = 300e3 * TASKS


@pytest.mark.parametrize(("due", "times"), [("09:00", 3), ("23:00", 1)], ids=["late", "in time"])
def test_a_long_run_cools_a_few_times_where_much_is_late(due: str, times: int) -> None:
    cooling = cooling_for(_session(due), LONG)
    assert cooling.times == times
    assert cooling.start > cooling.end > 0.0


def test_a_short_run_cools_once() -> None:
    assert cooling_for(_session("09:00"), LONG / 100).times == 1


def _session(due: str) -> Session:
    visits = [visit(f"v{i:02d}", x=i * 7 % 23, minutes=30, window=("08:00", None, due)) for i in range(TASKS)]
    crew = [caregiver(name, x=9 * i) for i, name in enumerate(("ann", "bea", "cid", "dan"))]
    return session_of(*tiny_problem(visits=visits, caregivers=crew), HHCRSP)
