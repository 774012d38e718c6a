"""What a command writes: everything it can, nothing over an input, and no surprise after a minute of planning."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from optimizer.common.errors import OutputError
from tests.cli.days import run, small_workbook, solved


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return small_workbook(tmp_path)


def test_one_command_writes_all_that_is_carried_into_the_field(day: Path, tmp_path: Path) -> None:
    out = tmp_path / "出"
    made = solved(day, "--out", out / "p.json", "--xlsx", out / "p.xlsx", "--html", out / "p.html", "--pdf",
                  out / "p.pdf", "--ics", out / "日历", "--chat", out / "chat.txt", "--geojson", out / "p.geojson",
                  "--map", "baidu", "--region", "启东")  # fmt: skip
    assert made.exit_code == 0, made.output
    names = {path.name for path in out.rglob("*") if path.is_file()}
    assert names >= {"p.json", "p.xlsx", "p.html", "p.pdf", "chat.txt", "p.geojson", "N1.ics"}
    assert "api.map.baidu.com" in (out / "日历" / "N1.ics").read_text("utf-8").replace("\r\n ", "")


def test_what_is_open_in_excel_does_not_cost_the_other_files(
    day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / "plan.xlsx"
    held.write_bytes(b"old")
    replace = Path.replace

    def refuse(self: Path, other: Any) -> Path:
        if Path(other) == held.resolve():
            raise PermissionError(13, "in use")
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", refuse)
    made = solved(day, "--out", tmp_path / "p.json", "--xlsx", held, "--html", tmp_path / "p.html", "--pdf",
                  tmp_path / "p.pdf")  # fmt: skip
    assert isinstance(made.exception, OutputError)
    assert "关闭" in made.exception.text.zh and "plan-2.xlsx" in made.exception.text.zh
    assert held.read_bytes() == b"old"
    names = {path.name for path in tmp_path.iterdir()}
    assert names >= {"p.json", "p.html", "p.pdf", "plan-2.xlsx"}


@pytest.mark.parametrize("option", ["--out", "--xlsx", "--html", "--pdf", "--chat", "--geojson"])
def test_an_input_as_target_is_refused_before_planning(
    day: Path, tmp_path: Path, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.visits.solve.solve_visits", lambda *a, **k: pytest.fail("planned"))
    before = day.read_bytes()
    made = solved(day, option, day)
    assert isinstance(made.exception, OutputError) and day.read_bytes() == before


def test_the_roster_is_an_input_too(day: Path, tmp_path: Path) -> None:
    roster = shutil.copy(day, tmp_path / "名册.xlsx")
    assert isinstance(solved(day, "--roster", roster, "--xlsx", roster).exception, OutputError)


def test_two_outputs_of_one_name_are_refused(day: Path, tmp_path: Path) -> None:
    made = run("solve", day, "--quiet", "--xlsx", tmp_path / "p", "--pdf", tmp_path / "p")
    assert isinstance(made.exception, OutputError)
