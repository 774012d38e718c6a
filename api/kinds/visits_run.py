"""Solves a stored visits job, and answers questions about its result."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from api.kinds.visits_input import VisitsOptions
from api.kinds.visits_result import figures_json, incumbent_json, result_json
from api.store.packing import unpack
from api.work.deadline import solving_s
from optimizer.common.progress import Incumbent
from optimizer.common.stop import Clock, stop_rule
from optimizer.io.plan_json import plan_from_json
from optimizer.io.problem_json import problem_from_json
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.objective import OBJECTIVES, Objective
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.solve import solve_visits
from optimizer.visits.travel import problem_travel

__all__ = ["StoredDay", "Watch", "run_visits", "stored_day"]

Tell = Callable[[Callable[[], dict[str, Any]], dict[str, Any]], None]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """How a run talks to who watches it.

    Attributes
    ----------
    clock
        Started when the job was claimed: reading the input counts.
    entered
        Called when travel is known and solving begins.
    better
        Given a function that makes the incumbent's JSON (called later, elsewhere) and the figures to tell.
    goes_on
        Whether to go on.
    limit_s
        Seconds that the run may take, to the stored result.
    best
        The last incumbent of an earlier run of the same job, in the shape of a result.
    """

    clock: Clock
    entered: Callable[[], None]
    better: Tell
    goes_on: Callable[[], bool]
    limit_s: float
    best: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class StoredDay:
    """A job's input as it was stored."""

    problem: Problem
    given: TravelMatrix | None
    options: VisitsOptions
    warnings: list[Any]

    @property
    def objective(self) -> Objective:
        """The weights asked for."""
        return OBJECTIVES[self.options.objective.value]

    def travel(self) -> TravelMatrix:
        """The matrix to plan with."""
        return problem_travel(self.problem, given=self.given, with_metres=True)


def stored_day(body: bytes, matrix: bytes | None) -> StoredDay:
    """The input of a job from what is stored."""
    raw = unpack(body)
    return StoredDay(
        problem=problem_from_json(raw["problem"]).problem,
        given=None if matrix is None else _matrix_of(matrix),
        options=VisitsOptions.model_validate(raw["options"]),
        warnings=raw["warnings"],
    )


def run_visits(body: bytes, matrix: bytes | None, watch: Watch) -> dict[str, Any]:
    """Plan a stored day; the result as JSON."""
    reading = Clock.start()
    day = stored_day(body, matrix)
    solve_until_s = solving_s(watch.limit_s, reading.seconds())
    travel = day.travel()
    watch.entered()
    objective, options = day.objective, day.options

    def progress(incumbent: Incumbent) -> bool:
        plan = incumbent.plan
        if isinstance(plan, Plan):
            named = {"engine": options.engine.value, "seed": options.seed}
            watch.better(
                lambda: incumbent_json(day.problem, plan, incumbent, objective, **named),  # type: ignore[arg-type]
                figures_json(incumbent),
            )
        return watch.goes_on()

    result = solve_visits(
        day.problem,
        travel,
        stop=stop_rule(
            solve_until_s,
            options.max_iterations,
            options.no_improvement_s,
            options.no_improvement_iterations,
            options.target,
        ),
        seed=options.seed,
        objective=objective,
        engine=options.engine.value,
        workers=options.workers,
        start=_start(day, watch.best),
        progress=progress,
        clock=watch.clock,
    )
    evaluation = evaluate_plan(day.problem, travel, result.plan, objective)
    return result_json(
        day.problem, result, evaluation, stop_reason="limit", warnings=day.warnings, travel=travel.source
    )


def _start(day: StoredDay, best: dict[str, Any] | None) -> Plan | None:
    """The plan to begin with: the last incumbent of an earlier run, else the one that was given."""
    raw = best["plan"] if best is not None else day.options.start_plan
    return None if raw is None else plan_from_json(raw, day.problem)


def _matrix_of(data: bytes) -> TravelMatrix:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        by_kind: dict[str, dict[str, Any]] = {"t": {}, "r": {}, "m": {}}
        for name in arrays.files:
            kind, _, mode = name.partition(":")
            if kind in by_kind:
                by_kind[kind][mode] = np.ascontiguousarray(arrays[name])
        return TravelMatrix(
            locations=tuple(str(name) for name in arrays["locations"]),
            durations=by_kind["t"],
            reachable=by_kind["r"],
            metres=by_kind["m"],
            source=str(arrays["source"]),
        )
