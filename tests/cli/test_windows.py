"""What Windows needs: a console of code page 936, processes by spawn, a file to drop a workbook on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from optimizer.common.executor import process_executor
from tests.cli.days import small_book
from tests.io.tables.books import write_book

ROOT = Path(__file__).resolve().parents[2]


def test_a_console_of_code_page_936_never_ends_in_a_traceback(tmp_path: Path) -> None:
    book = small_book()
    book["服务对象"][1][0] = book["上门任务"][1][1] = book["上门任务"][5][1] = "C1😀"
    book["上门任务"][1][4] = "六十"
    path = write_book(book, tmp_path / "三月 二日😀.xlsx")
    environment = {**os.environ, "PYTHONIOENCODING": "cp936", "LC_ALL": "zh_CN.UTF-8", "PYTHONUTF8": "0"}
    made = subprocess.run(
        [sys.executable, "-c", "from optimizer.cli import main; main()", "visits", "validate", str(path)],
        capture_output=True, env=environment, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    told = made.stderr.decode("gbk")
    assert made.returncode == 2, told
    assert "T231 上门任务!E2" in told and "Traceback" not in told


@pytest.mark.parametrize("arguments", [["visits", "solve"], ["visits", "nonsense"], ["visits", "solve", "--no-such"]])
def test_a_wrong_command_line_is_told_with_its_usage(arguments: list[str]) -> None:
    made = subprocess.run(
        [sys.executable, "-c", "from optimizer.cli import main; main()", *arguments],
        capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    assert made.returncode == 2
    assert "Usage" in made.stderr and "Traceback" not in made.stderr


def _square(number: int) -> int:
    return number * number


@pytest.mark.slow
def test_processes_start_by_spawn() -> None:
    with process_executor(2) as executor:
        assert list(executor.map(_square, range(4))) == [0, 1, 4, 9]
        assert executor._mp_context.get_start_method() == "spawn"  # type: ignore[attr-defined]


@pytest.mark.parametrize("encoding", ["cp936", "gbk", "ascii"])
def test_a_whole_run_prints_on_any_console(tmp_path: Path, encoding: str) -> None:
    book = small_book()
    book["服务对象"][1][0] = book["上门任务"][1][1] = book["上门任务"][5][1] = "王䶮😀"
    path = write_book(book, tmp_path / "三月 二日😀.xlsx")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    script = "from optimizer.cli import main; main()"
    out = ["--out", "p.json", "--xlsx", "p.xlsx", "--pdf", "p.pdf"]
    runs = (
        ["visits", "solve", str(path), "--engine", "greedy", "--max-iterations", "5", *out],
        ["visits", "check", str(path), "p.xlsx"],
        ["visits", "explain", str(path), "p.json", "W1"],
        ["visits", "solve", "--help"],
    )
    for arguments in runs:
        made = subprocess.run(
            [sys.executable, "-c", script, "--lang", "zh", *arguments],
            capture_output=True,
            env={**environment, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            timeout=120,
            check=False,
        )
        told = made.stdout + made.stderr
        assert made.returncode == 0, (arguments, told)
        assert b"Traceback" not in told and b"UnicodeEncodeError" not in told
        assert made.stdout.decode(encoding).strip()
