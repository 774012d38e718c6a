"""One bad row does not cost the day: it is left out aloud, and marked in a copy of the workbook."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from optimizer.cli.day import Reading, read_day
from optimizer.cli.visits import app
from optimizer.common.errors import InputError
from tests.io.tables.books import clean_book, write_book
from tests.io.tables.test_broken_tables import CELLS


def _book() -> dict[str, list[list[object]]]:
    book = clean_book()
    for row in book["上门任务"][1:]:
        row[2], row[3], row[10], row[7], row[9] = "2026-03-02", "", "", 1, "无"
    book["护理员"][2][7] = "在岗"
    book["服务对象"].append(["C3", "汇龙镇", "", "", 31.82, 121.66, "WGS-84", "", "2", "", ""])
    book["上门任务"].append(["W9", "C3", "2026-03-02", "", "探访", 20, "", 1, "是", "无", ""])
    book["护理员"].append(["N3", "S1", "", "08:00-17:00", "", "电动车", "女", "在岗"])
    return book


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_only_the_bad_row_is_lost(tmp_path: Path) -> None:
    book = _book()
    book["上门任务"][1][5] = "六十"
    path = write_book(book, tmp_path / "day.xlsx")
    with pytest.raises(InputError):
        read_day(path, Reading())
    loaded = read_day(path, Reading(skip_bad_rows=True))
    assert [visit.id for visit in loaded.problem.visits] == ["W2", "W3", "W9"]
    assert [(row.code, row.where, row.ids) for row in loaded.bad_rows] == [("T284", "上门任务!F2", ("W1",))]


def test_what_hangs_on_a_bad_row_is_named_too(tmp_path: Path) -> None:
    book = _book()
    book["服务对象"][3][4] = "不知道"
    loaded = read_day(write_book(book, tmp_path / "day.xlsx"), Reading(skip_bad_rows=True))
    assert [visit.id for visit in loaded.problem.visits] == ["W1", "W2", "W3"]
    assert [row.ids for row in loaded.bad_rows] == [("W9",), ("C3",)]


ROWS = [what for what, (sheet, cell, _, _) in CELLS.items() if sheet == "上门任务" and cell[1:] == "2"]


@pytest.mark.parametrize("what", ROWS)
def test_each_broken_cell_of_a_visit_costs_its_row_only(tmp_path: Path, what: str) -> None:
    sheet, cell, value, _ = CELLS[what]

    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook[sheet][cell] = value

    loaded = read_day(write_book(_book(), tmp_path / "day.xlsx", spoil), Reading(skip_bad_rows=True))
    assert [visit.id for visit in loaded.problem.visits] == ["W2", "W3", "W9"]
    assert len(loaded.bad_rows) == 1


def test_a_missing_sheet_is_not_mended_by_leaving_out_rows(tmp_path: Path) -> None:
    book = _book()
    del book["护理员"]
    with pytest.raises(InputError):
        read_day(write_book(book, tmp_path / "day.xlsx"), Reading(skip_bad_rows=True))


def test_the_plan_and_its_workbook_name_the_rows(tmp_path: Path) -> None:
    book = _book()
    book["上门任务"][1][5] = "六十"
    path = write_book(book, tmp_path / "day.xlsx")
    out = tmp_path / "plan.xlsx"
    made = _run("solve", path, "--skip-bad-rows", "--engine", "greedy", "--max-iterations", 200, "--xlsx", out,
                "--summary", "json", "--quiet")  # fmt: skip
    assert made.exit_code == 0, made.output
    summary = json.loads(made.stdout.strip().splitlines()[-1])
    assert summary["bad_rows"] == [{"where": "上门任务!F2", "ids": ["W1"]}]
    workbook = openpyxl.load_workbook(out)
    sheet = next(sheet for sheet in workbook if sheet.title in ("未安排", "Left out"))
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    row = next(row for row in cells if row[0] == "W1")
    assert row[11] in ("数据有误", "unusable row") and "T284 上门任务!F2" in row[12]


def test_the_marked_copy_colours_and_comments_the_cells(tmp_path: Path) -> None:
    book = _book()
    book["上门任务"][1][5] = "六十"
    book["上门任务"][2][6] = "上午"
    path = write_book(book, tmp_path / "day.xlsx")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    marked = tmp_path / "标记 副本.xlsx"
    made = _run("validate", path, "--mark", marked)
    assert isinstance(made.exception, InputError)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    workbook = openpyxl.load_workbook(marked)
    sheet = workbook["上门任务"]
    assert sheet["F2"].fill.start_color.rgb.endswith("F8CBAD")
    assert "T231" in sheet["F2"].comment.text
    assert "T290" in sheet["G3"].comment.text and sheet["G3"].fill.start_color.rgb.endswith("DDEBF7")
    assert sheet["F3"].comment is None
    assert sheet["F2"].value == "六十"
    listed = workbook.worksheets[0]
    assert listed.cell(row=2, column=2).value == "上门任务!F2"


def test_a_marked_copy_is_never_the_input(tmp_path: Path) -> None:
    path = write_book(_book(), tmp_path / "day.xlsx")
    made = _run("validate", path, "--mark", path)
    assert type(made.exception).__name__ == "OutputError"


def test_a_plan_without_bad_rows_can_be_checked_and_explained(tmp_path: Path) -> None:
    book = _book()
    book["上门任务"][1][5] = "六十"
    path = write_book(book, tmp_path / "day.xlsx")
    made = _run("solve", path, "--skip-bad-rows", "--engine", "greedy", "--max-iterations", 5, "--quiet",
                "--out", tmp_path / "p.json", "--xlsx", tmp_path / "p.xlsx")  # fmt: skip
    assert made.exit_code == 0, made.output
    for plan in ("p.json", "p.xlsx"):
        checked = _run("check", path, tmp_path / plan, "--skip-bad-rows")
        assert checked.exit_code == 0, checked.output
        explained = _run("explain", path, tmp_path / plan, "W9", "--skip-bad-rows")
        assert explained.exit_code == 0 and "W9" in explained.output
    assert isinstance(_run("check", path, tmp_path / "p.json").exception, InputError)
