"""The files to double-click on Windows, checked by reading and by doing what their lines ask for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
import typer.main

from optimizer.cli.visits import app
from tests.cli.days import run, small_book
from tests.io.tables.books import Book, write_book

ROOT = Path(__file__).resolve().parents[2]
BATCH_FILES = ("careplan.bat", "install.bat")
_CALL = re.compile(r'"%CAREPLAN%" visits (?P<rest>.*)')


def _calls() -> list[str]:
    """What ``careplan.bat`` asks of ``careplan visits``, line by line."""
    text = (ROOT / "careplan.bat").read_text("ascii")
    return [found["rest"] for line in text.splitlines() if (found := _CALL.search(line)) is not None]


def _words(call: str, values: Mapping[str, str]) -> list[str]:
    """The arguments of a call as the command interpreter would make them."""
    for name, value in values.items():
        call = call.replace(f"%{name}%", value)
    bare = call.split(" >", 1)[0].replace("\\", "/")
    return [word for word in shlex.split(bare) if word not in ("--lang", "zh")]


@pytest.mark.parametrize("name", BATCH_FILES)
def test_any_code_page_reads_them(name: str) -> None:
    content = (ROOT / name).read_bytes()
    content.decode("ascii")
    assert content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n")


@pytest.mark.parametrize("name", BATCH_FILES)
def test_labels_and_blocks_are_closed(name: str) -> None:
    text = (ROOT / name).read_text("ascii")
    bare = "\n".join(line for line in text.splitlines() if not line.strip().lower().startswith("rem"))
    assert bare.count('"') % 2 == 0
    unquoted = re.sub(r'"[^"\n]*"', "", bare)
    assert unquoted.count("(") == unquoted.count(")")
    targets = set(re.findall(r"goto (?!:?eof\b):?(\w+)", bare))
    assert targets <= set(re.findall(r"^:(\w+)", bare, re.MULTILINE))


def test_their_commands_and_options_exist() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert _calls()
    for call in _calls():
        words = _words(call, {})
        known = {option for parameter in commands[words[0]].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


def _with_names() -> Book:
    book = small_book()
    for row, name in zip(book["服务对象"], ("姓名", "王秀英", "李建国", "赵丽", "钱芳"), strict=True):
        row[0] = name
    names = {f"C{i}": book["服务对象"][i][0] for i in range(1, 5)}
    for row in book["上门任务"][1:]:
        row[1] = names[str(row[1])]
    return book


@pytest.mark.parametrize("named", [False, True], ids=["ids", "names"])
def test_a_dropped_workbook_gives_its_files_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_book(_with_names() if named else small_book(), tmp_path / "三月 二日.xlsx")
    out = str(path.with_suffix(""))
    values = {"INPUT": str(path), "OUT": out, "DAY": "--date 2026-03-02", "ROSTER": "roster.xlsx"}
    for call in _calls():
        words = _words(call, values)
        if words[0] == "solve":
            words[words.index("--time-limit") + 1] = "1"
        made = run(*words)
        assert made.exit_code == 0, (words, made.output, made.exception)
    written = {one.name.removeprefix("三月 二日") for one in tmp_path.iterdir()}
    assert {"-plan.json", "-plan.xlsx", "-plan.html", "-sheets.pdf"} <= written
    sheet = openpyxl.load_workbook(f"{out}-plan.xlsx").worksheets[2]
    planned = {str(row[0].value) for row in sheet.iter_rows(min_row=2)}
    assert planned == {f"W{i}" for i in range(1, 8)}
