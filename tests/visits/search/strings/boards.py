"""What the tests of the string search share: problems that it carries, sessions, and a compiled question."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import reject

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.index import index_problem
from optimizer.visits.model import Problem, Shift
from optimizer.visits.objective import HOMECARE, Objective
from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.gaps import within_limits
from optimizer.visits.search.strings.ground import can_carry
from optimizer.visits.search.strings.records import Board
from optimizer.visits.search.strings.routes import way
from optimizer.visits.search.strings.session import StringSession
from optimizer.visits.search.strings.times import fits

__all__ = ["ADDITIVE", "carried", "hard", "has_room", "session_of", "snapshot"]

ADDITIVE = replace(HOMECARE, overtime=0.0, balance=0.0, change_start=0.0, tardiness_total=0.0)
"""The components that the string search knows."""


def carried(problem: Problem) -> Problem:
    """The same problem with at most one break a shift, which floats."""
    crew = tuple(replace(one, shifts=tuple(_with_one_break(s) for s in one.shifts)) for one in problem.caregivers)
    return replace(problem, caregivers=crew)


def _with_one_break(shift: Shift) -> Shift:
    return replace(shift, breaks=tuple(replace(pause, location=None) for pause in shift.breaks[:1]))


def hard(problem: Problem) -> Problem:
    """The same problem without due times, links and teams: every route is timed by itself, and exactly."""
    visits = tuple(
        replace(one, team_size=1, locks=one.locks[:1], windows=tuple(replace(w, due_t=None) for w in one.windows))
        for one in problem.visits
    )
    crew = tuple(replace(one, shifts=one.shifts[:1]) for one in problem.caregivers)
    return replace(problem, visits=visits, links=(), caregivers=crew, published=(), frozen_before_t=None)


def session_of(problem: Problem, travel: TravelMatrix, objective: Objective = ADDITIVE, seed: int = 1) -> StringSession:
    """A session with a first plan; a drawn day that the string search does not carry is passed over."""
    indexed = index_problem(problem, travel)
    if not can_carry(indexed):
        reject()
    session = StringSession(indexed, objective, seed=seed)
    session.begin({}, {})
    return session


def snapshot(session: StringSession) -> list[np.ndarray]:
    """Copies of everything that a step may change and undoing must restore."""
    board = session.board
    pool = np.sort(board.pool[: board.counter[4]])
    return [board.node.copy(), board.span.copy(), board.route.copy(), board.total.copy(), pool, board.pool_at >= 0]


@compiled
def has_room(arrays: Board, v: int, i: int) -> bool:
    """Whether task ``v`` can stand after node ``i``."""
    b = by_reference(arrays)
    r, j = b.node[i].route, b.node[i].next
    there, on = way(b, r, i, v), way(b, r, v, j)
    if not within_limits(b, r, b.stop[v].load, there + on - b.node[i].leg):
        return False
    return fits(b, r, v, i, j, there, on)
