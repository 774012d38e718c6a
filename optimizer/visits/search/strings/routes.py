"""Changing routes so that a whole step can be taken back exactly, and what the plan costs."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import numpy as np

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.records import Board
from optimizer.visits.search.strings.times import refresh_route

__all__ = [
    "begin_step",
    "chance",
    "chance_below",
    "enter_pool",
    "leave_pool",
    "link_in",
    "link_out",
    "position_cost",
    "save_route",
    "undo_step",
    "way",
]

# places in ``Board.counter``
STEP, LOGGED, ROUTES_LOGGED, POOLED, SEEDS, REMOVED, ACCEPTED, AFTER, TRIED = range(9)

_U7, _U11, _U13, _U17 = np.uint64(7), np.uint64(11), np.uint64(13), np.uint64(17)


@compiled
def chance(b: Board) -> float:
    """The next number of the stream, uniform in [0, 1). Marsaglia's xorshift64 (2003), upper 53 bits."""
    x = b.random[0]
    x ^= x << _U13
    x ^= x >> _U7
    x ^= x << _U17
    b.random[0] = x
    return np.float64(x >> _U11) * (1.0 / 9007199254740992.0)


@compiled
def chance_below(b: Board, n: int) -> int:
    """A whole number from 0 to ``n - 1``."""
    return np.int64(chance(b) * n)  # type: ignore[return-value]


@compiled
def way(b: Board, r: int, i: int, j: int) -> int:
    """Travel from one node to another on a route; none to an end that is nowhere, and none on an empty route."""
    there = b.stop[j].place
    if there < 0 or (i >= len(b.near) and j >= len(b.near)):
        return 0
    return b.ahead[b.shift[r].mode, b.stop[i].place, there]


@compiled
def position_cost(b: Board, v: int, r: int) -> float:
    """What it costs that this shift's caregiver does the task, apart from travel."""
    if len(b.position) == 1:
        return 0.0
    return b.position[b.stop[v].visit, b.shift[r].caregiver]


@compiled
def begin_step(b: Board) -> None:
    """Forget what was saved before."""
    b.counter[STEP] += 1
    b.counter[LOGGED] = 0
    b.counter[ROUTES_LOGGED] = 0


@compiled
def save_route(b: Board, r: int) -> None:
    """Save a route as it is, once a step, before it is changed."""
    if b.route[r].step == b.counter[STEP]:
        return
    tasks, n = len(b.near), b.counter[LOGGED]
    b.log_route_id[b.counter[ROUTES_LOGGED]] = r
    b.log_route[b.counter[ROUTES_LOGGED]] = b.route[r]
    b.counter[ROUTES_LOGGED] += 1
    b.route[r].step = b.counter[STEP]
    v = tasks + r
    while True:
        b.log_id[n] = v
        b.log_node[n] = b.node[v]
        if v < tasks:
            b.log_span[n, 0], b.log_span[n, 1] = b.span[v, 0], b.span[v, 1]
        n += 1
        if v >= tasks + len(b.shift):
            break
        v = b.node[v].next
    b.counter[LOGGED] = n


@compiled
def undo_step(b: Board) -> None:
    """Take back everything since the step began; the pool was not touched yet."""
    tasks = len(b.near)
    for n in range(b.counter[ROUTES_LOGGED]):
        v = b.node[tasks + b.log_route_id[n]].next
        while v < tasks:
            after = b.node[v].next
            _clear(b, v)
            v = after
    for n in range(b.counter[LOGGED]):
        v = b.log_id[n]
        b.node[v] = b.log_node[n]
        if v < tasks:
            b.span[v, 0], b.span[v, 1] = b.log_span[n, 0], b.log_span[n, 1]
    for n in range(b.counter[ROUTES_LOGGED]):
        b.route[b.log_route_id[n]] = b.log_route[n]


@compiled
def _clear(b: Board, v: int) -> None:
    """A task that is nowhere, with all its windows open."""
    node = b.node[v]
    node.next = node.prev = node.route = -1
    node.leg = 0
    node.done0 = node.done1 = node.last0 = node.last1 = 0
    b.span[v, 0], b.span[v, 1] = b.stop[v].opens, b.stop[v].closes


@compiled
def link_in(b: Board, v: int, i: int) -> None:
    """Put a task after a node; times are not computed."""
    r, j = b.node[i].route, b.node[i].next
    save_route(b, r)
    there, on = way(b, r, i, v), way(b, r, v, j)
    added = there + on - b.node[i].leg
    b.route[r].travel += added
    b.route[r].load += b.stop[v].load
    b.total[0] += b.weight[0] * added + position_cost(b, v, r)
    b.node[v].route, b.node[v].prev, b.node[v].next = r, i, j
    b.node[v].leg, b.node[i].leg = on, there
    b.node[i].next, b.node[j].prev = v, v


@compiled
def link_out(b: Board, v: int) -> None:
    """Take a task out of its route; times are not computed."""
    i, j, r = b.node[v].prev, b.node[v].next, b.node[v].route
    save_route(b, r)
    leg = way(b, r, i, j)
    added = leg - b.node[i].leg - b.node[v].leg
    b.route[r].travel += added
    b.route[r].load -= b.stop[v].load
    b.total[0] += b.weight[0] * added - position_cost(b, v, r)
    b.node[i].leg = leg
    b.node[i].next, b.node[j].prev = j, i
    _clear(b, v)


@compiled
def refresh_saved(b: Board) -> None:
    """Time all routes anew that were saved in this step."""
    for n in range(b.counter[ROUTES_LOGGED]):
        refresh_route(b, b.log_route_id[n])


@compiled
def enter_pool(b: Board, bundle: int) -> None:
    """Note that a bundle is left out."""
    if b.pool_at[bundle] < 0:
        b.pool[b.counter[POOLED]] = bundle
        b.pool_at[bundle] = b.counter[POOLED]
        b.counter[POOLED] += 1


@compiled
def leave_pool(b: Board, bundle: int) -> None:
    """Note that a bundle is planned."""
    at = b.pool_at[bundle]
    if at >= 0:
        b.counter[POOLED] -= 1
        last = b.pool[b.counter[POOLED]]
        b.pool[at], b.pool_at[last] = last, at
        b.pool_at[bundle] = -1
