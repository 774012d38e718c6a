"""``careplan places reallocate`` from file to verified result."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from optimizer.common.errors import InputError
from optimizer.io.places_json import read_allocation_json, write_places_problem_json
from tests.places.decision.test_draw_commands import invoke, run
from tests.places.small import small_problem
from tests.places.test_cli import POLICY


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / f"{name}.json" for name in ("problem", "before", "after")}
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    write_places_problem_json(small_problem(), found["problem"])
    run("allocate", found["problem"], "--policy", policy, "--seed", "7", "--out", found["before"])
    return found


def test_close_withdraw_check_explain(files: dict[str, Path]) -> None:
    before = read_allocation_json(files["before"])
    gone = before.assignments[0].applicant
    options = ("--from", files["before"], "--close", "Z", "--withdraw", gone, "--out", files["after"])
    facts = json.loads(run("reallocate", files["problem"], *options, "--summary", "json"))
    after = read_allocation_json(files["after"])
    assert after.rerun is not None
    assert facts["changes"]["total"] == after.rerun.changes.total
    assert facts["full_changes"]["total"] == after.rerun.full_changes.total
    run("check", files["problem"], files["after"], "--from", files["before"])
    for one in (*after.assignments, *after.unplaced):
        assert one.applicant in run("explain", files["problem"], files["after"], "--applicant", one.applicant)
    assert "round" in run("reallocate", files["problem"], *options) or not after.rerun.moves


def test_counts_changed_by_hand_are_seen(files: dict[str, Path]) -> None:
    run("reallocate", files["problem"], "--from", files["before"], "--close", "Z", "--out", files["after"])
    raw = json.loads(files["after"].read_text(encoding="utf-8"))
    raw["rerun"]["changes"]["moved"] += 1
    files["after"].write_text(json.dumps(raw), encoding="utf-8")
    assert invoke("check", files["problem"], files["after"]).exit_code == 0
    assert invoke("check", files["problem"], files["after"], "--from", files["before"]).exit_code == 2


def test_unknown_names_are_refused_and_nothing_is_written(files: dict[str, Path]) -> None:
    options = ("--from", files["before"], "--close", "Q", "--withdraw", "R", "--out", files["after"])
    with pytest.raises(InputError) as caught:
        invoke("reallocate", files["problem"], *options)
    assert {one.code for one in caught.value.findings} == {"P060", "P061"}
    assert not files["after"].exists()


def test_override_waiting_and_public(files: dict[str, Path]) -> None:
    before = read_allocation_json(files["before"])
    wanted = next(one.applicant for one in before.unplaced)
    rows = json.loads(run("waiting", files["problem"], files["before"], "--summary", "json"))
    assert wanted in {row["applicant"] for row in rows}
    assert wanted in run("waiting", files["problem"], files["before"], "--applicant", wanted)
    decided = files["after"].with_name("decided.json")
    told = ("--applicant", wanted, "--reason", "家庭特殊困难", "--by", "某局", "--institution", "X", "--out", decided)
    with pytest.raises(InputError) as caught:
        invoke("override", files["problem"], files["before"], *told)
    assert {one.code for one in caught.value.findings} == {"P842"}
    assert not decided.exists()
    problem = small_problem()
    larger = files["problem"].with_name("larger.json")
    pools = (replace(problem.pools[0], capacity=3), *problem.pools[1:])
    write_places_problem_json(replace(problem, pools=pools), larger)
    run("override", larger, files["before"], *told)
    run("check", larger, decided, "--from", files["before"])
    (kept,) = json.loads(decided.read_text(encoding="utf-8"))["rerun"]["overrides"]
    assert (kept["applicant"], kept["reason"], kept["by"]) == (wanted, "家庭特殊困难", "某局")
    book = files["after"].with_name("public.xlsx")
    run("public", files["problem"], files["before"], "--xlsx", book)
    assert openpyxl.load_workbook(book).sheetnames
