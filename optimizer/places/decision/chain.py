"""The vacancy chain: a place falls free, who moves in, what that frees, until nobody wants what is left.

Each round offers what is free now, in the published order, to those who would rather have it; nobody is displaced and
nobody gets less than before, so the rounds end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.decision.standing import NO_TURN, Turn, vacancies_of
from optimizer.places.market import Market
from optimizer.places.result import ClosedPool
from optimizer.places.stable import solve_stable

__all__ = ["Chain", "Step", "follow_chain", "free_places"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """In a round somebody moves from a pair (-1: had no place) to another; indices of the base market."""

    round: int
    applicant: int
    left: int
    taken: int


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Where everybody is in the end, every step on the way, pools that were not opened, and whether all is settled."""

    standing: Ints
    steps: tuple[Step, ...]
    closed: tuple[ClosedPool, ...]


def follow_chain(base: Market, standing: Ints, turn: Turn = NO_TURN, *, rounds: int | None = None) -> Chain:
    """Fill what is free from a standing result.

    Parameters
    ----------
    standing
        The pair that everybody holds, -1 for none.
    rounds
        Rounds at most; ``1``: only what is free now, no move that another one makes possible.
    """
    closed: list[ClosedPool] = []
    opened_before = np.bincount(base.pool[standing[standing >= 0]], minlength=len(base.pools)) + base.staying
    while True:
        chain = _once(base, standing, turn, closed, rounds)
        short = _short(base, chain.standing, opened_before)
        if short is None:
            return chain
        pool, had = short
        closed = [*closed, _closed(base, pool, had, len(closed) + 1)]


def free_places(base: Market, standing: Ints) -> Ints:
    """Places of each pool that nobody holds, ``(m,)``."""
    free: Ints = base.seats - np.bincount(base.pool[standing[standing >= 0]], minlength=len(base.pools))
    return free


def _once(base: Market, standing: Ints, turn: Turn, closed: list[ClosedPool], rounds: int | None) -> Chain:
    now, steps, number = standing.copy(), list[Step](), 0
    shut = list(closed)
    names = {name: p for p, name in enumerate(base.pools)}
    while rounds is None or number < rounds:
        number += 1
        open_market = base.closing([names[one.pool] for one in shut]) if shut else base
        vacancies = vacancies_of(open_market, now, turn)
        outcome = solve_stable(vacancies.market)
        for one in outcome.closed:
            shut.append(_closed(base, names[one.pool], one.had, len(shut) + 1))
        moved = np.flatnonzero(outcome.held >= 0)
        if not len(moved):
            break
        for i in moved.tolist():
            taken = int(vacancies.pair[outcome.held[i]])
            steps.append(Step(round=number, applicant=i, left=int(now[i]), taken=taken))
            now[i] = taken
    return Chain(standing=now, steps=tuple(steps), closed=tuple(shut))


def _short(base: Market, standing: Ints, opened_before: Ints) -> tuple[int, int] | None:
    """A pool that opened on the way and that too many have left again."""
    came = np.bincount(base.pool[standing[standing >= 0]], minlength=len(base.pools))
    lack = np.where((opened_before == 0) & (came > 0), base.min_class - came, 0)
    if not len(lack) or lack.max() <= 0:
        return None
    pool = int(np.argmax(lack))
    return pool, int(came[pool])


def _closed(base: Market, pool: int, had: int, order: int) -> ClosedPool:
    return ClosedPool(pool=base.pools[pool], order=order, needed=int(base.min_class[pool]), had=had)
