"""No key, no service; and nobody learns anything of another tenant."""

from __future__ import annotations

import time

import httpx
import pytest

from api.store.keys import Scope
from tests.api.asking import body_of_toy
from tests.api.conftest import Running

OPEN = {"/health/live", "/health/ready", "/v1/problems", "/v1/problems/{kind}", "/v1/session"}


def routes(running: Running) -> list[tuple[str, str]]:
    """Every method and path of the description."""
    paths = running.anonymous.get("/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, methods in sorted(paths.items()) for method in sorted(methods)]


def asked(client: httpx.Client, method: str, path: str, job: str) -> httpx.Response:
    filled = path.format(job_id=job, subject="meal", name="toy", kind="invalid")
    return client.request(method, filled, json={} if method in ("POST", "PUT") else None)


def test_without_a_key_there_is_no_service(running: Running, toy_job: str) -> None:
    for method, path in routes(running):
        if path in OPEN:
            continue
        answer = asked(running.anonymous, method, path, toy_job)
        assert answer.status_code == 401, path
        assert "careplan keys create" in answer.json()["en"] and "WWW-Authenticate" in answer.headers


def test_another_tenant_gets_nothing(running: Running, toy_job: str) -> None:
    unknown = "j-" + "0" * 32
    tried = [(method, path) for method, path in routes(running) if "{job_id}" in path]
    assert len(tried) >= 8
    for method, path in tried:
        content = {"json": {"retention": "confirmed"}} if method == "PUT" else {}
        theirs = running.b.request(method, path.format(job_id=toy_job, subject="meal"), **content)
        nobodys = running.b.request(method, path.format(job_id=unknown, subject="meal"), **content)
        assert theirs.status_code == nobodys.status_code == 404, path
        assert {**theirs.json(), "request_id": ""} == {**nobodys.json(), "request_id": ""}
    assert running.b.get("/v1/jobs").json() == {"items": [], "next": None}
    assert running.a.get(f"/v1/jobs/{toy_job}").status_code == 200


def test_etags_and_idempotency_keys_are_each_tenants_own(running: Running, toy_job: str) -> None:
    etag = running.a.get(f"/v1/jobs/{toy_job}/result").headers["ETag"]
    assert running.b.get(f"/v1/jobs/{toy_job}/result", headers={"If-None-Match": etag}).status_code == 404
    named = {"Idempotency-Key": "shared-word"}
    of_a = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers=named).json()["id"]
    of_b = running.b.post("/v1/visits/jobs", json=body_of_toy(), headers=named).json()["id"]
    assert of_a != of_b
    running.b.delete(f"/v1/jobs/{of_b}")
    assert running.a.get(f"/v1/jobs/{of_a}").status_code == 200
    cursor = running.a.get("/v1/jobs", params={"limit": 1}).json()["next"]
    assert running.b.get("/v1/jobs", params={"cursor": cursor}).json()["items"] == []


def test_scopes(running: Running, toy_job: str) -> None:
    assert running.a_reads.get(f"/v1/jobs/{toy_job}").status_code == 200
    assert running.a_reads.post("/v1/visits/jobs", json=body_of_toy()).status_code == 403
    assert running.a_reads.delete(f"/v1/jobs/{toy_job}").status_code == 403
    assert running.a_reads.put(f"/v1/jobs/{toy_job}/retention", json={"retention": "confirmed"}).status_code == 403
    assert running.a.get("/metrics").status_code == 403


def test_the_operator_sees_counts(running: Running) -> None:
    _, text = running.service.keys.create("operator", [Scope.ADMIN])
    answer = running.anonymous.get("/metrics", headers={"X-API-Key": text})
    assert answer.status_code == 200 and "careplan_workers 1" in answer.text
    assert "careplan_requests_total" in answer.text and "j-" not in answer.text


@pytest.mark.parametrize("text", ["", "x", "careplan_x_y", "careplan__", "careplan_\u00e9_x"])
def test_wrong_keys(running: Running, text: str) -> None:
    assert running.anonymous.get("/v1/jobs", headers={"X-API-Key": text.encode()}).status_code == 401


def test_keys_expire_and_are_revoked_at_once(running: Running) -> None:
    key, text = running.service.keys.create("c", [Scope.READ])
    headers = {"X-API-Key": text}
    assert running.anonymous.get("/v1/jobs", headers=headers).status_code == 200
    assert running.anonymous.get("/v1/jobs", headers={"X-API-Key": text + "x"}).status_code == 401
    running.service.keys.revoke(key.id)
    assert running.anonymous.get("/v1/jobs", headers=headers).status_code == 401
    _, short = running.service.keys.create("c", [Scope.READ], life_s=0.05)
    time.sleep(0.1)
    assert running.anonymous.get("/v1/jobs", headers={"X-API-Key": short}).status_code == 401


def test_secrets_are_not_stored(running: Running) -> None:
    _, text = running.service.keys.create("d", [Scope.READ])
    secret = text.split("_", 2)[2]
    with running.service.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM api_keys").all()
    assert not any(secret in str(row) for row in rows)


def test_a_browser_session(running: Running, toy_job: str) -> None:
    token = running.a_reads.post("/v1/session/tokens").json()["token"]
    with httpx.Client(base_url=str(running.anonymous.base_url)) as browser:
        begun = browser.post("/v1/session", json={"token": token})
        assert begun.status_code == 204
        cookie = begun.headers["Set-Cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie
        assert browser.get(f"/v1/jobs/{toy_job}").status_code == 200
        assert browser.post("/v1/visits/jobs", json=body_of_toy()).status_code == 403
        used = httpx.post(f"{running.anonymous.base_url}/v1/session", json={"token": token})
        assert used.status_code == 401
        assert browser.delete("/v1/session").status_code == 204
        assert browser.get(f"/v1/jobs/{toy_job}").status_code == 401


def test_hosts_and_origins(running: Running) -> None:
    assert running.a.get("/v1/jobs", headers={"Host": "evil.example"}).status_code == 421
    assert running.a.get("/health/live", headers={"Host": "10.0.0.5"}).status_code == 200
    foreign = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403 and foreign.json()["type"].endswith("wrong-origin")
    site = running.a.post("/v1/session", json={"token": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert site.status_code == 403
    host = running.a.base_url.netloc.decode()
    own = running.a.post("/v1/session", json={"token": "x"}, headers={"Origin": f"http://{host}"})
    assert own.status_code == 401
