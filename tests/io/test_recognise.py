"""The format of an input is told by its content; a matrix in a file of its own is read with it."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.common.errors import InputError
from optimizer.io.hhcrsp import hhcrsp_plan_to_json
from optimizer.io.matrix_file import read_matrix_file
from optimizer.io.plan_json import plan_to_json
from optimizer.io.problem_json import problem_to_json, write_problem_json
from optimizer.io.recognise import Format, read_plan, read_problem
from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan, Route, Stop
from tests.io.test_hhcrsp import TOY as HHCRSP_TOY
from tests.io.test_vrptw import LKH, SOLOMON
from tests.toys import DAY, caregiver, plan_of, tiny_problem, visit


@pytest.fixture
def toy() -> Problem:
    return tiny_problem(
        visits=[visit("a", x=5, minutes=30), visit("b", x=9)],
        caregivers=[caregiver("ann", x=0, shift=("08:00", "12:00"))],
    )[0]


def contents(toy: Problem) -> dict[str, bytes]:
    return {
        "careplan": json.dumps(problem_to_json(toy)).encode(),
        "hhcrsp": json.dumps(HHCRSP_TOY).encode(),
        "vrptw": SOLOMON.encode(),
    }


def codes(path: Path, **options: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_problem(path, **options)
    return [finding.code for finding in caught.value.findings]


@pytest.mark.parametrize("name", ["careplan", "hhcrsp", "vrptw"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_content_tells_the_format(toy: Problem, tmp_path: Path, name: str, packed: bool) -> None:
    path = tmp_path / "input.dat"
    data = b"\xef\xbb\xbf" + contents(toy)[name]
    path.write_bytes(gzip.compress(data) if packed else data)
    read = read_problem(path)
    assert read.format == name
    assert read.sources == (path,)
    assert read_problem(path, format_=Format(name)).problem == read.problem
    assert read.locate("visits[1]") == "visits[1]"


def test_lkh_and_the_first_customers(tmp_path: Path) -> None:
    path = tmp_path / "toy.vrp"
    path.write_text(LKH, encoding="utf-8")
    assert len(read_problem(path, first_customers=2).problem.visits) == 2


def test_the_day(toy: Problem, tmp_path: Path) -> None:
    other = date(2026, 3, 3)
    for name, data in contents(toy).items():
        path = tmp_path / name
        path.write_bytes(data)
        if name == "careplan":
            assert codes(path, day=other) == ["T152"]
            assert read_problem(path, day=DAY).problem == toy
        else:
            assert read_problem(path, day=other).problem.date == other


@pytest.mark.parametrize("data", [b"hello", b"a,b\n1,2\n", b"\x00\x01\x02", b'{"a": 1}', "启东".encode("gb18030")])
def test_content_of_no_known_format(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "input"
    path.write_bytes(data)
    assert codes(path) == ["T150"]


def test_inputs_that_are_no_day(toy: Problem, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(plan_to_json(plan_of(toy, {"ann": [("a", "09:00")]}), toy)), encoding="utf-8")
    assert codes(plan) == ["T151"]
    assert codes(tmp_path / "absent.json") == ["T101"]
    (tmp_path / "empty.json").write_bytes(b"")
    assert codes(tmp_path / "empty.json") == ["T103"]
    (tmp_path / "list.json").write_bytes(b"[]")
    assert codes(tmp_path / "list.json") == ["T110"]


def test_a_forced_format_is_kept_to(toy: Problem, tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    path.write_bytes(contents(toy)["careplan"])
    assert codes(path, format_=Format.VRPTW) == ["T140"]
    assert "T111" in codes(path, format_=Format.HHCRSP)
    assert codes(path, format_=Format.TABLES)[0].startswith("T2")
    path.write_bytes(SOLOMON.encode())
    assert codes(path, format_=Format.CAREPLAN) == ["T105"]


def test_a_folder_is_tables(tmp_path: Path) -> None:
    assert all(code.startswith("T2") for code in codes(tmp_path))


def test_plans_of_both_spellings(toy: Problem, tmp_path: Path) -> None:
    plan = plan_of(toy, {"ann": [("a", "09:00")]})
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_to_json(plan, toy)), encoding="utf-8")
    assert read_plan(path, toy) == plan
    (tmp_path / "toy.json").write_text(json.dumps(HHCRSP_TOY), encoding="utf-8")
    problem = read_problem(tmp_path / "toy.json").problem
    published = Plan(routes=(Route(caregiver="c1", shift="day", stops=(Stop(visit="p1", start_t=14_400_000),)),))
    path.write_text(json.dumps(hhcrsp_plan_to_json(published, problem)), encoding="utf-8")
    assert read_plan(path, problem).routes == published.routes
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="T120"):
        read_plan(path, toy)


CSV = ",x9,x0,x5\nx0,540,0,300.4\nx5,240,300,0\nx9,0,540,\n"


def test_a_matrix_of_csv_json_and_npy(toy: Problem, tmp_path: Path) -> None:
    paths = {ending: tmp_path / f"times.{ending}" for ending in ("csv", "json", "npy")}
    paths["csv"].write_bytes(b"\xef\xbb\xbf" + CSV.encode())
    rows = [[0, 300.4, 540], [300, 0, 240], [540, None, 0]]
    mode = toy.caregivers[0].mode
    raw = {
        "locations": ["x0", "x5", "x9"],
        "durations_s": {mode: rows},
        "metres": {mode: np.eye(3, dtype=int).tolist()},
    }
    paths["json"].write_text(json.dumps(raw), encoding="utf-8")
    np.save(paths["npy"], np.array(rows, dtype=float))
    for ending, path in paths.items():
        write_problem_json(toy, tmp_path / "day.json", matrix_file=path.name)
        read = read_problem(tmp_path / "day.json")
        assert read.sources == (tmp_path / "day.json", path)
        assert read.matrix is not None
        matrix = read.matrix.subset(["x0", "x5", "x9"])
        expected = [[0, 300, 540], [300, 0, 240], [540, UNREACHABLE, 0]]
        assert matrix.durations[mode].tolist() == expected, ending
        assert matrix.reachable[mode].tolist() == [[value != UNREACHABLE for value in row] for row in expected]
        assert (mode in matrix.metres) == (ending == "json")


def _npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        CSV.replace("x9,0,", "x9,-1,").encode(),
        CSV.replace("x9,0,", "x9,nan,").encode(),
        CSV.replace("x9,0,", "x9,soon,").encode(),
        CSV.replace("x9,0,", "x9,1e12,").encode(),
        CSV.replace("x9,0,", "x8,0,").encode(),
        CSV.replace("x9", "x8").encode(),
        CSV.replace("\n", ",7\n").encode(),
        _npy(np.zeros((2, 2))),
        _npy(np.full((3, 3), -1.0)),
        _npy(np.full((3, 3), np.inf)),
        _npy(np.array([["a"] * 3] * 3)),
        _npy(np.array([[{}] * 3] * 3, dtype=object)),
        _npy(np.zeros((3, 3)))[:-20],
        b'{"file": "x.csv"}',
        b'{"locations": ["x0"], "durations_s": {"ebike": [[0]]}}',
    ],
)
def test_faults_of_a_matrix_file(toy: Problem, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "times"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_matrix_file(path, toy)
    assert {finding.code for finding in caught.value.findings} == {"T122"}
