"""Published home-healthcare instances and solutions, all families."""

from __future__ import annotations

import copy
import csv
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.common.errors import InputError, OutputError, Severity
from optimizer.io.hhcrsp import (
    hhcrsp_from_json,
    hhcrsp_plan_from_json,
    hhcrsp_plan_to_json,
    hhcrsp_to_json,
    read_hhcrsp,
    read_hhcrsp_plan,
    write_hhcrsp,
    write_hhcrsp_plan,
)
from optimizer.io.problem_file import ProblemFile
from optimizer.io.problem_json import problem_from_json, problem_to_json
from optimizer.visits.model import LinkCaregivers, LinkKind
from optimizer.visits.objective import EHHC
from optimizer.visits.plan import Plan, Route, Stop
from optimizer.visits.referee import evaluate_plan
from tests.toys import caregiver, tiny_problem, visit

FAMILIES = ("Italian", "extended", "kummer", "mankowska")

TOY: dict[str, Any] = {
    "patients": [
        {
            "id": "p1",
            "location": [1.5, 2],
            "time_window": [240, 360],
            "required_caregivers": [{"service": "s1", "duration": 30}],
        },
        {
            "id": "p2",
            "time_window": [60, 120],
            "required_caregivers": [{"service": "s2", "duration": 20}, {"service": "s1", "duration": 10}],
            "synchronization": {"type": "sequential", "distance": [30, 45]},
        },
        {
            "id": "p3",
            "time_window": [0, 60],
            "required_caregivers": [{"service": "s1"}, {"service": "s2", "duration": 12.5}],
            "synchronization": {"type": "simultaneous"},
        },
    ],
    "services": [{"id": "s1", "default_duration": 15}, {"id": "s2", "default_duration": 40}],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s1", "s2"]}],
    "central_offices": [{"id": "d", "location": [0, 0]}],
    "distances": [[0, 5, 7, 9], [5, 0, 3, 4], [7.125, 3, 0, 2], [9, 4, 2, 0]],
}


