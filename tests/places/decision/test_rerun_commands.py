"""``careplan places reallocate`` from file to verified result."""

from __future__ import annotations

import json
from pathlib import Path

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
