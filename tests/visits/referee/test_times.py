"""Times of a route, worked out by hand on a line where one step is one minute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.travel.matrix import UNREACHABLE, TravelMatrix
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.objective import VRPTW
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan
from tests.toys import at, caregiver, line_matrix, pause, plan_of, stretch, tiny_problem, visit, window


def _judge(problem: Problem, travel: TravelMatrix, plan: Plan) -> Evaluation:
    found = evaluate_plan(problem, travel, plan, VRPTW)
    assert found.violations == ()
    return found


def test_a_route_without_breaks() -> None:
    problem, travel = tiny_problem(
        visits=[
            visit("a", x=5, minutes=30, window=("08:00", None, "09:10"), load=1),
            visit("b", x=15, minutes=20, load=2),
        ],
        caregivers=[caregiver("ann", shift=("08:00", "10:00"), max_overtime=None)],
    )
    found = _judge(problem, travel, plan_of(problem, {"ann": [("a", "09:20"), ("b", "10:05")]}))
    route = found.routes[0]
    first, second = route.stops
    assert (first.departure_t, first.travel_t, first.arrival_t, first.waiting_t) == (at("09:15"), 300, at("09:20"), 0)
    assert (first.start_t, first.finish_t, first.tardiness_t) == (at("09:20"), at("09:50"), 600)
    assert (first.location, first.metres) == ("x5", 1250)
    # free at 09:50, there at 10:00, waits 5 minutes; could leave as late as 09:55
    assert (second.departure_t, second.travel_t, second.arrival_t, second.waiting_t) == (
        at("09:55"),
        600,
        at("10:00"),
        300,
    )
    assert (route.departure_t, route.return_t, route.return_travel_t) == (at("09:15"), at("10:40"), 900)
    assert (route.travel_t, route.service_t, route.waiting_t, route.metres) == (1800, 3000, 300, 7500)
    assert (route.overtime_t, route.work_t, route.load) == (2400, at("10:40") - at("09:15"), 3)


def test_a_route_that_ends_at_its_last_visit_and_knows_no_metres() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=5, minutes=30)],
        caregivers=[caregiver("ann", shifts=[stretch("day", "08:00", "09:40", x=2, open_end=True)])],
        travel=line_matrix([2, 5], with_metres=False),
    )
    route = _judge(problem, travel, plan_of(problem, {"ann": [("a", "09:10")]})).routes[0]
    assert (route.departure_t, route.return_t, route.return_travel_t, route.travel_t) == (
        at("09:07"),
        at("09:40"),
        0,
        180,
    )
    assert route.metres is None
    assert route.overtime_t == 0


def test_a_break_on_the_way_between_two_visits() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=5, minutes=30), visit("b", x=15, minutes=20)],
        caregivers=[caregiver("ann", breaks=[pause("lunch", "09:00", "10:00", 30)])],
    )
    plan = plan_of(problem, {"ann": [("a", "09:00"), ("b", "10:30")]}, breaks={"ann": [("lunch", "09:55", 30)]})
    route = _judge(problem, travel, plan).routes[0]
    second = route.stops[1]
    # 09:30 free; 60 minutes to go, 10 of travel and 30 of lunch: 20 of waiting
    assert (second.waiting_t, second.arrival_t, second.travel_t) == (1200, at("10:10"), 600)
    # 5 minutes of travel after lunch (10:25 to 10:30), the other 5 before it: leave at 09:50
    assert second.departure_t == at("09:50")
    (taken,) = route.breaks
    assert (taken.id, taken.start_t, taken.duration_t, taken.paid, taken.location, taken.travel_t) == (
        "lunch",
        at("09:55"),
        1800,
        False,
        None,
        0,
    )
    assert route.work_t == route.return_t - route.departure_t - 1800


def test_a_paid_break_at_a_place_is_travelled_to_and_counts_as_work() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=5, minutes=30), visit("b", x=15, minutes=20)],
        caregivers=[caregiver("ann", breaks=[pause("home", "09:00", "10:00", 30, x=0, paid=True)])],
    )
    plan = plan_of(problem, {"ann": [("a", "09:00"), ("b", "10:40")]}, breaks={"ann": [("home", "09:50", 30)]})
    route = _judge(problem, travel, plan).routes[0]
    second = route.stops[1]
    # free 09:30, home 09:35, waits 15 minutes for the break; over 10:20, at b 10:35, waits 5 more
    assert (second.waiting_t, second.travel_t, second.departure_t) == (1200, 900, at("10:25"))
    assert (route.breaks[0].location, route.breaks[0].travel_t, route.breaks[0].paid) == ("x0", 300, True)
    assert route.travel_t == (5 + 5 + 15 + 15) * 60
    assert route.metres == 40 * 250
    assert route.work_t == route.return_t - route.departure_t


def test_breaks_before_the_first_and_after_the_last_visit() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=30, minutes=30)],
        caregivers=[
            caregiver("ann", breaks=[pause("tea", "08:00", "09:00", 10), pause("lunch", "10:00", "11:00", 20)])
        ],
    )
    plan = plan_of(problem, {"ann": [("a", "09:30")]}, breaks={"ann": [("tea", "09:00", 10), ("lunch", "10:10", 20)]})
    route = _judge(problem, travel, plan).routes[0]
    assert route.departure_t == at("08:50")  # 30 of travel and 10 of tea
    assert (route.stops[0].departure_t, route.stops[0].waiting_t) == (at("08:50"), 0)
    assert route.return_t == at("10:50")  # 30 of travel and 20 of lunch
    early = plan_of(problem, {"ann": [("a", "09:30")]}, breaks={"ann": [("tea", "08:20", 10), ("lunch", "11:00", 20)]})
    route = _judge(problem, travel, early).routes[0]
    assert (route.departure_t, route.return_t) == (at("08:20"), at("11:20"))  # a planned break belongs to the route
    assert route.waiting_t == 0


def test_a_break_at_a_place_at_both_ends_of_a_route() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=30, minutes=30)],
        caregivers=[
            caregiver(
                "ann", breaks=[pause("tea", "08:00", "09:00", 10, x=10), pause("nap", "10:00", "11:00", 20, x=10)]
            )
        ],
    )
    plan = plan_of(problem, {"ann": [("a", "09:30")]}, breaks={"ann": [("tea", "08:30", 10), ("nap", "10:30", 20)]})
    route = _judge(problem, travel, plan).routes[0]
    assert (route.departure_t, route.return_t) == (at("08:20"), at("11:00"))
    assert route.stops[0].departure_t == at("09:10")  # from the place of the tea
    assert (route.stops[0].waiting_t, route.waiting_t) == (0, 0)
    assert (route.travel_t, route.return_travel_t) == (3600, 600)


def test_tardiness_takes_the_kindest_window_that_holds_the_start() -> None:
    windows = (window("08:00", "09:00", "08:10"), window("08:30", None, "08:45"), window("10:00", None, "11:00"))
    problem, travel = tiny_problem(
        visits=[visit("a", windows=windows)], caregivers=[caregiver("ann", max_overtime=None)]
    )

    def late_minutes(moment: str) -> float:
        return _judge(problem, travel, plan_of(problem, {"ann": [("a", moment)]})).routes[0].stops[0].tardiness_t / 60

    assert [late_minutes(moment) for moment in ("08:05", "08:20", "08:50", "09:00", "09:45", "10:30", "11:10")] == [
        0,
        10,
        5,
        15,
        60,
        0,
        10,
    ]


def test_travel_is_read_by_direction_and_mode_and_a_zero_is_a_zero() -> None:
    problem, _ = tiny_problem(
        visits=[visit("a", x=1, minutes=10)], caregivers=[caregiver("ann", mode="car"), caregiver("bob", mode="walk")]
    )
    car = np.array([[0, 0], [700, 0]], dtype=np.int32)
    walk = np.array([[0, 900], [UNREACHABLE, 0]], dtype=np.int32)
    travel = TravelMatrix(
        locations=("x0", "x1"), durations={"car": car, "walk": walk}, reachable={"car": car >= 0, "walk": walk < 1000}
    )
    route = _judge(problem, travel, plan_of(problem, {"ann": [("a", "09:00")]})).routes[0]
    assert (route.departure_t, route.return_t, route.travel_t) == (at("09:00"), at("09:10") + 700, 700)
    found = evaluate_plan(problem, travel, plan_of(problem, {"bob": [("a", "09:00")]}), VRPTW)
    assert [violation.rule for violation in found.violations] == ["unreachable"]
    assert found.routes[0].travel_t == 900  # the way back cannot be travelled and counts nothing


def test_a_mode_or_place_the_matrix_does_not_hold_is_unreachable() -> None:
    problem, travel = tiny_problem(visits=[visit("a", x=1)], caregivers=[caregiver("ann")])
    plan = plan_of(problem, {"ann": [("a", "09:00")]})
    for other in (line_matrix([0, 1], modes=("car",)), line_matrix([0, 7])):
        assert {one.rule for one in evaluate_plan(problem, other, plan, VRPTW).violations} == {"unreachable"}
    assert evaluate_plan(problem, travel, plan, VRPTW).valid


def test_routes_that_cannot_be_timed_stay_in_their_place() -> None:
    problem, travel = tiny_problem(visits=[visit("a", x=1)], caregivers=[caregiver("ann"), caregiver("bob")])
    plan = plan_of(problem, {"ann": [("ghost", "09:00")], "bob": [("a", "09:00")], "nobody": [("a", "09:00")]})
    found = evaluate_plan(problem, travel, plan, VRPTW)
    assert [route.caregiver for route in found.routes] == ["ann", "bob", "nobody"]
    assert [len(route.stops) for route in found.routes] == [0, 1, 0]
    assert (found.routes[0].departure_t, found.routes[0].return_t) == (at("08:00"), at("08:00"))


def test_times_of_a_thousand_ticks_a_second() -> None:
    problem, travel = tiny_problem(visits=[visit("a", x=1, window=("08:00", "09:00"))], caregivers=[caregiver("ann")])
    fine = replace(problem, ticks_per_s=1000)
    found = evaluate_plan(fine, travel, plan_of(problem, {"ann": [("a", "09:30")]}), VRPTW)
    assert found.components["travel"] == 0.12
    late = next(one for one in found.violations if one.rule == "time_window")
    assert (late.amount_t, late.text.en) == (
        1800,
        "visit a (caregiver ann) starts at 00:00:34.200, 0.03 min outside its nearest window",
    )
