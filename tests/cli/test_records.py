"""From the workbook of tomorrow, through hand changes and a day's work, to the month's figures and the next plan."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import openpyxl
import pytest

from optimizer.cli.day import Reading, read_day
from optimizer.common.errors import InputError
from optimizer.io.record_store import STORE_NAME, forget_before, read_records, store_day
from optimizer.io.tables.actuals import read_actuals
from optimizer.visits.records import Follow, VisitRecord, adherence, category_of, person_times, with_records
from tests.cli.days import run, small_workbook, solved

DAY = date(2026, 3, 2)
WORDS = {
    "arrived": ("实际到达", "Arrived"),
    "left": ("实际离开", "Left"),
    "done": ("完成（是/否/原因）", "Done (yes/no/why)"),
    "visit": ("上门编号", "Visit"),
    "start": ("开始", "Start"),
}


def _fill(path: Path, visit: str, **values: object) -> int:
    """Write on the route sheets as a clerk does: finds the row of the visit on any caregiver's sheet."""
    book = openpyxl.load_workbook(path)
    filled = 0
    for sheet in book:
        heads: dict[str, int] = {}
        for row in sheet.iter_rows():
            named = {key: cell.column for cell in row for key, names in WORDS.items() if cell.value in names}
            if {"visit", "arrived"} <= set(named):
                heads = named
            elif heads and sheet.cell(row[0].row, heads["visit"]).value == visit:
                for key, value in values.items():
                    sheet.cell(row[0].row, heads[key]).value = value
                filled += 1
    book.save(path)
    return filled


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    path = tmp_path / "派工 单.xlsx"
    assert solved(small_workbook(tmp_path), "--xlsx", path).exit_code == 0
    return path


def test_what_was_written_is_read(planned: Path) -> None:
    assert _fill(planned, "W1", arrived=time(8, 10), left="9：10", done="是") == 1
    _fill(planned, "W2", done="否 住院")
    _fill(planned, "W5", arrived="10点半")
    actuals = read_actuals(planned)
    assert actuals.day == DAY
    by_visit = {record.visit: record for record in actuals.records}
    assert (by_visit["W1"].arrived_s, by_visit["W1"].left_s, by_visit["W1"].done) == (29_400, 33_000, True)
    assert (by_visit["W2"].done, by_visit["W2"].reason) == (False, "住院")
    assert (by_visit["W5"].done, by_visit["W5"].arrived_s) == (True, 37_800)
    assert by_visit["W3"].done is None
    assert by_visit["W1"].client == "C1" and by_visit["W1"].town == "汇龙镇" and by_visit["W1"].service == "CLEAN"
    assert len(by_visit) == 7
    assert [finding.code for finding in actuals.findings] == ["T414"]


@pytest.mark.parametrize(
    ("values", "code"),
    [({"arrived": "早上"}, "T233"), ({"arrived": time(9), "left": time(8), "done": "是"}, "T412")],
)
def test_what_cannot_be_read_is_told_at_its_cell(planned: Path, values: dict[str, object], code: str) -> None:
    _fill(planned, "W1", **values)
    with pytest.raises(InputError) as raised:
        read_actuals(planned)
    errors = [finding for finding in raised.value.findings if finding.severity == "error"]
    assert [finding.code for finding in errors] == [code]
    assert "!" in errors[0].where


def test_a_workbook_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_actuals(small_workbook(tmp_path))
    assert {"T410", "T411"} == {finding.code for finding in raised.value.findings}


