"""Apply the change that a reason suggests, and make the insertion that it promises."""

from __future__ import annotations

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.explain.proof import insert
from optimizer.visits.explain.steps import apply_step, freed_visits, steps_of, without_visits
from optimizer.visits.model import Problem
from optimizer.visits.plan import Change, Plan

__all__ = ["apply_change", "insert_after_change"]


def apply_change(problem: Problem, plan: Plan, change: Change) -> tuple[Problem, Plan]:
    """The problem and the plan after a change.

    A change may hold further steps under ``values["also"]``, each with ``kind`` and ``values``; all are applied. The
    plan loses the visits that the change frees and is otherwise as it was (breaks too, which may then be in the way:
    :func:`insert_after_change` times the touched routes anew).

    Raises
    ------
    ValueError
        If the change names a visit or a caregiver that the problem does not have.
    """
    changed = problem
    for kind, values in steps_of(change):
        changed = apply_step(changed, kind, values)
    return changed, without_visits(problem, plan, freed_visits(change))


def insert_after_change(problem: Problem, travel: TravelMatrix, plan: Plan, visit: str, change: Change) -> Plan:
    """The plan with a visit put in after a change, with its team and all that is left out with it.

    The plan breaks no rule of the changed problem (see :func:`apply_change`) that the old plan did not break.

    Raises
    ------
    ValueError
        If the visit cannot be put in even after the change.
    """
    made = insert(problem, travel, plan, visit, change)
    if made is None:
        raise ValueError(f"{visit}: cannot be put into the plan after the change {change.kind.value}")
    return made
