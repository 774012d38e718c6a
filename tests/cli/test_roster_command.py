"""Names leave the workbook for a local 名册; ids are made where there are none, and stay the same tomorrow."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from optimizer.cli.day import Reading, read_day
from optimizer.common.errors import InputError
from optimizer.io.tables.roster import read_roster
from tests.cli.days import run, small_book
from tests.io.tables.books import Book, write_book

PEOPLE = (("王秀英", "女", "0513-00000001"), ("李建国", "男", "0513-00000002"), ("赵丽", "女", "0513-00000003"))


def _named() -> Book:
    book = small_book()
    book["服务对象"] = [["姓名", "性别", "联系电话", "身份证号", "镇", "纬度", "经度", "坐标系", "地址"]]
    for i, (name, gender, phone) in enumerate(PEOPLE):
        book["服务对象"].append(
            [name, gender, phone, "1" * 17, "汇龙镇", 31.80 + i / 100, 121.65, "WGS-84", f"某村{i}号"]
        )
    book["上门任务"] = [
        ["编号", "服务对象", "日期", "项目", "分钟", "技能要求"],
        ["W1", "王秀英", "2026-03-02", "助餐", 5, "无"],
        ["W2", "李建国", "2026-03-02", "探访", 20, "无"],
    ]
    return book


def _all_text(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def test_the_clean_workbook_can_be_planned_and_holds_no_names(tmp_path: Path) -> None:
    path = write_book(_named(), tmp_path / "带名.xlsx")
    made = run("roster", path, "--out", tmp_path / "去名.xlsx", "--roster", tmp_path / "名册.xlsx")
    assert made.exit_code == 0, made.output
    text = _all_text(tmp_path / "去名.xlsx")
    for name, _, phone in PEOPLE:
        assert name not in text and phone not in text
    assert "1" * 17 not in text and "1" * 17 not in _all_text(tmp_path / "名册.xlsx")
    problem = read_day(tmp_path / "去名.xlsx", Reading()).problem
    roster, _ = read_roster(tmp_path / "名册.xlsx")
    names = {visit.id: roster.client(visit.client).name for visit in problem.visits}
    assert names == {"W1": "王秀英", "W2": "李建国"}
    assert {client.id for client in problem.clients} == {"K0001", "K0002", "K0003"}


def test_ids_stay_the_same_the_next_day(tmp_path: Path) -> None:
    book = _named()
    path = write_book(book, tmp_path / "一.xlsx")
    run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    first, _ = read_roster(tmp_path / "r.xlsx")
    newcomer: list[object] = ["钱新", "女", "0513-00000009", "", "汇龙镇", 31.9, 121.6, "WGS-84", "某村9号"]
    book["服务对象"][1:] = [newcomer, *reversed(book["服务对象"][1:])]
    path = write_book(book, tmp_path / "二.xlsx")
    run("roster", path, "--out", tmp_path / "b.xlsx", "--roster", tmp_path / "r.xlsx")
    second, _ = read_roster(tmp_path / "r.xlsx")
    assert {name: second.clients[name].name for name in first.clients} == {
        name: person.name for name, person in first.clients.items()
    }
    assert len(second.clients) == 4


def test_namesakes_are_two_persons_and_a_bare_name_is_in_doubt(tmp_path: Path) -> None:
    book = _named()
    book["服务对象"].append(["王秀英", "女", "0513-00000008", "", "汇龙镇", 31.9, 121.6, "WGS-84", "另村8号"])
    path = write_book(book, tmp_path / "day.xlsx")
    made = run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    assert isinstance(made.exception, InputError)
    assert [(one.code, one.where) for one in made.exception.findings] == [("T441", "上门任务!B2")]
    assert "王秀英" not in str(made.exception)
    assert not (tmp_path / "a.xlsx").exists() and not (tmp_path / "r.xlsx").exists()


@pytest.mark.parametrize("name", ["张三丰"])
def test_somebody_who_is_not_listed(tmp_path: Path, name: str) -> None:
    book = _named()
    book["上门任务"][2][1] = name
    made = run(
        "roster", write_book(book, tmp_path / "day.xlsx"), "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx"
    )
    assert isinstance(made.exception, InputError)
    assert [(one.code, one.where) for one in made.exception.findings] == [("T442", "上门任务!B3")]
