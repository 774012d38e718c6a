"""``careplan remote``: the same as the local command, done by a service."""

from __future__ import annotations

import json
import logging
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.client import RemoteProblem, RemoteService
from api.logs import set_up_logs
from benchmarks.api.running import careplan
from instances.toy import toy_problem, toy_travel
from optimizer.io.plan_json import read_plan_json
from optimizer.io.problem_json import write_problem_json
from optimizer.visits.objective import HOMECARE
from optimizer.visits.referee import evaluate_plan
from tests.api.asking import PATIENCE_S, body_of_toy
from tests.api.conftest import Running


def test_the_command(running: Running, tmp_path: Path) -> None:
    write_problem_json(toy_problem(), tmp_path / "toy.json", matrix=toy_travel())
    command = [
        *careplan(), "remote", "visits", "solve", str(tmp_path / "toy.json"), "--url", str(running.a.base_url),
        "--key", running.a.headers["X-API-Key"], "--engine", "greedy", "--max-iterations", "1", "--out",
        str(tmp_path / "plan.json"), "--xlsx", str(tmp_path / "plan.xlsx"), "--summary", "json", "--lang", "en",
    ]  # fmt: skip
    without = subprocess.run(command, capture_output=True, check=False, text=True)
    assert without.returncode == 2 and "--crs" in without.stderr
    done = subprocess.run([*command, "--crs", "WGS-84"], capture_output=True, check=True, text=True)
    judged = evaluate_plan(toy_problem(), toy_travel(), read_plan_json(tmp_path / "plan.json", toy_problem()), HOMECARE)
    assert judged.valid and json.loads(done.stdout)["cost"] == judged.cost
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")
    rules = ["--no-improvement", "5", "--no-improvement-iterations", "9", "--target", "1"]
    assert subprocess.run([*command, "--crs", "WGS-84", *rules], capture_output=True, check=False).returncode == 0
    refused = subprocess.run(
        [*command, "--crs", "WGS-84", "--time-limit", "99999"], capture_output=True, check=False, text=True
    )
    assert refused.returncode == 2 and "S005 options.time_limit_s" in refused.stderr


def test_the_client(running: Running) -> None:
    with RemoteService(str(running.a.base_url), running.a.headers["X-API-Key"]) as service:
        job = service.submit("visits", body_of_toy())
        kinds = [event.kind for event in service.events(job["id"])]
        assert "incumbent" in kinds and service.job(job["id"])["state"] == "completed"
        assert json.loads(service.result(job["id"]))["kind"] == "visits"
        with pytest.raises(RemoteProblem) as refused:
            service.submit("visits", {"problem": {}})
        assert refused.value.status == 422 and refused.value.body["errors"]


def test_settings_are_shown_without_secrets(tmp_path: Path) -> None:
    file = tmp_path / "careplan.toml"
    file.write_text(
        'database_url = "postgresql+psycopg://me:hidden@db/x"\nport = 9001\nwebhook_secret = "do-not-tell-anybody"\n'
    )
    shown = subprocess.run(
        [*careplan(), "serve", "--settings", str(file), "--show-settings"], capture_output=True, check=True, text=True
    ).stdout
    assert json.loads(shown)["port"] == 9001
    assert "hidden" not in shown and "do-not-tell" not in shown
    file.write_text("prot = 1\n")
    wrong = subprocess.run([*careplan(), "serve", "--settings", str(file)], capture_output=True, check=False, text=True)
    assert wrong.returncode == 2 and "S901" in wrong.stderr and "prot" in wrong.stderr


def test_logs_hold_no_personal_data(running: Running, capfd: pytest.CaptureFixture[str]) -> None:
    routes = {"/v1/visits/jobs", "/v1/jobs/{job_id}/explanations/{subject}"}
    lines: list[dict[str, Any]] = []
    patient_until = time.monotonic() + PATIENCE_S
    with _logging():
        body = body_of_toy()
        body["problem"]["locations"][0]["lat"] = 31.987654
        body["problem"]["visits"][0]["ext"] = {"name": "王秀英"}
        job = running.a.post("/v1/visits/jobs", json=body).json()["id"]
        running.a.get(f"/v1/jobs/{job}/explanations/王秀英")
        # a request is logged after its answer has been sent, so the client may be ahead of the log
        while not routes <= {line["route"] for line in _requests(lines)} and time.monotonic() < patient_until:
            time.sleep(0.05)
            lines += [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    assert {line["route"] for line in _requests(lines)} >= routes
    assert all(line["request_id"] and line["tenant"] == "a" for line in _requests(lines))
    text = json.dumps(lines, ensure_ascii=False)
    assert "王秀英" not in text and "31.98" not in text


@contextmanager
def _logging() -> Iterator[None]:
    """Logs as the service makes them; the handlers of before come back."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    set_up_logs("INFO")
    try:
        yield
    finally:
        root.handlers[:], root.level = before, level


def _requests(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["message"] == "request"]
