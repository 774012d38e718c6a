"""The sum at the end of ``.ci/run`` is of what really ran."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PASSED = '<testcase classname="a" name="good"/>'
FAILED = '<testcase classname="a" name="bad"><failure message="no"/></testcase>'
BROKEN = '<testcase classname="a" name="error"><error message="no"/></testcase>'
SKIPPED = '<testcase classname="a" name="absent"><skipped message="no browser"/></testcase>'


def total(folder: Path, *arguments: str) -> tuple[list[str], int]:
    command = [sys.executable, str(ROOT / ".ci" / "total.py"), "--reports", str(folder), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not ended.stderr
    return ended.stdout.splitlines(), ended.returncode


def write(folder: Path, name: str, *cases: str) -> None:
    (folder / f"{name}.xml").write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")


def test_parts_are_added_up_and_skips_are_no_failures(tmp_path: Path) -> None:
    write(tmp_path, "fast", PASSED, PASSED, SKIPPED)
    write(tmp_path, "slow", PASSED)
    assert total(tmp_path, "--expected", "fast", "slow", "--broken") == (["3 passed, 0 failed"], 0)


@pytest.mark.parametrize(
    ("cases", "arguments", "line"),
    [
        ((PASSED, FAILED, BROKEN), (), "1 passed, 2 failed"),
        ((PASSED, SKIPPED), ("--whole", "part"), "1 passed, 1 failed"),
        ((PASSED,), ("--broken", "demo"), "1 passed, 1 failed"),
        ((), (), "0 passed, 1 failed"),
    ],
    ids=["failures and errors", "a skip where none may be", "a part that is no test", "no tests at all"],
)
def test_what_failed_is_counted(tmp_path: Path, cases: tuple[str, ...], arguments: tuple[str, ...], line: str) -> None:
    write(tmp_path, "part", *cases)
    lines, code = total(tmp_path, "--expected", "part", *arguments)
    assert lines[-1] == line
    assert code == 1


@pytest.mark.parametrize("text", [None, "<testsuites><testsuite>"], ids=["absent", "cut off"])
def test_a_report_that_is_not_there_is_a_failure(tmp_path: Path, text: str | None) -> None:
    write(tmp_path, "fast", PASSED)
    if text is not None:
        (tmp_path / "slow.xml").write_text(text)
    lines, code = total(tmp_path, "--expected", "fast", "slow")
    assert lines == ["slow: its tests left no report", "1 passed, 1 failed"]
    assert code == 1
