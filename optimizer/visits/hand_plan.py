"""A plan that a person changed: its breaks put where they fit, and what of it a new run has to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Lock, LockLevel, Problem, PublishedStop, Shift
from optimizer.visits.objective import Objective
from optimizer.visits.plan import Plan, PlannedBreak, Route
from optimizer.visits.referee import evaluate_plan

__all__ = ["Keep", "keep_plan", "with_fitting_breaks"]


class Keep(StrEnum):
    """What a new run keeps of a plan: the locked rows, also every caregiver, or everything that is planned."""

    LOCKED = "locked"
    CAREGIVERS = "caregivers"
    ALL = "all"


def keep_plan(problem: Problem, plan: Plan, locks: Mapping[str, tuple[Lock, ...]], keep: Keep) -> Problem:
    """The problem with the plan as the published one and with the locks that ``keep`` asks for.

    Moving what is published has a price (components ``change_caregiver`` and ``change_start``); what is locked does not
    move. Locks of the input stay where the plan says nothing.
    """
    members = _members(plan)
    visits = tuple(
        replace(visit, locks=_locks_of(members.get(visit.id, ()), locks.get(visit.id, ()), keep) or visit.locks)
        for visit in problem.visits
    )
    published = tuple(
        PublishedStop(visit=stop.visit, caregiver=route.caregiver, shift=route.shift, start_t=stop.start_t)
        for route in plan.routes
        for stop in route.stops
    )
    return replace(problem, visits=visits, published=published)


def _members(plan: Plan) -> Mapping[str, Sequence[Lock]]:
    """For each visit its caregivers as locks of the strongest level."""
    members: dict[str, list[Lock]] = {}
    for route in plan.routes:
        for stop in route.stops:
            lock = Lock(level=LockLevel.TIME, caregiver=route.caregiver, start_t=stop.start_t)
            members.setdefault(stop.visit, []).append(lock)
    return members


def _locks_of(members: Sequence[Lock], locked: Sequence[Lock], keep: Keep) -> tuple[Lock, ...]:
    if keep is Keep.ALL:
        return tuple(members)
    if keep is Keep.LOCKED:
        return tuple(locked)
    named = {lock.caregiver for lock in locked}
    free = [lock for lock in members if lock.caregiver not in named]
    return (*locked, *(Lock(level=LockLevel.CAREGIVER, caregiver=lock.caregiver) for lock in free))


def with_fitting_breaks(problem: Problem, travel: TravelMatrix, plan: Plan, objective: Objective) -> Plan:
    """The plan with the breaks of each route where they break the fewest rules, starts untouched.

    A break stays where it was given unless moving it mends something; one that is missing is put in if it is due.
    """
    shifts = {(caregiver.id, shift.id): shift for caregiver in problem.caregivers for shift in caregiver.shifts}
    routes = []
    for route in plan.routes:
        shift = shifts.get((route.caregiver, route.shift))
        routes.append(route if shift is None else _fitted(problem, travel, route, shift, objective))
    return replace(plan, routes=tuple(routes))


def _fitted(problem: Problem, travel: TravelMatrix, route: Route, shift: Shift, objective: Objective) -> Route:
    best, fewest = route, _broken(problem, travel, route, objective)
    for pause in shift.breaks:
        if fewest == 0:
            break
        rest = tuple(taken for taken in best.breaks if taken.id != pause.id)
        trials = [replace(route, breaks=rest)]
        for start in _candidates(route, pause.earliest_t, pause.latest_t, problem):
            taken = PlannedBreak(id=pause.id, start_t=start, duration_t=pause.duration_t)
            trials.append(replace(route, breaks=tuple(sorted((*rest, taken), key=lambda one: one.start_t))))
        for trial in trials:
            broken = _broken(problem, travel, trial, objective)
            if broken < fewest:
                best, fewest = trial, broken
    return best


def _candidates(route: Route, earliest_t: int, latest_t: int, problem: Problem) -> Iterable[int]:
    """Starts worth trying: the ends of what is allowed, and the end of each visit in between."""
    length = {visit.id: visit.service_duration_t for visit in problem.visits}
    ends = (stop.start_t + length.get(stop.visit, 0) for stop in route.stops)
    return sorted({earliest_t, latest_t, *(end for end in ends if earliest_t <= end <= latest_t)})


def _broken(problem: Problem, travel: TravelMatrix, route: Route, objective: Objective) -> int:
    """Rules broken on this route alone; what hangs on other routes is broken in every trial alike."""
    return len(evaluate_plan(problem, travel, Plan(routes=(route,)), objective).violations)
