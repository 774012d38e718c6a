"""Do the printed changes hold? Take visits off full Qidong days at random, explain them, apply every change.

Usage: ``python -m benchmarks.explain_changes [--visits 400] [--left-out 300] [--seed 1]``

For each day a plan is filled by exact insertion (no solver), visits that are left out are drawn at random over the days
until 300 have been looked at, and every change printed for them is applied to the whole problem, the insertion made and
judged by the referee on the whole plan. Ends with exit code 1 if one does not hold.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

import numpy as np

from instances.day import make_qidong
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.change import apply_change, insert_after_change
from optimizer.visits.explain import reasons_for_left_out
from optimizer.visits.explain.desk import Desk
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE
from optimizer.visits.plan import Change, Plan, Unassigned
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.travel import problem_travel


def filled_day(problem: Problem, travel: TravelMatrix, rng: np.random.Generator) -> Plan:
    """A plan that the visits, in a random order, were put into wherever they fit."""
    names = sorted(visit.id for visit in problem.visits)
    plan = Plan(routes=(), unassigned=tuple(Unassigned(visit=name) for name in names))
    for at in rng.permutation(len(names)):
        desk = Desk.of(problem, travel, plan, HOMECARE)
        name = names[int(at)]
        if name not in desk.state.starts:
            group = desk.group(name)
            found = desk.search(group, {one: desk.able(one) for one in group}, max_trials=50)
            plan = plan if found.placement is None else desk.state.plan_with(plan, found.placement)
    return plan


def change_holds(problem: Problem, travel: TravelMatrix, plan: Plan, visit: str, change: Change) -> bool:
    """Whether the referee accepts the plan with the visit put in after the change."""
    changed, _ = apply_change(problem, plan, change)
    try:
        made = insert_after_change(problem, travel, plan, visit, change)
    except ValueError:
        return False
    judged = evaluate_plan(changed, travel, made, HOMECARE)
    return judged.valid and visit not in judged.left_out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=400)
    parser.add_argument("--left-out", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    counts: Counter[str] = Counter()
    seed, seconds = arguments.seed, 0.0
    while counts["visits"] < arguments.left_out:
        problem = make_qidong(arguments.visits, seed)
        travel = problem_travel(problem)
        plan = filled_day(problem, travel, rng)
        started = time.perf_counter()
        found = reasons_for_left_out(problem, travel, plan, HOMECARE)
        seconds += time.perf_counter() - started
        counts["explained"] += len(found)
        wanted = min(len(found), arguments.left_out - counts["visits"])
        for at in rng.permutation(len(found))[:wanted]:
            unassigned = found[int(at)]
            counts["visits"] += 1
            counts["without any change"] += all(reason.change is None for reason in unassigned.reasons)
            for reason in unassigned.reasons:
                counts[f"kind {reason.kind}"] += 1
                if reason.change is not None:
                    counts["changes"] += 1
                    counts["hold"] += change_holds(problem, travel, plan, unassigned.visit, reason.change)
        seed += 1
    print(f"Qidong days of {arguments.visits} visits, seeds {arguments.seed} to {seed - 1}")
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")
    print(f"  {counts['hold'] / max(1, counts['changes']):.1%} of the changes hold")
    print(f"  {seconds / max(1, counts['explained']) * 1000:.1f} ms for each visit left out")
    return 0 if counts["hold"] == counts["changes"] else 1


if __name__ == "__main__":
    sys.exit(main())
