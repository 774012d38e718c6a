"""Whatever is wrong with tables ends in numbered findings at the right cell, and nothing is written."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.common.errors import InputError, Severity
from optimizer.common.language import Language
from optimizer.io.tables import TableLimits, read_tables
from optimizer.io.tables.raw import BrokenFormula, RawSheet
from optimizer.io.tables.visits import problem_of_sheets
from tests.io.tables.books import DAY, Book, clean_book, write_book, write_folder

Place = tuple[str, str]


def _errors(path: Path, day: date | None = DAY, limits: TableLimits | None = None) -> list[Place]:
    """Codes and places of the errors; checks on the way that they can be read and that no file came or went."""
    before = sorted(entry.name for entry in path.parent.rglob("*"))
    with pytest.raises(InputError) as raised:
        read_tables(path, day=day, limits=limits or TableLimits())
    assert sorted(entry.name for entry in path.parent.rglob("*")) == before
    errors = [finding for finding in raised.value.findings if finding.severity is Severity.ERROR]
    for finding in errors:
        for language in Language:
            assert finding.found.in_(language).strip()
            assert finding.action.in_(language).strip()
            assert "{" not in finding.sentence(language)
    return [(finding.code, finding.where) for finding in errors]


CELLS: dict[str, tuple[str, str, object, str]] = {
    "minutes in letters": ("上门任务", "F2", "六十", "T231"),
    "minutes with a unit and doubt": ("上门任务", "F2", "60?", "T231"),
    "minutes as a time": ("上门任务", "F2", time(1, 0), "T231"),
    "minutes missing": ("上门任务", "F2", None, "T230"),
    "minutes below zero": ("上门任务", "F2", -5, "T232"),
    "minutes beyond a day": ("上门任务", "F2", 100_000, "T232"),
    "minutes not a number": ("上门任务", "F2", "NaN", "T231"),
    "minutes infinite": ("上门任务", "F2", "inf", "T231"),
    "minutes true": ("上门任务", "F2", True, "T231"),
    "hour 25": ("上门任务", "G2", "25:00-26:00", "T233"),
    "minute 75": ("上门任务", "G2", "08:75-10:00", "T233"),
    "window backwards": ("上门任务", "G2", "10:00-08:30", "T236"),
    "soft end after the last time": ("上门任务", "G2", "08:00-10:00~09:00", "T236"),
    "window past midnight without a mark": ("上门任务", "G2", "22:00-06:00", "T236"),
    "window in words": ("上门任务", "G2", "早上", "T235"),
    "window of one time": ("上门任务", "G2", "08:30", "T235"),
    "window that Excel made a date": ("上门任务", "G2", datetime(2026, 8, 10), "T248"),
    "window that Excel made a time": ("上门任务", "G2", time(8, 30), "T248"),
    "no such date": ("上门任务", "C2", "2026-02-30", "T234"),
    "date in words": ("上门任务", "C2", "明天", "T234"),
    "date as a bare number": ("上门任务", "C2", 46083, "T234"),
    "weekday unknown": ("上门任务", "D3", "周八", "T235"),
    "weekday and rubbish": ("上门任务", "D3", "一三x", "T235"),
    "team of none": ("上门任务", "H2", 0, "T232"),
    "team of one and a half": ("上门任务", "H2", 1.5, "T231"),
    "mandatory perhaps": ("上门任务", "I2", "也许", "T237"),
    "grade unknown": ("上门任务", "J3", "护理:特级", "T241"),
    "grade six": ("上门任务", "J3", "护理:六级", "T241"),
    "grade zero": ("上门任务", "J3", "护理:0", "T241"),
    "skill without a name": ("上门任务", "J3", ":四级", "T235"),
    "too many parts of a requirement": ("上门任务", "J3", "护理:四级:2027-01-01", "T235"),
    "lock at hour 25": ("上门任务", "K3", "N1@25:00", "T233"),
    "order lock without a time": ("上门任务", "K3", "顺序:N1", "T235"),
    "visit id twice": ("上门任务", "A3", "W1", "T238"),
    "visit id missing": ("上门任务", "A2", "  ", "T230"),
    "client of a visit missing": ("上门任务", "B2", None, "T230"),
    "id with a semicolon": ("服务对象", "A2", "C1;C2", "T250"),
    "id that is an ID number": ("服务对象", "A2", "320681194001010013", "T247"),
    "client twice": ("服务对象", "A3", "C1", "T238"),
    "id that Excel made a date": ("服务对象", "A2", datetime(2026, 1, 2), "T248"),
    "id with more digits than Excel keeps": ("服务对象", "A2", 12345678901234567890, "T248"),
    "latitude in letters": ("服务对象", "E2", "北纬三十一度", "T231"),
    "latitude outside": ("服务对象", "E2", 318.1, "T243"),
    "longitude outside the system": ("服务对象", "E3", -31.76, "T243"),
    "only a latitude": ("服务对象", "F2", None, "T244"),
    "system missing": ("服务对象", "G2", None, "T245"),
    "system unknown": ("服务对象", "G2", "北京54", "T237"),
    "gender unknown": ("服务对象", "K2", "都可以吧", "T237"),
    "a place described twice": ("服务对象", "A2", "S1", "T246"),
    "text without end": ("服务对象", "D2", "路" * 3000, "T249"),
    "shift backwards": ("护理员", "D2", "17:00-08:00", "T236"),
    "shift in words": ("护理员", "D2", "白班", "T235"),
    "shift that Excel made a time": ("护理员", "D2", time(8, 0), "T248"),
    "break outside every shift": ("护理员", "E3", "18:00-18:30/15", "T272"),
    "break without an end": ("护理员", "E3", "12:00-/30", "T235"),
    "break of letters": ("护理员", "E3", "12:00-13:00/半小时", "T231"),
    "expiry not a date": ("护理员", "C2", "护理:四级:长期", "T234"),
    "mode unknown": ("护理员", "F2", "轮船", "T237"),
    "status unknown": ("护理员", "H2", "不知道", "T237"),
    "station missing": ("护理员", "B2", None, "T270"),
    "price in letters": ("优先级", "B2", "很多", "T231"),
    "price missing": ("优先级", "B2", None, "T230"),
    "group twice": ("优先级", "A3", "1", "T238"),
    "formula error": ("上门任务", "F2", "#REF!", "T239"),
    "formula error in a window": ("上门任务", "G2", "#N/A", "T239"),
    "formula error in an address": ("服务对象", "D2", "#VALUE!", "T239"),
    "formula never computed": ("上门任务", "H2", "=1+1", "T240"),
    "formula never computed in an id": ("服务对象", "A2", "=B2", "T240"),
}  # fmt: skip


@pytest.mark.parametrize("what", CELLS)
def test_a_wrong_cell_is_named(tmp_path: Path, what: str) -> None:
    sheet, cell, value, code = CELLS[what]

    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook[sheet][cell] = value

    errors = _errors(write_book(clean_book(), tmp_path / "day.xlsx", spoil))
    # what else the one change breaks is told too, but the cell itself comes first
    assert (code, f"{sheet}!{_shown_at(code, cell)}") in errors


def _shown_at(code: str, cell: str) -> str:
    """Findings about a whole row or pair of cells stand at one agreed cell of it."""
    row = cell[1:]
    return {"T243": f"E{row}", "T246": f"A{row}", "T270": f"B{row}"}.get(code, cell)


@pytest.mark.parametrize("what", ["minutes in letters", "hour 25", "formula error", "system unknown", "visit id twice"])
def test_the_same_in_a_csv_file(tmp_path: Path, what: str) -> None:
    sheet, cell, value, code = CELLS[what]
    book = clean_book()
    book[sheet][int(cell[1:]) - 1][ord(cell[0]) - ord("A")] = value
    assert _errors(write_folder(book, tmp_path / "day")) == [(code, f"{sheet}.csv!{cell}")]


def test_every_finding_is_told_at_once(tmp_path: Path) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook["上门任务"]["F2"] = "六十"
        workbook["上门任务"]["G3"] = "25:00-26:00"
        workbook["护理员"]["D2"] = "白班"
        workbook["服务对象"]["G2"] = "北京54"
        del workbook["站点"]

    errors = _errors(write_book(clean_book(), tmp_path / "day.xlsx", spoil))
    assert errors == [
        ("T237", "服务对象!G2"),
        ("T231", "上门任务!F2"),
        ("T233", "上门任务!G3"),
        ("T235", "护理员!D2"),
    ]


def _without(sheet: str) -> Callable[[Book], None]:
    return lambda book: book.pop(sheet) and None


def _without_column(sheet: str, header: str) -> Callable[[Book], None]:
    def change(book: Book) -> None:
        at = book[sheet][0].index(header)
        for row in book[sheet]:
            del row[at : at + 1]

    return change


def _renamed(sheet: str, header: str, name: str) -> Callable[[Book], None]:
    def change(book: Book) -> None:
        book[sheet][0][book[sheet][0].index(header)] = name

    return change


def _with(sheet: str, rows: list[list[object]]) -> Callable[[Book], None]:
    return lambda book: book.update({sheet: rows})


SHEETS: dict[str, tuple[Callable[[Book], None], Place]] = {
    "no clients": (_without("服务对象"), ("T213", "day.xlsx")),
    "no visits": (_without("上门任务"), ("T213", "day.xlsx")),
    "no caregivers": (_without("护理员"), ("T213", "day.xlsx")),
    "visits twice": (_with("visits", [["id"]]), ("T214", "visits")),
    "visits empty": (_with("上门任务", []), ("T216", "上门任务!A1")),
    "visits without rows": (_with("上门任务", [["编号", "对象", "分钟"]]), ("T226", "上门任务!A2")),
    "no minutes": (_without_column("上门任务", "分钟"), ("T217", "上门任务!A1")),
    "no ids": (_without_column("服务对象", "编号"), ("T217", "服务对象!A1")),
    "column twice": (_renamed("上门任务", "人数", "时间窗"), ("T218", "上门任务!H1")),
    "column by two names": (_renamed("上门任务", "人数", "minutes"), ("T218", "上门任务!H1")),
    "column misspelt": (_renamed("上门任务", "时间窗", "时问窗口"), ("T220", "上门任务!G1")),
    "link across days": (_with("关联", [["编号", "类型", "任务"], ["L1", "同时", "W1;W3"]]), ("T263", "关联!C2")),
    "link of no known kind": (_with("关联", [["编号", "类型", "任务"], ["L1", "一起", "W1;W2"]]), ("T237", "关联!B2")),
    "history in letters": (_with("历史", [["对象", "护理员", "次数"], ["C1", "N1", "常来"]]), ("T231", "历史!C2")),
    "barrier by an unknown mode": (_with("阻隔", [["镇", "出行方式"], ["启隆镇", "飞毯"]]), ("T237", "阻隔!B2")),
    "sharing without a lender": (
        _with("共享", [["技能", "出借机构", "借入机构"], ["*", "", "乙"]]),
        ("T230", "共享!B2"),
    ),
    "row without a day": (lambda book: book["上门任务"][1].__setitem__(2, None), ("T262", "上门任务!C2")),
}  # fmt: skip


@pytest.mark.parametrize("what", SHEETS)
def test_a_wrong_sheet_is_named(tmp_path: Path, what: str) -> None:
    change, expected = SHEETS[what]
    book = clean_book()
    change(book)
    assert expected in _errors(write_book(book, tmp_path / "day.xlsx"))


def test_values_for_shifts_must_fit_their_number(tmp_path: Path) -> None:
    book = clean_book()
    book["护理员"][0].append("最大载重")
    book["护理员"][1].append("10;20;30")
    assert _errors(write_book(book, tmp_path / "day.xlsx")) == [("T271", "护理员!I2")]


def test_swapped_coordinates_are_told_as_such(tmp_path: Path) -> None:
    book = clean_book()
    book["服务对象"][1][4:6] = [121.65, 31.81]
    assert _errors(write_book(book, tmp_path / "day.xlsx")) == [("T242", "服务对象!E2")]


def test_cells_merged_over_two_columns_are_in_doubt(tmp_path: Path) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook["上门任务"].merge_cells("E2:F2")

    assert ("T223", "上门任务!E2") in _errors(write_book(clean_book(), tmp_path / "day.xlsx", spoil))


def test_the_day_must_be_known_and_have_visits(tmp_path: Path) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    assert _errors(path, day=None) == [("T260", "上门任务")]
    assert _errors(path, day=date(2026, 3, 8)) == [("T261", "上门任务")]


def test_rows_of_other_days_may_be_wrong(tmp_path: Path) -> None:
    book = clean_book()
    book["上门任务"][3][5] = "六十"
    path = write_book(book, tmp_path / "day.xlsx")
    assert len(read_tables(path, day=DAY).problem.visits) == 2
    assert _errors(path, day=date(2026, 3, 3)) == [("T231", "上门任务!F4")]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "T210"),
    "text": (b"visits,clients\n", "T202"),
    "pdf": (b"%PDF-1.7 ...", "T202"),
    "old workbook": (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "T203"),
    "encrypted workbook": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "T204"),
    "broken zip": (b"PK\x03\x04" + b"\0" * 100, "T207"),
}


@pytest.mark.parametrize("what", FILES)
def test_what_is_no_workbook_is_told(tmp_path: Path, what: str) -> None:
    content, code = FILES[what]
    path = tmp_path / "day.xlsx"
    path.write_bytes(content)
    assert _errors(path) == [(code, "day.xlsx")]


def _zip(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _repacked(path: Path, changes: dict[str, Callable[[bytes], bytes]]) -> Path:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        entries[name] = change(entries[name])
    path.write_bytes(_zip(entries))
    return path


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "day.xlsx"
    path.write_bytes(_zip({"word/document.xml": b"<w/>"}))
    assert _errors(path) == [("T202", "day.xlsx")]


def test_a_truncated_workbook(tmp_path: Path) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    path.write_bytes(path.read_bytes()[:-400])
    assert _errors(path) == [("T207", "day.xlsx")]


def test_a_workbook_with_a_flipped_byte(tmp_path: Path) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    data = bytearray(path.read_bytes())
    at = data.index(b"xl/worksheets/sheet2.xml") + 60
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))
    assert _errors(path) == [("T207", "day.xlsx")]


def test_a_sheet_that_is_not_xml(tmp_path: Path) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    _repacked(path, {"xl/workbook.xml": lambda _: b"<workbook"})
    assert _errors(path) == [("T207", "day.xlsx")]


def test_a_part_that_the_book_names_is_absent(tmp_path: Path) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    _repacked(path, {"xl/_rels/workbook.xml.rels": lambda text: text.replace(b"sheet2.xml", b"sheet99.xml")})
    assert _errors(path) == [("T207", "day.xlsx")]


def test_a_file_of_200_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "day.xlsx"
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        os.truncate(stream.fileno(), 200_000_000)
    assert _errors(path) == [("T205", "day.xlsx")]


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path: Path) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 210_000_000)
    assert path.stat().st_size < 1_000_000
    assert _errors(path) == [("T206", "day.xlsx")]


def test_a_part_that_is_larger_than_the_directory_says(tmp_path: Path) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 3_000_000)
    data = path.read_bytes()
    assert data.count(struct.pack("<L", 3_000_000)) == 2
    path.write_bytes(data.replace(struct.pack("<L", 3_000_000), struct.pack("<L", 10)))
    assert _errors(path) == [("T207", "day.xlsx")]


def test_a_cell_in_the_last_corner_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook["上门任务"]["XFD1048576"] = "x"

    assert _errors(write_book(clean_book(), tmp_path / "day.xlsx", spoil)) == [("T224", "上门任务")]


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b'r="A1"', b'r="A99999999"'),
        (b'r="A1"', b'r="ZZZ1"'),
        (b'r="A1"', b'r="A1" r="XFD9"'),
        (b'<row r="1"', b'<row r="99999999"'),
        (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet'),
        (b"<worksheet", b'<?xml version="1.0" encoding="martian"?><worksheet'),
    ],
)
def test_a_sheet_that_no_spreadsheet_program_wrote(tmp_path: Path, found: bytes, put: bytes) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    _repacked(path, {"xl/worksheets/sheet2.xml": lambda text: text.replace(found, put, 1)})
    assert _errors(path) == [("T207", "day.xlsx")]


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.text("0123456789:;-~+@=/ 一三五级周日天无不限N1S", max_size=16)
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
    | st.sampled_from((BrokenFormula("#REF!"), BrokenFormula("")))
)
SPOTS = [
    (name, row, column)
    for name, rows in clean_book().items()
    for row in range(len(rows))
    for column in range(len(rows[0]))
]


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(SPOTS), VALUES, min_size=1, max_size=4))
def test_any_value_in_any_cell_is_read_or_told(changes: dict[tuple[str, int, int], object]) -> None:
    book = clean_book()
    for (name, row, column), value in changes.items():
        book[name][row][column] = value
    sheets = [RawSheet(title=name, label=name, rows=tuple(map(tuple, rows))) for name, rows in book.items()]  # type: ignore[arg-type]
    try:
        problem_of_sheets(sheets, source="day", day=DAY, limits=TableLimits())
    except InputError as error:
        assert all(
            "!" in finding.where or finding.code == "T261"
            for finding in error.findings
            if finding.severity is Severity.ERROR
        )


def test_limits_are_settings(tmp_path: Path) -> None:
    path = write_book(clean_book(), tmp_path / "day.xlsx")
    assert _errors(path, limits=TableLimits(max_file_bytes=1000)) == [("T205", "day.xlsx")]
    assert _errors(path, limits=TableLimits(max_unpacked_bytes=1000)) == [("T206", "day.xlsx")]


def test_no_such_file(tmp_path: Path) -> None:
    assert _errors(tmp_path / "day.xlsx") == [("T201", str(tmp_path / "day.xlsx"))]


def test_a_folder_without_tables(tmp_path: Path) -> None:
    (tmp_path / "day").mkdir()
    assert _errors(tmp_path / "day") == [("T208", "day")]


CSVS: dict[str, tuple[bytes, str]] = {
    "utf-16 without a mark": ("编号,对象,分钟\nW1,C1,5\n".encode("utf-16-le"), "T209"),
    "neither utf-8 nor gb18030": (b"id,client,minutes\nW\xff\xfe\xff,C1,5\n", "T209"),
    "empty": (b"", "T210"),
    "only spaces": (b" \r\n\r\n", "T210"),
    "open quotation mark": ('编号,对象,分钟\n"W1,C1,5\n'.encode(), "T211"),
    "too large": (b"x" * 20_000_001, "T205"),
}


@pytest.mark.parametrize("what", CSVS)
def test_a_wrong_csv_file_is_told(tmp_path: Path, what: str) -> None:
    content, code = CSVS[what]
    folder = write_folder(clean_book(), tmp_path / "day")
    (folder / "上门任务.csv").write_bytes(content)
    assert _errors(folder) == [(code, "上门任务.csv")]


def test_a_csv_file_in_another_old_encoding_is_not_understood_silently(tmp_path: Path) -> None:
    folder = write_folder(clean_book(), tmp_path / "day")
    (folder / "上门任务.csv").write_bytes("編號,對象,分鐘\nW1,C1,5\n".encode("big5"))
    assert {code for code, _ in _errors(folder)} <= {"T209", "T217", "T220", "T226"}


def test_a_csv_file_that_cannot_be_opened(tmp_path: Path) -> None:
    book = clean_book()
    del book["站点"]
    folder = write_folder(book, tmp_path / "day")
    (folder / "站点.csv").mkdir()
    assert _errors(folder) == [("T212", "站点.csv")]


def test_two_matrices_in_a_folder(tmp_path: Path) -> None:
    folder = write_folder(clean_book(), tmp_path / "day")
    for name in ("travel_matrix.csv", "路程矩阵.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    assert _errors(folder) == [("T276", "day")]


def test_no_personal_value_is_repeated_in_a_finding(tmp_path: Path) -> None:
    book = clean_book()
    book["服务对象"][1][0] = "320681194001010013"
    with pytest.raises(InputError) as raised:
        read_tables(write_book(book, tmp_path / "day.xlsx"), day=DAY)
    assert "320681194001010013" not in str(raised.value)
