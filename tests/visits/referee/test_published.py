"""Published solutions of the extended home-healthcare format: all six components are equal.

The converter here is the test's own, and minimal; the reader of the format is tested elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
    Caregiver,
    Client,
    Link,
    LinkCaregivers,
    LinkKind,
    Location,
    Problem,
    Shift,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)
from optimizer.visits.objective import EHHC
from optimizer.visits.plan import Plan, Route, Stop
from optimizer.visits.referee import evaluate_plan
from tests.toys import DAY

NAMES = {
    "travel": "EHHC_TravelTime",
    "tardiness_total": "EHHC_TotalTardiness",
    "tardiness_worst": "EHHC_HighestTardiness",
    "waiting": "EHHC_TotalWaitingTime",
    "overtime": "EHHC_TotalExtraTime",
    "idle": "EHHC_MaxIdleTime",
}


def _client_visits(patient: dict[str, Any]) -> list[Visit]:
    earliest, due = patient["time_window"]
    return [
        Visit(
            id=f"{patient['id']}/{need['service']}",
            client=patient["id"],
            service_duration_t=need["duration"] * 60,
            windows=(TimeWindow(earliest_t=earliest * 60, due_t=due * 60),),
            skills=(SkillRequirement(skill=need["service"]),),
        )
        for need in patient["required_caregivers"]
    ]


def _links(patient: dict[str, Any]) -> list[Link]:
    if len(patient["required_caregivers"]) < 2:
        return []
    rule = patient["synchronization"]
    smallest, largest = rule.get("distance", (0, 0))
    return [
        Link(
            id=patient["id"],
            kind=LinkKind(rule["type"]),
            visits=tuple(visit.id for visit in _client_visits(patient)),
            min_gap_t=smallest * 60,
            max_gap_t=largest * 60,
            caregivers=LinkCaregivers.DIFFERENT,
        )
    ]


def _caregiver(raw: dict[str, Any]) -> Caregiver:
    begin, end = raw["working_shift"]
    home = str(raw["distance_matrix_index"])
    shift = Shift(
        id="day", start_location=home, end_location=home, start_t=begin * 60, end_t=end * 60, max_overtime_t=None
    )
    return Caregiver(id=raw["id"], shifts=(shift,), skills=tuple(Skill(skill=name) for name in raw["abilities"]))


def _problem(raw: dict[str, Any]) -> tuple[Problem, TravelMatrix]:
    durations = np.array(raw["distances"], dtype=np.int32) * np.int32(60)
    names = tuple(str(i) for i in range(len(durations)))
    problem = Problem(
        date=DAY,
        cost_unit_s=60,
        locations=tuple(Location(id=name) for name in names),
        clients=tuple(
            Client(
                id=patient["id"],
                location=str(patient["distance_matrix_index"]),
                forbidden=tuple(patient.get("incompatible_caregivers", ())),
            )
            for patient in raw["patients"]
        ),
        visits=tuple(visit for patient in raw["patients"] for visit in _client_visits(patient)),
        links=tuple(link for patient in raw["patients"] for link in _links(patient)),
        caregivers=tuple(_caregiver(one) for one in raw["caregivers"]),
    )
    travel = TravelMatrix(
        locations=names,
        durations={"ebike": durations},
        reachable={"ebike": np.ones(durations.shape, dtype=np.bool_)},
    )
    return problem, travel


def _plan(raw: dict[str, Any]) -> Plan:
    return Plan(
        routes=tuple(
            Route(
                caregiver=route["caregiver_id"],
                shift="day",
                stops=tuple(
                    Stop(visit=f"{call['patient']}/{call['service']}", start_t=call["arrival_time"] * 60)
                    for call in route["locations"]
                    if "patient" in call
                ),
            )
            for route in raw["routes"]
        )
    )


def _solutions(folder: Path) -> list[tuple[Path, Path]]:
    """Pairs of an instance and a solution of it, whose name is ``sol-<instance>-<seed>.json``."""
    found = sorted(folder.glob("sol-*.json"))
    return [(folder / f"{path.stem.removeprefix('sol-').rpartition('-')[0]}.json", path) for path in found]


def test_all_six_components_of_published_solutions_are_equal(shared_data: Path) -> None:
    pairs = _solutions(shared_data / "hhcrsp" / "extended")
    assert pairs
    for instance, solution in pairs:
        raw = json.loads(solution.read_text(encoding="utf-8"))
        problem, travel = _problem(json.loads(instance.read_text(encoding="utf-8")))
        found = evaluate_plan(problem, travel, _plan(raw), EHHC)
        assert found.violations == (), solution.name
        assert found.mandatory_left_out == 0
        published = raw["cost_components"]
        assert published.keys() == set(NAMES.values())
        assert {NAMES[name]: found.components[name] for name in NAMES} == published
        assert found.cost == pytest.approx(sum(published.values()))
