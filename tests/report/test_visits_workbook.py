"""The workbook says what the plan and the referee say, and nothing about persons."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import time

import openpyxl
import pytest

from optimizer.common.language import Language, Text
from optimizer.report.clock import DayClock
from optimizer.report.visits_overview_sheets import LEFT_OUT_COLUMNS, MAX_REASONS, OVERVIEW_COLUMNS, VISIT_COLUMNS
from optimizer.report.visits_route_sheet import ROUTE_COLUMNS
from optimizer.report.visits_workbook import SHEETS, visits_workbook_bytes
from optimizer.visits.evaluation import Violation
from optimizer.visits.kpi import key_figures
from optimizer.visits.plan import Reason, ReasonKind, Unassigned
from tests.report.report_samples import PERSONAL, RUN, random_day, small_day


def open_book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def records(sheet, columns, head_row: int) -> list[dict[str, object]]:
    titles = [cell.value for cell in sheet[head_row]][: len(columns)]
    assert titles == [column.title.zh for column in columns]
    rows = sheet.iter_rows(min_row=head_row + 1, max_col=len(columns), values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


def clock_time(problem, ticks: int) -> time:
    seconds = DayClock.of(problem).seconds(ticks)
    return time(int(seconds // 3600), int(seconds % 3600 // 60), int(seconds % 60))


@pytest.fixture(scope="module")
def day():
    return random_day(caregivers=12, seed=5)


@pytest.fixture(scope="module")
def book(day):
    return open_book(visits_workbook_bytes(*day, RUN, language=Language.ZH))


def test_every_stop_of_the_plan_is_on_its_route_sheet(day, book):
    problem, plan, evaluation = day
    for route, timed in zip(plan.routes, evaluation.routes, strict=True):
        rows = records(book[route.caregiver], ROUTE_COLUMNS, 4)
        stops = [row for row in rows if row["序"] is not None]
        assert [row["上门编号"] for row in stops] == [stop.visit for stop in route.stops]
        assert [row["开始"] for row in stops] == [clock_time(problem, stop.start_t) for stop in route.stops]
        assert [row["最早到达"] for row in stops] == [clock_time(problem, stop.arrival_t) for stop in timed.stops]
        assert [row["结束"] for row in stops] == [clock_time(problem, stop.finish_t) for stop in timed.stops]
        rests = [row for row in rows if row["上门编号"] == "休息"]
        assert [row["开始"] for row in rests] == [clock_time(problem, rest.start_t) for rest in route.breaks]
        assert rows[-1]["上门编号"] == "返回"
        assert rows[-1]["最早到达"] == clock_time(problem, timed.return_t)


def test_list_of_all_visits_has_every_task_and_every_visit_left_out(day, book):
    problem, plan, evaluation = day
    rows = records(book["总表"], VISIT_COLUMNS, 1)
    planned = {(row["上门编号"], row["护理员"], row["开始"]) for row in rows if row["状态"] == "已安排"}
    assert planned == {
        (stop.visit, route.caregiver, clock_time(problem, stop.start_t))
        for route in plan.routes
        for stop in route.stops
    }
    assert sorted(row["上门编号"] for row in rows if row["状态"] == "未安排") == list(evaluation.left_out)
    assert {row["上门编号"] for row in rows} == {visit.id for visit in problem.visits}


def test_a_visit_of_two_names_the_other_caregiver_and_what_follows():
    book = open_book(visits_workbook_bytes(*small_day(), RUN))
    bath = records(book["C1"], ROUTE_COLUMNS, 4)[0]
    assert bath["同行与衔接"] == "与 C2 同行；之后接 W-002（C1 11:15）"
    meal = records(book["C1"], ROUTE_COLUMNS, 4)[1]
    assert meal["同行与衔接"] == "在 W-001（C1 C2 09:30）开始后 30–120 分钟"
    assert meal["可开始时间"] == "10:30–12:00"
    rows = records(book["总表"], VISIT_COLUMNS, 1)
    assert sorted(row["护理员"] for row in rows if row["上门编号"] == "W-001") == ["C1", "C2"]


def test_left_out_visits_have_their_reasons_and_what_would_help(day, book):
    _problem, plan, _evaluation = day
    rows = records(book["未安排"], LEFT_OUT_COLUMNS, 1)
    for unassigned in plan.unassigned:
        shown = [row for row in rows if row["上门编号"] == unassigned.visit]
        assert [(row["原因"], row["怎样才能安排"]) for row in shown] == [
            (reason.text.zh, reason.change.text.zh) for reason in unassigned.reasons
        ]
    mandatory = [row["必做"] == "是" for row in rows]
    assert mandatory == sorted(mandatory, reverse=True)


def test_many_reasons_are_cut_and_the_rest_is_counted():
    problem, plan, evaluation = small_day()
    reason = Reason(kind=ReasonKind.IMPOSSIBLE, code="skill", text=Text("缺技能", "no skill"))
    plan = replace(plan, unassigned=(Unassigned(visit="W-003", reasons=(reason,) * (MAX_REASONS + 3)),))
    book = open_book(visits_workbook_bytes(problem, plan, evaluation, RUN))
    rows = records(book["未安排"], LEFT_OUT_COLUMNS, 1)
    assert len(rows) == MAX_REASONS + 1
    assert rows[-1]["原因"] == "另有 3 条，见计划文件"


def test_caregivers_without_a_route_are_listed_but_have_no_sheet():
    book = open_book(visits_workbook_bytes(*small_day(), RUN))
    rows = records(book["派工总览"], OVERVIEW_COLUMNS, 1)
    assert [row["护理员"] for row in rows] == ["C1", "C2", "C3"]
    assert rows[2]["上门 次"] == 0
    assert rows[2]["派工单"] == "在岗"
    assert "C3" not in book.sheetnames


def test_notes_show_weights_prices_seed_and_versions(book):
    cells = [str(cell.value) for row in book["说明"].iter_rows() for cell in row if cell.value is not None]
    text = "\n".join(cells)
    for expected in ("随机种子", "7", "ortools 9.15", "每次计作 300 秒路程", "特困、失能独居", "示例来源 2026", "假设"):
        assert expected in text


def test_broken_rules_are_shown_where_there_are_any():
    problem, plan, evaluation = small_day()
    assert SHEETS["violations"].zh not in open_book(visits_workbook_bytes(problem, plan, evaluation, RUN)).sheetnames
    broken = Violation(code="R03", rule="time_window", text=Text("晚于时间窗", "after the window"), visit="W-001")
    evaluation = replace(evaluation, violations=(broken,))
    sheet = open_book(visits_workbook_bytes(problem, plan, evaluation, RUN))[SHEETS["violations"].zh]
    assert [cell.value for cell in sheet[2]] == ["R03", None, None, "W-001", "晚于时间窗"]


def test_english_workbook_has_no_chinese_of_its_own():
    problem, plan, evaluation = small_day()
    book = open_book(visits_workbook_bytes(problem, plan, evaluation, RUN, language=Language.EN))
    assert [name for name in book.sheetnames if not name.isascii()] == []
    assert book["C1"].cell(1, 1).value == "Route sheet  C1"
    assert [cell.value for cell in book["C1"][4]] == [column.title.en for column in ROUTE_COLUMNS]


def test_personal_data_in_ext_never_reaches_the_workbook():
    content = visits_workbook_bytes(*small_day(), RUN)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    for key, value in PERSONAL.items():
        assert value not in text
        assert key not in text


def rename_caregiver(day, old: str, new: str):
    problem, plan, evaluation = day
    caregivers = tuple(replace(one, id=new) if one.id == old else one for one in problem.caregivers)
    routes = tuple(replace(one, caregiver=new) if one.caregiver == old else one for one in plan.routes)
    timed = tuple(replace(one, caregiver=new) if one.caregiver == old else one for one in evaluation.routes)
    return replace(problem, caregivers=caregivers), replace(plan, routes=routes), replace(evaluation, routes=timed)


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://x","y")',
        "+cmd|' /C calc'!A0",
        "a/b\\c:d*e?f[g]h",
        "'quoted'",
        "History",
        "总表",
        "c2",
        "很" * 60,
        "𠮷𠮷" * 20,
        "half\ud800surrogate",
        "bell\x07",
        "http://example.invalid/x",
    ],
)
def test_any_id_makes_a_sheet_and_stands_as_text(name):
    book = open_book(visits_workbook_bytes(*rename_caregiver(small_day(), "C1", name), RUN))
    cells = [cell for row in book["派工总览"].iter_rows(min_col=1, max_col=1) for cell in row]
    written = [cell for cell in cells if cell.value is not None and cell.value.encode("utf-16", "replace")]
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in written)
    assert len(set(map(str.casefold, book.sheetnames))) == len(book.sheetnames)
    assert all(len(sheet.encode("utf-16-le")) // 2 <= 31 for sheet in book.sheetnames)


def test_the_same_plan_gives_the_same_bytes(day):
    assert visits_workbook_bytes(*day, RUN) == visits_workbook_bytes(*day, RUN)


def test_sheets_are_ready_to_print(book):
    for name in ("总表", "未安排", "派工总览", "H001"):
        sheet = book[name]
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert sheet.freeze_panes is not None
        assert sheet.print_title_rows


def test_key_figures_are_those_of_the_referee(day, book):
    problem, _plan, evaluation = day
    figures = key_figures(problem, evaluation)
    sheet = book["关键指标"]
    shown = {row[0].value: (row[1].value, row[2].value) for row in sheet.iter_rows(min_row=4, max_row=18)}
    assert shown == {
        figure.label.zh: ("–" if figure.value is None else pytest.approx(figure.value), figure.of)
        for figure in figures.headline
    }
    first = [row[0].value for row in sheet.iter_rows(min_row=19)]
    for town in {place.town for place in figures.places}:
        assert first.count(town) == 1
    assert first.index("全市") < first.index("北新镇") < first.index("北新一村")


def test_a_plan_that_names_unknown_things_still_makes_a_workbook():
    problem, plan, evaluation = small_day()
    stranger = replace(evaluation.routes[1], caregiver="nobody")
    stops = (replace(evaluation.routes[0].stops[0], visit="no such visit"), *evaluation.routes[0].stops[1:])
    evaluation = replace(evaluation, routes=(replace(evaluation.routes[0], stops=stops), stranger))
    book = open_book(visits_workbook_bytes(problem, plan, evaluation, RUN))
    assert [row["上门编号"] for row in records(book["C1"], ROUTE_COLUMNS, 4) if row["序"]] == ["W-002"]
    assert "nobody" not in book.sheetnames


def test_words_of_the_trade_and_none_of_the_program(book):
    spoken = {
        str(value)
        for name in (SHEETS["left_out"].zh, SHEETS["notes"].zh)
        for row in book[name].iter_rows(values_only=True)
        for value in row
        if isinstance(value, str)
    }
    codes = {"occupied", "not_examined", "open", "price", "window", "travel", "provider", "skill"}
    assert not spoken & codes
    assert not [text for text in spoken if "straight line" in text or text == "homecare"]


def test_wrapped_cells_have_room(day):
    problem, plan, evaluation = day
    long = Text("这条原因写得很长，一行放不下，" * 8, "a reason that is long. " * 12)
    left = plan.unassigned[0] if plan.unassigned else Unassigned(visit=plan.routes[0].stops[0].visit)
    told = replace(left, reasons=(Reason(kind=ReasonKind.NO_ROOM, code="occupied", text=long),))
    changed = replace(plan, unassigned=(told, *plan.unassigned[1:]))
    sheet = open_book(visits_workbook_bytes(problem, changed, evaluation, RUN, language=Language.ZH))[
        SHEETS["left_out"].zh
    ]
    row = next((one for one in sheet.iter_rows(min_row=2) if one[0].value == told.visit), None)
    assert row is not None and sheet.row_dimensions[row[0].row].height >= 4 * 13
