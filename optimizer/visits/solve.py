"""The sentence every run is: ``result = solve_visits(problem, travel, stop=MaxRuntime(30), seed=7)``."""

from __future__ import annotations

import platform
from concurrent.futures import Executor
from dataclasses import replace
from importlib import metadata

from optimizer.common.errors import SolverError
from optimizer.common.progress import ProgressCallback, ignore_progress
from optimizer.common.status import Status
from optimizer.common.stop import Clock, StopRule
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.draft import orders_of_plan
from optimizer.visits.engine import EngineRun, reasons_end_s
from optimizer.visits.engines import engine_named
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.explain import reasons_for_left_out
from optimizer.visits.finish import finish
from optimizer.visits.incumbents import Incumbents
from optimizer.visits.index import index_problem
from optimizer.visits.insertion import Workbench
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE, Objective
from optimizer.visits.plan import Plan, ReasonKind, Result
from optimizer.visits.proof import Proof, reserve_s

__all__ = ["solve_visits"]

YARDSTICK = "greedy"
"""The engine whose plan is shown as it is."""

PROVING = ("auto", "search")
"""The engines that end small days with a proof; the others work until they are told to stop."""


def solve_visits(
    problem: Problem,
    travel: TravelMatrix,
    *,
    stop: StopRule,
    seed: int,
    objective: Objective = HOMECARE,
    engine: str = "auto",
    workers: int = 1,
    start: Plan | None = None,
    progress: ProgressCallback = ignore_progress,
    clock: Clock | None = None,
    executor: Executor | None = None,
) -> Result:
    """Plan one day of visits.

    Parameters
    ----------
    problem, travel
        A valid problem (:func:`optimizer.visits.validate.validate_problem`) and its travel.
    stop
        When to end. A time limit covers everything from the start of ``clock`` to the returned result.
    seed
        Makes runs that end by iterations reproducible.
    objective
        Weights of the cost.
    engine
        A name of :data:`optimizer.visits.engines.ENGINES`.
    workers, executor
        Processes for engines that can use them, and where they run.
    start
        A plan to begin with, and the first of the run's plans if it breaks no rule; what breaks one is left out.
    progress
        Told of every better plan and about twice a second; returns whether to go on.
    clock
        Started before reading where reading counts; started here if not given.

    Returns
    -------
    Result
        The best plan found, valid even if partial, and its figures as the referee computes them.

    Raises
    ------
    InputError
        If there is no engine of that name.
    SolverError
        If not even an empty plan obeys the rules (a frozen past that contradicts itself).
    """
    plan_with = engine_named(engine)  # may compile, which is not part of the time limit
    clock = clock or Clock.start()
    indexed = index_problem(problem, travel)
    incumbents = Incumbents(indexed, travel, objective, stop=stop, clock=clock, progress=progress)
    run = EngineRun(
        indexed=indexed,
        objective=objective,
        stop=stop,
        clock=clock,
        seed=seed,
        start=None if start is None else orders_of_plan(indexed, start),
        incumbents=incumbents,
        workers=workers,
        executor=executor,
        reserve_s=reserve_s(indexed, stop) if engine in PROVING else 0.0,
    )
    if start is not None:
        incumbents.offer_plan(start, iterations=0, source="start")
    outcome = plan_with(run)
    bench = Workbench(indexed, objective)
    finish(bench, run, outcome, improve=engine != YARDSTICK)
    proof = _proof(bench, run, outcome.iterations) if run.reserve_s > 0 else None
    if incumbents.plan is None or incumbents.evaluation is None:
        raise SolverError("no valid plan: what is frozen contradicts itself; check the published plan")
    plan = _with_reasons(problem, travel, incumbents.plan, objective, stop, clock)
    evaluation = incumbents.evaluation
    return Result(
        plan=plan,
        status=_status(problem, plan, evaluation, proof),
        objective=objective,
        mandatory_left_out=evaluation.mandatory_left_out,
        cost=evaluation.cost,
        components=evaluation.components,
        bound=None if proof is None or evaluation.mandatory_left_out else proof.bound,
        trace=tuple(incumbents.trace),
        engine=engine,
        seed=seed,
        parameters={"workers": workers, "stop": repr(stop)},
        versions=_versions(),
        seconds=clock.seconds(),
        iterations=outcome.iterations,
        notes=outcome.notes,
    )


def _proof(bench: Workbench, run: EngineRun, iterations: int) -> Proof | None:
    from optimizer.visits.proof.prove import prove_best  # loads CP-SAT; only small days need it

    return prove_best(bench, run, iterations)


def _with_reasons(
    problem: Problem, travel: TravelMatrix, plan: Plan, objective: Objective, stop: StopRule, clock: Clock
) -> Plan:
    """Give every visit left out its reasons; they are computed by code that is not the engine's."""
    latest_s = reasons_end_s(stop)
    reasons = reasons_for_left_out(problem, travel, plan, objective, expired=lambda: clock.seconds() > latest_s)
    return replace(plan, unassigned=reasons)


def _status(problem: Problem, plan: Plan, evaluation: Evaluation, proof: Proof | None) -> Status:
    if evaluation.mandatory_left_out == 0:
        proved = proof is not None and evaluation.cost <= proof.bound * (1 + 1e-9)
        return Status.OPTIMAL if proved else Status.FEASIBLE
    if proof is not None and proof.is_infeasible:
        return Status.INFEASIBLE
    mandatory = {visit.id for visit in problem.visits if problem.is_mandatory(visit)}
    for one in plan.unassigned:
        if one.visit in mandatory and any(reason.kind is ReasonKind.IMPOSSIBLE for reason in one.reasons):
            return Status.INFEASIBLE
    return Status.UNKNOWN


def _versions() -> dict[str, str]:
    names = ("numpy", "ortools")
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in names}
