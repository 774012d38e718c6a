"""Make the insertion that a change promises, and let the referee judge it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.explain.candidates import Question
from optimizer.visits.explain.day import Day
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.obstacles import obstacles
from optimizer.visits.explain.placing import find_placement
from optimizer.visits.explain.state import Key, PlanState
from optimizer.visits.explain.steps import apply_step, freed_visits, steps_of
from optimizer.visits.model import Problem
from optimizer.visits.objective import Objective
from optimizer.visits.plan import Change, Plan
from optimizer.visits.referee import evaluate_plan

__all__ = ["able_shifts", "insert", "neighbourhood", "new_violations"]

_NO_COST = Objective()


def able_shifts(state: PlanState, visit: str, keys: Sequence[Key]) -> NDArray[np.bool_]:
    """One mark for each shift: whether its caregiver may do the visit, apart from time and travel."""
    able = {name: not obstacles(state, visit, name) for name in dict.fromkeys(key[0] for key in keys)}
    return np.array([able[key[0]] for key in keys], dtype=bool)


def insert(problem: Problem, travel: TravelMatrix, plan: Plan, visit: str, change: Change) -> Plan | None:
    """The plan with a visit (and all that stands or falls with it) put in after a change; ``None`` if it is no good.

    The referee has the last word: the plan is returned only if it breaks no rule that the old one did not break, and
    none at the visits put in.
    """
    changed = problem
    for kind, values in steps_of(change):
        changed = apply_step(changed, kind, values)
    day = Day(changed, travel)
    before = evaluate_plan(changed, travel, plan, _NO_COST)
    state = PlanState.of(day, plan, before).without(freed_visits(change))
    group = tuple(name for name in day.companions(visit) if name not in state.starts)
    keys = tuple(day.shifts)
    able = {name: able_shifts(state, name, keys) for name in group}
    found = find_placement(Question((GapTable(state, keys),), group, able))
    if found.placement is None:
        return None
    made = state.plan_with(plan, found.placement)
    after = evaluate_plan(changed, travel, made, _NO_COST)
    is_sound = new_violations(before, after) == 0 and not any(one.visit in group for one in after.violations)
    return made if is_sound else None


def new_violations(before: Evaluation, after: Evaluation) -> int:
    """Number of broken rules of the second evaluation that the first does not have."""
    return sum((_broken(after) - _broken(before)).values())


def _broken(evaluation: Evaluation) -> Counter[tuple[str, str | None, str | None, str | None, int | None]]:
    return Counter((one.code, one.visit, one.caregiver, one.shift, one.amount_t) for one in evaluation.violations)


def neighbourhood(
    day: Day, state: PlanState, plan: Plan, keys: Iterable[Key], visits: Iterable[str]
) -> tuple[Problem, Plan]:
    """The part of a day that an insertion into some shifts can touch, as a problem and a plan of its own.

    It holds the caregivers of the shifts with all their routes, and those who share a visit or a link with them. What
    ties other routes to the rest of the day is cut, so that only rules broken anew by an insertion mean something.
    """
    crew = {key[0] for key in keys}
    touched = {stop for key in sorted(state.stops) if key[0] in crew for stop in state.stops[key]} | set(visits)
    partners = {other for name in sorted(touched) for link in day.links_of.get(name, ()) for other in link.visits}
    crew |= {key[0] for name in sorted(touched | partners) for key in state.keys_of.get(name, ())}
    routes = tuple(route for route in plan.routes if route.caregiver in crew)
    names = {stop.visit for route in routes for stop in route.stops} | set(visits)
    names |= {stop.visit for stop in day.problem.published if stop.caregiver in crew}
    chosen = tuple(day.visits[name] for name in sorted(names) if name in day.visits)
    links = {link.id: link for one in chosen for link in day.links_of.get(one.id, ())}
    clients = sorted({one.client for one in chosen})
    problem = replace(
        day.problem,
        visits=chosen,
        clients=tuple(day.clients[name] for name in clients),
        caregivers=tuple(day.caregivers[name] for name in sorted(crew)),
        links=tuple(link for _, link in sorted(links.items())),
        published=tuple(stop for stop in day.problem.published if stop.visit in names),
    )
    unassigned = tuple(one for one in plan.unassigned if one.visit in names)
    return problem, Plan(routes=routes, unassigned=unassigned)
