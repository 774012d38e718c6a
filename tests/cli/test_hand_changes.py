"""A plan workbook changed by hand in Excel (here by openpyxl) is judged row by row and planned anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.cli.day import Reading, read_day
from optimizer.common.errors import InputError, OutputError
from optimizer.io.recognise import read_hand_plan, read_plan
from optimizer.visits.hand_plan import Keep, keep_plan
from optimizer.visits.model import LockLevel
from optimizer.visits.plan import Plan
from tests.cli.days import run, small_workbook, solved


class Sheet:
    """The sheet 总表 of a plan workbook, open for changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet: Worksheet = next(sheet for sheet in self.book if sheet.title in ("总表", "All visits"))
        self.columns = {str(cell.value): cell.column for cell in self.sheet[1]}

    def column(self, zh: str, en: str) -> int:
        return self.columns.get(zh) or self.columns[en]

    def row_of(self, visit: str) -> int:
        ids = self.column("上门编号", "Visit")
        return next(row for row in range(2, self.sheet.max_row + 1) if self.sheet.cell(row, ids).value == visit)

    def put(self, visit: str, **values: object) -> int:
        row = self.row_of(visit)
        names = {"caregiver": ("护理员", "Caregiver"), "start": ("开始", "Start"), "locked": ("锁定", "Locked")}
        for key, value in values.items():
            self.sheet.cell(row, self.column(*names[key])).value = value
        return row

    def value(self, visit: str, zh: str, en: str) -> object:
        return self.sheet.cell(self.row_of(visit), self.column(zh, en)).value

    def save(self, path: Path | None = None) -> Path:
        self.book.save(path or self.path)
        return path or self.path


def _stops(plan: Plan) -> dict[str, tuple[str, int]]:
    return {stop.visit: (route.caregiver, stop.start_t) for route in plan.routes for stop in route.stops}


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return small_workbook(tmp_path)


