"""What is refused, and how: problem details with every finding."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from api.findings import pointer_of
from api.schemas import ProblemBody
from api.settings import Settings
from tests.api.asking import body_of_toy, wait_until_ended
from tests.api.conftest import Running, served


def refused(running: Running, content: Any, status: int) -> ProblemBody:
    """The problem that a body is refused with."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    answer = running.a.post("/v1/visits/jobs", content=data, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = ProblemBody.model_validate(answer.json())
    assert problem.status == status and problem.request_id == answer.headers["X-Request-Id"]
    assert running.a.get(problem.type).status_code == 200
    return problem


def test_all_findings_at_once(running: Running) -> None:
    body = body_of_toy()
    body["problem"]["visits"][0]["windows"] = [{"earliest": "10:00", "latest": "09:00"}]
    body["problem"]["visits"][2]["client"] = "nobody"
    problem = refused(running, body, 422)
    found = {finding.pointer for finding in problem.errors if finding.severity == "error"}
    assert {"/problem/visits/0/windows/0", "/problem/visits/2/client"} <= found
    assert all(finding.zh and finding.en and finding.code for finding in problem.errors)


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (lambda body: body.pop("crs"), "S001", "/crs"),
        (lambda body: body.update(crs="WGS84"), "T114", "/crs"),
        (lambda body: body.update(colour="red"), "T112", "/colour"),
        (lambda body: body["options"].update(fast=True), "T112", "/options/fast"),
        (lambda body: body["options"].update(seed="1"), "T113", "/options/seed"),
        (lambda body: body["options"].update(time_limit_s=1e9), "S005", "/options/time_limit_s"),
        (lambda body: body["options"].update(workers=200), "S005", "/options/workers"),
        (lambda body: body["problem"].update(color=1), "T112", "/problem/color"),
        (lambda body: body["problem"].update(matrix={"file": "/etc/passwd"}), "S003", "/problem/matrix/file"),
        (lambda body: body["problem"]["visits"][0].update(ext={"x": "y" * 2050}), "S002", "/problem/visits/0/ext"),
        (lambda body: body["problem"]["visits"][0].update(id=7), "T113", "/problem/visits/0/id"),
        (lambda body: body.update(webhook="http://127.0.0.1/"), "S010", "/webhook"),
        (lambda body: body["options"].update(start_plan={"schema_version": 1}), "T111", "/options/start_plan/routes"),
    ],
)
def test_each_fault_has_its_code_and_place(running: Running, change: Any, code: str, pointer: str) -> None:
    body = body_of_toy()
    change(body)
    problem = refused(running, body, 422)
    assert (code, pointer) in {(finding.code, finding.pointer) for finding in problem.errors}


@pytest.mark.parametrize(
    ("data", "code", "pointer", "where"),
    [
        (b"", "T103", "", "request body"),
        (b'{"crs":\n "WGS-84",}', "T105", "", "request body line 2 column 11"),
        (b"[]", "T110", "", "request body"),
        (b'{"crs": NaN}', "T108", "/crs", "crs"),
        (b'{"crs": 1e999}', "T108", "/crs", "crs"),
        (b'{"crs": "WGS-84", "crs": "WGS-84"}', "T107", "", "request body"),
        (b"\xff\xfe", "T104", "", "request body"),
        (b"[" * 100_000, "T106", "", "request body"),
        (b'{"crs": "\\ud800"}', "T109", "/crs", "crs"),
    ],
)
def test_bodies_that_are_no_json(running: Running, data: bytes, code: str, pointer: str, where: str) -> None:
    finding = refused(running, data, 422).errors[0]
    assert (finding.code, finding.pointer, finding.where) == (code, pointer, where)


