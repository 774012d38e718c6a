"""What differs between two plans of one day, visit by visit, and whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["DifferenceKind", "PlanDifference", "plan_differences"]


class DifferenceKind(StrEnum):
    """What became of a visit."""

    MOVED = "moved"
    """to other caregivers"""
    RETIMED = "retimed"
    """to another start, by the same caregivers"""
    ADDED = "added"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDifference:
    """One visit that differs: whose it is, who did and does it, and when, in ticks (``None``: not planned)."""

    kind: DifferenceKind
    visit: str
    client: str
    caregivers_before: tuple[str, ...]
    caregivers_after: tuple[str, ...]
    start_before_t: int | None
    start_after_t: int | None


def plan_differences(problem: Problem, before: Plan, after: Plan) -> tuple[PlanDifference, ...]:
    """Every visit that is planned otherwise, sorted by visit."""
    old, new = _by_visit(before), _by_visit(after)
    nobody: tuple[tuple[str, ...], int | None] = ((), None)
    found = []
    for visit in sorted(problem.visits, key=lambda one: one.id):
        (was, start), (now, next_start) = old.get(visit.id, nobody), new.get(visit.id, nobody)
        if (was, start) == (now, next_start):
            continue
        found.append(
            PlanDifference(
                kind=_kind(was, now),
                visit=visit.id,
                client=visit.client,
                caregivers_before=was,
                caregivers_after=now,
                start_before_t=start,
                start_after_t=next_start,
            )
        )
    return tuple(found)


def _kind(was: tuple[str, ...], now: tuple[str, ...]) -> DifferenceKind:
    if not was:
        return DifferenceKind.ADDED
    if not now:
        return DifferenceKind.LEFT_OUT
    return DifferenceKind.RETIMED if was == now else DifferenceKind.MOVED


def _by_visit(plan: Plan) -> Mapping[str, tuple[tuple[str, ...], int | None]]:
    who: dict[str, list[str]] = {}
    when: dict[str, int] = {}
    for route in plan.routes:
        for stop in route.stops:
            who.setdefault(stop.visit, []).append(route.caregiver)
            when[stop.visit] = min(stop.start_t, when.get(stop.visit, stop.start_t))
    return {visit: (tuple(sorted(names)), when[visit]) for visit, names in who.items()}
