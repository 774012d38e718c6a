"""Exact timing: earliest starts, breaks, ties between routes; and gaps that are found without timing them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.draft import draft_of, orders_of_plan, plan_of_draft
from optimizer.visits.index import FAR, index_problem
from optimizer.visits.insertion import Inserter, Workbench, urgency
from optimizer.visits.model import Link, LinkKind, Problem
from optimizer.visits.objective import HOMECARE
from optimizer.visits.positions import Positions
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.repair import admit
from optimizer.visits.timetable import Timetable
from tests.strategies import problems
from tests.toys import at, caregiver, pause, stretch, tiny_problem, visit

MANY = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def bench_of(problem: Problem, travel: TravelMatrix) -> Workbench:
    return Workbench(index_problem(problem, travel), HOMECARE)


def timed(problem: Problem, travel: TravelMatrix, routes: dict[str, str]) -> Timetable | None:
    """Routes by caregiver, each a string of visits of one letter, timed together."""
    bench = bench_of(problem, travel)
    table = bench.empty_timetable()
    shifts = {ids[0]: r for r, ids in enumerate(bench.indexed.shift_ids)}
    free = {v: list(table.tasks_of(v)) for v in range(bench.indexed.visits)}
    orders = {
        shifts[name]: tuple(free[bench.indexed.visit_ids.index(letter)].pop(0) for letter in route)
        for name, route in sorted(routes.items())
    }
    proposal = table.propose(orders)
    if proposal is None:
        return None
    table.apply(proposal)
    return table


def starts(table: Timetable | None) -> list[tuple[int, ...]]:
    assert table is not None
    return [timing.starts for timing in table.timings]


def test_starts_are_the_earliest_that_windows_allow() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=5), visit("b", x=6, window=("10:00", "11:00"))],
        caregivers=[caregiver("ann", x=0)],
    )
    assert starts(timed(problem, travel, {"ann": "ab"})) == [(at("08:05"), at("10:00"))]
    assert starts(timed(problem, travel, {"ann": "ba"})) == [(at("10:00"), at("10:31"))]


def test_latest_starts_tell_where_a_break_has_to_be_for_a_team_to_meet() -> None:
    """Ann is done earliest with lunch before the team's visit, when Bea cannot come any more."""
    lunch = pause("lunch", "11:00", "12:30", 90)
    problem, travel = tiny_problem(
        visits=[
            visit("a", x=20, minutes=20, window=("11:00", "11:00")),
            visit("b", x=40, window=("11:00", "13:00"), team_size=2),
            visit("c", x=40, window=("11:00", "16:00")),
        ],
        caregivers=[caregiver("ann", x=40, breaks=[lunch]), caregiver("bea", x=20, breaks=[lunch])],
    )
    assert timed(problem, travel, {"ann": "bc", "bea": "ab"}) is None
    bench = bench_of(problem, travel)
    orders = {0: (1, 3), 1: (0, 2)}
    table = admit(bench, orders, {1: at("12:00"), 2: at("12:00")})
    assert dict(enumerate(table.orders)) == orders
    assert starts(table) == [(at("11:40"), at("13:40")), (at("11:00"), at("11:40"))]
    assert table.settle()
    assert starts(table) == [(at("11:40"), at("13:40")), (at("11:00"), at("11:40"))]


@pytest.mark.parametrize(
    ("route", "break_start"),
    [("a", None), ("ab", "10:00"), ("abc", "10:00")],
    ids=["back before it is due", "between", "more after it"],
)
def test_a_break_is_taken_only_where_it_is_due(route: str, break_start: str | None) -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=1), visit("b", x=1, window=("11:30", "12:00")), visit("c", x=1)],
        caregivers=[caregiver("ann", x=0, breaks=[pause("tea", "10:00", "10:30", 30)])],
    )
    table = timed(problem, travel, {"ann": route})
    assert table is not None
    taken = [one.start_t for one in table.timings[0].breaks]
    assert taken == ([] if break_start is None else [at(break_start)])


def test_a_break_is_where_it_delays_least() -> None:
    """Before *b* it would make *b* too late; after it there is time."""
    problem, travel = tiny_problem(
        visits=[visit("a", x=0, minutes=120), visit("b", x=0, minutes=30, window=("10:00", "10:10"))],
        caregivers=[caregiver("ann", x=0, shift=("08:00", "11:30"), breaks=[pause("tea", "10:00", "10:40", 30)])],
    )
    table = timed(problem, travel, {"ann": "ab"})
    assert table is not None
    assert table.timings[0].starts == (at("08:00"), at("10:00"))
    assert [one.start_t for one in table.timings[0].breaks] in ([], [at("10:30")])
    assert table.timings[0].return_t == at("10:30") or table.timings[0].breaks


def test_a_team_waits_for_its_last_member() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=0, team_size=2), visit("b", x=0)],
        caregivers=[caregiver("ann"), caregiver("bea", shift=("09:00", "17:00"))],
    )
    assert starts(timed(problem, travel, {"ann": "ab", "bea": "a"})) == [(at("09:00"), at("09:30")), (at("09:00"),)]


