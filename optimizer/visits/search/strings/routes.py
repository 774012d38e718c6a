"""Tasks into and out of routes, what that costs, and the pool of bundles that are left out."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.journal import save_node, save_route
from optimizer.visits.search.strings.records import INFINITE, POOLED, WORK, Board

__all__ = ["enter_pool", "leave_pool", "link_in", "link_out", "position_cost", "way"]


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
def link_in(b: Board, v: int, i: int) -> None:
    """Put a task after a node and note both for timing."""
    r, j = b.node[i].route, b.node[i].next
    save_route(b, r)
    save_node(b, v)
    save_node(b, i)
    save_node(b, j)
    there, on = way(b, r, i, v), way(b, r, v, j)
    added = there + on - b.node[i].leg
    b.route[r].travel += added
    b.route[r].load += b.stop[v].load
    b.total[0] += b.weight[0] * added + position_cost(b, v, r)
    b.node[v].route, b.node[v].prev, b.node[v].next = r, i, j
    b.node[v].leg, b.node[i].leg = on, there
    b.node[i].next, b.node[j].prev = v, v
    _note(b, v, v)


@compiled
def link_out(b: Board, v: int) -> None:
    """Take a task out of its route and note its neighbours for timing."""
    i, j, r = b.node[v].prev, b.node[v].next, b.node[v].route
    save_route(b, r)
    save_node(b, v)
    save_node(b, i)
    save_node(b, j)
    leg = way(b, r, i, j)
    added = leg - b.node[i].leg - b.node[v].leg
    b.route[r].travel += added
    b.route[r].load -= b.stop[v].load
    b.total[0] += b.weight[0] * added - position_cost(b, v, r)
    b.node[i].leg = leg
    b.node[i].next, b.node[j].prev = j, i
    node = b.node[v]
    node.next = node.prev = node.route = -1
    node.leg = 0
    node.done0 = node.done1 = -1  # as no real time is
    node.last0 = node.last1 = INFINITE + 1
    b.span[v, 0], b.span[v, 1] = b.stop[v].opens, b.stop[v].closes
    _note(b, j, i)


@compiled
def _note(b: Board, on: int, back: int) -> None:
    """Earliest times are to be computed from one node on, latest times from the other back."""
    n = b.counter[WORK]
    b.work[n, 0], b.work[n, 1] = on, 1
    b.work[n + 1, 0], b.work[n + 1, 1] = back, 0
    b.counter[WORK] = n + 2


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
