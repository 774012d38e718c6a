"""The gap of a plan where a task costs least."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.journal import chance, chance_below
from optimizer.visits.search.strings.records import AFTER, Board
from optimizer.visits.search.strings.routes import position_cost
from optimizer.visits.search.strings.times import fits

__all__ = ["BLINK", "best_gap", "best_gap_of_all", "within_limits"]

BLINK = 0.01
RANDOM_SHIFTS = 2


@compiled
def best_gap(b: Board, v: int, limit: float) -> float:
    """Added cost of the best gap beside near tasks and at the ends of near routes; ``limit`` if none costs less.

    The node to stand after is left in ``counter[AFTER]``.
    """
    tasks, shifts, kind = len(b.near), len(b.shift), b.stop[v].kind
    best = limit
    b.counter[AFTER] = -1
    for h in range(b.near.shape[1]):
        w = b.near[v, h]
        if w < 0:
            break
        r = b.node[w].route
        if r < 0 or not b.able[kind, r]:
            continue
        best = _try_gap(b, v, r, b.node[w].prev, best)
        best = _try_gap(b, v, r, w, best)
    for h in range(b.near_shift.shape[1]):
        r = b.near_shift[v, h]
        if r < 0:
            break
        if b.node[tasks + r].route == r:
            best = _try_ends(b, v, r, tasks, shifts, best)
    count = b.able_first[kind + 1] - b.able_first[kind]
    for _ in range(min(RANDOM_SHIFTS, count)):
        r = b.able_shift[b.able_first[kind] + chance_below(b, count)]
        if b.node[tasks + r].route == r:
            best = _try_ends(b, v, r, tasks, shifts, best)
    return best


@compiled
def best_gap_of_all(b: Board, v: int, limit: float) -> float:
    """The same over every gap of every able route."""
    tasks, shifts, kind = len(b.near), len(b.shift), b.stop[v].kind
    best = limit
    b.counter[AFTER] = -1
    for n in range(b.able_first[kind], b.able_first[kind + 1]):
        r = b.able_shift[n]
        i = tasks + r
        if b.node[i].route != r:
            continue
        while i < tasks + shifts:
            best = _try_gap(b, v, r, i, best)
            i = b.node[i].next
            if i >= tasks:
                break
    return best


@compiled
def _try_ends(b: Board, v: int, r: int, tasks: int, shifts: int, best: float) -> float:
    best = _try_gap(b, v, r, tasks + r, best)
    last = b.node[tasks + shifts + r].prev
    return best if last >= tasks else _try_gap(b, v, r, last, best)


@compiled
def _try_gap(b: Board, v: int, r: int, i: int, best: float) -> float:
    """The smaller of ``best`` and the cost of standing after ``i``; remembers ``i`` if that is smaller."""
    shift, stop = b.shift[r], b.stop[v]
    j = b.node[i].next
    there = b.back[shift.mode, stop.place, b.stop[i].place]
    target = b.stop[j].place
    on = b.ahead[shift.mode, stop.place, target] if target >= 0 else 0
    added = there + on - b.node[i].leg
    cost = b.weight[0] * added + position_cost(b, v, r)
    if cost >= best or chance(b) < BLINK:
        return best
    if within_limits(b, r, stop.load, added) and fits(b, r, v, i, j, there, on):
        b.counter[AFTER] = i
        return cost
    return best


@compiled
def within_limits(b: Board, r: int, load: int, travel: int) -> bool:
    """Whether the route may take so much more load and travel."""
    return b.route[r].load + load <= b.shift[r].max_load and b.route[r].travel + travel <= b.shift[r].max_travel
