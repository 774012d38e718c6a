"""Cases of the visits side: reading, travel, validation, index, referee, engines, reasons, JSON.

Imports of what is measured stand inside the cases: a tree that lacks one thing can still be measured by all others.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.speed.case import case
from benchmarks.speed.inputs import QIDONG_JSON, QIDONG_XLSX, hailing_day, qidong_day, qidong_plan

__all__: list[str] = []

SEARCH_ITERATIONS = 1_000_000
"""Fixed, so that the work is equal; so many that the search outweighs the building and judging around it."""


@case("io/workbook-400-visits", short=True)
def _workbook() -> Callable[[], object]:
    from optimizer.io.tables import read_tables

    return lambda: read_tables(QIDONG_XLSX)


@case("io/problem-json-round-trip", short=True)
def _problem_json() -> Callable[[], object]:
    from optimizer.io.json_text import json_bytes
    from optimizer.io.problem_json import problem_to_json, read_problem_json

    data = QIDONG_JSON.read_bytes()
    return lambda: json_bytes(problem_to_json(read_problem_json(data).problem))


@case("io/plan-json-round-trip")
def _plan_json() -> Callable[[], object]:
    from optimizer.io.json_text import json_bytes
    from optimizer.io.plan_json import plan_to_json, read_plan_json

    problem, plan = qidong_day()[0], qidong_plan()
    return lambda: read_plan_json(json_bytes(plan_to_json(plan, problem)), problem)


@case("travel/matrix-6000-points", short=True)
def _matrix() -> Callable[[], object]:
    import numpy as np

    from optimizer.travel.coordinates import CoordinateSystem
    from optimizer.travel.straight_line import Points, straight_line_matrix

    generator = np.random.default_rng(20261123)
    count = 6_000
    points = Points(
        ids=tuple(f"P{i:04d}" for i in range(count)),
        lat=generator.uniform(31.65, 32.05, count),
        lon=generator.uniform(121.40, 121.95, count),
        systems=(CoordinateSystem.WGS84,) * count,
        towns=("",) * count,
    )
    return lambda: straight_line_matrix(points, ["ebike"])


@case("visits/validate-400", short=True)
def _validate() -> Callable[[], object]:
    from optimizer.visits.validate import validate_problem

    problem, travel = qidong_day()
    return lambda: validate_problem(problem, travel)


@case("visits/index-400", short=True)
def _index() -> Callable[[], object]:
    from optimizer.visits.index import index_problem

    problem, travel = qidong_day()
    return lambda: index_problem(problem, travel)


@case("visits/referee-400", short=True)
def _referee() -> Callable[[], object]:
    from optimizer.visits.objective import HOMECARE
    from optimizer.visits.referee import evaluate_plan

    problem, travel = qidong_day()
    plan = qidong_plan()
    return lambda: evaluate_plan(problem, travel, plan, HOMECARE)


@case("visits/reasons-400")
def _reasons() -> Callable[[], object]:
    from optimizer.visits.explain import reasons_for_left_out
    from optimizer.visits.objective import HOMECARE

    problem, travel = qidong_day()
    return lambda: reasons_for_left_out(problem, travel, qidong_plan(), HOMECARE)


@case("visits/explain-one-visit", short=True)
def _explain() -> Callable[[], object]:
    from optimizer.visits.explain import explain_visit
    from optimizer.visits.objective import HOMECARE

    problem, travel = qidong_day()
    plan = qidong_plan()
    planned = sorted(stop.visit for route in plan.routes for stop in route.stops)
    visit = random.Random(7).choice(planned)
    return lambda: explain_visit(problem, travel, plan, HOMECARE, visit)


@case("engines/greedy-150")
def _greedy() -> Callable[[], object]:
    return _solve("greedy", 1)


@case("engines/ortools-model-150", short=True)
def _ortools_model() -> Callable[[], object]:
    """Building and closing the routing model, nothing solved."""
    from optimizer.visits.index import index_problem
    from optimizer.visits.insertion import Workbench
    from optimizer.visits.objective import HOMECARE
    from optimizer.visits.routing.formulation import Part, RoutingFormulation

    bench = Workbench(index_problem(*hailing_day()), HOMECARE)
    tasks = tuple(task for task in range(bench.indexed.tasks) if len(bench.able[task]))
    part = Part(tasks=tasks, shifts=tuple(range(bench.indexed.shifts)))
    return lambda: RoutingFormulation(bench, HOMECARE, part, cap_t=None, droppable=True)


@case("engines/ortools-first-plan-150")
def _ortools_first_plan() -> Callable[[], object]:
    """From the problem to the first plan accepted by OR-Tools, with the reasons for what is left out."""
    return _solve("ortools", 1)


@case("engines/search-fixed-iterations-150", short=True)
def _search() -> Callable[[], object]:
    """From the problem to the judged plan; nearly all of it is the compiled search."""
    return _solve("search", SEARCH_ITERATIONS)


def _solve(engine: str, iterations: int) -> Callable[[], object]:
    from optimizer.common.stop import MaxIterations
    from optimizer.visits.solve import solve_visits

    problem, travel = hailing_day()
    return lambda: solve_visits(problem, travel, stop=MaxIterations(iterations), seed=7, engine=engine)
