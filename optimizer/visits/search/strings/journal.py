"""Saving what a step changes, so that it can be taken back bit by bit; and the stream of chance."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import numpy as np

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.records import LOGGED, ROUTES_LOGGED, STEP, WORK, Board

__all__ = ["begin_step", "chance", "chance_below", "save_node", "save_route", "undo_step"]

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
def begin_step(b: Board) -> None:
    """Forget what was saved before."""
    b.counter[STEP] += 1
    b.counter[LOGGED] = 0
    b.counter[ROUTES_LOGGED] = 0
    b.counter[WORK] = 0


@compiled
def save_node(b: Board, v: int) -> None:
    """Save a node as it is, once a step, before it is changed."""
    if b.saved[v] == b.counter[STEP]:
        return
    b.saved[v] = b.counter[STEP]
    n = b.counter[LOGGED]
    b.log_id[n] = v
    b.log_node[n] = b.node[v]
    if v < len(b.near):
        b.log_span[n, 0], b.log_span[n, 1] = b.span[v, 0], b.span[v, 1]
    b.counter[LOGGED] = n + 1


@compiled
def save_route(b: Board, r: int) -> None:
    """Save a route's sums, once a step, before they are changed."""
    if b.met[r] == b.counter[STEP]:
        return
    b.met[r] = b.counter[STEP]
    b.log_route_id[b.counter[ROUTES_LOGGED]] = r
    b.log_route[b.counter[ROUTES_LOGGED]] = b.route[r]
    b.counter[ROUTES_LOGGED] += 1


@compiled
def undo_step(b: Board) -> None:
    """Take back everything since the step began but the pool and the total."""
    for n in range(b.counter[LOGGED]):
        v = b.log_id[n]
        b.node[v] = b.log_node[n]
        if v < len(b.near):
            b.span[v, 0], b.span[v, 1] = b.log_span[n, 0], b.log_span[n, 1]
    for n in range(b.counter[ROUTES_LOGGED]):
        b.route[b.log_route_id[n]] = b.log_route[n]
    b.counter[WORK] = 0
