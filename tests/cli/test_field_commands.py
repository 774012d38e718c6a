"""``careplan visits report`` writes what is carried into the field; names are joined from the roster only here."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import icalendar
import openpyxl
import pytest
from pypdf import PdfReader

from optimizer.common.errors import InputError, OutputError
from tests.cli.days import run, small_workbook, solved
from tests.io.tables.books import write_book

NAMES = ("王秀英", "李建国", "欧阳明", "赵六")


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return small_workbook(tmp_path)


@pytest.fixture
def plan(day: Path, tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    assert solved(day, "--out", path).exit_code == 0
    return path


def _roster(folder: Path) -> Path:
    persons = [
        [f"C{i}", name, "女", f"0513-0000000{i}", f"汇龙镇民胜村{i}号楼10{i}室"] for i, name in enumerate(NAMES, 1)
    ]
    return write_book(
        {
            "服务对象": [["编号", "姓名", "性别", "电话", "地址"], *persons],
            "护理员": [["编号", "姓名"], ["N1", "周某"], ["N2", "吴某"], ["N3", "郑某"]],
            "站点": [["编号", "名称", "电话"], ["S1", "汇龙站", "0513-88888888"]],
        },
        folder / "名册.xlsx",
    )


def test_every_file_is_written_and_says_the_same(day: Path, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "外 勤"
    made = run("report", day, plan, "--pdf", out / "派工单.pdf", "--ics", out / "日历", "--chat", out / "群.txt",
               "--geojson", out / "图.geojson", "--xlsx", out / "计划.xlsx", "--roster", _roster(tmp_path))  # fmt: skip
    assert made.exit_code == 0, made.output
    routes = {route["caregiver"]: route["stops"] for route in json.loads(plan.read_text("utf-8"))["routes"]}
    text = re.sub(r"[\s\0]", "", "".join(page.extract_text() for page in PdfReader(out / "派工单.pdf").pages))
    chat = (out / "群.txt").read_text("utf-8-sig")
    drawn = json.loads((out / "图.geojson").read_text("utf-8"))
    points = {one["properties"]["visit"] for one in drawn["features"] if one["properties"]["kind"] == "stop"}
    for caregiver, stops in routes.items():
        events = icalendar.Calendar.from_ical((out / "日历" / f"{caregiver}.ics").read_bytes()).walk("VEVENT")
        assert [str(event["description"]) for event in events] == [stop["visit"] for stop in stops]
        for stop in stops:
            assert stop["visit"] in text and stop["visit"] in points
            assert stop["start"][:5] in chat
    assert "0513-88888888" in text and "王女士" in text
    for name in NAMES:
        assert name not in text and name not in chat and name not in json.dumps(drawn, ensure_ascii=False)
    sheet = openpyxl.load_workbook(out / "计划.xlsx")[next(iter(routes))]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("女士" in cell or "Ms " in cell for cell in cells)
    assert {"实际到达", "实际离开", "签名"} <= set(cells) or {"Arrived", "Left", "Signature"} <= set(cells)


def test_names_are_nowhere_without_a_roster(day: Path, plan: Path, tmp_path: Path) -> None:
    made = run("report", day, plan, "--pdf", tmp_path / "a.pdf", "--chat", tmp_path / "a.txt")
    assert made.exit_code == 0, made.output
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO((tmp_path / "a.pdf").read_bytes())).pages)
    assert "女士" not in text and "C1" in (tmp_path / "a.txt").read_text("utf-8-sig")


def test_a_wrong_roster_is_told_without_repeating_names(day: Path, plan: Path, tmp_path: Path) -> None:
    roster = write_book({"服务对象": [["编号", "姓名"], ["C1", "王秀英"], ["C1", "李建国"]]}, tmp_path / "名册.xlsx")
    made = run("report", day, plan, "--pdf", tmp_path / "a.pdf", "--roster", roster)
    assert isinstance(made.exception, InputError)
    assert "秀英" not in str(made.exception) and "建国" not in str(made.exception)
    assert not (tmp_path / "a.pdf").exists()


def test_the_roster_is_never_written_over(day: Path, plan: Path, tmp_path: Path) -> None:
    roster = _roster(tmp_path)
    made = run("report", day, plan, "--pdf", roster, "--roster", roster)
    assert isinstance(made.exception, OutputError)


def test_solve_prints_the_sheets_at_once(day: Path, tmp_path: Path) -> None:
    made = solved(day, "--pdf", tmp_path / "派工单.pdf", "--roster", _roster(tmp_path))
    assert made.exit_code == 0, made.output
    assert len(PdfReader(tmp_path / "派工单.pdf").pages) >= 1
