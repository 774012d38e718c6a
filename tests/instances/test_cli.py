"""The command ``careplan instances make``."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from instances.cli import InstanceName, app, make_instance
from instances.toy import toy_problem, toy_travel
from optimizer.common.errors import InputError
from optimizer.io.problem_json import read_problem_json
from optimizer.io.recognise import read_problem


def test_makes_the_shipped_file(tmp_path: Path) -> None:
    out = tmp_path / "h.json"
    result = CliRunner().invoke(app, ["make", "hailing", "--visits", "150", "--seed", "1", "--out", str(out)])
    assert result.exit_code == 0, result.output
    shipped = Path(__file__).resolve().parents[2] / "instances" / "data" / "hailing-150.json"
    assert out.read_bytes() == shipped.read_bytes()


def test_the_toy_comes_with_its_matrix(tmp_path: Path) -> None:
    out = tmp_path / "toy.json"
    assert CliRunner().invoke(app, ["make", "toy", "--out", str(out)]).exit_code == 0
    file = read_problem_json(out)
    assert file.problem == toy_problem()
    assert file.matrix is not None and file.matrix.locations == toy_travel().locations
    assert (file.matrix.durations["ebike"] == toy_travel().durations["ebike"]).all()


def test_a_workbook_where_the_name_says_so(tmp_path: Path) -> None:
    out = tmp_path / "h.xlsx"
    assert CliRunner().invoke(app, ["make", "hailing", "--visits", "60", "--out", str(out)]).exit_code == 0
    made, _ = make_instance(InstanceName.HAILING, 60, 1)
    assert read_problem(out, day=made.date).problem.visits == made.visits


def test_sharing_is_an_option(tmp_path: Path) -> None:
    out = tmp_path / "q.json"
    assert CliRunner().invoke(app, ["make", "qidong", "--visits", "60", "--sharing", "--out", str(out)]).exit_code == 0
    assert read_problem_json(out).problem.ext["maker"]["sharing"] is True


@pytest.mark.parametrize("visits", [0, 49, 6_001])
def test_a_size_out_of_range_is_a_finding(visits: int) -> None:
    with pytest.raises(InputError, match="T390"):
        make_instance(InstanceName.QIDONG, visits, 1)
