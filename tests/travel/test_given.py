"""Reading given travel matrices: every format, and every finding."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from optimizer.common.errors import InputError
from optimizer.travel.given import DurationUnit, GivenTravel, read_given_matrix
from optimizer.travel.matrix import UNREACHABLE

SQUARE = ",a,b,c\na,0,60,120\nb,61,0,0\nc,不可达,90.4,0\n"


def written(folder: Path, text: str, name: str = "matrix.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def codes(path: Path, **options: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_given_matrix(path, **options)  # type: ignore[arg-type]
    for finding in caught.value.findings:
        assert finding.found.zh and finding.found.en and finding.action.zh and finding.action.en
        assert finding.where.startswith(path.name)
    return [finding.code for finding in caught.value.findings]


def check_square(given: GivenTravel) -> None:
    matrix = given.matrix
    assert matrix.locations == ("a", "b", "c")
    assert matrix.durations["ebike"].tolist() == [[0, 60, 120], [61, 0, 0], [UNREACHABLE, 90, 0]]
    assert matrix.durations["ebike"].dtype == np.int32 and matrix.durations["ebike"].flags.c_contiguous
    assert matrix.reachable["ebike"].tolist() == [[True] * 3, [True] * 3, [False, True, True]]
    assert given.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_square_csv(tmp_path: Path, encoding: str, delimiter: str) -> None:
    check_square(read_given_matrix(written(tmp_path, SQUARE.replace(",", delimiter), encoding=encoding)))


def test_square_csv_with_rows_in_another_order_and_blank_lines(tmp_path: Path) -> None:
    text = ",a,b,c\r\nc,unreachable,90.4,0\r\n\r\na,0,60,120\r\nb,61,0,0\r\n"
    check_square(read_given_matrix(written(tmp_path, text)))


def test_list_csv(tmp_path: Path) -> None:
    text = "起点,终点,时长(秒),米\na,b,60,250\na,c,120,500\nb,a,61,250\nb,c,0,0\nc,a,不可达,0\nc,b,90.4,300\n"
    given = read_given_matrix(written(tmp_path, text))
    check_square(given)
    assert given.matrix.metres["ebike"].tolist() == [[0, 250, 500], [250, 0, 0], [0, 300, 0]]


def test_list_csv_with_modes(tmp_path: Path) -> None:
    text = "from,to,duration,mode\na,b,60,ebike\nb,a,60,ebike\na,b,200,walk\nb,a,210,walk\n"
    matrix = read_given_matrix(written(tmp_path, text)).matrix
    assert matrix.modes == ("ebike", "walk")
    assert matrix.durations["walk"].tolist() == [[0, 200], [210, 0]]


def test_json(tmp_path: Path) -> None:
    raw = {
        "locations": ["a", "b", "c"],
        "durations_s": {"ebike": [[0, 60, 120], [61, 0, 0], [None, 90.4, 0]]},
        "metres": {"ebike": [[0, 1, 2], [1, 0, 0], [None, 3, 0]]},
    }
    given = read_given_matrix(written(tmp_path, json.dumps(raw), "m.json"), unit=DurationUnit.MINUTES)
    check_square(given)  # json is in seconds whatever the unit asked for
    assert given.matrix.metres["ebike"][2].tolist() == [0, 3, 0]


@pytest.mark.parametrize("beside", [True, False])
def test_npy(tmp_path: Path, beside: bool) -> None:
    path = tmp_path / "m.npy"
    np.save(path, np.array([[0, 60, 120], [61, 0, 0], [np.inf, 90.4, 0]]))
    if beside:
        written(tmp_path, "a\nb\nc\n", "m.ids.txt")
    check_square(read_given_matrix(path, ids=None if beside else ["a", "b", "c"]))


def test_npy_of_integers(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", np.array([[0, 5], [7, 0]], dtype=np.uint16))
    matrix = read_given_matrix(tmp_path / "m.npy", ids=["x", "y"], mode="walk").matrix
    assert matrix.durations["walk"].tolist() == [[0, 5], [7, 0]]


@pytest.mark.parametrize(("unit", "expected"), [("s", 150), ("min", 9_000), ("ms", 0)])
def test_units_and_ticks(tmp_path: Path, unit: str, expected: int) -> None:
    path = written(tmp_path, ",a,b\na,0,1.5\nb,1.5,0\n")
    matrix = read_given_matrix(path, unit=DurationUnit(unit), ticks_per_s=100).matrix
    assert matrix.durations["ebike"][0, 1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["T311"]),
        ("just one line", ["T311"]),
        ("{not json", ["T311"]),
        ("{}", ["T311"]),
        ("\x00\x01,\x02\n1,2", ["T311"]),
        (",a,b\na,0,1\nb,1\n", ["T312"]),
        (",a,b\na,0,1,2\nb,1,0\n", ["T312"]),
        (",a,b\na,0,1\n", ["T313"]),
        (",a,b\na,0,1\nc,1,0\n", ["T313"]),
        (",a,a\na,0,1\na,1,0\n", ["T313"]),
        (",a,\na,0,1\n,1,0\n", ["T313"]),
        (",a,b\na,0,x\nb,1,0\n", ["T314"]),
        (",a,b\na,0,\nb,1,0\n", ["T315"]),
        (",a,b\na,0,nan\nb,1,0\n", ["T315"]),
        (",a,b\na,0,-1\nb,-inf,0\n", ["T316", "T316"]),
        (",a,b\na,0,200000001\nb,1,0\n", ["T317"]),
        (",a,b\na,,-1\nb,1e300,0\n", ["T315", "T316", "T317"]),
        ("from,to,duration\na,b,5\n", ["T315"]),
        ("from,to,duration\na,b,5\nb,a,5\na,b,6\n", ["T321"]),
        ("from,to,duration\na,b,five\nb,a,5\n", ["T314"]),
        ('{"locations":["a","b"],"durations_s":{"ebike":[[0,1]]}}', ["T312"]),
        ('{"locations":["a","a"],"durations_s":{"ebike":[[0,1],[1,0]]}}', ["T313"]),
        ('{"locations":["a","b"],"durations_s":{"ebike":[[0,"1"],[true,0]]}}', ["T314", "T314"]),
        ('{"locations":["a","b"],"durations_s":{"ebike":[[0,NaN],[-1,0]]}}', ["T315", "T316"]),
        ('{"locations":["a","b"],"durations_s":{"ebike":[[0,1' + "0" * 400 + "],[1,0]]}}", ["T317"]),
        ('{"locations":["a"],"durations_s":{"ebike":[[0]]},"metres":{"ebike":[[-5]]}}', ["T316"]),
    ],
)
def test_findings(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert codes(written(tmp_path, text)) == expected


def test_findings_name_the_pair(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_given_matrix(written(tmp_path, ",a,b\nb,1,0\na,0,-4\n"))
    assert [finding.ids for finding in caught.value.findings] == [("a", "b")]


def test_many_findings_of_a_kind_are_counted(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", np.full((30, 30), np.nan))
    with pytest.raises(InputError) as caught:
        read_given_matrix(tmp_path / "m.npy", ids=[f"p{i}" for i in range(30)])
    assert len(caught.value.findings) == 21
    assert "880 more" in caught.value.findings[-1].found.en


@pytest.mark.parametrize(
    ("array", "ids", "expected"),
    [
        (np.zeros((2, 3)), ["a", "b"], ["T312"]),
        (np.zeros(4), ["a", "b"], ["T312"]),
        (np.array([["a", "b"], ["c", "d"]]), ["a", "b"], ["T312"]),
        (np.zeros((2, 2)), ["a"], ["T313"]),
        (np.zeros((2, 2)), ["a", "a"], ["T313"]),
        (np.zeros((2, 2)), None, ["T313"]),
    ],
)
def test_findings_of_npy(tmp_path: Path, array: np.ndarray, ids: list[str] | None, expected: list[str]) -> None:
    np.save(tmp_path / "m.npy", array)
    assert codes(tmp_path / "m.npy", ids=ids) == expected


def test_pickled_objects_and_cut_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.npy"
    np.save(path, np.array([[object()]]), allow_pickle=True)
    assert codes(path, ids=["a"]) == ["T311"]
    np.save(path, np.zeros((5, 5)))
    path.write_bytes(path.read_bytes()[:-20])
    assert codes(path, ids=list("abcde")) == ["T311"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert codes(tmp_path / "absent.csv") == ["T310"]
    assert codes(tmp_path) == ["T310"]


def warnings(folder: Path, array: np.ndarray, unit: DurationUnit = DurationUnit.SECONDS) -> list[str]:
    np.save(folder / "m.npy", array)
    given = read_given_matrix(folder / "m.npy", ids=[f"p{i}" for i in range(len(array))], unit=unit)
    return [finding.code for finding in given.warnings]


def test_warnings_do_not_stop(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    seconds = rng.uniform(200, 2_000, (8, 8))
    np.fill_diagonal(seconds, 0)
    assert warnings(tmp_path, seconds) == []
    assert warnings(tmp_path, seconds / 60) == ["T318"]  # minutes taken for seconds
    assert warnings(tmp_path, seconds * 60) == ["T318"]
    assert warnings(tmp_path, seconds / 60, DurationUnit.MINUTES) == []
    assert warnings(tmp_path, np.eye(8) * 5 + seconds) == ["T319"] * 8
    assert warnings(tmp_path, np.where(np.arange(8) < 5, 0, seconds)) == ["T320"]
