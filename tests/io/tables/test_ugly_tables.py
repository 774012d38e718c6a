"""Workbooks as people really type them become the same problem, and the same plan, as their clean twin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.stop import MaxIterations
from optimizer.io.tables import VISIT_SHEETS, TableOptions, TablesInput, read_mapping, read_tables
from optimizer.visits.solve import solve_visits
from optimizer.visits.travel import problem_travel
from tests.io.tables.books import DAY, Book, clean_book, write_book, write_folder

Spoil = Callable[[openpyxl.Workbook], None]


def _twin() -> Book:
    """The clean book, all of it on one day, with what the ugly ones say in other words."""
    book = clean_book()
    visits = book["上门任务"]
    for row in visits[1:]:
        row[2], row[3] = "2026-03-02", ""
    visits[1][6] = "08:00-11:30"
    visits[2][6], visits[2][10], visits[2][7] = "08:30-09:00;14:30-16:00", "", 1
    visits[3][6] = "13:30-17:30"
    visits.append(["W4", "C1", "2026-03-02", "", "助洁", 90, "08:00-17:30", 1, "是", "无", ""])
    book["护理员"][2][7] = "在岗"
    return book


def _cell(sheet: str, cell: str, value: object) -> Spoil:
    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook[sheet][cell] = value

    return spoil


def _titles(workbook: openpyxl.Workbook) -> None:
    for sheet in workbook:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "启东市某某居家养老服务中心 2026年3月排班表"
        sheet.merge_cells("A1:H1")
        sheet["A2"] = "填表日期：2026-03-01"


def _merged(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["上门任务"]
    for row in (2, 3, 4, 5):
        sheet.cell(row=row, column=3).value = "2026-03-02"
    for row in (3, 4, 5):
        sheet.cell(row=row, column=3).value = None
    sheet.merge_cells("C2:C5")


def _totals(workbook: openpyxl.Workbook) -> None:
    workbook["上门任务"].append(["合计", None, None, None, None, 175, None, 4])
    workbook["服务对象"].append([None, "共计：2人"])
    workbook["护理员"].append(["总 计", 2])


def _repeated_header(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["上门任务"]
    header = [cell.value for cell in sheet[1]]
    sheet.insert_rows(4)
    for column, value in enumerate(header, start=1):
        sheet.cell(row=4, column=column).value = value


def _footnote(workbook: openpyxl.Workbook) -> None:
    workbook["上门任务"].append(["备注：送餐请走北门"])
    workbook["护理员"].append(["制表人：张某", "审核：李某"])


def _empty_rows(workbook: openpyxl.Workbook) -> None:
    workbook["上门任务"].insert_rows(3, 2)
    workbook["服务对象"].insert_rows(2)
    workbook["服务对象"]["B2"] = "  　"


def _spaces(workbook: openpyxl.Workbook) -> None:
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value:
                    cell.value = f" {cell.value}　"


def _headers(names: dict[str, str]) -> Spoil:
    def spoil(workbook: openpyxl.Workbook) -> None:
        for sheet in workbook:
            for cell in sheet[1]:
                cell.value = names.get(str(cell.value), cell.value)

    return spoil


def _hours_in_the_header(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["上门任务"]
    sheet["F1"] = "服务时长（小时）"
    for row, hours in ((2, 5 / 60), (3, 1), (4, "20分钟"), (5, 1.5)):
        sheet.cell(row=row, column=6).value = hours


def _hidden(workbook: openpyxl.Workbook) -> None:
    workbook["上门任务"].row_dimensions[3].hidden = True
    workbook["护理员"].sheet_state = "hidden"


def _extra_columns(workbook: openpyxl.Workbook) -> None:
    for name, headers in {"上门任务": ("序号", "备用"), "服务对象": ("姓名", "身份证号", "联系电话")}.items():
        sheet = workbook[name]
        for header in headers:
            column = sheet.max_column + 1
            sheet.cell(row=1, column=column).value = header
            for row in range(2, sheet.max_row + 1):
                sheet.cell(row=row, column=column).value = f"{header}{row}"


def _extra_sheets(workbook: openpyxl.Workbook) -> None:
    workbook.create_sheet("使用说明", 0)["A1"] = "请勿修改表头"
    workbook.create_sheet("Sheet3")


def _order(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["上门任务"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(rows), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(row=number, column=column).value = value


UGLY: dict[str, Spoil] = {
    "title rows above the headers": _titles,
    "merged dates": _merged,
    "rows of sums": _totals,
    "headers repeated for printing": _repeated_header,
    "notes below the table": _footnote,
    "empty rows": _empty_rows,
    "spaces around every text": _spaces,
    "hidden rows and sheets": _hidden,
    "columns nobody needs": _extra_columns,
    "sheets nobody needs": _extra_sheets,
    "rows in another order": _order,
    "other names of columns": _headers({"分钟": "服务时长", "项目": "服务内容", "镇": "区镇", "对象": "服务对象"}),
    "stars and brackets in headers": _headers({"编号": "*编号", "分钟": "分 钟（必填）", "时间窗": "时间窗\n(可选)"}),
    "hours in the header": _hours_in_the_header,
    "minutes with a unit": _cell("上门任务", "F3", "60分钟"),
    "an hour in words": _cell("上门任务", "F3", "1小时"),
    "one and a half hours": _cell("上门任务", "F5", "1.5小时"),
    "an hour and a half in words": _cell("上门任务", "F5", "一个半小时"),
    "hours and minutes": _cell("上门任务", "F5", "1小时30分钟"),
    "full-width digits": _cell("上门任务", "F3", "６０"),
    "full-width window": _cell("上门任务", "G3", "８：３０－９：００；14：30～16：00"),
    "windows apart by a comma": _cell("上门任务", "G3", "8:30-9:00，14:30-16:00"),
    "windows in the spoken form": _cell("上门任务", "G3", "8点半到9点、下午2点半-4点"),
    "morning": _cell("上门任务", "G2", "上午"),
    "afternoon": _cell("上门任务", "G4", "下午"),
    "all day": _cell("上门任务", "G5", "全天"),
    "a number with its counter": _cell("上门任务", "H3", "1人"),
    "a date by Excel": _cell("上门任务", "C2", datetime(2026, 3, 2)),
    "a date in Chinese": _cell("上门任务", "C2", "2026年3月2号"),
    "a date with its weekday": _cell("上门任务", "C2", "2026/3/2（星期一）"),
    "an id as a number": _cell("上门任务", "H2", "1 "),
    "degrees with signs": _cell("服务对象", "E2", "31.81°N"),
    "degrees in words": _cell("服务对象", "F2", "东经121.65"),
    "the map's own name": _cell("服务对象", "G3", "高德"),
    "a tick for yes": _cell("上门任务", "I2", "√"),
}  # fmt: skip


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> TablesInput:
    return read_tables(write_book(_twin(), tmp_path_factory.mktemp("clean") / "day.xlsx"), day=DAY)


def _same(read: TablesInput, clean: TablesInput) -> None:
    for kind in ("visits", "clients", "caregivers", "locations", "priorities"):
        assert {one.id: one for one in getattr(read.problem, kind)} == {
            one.id: one for one in getattr(clean.problem, kind)
        }
    travel = problem_travel(read.problem)
    results = [
        solve_visits(one.problem, travel, stop=MaxIterations(200), seed=1, engine="greedy").plan.routes
        for one in (read, clean)
    ]
    assert results[0] == results[1]
    assert results[0]


def _notices(read: TablesInput) -> list[Finding]:
    return [finding for finding in read.warnings if finding.severity is Severity.NOTICE]


@pytest.mark.parametrize("what", UGLY)
def test_an_ugly_workbook_is_the_same_day(tmp_path: Path, clean: TablesInput, what: str) -> None:
    _same(read_tables(write_book(_twin(), tmp_path / "日程 三月.xlsx", UGLY[what]), day=DAY), clean)


ONE_CELL = ("minutes with a unit", "hours and minutes", "full-width window", "morning", "afternoon", "all day",
            "a number with its counter", "a date in Chinese", "degrees with signs", "the map's own name",
            "a tick for yes", "spaces around every text")  # fmt: skip
WHOLE = ("columns nobody needs", "sheets nobody needs", "other names of columns", "rows of sums",
         "notes below the table", "hidden rows and sheets", "headers repeated for printing", "empty rows",
         "title rows above the headers")  # fmt: skip


def test_many_uglinesses_at_once(tmp_path: Path, clean: TablesInput) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        for what in (*ONE_CELL, *WHOLE):
            UGLY[what](workbook)

    read = read_tables(write_book(_twin(), tmp_path / "day.xlsx", spoil), day=DAY)
    _same(read, clean)
    told = {finding.code for finding in read.warnings}
    assert {"T228", "T290", "T291", "T293", "T294", "T295", "T221", "T222"} <= told


@pytest.mark.parametrize(
    ("what", "code", "place"),
    [
        ("minutes with a unit", "T290", "上门任务!F3"),
        ("morning", "T290", "上门任务!G2"),
        ("full-width window", "T290", "上门任务!G3"),
        ("title rows above the headers", "T291", "上门任务!A1"),
        ("merged dates", "T292", "上门任务!C2"),
        ("rows of sums", "T293", "上门任务!A6"),
        ("headers repeated for printing", "T294", "上门任务!A4"),
        ("notes below the table", "T295", "上门任务!A6"),
        ("hours in the header", "T298", "上门任务!F1"),
    ],
)
def test_what_was_understood_is_listed_at_its_cell(tmp_path: Path, what: str, code: str, place: str) -> None:
    read = read_tables(write_book(_twin(), tmp_path / "day.xlsx", UGLY[what]), day=DAY)
    assert (code, place) in [(finding.code, finding.where) for finding in _notices(read)]


def test_equal_cells_are_listed_once_with_their_number(tmp_path: Path) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        for row in (2, 3, 4):
            workbook["上门任务"].cell(row=row, column=6).value = "1小时"

    read = read_tables(write_book(_twin(), tmp_path / "day.xlsx", spoil), day=DAY)
    told = [finding for finding in _notices(read) if finding.code == "T290"]
    assert len(told) == 1
    assert "3 格" in told[0].found.zh and "60" in told[0].found.zh


def test_hidden_rows_are_counted_aloud(tmp_path: Path) -> None:
    read = read_tables(write_book(_twin(), tmp_path / "day.xlsx", UGLY["hidden rows and sheets"]), day=DAY)
    told = {finding.code: finding for finding in read.warnings}
    assert told["T227"].severity is Severity.WARNING
    assert "1" in told["T227"].found.zh
    assert told["T228"].where == "护理员"


def test_a_clean_workbook_has_nothing_to_list(clean: TablesInput) -> None:
    assert _notices(clean) == []


def test_own_names_of_columns_sheets_and_parts_of_the_day(tmp_path: Path, clean: TablesInput) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook["上门任务"].title = "三月单子"
        sheet = workbook["三月单子"]
        sheet["F1"], sheet["G1"], sheet["G2"] = "要多久", "啥时候", "早市"

    names = tmp_path / "列名.csv"
    names.write_bytes(
        "工作表,列名,读作\n三月单子,,上门任务\n三月单子,要多久,分钟\n上门任务,啥时候,时间窗\n时段,早市,08:00-11:30\n".encode(
            "gb18030"
        )
    )
    options = TableOptions(mapping=read_mapping(names, VISIT_SHEETS))
    read = read_tables(write_book(_twin(), tmp_path / "day.xlsx", spoil), day=DAY, options=options)
    _same(read, clean)
    assert [finding.code for finding in _notices(read)].count("T297") == 2


def test_an_old_workbook_is_read_as_it_is(tmp_path: Path, clean: TablesInput) -> None:
    book = xlwt.Workbook()
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for name, rows in _twin().items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    visits = book.get_sheet("上门任务")
    visits._cell_overwrite_ok = True
    visits.write(1, 2, date(2026, 3, 2), style)
    visits.write(1, 5, 5)
    visits.row(2).hidden = True
    path = tmp_path / "旧表.xls"
    book.save(str(path))
    read = read_tables(path, day=DAY)
    _same(read, clean)
    assert {"T299", "T227"} <= {finding.code for finding in read.warnings}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_csv_files(tmp_path: Path, clean: TablesInput, encoding: str) -> None:
    _same(read_tables(write_folder(_twin(), tmp_path / "day", encoding), day=DAY), clean)


DOUBTFUL: dict[str, tuple[str, str, object, str]] = {
    "noon or midnight": ("上门任务", "G2", "晚上12点-1点半", "T235"),
    "bare numbers as a window": ("上门任务", "G2", "9-11", "T235"),
    "an unknown part of the day": ("上门任务", "G2", "傍晚", "T235"),
    "about an hour": ("上门任务", "F2", "约60分钟", "T231"),
    "sixty or ninety": ("上门任务", "F2", "60-90", "T231"),
    "spoken window backwards": ("上门任务", "G2", "下午4点-下午2点", "T236"),
    "a date without its year": ("上门任务", "C2", "3月2日", "T234"),
    "two people perhaps": ("上门任务", "H2", "1或2人", "T231"),
    "degrees and more": ("服务对象", "E2", "31.81左右", "T231"),
}  # fmt: skip


@pytest.mark.parametrize("what", DOUBTFUL)
def test_what_is_in_doubt_stays_a_finding(tmp_path: Path, what: str) -> None:
    sheet, cell, value, code = DOUBTFUL[what]
    with pytest.raises(InputError) as raised:
        read_tables(write_book(_twin(), tmp_path / "day.xlsx", _cell(sheet, cell, value)), day=DAY)
    errors = [(one.code, one.where) for one in raised.value.findings if one.severity is Severity.ERROR]
    assert errors == [(code, f"{sheet}!{cell}")]
