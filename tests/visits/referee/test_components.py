"""Components of cost on examples worked out by hand."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer.visits.referee.components as formulas
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
    CaregiverStatus,
    Client,
    KnownCaregiver,
    PriorityGroup,
    Problem,
    PublishedStop,
    Visit,
)
from optimizer.visits.objective import COMPONENTS, HOMECARE, Objective
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.referee.components import price_s
from tests.strategies import problems
from tests.toys import DAY, at, caregiver, pause, plan_of, stretch, tiny_problem, visit


def _components(problem: Problem, travel: TravelMatrix, plan: Plan) -> dict[str, float]:
    found = evaluate_plan(problem, travel, plan, HOMECARE)
    assert found.violations == ()
    assert tuple(found.components) == COMPONENTS
    assert found.cost == pytest.approx(sum(HOMECARE.weights[name] * found.components[name] for name in COMPONENTS))
    return dict(found.components)


def _two_caregivers() -> tuple[Problem, TravelMatrix, Plan]:
    """Ann is 10 min late at ``duo``, waits 20 min and comes back 5 min late; bob does ``duo`` only; cid nothing."""
    problem, travel = tiny_problem(
        visits=[
            visit("a", x=5, minutes=30, window=("08:00", None, "08:40")),
            visit("duo", x=15, minutes=20, team_size=2, window=("09:00", None, "09:50")),
        ],
        caregivers=[
            caregiver("ann", shift=("08:00", "10:30"), max_overtime=None),
            caregiver("bob", shift=("09:00", "11:00")),
            caregiver("cid", shift=("08:00", None)),
        ],
    )
    plan = plan_of(problem, {"ann": [("a", "09:00"), ("duo", "10:00")], "bob": [("duo", "10:00")]})
    return problem, travel, plan


def test_times_by_hand() -> None:
    found = _components(*_two_caregivers())
    assert found["travel"] == (5 + 10 + 15 + 15 + 15) * 60
    assert found["tardiness_total"] == (20 + 10 + 10) * 60  # a team is late once per member
    assert found["tardiness_worst"] == 20 * 60
    assert found["waiting"] == 20 * 60
    assert found["overtime"] == 5 * 60
    # ann: 55 late + 0 early + 20 waiting; bob: 45 late + 25 early; cid has no end of shift
    assert found["idle"] == 75 * 60
    # ann 08:55-10:35 = 100 min, bob 09:45-10:35 = 50, cid 0: mean 50, (50² + 0² + 50²) / 50
    assert found["balance"] == pytest.approx(100 * 60)


def test_the_cost_unit_divides_times_and_prices_but_not_counts() -> None:
    problem, travel, plan = _two_caregivers()
    seconds = _components(problem, travel, plan)
    minutes = _components(replace(problem, cost_unit_s=60), travel, plan)
    for name in ("travel", "tardiness_total", "tardiness_worst", "waiting", "overtime", "idle", "balance"):
        assert minutes[name] == pytest.approx(seconds[name] / 60)


def test_an_unused_shift_with_an_end_is_idle_from_start_to_end() -> None:
    problem, travel, plan = _two_caregivers()
    eve = caregiver("eve", shifts=[stretch("am", "08:00", "09:00"), stretch("pm", "13:00", "14:00")])
    found = _components(replace(problem, caregivers=(*problem.caregivers, eve)), travel, plan)
    assert found["idle"] == 120 * 60
    leave = replace(eve, status=CaregiverStatus.LEAVE)
    assert _components(replace(problem, caregivers=(*problem.caregivers, leave)), travel, plan)["idle"] == 75 * 60


def test_balance_counts_paid_breaks_as_work_and_unpaid_ones_not() -> None:
    for paid in (True, False):
        problem, travel = tiny_problem(
            visits=[visit("a", minutes=30), visit("b", minutes=30), visit("c", minutes=60)],
            caregivers=[
                caregiver("ann", breaks=[pause("rest", "08:30", "08:30", 30, paid=paid)]),
                caregiver("bob"),
            ],
        )
        plan = plan_of(
            problem,
            {"ann": [("a", "08:00"), ("b", "09:00")], "bob": [("c", "09:00")]},
            breaks={"ann": [("rest", "08:30", 30)]},
        )
        found = _components(problem, travel, plan)
        # ann works 90 min with a paid rest and 60 with an unpaid one, bob 60
        expected = (15.0**2 + 15.0**2) / 75.0 if paid else 0.0
        assert found["balance"] == pytest.approx(expected * 60)


def test_nobody_working_is_balanced() -> None:
    problem, travel, _ = _two_caregivers()
    found = evaluate_plan(problem, travel, Plan(routes=()), HOMECARE)
    assert found.components["balance"] == 0.0
    assert found.components["travel"] == 0.0
    assert (found.mandatory_left_out, found.left_out) == (2, ("a", "duo"))
    assert found.rank == (2, found.cost)


def test_preference_and_continuity_count_tasks() -> None:
    clients = [
        Client(
            id="client-a",
            location="x5",
            preferred=("bob",),
            known=(KnownCaregiver(caregiver="bob"), KnownCaregiver(caregiver="cid", visits=2)),
        ),
        Client(id="client-duo", location="x15", preferred=("ann", "cid"), known=(KnownCaregiver(caregiver="cid"),)),
    ]
    problem, travel, plan = _two_caregivers()
    found = _components(replace(problem, clients=tuple(clients)), travel, plan)
    assert found["preference"] == 2.0  # ann at a; bob at duo
    assert found["continuity"] == 3.0  # ann at a; ann and bob at duo
    nobody = replace(problem, clients=tuple(replace(one, preferred=(), known=()) for one in clients))
    assert _components(nobody, travel, plan)["preference"] == _components(nobody, travel, plan)["continuity"] == 0.0


def test_changes_against_a_published_plan() -> None:
    problem, travel, plan = _two_caregivers()
    published = (
        PublishedStop(visit="a", caregiver="ann", shift="day", start_t=at("08:55")),
        PublishedStop(visit="duo", caregiver="bob", shift="day", start_t=at("10:02")),
        PublishedStop(visit="duo", caregiver="cid", shift="day", start_t=at("10:02")),
        PublishedStop(visit="gone", caregiver="cid", shift="day", start_t=at("10:02")),
    )
    found = _components(replace(problem, published=published, cost_unit_s=60), travel, plan)
    assert found["change_caregiver"] == 1.0  # cid's share of duo; a visit that is no longer there is no change
    assert found["change_start"] == (5 + 2) * 60  # always in seconds
    empty = evaluate_plan(replace(problem, published=published), travel, Plan(routes=()), HOMECARE)
    assert (empty.components["change_caregiver"], empty.components["change_start"]) == (3.0, 0.0)


PRICED = PriorityGroup(id="p1", price_s=3000, zh="低", en="low")


def _left_out(**fields: object) -> tuple[Problem, Visit]:
    one = visit("a", x=5, mandatory=False, **({"priority": "p1"} | fields))
    problem, _ = tiny_problem(visits=[one], caregivers=[caregiver("ann")], priorities=(PRICED,))
    return problem, one


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 3000.0),
        ({"priority": None}, 0.0),
        ({"times_left_out": 2}, 6000.0),
        ({"latest_date": DAY + timedelta(days=3), "last_service_date": DAY - timedelta(days=9)}, 3000 * 1.75),
        (
            {
                "latest_date": DAY + timedelta(days=5),
                "last_service_date": DAY - timedelta(days=5),
                "times_left_out": 1,
            },
            3000 * 2.0,
        ),
        ({"latest_date": DAY + timedelta(days=5), "last_service_date": DAY + timedelta(days=1)}, 3000.0),
        ({"latest_date": DAY + timedelta(days=1), "last_service_date": DAY + timedelta(days=1)}, 6000.0),
        ({"latest_date": DAY}, 0.0),
        ({"latest_date": DAY - timedelta(days=1), "times_left_out": 3}, 0.0),
    ],
)
def test_price_of_leaving_out(fields: dict[str, object], expected: float) -> None:
    problem, one = _left_out(**fields)
    assert price_s(problem, one) == pytest.approx(expected)
    _, travel = tiny_problem(visits=[one], caregivers=[caregiver("ann")])
    found = evaluate_plan(replace(problem, cost_unit_s=60), travel, Plan(routes=()), Objective(left_out=2.0))
    assert found.components["left_out"] == pytest.approx(expected / 60)
    assert found.cost == pytest.approx(expected / 30)
    is_mandatory = "latest_date" in fields and fields["latest_date"] <= DAY  # type: ignore[operator]
    assert found.mandatory_left_out == int(is_mandatory)


def test_the_referee_has_a_price_of_its_own() -> None:
    source = inspect.getsource(formulas)
    assert "left_out_price_s" not in source and "problem.is_mandatory" not in source


@settings(max_examples=60, deadline=None)
@given(problems(published=False), st.data())
def test_both_prices_agree(drawn: tuple[Problem, TravelMatrix], data: st.DataObject) -> None:
    problem, _ = drawn
    dates = st.none() | st.integers(-10, 10).map(lambda days: DAY + timedelta(days=days))
    for one in problem.visits:
        other = replace(one, latest_date=data.draw(dates), last_service_date=data.draw(dates))
        assert price_s(problem, other) == pytest.approx(problem.left_out_price_s(other))
        assert formulas.is_mandatory(problem, other) == problem.is_mandatory(other)