def instances(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.json") if not path.name.startswith("sol-"))


def findings_of(raw: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        hhcrsp_from_json(raw)
    return {finding.where: finding.code for finding in caught.value.findings}


def test_the_toy_in_the_model() -> None:
    read = hhcrsp_from_json(copy.deepcopy(TOY), name="toy")
    problem, matrix = read.problem, read.matrix
    minute = 60_000
    assert (problem.name, problem.ticks_per_s, problem.cost_unit_s, read.objective) == ("toy", 1000, 60, "hhcrsp")
    assert [one.id for one in problem.visits] == ["p1", "p2:s2", "p2:s1", "p3:s1", "p3:s2"]
    durations = [one.service_duration_t for one in problem.visits]
    assert durations == [30 * minute, 20 * minute, 10 * minute, 15 * minute, 750_000]
    assert all(one.mandatory and one.skills[0].skill == one.service for one in problem.visits)
    window = problem.visits[0].windows[0]
    assert (window.earliest_t, window.latest_t, window.due_t) == (240 * minute, None, 360 * minute)
    sequence, pair = problem.links
    assert (sequence.kind, sequence.visits) == (LinkKind.SEQUENTIAL, ("p2:s2", "p2:s1"))
    assert (sequence.min_gap_t, sequence.max_gap_t) == (30 * minute, 45 * minute)
    assert (pair.kind, pair.max_gap_t) == (LinkKind.SIMULTANEOUS, None)
    assert all(link.caregivers is LinkCaregivers.DIFFERENT and link.all_or_nothing for link in problem.links)
    shift = problem.caregivers[0].shifts[0]
    assert (shift.start_location, shift.end_location, shift.start_t, shift.end_t) == ("d", "d", 0, None)
    assert matrix is not None
    row = matrix.durations["given"][matrix.index["p2"]]
    assert row[matrix.index["d"]] == 7.125 * minute


@pytest.mark.parametrize("family", FAMILIES)
def test_counts_and_writing_of_every_published_instance(shared_data: Path, family: str) -> None:
    paths = instances(shared_data / "hhcrsp" / family)
    assert paths
    for path in paths:
        raw = json.loads(path.read_bytes())
        read = hhcrsp_from_json(copy.deepcopy(raw))
        problem = read.problem
        services = [need for patient in raw["patients"] for need in patient["required_caregivers"]]
        assert len(problem.visits) == len(services)
        assert len(problem.clients) == len(raw["patients"])
        assert len(problem.links) == len(services) - len(raw["patients"])
        assert len(problem.caregivers) == len(raw["caregivers"])
        assert problem.ticks_per_s == (1000 if family == "mankowska" else 1)
        assert read.matrix is not None
        ticks = read.matrix.durations["given"]
        assert np.array_equal(ticks / (60 * problem.ticks_per_s), np.array(raw["distances"], dtype=float))
        if family == "Italian":
            for patient in raw["patients"]:
                patient["time_window"] = [int(bound) for bound in patient["time_window"]]
        assert hhcrsp_to_json(problem, read.matrix) == raw, path.name


def test_windows_of_the_italian_set_are_cut_down(shared_data: Path) -> None:
    path = next(iter(instances(shared_data / "hhcrsp" / "Italian")))
    raw = json.loads(path.read_bytes())
    cut = [one["id"] for one in raw["patients"] if any(bound != int(bound) for bound in one["time_window"])]
    assert cut
    read = read_hhcrsp(path)
    assert [(one.code, one.severity) for one in read.warnings] == [("T139", Severity.WARNING)]
    assert f"{len(cut)} windows" in read.warnings[0].found.en
    assert all(bound % 60 == 0 for one in read.problem.visits for bound in (one.windows[0].earliest_t,))
    assert read.problem.name == path.name.removesuffix(".json")
    assert read.sources == (path,)


def test_published_extended_solutions_cost_what_their_authors_say(shared_data: Path) -> None:
    folder = shared_data / "hhcrsp" / "extended"
    solutions = sorted(folder.glob("sol-*.json"))
    assert len(solutions) == 4
    names = {
        "EHHC_TravelTime": "travel",
        "EHHC_TotalTardiness": "tardiness_total",
        "EHHC_HighestTardiness": "tardiness_worst",
        "EHHC_TotalWaitingTime": "waiting",
        "EHHC_TotalExtraTime": "overtime",
        "EHHC_MaxIdleTime": "idle",
    }
    for path in solutions:
        instance = path.name.removeprefix("sol-").rpartition("-")[0] + ".json"
        read = read_hhcrsp(folder / instance)
        plan = read_hhcrsp_plan(path, read.problem)
        assert plan.unassigned == ()
        assert read.matrix is not None
        judged = evaluate_plan(read.problem, read.matrix, plan, EHHC)
        assert judged.violations == ()
        published = json.loads(path.read_bytes())
        for theirs, ours in names.items():
            assert judged.components[ours] == pytest.approx(published["cost_components"][theirs]), (path.name, ours)
        written = hhcrsp_plan_to_json(plan, read.problem, components=judged.components)
        assert written["cost_components"] == published["cost_components"]
        by_caregiver = {route["caregiver_id"]: route["locations"] for route in written["routes"]}
        assert by_caregiver == {route["caregiver_id"]: route["locations"] for route in published["routes"]}


def test_best_known_values_name_instances_that_can_be_read(shared_data: Path) -> None:
    folder = shared_data / "hhcrsp"
    with (folder / "best_known.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    present = [folder / row["family"] / row["instance"] for row in rows]
    assert sum(path.exists() for path in present) >= 10


def test_plans_in_the_older_spelling_come_back(tmp_path: Path) -> None:
    problem = hhcrsp_from_json(copy.deepcopy(TOY)).problem
    plan = Plan(
        routes=(
            Route(
                caregiver="c1",
                shift="day",
                stops=(Stop(visit="p3:s1", start_t=540_001), Stop(visit="p1", start_t=14_400_000)),
            ),
            Route(
                caregiver="c2",
                shift="day",
                stops=(Stop(visit="p3:s2", start_t=540_001), Stop(visit="p2:s2", start_t=3_600_000)),
            ),
        )
    )
    raw = hhcrsp_plan_to_json(plan, problem)
    assert raw["global_ordering"] == ["p3", "p2", "p1"]
    assert raw["routes"][0]["locations"][1] == {
        "patient_id": "p1",
        "service_id": "s1",
        "arrival_time": 240,
        "departure_time": 270,
    }
    path = tmp_path / "solution.json"
    write_hhcrsp_plan(plan, problem, path)
    read = read_hhcrsp_plan(path, problem)
    assert read.routes == plan.routes
    assert [left.visit for left in read.unassigned] == ["p2:s1"]


def test_the_newer_spelling_of_solutions_is_read() -> None:
    problem = hhcrsp_from_json(copy.deepcopy(TOY)).problem
    raw = {
        "routes": [
            {
                "caregiver_id": "c1",
                "locations": [
                    {"depot": "d", "departing_time": 230},
                    {
                        "patient": "p1",
                        "service": "s1",
                        "arrival_time": 235,
                        "start_service_time": 240,
                        "end_service_time": 270,
                    },
                    {"depot": "d", "arrival_time": 275},
                ],
            }
        ]
    }
    plan = hhcrsp_plan_from_json(raw, problem)
    assert plan.routes == (Route(caregiver="c1", shift="day", stops=(Stop(visit="p1", start_t=14_400_000),)),)


def test_solutions_of_another_instance_are_refused() -> None:
    problem = hhcrsp_from_json(copy.deepcopy(TOY)).problem
    call = {"patient": "p1", "service": "s1", "arrival_time": 240, "departure_time": 270}
    raw = {
        "routes": [
            {"caregiver_id": "c9", "locations": []},
            {
                "caregiver_id": "c1",
                "locations": [call, call, call | {"service": "s2"}, {"patient": "p2", "service": "s1"}],
            },
        ]
    }
    with pytest.raises(InputError) as caught:
        hhcrsp_plan_from_json(raw, problem)
    assert [(one.code, one.where) for one in caught.value.findings] == [
        ("T136", "routes[0].caregiver_id"),
        ("T136", "routes[1].locations[1]"),
        ("T136", "routes[1].locations[2]"),
        ("T136", "routes[1].locations[3]"),
    ]


def test_packed_instances_and_own_json(tmp_path: Path) -> None:
    path = tmp_path / "toy.json.gz"
    path.write_bytes(gzip.compress(json.dumps(TOY).encode()))
    read = read_hhcrsp(path)
    assert read.problem.name == "toy"
    own = problem_from_json(json.loads(json.dumps(problem_to_json(read.problem, matrix=read.matrix))))
    assert own.problem == read.problem
    assert own.matrix is not None
    assert read.matrix is not None
    assert np.array_equal(own.matrix.durations["given"], read.matrix.durations["given"])


def test_the_toy_is_written_as_it_was_read(tmp_path: Path) -> None:
    read: ProblemFile = hhcrsp_from_json(copy.deepcopy(TOY))
    assert read.matrix is not None
    write_hhcrsp(read.problem, read.matrix, tmp_path / "toy.json")
    written = json.loads((tmp_path / "toy.json").read_bytes())
    expected = copy.deepcopy(TOY)
    expected["patients"][2]["required_caregivers"][0]["duration"] = 15
    assert written == expected


def test_problems_that_the_format_cannot_say_are_refused() -> None:
    problem, travel = tiny_problem(
        visits=[visit("a", x=5, minutes=30, window=("09:00", "10:00"))],
        caregivers=[caregiver("ann", x=0, shift=("08:00", "12:00"), skills=["BATH:3"])],
    )
    with pytest.raises(OutputError, match="cannot say this") as caught:
        hhcrsp_to_json(problem, travel)
    assert "windows other than a single soft one" in str(caught.value)
    assert "格式无法表达" in caught.value.text.zh


def _change(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    raw = copy.deepcopy(TOY)
    inner: Any = raw
    for step in path[:-1]:
        inner = inner[step]
    if value is KeyError:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        (("patients",), KeyError, "patients", "T111"),
        (("patients",), [], "patients", "T118"),
        (("patients", 0, "time_window"), [1], "patients[0].time_window", "T118"),
        (("patients", 0, "time_window"), ["9", 10], "patients[0].time_window[0]", "T113"),
        (("patients", 0, "time_window"), [-1, 10], "patients[0].time_window[0]", "T118"),
        (("patients", 0, "id"), "p2", "patients", "T131"),
        (("patients", 0, "id"), "d", "patients", "T131"),
        (("patients", 0, "required_caregivers"), [], "patients[0].required_caregivers", "T118"),
        (("patients", 0, "required_caregivers", 0, "service"), "s9", "patients[0].required_caregivers[0]", "T133"),
        (("patients", 1, "synchronization"), KeyError, "patients[1].synchronization", "T134"),
        (("patients", 1, "synchronization", "distance"), [9, 1], "patients[1].synchronization", "T134"),
        (("patients", 1, "synchronization", "distance"), KeyError, "patients[1].synchronization", "T134"),
        (("patients", 1, "synchronization", "type"), "later", "patients[1].synchronization.type", "T114"),
        (("patients", 1, "incompatible_caregivers"), ["c9"], "patients[1].incompatible_caregivers", "T135"),
        (("patients", 1, "distance_matrix_index"), 0, "distances", "T132"),
        (("caregivers", 0, "abilities"), ["s9"], "caregivers[0].abilities", "T133"),
        (("caregivers", 1, "id"), "c1", "caregivers", "T131"),
        (("caregivers", 1, "starting_point_id"), "x", "caregivers[1].starting_point_id", "T135"),
        (("central_offices",), KeyError, "central_offices", "T130"),
        (("departing_points",), [{"id": "e"}], "central_offices", "T130"),
        (("distances",), [[0]], "distances", "T132"),
        (("distances", 1), [0, 1], "distances[1]", "T132"),
        (("distances", 1, 2), None, "distances[1][2]", "T132"),
        (("distances", 1, 2), "3", "distances[1][2]", "T132"),
        (("distances", 1, 2), -3, "distances[1][2]", "T132"),
        (("distances", 1, 2), 1e7, "distances[1][2]", "T132"),
    ],
)
def test_faults_of_an_instance(path: tuple[Any, ...], value: Any, where: str, code: str) -> None:
    assert findings_of(_change(path, value)).get(where) == code
