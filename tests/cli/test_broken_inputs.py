"""Whatever is wrong with an input, the command ends with code 2, every finding on standard error, nothing written."""

from __future__ import annotations

import gzip
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from instances.toy import toy_problem
from optimizer.cli import main
from optimizer.io.problem_json import problem_to_json
from tests.io.tables.books import Book, clean_book, write_book, write_folder
from tests.io.tables.test_broken_tables import CELLS, CSVS

DAY = "2026-03-02"
WRITTEN = ("--out", "出/p.json", "--xlsx", "出/p.xlsx", "--html", "出/p.html", "--pdf", "出/p.pdf")


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(one.relative_to(folder)): (one.stat().st_size, one.stat().st_mtime_ns) for one in folder.rglob("*")}


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs ``careplan visits solve`` on an input that cannot be used, and gives what it told."""

    def run(path: Path, *more: str) -> str:
        monkeypatch.chdir(tmp_path)
        before = _listing(tmp_path)
        words = ["--lang", "zh", "visits", "solve", str(path), "--date", DAY, "--time-limit", "1", "--quiet", *WRITTEN]
        monkeypatch.setattr(sys, "argv", ["careplan", *words, *more])
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        assert left.value.code == 2, told.err
        assert not told.out and "Traceback" not in told.err
        assert _listing(tmp_path) == before
        return told.err

    return run


@pytest.mark.parametrize("what", CELLS)
def test_a_wrong_cell(tmp_path: Path, refused: Callable[..., str], what: str) -> None:
    sheet, cell, value, code = CELLS[what]

    def spoil(workbook: openpyxl.Workbook) -> None:
        workbook[sheet][cell] = value

    assert f"{code} " in refused(write_book(clean_book(), tmp_path / "三月 二日.xlsx", spoil))


def _without(name: str) -> Book:
    book = clean_book()
    del book[name]
    return book


def _headless() -> Book:
    book = clean_book()
    book["上门任务"] = [["编号", "对象", "分"]]
    return book


BOOKS: dict[str, tuple[Callable[[], Book], str]] = {
    "no clients": (lambda: _without("服务对象"), "T213"),
    "no visits": (lambda: _without("上门任务"), "T213"),
    "no caregivers": (lambda: _without("护理员"), "T213"),
    "no rows": (_headless, "T217"),
    "nothing at all": (lambda: {"表1": [[]]}, "T213"),
    "the same sheet twice": (lambda: {**clean_book(), "clients": clean_book()["服务对象"]}, "T214"),
}


@pytest.mark.parametrize("what", BOOKS)
def test_a_wrong_workbook(tmp_path: Path, refused: Callable[..., str], what: str) -> None:
    make, code = BOOKS[what]
    assert f"{code} " in refused(write_book(make(), tmp_path / "day.xlsx"))


def test_two_faults_are_both_told(tmp_path: Path, refused: Callable[..., str]) -> None:
    book = clean_book()
    book["上门任务"][1][5], book["护理员"][1][5] = "六十", "轮船"
    told = refused(write_book(book, tmp_path / "day.xlsx"))
    assert "T231 上门任务!F2" in told and "T237 护理员!F2" in told


def test_locks_that_contradict(tmp_path: Path, refused: Callable[..., str]) -> None:
    book = clean_book()
    book["服务对象"][0].append("禁止护理员")
    book["服务对象"][1][9] = ""
    book["服务对象"][1].append("N1")
    book["上门任务"][1][10] = "N1@11:00"
    assert "V" in refused(write_book(book, tmp_path / "day.xlsx"))


@pytest.mark.parametrize("what", CSVS)
def test_a_wrong_csv_file(tmp_path: Path, refused: Callable[..., str], what: str) -> None:
    content, code = CSVS[what]
    folder = write_folder(clean_book(), tmp_path / "day")
    (folder / "上门任务.csv").write_bytes(content)
    assert f"{code} " in refused(folder)


def _zip(names: tuple[str, ...]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as packed:
            for name in names:
                packed.writestr(name, "x")

    return write


def _large(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(b"{")
        stream.truncate(200_000_000)  # a file of holes: large, and soon made


FILES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "absent": ("day.xlsx", lambda path: None, "T"),
    "empty": ("day.xlsx", lambda path: path.write_bytes(b""), "T"),
    "a text that is called a workbook": ("day.xlsx", lambda path: path.write_text("hello"), "T"),
    "a zip that is no workbook": ("day.xlsx", _zip(("a.txt",)), "T"),
    "a damaged workbook": ("day.xlsx", lambda path: path.write_bytes(b"PK\x03\x04" + os.urandom(300)), "T"),
    "a picture": ("day.png", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100)), "T"),
    "200 MB": ("day.json", _large, "T102"),
    "200 MB called a workbook": ("day.xlsx", _large, "T"),
    "a broken gzip": ("day.json.gz", lambda path: path.write_bytes(gzip.compress(b"{}")[:-6]), "T"),
    "an empty folder": ("day", lambda path: path.mkdir(), "T208"),
    "JSON cut off": ("day.json", lambda path: path.write_text('{"schema_version": "1", "visits": ['), "T"),
    "a list": ("day.json", lambda path: path.write_text("[1, 2]"), "T"),
    "another JSON": ("day.json", lambda path: path.write_text('{"a": 1}'), "T150"),
    "JSON in another encoding": ("day.json", lambda path: path.write_bytes('{"名": 1}'.encode("gb18030")), "T"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_wrong_file(tmp_path: Path, refused: Callable[..., str], what: str) -> None:
    name, make, code = FILES[what]
    make(tmp_path / name)
    assert code in refused(tmp_path / name)


def _set(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(raw: dict[str, Any]) -> None:
        target: Any = raw
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


def _twice(raw: dict[str, Any]) -> None:
    raw["visits"].append(dict(raw["visits"][0]))


JSONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "minutes in letters": _set("visits", 0, "service_duration", value="sixty"),
    "an unknown field": _set("visits", 0, "colour", value="red"),
    "an unknown client": _set("visits", 0, "client", value="nobody"),
    "a visit twice": _twice,
    "hour 25": _set("caregivers", 0, "shifts", 0, "start", value="25:00"),
    "a shift backwards": _set("caregivers", 0, "shifts", 0, "end", value="00:01"),
    "a latitude of 318": _set("locations", 0, "lat", value=318.1),
    "a system nobody knows": _set("locations", 0, "system", value="beijing54"),
    "no visits": lambda raw: raw.pop("visits"),
    "a version to come": _set("schema_version", value="99"),
    "a date that is none": _set("date", value="2026-02-30"),
    "visits that are no list": _set("visits", value={"a": 1}),
}


@pytest.mark.parametrize("what", JSONS)
def test_a_wrong_json(tmp_path: Path, refused: Callable[..., str], what: str) -> None:
    raw = problem_to_json(toy_problem())
    JSONS[what](raw)
    path = tmp_path / "day.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    told = refused(path, *(["--date", str(raw.get("date"))] if what != "a date that is none" else []))
    assert told.strip()


def test_a_wrong_plan_to_start_from(tmp_path: Path, refused: Callable[..., str]) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('{"routes": 7}', encoding="utf-8")
    assert "T" in refused(write_book(clean_book(), tmp_path / "day.xlsx"), "--start", str(plan))


def test_a_roster_and_names_of_columns_that_are_none(tmp_path: Path, refused: Callable[..., str]) -> None:
    day = write_book(clean_book(), tmp_path / "day.xlsx")
    other = tmp_path / "other.csv"
    other.write_text("上门任务,要多久\n", encoding="utf-8")
    assert "T281" in refused(day, "--columns", str(other))
    assert "T2" in refused(day, "--roster", str(tmp_path / "absent.xlsx"))
