"""Valid plans for drawn problems, made visit by visit with the exact insertion."""

from __future__ import annotations

import numpy as np

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.explain.desk import Desk
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE
from optimizer.visits.plan import Plan, Unassigned


def filled_plan(problem: Problem, travel: TravelMatrix, seed: int, share: float = 0.7) -> Plan:
    """A plan that some of the visits, in a random order, were put into wherever they fit."""
    rng = np.random.default_rng(seed)
    plan = Plan(routes=(), unassigned=tuple(Unassigned(visit=v.id) for v in sorted(problem.visits, key=lambda v: v.id)))
    names = [visit.id for visit in sorted(problem.visits, key=lambda visit: visit.id)]
    for at in rng.permutation(len(names))[: max(1, round(share * len(names)))]:
        desk = Desk.of(problem, travel, plan, HOMECARE)
        name = names[int(at)]
        if name in desk.state.starts:
            continue
        group = desk.group(name)
        found = desk.search(group, {one: desk.able(one) for one in group})
        if found.placement is not None:
            plan = desk.state.plan_with(plan, found.placement)
    return plan
