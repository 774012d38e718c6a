"""ID numbers, birth dates and names are compared in memory, and never appear in what is said or kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from optimizer.common.errors import Finding, Severity
from optimizer.io.problem_json import problem_to_json
from optimizer.io.tables import read_tables
from tests.io.tables.books import DAY, clean_book, write_book

HEADERS = ["姓名", "性别", "出生日期", "身份证号", "家庭住址"]


def _number(birth: str, order: str) -> str:
    """An invented number of a region that does not exist, with the right check digit."""
    body = f"999999{birth}{order}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _read(folder: Path, first: list[object], second: list[object]) -> tuple[list[Finding], str]:
    book = clean_book()
    rows = book["服务对象"]
    for row, more in zip(rows, (HEADERS, first, second), strict=True):
        row.extend(more[:4])
        row[3] = more[4] if row is not rows[0] else row[3]
    read = read_tables(write_book(book, folder / "day.xlsx"), day=DAY)
    return list(read.warnings), str(problem_to_json(read.problem))


def _codes(findings: list[Finding]) -> dict[str, str]:
    return {finding.code: finding.where for finding in findings if "T251" <= finding.code <= "T256"}


GOOD = ["王秀英", "女", "1940-01-01", _number("19400101", "002"), "某路1号"]
OTHER = ["李建国", "男", "1941-02-03", _number("19410203", "001"), "某路2号"]


def test_good_rows_have_nothing_to_tell(tmp_path: Path) -> None:
    findings, _ = _read(tmp_path, GOOD, OTHER)
    assert _codes(findings) == {}
    assert {"T221", "T222"} <= {finding.code for finding in findings}


@pytest.mark.parametrize(
    ("changes", "code", "cell"),
    [
        ({3: GOOD[3]}, "T251", "O3"),
        ({2: "1942-02-03"}, "T252", "O3"),
        ({1: "女"}, "T253", "O3"),
        ({3: OTHER[3][:-1] + ("1" if OTHER[3][-1] != "1" else "2")}, "T254", "O3"),
        ({3: "12345"}, "T254", "O3"),
        ({0: GOOD[0]}, "T256", "L3"),
    ],
)
def test_what_does_not_fit_is_told_at_its_cell(
    tmp_path: Path, changes: dict[int, object], code: str, cell: str
) -> None:
    second = [changes.get(at, value) for at, value in enumerate(OTHER)]
    findings, _ = _read(tmp_path, GOOD, second)
    told = _codes(findings)
    assert told[code] == f"服务对象!{cell}"


def test_without_numbers_equal_birth_and_address_are_twins_or_one(tmp_path: Path) -> None:
    first, second = [*GOOD], [*OTHER]
    first[3] = second[3] = ""
    second[2], second[4] = date(1940, 1, 1), " 某路1号"
    findings, _ = _read(tmp_path, first, second)
    assert _codes(findings) == {"T255": "服务对象!N3"}


def test_nothing_of_a_person_is_repeated_or_kept(tmp_path: Path) -> None:
    second = [GOOD[0], "女", "1942-02-03", GOOD[3], GOOD[4]]
    findings, problem = _read(tmp_path, GOOD, second)
    said = " ".join(finding.found.zh + finding.found.en + finding.action.zh for finding in findings) + problem
    for value in (*GOOD, *second):
        assert str(value) not in said or value in ("男", "女")


def test_namesakes_are_only_listed(tmp_path: Path) -> None:
    findings, _ = _read(tmp_path, GOOD, [GOOD[0], *OTHER[1:]])
    assert [finding.severity for finding in findings if finding.code == "T256"] == [Severity.NOTICE]
