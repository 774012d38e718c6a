"""One tiny case for each code of a reason: it is named, and its change makes the insertion valid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.change import apply_change, insert_after_change
from optimizer.visits.explain import reasons_for_left_out
from optimizer.visits.model import (
    CaregiverStatus,
    Client,
    Link,
    LinkCaregivers,
    LinkKind,
    Lock,
    LockLevel,
    Problem,
    PublishedStop,
    Sharing,
    Visit,
)
from optimizer.visits.objective import HOMECARE
from optimizer.visits.plan import ChangeKind, Reason, ReasonKind
from optimizer.visits.referee import evaluate_plan
from tests.toys import at, caregiver, line_matrix, pause, plan_of, tiny_problem, visit

MORNING = ("08:00", "12:00")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A day in which visit ``v`` is left out, and what its first reason must be."""

    visits: Sequence[Any]
    caregivers: Sequence[Any]
    kind: ReasonKind
    code: str
    change: ChangeKind
    values: Mapping[str, Any] = field(default_factory=dict)
    routes: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


def locked(level: LockLevel, who: str, start: str | None = None) -> tuple[Lock, ...]:
    return (Lock(level=level, caregiver=who, start_t=None if start is None else at(start)),)


IMPOSSIBLE, NO_ROOM = ReasonKind.IMPOSSIBLE, ReasonKind.NO_ROOM
ANN = caregiver("ann", shift=MORNING)

