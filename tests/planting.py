"""Random plans that obey every rule, grown visit by visit and judged by the referee at each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.evaluation import Evaluation, Violation
from optimizer.visits.model import Caregiver, Link, LinkCaregivers, LinkKind, Problem, Visit
from optimizer.visits.objective import HOMECARE
from optimizer.visits.plan import Plan, PlannedBreak, Route, Stop, Unassigned
from optimizer.visits.referee import evaluate_plan

__all__ = ["plant_plan"]

Key = tuple[str, str]

PERSONAL = {
    *("off_duty", "unreachable", "skill_missing", "skill_level", "skill_expired", "gender", "dialect", "provider"),
    *("forbidden_caregiver", "required_caregiver"),
}
"""Rules between one visit and one caregiver."""


def plant_plan(problem: Problem, travel: TravelMatrix, seed: int, tries: int = 6) -> Plan:
    """A valid plan of some of the visits; a link is tried as a whole. Empty where nothing fits at ``tries`` moments.

    The published plan is not looked at: plant before freezing.
    """
    free = replace(problem, published=(), frozen_before_t=None)
    chance = np.random.default_rng(seed)
    routes: dict[Key, Route] = {}
    for group in _groups(free):
        for _ in range(tries):
            grown = _with_group(free, travel, routes, group, chance)
            if grown is not None:
                routes = grown
                break
    return _plan(free, routes)


def _groups(problem: Problem) -> Iterator[tuple[Link | None, list[Visit]]]:
    """Visits that are tried together: those of a link, in its order, or one alone."""
    visits = {visit.id: visit for visit in problem.visits}
    seen: set[str] = set()
    for link in (*problem.links, *(None for _ in visits)):
        names = sorted(visits.keys() - seen)[:1] if link is None else link.visits
        fresh = [visits[name] for name in names if name not in seen]
        seen.update(names)
        if fresh:
            yield link, fresh


def _with_group(
    problem: Problem,
    travel: TravelMatrix,
    routes: dict[Key, Route],
    group: tuple[Link | None, list[Visit]],
    chance: np.random.Generator,
) -> dict[Key, Route] | None:
    link, visits = group
    tick = 60 * problem.ticks_per_s
    moment_t = int(chance.integers(17, 32)) * 30 * tick
    grown = dict(routes)
    used: list[Key] = []
    for visit in visits:
        moment_t = _moment(visit, moment_t)
        if link is not None and link.caregivers is LinkCaregivers.SAME and used:
            team = used
        else:
            team = _team(problem, travel, visit, used, chance)
            used = used + team
        for key in team:
            _insert(grown, key, Stop(visit=visit.id, start_t=moment_t))
        moment_t += link.min_gap_t if link is not None and link.kind is LinkKind.SEQUENTIAL else 0
    return _with_breaks(problem, travel, grown)


def _team(
    problem: Problem, travel: TravelMatrix, visit: Visit, used: list[Key], chance: np.random.Generator
) -> list[Key]:
    """Able caregivers for a visit who are not used by its link yet, each in any shift; too few break a rule later."""
    taken = {key[0] for key in used}
    crew = [one for one in _crew(problem, travel, visit, chance) if one.id not in taken][: visit.team_size]
    return [(one.id, one.shifts[int(chance.integers(len(one.shifts)))].id) for one in crew]


def _crew(problem: Problem, travel: TravelMatrix, visit: Visit, chance: np.random.Generator) -> list[Caregiver]:
    """Who may do the visit, in any order, but those it is locked to first."""
    locked = [lock.caregiver for lock in visit.locks]
    stop = Stop(visit=visit.id, start_t=_moment(visit, 12 * 3600 * problem.ticks_per_s))
    able = []
    for number in chance.permutation(len(problem.caregivers)):
        one = problem.caregivers[number]
        route = Route(caregiver=one.id, shift=one.shifts[0].id, stops=(stop,))
        found = evaluate_plan(problem, travel, Plan(routes=(route,)), HOMECARE)
        if not any(violation.rule in PERSONAL for violation in found.violations):
            able.append(one)
    return sorted(able, key=lambda one: one.id not in locked)


def _moment(visit: Visit, wanted_t: int) -> int:
    """The moment wanted, or the nearest end of a window or a locked start."""
    locked = [lock.start_t for lock in visit.locks if lock.start_t is not None]
    if locked:
        return locked[0]
    clipped = [
        max(window.earliest_t, wanted_t if window.latest_t is None else min(wanted_t, window.latest_t))
        for window in visit.windows
    ]
    return min(clipped, key=lambda moment_t: abs(moment_t - wanted_t), default=wanted_t)


def _insert(routes: dict[Key, Route], key: Key, stop: Stop) -> None:
    route = routes.get(key, Route(caregiver=key[0], shift=key[1], stops=()))
    stops = sorted((*route.stops, stop), key=lambda one: (one.start_t, one.visit))
    routes[key] = replace(route, stops=tuple(stops))


def _with_breaks(problem: Problem, travel: TravelMatrix, routes: dict[Key, Route]) -> dict[Key, Route] | None:
    """The routes with every break that is due, or ``None`` if they break a rule all the same."""
    for _ in range(8):
        found = evaluate_plan(problem, travel, _plan(problem, routes), HOMECARE)
        if found.valid:
            return routes
        if any(violation.rule != "break_missing" for violation in found.violations):
            return None
        grown = _with_one_break(problem, travel, routes, found.violations[0])
        if grown is None:
            return None
        routes = grown
    return None


def _with_one_break(
    problem: Problem, travel: TravelMatrix, routes: dict[Key, Route], missing: Violation
) -> dict[Key, Route] | None:
    key = (missing.caregiver or "", missing.shift or "")
    route = routes[key]
    shift = next(s for c in problem.caregivers if c.id == key[0] for s in c.shifts if s.id == key[1])
    planned = {one.id for one in route.breaks}
    before = evaluate_plan(problem, travel, _plan(problem, routes), HOMECARE)
    for rule in (one for one in shift.breaks if one.id not in planned):
        for start_t in sorted({rule.earliest_t, rule.latest_t, *_ends(before, key)}):
            if rule.earliest_t <= start_t <= rule.latest_t:
                taken = PlannedBreak(id=rule.id, start_t=start_t, duration_t=rule.duration_t)
                grown = {**routes, key: replace(route, breaks=(*route.breaks, taken))}
                after = evaluate_plan(problem, travel, _plan(problem, grown), HOMECARE)
                if len(after.violations) < len(before.violations):
                    return grown
    return None


def _ends(found: Evaluation, key: Key) -> list[int]:
    return [stop.finish_t for route in found.routes if (route.caregiver, route.shift) == key for stop in route.stops]


def _plan(problem: Problem, routes: dict[Key, Route]) -> Plan:
    planned = {stop.visit for route in routes.values() for stop in route.stops}
    left = sorted(visit.id for visit in problem.visits if visit.id not in planned)
    return Plan(
        routes=tuple(routes[key] for key in sorted(routes)), unassigned=tuple(Unassigned(visit=name) for name in left)
    )
