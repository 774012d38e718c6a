"""Compiled choice of a pool: a heap of those held for each reserve and one for open places, the last in on top.

A pool takes the best holders of each reserve up to the reserved places, then the best of everybody else (holders left
over too, unless they are confined) for the places that remain. Where a reserve is not exclusive its unused places are
open. One proposal makes at most one rejection. The rule is substitutable, so that deferred acceptance over it is stable
and order does not matter (Hafalir, Yenmez, Yildirim 2013).

Heaps lie in one flat array: heap ``h`` of pool ``p`` begins at ``base[p, h]``; heap ``t`` (the number of reserves) is
the one of open places.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from optimizer.places.market import Market

__all__ = ["NOBODY", "Seats", "compiled", "is_seated", "new_seats", "offer", "withdraw"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
F = TypeVar("F", bound=Callable[..., Any])

NOBODY = -1


def compiled(function: F) -> F:
    """The function compiled by numba and kept on disk; plain Python with ``NUMBA_DISABLE_JIT=1``."""
    return cast("F", numba.njit(cache=True)(function))


class Seats(NamedTuple):
    """State of all pools: held pairs in heaps, their numbers ``(m, t + 1)``, and what the pools are."""

    base: Ints
    size: Ints
    item: Ints
    seats: Ints
    reserved: Ints
    exclusive: Bools
    confined: Bools
    key: Ints
    pool: Ints
    reserve: Ints


def new_seats(market: Market) -> Seats:
    """Empty pools of a market."""
    reserves = market.reserved.shape[1]
    room = np.column_stack([market.reserved, market.seats]) + 1
    ends = np.cumsum(room.ravel())
    return Seats(
        base=np.concatenate([np.zeros(1, np.int64), ends[:-1]]).reshape(room.shape) if len(ends) else room,
        size=np.zeros((len(market.seats), reserves + 1), dtype=np.int64),
        item=np.full(int(room.sum()), NOBODY, dtype=np.int64),
        seats=market.seats.copy(),
        reserved=market.reserved.copy(),
        exclusive=market.exclusive,
        confined=market.confined,
        key=market.key,
        pool=market.pool,
        reserve=market.reserve,
    )


@compiled
def _push(s: Seats, p: int, h: int, pair: int) -> None:
    base = s.base[p, h]
    at = s.size[p, h]
    s.size[p, h] = at + 1
    while at > 0:
        above = (at - 1) // 2
        other = s.item[base + above]
        if s.key[other] >= s.key[pair]:
            break
        s.item[base + at] = other
        at = above
    s.item[base + at] = pair


@compiled
def _remove_at(s: Seats, p: int, h: int, at: int) -> int:
    base = s.base[p, h]
    gone = int(s.item[base + at])
    last = s.size[p, h] - 1
    s.size[p, h] = last
    moved = s.item[base + last]
    if at == last:
        return gone
    while at > 0 and s.key[s.item[base + (at - 1) // 2]] < s.key[moved]:
        s.item[base + at] = s.item[base + (at - 1) // 2]
        at = (at - 1) // 2
    while True:
        below = 2 * at + 1
        if below >= last:
            break
        if below + 1 < last and s.key[s.item[base + below + 1]] > s.key[s.item[base + below]]:
            below += 1
        if s.key[s.item[base + below]] <= s.key[moved]:
            break
        s.item[base + at] = s.item[base + below]
        at = below
    s.item[base + at] = moved
    return gone


@compiled
def open_places(s: Seats, p: int) -> int:
    """Places of a pool for everybody: all, less the reserved ones that are filled (or all of an exclusive reserve)."""
    places = int(s.seats[p])
    for t in range(s.reserved.shape[1]):
        places -= int(s.reserved[p, t]) if s.exclusive[t] else int(s.size[p, t])
    return places


@compiled
def _offer_open(s: Seats, p: int, pair: int) -> int:
    """Let a pair compete for open places; who is rejected, or nobody."""
    h = s.reserved.shape[1]
    places = open_places(s, p)
    if pair != NOBODY:
        if s.size[p, h] >= places and (s.size[p, h] == 0 or s.key[pair] > s.key[s.item[s.base[p, h]]]):
            return pair
        _push(s, p, h, pair)
    if s.size[p, h] > places:
        return _remove_at(s, p, h, 0)
    return NOBODY


@compiled
def offer(s: Seats, pair: int) -> int:
    """Let a pair propose to its pool; the pair that is rejected (perhaps itself), or :data:`NOBODY`."""
    p = s.pool[pair]
    t = s.reserve[pair]
    if t < 0:
        return _offer_open(s, p, pair)
    if s.size[p, t] < s.reserved[p, t]:
        _push(s, p, t, pair)
        return _offer_open(s, p, NOBODY)
    left = pair
    if s.size[p, t] > 0 and s.key[pair] < s.key[s.item[s.base[p, t]]]:
        left = _remove_at(s, p, t, 0)
        _push(s, p, t, pair)
    if s.confined[t]:
        return left
    return _offer_open(s, p, left)


@compiled
def is_seated(s: Seats, pair: int) -> bool:
    """Whether a pool holds a pair in one of its places."""
    p = s.pool[pair]
    for h in range(s.size.shape[1]):
        for at in range(s.size[p, h]):
            if s.item[s.base[p, h] + at] == pair:
                return True
    return False


@compiled
def withdraw(s: Seats, pair: int) -> None:
    """Take a held pair out of its pool; a holder with an open place moves into the reserved place that falls free."""
    p = s.pool[pair]
    for h in range(s.size.shape[1]):
        for at in range(s.size[p, h]):
            if s.item[s.base[p, h] + at] == pair:
                _remove_at(s, p, h, at)
                if h < s.reserved.shape[1]:
                    _refill(s, p, h)
                return


@compiled
def _refill(s: Seats, p: int, t: int) -> None:
    """The best holder of reserve ``t`` among the open places takes a reserved one."""
    h = s.reserved.shape[1]
    best = NOBODY
    for at in range(s.size[p, h]):
        other = s.item[s.base[p, h] + at]
        if s.reserve[other] == t and (best == NOBODY or s.key[other] < s.key[s.item[s.base[p, h] + best]]):
            best = at
    if best != NOBODY:
        pair = _remove_at(s, p, h, best)
        _push(s, p, t, pair)
