"""One run of one contender on one day, in a process of its own: ``python -m benchmarks.run_one '{"instance": …}'``.

Prints one JSON object. The clock starts before the day is read or its travel computed, after the imports; loading a
contender's library is not counted either. Whatever comes back is judged by the referee, and only the referee's figures
are written.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from benchmarks.contender import Answer, CannotExpress, Task
from benchmarks.contenders import ContenderAbsent, contender_named
from benchmarks.instances import DataAbsent, Day, load_day
from optimizer.common.stop import Clock
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.referee import evaluate_plan

__all__ = ["run"]


def main() -> None:
    """Run the job given as JSON in the first argument."""
    job = json.loads(sys.argv[1])
    print(json.dumps(run(job)))


def run(job: dict[str, Any]) -> dict[str, Any]:
    """The record of a run: ``status`` is ``ok``, ``invalid``, ``cannot express`` or ``absent``.

    Parameters
    ----------
    job
        ``instance``, ``contender``, ``limit_s``, ``seed``, ``data`` (folder of published instances), and whether to
        run only ``until_best``, the best known cost, is reached.
    """
    try:
        contend = contender_named(job["contender"])
        clock = Clock.start()
        day = load_day(job["instance"], Path(job["data"]))
        task = Task(
            day=day,
            limit_s=float(job["limit_s"]),
            seed=int(job["seed"]),
            clock=clock,
            until_best=bool(job.get("until_best", False)),
        )
        answer = contend(task)
    except (ContenderAbsent, DataAbsent) as lack:
        return {"status": "absent", "notes": str(lack)}
    except CannotExpress as rules:
        return {"status": "cannot express", "notes": str(rules)}
    seconds = clock.seconds()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    judged = evaluate_plan(day.problem, day.travel, answer.plan, day.objective)
    return _record(task, answer, judged, seconds) | {"peak_mb": round(peak_mb, 1)}


def _record(task: Task, answer: Answer, judged: Evaluation, seconds: float) -> dict[str, Any]:
    problem = task.day.problem
    broken = sorted({violation.rule for violation in judged.violations})
    notes = [*(f"breaks {rule}" for rule in broken), *answer.notes]
    return {
        "status": "ok" if judged.valid else "invalid",
        "visits": len(problem.visits),
        "tasks": sum(visit.team_size for visit in problem.visits),
        "caregivers": len(problem.caregivers),
        "mandatory": sum(problem.is_mandatory(visit) for visit in problem.visits),
        "mandatory_left_out": judged.mandatory_left_out,
        "optional_left_out": len(judged.left_out) - judged.mandatory_left_out,
        "cost": judged.cost,
        "travel": judged.components.get("travel"),
        "left_out_price": judged.components.get("left_out"),
        "objective": task.day.objective.name,
        "best_known": task.day.best_known,
        "gap_pct": _gap_pct(task.day, judged),
        "seconds": round(seconds, 3),
        "over_s": round(seconds - task.limit_s, 3),
        "first_plan_s": round(answer.trace[0].seconds, 3) if answer.trace else None,
        "iterations": answer.iterations,
        "version": answer.version,
        "trace": ";".join(f"{p.seconds:.2f} {p.mandatory_left_out} {p.cost:.10g}" for p in answer.trace),
        "notes": "; ".join(notes),
    }


def _gap_pct(day: Day, judged: Evaluation) -> float | None:
    """Per cent above the best published cost; only of valid plans that leave out nothing mandatory."""
    if day.best_known is None or not judged.valid or judged.mandatory_left_out:
        return None
    return 100.0 * (judged.cost / day.best_known - 1.0)


if __name__ == "__main__":
    main()
