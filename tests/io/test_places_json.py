"""Places problems and allocations as JSON: there and back, and findings for what is broken."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.common.errors import InputError
from optimizer.io.places_json import (
    allocation_to_json,
    places_problem_from_json,
    places_problem_to_json,
    read_allocation_json,
    write_allocation_json,
)
from optimizer.places.allocate import allocate_places
from optimizer.places.model import Applicant, Institution, InstitutionKind, PlacesProblem, Pool
from optimizer.places.policy import PlacesKind, Policy
from optimizer.places.policy_text import POLICY_NAMES, policy_hash, shipped_policy
from optimizer.places.result import AllocationRule
from tests.places.markets import policies, problems

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@QUICK
@given(problems(families=True, minima=True))
def test_problem_there_and_back(problem: PlacesProblem) -> None:
    assert places_problem_from_json(places_problem_to_json(problem)) == problem


@QUICK
@given(problems(), policies(reserves=True))
def test_allocation_there_and_back(tmp_path_factory, problem: PlacesProblem, policy: Policy) -> None:  # type: ignore[no-untyped-def]
    path: Path = tmp_path_factory.mktemp("places") / "result.json"
    for rule in AllocationRule:
        result = allocate_places(problem, policy, rule=rule, seed="7")
        write_allocation_json(result, path)
        assert replace(read_allocation_json(path), seconds=result.seconds) == result
        assert allocation_to_json(result) == json.loads(path.read_bytes())


@pytest.mark.parametrize("name", POLICY_NAMES)
def test_a_shipped_policy_goes_with_the_result(name: str, tmp_path: Path) -> None:
    policy = replace(shipped_policy(name), entry_date=date(2026, 9, 1))
    kind = InstitutionKind.ELDERCARE if policy.kind is PlacesKind.BEDS else InstitutionKind.CHILDCARE
    problem = PlacesProblem(
        name="one",
        applicants=(Applicant(id="A", sex="male", preferences=("X",)),),
        institutions=(Institution(id="X", kind=kind),),
        pools=(Pool(id="X/1", institution="X", capacity=1),),
    )
    result = allocate_places(problem, policy, seed="7")
    write_allocation_json(result, tmp_path / "result.json")
    back = read_allocation_json(tmp_path / "result.json").rules
    assert back == policy
    assert back is not None
    assert policy_hash(back) == result.policy_hash


@pytest.mark.parametrize(
    ("raw", "code", "where"),
    [
        ({"name": "x"}, "T120", "schema_version"),
        ({"schema_version": 1}, "T111", "name"),
        ({"schema_version": 1, "name": "x", "applicant": []}, "T112", "applicant"),
        ({"schema_version": 1, "name": "x", "applicants": [{"id": "A", "birth_date": "soon"}]}, "T117", "birth_date"),
        ({"schema_version": 1, "name": "x", "applicants": [{"id": "A", "care_type": "all"}]}, "T114", "care_type"),
        (
            {"schema_version": 1, "name": "x", "pools": [{"id": "P", "institution": "H", "capacity": 1.5}]},
            "T113",
            "capacity",
        ),
    ],
)
def test_broken_files_end_in_findings(raw: dict[str, object], code: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        places_problem_from_json(raw)
    assert code in {finding.code for finding in caught.value.findings}
    assert any(where in finding.where for finding in caught.value.findings)
