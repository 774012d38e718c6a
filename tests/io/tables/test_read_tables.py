"""Clean tables become the problem that was meant."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.io.tables import TablesInput, read_tables
from optimizer.visits.model import (
    CaregiverStatus,
    CoordinateSystem,
    KnownCaregiver,
    LinkCaregivers,
    LinkKind,
    Lock,
    LockLevel,
    Sharing,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)
from tests.io.tables.books import DAY, Book, clean_book, write_book, write_folder


def _read(book: Book, folder: Path, day: date | None = DAY) -> TablesInput:
    return read_tables(write_book(book, folder / "day.xlsx"), day=day)


def _visit(read: TablesInput, name: str) -> Visit:
    return next(visit for visit in read.problem.visits if visit.id == name)


def _codes(read: TablesInput) -> list[str]:
    return [finding.code for finding in read.warnings]


def test_only_the_rows_of_the_day_are_planned(tmp_path: Path) -> None:
    read = _read(clean_book(), tmp_path)
    assert [visit.id for visit in read.problem.visits] == ["W1", "W2"]
    assert read.problem.date == DAY
    tuesday = _read(clean_book(), tmp_path, date(2026, 3, 3))
    assert [visit.id for visit in tuesday.problem.visits] == ["W3"]


def test_a_visit_is_read_whole(tmp_path: Path) -> None:
    visit = _visit(_read(clean_book(), tmp_path), "W2")
    assert visit.client == "007"
    assert visit.service == "BATH"
    assert visit.service_duration_t == 3600
    assert visit.windows == (
        TimeWindow(earliest_t=34_200, latest_t=39_600),
        TimeWindow(earliest_t=50_400, latest_t=59_400),
    )
    assert visit.skills == (SkillRequirement(skill="护理", level=2),)
    assert visit.team_size == 2
    assert not visit.mandatory
    assert visit.priority == "2"
    assert visit.locks == tuple(Lock(level=LockLevel.TIME, caregiver=name, start_t=52_200) for name in ("N1", "N2"))


def test_grades_of_the_trade_rise_from_five_to_one_and_bare_numbers_are_levels(tmp_path: Path) -> None:
    book = clean_book()
    book["护理员"][1][2] = "护理:五级;助浴:一级;康复:3级;喂食:3;换药;评估::2026-12-31"
    skills = _read(book, tmp_path).problem.caregivers[0].skills
    assert skills == (
        Skill(skill="护理", level=1),
        Skill(skill="助浴", level=5),
        Skill(skill="康复", level=3),
        Skill(skill="喂食", level=3),
        Skill(skill="换药", level=1),
        Skill(skill="评估", level=1, expires=date(2026, 12, 31)),
    )


def test_who_is_on_leave_stays_with_that_status(tmp_path: Path) -> None:
    statuses = {c.id: c.status for c in _read(clean_book(), tmp_path).problem.caregivers}
    assert statuses == {"N1": CaregiverStatus.ON_DUTY, "N2": CaregiverStatus.LEAVE}


def test_ids_are_kept_as_text_and_coordinates_carry_their_system(tmp_path: Path) -> None:
    read = _read(clean_book(), tmp_path)
    home = next(place for place in read.problem.locations if place.id == "007")
    assert home.system is CoordinateSystem.GCJ02
    assert (home.lat, home.lon, home.town) == (31.76, 121.7, "惠萍镇")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_folder_of_csv_files_is_the_same_problem(tmp_path: Path, encoding: str) -> None:
    folder = write_folder(clean_book(), tmp_path / "day", encoding)
    assert read_tables(folder, day=DAY).problem == _read(clean_book(), tmp_path).problem


def test_english_sheets_and_headers_are_the_same_problem(tmp_path: Path) -> None:
    sheets = {
        "服务对象": "clients",
        "上门任务": "Visits",
        "护理员": "caregivers",
        "站点": "stations",
        "优先级": "priorities",
    }
    headers = {
        "编号": "id",
        "镇": "Town",
        "村": "village",
        "地址": "address",
        "纬度": "lat",
        "经度": "lon",
        "坐标系": "system",
        "能力等级": "ability",
        "优先组": "priority",
        "首选护理员": "preferred",
        "性别要求": "gender",
        "对象": "client",
        "日期": "date",
        "星期": "weekday",
        "项目": "service",
        "分钟": "minutes",
        "时间窗": "windows",
        "人数": "team size",
        "必做": "mandatory",
        "技能要求": "skills",
        "锁定": "locks",
        "站点": "station",
        "技能:等级:到期日": "skills",
        "班次": "shifts",
        "休息": "breaks",
        "出行方式": "mode",
        "性别": "gender",
        "今日状态": "status",
        "组": "group",
        "未安排一次": "minutes",
        "说明": "meaning",
        "来源": "source",
    }
    english = {
        sheets[name]: [[headers[str(cell)] for cell in rows[0]], *rows[1:]] for name, rows in clean_book().items()
    }
    assert _read(english, tmp_path).problem == _read(clean_book(), tmp_path).problem


def test_dates_and_numbers_of_excel_are_understood(tmp_path: Path) -> None:
    book = clean_book()
    book["上门任务"][1][2] = datetime(2026, 3, 2)
    book["上门任务"][1][5] = 7.5
    book["上门任务"][2][3] = 135
    book["服务对象"][1][0] = 1001
    book["上门任务"][1][1] = 1001
    book["上门任务"][3][1] = "1001"
    read = _read(book, tmp_path)
    assert _visit(read, "W1").service_duration_t == 450
    assert _visit(read, "W1").client == "1001"
    assert read.problem.clients[0].id == "1001"
    assert [visit.id for visit in read.problem.visits] == ["W1", "W2"]


@pytest.mark.parametrize(
    ("written", "windows"),
    [
        ("08:30-10:00~10:30", [TimeWindow(earliest_t=30_600, due_t=36_000, latest_t=37_800)]),
        ("08:30-10:00~", [TimeWindow(earliest_t=30_600, due_t=36_000)]),
        ("8:30-", [TimeWindow(earliest_t=30_600)]),
        ("８：３０—１０：００", [TimeWindow(earliest_t=30_600, latest_t=36_000)]),
        (
            "08:30～10:00；14:00至16:00",
            [TimeWindow(earliest_t=30_600, latest_t=36_000), TimeWindow(earliest_t=50_400, latest_t=57_600)],
        ),
        ("22:00-06:00+1", [TimeWindow(earliest_t=79_200, latest_t=108_000)]),
        ("08:30:15-24:00", [TimeWindow(earliest_t=30_615, latest_t=86_400)]),
        ("不限", []),
        ("", []),
    ],
)
def test_windows(tmp_path: Path, written: str, windows: list[TimeWindow]) -> None:
    book = clean_book()
    book["上门任务"][1][6] = written
    assert _visit(_read(book, tmp_path), "W1").windows == tuple(windows)


@pytest.mark.parametrize(
    "written",
    [
        "一三五",
        "1,3,5",
        "周一",
        "星期一、星期三",
        "周一至周五",
        "1-5",
        "每天",
        "工作日",
        "Mon;Wed",
        "monday",
        "135",
        "一",
    ],
)
def test_weekdays_that_hold_the_monday(tmp_path: Path, written: str) -> None:
    book = clean_book()
    book["上门任务"][3][3] = written
    assert "W3" in [visit.id for visit in _read(book, tmp_path).problem.visits]


@pytest.mark.parametrize("written", ["二四六", "2;4", "周日", "周末", "天", "Tue;Sunday", "7"])
def test_weekdays_without_the_monday(tmp_path: Path, written: str) -> None:
    book = clean_book()
    book["上门任务"][3][3] = written
    assert "W3" not in [visit.id for visit in _read(book, tmp_path).problem.visits]


def test_the_day_is_taken_from_the_sheet_where_it_is_the_only_one(tmp_path: Path) -> None:
    book = clean_book()
    del book["上门任务"][2:]
    assert _read(book, tmp_path, None).problem.date == DAY


def test_shifts_breaks_and_places_of_a_caregiver(tmp_path: Path) -> None:
    book = clean_book()
    book["站点"].append(["H1", "惠萍镇", 31.77, 121.71, "WGS-84"])
    book["站点"][0].append("类别")
    book["站点"][2].append("其他")
    book["护理员"][0] += ["起点", "终点", "最大载重", "最多加班", "最多路程"]
    book["护理员"][1][3:5] = ["早=08:00-12:00；22:00-06:00+1", "09:00-09:30/15/带薪@S1;23:30-23:45"]
    book["护理员"][1] += ["H1;S1", "无;H1", "20;不限", 30, "90;"]
    caregiver = _read(book, tmp_path).problem.caregivers[0]
    early, night = caregiver.shifts
    assert (early.id, early.start_t, early.end_t, early.start_location, early.end_location) == (
        "早", 28_800, 43_200, "H1", None,
    )  # fmt: skip
    assert (night.id, night.start_t, night.end_t, night.start_location, night.end_location) == (
        "N1-2", 79_200, 108_000, "S1", "H1",
    )  # fmt: skip
    assert (early.max_load, night.max_load) == (20, None)
    assert (early.max_overtime_t, night.max_overtime_t) == (1800, 1800)
    assert (early.max_travel_t, night.max_travel_t) == (5400, 5400)
    pause, rest = early.breaks[0], night.breaks[0]
    assert (pause.earliest_t, pause.latest_t, pause.duration_t) == (32_400, 34_200, 900)
    assert (pause.paid, pause.location) == (True, "S1")
    assert (rest.earliest_t, rest.latest_t, rest.duration_t, rest.paid) == (84_600, 84_600, 900, False)


def test_the_small_sheets(tmp_path: Path) -> None:
    book = clean_book()
    book["关联"] = [
        ["编号", "类型", "任务", "最短间隔", "最长间隔", "护理员", "全做或全不做"],
        ["L1", "先后", "W1;W2", 30, 120, "不同人", "否"],
        ["L2", "同时", "W3", "", "", "", ""],
    ]
    book["共享"] = [["技能", "出借机构", "借入机构"], ["*", "甲", "乙"]]
    book["历史"] = [["对象", "护理员", "次数"], ["C1", "N2", 3], ["C1", "N1", ""], ["C1", "N2", 1]]
    book["阻隔"] = [["镇", "出行方式"], ["启隆镇", "步行;电动车"]]
    problem = _read(book, tmp_path).problem
    (link,) = problem.links  # L2 is a link of another day
    assert (link.kind, link.visits) == (LinkKind.SEQUENTIAL, ("W1", "W2"))
    assert (link.min_gap_t, link.max_gap_t) == (1800, 7200)
    assert (link.caregivers, link.all_or_nothing) == (LinkCaregivers.DIFFERENT, False)
    assert problem.sharing == (Sharing(skill="*", lender="甲", borrower="乙"),)
    assert problem.clients[0].known == (
        KnownCaregiver(caregiver="N2", visits=4),
        KnownCaregiver(caregiver="N1", visits=1),
    )
    assert (problem.barriers[0].town, problem.barriers[0].modes) == ("启隆镇", ("walk", "ebike"))


def test_priorities_are_minutes_of_travel_and_have_defaults(tmp_path: Path) -> None:
    book = clean_book()
    groups = {group.id: group for group in _read(book, tmp_path).problem.priorities}
    assert (groups["1"].price_s, groups["1"].source, groups["2"].source) == (5400, "assumption", "某文件")
    del book["优先级"]
    read = _read(book, tmp_path)
    assert [group.price_s for group in read.problem.priorities] == [5000, 4000, 3000]
    assert {group.source for group in read.problem.priorities} == {"assumption"}
    assert "T275" in _codes(read)


def test_a_visit_without_a_group_is_of_the_group_with_the_lowest_price(tmp_path: Path) -> None:
    book = clean_book()
    book["服务对象"][1][8] = ""
    book["服务对象"][2][8] = "无"
    read = _read(book, tmp_path)
    assert _visit(read, "W1").priority == "2"
    assert _visit(read, "W2").priority is None


def test_an_assumed_skill_is_announced_and_can_be_waived(tmp_path: Path) -> None:
    book = clean_book()
    book["上门任务"][2][9] = ""
    read = _read(book, tmp_path)
    assert _visit(read, "W2").skills == (SkillRequirement(skill="养老护理", level=2),)
    assert "T274" in _codes(read)
    book["上门任务"][2][9] = "无"
    read = _read(book, tmp_path)
    assert _visit(read, "W2").skills == ()
    assert "T274" not in _codes(read)


def test_couples_share_a_place(tmp_path: Path) -> None:
    book = clean_book()
    book["服务对象"][0].append("地点")
    book["服务对象"][1].append("H9")
    book["服务对象"][2] = ["007", "", "", "", "", "", "", "", "2", "", "", "H9"]
    problem = _read(book, tmp_path).problem
    assert [client.location for client in problem.clients] == ["H9", "H9"]
    assert [place.id for place in problem.locations] == ["S1", "H9"]


def test_title_rows_blank_rows_and_blank_columns_do_no_harm(tmp_path: Path) -> None:
    book = clean_book()
    for rows in book.values():
        rows.insert(2, [])
        for row in rows:
            row.insert(0, None)
        rows.insert(0, ["启东市某中心"])
        rows.insert(1, [])
    assert _read(book, tmp_path).problem == _read(clean_book(), tmp_path).problem


def test_rows_marked_as_examples_are_not_planned(tmp_path: Path) -> None:
    book = clean_book()
    book["上门任务"].insert(1, ["示例-W", "C1", "2026-03-02", "", "助餐", 5])
    read = _read(book, tmp_path)
    assert read.problem == _read(clean_book(), tmp_path).problem
    assert "T225" in _codes(read)


def test_personal_columns_and_addresses_never_enter(tmp_path: Path) -> None:
    book = clean_book()
    book["服务对象"][0] += ["姓名", "联系电话", "身份证号"]
    book["服务对象"][1] += ["王某某", "199-0000-1234", "320681194001010013"]
    read = _read(book, tmp_path)
    assert read.problem == _read(clean_book(), tmp_path).problem
    whole = repr(read)
    for secret in ("王某某", "199-0000", "3206811940", "某路"):
        assert secret not in whole
    places = {finding.code: finding.where for finding in read.warnings}
    assert places["T221"] == "服务对象!N1"
    assert places["T222"] in ("服务对象!L1", "服务对象!M1")


def test_findings_of_later_checks_are_shown_at_their_cells(tmp_path: Path) -> None:
    source = _read(clean_book(), tmp_path).source
    assert source.locate('visits["W2"].windows') == "上门任务!G3"
    assert source.locate("visits[1].windows[0].latest_t") == "上门任务!G3"
    assert source.locate("visits[1].load") == "上门任务!A3"  # no such column: the row's first cell
    assert source.locate("caregivers[0].shifts[1].end_t") == "护理员!D2"
    assert source.locate('caregivers["N2"].shifts["N2-1"].breaks[0]') == "护理员!E3"
    assert source.locate('locations["007"].lat') == "服务对象!E3"
    assert source.locate("priorities[1].price_s") == "优先级!B3"
    assert source.locate("stop") == "stop"
    finding = Finding(code="V001", where="visits[0].client", found=Text("甲", "a"), action=Text("乙", "b"))
    assert source.at_cells([finding])[0].where == "上门任务!B2"


def test_a_matrix_beside_the_csv_files_is_found(tmp_path: Path) -> None:
    folder = write_folder(clean_book(), tmp_path / "day")
    assert read_tables(folder, day=DAY).travel_matrix is None
    (folder / "路程矩阵.csv").write_text("C1,S1\n", encoding="utf-8")
    assert read_tables(folder, day=DAY).travel_matrix == folder / "路程矩阵.csv"


def test_hidden_sheets_are_read_and_unknown_ones_are_told(tmp_path: Path) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook["优先级"].sheet_state = "hidden"
        workbook.create_sheet("备忘")["A1"] = time(8, 0)

    read = read_tables(write_book(clean_book(), tmp_path / "day.xlsx", spoil), day=DAY)
    assert read.problem == _read(clean_book(), tmp_path).problem
    assert [(finding.code, finding.where) for finding in read.warnings if finding.code == "T215"] == [("T215", "备忘")]


def test_what_was_not_read_is_told(tmp_path: Path) -> None:
    book = clean_book()
    book["上门任务"][0].append("内部备注")
    told = {(finding.code, finding.where) for finding in _read(book, tmp_path).warnings}
    assert told == {("T219", "上门任务!L1"), ("T264", "上门任务")}
