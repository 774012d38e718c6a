"""A large day cut into parts, each planned by a peer that whole days of that size are too much for.

Borders are drawn by travel alone: the places of the visits are ordered by how much nearer they are to one of two far
places than to the other, and cut in the middle; so on, until no part has too many visits. Caregivers belong to the part
on whose side of the borders they start. Every part gets the share of the time that its visits have of all that are
left, so that a part which ends early leaves its time to the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.contender import Answer, CannotExpress, Contender, Task
from benchmarks.instances import Day
from benchmarks.peers.statement import LARGE
from optimizer.common.stop import Clock
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Caregiver, Problem, Visit
from optimizer.visits.plan import Plan, Route, Unassigned

__all__ = ["MOST_VISITS", "in_parts", "parts_of"]

MOST_VISITS = 500

Numbers = NDArray[np.int64]


def in_parts(contend: Contender) -> Contender:
    """The same contender, on one part after the other."""

    def plan(task: Task) -> Answer:
        routes: list[Route] = []
        version, left = "", len(task.day.problem.visits)
        for part in parts_of(task.day):
            visits = len(part.problem.visits)
            limit_s = task.seconds_left() * visits / left
            answer = contend(Task(day=part, limit_s=limit_s, seed=task.seed, clock=Clock.start()))
            routes += answer.plan.routes
            version, left = answer.version, left - visits
        return Answer(plan=_joined(task.day.problem, routes), version=version)

    return plan


def parts_of(day: Day, most: int = MOST_VISITS) -> Iterator[Day]:
    """Parts with at most so many visits each; a part in which nobody starts keeps its visits all the same."""
    problem = day.problem
    if problem.links or any(visit.team_size > 1 for visit in problem.visits):
        raise CannotExpress("links and teams across the borders of parts")
    number = day.travel.index
    home = {client.id: client.location for client in problem.clients}
    visits = np.array([number[visit.location or home[visit.client]] for visit in problem.visits], dtype=np.int64)
    starts = np.array([number[one.shifts[0].start_location] for one in problem.caregivers], dtype=np.int64)
    (durations,) = day.travel.durations.values()
    everything = (np.arange(len(visits)), np.arange(len(starts)))
    for some, crew in _halved(durations, visits, starts, everything, most):
        yield _part(day, [problem.visits[i] for i in some], [problem.caregivers[i] for i in crew])


def _halved(
    durations: NDArray[np.int32], visits: Numbers, starts: Numbers, part: tuple[Numbers, Numbers], most: int
) -> Iterator[tuple[Numbers, Numbers]]:
    some, crew = part
    if len(some) <= most:
        yield part
        return
    one = visits[some[np.argmax(np.minimum(durations[visits[some[0]], visits[some]], LARGE))]]
    other = visits[some[np.argmax(np.minimum(durations[one, visits[some]], LARGE))]]
    nearer = np.minimum(durations[one], LARGE).astype(np.int64) - np.minimum(durations[other], LARGE)
    order = some[np.argsort(nearer[visits[some]], kind="stable")]
    middle = len(order) // 2
    here = nearer[starts[crew]] < nearer[visits[order[middle]]]
    yield from _halved(durations, visits, starts, (np.sort(order[:middle]), crew[here]), most)
    yield from _halved(durations, visits, starts, (np.sort(order[middle:]), crew[~here]), most)


def _part(day: Day, visits: list[Visit], caregivers: list[Caregiver]) -> Day:
    """The day with some of its visits and caregivers, and only with the places that these need."""
    problem, travel = day.problem, day.travel
    wanted = {visit.client for visit in visits}
    clients = tuple(client for client in problem.clients if client.id in wanted)
    places = {client.location for client in clients} | {visit.location for visit in visits}
    for shift in (shift for one in caregivers for shift in one.shifts):
        places |= {shift.start_location, shift.end_location, *(pause.location for pause in shift.breaks)}
    locations = tuple(one for one in problem.locations if one.id in places)
    rows = np.array([travel.index[one.id] for one in locations], dtype=np.int64)
    kept = np.ix_(rows, rows)
    part = TravelMatrix(
        locations=tuple(one.id for one in locations),
        durations={mode: np.ascontiguousarray(table[kept]) for mode, table in travel.durations.items()},
        reachable={mode: np.ascontiguousarray(table[kept]) for mode, table in travel.reachable.items()},
    )
    own = replace(
        problem, locations=locations, clients=clients, visits=tuple(visits), caregivers=tuple(caregivers), links=()
    )
    return replace(day, problem=own, travel=part)


def _joined(problem: Problem, routes: list[Route]) -> Plan:
    planned = {stop.visit for route in routes for stop in route.stops}
    left = tuple(Unassigned(visit=visit.id) for visit in problem.visits if visit.id not in planned)
    return Plan(routes=tuple(sorted(routes, key=lambda one: (one.caregiver, one.shift))), unassigned=left)
