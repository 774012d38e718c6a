"""The travel matrix of a problem."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from optimizer.common.errors import TravelError
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Barrier, Caregiver, Location, Problem
from optimizer.visits.travel import problem_travel

PLACES = (
    Location(id="c", lat=31.81, lon=121.65, town="汇龙镇"),
    Location(id="a", lat=31.776, lon=121.454, town="启隆镇"),
    Location(id="b", lat=31.82, lon=121.66, town="汇龙镇"),
)


def problem(*modes: str, locations: tuple[Location, ...] = PLACES) -> Problem:
    return Problem(
        date=date(2026, 11, 23),
        locations=locations,
        barriers=(Barrier(town="启隆镇", modes=("ebike",)),),
        clients=(),
        visits=(),
        caregivers=tuple(Caregiver(id=f"C{i}", shifts=(), mode=mode) for i, mode in enumerate(modes)),
    )


def matrix(ids: str, mode: str, value: int) -> TravelMatrix:
    n = len(ids)
    durations = np.full((n, n), value, dtype=np.int32) + np.arange(n, dtype=np.int32)[:, None]
    return TravelMatrix(
        locations=tuple(ids), durations={mode: durations}, reachable={mode: np.ones((n, n), bool)}, source="file"
    )


def test_places_are_sorted_and_only_the_modes_used_are_computed() -> None:
    travel = problem_travel(problem("walk", "ebike", "walk"))
    assert travel.locations == ("a", "b", "c")
    assert travel.modes == ("ebike", "walk")
    assert travel.durations["ebike"][1, 2] > 0


def test_input_order_does_not_matter() -> None:
    first = problem_travel(problem("ebike"))
    second = problem_travel(problem("ebike", locations=PLACES[::-1]))
    assert first.locations == second.locations
    assert np.array_equal(first.durations["ebike"], second.durations["ebike"])


def test_barrier_of_the_problem_binds_the_mode_it_names() -> None:
    travel = problem_travel(problem("ebike", "walk"))
    assert travel.reachable["ebike"].tolist() == [[True, False, False], [False, True, True], [False, True, True]]
    assert travel.reachable["walk"].all()


def test_a_given_matrix_wins_and_is_put_into_order() -> None:
    travel = problem_travel(problem("ebike"), given=matrix("cxba", "ebike", 100))
    assert travel.locations == ("a", "b", "c")
    assert travel.durations["ebike"].tolist() == [[103, 103, 103], [102, 102, 102], [100, 100, 100]]
    assert travel.source == "file"


def test_modes_that_the_given_matrix_lacks_are_computed() -> None:
    travel = problem_travel(problem("ebike", "walk"), given=matrix("abc", "walk", 7))
    assert travel.durations["walk"][0, 2] == 7
    assert not travel.reachable["ebike"][0, 1]
    assert "file" in travel.source and "straight line" in travel.source


def test_a_given_matrix_without_a_place_is_refused() -> None:
    with pytest.raises(TravelError, match=r"lacks 1 places \(c\)"):
        problem_travel(problem("ebike"), given=matrix("ab", "ebike", 1))


def test_coordinates_are_needed_only_without_a_matrix() -> None:
    bare = (Location(id="a"), Location(id="b"))
    with pytest.raises(TravelError, match="coordinates"):
        problem_travel(problem("ebike", locations=bare))
    assert (
        problem_travel(problem("ebike", locations=bare), given=matrix("ab", "ebike", 5)).durations["ebike"][0, 1] == 5
    )
