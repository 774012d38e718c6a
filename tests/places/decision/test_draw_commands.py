"""``careplan places freeze``, ``draw`` and ``allocate --official``, from table to verified result."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

import optimizer.cli.places_decision as commands
from optimizer.cli.places import app
from optimizer.common.errors import InputError
from optimizer.io.places_decision_json import read_frozen
from optimizer.io.places_json import write_places_problem_json
from tests.places.decision.test_draw import distinct_problem
from tests.places.test_cli import POLICY

NUMBER = "05121923303308"


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


def run(*arguments: object) -> str:
    outcome = invoke(*arguments)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def refused(*arguments: object) -> set[str]:
    with pytest.raises(InputError) as caught:
        invoke(*arguments)
    return {one.code for one in caught.value.findings}


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """What the clock of the command says; the list is fixed on the first of June."""
    clock = {"now": datetime(2026, 6, 1, 9, tzinfo=UTC)}
    monkeypatch.setattr(commands, "now", lambda: clock["now"])
    return clock


@pytest.fixture
def files(tmp_path: Path, days: dict[str, datetime]) -> dict[str, Path]:
    """A problem, a policy, and the fixed list on the day of the draw."""
    found = {name: tmp_path / f"{name}.json" for name in ("problem", "frozen", "result")}
    found["policy"] = tmp_path / "policy.toml"
    found["draw"] = tmp_path / "frozen-摇号.json"
    found["key"] = tmp_path / "frozen-对照表.csv"
    write_places_problem_json(distinct_problem(), found["problem"])
    found["policy"].write_text(POLICY, encoding="utf-8")
    announced = ("--source", "某期开奖号码", "--source-date", "2026-06-03", "--length", len(NUMBER))
    run("freeze", found["problem"], "--policy", found["policy"], *announced, "--out", found["frozen"])
    days["now"] = datetime(2026, 6, 3, 20, tzinfo=UTC)
    return found


def hash_of(files: dict[str, Path]) -> str:
    return str(json.loads(files["frozen"].read_text(encoding="utf-8"))["list_hash"])


def changed(path: Path, change: Any) -> Path:
    raw = json.loads(path.read_text(encoding="utf-8"))
    change(raw)
    path.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    return path


def test_from_the_list_to_an_official_result(files: dict[str, Path], tmp_path: Path) -> None:
    table = tmp_path / "table.xlsx"
    run("check", files["problem"], files["frozen"])
    run("draw", files["frozen"], "--hash", hash_of(files), "--number", NUMBER, "--xlsx", table)
    run("check", files["frozen"], files["draw"])
    options = ("--policy", files["policy"])
    run("allocate", files["frozen"], *options, "--official", "--draw", files["draw"], "--out", files["result"])
    run("check", files["frozen"], files["result"], *options, "--draw", files["draw"])
    result = json.loads(files["result"].read_text(encoding="utf-8"))
    assert result["official"] is True
    assert result["draw"]["number"] == result["seed"] == NUMBER
    assert {one["applicant"] for one in result["assignments"]} <= {f"S000{k}" for k in range(1, 7)}
    cells = [str(cell) for row in openpyxl.load_workbook(table).active.iter_rows(values_only=True) for cell in row]  # type: ignore[union-attr]
    assert sum(cell in {f"S000{k}" for k in range(1, 7)} for cell in cells) >= 6
    numbers = files["key"].read_text(encoding="utf-8-sig").splitlines()
    assert len(numbers) == 7 and {line.split(",")[1] for line in numbers[1:]} == set("ABCDEF")


def test_an_official_result_is_checked_with_its_list(files: dict[str, Path], tmp_path: Path) -> None:
    run("draw", files["frozen"], "--hash", hash_of(files), "--number", NUMBER)
    options = ("--policy", files["policy"], "--official", "--draw", files["draw"])
    run("allocate", files["frozen"], *options, "--out", files["result"])
    bare = tmp_path / "bare.json"
    write_places_problem_json(read_frozen(files["frozen"]).problem, bare)
    outcome = invoke("check", bare, files["result"])
    assert outcome.exit_code == 2 and "R659" in outcome.output
    changed(files["result"], lambda raw: raw["draw"].update(list_hash="0" * 64))
    outcome = invoke("check", files["frozen"], files["result"])
    assert outcome.exit_code == 2 and "R658" in outcome.output


def test_every_other_run_is_a_trial(files: dict[str, Path]) -> None:
    options = ("--policy", files["policy"], "--out", files["result"], "--summary", "json")
    for source, more in ((files["problem"], ("--seed", NUMBER)), (files["frozen"], ())):
        assert json.loads(run("allocate", source, *options, *more))["official"] is False


def test_what_official_refuses(files: dict[str, Path], tmp_path: Path) -> None:
    run("draw", files["frozen"], "--hash", hash_of(files), "--number", NUMBER)
    options = ("--policy", files["policy"], "--official")
    drawn = ("--draw", files["draw"])
    assert refused("allocate", files["frozen"], *options) == {"P908"}
    assert refused("allocate", files["frozen"], *options, "--seed", NUMBER) == {"P908"}
    assert refused("allocate", files["problem"], *options, *drawn) == {"P908", "P909"}
    assert refused("allocate", files["frozen"], *options, *drawn, "--seed", "1") == {"P911"}
    assert refused("allocate", files["frozen"], *options, *drawn, "--entry-date", "2026-10-01") == {"P910"}
    unnumbered = tmp_path / "unnumbered.toml"
    unnumbered.write_text(POLICY.replace("试发〔2026〕1号", ""), encoding="utf-8")
    assert refused("allocate", files["frozen"], "--policy", unnumbered, "--official", *drawn) == {"P907", "P910"}


def test_a_draw_is_run_once(files: dict[str, Path]) -> None:
    run("draw", files["frozen"], "--number", NUMBER)
    before = files["draw"].read_bytes()
    assert refused("draw", files["frozen"], "--number", NUMBER) == {"P811"}
    assert files["draw"].read_bytes() == before
    run("draw", files["frozen"], "--number", NUMBER, "--reason", "公证员要求")
    assert len(json.loads(files["draw"].read_text(encoding="utf-8"))["runs"]) == 2


def test_throwing_the_record_away_or_copying_the_list_gives_no_second_first_draw(
    files: dict[str, Path], tmp_path: Path
) -> None:
    other = NUMBER[::-1]
    run("draw", files["frozen"], "--number", NUMBER)
    files["draw"].unlink()
    assert refused("draw", files["frozen"], "--number", other) == {"P811"}
    copy = tmp_path / "elsewhere" / "list.json"
    copy.parent.mkdir()
    copy.write_bytes(files["frozen"].read_bytes())
    assert refused("draw", copy, "--number", other) == {"P811"}
    run("draw", copy, "--number", other, "--reason", "号码抄错")
    runs = json.loads((copy.parent / "list-摇号.json").read_text(encoding="utf-8"))["runs"]
    assert [one["number"] for one in runs] == [NUMBER, other]
    run("draw", files["frozen"], "--number", NUMBER, "--reason", "核对")
    assert len(json.loads(files["draw"].read_text(encoding="utf-8"))["runs"]) == 3


@pytest.mark.parametrize("written", ["05-12-19-23-30-33-08", "05，12，19，23，30，33，08", "０５ 12 1923303308"])
def test_no_way_of_writing_the_number_gives_another_draw(files: dict[str, Path], written: str) -> None:
    run("draw", files["frozen"], "--number", NUMBER[:14])
    lots = json.loads(files["draw"].read_text(encoding="utf-8"))["lots"]
    run("draw", files["frozen"], "--number", written, "--reason", "另一种写法")
    assert json.loads(files["draw"].read_text(encoding="utf-8"))["lots"] == lots
    for longer in (f"第2026064期 {written}", "5 12 19 23 30 33 8"):
        assert refused("draw", files["frozen"], "--number", longer, "--reason", "又一种") == {"P816"}


def test_a_list_frozen_anew_is_not_the_one_announced(files: dict[str, Path], days: dict[str, datetime]) -> None:
    announced = hash_of(files)
    days["now"] = datetime(2026, 6, 1, 10, tzinfo=UTC)
    changed(files["problem"], lambda raw: raw["applicants"][0].update(income="低保"))
    source = ("--source", "某期开奖号码", "--source-date", "2026-06-03", "--length", len(NUMBER))
    run("freeze", files["problem"], "--policy", files["policy"], *source, "--out", files["frozen"])
    days["now"] = datetime(2026, 6, 3, 20, tzinfo=UTC)
    assert refused("draw", files["frozen"], "--number", NUMBER, "--hash", announced[:16]) == {"P815"}
    assert refused("draw", files["frozen"], "--number", NUMBER, "--hash", hash_of(files)[:8]) == {"P815"}
    run("draw", files["frozen"], "--number", NUMBER)
    official = ("--policy", files["policy"], "--official", "--draw", files["draw"])
    assert refused("allocate", files["frozen"], *official) == {"P912"}


def test_lists_and_draws_changed_by_hand_are_refused(files: dict[str, Path]) -> None:
    run("draw", files["frozen"], "--number", NUMBER)

    def swap(raw: dict[str, Any]) -> None:
        first, second = raw["lots"][:2]
        first["rank"], second["rank"] = 2, 1

    changed(files["draw"], swap)
    drawn = ("--draw", files["draw"])
    assert invoke("check", files["frozen"], files["draw"]).exit_code == 2
    assert refused("allocate", files["frozen"], "--policy", files["policy"], *drawn) == {"P909"}
    changed(files["frozen"], lambda raw: raw["problem"]["applicants"][0].update(town="别处"))
    assert refused("draw", files["frozen"], "--number", NUMBER) == {"P810"}
    assert refused("allocate", files["frozen"], "--policy", files["policy"]) == {"P810"}
    assert invoke("check", files["problem"], files["frozen"]).exit_code == 2


def test_files_of_another_kind_are_named(files: dict[str, Path]) -> None:
    assert refused("draw", files["problem"], "--number", NUMBER) == {"T186"}
    changed(files["frozen"], lambda raw: raw.update(source_date="soon"))
    assert refused("draw", files["frozen"], "--number", NUMBER) == {"T117"}


def test_a_number_that_is_not_known_yet(files: dict[str, Path], days: dict[str, datetime]) -> None:
    days["now"] = datetime(2026, 6, 2, 9, tzinfo=UTC)
    assert refused("draw", files["frozen"], "--number", NUMBER) == {"P812"}
    assert not files["draw"].exists()
