"""Where each rule turns: what is just allowed, and one step past it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Break, Lock, LockLevel, Problem, PublishedStop, Skill
from optimizer.visits.objective import EHHC
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan
from tests.toys import DAY, at, caregiver, pause, plan_of, stretch, tiny_problem, visit, window


def _violated(problem: Problem, travel: TravelMatrix, plan: Plan) -> list[tuple[str, int | None]]:
    return [(one.rule, one.amount_t) for one in evaluate_plan(problem, travel, plan, EHHC).violations]


def test_the_limits_of_a_shift_hold_at_the_limit() -> None:
    limits = {"max_load": 2, "max_travel_t": 600}
    for load, x, expected in ((2, 5, []), (3, 5, [("load", 1)]), (2, 6, [("travel_limit", 120)])):
        problem, travel = tiny_problem(
            visits=[visit("a", x=x, load=load)], caregivers=[caregiver("ann", shift=("08:54", "09:36"), **limits)]
        )
        assert _violated(problem, travel, plan_of(problem, {"ann": [("a", "09:00")]})) == expected
    problem, travel = tiny_problem(
        visits=[visit("a", x=5)], caregivers=[caregiver("ann", shift=("08:55", "09:15"), max_overtime=20)]
    )
    assert _violated(problem, travel, plan_of(problem, {"ann": [("a", "09:00")]})) == []
    late = plan_of(problem, {"ann": [("a", at("09:00") + 1)]})
    early = plan_of(problem, {"ann": [("a", at("09:00") - 1)]})
    assert _violated(problem, travel, late) == [("overtime", 1)]
    assert _violated(problem, travel, early) == [("shift_start", 1)]


@pytest.mark.parametrize(
    ("rest", "is_due"),
    [
        # the route leaves at 09:00 and is back at 11:00
        (pause("rest", "08:30", "10:00", 30), False),
        (pause("rest", "08:31", "10:00", 30), True),
        (pause("rest", "10:00", "11:00", 30), False),
        (pause("rest", "10:00", at("11:00") - 1, 30), True),
    ],
)
def test_a_break_is_due_for_who_leaves_before_it_ends_and_is_back_after_it_may_begin(rest: Break, is_due: bool) -> None:
    problem, travel = tiny_problem(visits=[visit("a", x=10, minutes=100)], caregivers=[caregiver("ann", breaks=[rest])])
    plan = plan_of(problem, {"ann": [("a", "09:10")]})
    assert _violated(problem, travel, plan) == ([("break_missing", None)] if is_due else [])


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("09:29", [("break_overlap", 60)]),
        ("09:30", []),
        ("10:15", []),
        ("10:16", [("break_overlap", 60)]),
    ],
)
def test_a_break_on_the_way_lies_between_two_visits(start: str, expected: list[tuple[str, int]]) -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", minutes=30), visit("b", minutes=30)],
        caregivers=[caregiver("ann", breaks=[pause("rest", "09:00", "11:00", 15)])],
    )
    plan = plan_of(problem, {"ann": [("a", "09:00"), ("b", "10:30")]}, breaks={"ann": [("rest", start, 15)]})
    assert _violated(problem, travel, plan) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("09:28", [("break_overlap", 120)]),
        ("09:32", [("travel_time", 180)]),
        ("09:35", []),
        ("10:10", []),
        ("10:11", [("travel_time", 60)]),
        ("10:16", [("break_overlap", 60)]),
    ],
)
def test_a_break_at_a_place_needs_the_way_there_and_on(start: str, expected: list[tuple[str, int]]) -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=5, minutes=30), visit("b", x=5, minutes=30)],
        caregivers=[caregiver("ann", breaks=[pause("rest", "09:00", "11:00", 15, x=0)])],
    )
    plan = plan_of(problem, {"ann": [("a", "09:00"), ("b", "10:30")]}, breaks={"ann": [("rest", start, 15)]})
    assert _violated(problem, travel, plan) == expected


def test_two_breaks_may_touch_and_not_overlap() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", minutes=60), visit("b", x=5, minutes=60)],
        caregivers=[caregiver("ann", breaks=[pause("one", "09:00", "12:00", 15), pause("two", "09:00", "12:00", 10)])],
    )
    stops = {"ann": [("a", "09:00"), ("b", "10:30")]}
    touching = plan_of(problem, stops, breaks={"ann": [("two", "10:15", 10), ("one", "10:00", 15)]})
    assert _violated(problem, travel, touching) == []
    crossing = plan_of(problem, stops, breaks={"ann": [("two", "10:14", 10), ("one", "10:00", 15)]})
    assert _violated(problem, travel, crossing) == [("break_overlap", 60)]


def test_a_break_at_the_moment_of_a_visit_comes_after_it_only_if_the_visit_takes_no_time() -> None:
    for minutes, expected in ((0, []), (10, [("break_overlap", 900)])):
        problem, travel = tiny_problem(
            visits=[visit("a"), visit("b", x=5, minutes=minutes)],
            caregivers=[caregiver("ann", breaks=[pause("rest", "09:00", "11:00", 15)])],
        )
        stops = {"ann": [("a", "09:00"), ("b", "09:35")]}
        plan = plan_of(problem, stops, breaks={"ann": [("rest", "09:35", 15)]})
        assert _violated(problem, travel, plan) == expected


def test_two_visits_without_length_may_start_together() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=5, minutes=0), visit("b", x=5, minutes=0)], caregivers=[caregiver("ann")]
    )
    assert _violated(problem, travel, plan_of(problem, {"ann": [("b", "09:00"), ("a", "09:00")]})) == []


def test_routes_may_touch() -> None:
    shifts = [stretch("am", "08:00", "12:00"), stretch("pm", "12:00", "16:00")]
    problem, travel = tiny_problem(visits=[visit("a"), visit("b")], caregivers=[caregiver("ann", shifts=shifts)])
    plan = plan_of(problem, {("ann", "am"): [("a", "11:30")], ("ann", "pm"): [("b", "12:00")]})
    assert _violated(problem, travel, plan) == []


def test_tardiness_counts_windows_at_both_their_ends() -> None:
    lenient_before = (window("08:00", "09:00", "08:50"), window("08:00", None, "08:10"))
    lenient_after = (window("08:00", None, "08:10"), window("09:00", None, "10:00"))
    for windows, expected in ((lenient_before, 10 * 60), (lenient_after, 0)):
        problem, travel = tiny_problem(visits=[visit("a", windows=windows)], caregivers=[caregiver("ann")])
        found = evaluate_plan(problem, travel, plan_of(problem, {"ann": [("a", "09:00")]}), EHHC)
        assert found.violations == ()
        assert found.routes[0].stops[0].tardiness_t == expected
        assert found.components["tardiness_worst"] == expected


def test_which_word_a_missing_skill_gets() -> None:
    old = DAY - timedelta(days=2)
    for skills, expected in (
        ([Skill(skill="BATH", level=1, expires=old)], ("skill_missing", None)),
        ([Skill(skill="BATH", level=2, expires=old)], ("skill_expired", 2)),
        ([Skill(skill="BATH", level=2, expires=old), Skill(skill="BATH")], ("skill_expired", 2)),
        ([Skill(skill="BATH", level=1, expires=old), Skill(skill="BATH", level=0)], ("skill_level", 2)),
        ([Skill(skill="BATH", level=1, expires=DAY), Skill(skill="CARE", level=3)], ("skill_level", 1)),
    ):
        problem, travel = tiny_problem(
            visits=[visit("a", skills=["BATH:2"])], caregivers=[caregiver("ann", skills=skills)]
        )
        assert _violated(problem, travel, plan_of(problem, {"ann": [("a", "09:00")]})) == [expected]


def test_order_locks_of_the_same_moment_may_come_in_any_order() -> None:
    lock = Lock(level=LockLevel.ORDER, caregiver="ann", start_t=at("09:00"))
    problem, travel = tiny_problem(
        visits=[visit("a", locks=(lock,)), visit("b", locks=(lock,))], caregivers=[caregiver("ann")]
    )
    for plan in ([("a", "09:00"), ("b", "10:00")], [("b", "09:00"), ("a", "10:00")]):
        assert _violated(problem, travel, plan_of(problem, {"ann": plan})) == []


def test_a_start_at_the_frozen_moment_is_not_past() -> None:
    problem, travel = tiny_problem(visits=[visit("a")], caregivers=[caregiver("ann")], frozen_before_t=at("09:00"))
    assert _violated(problem, travel, plan_of(problem, {"ann": [("a", "09:00")]})) == []
    assert _violated(problem, travel, plan_of(problem, {"ann": [("a", at("09:00") - 1)]})) == [("frozen_start", 1)]


def test_the_place_before_a_published_stop_is_the_published_stop_before_it() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=20), visit("b", x=21)],
        caregivers=[caregiver("ann")],
        published=(
            PublishedStop(visit="a", caregiver="ann", shift="day", start_t=at("09:00")),
            PublishedStop(visit="b", caregiver="ann", shift="day", start_t=at("10:00")),
            PublishedStop(visit="a", caregiver="ann", shift="no such shift", start_t=at("08:00")),
            PublishedStop(visit="gone", caregiver="ann", shift="day", start_t=at("09:58")),
        ),
        frozen_before_t=at("09:50"),
    )
    moved = plan_of(problem, {"ann": [("a", "09:00"), ("b", "10:05")]})
    assert _violated(problem, travel, moved) == []  # ann leaves a at 09:59, though the station is 21 min away
    frozen = replace(problem, frozen_before_t=at("09:59") + 1)
    assert _violated(frozen, travel, moved) == [("frozen_changed", None)]


def test_a_team_is_frozen_with_its_departed_member() -> None:
    problem, travel = tiny_problem(
        visits=[visit("duo", team_size=2)],
        caregivers=[caregiver("ann"), caregiver("bob")],
        published=(PublishedStop(visit="duo", caregiver="ann", shift="day", start_t=at("09:00")),),
        frozen_before_t=at("09:10"),
    )
    plan = plan_of(problem, {"ann": [("duo", "09:00")], "bob": [("duo", "09:00")]})
    assert _violated(problem, travel, plan) == []


def test_idle_is_late_departure_and_early_return_together() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=5)], caregivers=[caregiver("ann", shift=("08:00", "10:00"))], cost_unit_s=60
    )
    found = evaluate_plan(problem, travel, plan_of(problem, {"ann": [("a", "09:00")]}), EHHC)
    assert found.components["idle"] == 55 + 25


def test_an_open_end_adds_no_metres() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=4)], caregivers=[caregiver("ann", shifts=[stretch("day", "08:00", None, open_end=True)])]
    )
    found = evaluate_plan(problem, travel, plan_of(problem, {"ann": [("a", "09:00")]}), EHHC)
    assert found.routes[0].metres == 1000