def test_too_large(running: Running) -> None:
    body = body_of_toy()
    visit = body["problem"]["visits"][0]
    body["problem"]["visits"] = [{**visit, "id": f"v{i}"} for i in range(201)]
    problem = refused(running, body, 413).model_dump() | running.a.post("/v1/visits/jobs", json=body).json()
    assert (problem["what"], problem["count"], problem["limit"]) == ("visits", 201, 200)
    large = running.a.post("/v1/visits/jobs", content=b" " * 2_000_001, headers={"Content-Type": "application/json"})
    assert large.status_code == 413 and large.json()["limit"] == 2_000_000
    pieces = running.a.post(
        "/v1/visits/jobs", content=(b" " * 100_000 for _ in range(21)), headers={"Content-Type": "application/json"}
    )
    assert pieces.status_code == 413


def test_other_refusals(running: Running, toy_job: str) -> None:
    get = running.a.get
    assert running.a.post("/v1/visits/jobs", content=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert get("/v1/nothing").status_code == 404 and get("/v1/nothing").json()["type"].endswith("/not-found")
    assert running.a.put("/v1/jobs").status_code == 405
    assert get("/v1/jobs", params={"limit": 0}).json()["errors"][0]["code"] == "S009"
    assert get("/v1/jobs", params={"cursor": "!!"}).json()["errors"][0]["code"] == "S011"
    assert get(f"/v1/jobs/{toy_job}/result", params={"format": "doc"}).status_code == 422
    assert running.a.post("/v1/visits/jobs", files={"else": b"x"}).status_code == 400
    bad = {"Content-Type": "multipart/form-data"}
    assert running.a.post("/v1/visits/jobs", content=b"x", headers=bad).status_code == 400


def test_titles_follow_the_language(running: Running) -> None:
    zh = running.a.get("/v1/nothing", headers={"Accept-Language": "zh-CN"}).json()
    en = running.a.get("/v1/nothing").json()
    assert zh["title"] == "没有这一项" and en["title"] == "there is no such thing"


def test_the_same_request_twice_is_one_job(running: Running) -> None:
    named = {"Idempotency-Key": "once-1"}
    first = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers=named)
    again = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers=named)
    assert first.status_code == again.status_code == 202
    assert first.json()["id"] == again.json()["id"]
    other = running.a.post("/v1/visits/jobs", json=body_of_toy(seed=2), headers=named)
    assert other.status_code == 409 and other.json()["type"].endswith("key-reused")
    assert running.a.post("/v1/visits/jobs", json={}, headers={"Idempotency-Key": "a b"}).status_code == 422
    forms = [running.a.post("/v1/visits/validate", files={"crs": (None, "x")}) for _ in range(2)]
    assert forms[0].json() == forms[1].json()


def test_ext_comes_back(running: Running) -> None:
    body = body_of_toy()
    ext = {"号": "甲-1", "n": [1, 2.5, None, {"deep": True}]}
    body["problem"]["visits"][0]["ext"] = ext
    body["problem"]["caregivers"][0]["shifts"][0]["ext"] = ext
    answer = running.a.post("/v1/visits/jobs", json=body, headers={"Prefer": "wait=30"}).json()
    visit, caregiver = body["problem"]["visits"][0]["id"], body["problem"]["caregivers"][0]
    returned = answer["result"]["ext"]
    assert returned["visits"][visit] == ext
    assert returned["shifts"][f"{caregiver['id']}/{caregiver['shifts'][0]['id']}"] == ext


def test_examples_of_the_description_work(running: Running) -> None:
    document = running.anonymous.get("/openapi.json").json()
    sent = 0
    for path, methods in document["paths"].items():
        example = methods.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" in example:
            answer = running.a.post(path, json=example["example"])
            assert answer.status_code < 300 and answer.json().get("valid", True), answer.text
            sent += 1
    assert sent == 6  # jobs, check and validate, of visits and of places


