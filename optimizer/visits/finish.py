"""After the engine: only what obeys the rules stays, and whatever still fits goes in."""

from __future__ import annotations

import math

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.insertion import EVERY_GAP, Inserter, Workbench, urgency
from optimizer.visits.repair import admit, drop_offenders
from optimizer.visits.starts import improve_starts
from optimizer.visits.timetable import Timetable

__all__ = ["finish"]

ROUNDS = 50


def finish(bench: Workbench, run: EngineRun, outcome: EngineOutcome, *, improve: bool) -> None:
    """Offer the engine's plan to the run's incumbents: repaired, with every visit inserted that still fits,
    and with the cheapest starts.

    Parameters
    ----------
    improve
        Whether to insert what is left out; the yardstick is shown as it is.
    """
    starts = {task: start for route in outcome.routes for task, start in zip(route.tasks, route.starts, strict=True)}
    table = admit(bench, {route.shift: route.tasks for route in outcome.routes}, starts)
    _offer_repaired(bench, run, outcome, table, "repair")
    if improve:
        before = list(table.timings)
        table.settle()
        if insert_left_out(bench, run, table) or table.timings != before:
            _offer_repaired(bench, run, outcome, table, "insertion")
        improve_starts(bench, run, outcome.iterations)


def insert_left_out(bench: Workbench, run: EngineRun, table: Timetable) -> int:
    """Try every gap for every bundle that is left out, the most urgent first; returns how many went in.

    An optional visit that fits but costs more than its price stays out.
    """
    limit = run.stop.max_seconds
    spare = math.inf if math.isinf(limit) else run.deadline_s + 0.3 * max(0.0, limit - run.deadline_s)
    left_out = [bundle for bundle in bench.bundles if not all(table.is_planned(visit) for visit in bundle)]
    left_out.sort(key=lambda bundle: urgency(bench, bundle))

    def out_of_time() -> bool:
        return run.clock.seconds() > spare

    inserter = Inserter(bench, table, out_of_time=out_of_time)
    return sum(not out_of_time() and inserter.insert_if_worth(bundle, EVERY_GAP) for bundle in left_out)


def _offer_repaired(bench: Workbench, run: EngineRun, outcome: EngineOutcome, table: Timetable, source: str) -> None:
    """Offer the plan; where the referee finds a broken rule, leave out what it names and offer again."""
    for _ in range(ROUNDS):
        evaluation = run.incumbents.offer(draft_of(table), iterations=outcome.iterations, source=source)
        if evaluation.valid or not drop_offenders(bench, table, evaluation.violations):
            return
