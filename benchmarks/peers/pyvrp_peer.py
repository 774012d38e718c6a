"""PyVRP: visits are clients with hard windows, shifts are vehicles, a qualification is a dimension of load.

A visit that only some may do is delivered one unit of a dimension in which the others have no capacity; so one matrix
serves all. A day whose visits are all mandatory is stated with required clients, any other with prizes, the
mandatory ones far above the optional ones (a required client that cannot be served would leave no feasible solution).
"""

from __future__ import annotations

from importlib import metadata

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from benchmarks.contender import Answer, Task
from benchmarks.peers.statement import Statement, plan_of_orders, state
from optimizer.visits.index import FAR

__all__ = ["plan_with_pyvrp"]

MANDATORY_PRIZE_S = 50_000
PLENTY = 1_000_000
READING_SHARE = 0.01
"""Share of the limit kept for turning the solution into a plan."""


def plan_with_pyvrp(task: Task) -> Answer:
    """Plan with PyVRP's default parameters on one core."""
    statement = state(task.day)
    data = _data(statement)
    seconds = max(0.1, task.seconds_left() - READING_SHARE * task.limit_s)
    result = pyvrp.solve(data, stop=MaxRuntime(seconds), seed=task.seed, collect_stats=False, display=False)
    return Answer(
        plan=plan_of_orders(statement, _orders(result.best)),
        iterations=int(result.num_iterations),
        version=f"pyvrp {metadata.version('pyvrp')}",
        notes=() if result.is_feasible() else ("its best solution is not feasible by its own word",),
    )


def _data(statement: Statement) -> pyvrp.ProblemData:
    indexed, problem = statement.indexed, statement.day.problem
    required = bool(indexed.mandatory.all())
    scale = problem.ticks_per_cost_unit
    kinds = len(statement.classes)
    units = np.eye(kinds + 1, dtype=int)[:, :kinds]  # the last row, also reached by -1, is nobody's restriction
    clients = [
        pyvrp.Client(
            location=int(indexed.visit_location[visit]),
            delivery=[int(indexed.visit_load[visit]), *units[statement.class_of[visit]].tolist()],
            service_duration=int(indexed.visit_duration[visit]),
            tw_early=int(statement.earliest[visit]),
            tw_late=int(statement.latest[visit]),
            prize=0 if required else _prize(statement, visit, scale),
            required=required,
        )
        for visit in range(indexed.visits)
    ]
    depots, number = _depots(statement)
    vehicles = [
        pyvrp.VehicleType(
            capacity=[_capacity(statement, shift), *np.where(statement.classes[:, shift], PLENTY, 0).tolist()],
            start_depot=number[int(indexed.shift_start_location[shift])],
            end_depot=number[int(indexed.shift_end_location[shift])],
            tw_early=int(indexed.shift_start[shift]),
            tw_late=int(indexed.shift_latest_return[shift]),
            name=str(shift),
        )
        for shift in range(indexed.shifts)
    ]
    locations = [pyvrp.Location(0, 0) for _ in indexed.location_ids]
    matrix = statement.durations
    return pyvrp.ProblemData(locations, clients, depots, vehicles, [matrix], [matrix])


def _depots(statement: Statement) -> tuple[list[pyvrp.Depot], dict[int, int]]:
    indexed = statement.indexed
    places = sorted({*indexed.shift_start_location.tolist(), *indexed.shift_end_location.tolist()})
    return [pyvrp.Depot(location=place) for place in places], {place: row for row, place in enumerate(places)}


def _prize(statement: Statement, visit: int, scale: int) -> int:
    indexed = statement.indexed
    if indexed.mandatory[visit]:
        return MANDATORY_PRIZE_S * statement.day.problem.ticks_per_s
    return round(float(indexed.price[visit]) * scale)


def _capacity(statement: Statement, shift: int) -> int:
    most = int(statement.indexed.shift_max_load[shift])
    return PLENTY if most >= FAR else most


def _orders(solution: pyvrp.Solution) -> dict[int, list[int]]:
    """Visits by shift; every vehicle type is one shift."""
    return {
        route.vehicle_type(): [activity.idx for activity in route.schedule() if activity.is_client()]
        for route in solution.routes()
    }
