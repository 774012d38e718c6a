"""Published vehicle routing instances in both texts."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from optimizer.common.errors import InputError
from optimizer.io.vrptw import read_vrptw, read_vrptw_solution, vrptw_from_text
from optimizer.visits.objective import VRPTW
from optimizer.visits.referee import evaluate_plan

SOLOMON = """TOY

VEHICLE
NUMBER     CAPACITY
  5         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0        100          0
    1      1         1         10          5         20         10
    2      2.5       -3         8          0         30         10
    3      6         8          7          0         90          2.5
"""
LKH = """NAME : TOY
TYPE : VRPTW
DIMENSION : 4
VEHICLES : 5
CAPACITY : 20
SERVICE_TIME : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1 1
3 2.5 -3
4 6 8
DEMAND_SECTION
1 0
2 10
3 8
4 7
TIME_WINDOW_SECTION
1 0 100
2 5 20
3 0 30
4 0 90
DEPOT_SECTION
1
-1
EOF
"""


def findings_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        vrptw_from_text(text)
    return [(finding.code, finding.where) for finding in caught.value.findings]


def test_solomon_in_the_model() -> None:
    read = vrptw_from_text(SOLOMON.replace("\n", "\r\n"))
    problem, matrix = read.problem, read.matrix
    assert (problem.name, problem.ticks_per_s, problem.cost_unit_s, read.objective) == ("TOY", 10, 1, "vrptw")
    assert [one.id for one in problem.caregivers] == ["v1", "v2", "v3"]
    shift = problem.caregivers[0].shifts[0]
    assert (shift.start_t, shift.end_t, shift.max_overtime_t, shift.max_load) == (0, 1000, 0, 20)
    assert (shift.start_location, shift.end_location) == ("0", "0")
    third = problem.visits[2]
    assert (third.id, third.load, third.service_duration_t, third.mandatory) == ("3", 7, 25, True)
    assert (problem.visits[0].windows[0].earliest_t, problem.visits[0].windows[0].latest_t) == (50, 200)
    assert matrix is not None
    assert matrix.durations["given"][0].tolist() == [0, 14, 39, 100]
    assert [place.id for place in problem.locations if place.is_station] == ["0"]


def test_both_texts_say_the_same() -> None:
    of_lkh = vrptw_from_text(LKH)
    of_solomon = vrptw_from_text(SOLOMON.replace("2.5\n", "10\n"))
    assert of_lkh.problem == of_solomon.problem
    assert of_lkh.matrix is not None
    assert of_solomon.matrix is not None
    assert np.array_equal(of_lkh.matrix.durations["given"], of_solomon.matrix.durations["given"])


def test_the_order_of_the_rows_does_not_matter() -> None:
    head, rows = SOLOMON.split("TIME\n\n")
    shuffled = head + "TIME\n\n" + "\n".join(reversed(rows.strip().splitlines()))
    assert vrptw_from_text(shuffled).problem == vrptw_from_text(SOLOMON).problem


def test_distances_are_cut_exactly() -> None:
    customers = [(x, y) for x in range(0, 40, 3) for y in range(0, 40, 7)]
    rows = "\n".join(f"{i} {x} {y} 0 0 9999 0" for i, (x, y) in enumerate(customers))
    matrix = vrptw_from_text(SOLOMON.split("    0  ")[0] + rows).matrix
    assert matrix is not None
    for i, (ax, ay) in enumerate(customers):
        for j, (bx, by) in enumerate(customers):
            exact = math.isqrt(100 * ((ax - bx) ** 2 + (ay - by) ** 2))
            assert matrix.durations["given"][i, j] == exact


def test_the_first_customers() -> None:
    problem = vrptw_from_text(SOLOMON, first_customers=2).problem
    assert [one.id for one in problem.visits] == ["1", "2"]
    assert len(problem.caregivers) == 2
    with pytest.raises(ValueError, match="first_customers"):
        vrptw_from_text(SOLOMON, first_customers=0)


@pytest.mark.parametrize(("name", "customers", "vehicles"), [("C101", 100, 25), ("R101", 100, 25), ("RC101", 100, 25)])
def test_solomon_files(shared_data: Path, name: str, customers: int, vehicles: int) -> None:
    problem = read_vrptw(shared_data / "vrptw" / f"{name}.txt").problem
    assert (problem.name, len(problem.visits), len(problem.caregivers)) == (name, customers, vehicles)


@pytest.mark.parametrize("name", ["C1_10_1", "R1_10_1", "R2_10_1", "RC1_10_1"])
def test_published_solutions_cost_what_they_say(shared_data: Path, name: str) -> None:
    read = read_vrptw(shared_data / "vrptw" / f"{name}.vrp")
    assert (len(read.problem.visits), len(read.problem.caregivers)) == (1000, 250)
    assert read.matrix is not None
    plan, cost = read_vrptw_solution(shared_data / "vrptw" / f"{name}.sol", read.problem, read.matrix)
    assert plan.unassigned == ()
    judged = evaluate_plan(read.problem, read.matrix, plan, VRPTW)
    assert judged.violations == ()
    assert judged.cost == pytest.approx(cost, abs=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("CUSTOMER", "", ("T140", "line 1")),
        ("NUMBER     CAPACITY", "", ("T140", "NUMBER CAPACITY")),
        ("  5         20", "  five      20", ("T141", "line 5")),
        ("    1      1         1 ", "    1      1         x ", ("T141", "line 11")),
        ("         10          5         20         10", "", ("T141", "line 11")),
        ("    1      1         1 ", "    1      1         nan ", ("T141", "line 11")),
        ("    2      2.5", "    1      2.5", ("T142", "customers")),
        ("         8          0", "        -8          0", ("T141", "customers")),
        ("  5         20", "  5         20.5", ("T141", "line 5")),
        ("    1      1         1 ", "    1.5    1         1 ", ("T141", "line 11")),
        ("         8          0", "       8.5          0", ("T141", "line 12")),
        (SOLOMON[SOLOMON.index("    1      1") :], "", ("T142", "customers")),
        ("2.5\n", "2.55\n", ("T144", "times")),
        ("2.5       -3", "2.555       -3", ("T144", "coordinates")),
    ],
)
def test_faults_of_a_solomon_text(old: str, new: str, expected: tuple[str, str]) -> None:
    assert old in SOLOMON
    assert expected in findings_of(SOLOMON.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("TYPE : VRPTW", "TYPE : TSP", ("T140", "line 1")),
        ("EUC_2D", "EXPLICIT", ("T143", "EDGE_WEIGHT_TYPE")),
        ("DIMENSION : 4", "DIMENSION : 5", ("T142", "customers")),
        ("CAPACITY : 20", "", ("T140", "CAPACITY")),
        ("SERVICE_TIME : 10", "SERVICE_TIME : -1", ("T140", "SERVICE_TIME")),
        ("2 10\n", "", ("T142", "DEMAND_SECTION")),
        ("DEMAND_SECTION", "DEMANDS", ("T140", "DEMAND_SECTION")),
        ("3 0 30", "3 0", ("T141", "line 21")),
        ("3 8\n", "3 8.5\n", ("T141", "line 16")),
        ("CAPACITY : 20", "CAPACITY : 2.5", ("T140", "CAPACITY")),
    ],
)
def test_faults_of_an_lkh_text(old: str, new: str, expected: tuple[str, str]) -> None:
    assert old in LKH
    assert expected in findings_of(LKH.replace(old, new, 1))


def test_a_solution_of_another_instance_is_refused() -> None:
    read = vrptw_from_text(SOLOMON)
    assert read.matrix is not None
    plan, cost = read_vrptw_solution(b"Route #1: 1 2\nCost 12.5\n", read.problem, read.matrix)
    assert cost == 12.5
    assert [left.visit for left in plan.unassigned] == ["3"]
    for text in (b"Route #1: 1 9\n", b"", b"Route #1: 1\nRoute #2: 2\nRoute #3: 3\nRoute #4: 1\n"):
        with pytest.raises(InputError, match="T145"):
            read_vrptw_solution(text, read.problem, read.matrix)


def test_text_in_another_encoding() -> None:
    with pytest.raises(InputError, match="T104"):
        read_vrptw("启东".encode("gb18030"))
