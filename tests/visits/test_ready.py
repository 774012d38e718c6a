"""A day is validated whole, and its dearest rules once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from instances.day import make_qidong
from optimizer.common.errors import InputError, Severity
from optimizer.visits.ready import ready_day
from optimizer.visits.travel import problem_travel
from optimizer.visits.validate import ERROR_RULES, RULES, validate_problem


def test_warnings_are_those_of_the_whole_validation() -> None:
    problem = make_qidong(visits=50, seed=2)
    travel, warnings = ready_day(problem, with_metres=True)
    assert warnings == validate_problem(problem, problem_travel(problem, with_metres=True))
    assert travel.metres


def test_an_error_brings_every_finding() -> None:
    problem = make_qidong(visits=50, seed=2)
    broken = replace(problem, locations=(replace(problem.locations[0], lat=float("nan")), *problem.locations[1:]))
    with pytest.raises(InputError) as raised:
        ready_day(broken)
    assert raised.value.findings == validate_problem(broken, None)


def test_rules_that_only_warn_wait_for_the_travel_times() -> None:
    assert {rule.severity for rule in ERROR_RULES} == {Severity.ERROR}
    assert len(ERROR_RULES) < len(RULES)