CASES: Mapping[str, Case] = {
    "a skill that nobody has": Case(
        visits=[visit("v", skills=["NURSE:2"])],
        caregivers=[caregiver("ann", skills=["NURSE:1"]), caregiver("bob", shift=MORNING)],
        kind=IMPOSSIBLE,
        code="skill",
        change=ChangeKind.GIVE_SKILL,
        values={"skill": "NURSE", "level": 2},
    ),
    "the wrong gender": Case(
        visits=[visit("v", client="k")],
        caregivers=[caregiver("bob", gender="m")],
        fields={"clients": [Client(id="k", location="x0", gender="f")]},
        kind=IMPOSSIBLE,
        code="gender",
        change=ChangeKind.ALLOW_CAREGIVER,
        values={"rule": "gender", "caregiver": "bob"},
    ),
    "a dialect that nobody speaks": Case(
        visits=[visit("v", client="k")],
        caregivers=[ANN],
        fields={"clients": [Client(id="k", location="x0", dialect="haimen")]},
        kind=IMPOSSIBLE,
        code="dialect",
        change=ChangeKind.ALLOW_CAREGIVER,
        values={"rule": "dialect"},
    ),
    "the only caregiver is excluded": Case(
        visits=[visit("v", client="k")],
        caregivers=[ANN],
        fields={"clients": [Client(id="k", location="x0", forbidden=("ann",))]},
        kind=IMPOSSIBLE,
        code="forbidden",
        change=ChangeKind.ALLOW_CAREGIVER,
        values={"rule": "forbidden"},
    ),
    "for certain caregivers only": Case(
        visits=[visit("v", required_caregivers=("zoe",))],
        caregivers=[ANN, caregiver("zoe", status=CaregiverStatus.LEAVE)],
        kind=IMPOSSIBLE,
        code="required",
        change=ChangeKind.ALLOW_CAREGIVER,
        values={"rule": "required", "caregiver": "ann"},
    ),
    "everybody is off duty": Case(
        visits=[visit("v")],
        caregivers=[caregiver("zoe", status=CaregiverStatus.STANDBY)],
        kind=IMPOSSIBLE,
        code="off_duty",
        change=ChangeKind.CALL_IN,
        values={"caregiver": "zoe"},
    ),
    "another provider": Case(
        visits=[visit("v", provider="north", skills=["BATH"])],
        caregivers=[caregiver("ann", provider="south", skills=["BATH"])],
        fields={"sharing": (Sharing(skill="MEAL", lender="south", borrower="north"),)},
        kind=IMPOSSIBLE,
        code="provider",
        change=ChangeKind.SHARE_PROVIDER,
        values={"skill": "BATH", "lender": "south", "borrower": "north"},
    ),
    "a window before anybody is at work": Case(
        visits=[visit("v", x=10, minutes=20, window=("07:00", "07:30"))],
        caregivers=[ANN],
        kind=IMPOSSIBLE,
        code="window",
        change=ChangeKind.WIDEN_WINDOW,
        values={"latest_t": at("08:10")},
    ),
    "a visit that ends after the shift": Case(
        visits=[visit("v", x=10, minutes=60, window=("11:00", "11:30"))],
        caregivers=[ANN],
        kind=IMPOSSIBLE,
        code="shift",
        change=ChangeKind.EXTEND_SHIFT,
        values={"caregiver": "ann", "end_t": at("12:10")},
    ),
    "a load that is too large": Case(
        visits=[visit("v", load=4)],
        caregivers=[caregiver("ann", max_load=3)],
        kind=IMPOSSIBLE,
        code="load",
        change=ChangeKind.RAISE_LOAD,
        values={"caregiver": "ann", "max_load": 4},
    ),
    "a way that is too long": Case(
        visits=[visit("v", x=30)],
        caregivers=[caregiver("ann", max_travel_t=50 * 60)],
        kind=IMPOSSIBLE,
        code="travel_limit",
        change=ChangeKind.RAISE_TRAVEL,
        values={"caregiver": "ann", "max_travel_t": 60 * 60},
    ),
    "an island that only one mode reaches": Case(
        visits=[visit("v", x=9)],
        caregivers=[caregiver("ann"), caregiver("bob", mode="boat", status=CaregiverStatus.LEAVE)],
        fields={"travel": None},
        kind=IMPOSSIBLE,
        code="off_duty",
        change=ChangeKind.CALL_IN,
        values={"caregiver": "bob"},
    ),
    "an island that the caregiver could go to by boat": Case(
        visits=[visit("v", x=9)],
        caregivers=[caregiver("ann")],
        fields={"travel": None},
        kind=IMPOSSIBLE,
        code="travel",
        change=ChangeKind.CHANGE_MODE,
        values={"caregiver": "ann", "mode": "boat"},
    ),
    "a team that is too small": Case(
        visits=[visit("v", team_size=2, skills=["BATH"])],
        caregivers=[caregiver("ann", skills=["BATH"]), caregiver("bob")],
        kind=IMPOSSIBLE,
        code="skill",
        change=ChangeKind.GIVE_SKILL,
        values={"caregiver": "bob"},
    ),
    "locked to somebody who is never there in time": Case(
        visits=[visit("v", window=("09:00", "09:30"), locks=locked(LockLevel.CAREGIVER, "pat"))],
        caregivers=[ANN, caregiver("pat", shift=("13:00", "17:00"))],
        kind=IMPOSSIBLE,
        code="lock",
        change=ChangeKind.REMOVE_LOCK,
        values={"visit": "v"},
    ),
    "its partner cannot be done": Case(
        visits=[visit("v"), visit("w", skills=["NURSE"])],
        caregivers=[ANN],
        fields={"links": (Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("v", "w"), min_gap_t=1800),)},
        kind=IMPOSSIBLE,
        code="skill",
        change=ChangeKind.GIVE_SKILL,
        values={"caregiver": "ann", "skill": "NURSE"},
    ),
    "no time for it in the window, a little later there is": Case(
        visits=[visit("v", minutes=30, window=("09:00", "09:30")), visit("a", minutes=60, window=("08:55", "09:00"))],
        caregivers=[ANN],
        routes={"ann": [("a", "08:55")]},
        kind=NO_ROOM,
        code="window",
        change=ChangeKind.WIDEN_WINDOW,
        values={"visit": "v", "latest_t": at("09:55")},
    ),
    "the shift is full to the brim": Case(
        visits=[visit("v", minutes=30), visit("a", minutes=230, window=("08:00", "08:00"))],
        caregivers=[ANN],
        routes={"ann": [("a", "08:00")]},
        kind=NO_ROOM,
        code="shift",
        change=ChangeKind.EXTEND_SHIFT,
        values={"caregiver": "ann", "end_t": at("12:20")},
    ),
    "another visit has its time": Case(
        visits=[
            visit("v", minutes=120, window=("08:00", "08:00")),
            visit("a", minutes=180, window=("08:00", "08:00"), mandatory=False),
        ],
        caregivers=[ANN],
        routes={"ann": [("a", "08:00")]},
        kind=NO_ROOM,
        code="occupied",
        change=ChangeKind.FREE_VISIT,
        values={"visits": ["a"]},
    ),
    "the gap is a little too short": Case(
        visits=[
            visit("v", minutes=60, window=("08:30", "08:30")),
            visit("a", minutes=30, window=("08:00", "08:00")),
            visit("b", minutes=150, window=("09:20", "09:20")),
        ],
        caregivers=[ANN],
        routes={"ann": [("a", "08:00"), ("b", "09:20")]},
        kind=NO_ROOM,
        code="neighbour",
        change=ChangeKind.WIDEN_WINDOW,
        values={"visit": "b", "latest_t": at("09:30")},
    ),
    "the lock sends it to a full route": Case(
        visits=[
            visit("v", minutes=60, window=("08:00", "08:30"), locks=locked(LockLevel.CAREGIVER, "ann")),
            visit("a", minutes=235, window=("08:00", "08:00")),
        ],
        caregivers=[ANN, caregiver("bob", shift=MORNING)],
        routes={"ann": [("a", "08:00")]},
        kind=NO_ROOM,
        code="lock",
        change=ChangeKind.REMOVE_LOCK,
    ),
}