def test_a_largest_gap_pulls_the_first_visit_back() -> None:
    link = Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("a", "b"), min_gap_t=0, max_gap_t=at("00:40"))
    problem, travel = tiny_problem(
        visits=[visit("a", x=0), visit("b", x=0, window=("12:00", "13:00"))],
        links=(link,),
        caregivers=[caregiver("ann"), caregiver("bea")],
    )
    assert starts(timed(problem, travel, {"ann": "a", "bea": "b"})) == [(at("11:20"),), (at("12:00"),)]


def test_routes_that_wait_for_each_other_cannot_be_timed() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", team_size=2), visit("b", team_size=2)],
        caregivers=[caregiver("ann", shift=("08:00", None)), caregiver("bea", shift=("08:00", None))],
    )
    assert timed(problem, travel, {"ann": "ab", "bea": "ab"}) is not None
    assert timed(problem, travel, {"ann": "ab", "bea": "ba"}) is None


def test_a_second_shift_begins_after_the_first_is_over() -> None:
    shifts = [stretch("am", "08:00", "09:00", max_overtime=None), stretch("pm", "09:00", "12:00")]
    problem, travel = tiny_problem(
        visits=[visit("a", minutes=90), visit("b")], caregivers=[caregiver("ann", shifts=shifts)]
    )
    table = bench_of(problem, travel).empty_timetable()
    proposal = table.propose({0: (0,), 1: (1,)})
    assert proposal is not None
    table.apply(proposal)
    assert starts(table) == [(at("08:00"),), (at("09:30"),)]


def filled(bench: Workbench, chance: np.random.Generator) -> Inserter:
    """A plan with some visits put in at random places."""
    inserter = Inserter(bench, bench.empty_timetable(), blink=lambda: chance.random() < 0.5)
    bundles = [bench.bundles[i] for i in chance.permutation(len(bench.bundles)).tolist()]
    inserter.insert_all(bundles[: max(1, len(bundles) * 2 // 3)])
    return inserter


@MANY
@given(problems(), st.integers(0, 9))
def test_every_gap_that_can_be_timed_is_found(drawn: tuple[Problem, TravelMatrix], seed: int) -> None:
    bench = bench_of(*drawn)
    assume(bench.bundles and bench.indexed.shifts)
    table = filled(bench, np.random.default_rng(seed)).table
    table.settle()
    positions = Positions(bench.indexed, bench.costs, table)
    for task in range(bench.indexed.tasks):
        if table.shift_of[task] >= 0:
            continue
        found = positions.candidates(task, bench.able[task], 0, FAR)
        gaps = set(zip(found.shift.tolist(), found.position.tolist(), strict=True))
        for shift in bench.able[task].tolist():
            order = table.orders[shift]
            for position in range(len(order) + 1):
                if table.propose({shift: (*order[:position], task, *order[position:])}) is not None:
                    assert (shift, position) in gaps


@MANY
@given(problems(), st.integers(0, 9))
def test_a_change_that_is_undone_leaves_no_trace(drawn: tuple[Problem, TravelMatrix], seed: int) -> None:
    bench = bench_of(*drawn)
    assume(bench.bundles)
    inserter = filled(bench, np.random.default_rng(seed))
    table = inserter.table
    before = table.snapshot()
    for shift, order in enumerate(table.orders):
        for gone in range(len(order)):
            proposal = table.propose({shift: (*order[:gone], *order[gone + 1 :])})
            if proposal is not None:
                table.revert(table.apply(proposal))
                assert table.snapshot() == before


@MANY
@given(problems(), st.integers(0, 9))
def test_settled_plans_are_valid_and_never_later(drawn: tuple[Problem, TravelMatrix], seed: int) -> None:
    problem, travel = drawn
    bench = bench_of(problem, travel)
    assume(bench.bundles)
    table = filled(bench, np.random.default_rng(seed)).table
    before = [timing.return_t for timing in table.timings]
    assert table.settle()
    plan = plan_of_draft(bench.indexed, draft_of(table))
    broken = {one.rule for one in evaluate_plan(problem, travel, plan, HOMECARE).violations}
    assert broken <= {"frozen_changed"}  # what is left out at random may be what has departed
    assert sum(timing.return_t for timing in table.timings) <= sum(before)
    assert orders_of_plan(bench.indexed, plan).keys() == {r for r, order in enumerate(table.orders) if order}


def test_the_most_urgent_bundle_is_frozen_locked_mandatory_scarce() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a"), visit("b", mandatory=False), visit("c", skills=["RARE"])],
        caregivers=[caregiver(f"c{i}", skills=["RARE"] if i == 0 else []) for i in range(30)],
    )
    bench = bench_of(problem, travel)
    order = sorted(bench.bundles, key=lambda bundle: urgency(bench, bundle))
    assert [bench.indexed.visit_ids[bundle[0]] for bundle in order] == ["c", "a", "b"]