@pytest.fixture
def planned(day: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "计划.xlsx"
    made = solved(day, "--xlsx", path, "--out", tmp_path / "plan.json")
    assert made.exit_code == 0, made.output
    yield path


def test_an_untouched_workbook_is_the_same_plan(day: Path, planned: Path, tmp_path: Path) -> None:
    problem = read_day(day, Reading()).problem
    assert read_plan(planned, problem).routes == read_plan(tmp_path / "plan.json", problem).routes
    judged = run("check", day, planned)
    assert judged.exit_code == 0, judged.output


def test_a_change_against_a_rule_is_named_at_its_row(day: Path, planned: Path) -> None:
    sheet = Sheet(planned)
    row = sheet.put("W2", start=time(15, 0))
    sheet.save()
    judged = run("check", day, planned)
    assert judged.exit_code == 2
    letter = sheet.sheet.cell(1, sheet.column("开始", "Start")).column_letter
    assert f"{sheet.sheet.title}!{letter}{row} R" in judged.output


@pytest.mark.parametrize("start", [time(9, 30), "9:30", "９：３０", "9点半", 9.5 / 24])
def test_starts_are_read_as_people_type_them(day: Path, planned: Path, start: object) -> None:
    sheet = Sheet(planned)
    sheet.put("W3", start=start)
    sheet.save()
    problem = read_day(day, Reading()).problem
    assert _stops(read_plan(planned, problem))["W3"][1] == 34_200


WRONG = {
    "unknown visit": ("W3", {}, "T401"),
    "unknown caregiver": ("W3", {"caregiver": "N9"}, "T402"),
    "caregiver without a start": ("W3", {"start": None}, "T403"),
    "start in words": ("W3", {"start": "早上"}, "T233"),
    "lock in words": ("W3", {"locked": "也许"}, "T237"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_read_is_told_at_its_cell(day: Path, planned: Path, what: str) -> None:
    visit, values, code = WRONG[what]
    sheet = Sheet(planned)
    row = sheet.put(visit, **values)
    if what == "unknown visit":
        sheet.sheet.cell(row, 1).value = "W99"
    sheet.save()
    judged = run("check", day, planned)
    assert isinstance(judged.exception, InputError)
    errors = [(one.code, one.where) for one in judged.exception.findings if one.severity == "error"]
    assert [one for one, _ in errors] == [code]
    assert errors[0][1].endswith(str(row))


def test_a_cleared_caregiver_leaves_the_visit_out(day: Path, planned: Path) -> None:
    sheet = Sheet(planned)
    sheet.put("W7", caregiver=None, start=None)
    sheet.save()
    problem = read_day(day, Reading()).problem
    plan = read_plan(planned, problem)
    assert "W7" not in _stops(plan)
    assert "W7" in [one.visit for one in plan.unassigned]


def test_a_missing_break_is_put_where_it_fits(day: Path, planned: Path) -> None:
    sheet = Sheet(planned)
    for visit, start in {"W1": time(9, 0), "W3": time(10, 45), "W4": time(14, 0)}.items():
        sheet.put(visit, caregiver="N1", start=start)
    for name in ("休息", "Breaks"):
        if name in sheet.book.sheetnames:
            del sheet.book[name]
    sheet.save()
    judged = run("check", day, planned)
    assert judged.exit_code == 0, judged.output


def test_each_way_to_keep(day: Path, planned: Path) -> None:
    sheet = Sheet(planned)
    sheet.put("W3", locked="时")
    sheet.put("W1", locked="人")
    sheet.save()
    problem = read_day(day, Reading()).problem
    given = read_hand_plan(planned, problem)
    before = _stops(given.plan)
    locks = {
        keep: {visit.id: visit.locks for visit in keep_plan(problem, given.plan, given.locks, keep).visits}
        for keep in Keep
    }
    assert {visit for visit, of_visit in locks[Keep.LOCKED].items() if of_visit} == {"W1", "W3"}
    assert locks[Keep.LOCKED]["W3"][0].start_t == before["W3"][1]
    assert locks[Keep.LOCKED]["W1"][0].level is LockLevel.CAREGIVER
    assert {visit for visit, of_visit in locks[Keep.CAREGIVERS].items() if of_visit} == set(before)
    assert locks[Keep.CAREGIVERS]["W4"][0].level is LockLevel.CAREGIVER
    assert locks[Keep.CAREGIVERS]["W3"][0].level is LockLevel.TIME
    assert all(of_visit[0].level is LockLevel.TIME for visit, of_visit in locks[Keep.ALL].items() if visit in before)


@pytest.mark.parametrize("engine", ["greedy", "ortools"])
def test_a_locked_row_stays_and_the_rest_gives_way(day: Path, planned: Path, tmp_path: Path, engine: str) -> None:
    sheet = Sheet(planned)
    # W1 is moved to another caregiver and hour, and locked there; whatever it pushes aside must be planned anew.
    other = next(name for name in ("N3", "N2") if name != sheet.value("W1", "护理员", "Caregiver"))
    sheet.put("W1", caregiver=other, start=time(10, 0), locked="时")
    changed = sheet.save(tmp_path / "改后.xlsx")
    again = tmp_path / "新计划.xlsx"
    made = solved(day, "--start", changed, "--keep", "locked", "--xlsx", again, engine=engine)
    assert made.exit_code == 0, made.output
    problem = read_day(day, Reading()).problem
    after = _stops(read_plan(again, problem))
    assert after["W1"] == (other, 36_000)
    assert {"W1", "W2", "W3", "W4", "W5"} <= set(after)
    assert run("check", day, again).exit_code == 0
    assert Sheet(again).value("W1", "锁定", "Locked") in ("时", "when")


def test_keeping_everything_only_fills_in(day: Path, planned: Path, tmp_path: Path) -> None:
    sheet = Sheet(planned)
    sheet.put("W6", caregiver=None, start=None)
    sheet.save()
    problem = read_day(day, Reading()).problem
    before = _stops(read_plan(planned, problem))
    again = tmp_path / "again.xlsx"
    made = solved(day, "--start", planned, "--keep", "all", "--xlsx", again)
    assert made.exit_code == 0, made.output
    after = _stops(read_plan(again, problem))
    assert {visit: after[visit] for visit in before} == before
    assert "W6" in after
    book = openpyxl.load_workbook(again)
    changes = next(sheet for sheet in book if sheet.title in ("变动", "Changes"))
    rows = [[cell.value for cell in row] for row in changes.iter_rows(min_row=2)]
    assert [row[1:3] for row in rows] == [["W6", "C2"]]
    assert "W6" in made.output


def test_a_change_has_its_price(day: Path, planned: Path) -> None:
    problem = read_day(day, Reading()).problem
    given = read_hand_plan(planned, problem)
    kept = keep_plan(problem, given.plan, given.locks, Keep.LOCKED)
    assert {(stop.visit, stop.caregiver, stop.start_t) for stop in kept.published} == {
        (visit, *where) for visit, where in _stops(given.plan).items()
    }


def test_the_edited_plan_is_never_written_over(day: Path, planned: Path) -> None:
    made = solved(day, "--start", planned, "--xlsx", planned)
    assert isinstance(made.exception, OutputError)