def made(case: Case) -> tuple[Problem, TravelMatrix, Any]:
    fields = dict(case.fields)
    if fields.pop("travel", ...) is None:
        boat = line_matrix([0, 9], modes=("boat", "ebike"))
        cut = line_matrix([0, 9], modes=("ebike",), unreachable=[(0, 9), (9, 0)])
        fields["travel"] = TravelMatrix(
            locations=boat.locations,
            durations={"boat": boat.durations["boat"], "ebike": cut.durations["ebike"]},
            reachable={"boat": boat.reachable["boat"], "ebike": cut.reachable["ebike"]},
        )
    problem, travel = tiny_problem(visits=case.visits, caregivers=case.caregivers, **fields)
    return problem, travel, plan_of(problem, case.routes)


@pytest.mark.parametrize("name", CASES)
def test_reason_is_named_and_its_change_works(name: str) -> None:
    case = CASES[name]
    problem, travel, plan = made(case)
    assert evaluate_plan(problem, travel, plan, HOMECARE).valid
    (unassigned,) = [one for one in reasons_for_left_out(problem, travel, plan, HOMECARE) if one.visit == "v"]
    reasons = unassigned.reasons
    assert {reason.kind for reason in reasons} == {case.kind}
    (wanted,) = [one for one in reasons if one.code == case.code and one.change and one.change.kind is case.change][:1]
    assert_holds(problem, travel, plan, wanted)
    assert wanted.change is not None
    assert {key: wanted.change.values[key] for key in case.values} == dict(case.values)


def assert_holds(problem: Problem, travel: TravelMatrix, plan: Any, reason: Reason) -> None:
    assert reason.change is not None
    changed, _ = apply_change(problem, plan, reason.change)
    new = insert_after_change(problem, travel, plan, "v", reason.change)
    judged = evaluate_plan(changed, travel, new, HOMECARE)
    assert judged.valid, judged.violations
    assert "v" not in judged.left_out


def test_without_its_change_nothing_can_be_inserted() -> None:
    case = CASES["a skill that nobody has"]
    problem, travel, plan = made(case)
    useless = reasons_for_left_out(problem, travel, plan, HOMECARE)[0].reasons[0].change
    assert useless is not None
    nothing = type(useless)(kind=ChangeKind.PLAN_ANYWAY, values={"visit": "v"}, text=useless.text)
    with pytest.raises(ValueError, match="cannot be put"):
        insert_after_change(problem, travel, plan, "v", nothing)


def test_a_visit_that_costs_too_much_is_said_to_fit() -> None:
    problem, travel = tiny_problem(visits=[visit("v", x=60, mandatory=False)], caregivers=[ANN])
    plan = plan_of(problem, {})
    (reason,) = reasons_for_left_out(problem, travel, plan, HOMECARE)[0].reasons
    assert (reason.kind, reason.code) == (ReasonKind.TOO_DEAR, "price")
    assert_holds(problem, travel, plan, reason)


@pytest.mark.parametrize("one", [visit("v", x=60), visit("v", mandatory=False)], ids=["mandatory", "cheap"])
def test_a_visit_that_the_plan_would_be_no_worse_with_is_not_called_dear(one: Visit) -> None:
    problem, travel = tiny_problem(visits=[one], caregivers=[ANN])
    plan = plan_of(problem, {})
    (reason,) = reasons_for_left_out(problem, travel, plan, HOMECARE)[0].reasons
    assert (reason.kind, reason.code) == (ReasonKind.FITS, "open")
    assert_holds(problem, travel, plan, reason)


