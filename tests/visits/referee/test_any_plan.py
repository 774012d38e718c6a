"""The referee judges any plan without raising, and says the same of what is the same."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.evaluation import RouteEvaluation
from optimizer.visits.model import Problem, PublishedStop
from optimizer.visits.objective import COMPONENTS, EHHC, HOMECARE
from optimizer.visits.plan import Plan, Route
from optimizer.visits.referee import evaluate_plan
from tests.planting import plant_plan
from tests.strategies import plans, problems, valid_plans

Drawn = tuple[Problem, TravelMatrix]


@settings(max_examples=150, deadline=None)
@given(problems(), st.data())
def test_it_never_raises_and_its_figures_are_sane(drawn: Drawn, data: st.DataObject) -> None:
    problem, travel = drawn
    plan = data.draw(plans(problem))
    found = evaluate_plan(problem, travel, plan, HOMECARE)
    assert tuple(found.components) == COMPONENTS
    assert all(math.isfinite(value) and value >= 0 for value in found.components.values())
    assert math.isclose(found.cost, HOMECARE.cost(found.components))
    assert [(route.caregiver, route.shift) for route in found.routes] == [(r.caregiver, r.shift) for r in plan.routes]
    assert all(violation.text.zh and violation.text.en for violation in found.violations)
    for stop in (stop for route in found.routes for stop in route.stops):
        assert stop.arrival_t + stop.waiting_t == stop.start_t
        assert stop.waiting_t >= 0 and stop.tardiness_t >= 0
    known = {visit.id for visit in problem.visits}
    planned = {stop.visit for route in plan.routes for stop in route.stops} & known
    assert set(found.left_out) == known - planned


@settings(max_examples=80, deadline=None)
@given(problems(), st.data())
def test_order_of_the_input_never_matters(drawn: Drawn, data: st.DataObject) -> None:
    problem, travel = drawn
    plan = data.draw(plans(problem))
    turned = replace(
        problem,
        locations=problem.locations[::-1],
        clients=problem.clients[::-1],
        visits=tuple(replace(one, windows=one.windows[::-1], locks=one.locks[::-1]) for one in problem.visits[::-1]),
        links=problem.links[::-1],
        caregivers=tuple(replace(one, shifts=one.shifts[::-1]) for one in problem.caregivers[::-1]),
        published=problem.published[::-1],
    )
    one, other = (evaluate_plan(each, travel, plan, EHHC) for each in (problem, turned))
    assert (one.violations, one.routes, one.left_out) == (other.violations, other.routes, other.left_out)
    assert all(math.isclose(one.components[name], other.components[name]) for name in COMPONENTS)


@settings(max_examples=80, deadline=None)
@given(problems(published=False), st.data())
def test_a_valid_plan_adds_up(drawn: Drawn, data: st.DataObject) -> None:
    problem, travel = drawn
    plan = data.draw(valid_plans(problem, travel))
    found = evaluate_plan(problem, travel, plan, EHHC)
    assert found.violations == ()
    for route, times in zip(plan.routes, found.routes, strict=True):
        _assert_day_adds_up(route, times)
    unit = problem.ticks_per_cost_unit
    assert math.isclose(found.components["waiting"], sum(route.waiting_t for route in found.routes) / unit)


def _assert_day_adds_up(route: Route, times: RouteEvaluation) -> None:
    """Travel, service, breaks and waiting fill a route; only slack around breaks at its two ends is not counted."""
    away_t = times.return_t - times.departure_t
    counted_t = times.travel_t + times.service_t + times.waiting_t + sum(taken.duration_t for taken in times.breaks)
    first_t, last_t = route.stops[0].start_t, times.stops[-1].finish_t
    has_end_break = any(taken.start_t < first_t or taken.start_t >= last_t for taken in route.breaks)
    assert counted_t <= away_t if has_end_break else counted_t == away_t


@settings(max_examples=60, deadline=None)
@given(problems(published=False), st.integers(0, 2**16))
def test_a_published_plan_stays_valid_whenever_the_clock_stops(drawn: Drawn, seed: int) -> None:
    """Why a problem with a frozen past always has a valid plan: the published one."""
    problem, travel = drawn
    plan = plant_plan(problem, travel, seed)
    stops = tuple(
        PublishedStop(visit=stop.visit, caregiver=route.caregiver, shift=route.shift, start_t=stop.start_t)
        for route in plan.routes
        for stop in route.stops
    )
    for minute in (0, 480, 600, 720, 2000):
        frozen = replace(problem, published=stops, frozen_before_t=minute * 60 * problem.ticks_per_s)
        found = evaluate_plan(frozen, travel, plan, HOMECARE)
        assert found.violations == ()
        assert found.components["change_caregiver"] == found.components["change_start"] == 0.0
    if stops:
        emptied = evaluate_plan(
            replace(problem, published=stops, frozen_before_t=10**9), travel, Plan(routes=()), HOMECARE
        )
        assert {violation.rule for violation in emptied.violations} == {"frozen_changed"}
