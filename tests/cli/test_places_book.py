"""No row needs coordinates: addresses are looked up, coarse points are told, what is filled in serves from then on."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from optimizer.cli.day import LoadedDay, Reading, read_day
from optimizer.cli.places_book import app
from optimizer.common.errors import InputError
from optimizer.visits.model import CoordinateSystem, Location
from tests.cli.days import small_book, solved
from tests.io.tables.books import Book, write_book


def _book(*clients: list[object]) -> Book:
    book = small_book()
    book["服务对象"] = [["编号", "镇", "村", "地址", "坐标"], *clients]
    return book


ADDRESSES = (
    ["C1", "汇龙镇", "", "惠丰村3组12号", ""],
    ["C2", "惠萍镇", "", "新安村5组", ""],
    ["C3", "", "", "启东市南阳镇某某小区5号楼", ""],
    ["C4", "汇龙镇", "", "", "121.65,31.81"],
)


def _with_system(book: Book, system: str = "GCJ-02") -> Book:
    return {**book, "计划日": [["名称", "坐标系"], ["演示", system]]}


def _home(loaded: LoadedDay, client: str) -> Location:
    return next(place for place in loaded.problem.locations if place.id == client)


def test_a_day_without_coordinates_is_planned_and_coarse_points_are_told(tmp_path: Path) -> None:
    path = write_book(_with_system(_book(*ADDRESSES)), tmp_path / "day.xlsx")
    loaded = read_day(path, Reading())
    assert (_home(loaded, "C1").lat, _home(loaded, "C1").lon) == (31.78473, 121.63335)
    assert _home(loaded, "C3").town == "南阳镇"
    told = {finding.where: finding for finding in loaded.warnings if finding.code == "T430"}
    assert set(told) == {"服务对象!D2", "服务对象!D3", "服务对象!D4"}
    assert "村" in told["服务对象!D2"].found.zh and "镇" in told["服务对象!D4"].found.zh
    assert solved(path).exit_code == 0


@pytest.mark.parametrize("written", ["121.65,31.81", "31.81，121.65", "(121.65 31.81)", "121.65;31.81"])
def test_one_pasted_cell_is_read_in_either_order(tmp_path: Path, written: str) -> None:
    clients = [*ADDRESSES[:3], ["C4", "汇龙镇", "", "", written]]
    loaded = read_day(write_book(_with_system(_book(*clients)), tmp_path / "day.xlsx"), Reading())
    home = _home(loaded, "C4")
    assert (home.lat, home.lon, home.system) == (31.81, 121.65, CoordinateSystem.GCJ02)


def test_the_system_is_asked_for_once(tmp_path: Path) -> None:
    clients = [[f"C{i}", "汇龙镇", "", "", "121.65,31.81"] for i in range(1, 5)]
    with pytest.raises(InputError) as raised:
        read_day(write_book(_book(*clients), tmp_path / "day.xlsx"), Reading())
    assert [finding.code for finding in raised.value.findings if finding.severity == "error"] == ["T245"]


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (["C1", "南阳镇", "", "惠萍镇新安村3组", ""], "T432", "D2"),
        (["C1", "", "", "", "东经一二一"], "T435", "E2"),
    ],
)
def test_what_is_in_doubt_is_a_finding(tmp_path: Path, row: list[object], code: str, cell: str) -> None:
    with pytest.raises(InputError) as raised:
        read_day(write_book(_with_system(_book(row, *ADDRESSES[1:])), tmp_path / "day.xlsx"), Reading())
    assert (code, f"服务对象!{cell}") in [(one.code, one.where) for one in raised.value.findings]


def test_what_is_filled_in_serves_from_then_on(tmp_path: Path) -> None:
    path = write_book(_with_system(_book(*ADDRESSES)), tmp_path / "day.xlsx")
    book = tmp_path / "我的 地点簿.xlsx"
    assert CliRunner().invoke(app, ["missing", str(path), "--book", str(book)]).exit_code == 0
    workbook = openpyxl.load_workbook(book)
    sheet = next(sheet for sheet in workbook if sheet.title in ("地点", "places"))
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    names = [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)]
    assert sorted(names) == sorted(["惠丰村3组12号", "新安村5组", "启东市南阳镇某某小区5号楼"])
    row = 2 + names.index("启东市南阳镇某某小区5号楼")
    for zh, en, value in (("经度", "lon", 121.7), ("纬度", "lat", 31.87), ("坐标系", "system", "WGS-84")):
        sheet.cell(row, heads.get(zh) or heads[en]).value = value
    workbook.save(book)
    loaded = read_day(path, Reading(places_book=book))
    assert (_home(loaded, "C3").lat, _home(loaded, "C3").lon) == (31.87, 121.7)
    assert [finding.where for finding in loaded.warnings if finding.code == "T431"] == ["服务对象!D4"]
    again = CliRunner().invoke(app, ["missing", str(path), "--book", str(book)])
    assert again.exit_code == 0, again.output
    kept = next(sheet for sheet in openpyxl.load_workbook(book) if sheet.title in ("地点", "places"))
    assert kept.max_row == 4
    assert kept.cell(row, heads.get("经度") or heads["lon"]).value == 121.7


def test_the_place_book_may_stand_in_the_workbook(tmp_path: Path) -> None:
    book = _with_system(_book(*ADDRESSES))
    book["地点"] = [["名称", "镇", "坐标", "坐标系"], ["某某小区5号楼", "南阳镇", "121.7,31.87", "WGS-84"]]
    loaded = read_day(write_book(book, tmp_path / "day.xlsx"), Reading())
    assert (_home(loaded, "C3").lat, _home(loaded, "C3").lon) == (31.87, 121.7)
