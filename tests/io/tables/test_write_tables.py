"""Tables → problem → tables → the same problem; the template; what cannot be written is refused, not lost."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings

from instances.day import make_qidong
from optimizer.common.errors import InputError, OutputError
from optimizer.common.language import Language
from optimizer.io.tables import VISIT_SHEETS, column_reference, read_tables, write_tables, write_template
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
    Barrier,
    Break,
    Caregiver,
    CaregiverStatus,
    Client,
    CoordinateSystem,
    KnownCaregiver,
    Link,
    LinkCaregivers,
    LinkKind,
    Location,
    Lock,
    LockLevel,
    PriorityGroup,
    Problem,
    PublishedStop,
    Sharing,
    Shift,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)
from tests.io.tables.books import DAY, clean_book, write_book
from tests.strategies import problems


def _rich() -> Problem:
    """Everything that tables have a column for."""
    home = Location(id="H-01", lat=31.77, lon=121.71, town="惠萍镇")
    return Problem(
        name="某日",
        date=DAY,
        locations=(
            Location(id="S1", lat=31.8, lon=121.66, system=CoordinateSystem.BD09, town="汇龙镇", is_station=True),
            home,
            Location(id="C1", lat=31.81, lon=121.65, system=CoordinateSystem.GCJ02, town="汇龙镇", village="民胜村"),
            Location(id="两人家", lat=31.76, lon=121.7, town="惠萍镇"),
            Location(id="C4"),
        ),
        barriers=(Barrier(town="启隆镇", modes=("walk", "ebike", "tricycle")),),
        clients=(
            Client(
                id="C1",
                location="C1",
                ability="中度失能",
                gender="female",
                dialect="启海话",
                preferred=("N1", "N2"),
                forbidden=("N3",),
                known=(KnownCaregiver(caregiver="N2", visits=7), KnownCaregiver(caregiver="N1")),
            ),
            Client(id="007", location="两人家"),
            Client(id="C3", location="两人家", gender="male"),
            Client(id="C4", location="C4"),
        ),
        visits=(
            Visit(
                id="W1",
                client="C1",
                service="BATH",
                service_duration_t=3630,
                windows=(
                    TimeWindow(earliest_t=30_615, latest_t=36_000),
                    TimeWindow(earliest_t=50_400, latest_t=59_400, due_t=57_600),
                    TimeWindow(earliest_t=60_000, due_t=61_200),
                    TimeWindow(earliest_t=86_400, latest_t=108_000),
                    TimeWindow(earliest_t=109_000),
                ),
                skills=(SkillRequirement(skill="养老护理", level=3), SkillRequirement(skill="护士")),
                team_size=2,
                mandatory=False,
                priority="特困",
                latest_date=date(2026, 3, 9),
                last_service_date=date(2026, 2, 1),
                times_left_out=3,
                required_caregivers=("N1", "N2"),
                provider="甲机构",
                load=2,
                locks=(
                    Lock(level=LockLevel.ORDER, caregiver="N1", shift="早", start_t=30_615),
                    Lock(level=LockLevel.CAREGIVER, caregiver="N2"),
                ),
            ),
            Visit(id="W2", client="C1", service_duration_t=0, priority=None, provider=None, location="H-01"),
            Visit(id="W3", client="007", service="BATH", service_duration_t=1234, priority="其他", provider="乙"),
            Visit(id="W4", client="C4", service="自定项目", service_duration_t=60, priority=None, provider="甲机构"),
            Visit(
                id="W5",
                client="C3",
                service_duration_t=300,
                locks=(Lock(level=LockLevel.TIME, caregiver="N1", start_t=40_000),),
            ),
        ),
        links=(
            Link(
                id="L1",
                kind=LinkKind.SEQUENTIAL,
                visits=("W3", "W2"),
                min_gap_t=90,
                max_gap_t=7200,
                caregivers=LinkCaregivers.SAME,
                all_or_nothing=False,
            ),
            Link(id="L2", kind=LinkKind.SIMULTANEOUS, visits=("W4", "W5"), caregivers=LinkCaregivers.DIFFERENT),
        ),
        caregivers=(
            Caregiver(
                id="N1",
                shifts=(
                    Shift(
                        id="早",
                        start_location="H-01",
                        end_location=None,
                        start_t=28_800,
                        end_t=43_200,
                        max_overtime_t=None,
                        breaks=(
                            Break(
                                id="茶", earliest_t=32_400, latest_t=34_200, duration_t=450, location="S1", paid=True
                            ),
                            Break(id="早-b2", earliest_t=39_600, latest_t=39_600, duration_t=1800),
                        ),
                        max_load=20,
                        max_travel_t=5400,
                    ),
                    Shift(
                        id="N1-2",
                        start_location="S1",
                        end_location="H-01",
                        start_t=79_200,
                        max_overtime_t=1800,
                        breaks=(Break(id="N1-2-b1", earliest_t=86_400, latest_t=90_000, duration_t=3600),),
                    ),
                ),
                skills=(
                    Skill(skill="养老护理", level=4, expires=date(2027, 5, 1)),
                    Skill(skill="护士", expires=date(2026, 3, 2)),
                    Skill(skill="陪诊"),
                ),
                mode="bus",
                gender="female",
                dialects=("启海话", "南通话"),
                provider="甲机构",
            ),
            Caregiver(
                id="N2",
                shifts=(Shift(id="N2-1", start_location="S1", end_location="S1", start_t=28_800, end_t=61_200),),
                mode="tricycle",
                status=CaregiverStatus.STANDBY,
            ),
            Caregiver(id="N3", shifts=(), status=CaregiverStatus.LEAVE),
        ),
        priorities=(
            PriorityGroup(id="特困", price_s=5000, zh="特困人员", en="extreme hardship", source="某文件"),
            PriorityGroup(id="其他", price_s=1, zh="其他", en="others"),
        ),
        sharing=(
            Sharing(skill="*", lender="甲机构", borrower="乙"),
            Sharing(skill="护士", lender="乙", borrower="甲机构"),
        ),
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["day.xlsx", "day"])
def test_everything_that_tables_can_express_comes_back(tmp_path: Path, name: str, language: Language) -> None:
    problem = _rich()
    assert write_tables(problem, tmp_path / name, language=language) == ()
    assert read_tables(tmp_path / name).problem == problem


def _by_id(problem: Problem) -> Problem:
    return replace(problem, locations=tuple(sorted(problem.locations, key=lambda place: place.id)))


@settings(max_examples=25, deadline=None)
@given(problems(published=False).filter(lambda drawn: drawn[0].ticks_per_s == 1 and drawn[0].visits))
def test_drawn_problems_come_back(drawn: tuple[Problem, TravelMatrix]) -> None:
    genders = {"f": "female", "m": "male", None: None}
    problem = drawn[0]
    problem = replace(
        problem,
        cost_unit_s=1,
        clients=tuple(replace(client, gender=genders[client.gender]) for client in problem.clients),
        caregivers=tuple(replace(one, gender=genders[one.gender]) for one in problem.caregivers),
    )
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "a.xlsx"), Path(folder, "b")
        assert write_tables(problem, first) == ()
        once = read_tables(first).problem
        assert _by_id(once) == _by_id(problem)
        write_tables(once, second, language=Language.EN)
        assert read_tables(second).problem == once


def test_a_made_day_comes_back(tmp_path: Path) -> None:
    problem = make_qidong(120, 3)
    warnings = write_tables(problem, tmp_path / "qidong.xlsx")
    assert [finding.code for finding in warnings] == ["T280"]  # the maker's extras
    assert _by_id(read_tables(tmp_path / "qidong.xlsx").problem) == _by_id(replace(problem, ext={}))


def test_equal_problems_give_equal_files(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_tables(_rich(), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_has_no_column_is_told(tmp_path: Path) -> None:
    stop = PublishedStop(visit="W1", caregiver="N1", shift="早", start_t=0)
    problem = replace(_rich(), ext={"a": 1}, published=(stop,), frozen_before_t=5, cost_unit_s=60)
    assert [finding.code for finding in write_tables(problem, tmp_path / "day.xlsx")] == ["T280"] * 4
    nested = replace(_rich(), clients=(replace(_rich().clients[0], ext={"a": 1}), *_rich().clients[1:]))
    assert [finding.code for finding in write_tables(nested, tmp_path / "nested.xlsx")] == ["T280"]


def _with_visit(**changes: object) -> Problem:
    problem = _rich()
    return replace(problem, visits=(replace(problem.visits[0], **changes), *problem.visits[1:]))  # type: ignore[arg-type]


UNWRITABLE = {
    "finer than a second": replace(_rich(), ticks_per_s=1000),
    "an id with a semicolon": _with_visit(id="W;1"),
    "an id with spaces around": _with_visit(id=" W1"),
    "an id that is an ID number": _with_visit(id="320681194001010013"),
    "a time before midnight": _with_visit(windows=(TimeWindow(earliest_t=-5, latest_t=5),)),
    "a window that ends before it begins": _with_visit(windows=(TimeWindow(earliest_t=100, latest_t=5),)),
    "a lock by order without a start": _with_visit(locks=(Lock(level=LockLevel.ORDER, caregiver="N1"),)),
    "a visit of an example": _with_visit(id="示例-1"),
    "a skill with a colon": _with_visit(skills=(SkillRequirement(skill="a:b"),)),
}


@pytest.mark.parametrize("what", UNWRITABLE)
@pytest.mark.parametrize("name", ["day.xlsx", "day"])
def test_what_would_not_read_back_is_refused(tmp_path: Path, what: str, name: str) -> None:
    with pytest.raises(OutputError):
        write_tables(UNWRITABLE[what], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_other_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.csv").write_text("mine", encoding="utf-8")
    for path in (
        tmp_path / "day.csv",
        tmp_path / "full",
        tmp_path / "nowhere" / "day",
        tmp_path / "nowhere" / "d.xlsx",
    ):
        with pytest.raises(OutputError):
            write_tables(_rich(), path)
    assert (tmp_path / "full" / "a.csv").read_text(encoding="utf-8") == "mine"
    given = write_book(clean_book(), tmp_path / "day.xlsx")
    before = given.read_bytes()
    with pytest.raises(OutputError):
        write_tables(_rich(), given, inputs=[given])
    assert given.read_bytes() == before


@pytest.mark.parametrize("language", Language)
def test_the_template_has_every_column_with_a_note_and_lists(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, language=language)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == [spec.title_in(language) for spec in VISIT_SHEETS]
    for spec in VISIT_SHEETS:
        sheet = workbook[spec.title_in(language)]
        for number, column in enumerate(spec.columns, start=1):
            header = sheet.cell(1, number)
            assert header.value == column.title.in_(language)
            assert header.comment is not None
            assert column.form.in_(language) in header.comment.text
        listed = {str(rule.sqref).split(":")[0] for rule in sheet.data_validations.dataValidation}
        assert len(listed) == sum(1 for column in spec.columns if column.choices)


def test_the_template_as_it_is_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    with pytest.raises(InputError) as raised:
        read_tables(path, day=DAY)
    empty = {finding.where for finding in raised.value.findings if finding.code == "T226"}
    assert empty == {"服务对象!A2", "上门任务!A2", "护理员!A2"}


def test_the_examples_of_the_template_are_a_day_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    workbook = openpyxl.load_workbook(path)
    for sheet in workbook:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("示例", "甲")
    workbook.save(path)
    read = read_tables(path, day=DAY)
    assert [visit.id for visit in read.problem.visits] == ["甲-W1", "甲-W2"]
    assert read.problem.links[0].visits == ("甲-W1", "甲-W2")
    assert len(read.problem.priorities) == 3
    assert [finding.code for finding in read.warnings] == []


@pytest.mark.parametrize("language", Language)
def test_the_reference_names_every_sheet_and_column(language: Language) -> None:
    text = column_reference(language)
    for spec in VISIT_SHEETS:
        assert f"### {spec.title_in(language)}" in text
        for column in spec.columns:
            assert f"| {column.title.in_(language)} |" in text
    assert text.count("| 必填 |" if language is Language.ZH else "| must be filled in |") >= 10
    widths = {line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("|")}
    assert widths == {5}
