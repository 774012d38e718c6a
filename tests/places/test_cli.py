"""``careplan places`` from table to verified result, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from optimizer.cli.places import app
from optimizer.common.errors import InputError
from optimizer.io.places_json import write_places_problem_json
from tests.places.small import small_problem

POLICY = """
id = "small"
name = { zh = "小规则", en = "small" }
number = "试发〔2026〕1号"
approved_by = "某局"
in_force_from = 2026-06-01
entry_date = 2026-09-01
[[order]]
kind = "class"
[[order]]
kind = "same_town"
[distance]
max_m = 5000
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    problem, policy = tmp_path / "small.json", tmp_path / "small.toml"
    write_places_problem_json(small_problem(), problem)
    policy.write_text(POLICY, encoding="utf-8")
    return problem, policy


def run(*arguments: object) -> str:
    outcome = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


@pytest.mark.parametrize("rule", ["stable", "served"])
def test_allocate_check_explain(files: tuple[Path, Path], rule: str, tmp_path: Path) -> None:
    problem, policy = files
    out = tmp_path / "result.json"
    facts = json.loads(
        run(
            "allocate",
            problem,
            "--rule",
            rule,
            "--policy",
            policy,
            "--seed",
            "88",
            "--out",
            out,
            "--summary",
            "json",
        )
    )
    assert facts["placed"] == 4
    assert not facts["official"]
    raw = json.loads(out.read_text(encoding="utf-8"))
    assert {"applicant", "institution", "pool"} <= set(raw["assignments"][0])
    assert {one["applicant"] for one in raw["unplaced"]} | {one["applicant"] for one in raw["assignments"]} == set(
        "ABCDEF",
    )
    run("check", problem, out, "--policy", policy)
    assert run("explain", problem, out, "--policy", policy, "--applicant", "E")
    assert run("explain", problem, out, "--policy", policy, "--institution", "X")


def test_a_result_brings_its_policy_and_entry_date(files: tuple[Path, Path], tmp_path: Path) -> None:
    problem, policy = files
    out = tmp_path / "result.json"
    run("allocate", problem, "--policy", policy, "--entry-date", "2026-10-01", "--seed", "88", "--out", out)
    assert "2026-10-01" in run("check", problem, out)
    assert run("explain", problem, out, "--applicant", "E") == run(
        "explain", problem, out, "--applicant", "E", "--policy", policy, "--entry-date", "2026-10-01"
    )
    own = json.loads(run("compare", problem, out, "--summary", "json"))
    given = json.loads(
        run("compare", problem, "--policy", policy, "--entry-date", "2026-10-01", "--seed", "88", "--summary", "json")
    )
    assert own == given
    refused = CliRunner().invoke(app, ["check", str(problem), str(out), "--policy", str(policy)])
    assert refused.exit_code == 2
    assert "R641" in refused.output


def test_a_result_changed_by_hand_is_rejected(files: tuple[Path, Path], tmp_path: Path) -> None:
    problem, policy = files
    out = tmp_path / "result.json"
    run("allocate", problem, "--policy", policy, "--out", out)
    raw = json.loads(out.read_text(encoding="utf-8"))
    gone = raw["assignments"].pop()
    reason = {"zh": "改", "en": "changed"}
    raw["unplaced"].append({"applicant": gone["applicant"], "kind": "full", "reason": reason})
    raw["summary"]["placed"] -= 1
    out.write_text(json.dumps(raw), encoding="utf-8")
    outcome = CliRunner().invoke(app, ["check", str(problem), str(out), "--policy", str(policy)])
    assert outcome.exit_code == 2


def test_allocate_writes_a_page_and_a_workbook(files: tuple[Path, Path]) -> None:
    problem, policy = files
    page, book = problem.with_name("given.html"), problem.with_name("given.xlsx")
    assert run("allocate", problem, "--policy", policy, "--html", page, "--xlsx", book)
    assert "allocation" in page.read_text(encoding="utf-8")
    assert "安排" in openpyxl.load_workbook(book).sheetnames or "Places" in openpyxl.load_workbook(book).sheetnames


def test_compare_shows_both_rules(files: tuple[Path, Path]) -> None:
    problem, policy = files
    facts = json.loads(run("compare", problem, "--policy", policy, "--summary", "json"))
    stable, served = facts["rules"]
    assert stable["envy"] == 0
    assert served["total_distance_m"] <= stable["total_distance_m"] or served["placed"] > stable["placed"]
    assert [point["served"] for point in facts["curve"]] == sorted(point["served"] for point in facts["curve"])
    page, book = problem.with_name("both.html"), problem.with_name("both.xlsx")
    assert run("compare", problem, "--policy", policy, "--html", page, "--xlsx", book)
    assert "comparison" in page.read_text(encoding="utf-8")
    assert book.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--official",), "P907"),
        (("--policy", "nowhere"), "P901"),
        (("--kind", "beds", "--policy", "lottery"), "P906"),
    ],
)
def test_what_is_refused(files: tuple[Path, Path], arguments: tuple[str, ...], code: str) -> None:
    with pytest.raises(InputError) as caught:
        run("allocate", files[0], *arguments)
    assert code in {one.code for one in caught.value.findings}


def test_official_needs_a_seed(files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError) as caught:
        run("allocate", files[0], "--policy", files[1], "--official")
    assert "P908" in {one.code for one in caught.value.findings}