def test_examples_keep_to_a_small_limit_of_time(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/j.db", workers=0, desk_processes=0, max_time_limit_s=1.0)
    with served(settings) as service:
        post = service.anonymous.get("/openapi.json").json()["paths"]["/v1/visits/jobs"]["post"]
        example = post["requestBody"]["content"]["application/json"]["example"]
        assert service.a.post("/v1/visits/jobs", json=example).status_code == 202


def test_the_description_names_the_limits_and_what_comes_next(running: Running) -> None:
    document = running.anonymous.get("/openapi.json").json()
    schemas, settings = document["components"]["schemas"], running.service.settings
    assert schemas["WireProblemFile"]["properties"]["visits"]["maxItems"] == settings.max_visits
    assert schemas["WirePlacesProblemFile"]["properties"]["applicants"]["maxItems"] == settings.max_applicants
    longest = schemas["PlacesOptions"]["properties"]["time_limit_s"]["anyOf"][0]["maximum"]
    assert longest == settings.max_time_limit_s
    known = {operation["operationId"] for methods in document["paths"].values() for operation in methods.values()}
    for subject in ("visits", "places"):
        for status in ("200", "202"):
            links = document["paths"][f"/v1/{subject}/jobs"]["post"]["responses"][status]["links"]
            assert {"get_job", "get_result", "explain", "stop_job", "forget_job"} <= links.keys() <= known


def test_a_full_queue_says_when_to_come_back(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/jobs.db", workers=0, desk_processes=0, max_queue=2, max_jobs_per_hour=3
    )
    with served(settings) as service:
        for _ in range(2):
            assert service.a.post("/v1/visits/jobs", json=body_of_toy()).status_code == 202
        full = service.a.post("/v1/visits/jobs", json=body_of_toy())
        assert full.status_code == 429 and int(full.headers["Retry-After"]) > 0
        assert (full.json()["what"], full.json()["count"], full.json()["limit"]) == ("queue", 2, 2)
        assert service.anonymous.get("/health/ready").status_code == 503
        assert service.anonymous.get("/health/live").status_code == 200
        waiting = service.a.get("/v1/jobs").json()["items"][0]["id"]
        assert service.a.get(f"/v1/jobs/{waiting}/result").status_code == 409
        service.a.post(f"/v1/jobs/{waiting}/stop")
        assert wait_until_ended(service.a, waiting)["reason"] == "stopped_before_start"
        assert service.a.get(f"/v1/jobs/{waiting}/result").json()["type"].endswith("no-result")
        assert service.a.post("/v1/visits/jobs", json=body_of_toy()).status_code == 202
        hourly = service.a.post("/v1/visits/jobs", json=body_of_toy())
        assert hourly.status_code == 429


def test_an_engine_that_is_not_compiled_is_refused(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.visits.search.warmup.is_warm", lambda: False)
    problem = refused(running, body_of_toy(engine="search"), 422)
    assert [(one.code, one.pointer) for one in problem.errors] == [("S012", "/options/engine")]


def test_behind_a_path_prefix(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/j.db", workers=0, desk_processes=0, root_path="/plans")
    with served(settings) as service:
        answer = service.a.post("/plans/v1/visits/jobs", json=body_of_toy())
        assert answer.status_code == 202
        assert answer.headers["Location"].startswith("/plans/v1/jobs/")
        assert service.a.get(answer.headers["Location"]).status_code == 200
        assert service.a.get("/plans/v1/none").json()["type"] == "/plans/v1/problems/not-found"


def test_pointers() -> None:
    assert pointer_of("problem.visits[17].windows[0].earliest") == "/problem/visits/17/windows/0/earliest"
    assert pointer_of("上门任务!F18") == "" and pointer_of("") == ""


def test_broken_bodies_are_refused_with_findings(running: Running) -> None:
    """A short run of the fuzz; the long one is ``benchmarks/api/fuzz.py``."""
    from benchmarks.api.fuzz import broken_body, is_told

    rng = random.Random(5)
    refused = 0
    for number in range(120):
        subject = ("visits", "places")[number % 2]
        content, kind = broken_body(rng, subject)
        answer = running.a.post(f"/v1/{subject}/jobs", content=content, headers={"Content-Type": kind})
        assert answer.status_code == 202 or is_told(answer), content[:200]
        refused += answer.status_code != 202
    assert refused >= 100
