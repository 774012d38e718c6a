"""Validation: each code is found where it should be, alone; a day in order has no finding."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.common.errors import InputError, Severity
from optimizer.common.language import Language
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import CaregiverStatus, Location, Problem, Visit
from optimizer.visits.objective import HOMECARE
from optimizer.visits.plan import Plan, Route, Stop
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.validate import RULES, finding_index, require_valid, validate_problem
from tests.strategies import problems
from tests.toys import caregiver, line_matrix, tiny_problem, visit
from tests.visits.validate_cases import CASES, COMPANIONS, day, one


def codes_of(problem, travel) -> list[str]:
    return [finding.code for finding in validate_problem(problem, travel)]


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_each_code_is_found_alone(code: str) -> None:
    assert set(codes_of(*CASES[code]())) == {code} | COMPANIONS.get(code, set())


def test_a_day_in_order_has_no_finding() -> None:
    assert validate_problem(*day()) == ()


def test_codes_are_unique_and_functions_are_named_by_them() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert all(rule.check.__name__.startswith(f"{rule.code.lower()}_") for rule in RULES)


def test_index_lists_every_code_once_in_both_languages() -> None:
    lines = finding_index().splitlines()[2:]
    assert [line.split("|")[1].strip() for line in lines] == sorted(rule.code for rule in RULES)
    for rule in RULES:
        row = next(line for line in lines if line.startswith(f"| {rule.code} "))
        assert all(text in row for text in (rule.title.zh, rule.title.en, rule.action.zh, rule.action.en))
        assert row.count("|") == 5


@pytest.mark.parametrize("code", sorted(CASES))
def test_every_finding_speaks_both_languages(code: str) -> None:
    for finding in [each for each in validate_problem(*CASES[code]()) if each.code == code]:
        assert re.search("[一-鿿]", finding.found.zh)
        assert re.search("[一-鿿]", finding.action.zh)
        assert not re.search("[一-鿿]", finding.found.en.replace("启隆", "").replace("启东话", ""))
        assert finding.sentence(Language.EN).startswith(f"{code} {finding.where}")


def test_findings_are_sorted_by_place_with_numbers_as_numbers() -> None:
    visits = [visit(f"v{k:02d}", x=5, minutes=-1 if k in (2, 10) else 30) for k in range(12)]
    problem, travel = tiny_problem(visits=visits, caregivers=[caregiver("ann"), caregiver("bob", max_overtime=-1)])
    assert [finding.where for finding in validate_problem(problem, travel)] == [
        "caregivers[1].shifts[0].max_overtime_t",
        "visits[2].service_duration_t",
        "visits[10].service_duration_t",
    ]


def test_place_and_id_are_the_users_own() -> None:
    (finding,) = validate_problem(*one(visit("W-0342", x=5, window=("10:00", "09:30"))))
    assert finding.sentence(Language.EN) == (
        'V012 visits[0].windows[0] "W-0342": earliest 10:00 is after latest 09:30; '
        "swap or widen them; write +1 for the next day"
    )


def test_errors_stop_a_run_and_carry_the_warnings_along() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", minutes=0), visit("b", minutes=-5)], caregivers=[caregiver("ann")]
    )
    with pytest.raises(InputError) as caught:
        require_valid(problem, travel)
    assert [finding.code for finding in caught.value.findings] == ["V018", "V017"]


def test_warnings_do_not_stop_a_run() -> None:
    findings = require_valid(*one(visit("a", x=5, minutes=0)))
    assert [finding.severity for finding in findings] == [Severity.WARNING]


def test_visits_that_nobody_can_do_are_warnings() -> None:
    severities = {rule.code: rule.severity for rule in RULES}
    assert {severities[f"V{number:03d}"] for number in range(80, 94)} == {Severity.WARNING}


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_hindered_is_exactly_what_the_referee_accepts_on_no_empty_route(data: st.DataObject) -> None:
    problem, travel = data.draw(problems(published=False))
    problem = replace(
        problem,
        links=(),
        visits=tuple(replace(each, team_size=1, locks=()) for each in problem.visits),
        caregivers=tuple(
            replace(person, shifts=tuple(replace(shift, breaks=()) for shift in person.shifts))
            for person in problem.caregivers
        ),
    )
    hindered = {finding.ids[0] for finding in validate_problem(problem, travel) if "V080" <= finding.code <= "V093"}
    if any(person.status is CaregiverStatus.ON_DUTY for person in problem.caregivers):
        possible = {each.id for each in problem.visits if _can_be_done_alone(problem, travel, each)}
        assert hindered == {each.id for each in problem.visits} - possible


def _can_be_done_alone(problem: Problem, travel: TravelMatrix, wanted: Visit) -> bool:
    """Whether some caregiver can do it on an otherwise empty day, starting as early as possible in a window."""
    home = next(one.location for one in problem.clients if one.id == wanted.client)
    target = travel.index[wanted.location or home]
    earliest = [each.earliest_t for each in wanted.windows] or [0]
    for person in problem.caregivers:
        for shift in person.shifts:
            arrival = shift.start_t + int(travel.durations[person.mode][travel.index[shift.start_location], target])
            for begin in earliest:
                stop = Stop(visit=wanted.id, start_t=max(begin, arrival))
                plan = Plan(routes=(Route(caregiver=person.id, shift=shift.id, stops=(stop,)),))
                if evaluate_plan(problem, travel, plan, HOMECARE).valid:
                    return True
    return False


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_drawn_problems_are_judged_the_same_in_any_order(data: st.DataObject) -> None:
    problem, travel = data.draw(problems())
    turned = replace(
        problem,
        visits=problem.visits[::-1],
        caregivers=problem.caregivers[::-1],
        clients=problem.clients[::-1],
        locations=problem.locations[::-1],
    )
    assert sorted(codes_of(problem, travel)) == sorted(codes_of(turned, travel))


def test_a_mode_that_the_given_matrix_lacks_is_computed_from_coordinates() -> None:
    places = (Location(id="x0", lat=31.81, lon=121.66), Location(id="x5", lat=31.82, lon=121.67))
    problem, _ = day(caregiver("ann", mode="car"), locations=places)
    assert validate_problem(problem, line_matrix((0, 5))) == ()


def test_a_day_abroad_is_told_once() -> None:
    places = (Location(id="x0", lat=45.46, lon=9.19), Location(id="x5", lat=45.47, lon=9.2))
    findings = validate_problem(*day(locations=places))
    assert [(finding.code, finding.where) for finding in findings] == [("V064", "locations")]
