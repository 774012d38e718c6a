"""Places over HTTP: an allocation with its proof, pairs, and their checks; as JSON, as tables, and as reports."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from api.schemas import PlacesResult, ValidateAnswer
from api.settings import Settings
from instances.places import LARGEST_MARKET, make_qidong_places
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


@pytest.mark.parametrize("beds", [False, True])
def test_the_most_applicants_fit_into_the_largest_body(beds: bool) -> None:
    settings, tenth = Settings(), Settings().max_applicants // 10
    assert settings.max_applicants <= LARGEST_MARKET
    city = json.dumps(places_problem_to_json(make_qidong_places(tenth, beds=beds))).encode()
    assert 10 * len(city) < settings.max_body_bytes


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
    official = running.a.post("/v1/places/jobs", json=body(official=True, entry_date="2026-09-01")).json()["errors"]
    assert [one["code"] for one in official] == ["S015", "S016", "S016"]
    assert all("正式" in one["zh"] and "result" not in one["zh"] for one in official)
    wrong = running.a.post("/v1/places/jobs", json=body("pair", pair={"objective": "nearest"}))
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["pointer"] == "/options/pair/objective"


def pairs() -> dict[str, Any]:
    """One home and two nurseries, of which one pair is asked for."""
    content = body("pair", pairs=1)
    for number, one in enumerate(content["problem"]["institutions"]):
        one |= {"lat": 31.9 + number / 100, "lon": 121.6, "kind": "eldercare" if number == 0 else "childcare"}
    return content


def test_pairs_are_checked(running: Running) -> None:
    content = pairs()
    job, result = solved(running, content)
    assert len(result.result["pairs"]) == 1
    check = running.a.post("/v1/places/check", json=content | {"result": result.result})
    assert ValidateAnswer.model_validate(check.json()).valid, check.text
    workbook = running.a.get(f"/v1/jobs/{job}/result", params={"format": "xlsx"})
    assert "X" in {cell.value for sheet in load_workbook(io.BytesIO(workbook.content)) for row in sheet for cell in row}
    page = running.a.get(f"/v1/jobs/{job}/result", params={"format": "html", "lang": "en"})
    assert page.text.startswith("<!") and page.headers["Content-Security-Policy"].startswith("sandbox")
    for other in ("geojson", "ics", "pdf"):
        assert running.a.get(f"/v1/jobs/{job}/result", params={"format": other}).status_code == 406


APPLICANTS = (
    ("编号", "出生日期", "镇街", "志愿"),
    ("c-1", "2024-10-01", "甲镇", "east;west"),
    ("c-2", "2024-10-01", "甲镇", "east"),
)
INSTITUTIONS = (("编号", "镇街"), ("east", "甲镇"), ("west", "甲镇"))
POOLS = (("机构", "托位数"), ("east", 1), ("west", 2))
SHEETS = {"申请人": APPLICANTS, "机构": INSTITUTIONS, "托位": POOLS}


def workbook(**changes: Any) -> bytes:
    """The tables of a small city as the bytes of a workbook."""
    book, target = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in (SHEETS | changes).items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(target)
    return target.getvalue()


def sent(running: Running, path: str, files: list[tuple[str, Any]], **options: Any) -> Any:
    parts = [
        *files,
        ("task", (None, "allocate")),
        ("options", (None, json.dumps({"entry_date": "2026-09-01", **options}))),
    ]
    return running.a.post(path, files=parts, headers={"Prefer": "wait=60"})


def test_a_workbook_and_csv_files_may_be_sent(running: Running) -> None:
    book = [("tables", ("城市.xlsx", workbook()))]
    assert ValidateAnswer.model_validate(sent(running, "/v1/places/validate", book).json()).valid
    answer = sent(running, "/v1/places/jobs", book, seed="7")
    assert answer.status_code == 200, answer.text
    placed = {one["applicant"]: one["institution"] for one in answer.json()["result"]["result"]["assignments"]}
    assert placed == {"c-1": "west", "c-2": "east"} or placed == {"c-1": "east"}
    texts = {f"{title}.csv": "\n".join(",".join(map(str, row)) for row in rows) for title, rows in SHEETS.items()}
    files = [("tables", (name, text.encode())) for name, text in texts.items()]
    again = sent(running, "/v1/places/jobs", files, seed="7")
    assert again.status_code == 200, again.text
    result, other = answer.json()["result"]["result"], again.json()["result"]["result"]
    assert result["assignments"] == other["assignments"] and answer.json()["size"] == 2


def test_broken_tables_are_refused_at_their_cells(running: Running) -> None:
    wrong = workbook(托位=(("机构", "托位数"), ("east", "many"), ("nowhere", 2)))
    answer = sent(running, "/v1/places/jobs", [("tables", ("a.xlsx", wrong))])
    assert answer.status_code == 422 and [one["where"] for one in answer.json()["errors"]] == ["托位!B2"]
    unknown = workbook(托位=(("机构", "托位数"), ("east", 1), ("nowhere", 2)))
    answer = sent(running, "/v1/places/jobs", [("tables", ("a.xlsx", unknown))])
    assert answer.status_code == 422 and answer.json()["errors"][0]["where"] == "托位!A3"
    noise = sent(running, "/v1/places/jobs", [("tables", ("a.xlsx", b"PK\x03\x04 no archive"))])
    assert noise.status_code == 422 and noise.json()["errors"][0]["code"].startswith("T2")
    without = running.a.post("/v1/places/jobs", files={"tables": ("a.xlsx", workbook())})
    assert without.status_code == 422 and without.json()["errors"][0]["pointer"] == "/task"
    matrix = sent(running, "/v1/places/jobs", [("tables", ("a.xlsx", workbook())), ("matrix", ("m.npy", b"x"))])
    assert matrix.status_code == 400 and "task" in matrix.json()["en"]


def test_a_form_may_hold_the_problem_as_json(running: Running) -> None:
    content = body(entry_date="2026-09-01")
    parts = {name: (None, json.dumps(content[name])) for name in ("problem", "options")}
    words = {name: (None, content[name]) for name in ("task", "crs")}
    answer = running.a.post("/v1/places/jobs", files=parts | words, headers={"Prefer": "wait=60"})
    assert answer.status_code == 200 and answer.json()["state"] == "completed", answer.text
