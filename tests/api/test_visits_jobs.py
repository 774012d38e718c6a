"""A day of visits, from the request to the result."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from pypdf import PdfReader

from api.kinds.instances import INSTANCES
from api.schemas import CheckAnswer, JobBody, JobPage, JobWithResult, ValidateAnswer, VisitsResult
from instances.toy import TOY_COST_S, toy_optimum, toy_problem, toy_travel
from optimizer.io.plan_json import plan_from_json, plan_to_json
from optimizer.io.problem_json import problem_to_json
from optimizer.io.tables import write_tables
from optimizer.visits.objective import HOMECARE
from optimizer.visits.referee import evaluate_plan
from tests.api.asking import body_of_toy, wait_until_ended
from tests.api.conftest import Running


def test_a_job_is_taken_and_solved(running: Running) -> None:
    answer = running.a.post("/v1/visits/jobs", json=body_of_toy())
    assert answer.status_code == 202
    job = JobBody.model_validate(answer.json())
    assert answer.headers["Location"] == f"/v1/jobs/{job.id}" == job.links.self
    assert job.state in ("queued", "matrix", "solving", "completed")
    ended = JobBody.model_validate(wait_until_ended(running.a, job.id))
    assert [entry.state for entry in ended.states] == ["queued", "matrix", "solving", "completed"]
    assert all(entry.at.endswith("+00:00") for entry in ended.states)


def test_the_result_is_what_the_referee_says(running: Running, toy_job: str) -> None:
    answer = running.a.get(f"/v1/jobs/{toy_job}/result")
    assert answer.status_code == 200
    result = VisitsResult.model_validate(answer.json())
    plan = plan_from_json(result.plan, toy_problem())
    judged = evaluate_plan(toy_problem(), toy_travel(), plan, HOMECARE)
    assert judged.valid
    assert (result.cost, result.mandatory_left_out) == (judged.cost, judged.mandatory_left_out)
    assert result.seed == 1 and result.engine == "greedy"
    assert result.ext["problem"] == {"invented": True}


def test_waiting_answers_at_once(running: Running) -> None:
    answer = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers={"Prefer": "respond-async, wait=30"})
    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "wait=30"
    whole = JobWithResult.model_validate(answer.json())
    assert whole.result is not None
    VisitsResult.model_validate(whole.result)
    assert answer.json()["result"] == running.a.get(answer.headers["Content-Location"]).json()


def test_events_tell_states_and_plans(running: Running, toy_job: str) -> None:
    text = running.a.get(f"/v1/jobs/{toy_job}/events").text
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n")[1:] if block]
    assert [json.loads(b["data"])["state"] for b in blocks if b["event"] == "state"][-1] == "completed"
    incumbents = [json.loads(b["data"]) for b in blocks if b["event"] == "incumbent"]
    assert incumbents and {"cost", "placed", "bound"} <= incumbents[-1].keys()
    after = running.a.get(f"/v1/jobs/{toy_job}/events", headers={"Last-Event-ID": blocks[-2]["id"]}).text
    assert after.count("event: ") == 1


@pytest.mark.parametrize("rule", [{"target": 1e9}, {"no_improvement_s": 0.3}, {"no_improvement_iterations": 1}])
def test_a_job_ends_long_before_its_limit_where_a_rule_says_so(running: Running, rule: dict[str, float]) -> None:
    body = body_of_toy(engine="ortools", max_iterations=None, time_limit_s=600.0, **rule)
    job = running.a.post("/v1/visits/jobs", json=body).json()["id"]
    assert wait_until_ended(running.a, job)["state"] == "completed"  # it would wait in vain for the limit
    assert running.a.get(f"/v1/jobs/{job}/result").json()["mandatory_left_out"] == 0


def test_etag_spares_the_result(running: Running, toy_job: str) -> None:
    first = running.a.get(f"/v1/jobs/{toy_job}/result")
    again = running.a.get(f"/v1/jobs/{toy_job}/result", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    other = running.a.get(f"/v1/jobs/{toy_job}/result", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_reports(running: Running, toy_job: str) -> None:
    workbook = running.a.get(f"/v1/jobs/{toy_job}/result", params={"format": "xlsx", "lang": "en"})
    assert "Routes" in load_workbook(io.BytesIO(workbook.content)).sheetnames
    page = running.a.get(f"/v1/jobs/{toy_job}/result", params={"format": "html"})
    assert page.text.startswith("<!") and page.headers["Content-Security-Policy"].startswith("sandbox")
    again = running.a.get(f"/v1/jobs/{toy_job}/result", params={"format": "html"})
    assert again.content == page.content and again.headers["ETag"] == page.headers["ETag"]


def test_reports_for_maps_phones_and_paper(running: Running, toy_job: str) -> None:
    path = f"/v1/jobs/{toy_job}/result"
    plan = running.a.get(path).json()["plan"]
    drawn = running.a.get(path, params={"format": "geojson"})
    assert drawn.headers["Content-Type"] == "application/geo+json" and drawn.json()["type"] == "FeatureCollection"
    paper = running.a.get(path, params={"format": "pdf", "lang": "en"})
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    assert paper.headers["Content-Type"] == "application/pdf" and "Route sheet" in text.replace(
        "\0", ""
    )  # two bytes a letter
    archive = running.a.get(path, params={"format": "ics"})
    assert archive.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(archive.content)) as files:
        calendars = [files.read(name) for name in files.namelist()]
    assert len(calendars) == len(plan["routes"])
    of_one = running.a.get(path, params={"format": "ics", "caregiver": plan["routes"][0]["caregiver"]})
    assert of_one.headers["Content-Type"].startswith("text/calendar") and of_one.content in calendars
    events = Calendar.from_ical(of_one.content).walk("VEVENT")
    assert {str(event["description"]) for event in events} == {stop["visit"] for stop in plan["routes"][0]["stops"]}
    assert running.a.get(path, params={"format": "ics", "caregiver": "nobody"}).status_code == 404
    assert running.a.get(path, params={"format": "ics"}).content == archive.content


def test_explanations(running: Running, toy_job: str) -> None:
    answer = running.a.get(f"/v1/jobs/{toy_job}/explanations/medicine")
    assert answer.status_code == 200
    assert answer.json()["visit"] == "medicine" and answer.json()["headline"]["zh"]
    assert running.a.get(f"/v1/jobs/{toy_job}/explanations/nobody").status_code == 404


def test_check_judges_a_plan(running: Running) -> None:
    body = body_of_toy()
    body["options"] = {}
    body["plan"] = plan_to_json(toy_optimum(), toy_problem())
    answer = CheckAnswer.model_validate(running.a.post("/v1/visits/check", json=body).json())
    assert answer.valid and answer.cost == TOY_COST_S
    body["plan"]["routes"][0]["stops"][0]["start"] = "11:59"
    broken = CheckAnswer.model_validate(running.a.post("/v1/visits/check", json=body).json())
    assert not broken.valid and broken.violations


def test_validate_tells_everything_without_a_job(running: Running) -> None:
    body = body_of_toy()
    good = ValidateAnswer.model_validate(running.a.post("/v1/visits/validate", json=body).json())
    assert good.valid
    body["problem"]["visits"][0]["client"] = "nobody"
    body["problem"]["visits"][1]["team_size"] = 0
    bad = ValidateAnswer.model_validate(running.a.post("/v1/visits/validate", json=body).json())
    pointers = {finding.pointer for finding in bad.findings if finding.severity == "error"}
    assert not bad.valid and {"/problem/visits/0", "/problem/visits/1"} <= {p[:17] for p in pointers}


def test_rows_can_be_skipped(running: Running) -> None:
    body = body_of_toy()
    extra = {**body["problem"]["visits"][-1], "id": "wrong", "client": "nobody"}
    body["problem"]["visits"].append(extra)
    assert running.a.post("/v1/visits/jobs", json=body).status_code == 422
    body["on_error"] = "skip_rows"
    answer = running.a.post("/v1/visits/jobs", json=body, headers={"Prefer": "wait=30"})
    assert answer.status_code == 200
    skipped = [finding for finding in answer.json()["warnings"] if finding["code"] == "S007"]
    assert [finding["ids"] for finding in skipped] == [["wrong"]]
    assert answer.json()["size"] == 4


def test_a_workbook_may_be_sent(running: Running, tmp_path: object) -> None:
    file = tmp_path / "day.xlsx"  # type: ignore[operator]
    write_tables(toy_problem(), file)
    options = json.dumps({"engine": "greedy", "max_iterations": 1})
    answer = running.a.post(
        "/v1/visits/jobs",
        files={"tables": ("../day.xlsx", file.read_bytes()), "options": (None, options)},
        headers={"Prefer": "wait=30"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["size"] == 4
    broken = running.a.post("/v1/visits/jobs", files={"tables": ("day.xlsx", b"PK\x03\x04 no archive")})
    assert broken.status_code == 422 and broken.json()["errors"][0]["code"].startswith("T2")


def test_a_matrix_may_be_sent_apart(running: Running) -> None:
    target = io.BytesIO()
    np.save(target, toy_travel().durations["ebike"].astype(np.int32))
    problem = json.dumps(problem_to_json(toy_problem()))
    parts = {"problem": (None, problem), "crs": (None, "WGS-84"), "matrix": ("m.npy", target.getvalue())}
    options = (None, json.dumps({"engine": "greedy", "max_iterations": 1}))
    answer = running.a.post("/v1/visits/jobs", files={**parts, "options": options}, headers={"Prefer": "wait=30"})
    assert answer.status_code == 200, answer.text
    known = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers={"Prefer": "wait=30"})
    assert answer.json()["result"]["cost"] == known.json()["result"]["cost"]


def test_stop_keeps_the_best(running: Running) -> None:
    body = body_of_toy(engine="ortools", max_iterations=None, time_limit_s=60.0)
    job = running.a.post("/v1/visits/jobs", json=body).json()["id"]
    while running.a.get(f"/v1/jobs/{job}/incumbent").status_code == 409:
        pass
    assert running.a.get(f"/v1/jobs/{job}/result").status_code == 409
    assert running.a.post(f"/v1/jobs/{job}/stop").status_code == 202
    ended = wait_until_ended(running.a, job)
    assert (ended["state"], ended["reason"]) == ("stopped", "stop")
    result = VisitsResult.model_validate(running.a.get(f"/v1/jobs/{job}/result").json())
    assert result.mandatory_left_out == 0 and result.stop_reason == "stop"
    assert running.a.post(f"/v1/jobs/{job}/stop").json()["state"] == "stopped"


def test_jobs_are_listed_in_pages(running: Running) -> None:
    made = [running.a.post("/v1/visits/jobs", json=body_of_toy()).json()["id"] for _ in range(3)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = JobPage.model_validate(running.a.get("/v1/jobs", params=params).json())
        seen += [job.id for job in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) and seen[:3] == made[::-1]


def test_a_forgotten_job_is_gone(running: Running) -> None:
    job = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers={"Prefer": "wait=30"}).json()["id"]
    assert running.a.delete(f"/v1/jobs/{job}").status_code == 204
    for path in ("", "/result", "/incumbent", "/events", "/explanations/meal"):
        assert running.a.get(f"/v1/jobs/{job}{path}").status_code == 404


def test_confirmed_results_are_kept(running: Running) -> None:
    job = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers={"Prefer": "wait=30"}).json()["id"]
    path = f"/v1/jobs/{job}"
    assert running.a.put(f"{path}/retention", json={"retention": "closed"}).status_code == 409
    assert running.a.put(f"{path}/retention", json={"retention": "confirmed"}).json()["retention"] == "confirmed"
    assert running.a.delete(path).status_code == 409
    assert running.a.put(f"{path}/retention", json={"retention": "closed"}).json()["retention"] == "closed"
    assert running.a.delete(path).status_code == 409


@pytest.mark.parametrize("name", INSTANCES)
def test_demonstration_data(running: Running, name: str) -> None:
    body = running.a.get(f"/v1/instances/{name}").json()
    assert name in running.a.get("/v1/instances").json()["items"]
    subject = "places" if name.startswith("places") else "visits"
    if len(body["problem"].get("visits", ())) <= running.service.settings.max_visits:
        answer = running.a.post(f"/v1/{subject}/validate", json=body)
        assert ValidateAnswer.model_validate(answer.json()).valid, answer.text[:500]
