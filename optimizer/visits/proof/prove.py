"""Whether a plan is the best there is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait

from ortools.sat.python import cp_model

from optimizer.visits.draft import draft_of, orders_of_plan
from optimizer.visits.engine import EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.objective import Objective
from optimizer.visits.proof.model import DayModel
from optimizer.visits.proof.verdict import Orders, Proof
from optimizer.visits.repair import admit

__all__ = ["prove", "prove_best"]

LOOK_S = 0.1

PROOF_SHARE = 0.8
"""Largest share of the time left that a proof may take."""


def prove_best(bench: Workbench, run: EngineRun, iterations: int) -> Proof | None:
    """Prove how good the run's best plan is, and offer the proof's own plan; ``None`` if nothing was proved."""
    best, seconds = run.incumbents.plan, PROOF_SHARE * (run.stop.max_seconds - run.clock.seconds())
    if best is None or seconds <= 0 or run.incumbents.stopped:
        return None
    number = {name: v for v, name in enumerate(run.indexed.visit_ids)}
    starts = {number[stop.visit]: stop.start_t for route in best.routes for stop in route.stops}
    orders = orders_of_plan(run.indexed, best)
    proof = prove(
        bench,
        run.objective,
        orders=orders,
        starts=starts,
        seconds=seconds,
        threads=run.workers,
        goes_on=lambda: run.incumbents.goes_on(iterations),
    )
    if proof is not None and proof.orders:
        table = admit(bench, proof.orders)
        run.incumbents.offer(draft_of(table), iterations=iterations, source="proof")
    return proof


def prove(
    bench: Workbench,
    objective: Objective,
    *,
    orders: Orders,
    starts: Mapping[int, int],
    seconds: float,
    threads: int,
    goes_on: Callable[[], bool] = lambda: True,
) -> Proof | None:
    """A bound of the cost of any plan without a mandatory visit left out; ``None`` if there is none in time.

    Parameters
    ----------
    orders, starts
        Tasks by shift and starts by visit of a good plan to begin with.
    seconds
        Largest time for the proof.
    goes_on
        Asked about ten times a second whether to go on.
    """
    day = DayModel(bench, objective)
    day.hint(orders, starts)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = 1
    status = _watched(solver, day.model, goes_on)
    if status == cp_model.INFEASIBLE:
        return Proof(bound=math.inf, orders={})
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return Proof(bound=max(0.0, solver.best_objective_bound / day.scale), orders=day.orders(solver))


def _watched(
    solver: cp_model.CpSolver, model: cp_model.CpModel, goes_on: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """Solve beside this thread, which keeps watching whether the run is stopped."""
    with ThreadPoolExecutor(1) as beside:
        solving = beside.submit(solver.solve, model)
        while not wait([solving], timeout=LOOK_S).done:
            if not goes_on():
                solver.stop_search()
    return solving.result()
