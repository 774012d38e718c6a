"""Temperatures follow from what a day is like."""

from __future__ import annotations

import pytest

from optimizer.visits.objective import HHCRSP
from optimizer.visits.search.cooling import cooling_for
from optimizer.visits.search.session import Cooling, Session
from tests.toys import caregiver, tiny_problem, visit
from tests.visits.search.kernels import HOT, session_of

TASKS = 30
LONG = 300e3 * TASKS


@pytest.mark.parametrize(("due", "times"), [("09:00", 3), ("23:00", 1)], ids=["late", "in time"])
def test_a_long_run_cools_a_few_times_where_much_is_late(due: str, times: int) -> None:
    cooling = cooling_for(_session(due), LONG)
    assert cooling.times == times
    assert cooling.start > cooling.end > 0.0


def test_a_run_that_is_long_for_its_day_cools_a_few_times_even_if_nothing_is_late() -> None:
    assert cooling_for(_session("23:00"), 5 * LONG).times == 3


def test_a_short_run_cools_once() -> None:
    assert cooling_for(_session("09:00"), LONG / 100).times == 1


def _session(due: str) -> Session:
    visits = [visit(f"v{i:02d}", x=i * 7 % 23, minutes=30, window=("08:00", None, due)) for i in range(TASKS)]
    crew = [caregiver(name, x=9 * i) for i, name in enumerate(("ann", "bea", "cid", "dan"))]
    return session_of(*tiny_problem(visits=visits, caregivers=crew), HHCRSP)


def test_a_visit_that_makes_others_late_is_planned_all_the_same() -> None:
    """Lateness of many may cost more than the trips that a left-out visit is worth at least."""
    visits = [visit(f"v{i}", x=1, minutes=60, window=("08:00", None, "08:30")) for i in range(7)]
    session = session_of(*tiny_problem(visits=visits, caregivers=[caregiver("ann")]), HHCRSP)
    session.run(2_000, 1.0, HOT)
    assert session.best[0] == 0


def test_temperature_falls_from_start_to_end_in_every_cooling() -> None:
    cooling = Cooling(start=8.0, end=2.0, times=2)
    assert [cooling.temperature(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx([8, 4, 8, 4, 2])
    assert [cooling.phase(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx([0, 0.5, 0, 0.5, 1])
