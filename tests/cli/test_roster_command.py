"""Names leave the workbook for a local 名册; ids are made where there are none, and stay the same tomorrow."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from optimizer.cli.day import Reading, read_day
from optimizer.common.errors import InputError, Severity
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


def _errors(raised: InputError) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in raised.findings if one.severity is Severity.ERROR]


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
    assert _errors(made.exception) == [("T441", "上门任务!B2")]
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
    assert _errors(made.exception) == [("T442", "上门任务!B3")]


def test_titles_sums_notes_unknown_sheets_and_remarks_take_no_name_along(tmp_path: Path) -> None:
    book = _named()
    clients = book["服务对象"]
    clients[0].append("备注")
    clients[1].append("王秀英患病")
    clients[:0] = [["登记表，制表：张经理"], []]
    clients += [["合计", 3], ["备注：联系王主任"]]
    book["家属名单"] = [["姓名", "电话"], ["王大力", "0513-00000077"]]
    path = write_book(book, tmp_path / "带名.xlsx")
    made = run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    assert made.exit_code == 0, made.output
    text = _all_text(tmp_path / "a.xlsx")
    for name in ("张经理", "王主任", "王大力", "0513-00000077", "患病", *(name for name, *_ in PEOPLE)):
        assert name not in text
    roster, _ = read_roster(tmp_path / "r.xlsx")
    assert sorted(person.name for person in roster.clients.values()) == sorted(name for name, *_ in PEOPLE)
    assert {visit.id for visit in read_day(tmp_path / "a.xlsx", Reading()).problem.visits} == {"W1", "W2"}
    assert "T444" in made.output and "T443" in made.output


def test_cells_keep_their_places(tmp_path: Path) -> None:
    book = _named()
    book["服务对象"][2][5] = "不知道"
    path = write_book(book, tmp_path / "day.xlsx")
    run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    with pytest.raises(InputError) as raised:
        read_day(tmp_path / "a.xlsx", Reading())
    assert _errors(raised.value) == [("T231", "服务对象!F3")]


def test_the_names_of_caregivers_become_ids_wherever_they_stand(tmp_path: Path) -> None:
    book = _named()
    book["护理员"] = [["姓名", "站点", "班次"], ["陈红", "S1", "08:00-17:00"], ["刘明", "S1", "08:00-17:00"]]
    book["服务对象"][0] += ["首选护理员", "禁止护理员"]
    book["服务对象"][1] += ["陈红", "刘明"]
    book["上门任务"][0] += ["指定护理员", "锁定"]
    book["上门任务"][1] += ["陈红", "顺序：陈红@09:00"]
    path = write_book(book, tmp_path / "day.xlsx")
    made = run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    assert made.exit_code == 0, made.output
    problem = read_day(tmp_path / "a.xlsx", Reading()).problem
    client = next(one for one in problem.clients if one.preferred)
    visit = next(one for one in problem.visits if one.id == "W1")
    assert (set(client.preferred), set(client.forbidden)) == ({"H0001"}, {"H0002"})
    assert set(visit.required_caregivers or ()) == {"H0001"}
    assert [lock.caregiver for lock in visit.locks] == ["H0001"]


def test_what_was_written_into_the_roster_by_hand_stays(tmp_path: Path) -> None:
    path = write_book(_named(), tmp_path / "day.xlsx")
    run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    by_hand = openpyxl.load_workbook(tmp_path / "r.xlsx")
    by_hand.worksheets[0]["G2"] = "▲2"
    by_hand.worksheets[2].append(["S1", "城东站", "0513-00000100"])
    by_hand.save(tmp_path / "r.xlsx")
    run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    roster, _ = read_roster(tmp_path / "r.xlsx")
    assert roster.clients["K0001"].hazards == "▲2"
    assert roster.station("S1").phone == "0513-00000100"


def test_a_name_alone_is_the_same_person_tomorrow_unless_two_bear_it(tmp_path: Path) -> None:
    book = _named()
    book["护理员"] = [["姓名", "站点", "班次"], ["陈红", "S1", "08:00-17:00"], ["刘明", "S1", "08:00-17:00"]]
    for _ in range(2):
        path = write_book(book, tmp_path / "day.xlsx")
        made = run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
        assert made.exit_code == 0, made.output
        book["护理员"][1:] = reversed(book["护理员"][1:])
    roster, _ = read_roster(tmp_path / "r.xlsx")
    assert {ident: one.name for ident, one in roster.caregivers.items()} == {"H0001": "陈红", "H0002": "刘明"}
    book["护理员"].append(["陈红", "S1", "08:00-17:00"])
    path = write_book(book, tmp_path / "day.xlsx")
    run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    made = run("roster", path, "--out", tmp_path / "a.xlsx", "--roster", tmp_path / "r.xlsx")
    assert isinstance(made.exception, InputError)
    assert {code for code, _ in _errors(made.exception)} == {"T441"}


def test_who_has_names_and_no_ids_is_told_of_the_roster(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_day(write_book(_named(), tmp_path / "day.xlsx"), Reading())
    told = next(one for one in raised.value.findings if one.code == "T445")
    assert told.where == "服务对象!A1" and "careplan visits roster" in told.action.zh


def test_visits_without_ids_are_called_after_their_rows(tmp_path: Path) -> None:
    book = small_book()
    book["上门任务"] = [row[1:] for row in book["上门任务"]]
    book["上门任务"].insert(1, [])
    book["上门任务"].append(["合计", "", "", 7])
    loaded = read_day(write_book(book, tmp_path / "day.xlsx"), Reading())
    assert [visit.id for visit in loaded.problem.visits] == [f"W{row:04d}" for row in range(3, 10)]
    assert "T446" in {one.code for one in loaded.warnings}
