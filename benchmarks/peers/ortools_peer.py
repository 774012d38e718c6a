"""OR-Tools' routing solver as its own guide sets it up: cheapest arcs first, then guided local search.

Links become equalities and inequalities of times, as the guide does it, and soft ends soft bounds; the worst single
tardiness is not stated, though the referee prices it.
"""

from __future__ import annotations

from importlib import metadata
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.contender import Answer, Task
from benchmarks.peers.statement import Statement, plan_of_starts, state
from optimizer.visits.index import FAR

__all__ = ["plan_with_ortools_defaults", "plan_with_ortools_insertion"]

MANDATORY_PENALTY_S = 50_000
PLENTY = 1_000_000
STATED = ("links between visits", "soft ends of windows", "shifts without an end")


def plan_with_ortools_defaults(task: Task) -> Answer:
    """Plan with the settings of the solver's guide for time windows, on one thread."""
    return _plan(task, routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC)


def plan_with_ortools_insertion(task: Task) -> Answer:
    """The same from a first plan by parallel cheapest insertion, which suits days that leave visits out."""
    return _plan(task, routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION)


def _plan(task: Task, first_solution: int) -> Answer:
    statement = state(task.day, can=STATED)
    manager, routing = _model(statement)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = first_solution
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(100, int(1000 * task.seconds_left())))
    solution = routing.SolveWithParameters(parameters)
    starts = {} if solution is None else _starts(statement, manager, routing, solution)
    return Answer(
        plan=plan_of_starts(statement, starts),
        version=f"ortools {metadata.version('ortools')}",
        notes=() if starts else ("its first plan was not ready within the limit: nothing is planned",),
    )


def _model(statement: Statement) -> tuple[Any, Any]:
    """Nodes are visits, then one start and one end for every shift."""
    indexed = statement.indexed
    visits, shifts = indexed.visits, indexed.shifts
    starts = list(range(visits, visits + shifts))
    ends = list(range(visits + shifts, visits + 2 * shifts))
    manager = pywrapcp.RoutingIndexManager(visits + 2 * shifts, shifts, starts, ends)
    routing = pywrapcp.RoutingModel(manager)
    place = np.concatenate([indexed.visit_location, indexed.shift_start_location, indexed.shift_end_location])
    travel = statement.durations[np.ix_(place, place)]
    service = np.concatenate([indexed.visit_duration, np.zeros(2 * shifts, dtype=np.int64)])
    cost = routing.RegisterTransitMatrix(travel.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(cost)
    _add_time(statement, manager, routing, (travel + service[:, None]).tolist())
    _add_links(statement, manager, routing)
    _add_load(statement, manager, routing)
    _add_choices(statement, manager, routing)
    return manager, routing


def _add_time(statement: Statement, manager: Any, routing: Any, transit: list[list[int]]) -> None:
    indexed, horizon = statement.indexed, statement.horizon
    routing.AddDimension(routing.RegisterTransitMatrix(transit), horizon, horizon, False, "time")
    time = routing.GetDimensionOrDie("time")
    weights = statement.day.objective.weights
    late = round(weights["tardiness_total"] / weights["travel"]) if weights["travel"] else 0
    for visit in range(indexed.visits):
        node = manager.NodeToIndex(visit)
        time.CumulVar(node).SetRange(int(statement.earliest[visit]), int(statement.latest[visit]))
        if late and indexed.window_due[visit] < statement.latest[visit]:
            time.SetCumulVarSoftUpperBound(node, int(indexed.window_due[visit]), late)
        routing.AddVariableMinimizedByFinalizer(time.CumulVar(node))
    for shift in range(indexed.shifts):
        open_t, close_t = int(indexed.shift_start[shift]), int(min(horizon, indexed.shift_latest_return[shift]))
        time.CumulVar(routing.Start(shift)).SetRange(open_t, close_t)
        time.CumulVar(routing.End(shift)).SetRange(open_t, close_t)


def _add_links(statement: Statement, manager: Any, routing: Any) -> None:
    indexed, solver = statement.indexed, routing.solver()
    time = routing.GetDimensionOrDie("time")
    rows = zip(indexed.gap_before, indexed.gap_after, indexed.gap_min, indexed.gap_max, strict=True)
    for before, after, least, most in rows:
        first, second = (time.CumulVar(manager.NodeToIndex(int(visit))) for visit in (before, after))
        if least == most:
            solver.Add(second == first + int(least))
            continue
        solver.Add(second >= first + int(least))
        if most < FAR:
            solver.Add(second <= first + int(most))
    for apart, pairs in ((True, indexed.different_caregivers), (False, indexed.same_caregiver)):
        for one, other in pairs:
            first, second = (routing.VehicleVar(manager.NodeToIndex(int(visit))) for visit in (one, other))
            solver.Add(first != second if apart else first == second)


def _add_load(statement: Statement, manager: Any, routing: Any) -> None:
    indexed = statement.indexed
    loads = indexed.visit_load.tolist() + [0] * (2 * indexed.shifts)
    limits = [PLENTY if most >= FAR else int(most) for most in indexed.shift_max_load.tolist()]
    callback = routing.RegisterUnaryTransitVector(loads)
    routing.AddDimensionWithVehicleCapacity(callback, 0, limits, True, "load")


def _add_choices(statement: Statement, manager: Any, routing: Any) -> None:
    """Who may do a visit, and the price of leaving it out."""
    indexed, problem = statement.indexed, statement.day.problem
    mandatory = MANDATORY_PENALTY_S * problem.ticks_per_s
    all_soft = bool((indexed.window_latest >= FAR).all() and (indexed.shift_latest_return >= FAR).all())
    for visit in range(indexed.visits):
        node = manager.NodeToIndex(visit)
        kind = int(statement.class_of[visit])
        if kind >= 0:
            able = np.flatnonzero(statement.classes[kind]).tolist()
            routing.VehicleVar(node).SetValues([-1, *able])
        if all_soft and indexed.mandatory[visit]:
            continue  # nothing keeps it from being planned, however late
        optional = round(float(indexed.price[visit]) * problem.ticks_per_cost_unit)
        routing.AddDisjunction([node], mandatory if indexed.mandatory[visit] else optional)


def _starts(statement: Statement, manager: Any, routing: Any, solution: Any) -> dict[int, list[tuple[int, int]]]:
    """Visits with their starts by shift, as the solver has timed them."""
    time = routing.GetDimensionOrDie("time")
    starts: dict[int, list[tuple[int, int]]] = {}
    for shift in range(statement.indexed.shifts):
        node = solution.Value(routing.NextVar(routing.Start(shift)))
        row = []
        while not routing.IsEnd(node):
            row.append((manager.IndexToNode(node), solution.Min(time.CumulVar(node))))
            node = solution.Value(routing.NextVar(node))
        if row:
            starts[shift] = row
    return starts