def test_the_whole_way_round(planned: Path, tmp_path: Path) -> None:
    """Planned, changed by hand, checked, planned again with what is locked, done, recorded, reported, planned anew."""
    day = tmp_path / "三月 二日.xlsx"
    book = openpyxl.load_workbook(planned)
    sheet = next(sheet for sheet in book if sheet.title in ("总表", "All visits"))
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    row = next(row for row in range(2, 20) if sheet.cell(row, 1).value == "W1")
    sheet.cell(row, heads.get("护理员") or heads["Caregiver"]).value = "N3"
    sheet.cell(row, heads.get("开始") or heads["Start"]).value = time(9, 0)
    sheet.cell(row, heads.get("锁定") or heads["Locked"]).value = "时"
    book.save(planned)
    assert run("check", day, planned).exit_code in (0, 2)
    again = tmp_path / "新 派工单.xlsx"
    made = solved(day, "--start", planned, "--keep", "locked", "--xlsx", again)
    assert made.exit_code == 0, made.output
    for visit, values in {
        "W1": {"arrived": time(9, 5), "left": time(10, 0), "done": "是"},
        "W2": {"arrived": time(10, 40), "left": time(10, 50), "done": "是"},
        "W3": {"done": "否 不在家"},
        "W4": {"done": "是"},
    }.items():
        assert _fill(again, visit, **values) == 1
    folder = tmp_path / "记录 文件夹"
    told = run("record", again, "--into", folder)
    assert told.exit_code == 0, told.output
    records = {record.visit: record for record in read_records(folder)}
    assert records["W1"].caregiver == "N3" and records["W1"].follow is Follow.EXACT
    assert records["W3"].follow is Follow.MISSED and records["W4"].follow is Follow.PARTIAL
    out = tmp_path / "台账.xlsx"
    assert run("ledger", folder, "--month", "2026-03", "--xlsx", out).exit_code == 0
    ledger = openpyxl.load_workbook(out)
    done, planned_times = ledger.worksheets[0], ledger.worksheets[1]
    assert done.cell(2, done.max_column).value == 3
    assert planned_times.cell(2, planned_times.max_column).value == 7
    assert planned_times.title in ("计划人次", "Planned")
    assert ledger.worksheets[2].cell(3, 7).value == pytest.approx(2 / 4)
    problem = read_day(day, Reading()).problem
    tomorrow = with_records(problem, read_records(folder))
    assert all(not client.known for client in tomorrow.clients), "today's own records are not history"
    later = replace(problem, date=date(2026, 3, 3))
    history = {client.id: client.known for client in with_records(later, read_records(folder)).clients}
    assert [(known.caregiver, known.visits) for known in history["C1"]] == [("N3", 1)]
    last = {visit.id: visit.last_service_date for visit in with_records(later, read_records(folder)).visits}
    assert last["W1"] == DAY and last["W3"] is None
    assert solved(day, "--records", folder).exit_code == 0


def _record(visit: str, **more: object) -> VisitRecord:
    return VisitRecord(**{"day": DAY, "visit": visit, "caregiver": "N1", "client": "C1", "town": "汇龙镇", **more})  # type: ignore[arg-type]


def test_a_day_is_replaced_as_a_whole_and_others_stay(tmp_path: Path) -> None:
    other = _record("W9", day=date(2026, 3, 1), done=True)
    assert store_day(tmp_path, other.day, [other]) == 0
    assert store_day(tmp_path, DAY, [_record("W1", done=True), _record("W2")]) == 0
    assert store_day(tmp_path, DAY, [_record("W1", done=False, reason="住院")]) == 2
    assert read_records(tmp_path) == (other, _record("W1", done=False, reason="住院"))
    assert read_records(tmp_path, first=DAY) == (_record("W1", done=False, reason="住院"),)
    assert forget_before(tmp_path, DAY) == 1
    assert len(read_records(tmp_path)) == 1


def test_the_store_holds_no_names(planned: Path, tmp_path: Path) -> None:
    _fill(planned, "W1", done="是")
    run("record", planned, "--into", tmp_path / "days")
    with sqlite3.connect(tmp_path / "days" / STORE_NAME) as base:
        columns = [row[1] for row in base.execute("PRAGMA table_info(record)")]
    assert not {"name", "phone", "address"} & set(columns)


def test_person_times_count_visits_not_members_and_only_what_was_done() -> None:
    records = [
        _record("W1", service="BATH", done=True, planned_start_s=0),
        _record("W1", caregiver="N2", service="BATH", done=True, planned_start_s=0),
        _record("W2", service="MEAL", done=False, planned_start_s=0),
        _record("W3", service="MEAL", planned_start_s=0),
        _record("W4", service="自定义", done=True),
    ]
    counts = person_times(records)[("汇龙镇", "")]
    assert {key: count for key, count in counts.items() if count} == {"bathing": 1, "other": 1}
    planned = person_times(records, planned=True)[("汇龙镇", "")]
    assert {key: count for key, count in planned.items() if count} == {"bathing": 1, "meal": 2}
    assert len(counts) == 9


def test_how_a_plan_was_followed() -> None:
    records = [
        _record("W1", planned_start_s=36_000, arrived_s=36_900, done=True),
        _record("W2", planned_start_s=36_000, arrived_s=43_200, done=True),
        _record("W3", planned_start_s=36_000, done=False),
        _record("W4", arrived_s=36_000, done=True),
        _record("W5", planned_start_s=36_000),
    ]
    assert [record.follow for record in records] == [
        Follow.EXACT, Follow.PARTIAL, Follow.MISSED, Follow.UNPLANNED, Follow.NOT_RECORDED,
    ]  # fmt: skip
    assert adherence(records).rate == pytest.approx(1 / 3)
    assert adherence([]).rate is None


def test_categories() -> None:
    assert [category_of(code) for code in ("MEAL", "REHAB", "NURSE", "TALK", "家庭养老床位护理", "ERRAND")] == [
        "meal", "rehabilitation", "medical", "social_call", "family_bed", "other",
    ]  # fmt: skip
