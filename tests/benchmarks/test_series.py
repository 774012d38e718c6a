"""A series of runs: which there are, what its file holds, what the tables say of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.plain import plain_day
from benchmarks.plots import gap_over_time
from benchmarks.quality_report import put_between
from benchmarks.records import append, done, key_of, read
from benchmarks.suites import Run, best_known, runs_of, suite_names
from benchmarks.tables import instance_table, summary_table, what_cannot_be_expressed
from instances.day import make_hailing

MARKS = {"commit": "abc", "cpu": "one", "cores": "2", "python": "3.11", "load": 0.5, "date": "2026-11-22T00:00:00"}


def a_run(contender: str = "greedy", seed: int = 1) -> Run:
    return Run(suite="quick", instance="vrptw:R101.txt", contender=contender, seed=seed, limit_s=20.0)


def a_record(cost: float, *, left: int = 0, status: str = "ok", notes: str = "") -> dict[str, object]:
    gap = None if left or status != "ok" else cost - 100.0
    return {
        "status": status,
        "visits": 100,
        "mandatory_left_out": left,
        "optional_left_out": 0,
        "cost": cost,
        "best_known": 100.0,
        "gap_pct": gap,
        "trace": f"0.5 1 200;1.00 0 {cost + 10:g};2.00 0 {cost:g}",
        "notes": notes,
        **MARKS,
    }


def test_a_series_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    append(path, a_run(), a_record(103.0))
    append(path, a_run("search"), {"status": "killed", **MARKS})
    assert done(path, "abc") == {key_of(a_run())}
    assert done(path, "another commit") == set()
    assert [row["cost"] for row in read(path)] == ["103", ""]


def test_a_row_cut_off_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    append(path, a_run(), a_record(103.0))
    path.write_text(path.read_text() + "quick,vrptw:R101.txt,ortools,1")
    assert done(path, "abc") == {key_of(a_run())}


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colour"):
        append(tmp_path / "runs.csv", a_run(), {"colour": "red"})


def test_table_shows_mean_and_worst_and_what_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    append(path, a_run("ortools", 1), a_record(101.0))
    append(path, a_run("ortools", 2), a_record(104.0))
    append(path, a_run("greedy"), a_record(90.0, left=3))
    append(path, a_run("vroom"), {"status": "cannot express", "notes": "breaks, balance", **MARKS})
    rows = read(path)
    table = instance_table(rows)
    assert "**+2.50 % / +4.00 %**" in table
    assert "90.0 (3 + 0 left out)" in table
    assert "| – |" in table
    assert "+2.50 % / +4.00 % (1 of 1)" in summary_table(rows)
    assert what_cannot_be_expressed(rows) == "- vroom cannot express of vrptw: balance, breaks."


def test_gap_over_time_begins_with_the_first_complete_plan(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    append(path, a_run("ortools"), a_record(103.0))
    (moments, gaps) = gap_over_time(read(path))["ortools"]
    assert moments[0] == pytest.approx(1.0)
    assert gaps[0] == pytest.approx(13.0)
    assert gaps[-1] == pytest.approx(3.0)


def test_markers_are_kept_and_only_what_is_between_is_replaced() -> None:
    text = "a\n<!-- quality -->\nold\n<!-- /quality -->\nb\n"
    new = put_between(text, "quality", "new")
    assert new == "a\n<!-- quality -->\nnew\n<!-- /quality -->\nb\n"
    assert put_between(new, "quality", "new") == new
    with pytest.raises(ValueError, match="once each"):
        put_between("no markers", "quality", "new")


def test_every_suite_can_be_listed(shared_data: Path) -> None:
    for name in suite_names():
        assert list(runs_of(name, data=shared_data))
    quick = list(runs_of("quick", data=shared_data))
    assert len({run.instance for run in quick}) == 12
    assert {run.seed for run in quick} == {1}
    assert sum(run.limit_s for run in quick if run.contender != "greedy") <= 25 * 60
    assert set(best_known()) <= {run.instance for name in suite_names() for run in runs_of(name, data=shared_data)}


def test_an_unknown_suite_or_contender_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such suite"):
        list(runs_of("none", data=tmp_path))
    with pytest.raises(ValueError, match="no such contender"):
        list(runs_of("plain", data=tmp_path, contenders=["nobody"]))


def test_plain_day_keeps_the_work_and_drops_the_rest() -> None:
    day = make_hailing(60)
    plain = plain_day(day, breaks=False)
    assert len(plain.visits) == sum(visit.team_size for visit in day.visits)
    assert len({visit.id for visit in plain.visits}) == len(plain.visits)
    assert all(visit.team_size == 1 and len(visit.windows) == 1 for visit in plain.visits)
    assert not plain.links
    assert not any(shift.breaks for caregiver in plain.caregivers for shift in caregiver.shifts)
    assert any(shift.breaks for one in plain_day(day, breaks=True).caregivers for shift in one.shifts)
    work = sum(visit.service_duration_t * visit.team_size for visit in day.visits)
    assert sum(visit.service_duration_t for visit in plain.visits) == work


def test_a_run_made_again_replaces_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    append(path, a_run(), a_record(103.0))
    append(path, a_run("search"), a_record(102.0))
    append(path, a_run(), a_record(101.0))
    assert [row["cost"] for row in read(path)] == ["101", "102"]
