"""Each rule has a plan that breaks only that rule, and the referee names it, the ids and by how much."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from optimizer.common.language import Language
from optimizer.visits.evaluation import Violation
from optimizer.visits.model import CaregiverStatus, LinkCaregivers, Lock, LockLevel, Problem, Skill
from optimizer.visits.objective import HOMECARE
from optimizer.visits.plan import Plan
from optimizer.visits.referee import RULES, evaluate_plan
from tests.toys import at, window
from tests.visits.referee.full_day import (
    YESTERDAY,
    add_route,
    drop,
    full_day,
    insert,
    move,
    pauses,
    with_caregiver,
    with_client,
    with_link,
    with_shift,
    with_visit,
)

ANN, DAN, AM, PM = ("ann", "day"), ("dan", "day"), ("bob", "am"), ("bob", "pm")
Breaker = Callable[[Problem, Plan], tuple[Problem, Plan]]


def _plan(change: Callable[[Plan], Plan]) -> Breaker:
    return lambda problem, plan: (problem, change(plan))


def _problem(change: Callable[[Problem], Problem]) -> Breaker:
    return lambda problem, plan: (change(problem), plan)


def _long_morning(problem: Problem) -> Problem:
    return with_shift(problem, "bob", "am", max_overtime_t=None)


def _lock(level: LockLevel, caregiver: str, moment: str | None = None) -> tuple[Lock, ...]:
    return (Lock(level=level, caregiver=caregiver, start_t=None if moment is None else at(moment)),)


def _swapped_order(problem: Problem) -> Problem:
    problem = with_visit(problem, "meal", locks=_lock(LockLevel.ORDER, "ann", "13:00"))
    return with_visit(problem, "late", locks=_lock(LockLevel.ORDER, "ann", "10:00"))


def _with_bath(*skills: Skill) -> Breaker:
    return _problem(lambda p: with_caregiver(p, "ann", skills=(*skills, Skill(skill="CARE"))))


MINUTE = 60
CASES: dict[str, tuple[Breaker, str | None, str | None, int | None]] = {
    # rule: (how it is broken, visit, caregiver, by how much)
    "unknown_caregiver": (_plan(lambda p: add_route(p, ("nobody", "day"), ("spare", "09:00"))), None, "nobody", None),
    "unknown_shift": (_plan(lambda p: add_route(p, ("dan", "night"), ("spare", "09:00"))), None, "dan", None),
    "unknown_visit": (_plan(lambda p: insert(p, DAN, "ghost", "10:00")), "ghost", "dan", None),
    "duplicate_route": (_plan(lambda p: add_route(p, PM, ("spare", "16:00"))), None, "bob", None),
    "empty_route": (_plan(lambda p: drop(p, PM, "walk")), None, "bob", None),
    "stop_order": (_plan(lambda p: insert(p, DAN, "spare", "08:40")), "spare", "dan", 20 * MINUTE),
    "off_duty": (_problem(lambda p: with_caregiver(p, "dan", status=CaregiverStatus.LEAVE)), None, "dan", None),
    "routes_overlap": (
        lambda problem, plan: (_long_morning(problem), insert(plan, AM, "spare", "13:50")),
        None,
        "bob",
        26 * MINUTE,
    ),
    "unreachable": (_plan(lambda p: insert(p, DAN, "far", "16:00")), "far", "dan", None),
    "travel_time": (_plan(lambda p: move(p, ANN, "meal", "09:31")), "meal", "ann", 2 * MINUTE),
    "shift_start": (_problem(lambda p: with_shift(p, "dan", "day", start_t=at("08:59"))), None, "dan", MINUTE),
    "overtime": (_problem(lambda p: with_shift(p, "ann", "day", end_t=at("13:00"))), None, "ann", 3 * MINUTE),
    "load": (_problem(lambda p: with_shift(p, "ann", "day", max_load=1)), None, "ann", 1),
    "travel_limit": (_problem(lambda p: with_shift(p, "ann", "day", max_travel_t=1140)), None, "ann", MINUTE),
    "time_window": (
        _problem(lambda p: with_visit(p, "wash", windows=(window("08:30", "08:50"), window("09:30")))),
        "wash",
        "ann",
        10 * MINUTE,
    ),
    "skill_missing": (_with_bath(), "wash", "ann", None),
    "skill_level": (_with_bath(Skill(skill="BATH", level=1)), "wash", "ann", 1),
    "skill_expired": (
        _with_bath(Skill(skill="BATH", level=1), Skill(skill="BATH", level=2, expires=YESTERDAY)),
        "wash",
        "ann",
        1,
    ),
    "gender": (_problem(lambda p: with_caregiver(p, "ann", gender=None)), "wash", "ann", None),
    "dialect": (_problem(lambda p: with_caregiver(p, "ann", dialects=("tongdong",))), "wash", "ann", None),
    "forbidden_caregiver": (
        _problem(lambda p: with_client(p, "client-wash", preferred=(), forbidden=("ann",))),
        "wash",
        "ann",
        None,
    ),
    "required_caregiver": (
        _problem(lambda p: with_visit(p, "meal", required_caregivers=("dan",))),
        "meal",
        "ann",
        None,
    ),
    "provider": (_problem(lambda p: replace(p, sharing=())), "late", "ann", None),
    "team_count": (_plan(lambda p: drop(p, AM, "duo")), "duo", None, 1),
    "team_caregivers": (
        lambda problem, plan: (
            _long_morning(problem),
            insert(insert(plan, AM, "sign", "13:00"), PM, "sign", "13:00", position=0),
        ),
        "sign",
        "bob",
        None,
    ),
    "team_start": (_plan(lambda p: move(p, AM, "duo", "11:05")), "duo", "bob", 5 * MINUTE),
    "link_simultaneous": (_plan(lambda p: move(p, AM, "twin-b", "09:05")), "twin-b", None, 5 * MINUTE),
    "link_min_gap": (
        _problem(lambda p: with_link(p, "pill-first", min_gap_t=at("01:40"))),
        "meal",
        None,
        10 * MINUTE,
    ),
    "link_max_gap": (
        _problem(lambda p: with_link(p, "pill-first", max_gap_t=at("01:20"))),
        "meal",
        None,
        10 * MINUTE,
    ),
    "link_same_caregiver": (
        _problem(lambda p: with_link(p, "pill-first", caregivers=LinkCaregivers.SAME)),
        "meal",
        None,
        None,
    ),
    "link_different_caregivers": (
        _problem(lambda p: with_link(p, "one-face", caregivers=LinkCaregivers.DIFFERENT)),
        "late",
        "ann",
        None,
    ),
    "link_all_or_nothing": (_plan(lambda p: drop(p, AM, "twin-b")), "twin-b", None, None),
    "lock_caregiver": (
        _problem(lambda p: with_visit(p, "wash", locks=_lock(LockLevel.CAREGIVER, "dan"))),
        "wash",
        "dan",
        None,
    ),
    "lock_order": (_problem(_swapped_order), "meal", "ann", None),
    "lock_time": (
        _problem(lambda p: with_visit(p, "walk", locks=_lock(LockLevel.TIME, "bob", "14:10"))),
        "walk",
        "bob",
        10 * MINUTE,
    ),
    "break_unknown": (_plan(lambda p: pauses(p, DAN, ("nap", "10:00", 10))), None, "dan", None),
    "break_twice": (
        _plan(lambda p: pauses(move(p, ANN, "late", "13:10"), ANN, ("lunch", "12:00", 30), ("lunch", "12:30", 30))),
        None,
        "ann",
        None,
    ),
    "break_window": (_plan(lambda p: pauses(p, ANN, ("lunch", "11:45", 30))), None, "ann", 15 * MINUTE),
    "break_duration": (_plan(lambda p: pauses(p, ANN, ("lunch", "12:00", 25))), None, "ann", 5 * MINUTE),
    "break_overlap": (_plan(lambda p: pauses(p, ANN, ("lunch", "12:45", 30))), None, "ann", 15 * MINUTE),
    "break_missing": (_plan(lambda p: pauses(p, ANN)), None, "ann", None),
    "frozen_changed": (_plan(lambda p: move(p, AM, "pill", "08:35")), "pill", "bob", None),
    "frozen_start": (_plan(lambda p: insert(p, DAN, "early", "08:20", position=0)), "early", "dan", 8 * MINUTE),
}


def test_the_plan_to_start_from_breaks_no_rule() -> None:
    problem, travel, plan = full_day()
    found = evaluate_plan(problem, travel, plan, HOMECARE)
    assert found.violations == ()
    assert found.valid
    assert found.left_out == ("early", "far", "sign", "spare")
    assert found.mandatory_left_out == 0


@pytest.mark.parametrize("rule", RULES)
def test_a_plan_that_breaks_only_this_rule_is_rejected(rule: str) -> None:
    breaker, visit, caregiver, amount_t = CASES[rule]
    problem, travel, plan = full_day()
    problem, plan = breaker(problem, plan)
    found = evaluate_plan(problem, travel, plan, HOMECARE)
    assert [violation.rule for violation in found.violations] == [rule]
    violation = found.violations[0]
    assert (violation.code, violation.visit, violation.caregiver) == (RULES[rule].code, visit, caregiver)
    assert violation.amount_t == amount_t
    assert not found.valid
    _assert_readable(violation)


def _assert_readable(violation: Violation) -> None:
    """Both sentences are filled in and name the ids; sizes are told in minutes."""
    for language in Language:
        sentence = violation.text.in_(language)
        assert "{" not in sentence and "None" not in sentence
        for name in (violation.visit, violation.caregiver):
            assert name is None or name in sentence
    if "{minutes}" in RULES[violation.rule].sentence.en:
        assert violation.amount_t is not None
        assert re.search(rf"\b{violation.amount_t // 60} min", violation.text.en)
        assert f"{violation.amount_t // 60} 分钟" in violation.text.zh


def test_the_codes_are_in_order_and_unique() -> None:
    assert [rule.code for rule in RULES.values()] == [f"R{i:02d}" for i in range(1, len(RULES) + 1)]
    assert all(name == rule.name for name, rule in RULES.items())
    assert CASES.keys() == RULES.keys()


def test_violations_do_not_depend_on_the_order_of_the_input() -> None:
    problem, travel, plan = full_day()
    plan = move(pauses(insert(plan, DAN, "far", "16:00"), ANN), AM, "twin-b", "09:05")
    turned = replace(
        problem,
        visits=problem.visits[::-1],
        caregivers=problem.caregivers[::-1],
        links=problem.links[::-1],
        clients=problem.clients[::-1],
    )
    found = evaluate_plan(problem, travel, plan, HOMECARE)
    again = evaluate_plan(turned, travel, replace(plan, routes=plan.routes[::-1]), HOMECARE)
    assert len(found.violations) == 3
    assert (found.violations, found.components, found.cost) == (again.violations, again.components, again.cost)


def _violated(problem: Problem, plan: Plan) -> list[str]:
    return [one.rule for one in evaluate_plan(problem, full_day()[1], plan, HOMECARE).violations]


def test_a_skill_is_valid_through_the_day_it_expires() -> None:
    problem, _, plan = full_day()  # ann's BATH:2 expires on the very day
    assert _violated(problem, plan) == []


def test_a_window_and_a_gap_hold_at_both_ends() -> None:
    problem, _, plan = full_day()
    for bounds in (("08:00", "09:00"), ("09:00", "10:00"), ("09:00", "09:00")):
        assert _violated(with_visit(problem, "wash", windows=(window(*bounds),)), plan) == []
    assert _violated(with_link(problem, "pill-first", min_gap_t=at("01:30"), max_gap_t=at("01:30")), plan) == []


def test_a_due_time_is_no_hard_end() -> None:
    problem, _, plan = full_day()
    assert _violated(with_visit(problem, "wash", windows=(window("08:00", None, "08:30"),)), plan) == []


def test_neighbours_of_a_sequence_bind_only_where_both_are_planned() -> None:
    problem, _, plan = full_day()
    problem = with_link(problem, "pill-first", visits=("pill", "spare", "meal"), max_gap_t=at("01:00"))
    assert _violated(problem, plan) == []
    problem = with_link(problem, "pill-first", all_or_nothing=True)
    assert _violated(problem, plan) == ["link_all_or_nothing"]


def test_sharing_covers_every_skill_or_all_with_a_star() -> None:
    problem, _, plan = full_day()
    two = with_visit(problem, "late", skills=(*problem.visits[0].skills, *problem.visits[2].skills))
    assert _violated(two, plan) == ["provider"]
    star = tuple(replace(one, skill="*") for one in problem.sharing)
    assert _violated(replace(two, sharing=star), plan) == []
    back = tuple(replace(one, lender="south", borrower="north") for one in star)
    assert _violated(replace(two, sharing=back), plan) == ["provider"]


def test_a_locked_visit_may_be_left_out() -> None:
    problem, _, plan = full_day()
    plan = replace(plan, routes=tuple(route for route in plan.routes if route.shift != "pm"))
    found = evaluate_plan(problem, full_day()[1], plan, HOMECARE)
    assert found.valid
    assert found.mandatory_left_out == 1


def test_a_lock_on_a_shift_is_not_held_by_the_other_shift() -> None:
    problem, _, plan = full_day()
    lock = Lock(level=LockLevel.CAREGIVER, caregiver="bob", shift="pm")
    assert _violated(with_visit(problem, "twin-b", locks=(lock,)), plan) == ["lock_caregiver"]


def test_order_locks_bind_across_one_that_is_left_out() -> None:
    problem, _, plan = full_day()
    problem = with_visit(problem, "spare", locks=_lock(LockLevel.ORDER, "ann", "12:00"))
    assert _violated(problem, plan) == []
    assert _violated(_swapped_order(problem), plan) == ["lock_order"]


def test_a_break_is_not_due_before_leaving_or_after_coming_back() -> None:
    problem, _, plan = full_day()
    short = drop(pauses(plan, ANN), ANN, "late")
    problem = with_link(problem, "one-face", all_or_nothing=False)
    assert _violated(problem, short) == []  # ann is back at 11:40
    assert _violated(with_shift(problem, "ann", "day", breaks=()), plan) == ["break_unknown"]


def test_who_has_left_is_frozen_who_has_not_is_free() -> None:
    problem, _, plan = full_day()
    left = at("08:26")  # bob leaves for pill
    assert _violated(replace(problem, frozen_before_t=left), move(plan, AM, "pill", "08:35")) == []
    assert _violated(replace(problem, frozen_before_t=left + 1), move(plan, AM, "pill", "08:35")) == ["frozen_changed"]


def test_a_frozen_visit_may_neither_be_left_out_nor_change_hands() -> None:
    problem, _, plan = full_day()
    without = drop(plan, AM, "pill")
    assert _violated(problem, without) == ["frozen_changed"]
    assert _violated(problem, insert(without, DAN, "pill", "08:30", position=0)) == ["frozen_changed"]


def test_nothing_is_frozen_for_who_is_no_longer_on_duty() -> None:
    problem, _, plan = full_day()
    problem = with_caregiver(problem, "bob", status=CaregiverStatus.LEAVE)
    routes = tuple(route for route in plan.routes if route.caregiver != "bob")
    plan = drop(drop(replace(plan, routes=routes), ANN, "duo"), DAN, "twin-a")
    assert _violated(problem, plan) == ["empty_route"]


def test_a_break_may_interrupt_the_travel_but_needs_its_time() -> None:
    problem, _, plan = full_day()
    problem = with_shift(problem, "bob", "am", max_overtime_t=at("01:00"))
    late_duo = move(move(plan, AM, "duo", "11:53"), ANN, "duo", "11:53")
    assert _violated(problem, late_duo) == ["break_overlap"]  # lunch at 12:00 is inside the visit
    fits = pauses(late_duo, ANN, ("lunch", "12:23", 30))
    assert _violated(problem, fits) == []  # over at 12:23 + 30 of lunch + 7 of travel = 13:00
    half_way = pauses(late_duo, ANN, ("lunch", "12:27", 30))
    assert _violated(problem, half_way) == []
    assert _violated(problem, move(half_way, ANN, "late", "12:59")) == ["travel_time"]
