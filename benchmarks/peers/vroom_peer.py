"""VROOM (pyvroom): jobs with skills and priorities, vehicles with breaks. The limit does not bind its heuristics.

Times, breaks included, are VROOM's own; the referee judges them as given.
"""

from __future__ import annotations

from datetime import timedelta
from importlib import metadata

import numpy as np
import vroom

from benchmarks.contender import Answer, Task
from benchmarks.peers.statement import Statement, plan_of_starts, state
from optimizer.visits.index import FAR
from optimizer.visits.plan import PlannedBreak

__all__ = ["plan_with_vroom"]

EXPLORATION = 5
MANDATORY_PRIORITY, HIGHEST_OPTIONAL = 100, 30
PLENTY = 1_000_000


def plan_with_vroom(task: Task) -> Answer:
    """Plan with the highest exploration level on one thread."""
    statement = state(task.day, can=("breaks",))
    instance = _input(statement)
    limit = timedelta(seconds=task.seconds_left())
    solution = instance.solve(exploration_level=EXPLORATION, nb_threads=1, timeout=limit)
    starts, breaks = _routes(statement, solution)
    return Answer(plan=plan_of_starts(statement, starts, breaks), version=f"vroom {metadata.version('pyvroom')}")


def _input(statement: Statement) -> vroom.Input:
    indexed = statement.indexed
    instance = vroom.Input()
    instance.set_durations_matrix("car", np.ascontiguousarray(statement.durations, dtype=np.uint32))
    for shift in range(indexed.shifts):
        instance.add_vehicle(_vehicle(statement, shift))
    dearest = max(1.0, float(indexed.price.max(initial=0.0)))
    for visit in range(indexed.visits):
        kind = int(statement.class_of[visit])
        optional = round(HIGHEST_OPTIONAL * float(indexed.price[visit]) / dearest)
        instance.add_job(
            vroom.Job(
                id=visit,
                location=int(indexed.visit_location[visit]),
                default_service=int(indexed.visit_duration[visit]),
                delivery=vroom.Amount([int(indexed.visit_load[visit])]),
                skills=set() if kind < 0 else {kind},
                priority=MANDATORY_PRIORITY if indexed.mandatory[visit] else optional,
                time_windows=[vroom.TimeWindow(int(statement.earliest[visit]), int(statement.latest[visit]))],
            )
        )
    return instance


def _vehicle(statement: Statement, shift: int) -> vroom.Vehicle:
    indexed = statement.indexed
    most = int(indexed.shift_max_load[shift])
    rows = range(int(indexed.break_first[shift]), int(indexed.break_first[shift + 1]))
    return vroom.Vehicle(
        id=shift,
        start=int(indexed.shift_start_location[shift]),
        end=int(indexed.shift_end_location[shift]),
        profile="car",
        capacity=[PLENTY if most >= FAR else most],
        skills=set(np.flatnonzero(statement.classes[:, shift]).tolist()),
        time_window=vroom.TimeWindow(int(indexed.shift_start[shift]), int(indexed.shift_latest_return[shift])),
        breaks=[
            vroom.Break(
                id=row,
                time_windows=[vroom.TimeWindow(int(indexed.break_earliest[row]), int(indexed.break_latest[row]))],
                service=int(indexed.break_duration[row]),
            )
            for row in rows
        ],
    )


def _routes(
    statement: Statement, solution: vroom.solution.Solution
) -> tuple[dict[int, list[tuple[int, int]]], dict[int, list[PlannedBreak]]]:
    """Starts of visits and breaks by shift, as VROOM has timed them."""
    starts: dict[int, list[tuple[int, int]]] = {}
    breaks: dict[int, list[PlannedBreak]] = {}
    indexed = statement.indexed
    for step in solution.routes.itertuples():
        begun = int(step.arrival) + int(step.waiting_time)
        if step.type == "job":
            starts.setdefault(int(step.vehicle_id), []).append((int(step.id), begun))
        elif step.type == "break":
            row = int(step.id)
            taken = PlannedBreak(id=indexed.break_ids[row], start_t=begun, duration_t=int(indexed.break_duration[row]))
            breaks.setdefault(int(step.vehicle_id), []).append(taken)
    return starts, breaks