def test_a_link_to_other_caregivers_keeps_a_caregiver_from_it() -> None:
    link = Link(
        id="l",
        kind=LinkKind.SIMULTANEOUS,
        visits=("a", "v"),
        caregivers=LinkCaregivers.DIFFERENT,
        all_or_nothing=False,
    )
    problem, travel = tiny_problem(visits=[visit("v"), visit("a")], caregivers=[ANN], links=(link,))
    plan = plan_of(problem, {"ann": [("a", "08:00")]})
    (reason, *_) = reasons_for_left_out(problem, travel, plan, HOMECARE)[0].reasons
    assert reason.code == "partner"


def test_the_past_is_no_time_for_a_visit() -> None:
    problem, travel = tiny_problem(
        visits=[visit("v", window=("08:00", "08:30"))],
        caregivers=[ANN],
        frozen_before_t=at("09:00"),
        published=(PublishedStop(visit="v", caregiver="ann", shift="day", start_t=at("11:00")),),
    )
    plan = plan_of(problem, {})
    (reason, *_) = reasons_for_left_out(problem, travel, plan, HOMECARE)[0].reasons
    assert reason.kind is IMPOSSIBLE
    assert reason.change is not None
    assert reason.change.values["latest_t"] == at("09:00")


def test_a_break_that_would_be_too_late_leaves_no_room() -> None:
    rest = pause("lunch", "11:00", "11:40", 60)
    problem, travel = tiny_problem(
        visits=[visit("v", minutes=40, window=("11:00", "11:05")), visit("b", minutes=60, window=("12:20", "12:30"))],
        caregivers=[caregiver("ann", shift=("08:00", "14:00"), breaks=[rest])],
    )
    plan = plan_of(problem, {"ann": [("b", "12:20")]})  # leaves after the time of the break
    reasons = reasons_for_left_out(problem, travel, plan, HOMECARE)[0].reasons
    assert {one.kind for one in reasons} == {NO_ROOM}
    (reason,) = [one for one in reasons if one.code == "neighbour"]
    assert reason.change is not None
    assert reason.change.values["latest_t"] == at("12:40")
    assert_holds(problem, travel, plan, reason)


def test_once_time_is_up_reasons_are_plain_but_right() -> None:
    case = CASES["another visit has its time"]
    problem, travel, plan = made(case)
    asked = iter([False, True])
    (plain,) = reasons_for_left_out(problem, travel, plan, HOMECARE, expired=lambda: next(asked))
    assert [(one.kind, one.change) for one in plain.reasons] == [(NO_ROOM, None)]
    (late,) = reasons_for_left_out(problem, travel, plan, HOMECARE, expired=lambda: True)
    assert [one.kind for one in late.reasons] == [ReasonKind.NOT_EXAMINED]


def test_the_nearest_gap_is_told_in_minutes() -> None:
    case = CASES["the gap is a little too short"]
    problem, travel, plan = made(case)
    reason = reasons_for_left_out(problem, travel, plan, HOMECARE)[0].reasons[0]
    assert "10 min too short" in reason.text.en
    assert "还短 10 分钟" in reason.text.zh


def test_whole_routes_are_cleared_for_a_pair_by_those_who_may_do_each() -> None:
    """Ann has time for both but may do only one; three stops in a row are not enough, so Bob's route is cleared."""
    fixed = ("08:00", "08:30", "09:00", "09:30", "10:00")
    blocks = [visit(f"b{i}", window=(start, start), required_caregivers=("bob",)) for i, start in enumerate(fixed)]
    problem, travel = tiny_problem(
        visits=[visit("v", minutes=140, skills=["MEAL"]), visit("w", minutes=140, skills=["NURSE"]), *blocks],
        caregivers=[
            caregiver("ann", shift=("08:00", "13:00"), skills=["MEAL"]),
            caregiver("bob", shift=("08:00", "10:30"), skills=["NURSE"]),
        ],
        links=(Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("w", "v")),),
    )
    plan = plan_of(problem, {"bob": [(f"b{i}", start) for i, start in enumerate(fixed)]})
    (reason,) = reasons_for_left_out(problem, travel, plan, HOMECARE)[0].reasons
    assert (reason.kind, reason.code) == (NO_ROOM, "occupied")
    assert_holds(problem, travel, plan, reason)
