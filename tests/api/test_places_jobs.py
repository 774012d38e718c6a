"""Places over HTTP: an allocation with its proof, pairs, and their checks."""

from __future__ import annotations

from typing import Any

import pytest

from api.schemas import PlacesResult, ValidateAnswer
from optimizer.io.places_json import places_problem_to_json
from tests.api.conftest import Running
from tests.places.small import small_problem


def body(task: str = "allocate", **options: Any) -> dict[str, Any]:
    return {"task": task, "crs": "WGS-84", "problem": places_problem_to_json(small_problem()), "options": options}


def solved(running: Running, content: dict[str, Any]) -> tuple[str, PlacesResult]:
    """The job's id and its result."""
    answer = running.a.post("/v1/places/jobs", json=content, headers={"Prefer": "wait=60"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "completed", answer.text
    return str(answer.json()["id"]), PlacesResult.model_validate(answer.json()["result"])


@pytest.mark.parametrize("rule", ["stable", "served"])
def test_an_allocation_and_its_proof(running: Running, rule: str) -> None:
    content = body(rule=rule, seed="20261122", seed_source="a public draw", entry_date="2026-09-01")
    job, result = solved(running, content)
    assert result.task == "allocate" and result.seed_source == "a public draw" and not result.official
    check = running.a.post("/v1/places/check", json=content | {"result": result.result})
    assert ValidateAnswer.model_validate(check.json()).valid, check.text
    moved = dict(result.result) | {"assignments": result.result["assignments"][1:]}
    broken = running.a.post("/v1/places/check", json=content | {"result": moved})
    assert not ValidateAnswer.model_validate(broken.json()).valid
    why = running.a.get(f"/v1/jobs/{job}/explanations/A")
    assert why.status_code == 200 and why.json()["applicant"] == "A"
    assert running.a.get(f"/v1/jobs/{job}/explanations/nobody").status_code == 404
    assert running.a.get(f"/v1/jobs/{job}/result", params={"format": "xlsx"}).status_code == 406


def test_findings_and_refusals(running: Running) -> None:
    content = body(rule="stable", entry_date="2026-09-01")
    assert ValidateAnswer.model_validate(running.a.post("/v1/places/validate", json=content).json()).valid
    content["problem"]["pools"][0]["institution"] = "nowhere"
    answer = running.a.post("/v1/places/jobs", json=content)
    assert answer.status_code == 422
    assert any(finding["pointer"].startswith("/problem/pools/0") for finding in answer.json()["errors"])
    for options, pointer in (
        ({"policy": "none"}, ""),
        ({"official": True, "entry_date": "2026-09-01"}, "/options/seed"),
        ({"entry_date": "2026-13-01"}, "/options/entry_date"),
        ({"colour": 1}, "/options/colour"),
    ):
        refused = running.a.post("/v1/places/jobs", json=body(**options))
        assert refused.status_code == 422
        assert pointer in {finding["pointer"] for finding in refused.json()["errors"]} or not pointer
    wrong = running.a.post("/v1/places/jobs", json=body("pair", pair={"objective": "nearest"}))
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["pointer"] == "/options/pair/objective"


def test_pairs_are_checked(running: Running) -> None:
    content = body("pair", pairs=1)
    for number, one in enumerate(content["problem"]["institutions"]):
        one |= {"lat": 31.9 + number / 100, "lon": 121.6, "kind": "eldercare" if number == 0 else "childcare"}
    _, result = solved(running, content)
    assert len(result.result["pairs"]) == 1
    check = running.a.post("/v1/places/check", json=content | {"result": result.result})
    assert ValidateAnswer.model_validate(check.json()).valid, check.text
