"""A problem as arrays: sorted by id, whatever the order of the input; locks, links, windows, the frozen past."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import numpy as np
from hypothesis import HealthCheck, given, settings

from optimizer.travel.matrix import UNREACHABLE, TravelMatrix
from optimizer.visits.index import FAR, IndexedProblem, index_problem
from optimizer.visits.model import (
    CaregiverStatus,
    Link,
    LinkCaregivers,
    LinkKind,
    Lock,
    LockLevel,
    Problem,
    PublishedStop,
)
from tests.strategies import problems
from tests.toys import at, caregiver, line_matrix, pause, stretch, tiny_problem, visit, window


def shuffled(problem: Problem, seed: int) -> Problem:
    chance = random.Random(seed)

    def mixed(things: tuple) -> tuple:
        return tuple(chance.sample(things, len(things)))

    return replace(
        problem,
        locations=mixed(problem.locations),
        clients=mixed(problem.clients),
        visits=tuple(
            replace(one, windows=mixed(one.windows), skills=mixed(one.skills), locks=mixed(one.locks))
            for one in mixed(problem.visits)
        ),
        links=mixed(problem.links),
        caregivers=tuple(
            replace(one, shifts=tuple(replace(s, breaks=mixed(s.breaks)) for s in mixed(one.shifts)))
            for one in mixed(problem.caregivers)
        ),
        sharing=mixed(problem.sharing),
        published=mixed(problem.published),
    )


def assert_same(a: IndexedProblem, b: IndexedProblem) -> None:
    for field in fields(IndexedProblem):
        one, other = getattr(a, field.name), getattr(b, field.name)
        if field.name == "problem":
            continue
        if field.name == "durations":
            assert all(np.array_equal(x, y) for x, y in zip(one, other, strict=True))
        elif isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, field.name
            assert np.array_equal(one, other), field.name
        else:
            assert one == other, field.name


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems())
def test_shuffled_input_gives_identical_arrays(drawn: tuple[Problem, TravelMatrix]) -> None:
    problem, travel = drawn
    chance = random.Random(3)
    order = chance.sample(travel.locations, len(travel.locations))
    assert_same(index_problem(problem, travel), index_problem(shuffled(problem, 7), travel.subset(order)))


def test_tasks_shifts_and_windows_are_laid_end_to_end() -> None:
    problem, travel = tiny_problem(
        visits=[visit("b", team_size=2), visit("a", windows=[window("10:00"), window("08:00", "09:00", "08:30")])],
        caregivers=[
            caregiver("bea", status=CaregiverStatus.LEAVE),
            caregiver("ann", shifts=[stretch("pm", "13:00", None, open_end=True), stretch("am", "08:00", "12:00")]),
        ],
    )
    indexed = index_problem(problem, travel)
    assert indexed.visit_ids == ("a", "b")
    assert indexed.task_visit.tolist() == [0, 1, 1]
    assert indexed.shift_ids == (("ann", "am"), ("ann", "pm"))
    assert indexed.shift_end_location.tolist() == [0, -1]
    assert indexed.shift_latest_return.tolist() == [at("12:00"), FAR]
    assert indexed.window_first.tolist() == [0, 2, 3]
    assert indexed.window_earliest.tolist() == [at("08:00"), at("10:00"), 0]
    assert indexed.window_latest.tolist() == [at("09:00"), FAR, FAR]
    assert indexed.window_due.tolist() == [at("08:30"), FAR, FAR]


def test_unreachable_pairs_hold_the_sentinel_and_make_unable() -> None:
    travel = line_matrix([0, 1, 2], unreachable=[(0, 2)])
    travel.durations["ebike"][0, 2] = 7  # whatever a file wrote there; the mask decides
    problem, travel = tiny_problem(
        visits=[visit("a", x=2), visit("b", x=1)], caregivers=[caregiver("ann", x=0)], travel=travel
    )
    indexed = index_problem(problem, travel)
    assert indexed.durations[0][0, 2] == UNREACHABLE
    assert indexed.task_able.tolist() == [[False], [True]]


def test_links_become_gaps_groups_and_pairs() -> None:
    links = (
        Link(id="one", kind=LinkKind.SIMULTANEOUS, visits=("c", "a"), caregivers=LinkCaregivers.DIFFERENT),
        Link(id="two", kind=LinkKind.SEQUENTIAL, visits=("a", "b"), min_gap_t=60, all_or_nothing=False),
    )
    problem, travel = tiny_problem(
        visits=[visit("a"), visit("b"), visit("c")], links=links, caregivers=[caregiver("ann")]
    )
    indexed = index_problem(problem, travel)
    rows = zip(indexed.gap_before, indexed.gap_after, indexed.gap_min, indexed.gap_max, strict=True)
    assert [tuple(int(value) for value in row) for row in rows] == [(2, 0, 0, 0), (0, 1, 60, FAR)]
    assert indexed.gap_binds_apart.tolist() == [False, True]
    assert indexed.group.tolist() == [0, 1, 0]
    assert indexed.different_caregivers.tolist() == [[2, 0]]
    assert indexed.same_caregiver.tolist() == []


def test_locks_narrow_one_member_each() -> None:
    locks = (
        Lock(level=LockLevel.TIME, caregiver="cid", start_t=at("09:00")),
        Lock(level=LockLevel.CAREGIVER, caregiver="ann", shift="day"),
    )
    problem, travel = tiny_problem(
        visits=[visit("a", team_size=3, locks=locks)], caregivers=[caregiver(n) for n in ("ann", "bea", "cid")]
    )
    indexed = index_problem(problem, travel)
    assert indexed.task_able.tolist() == [[True, False, False], [False, False, True], [True, True, True]]
    assert indexed.task_fixed_start.tolist() == [at("09:00")] * 3


def test_order_locks_are_chained_by_their_starts() -> None:
    def lock(hour: str) -> tuple[Lock, ...]:
        return (Lock(level=LockLevel.ORDER, caregiver="ann", start_t=at(hour)),)

    problem, travel = tiny_problem(
        visits=[
            visit("a", locks=lock("11:00")),
            visit("b", locks=lock("09:00")),
            visit("c", locks=lock("10:00")),
        ],
        caregivers=[caregiver("ann")],
    )
    indexed = index_problem(problem, travel)
    assert (indexed.order_before.tolist(), indexed.order_after.tolist()) == ([1, 2], [2, 0])


def test_what_has_departed_is_frozen_and_nothing_else_starts_before() -> None:
    stops = (
        PublishedStop(visit="a", caregiver="ann", shift="day", start_t=at("08:30")),
        PublishedStop(visit="b", caregiver="ann", shift="day", start_t=at("11:00")),
    )
    problem, travel = tiny_problem(
        visits=[visit("a", x=5, window=("08:00", "09:00")), visit("b", x=5), visit("c", window=("08:00", "08:20"))],
        caregivers=[caregiver("ann"), caregiver("bea")],
        published=stops,
        frozen_before_t=at("08:28"),
    )
    indexed = index_problem(problem, travel)
    assert indexed.task_frozen.tolist() == [True, False, False]
    assert indexed.task_fixed_start.tolist() == [at("08:30"), -1, -1]
    assert indexed.task_able[0].tolist() == [True, False]
    assert indexed.window_earliest.tolist() == [at("08:00"), at("08:28"), FAR]
    assert indexed.published_first.tolist() == [0, 1, 2, 2]


def test_breaks_are_sorted_within_their_shift() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a")],
        caregivers=[
            caregiver("ann", breaks=[pause("tea", "15:00", "15:30", 10), pause("lunch", "11:00", "12:00", 60, x=4)]),
            caregiver("bea"),
        ],
    )
    indexed = index_problem(problem, travel)
    assert indexed.break_first.tolist() == [0, 2, 2]
    assert indexed.break_ids == ("lunch", "tea")
    assert [indexed.location_ids[place] if place >= 0 else "" for place in indexed.break_location] == ["x4", ""]
