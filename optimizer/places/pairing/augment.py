"""Least-cost pairs for every number of pairs: successive shortest augmenting paths, compiled.

Each step raises the number of pairs by one along a shortest path in the residual graph (Dijkstra with potentials; see
Ahuja, Magnanti and Orlin, *Network Flows*, 1993, chapter 9). The cost of the path is the price of one more pair, and
prices never fall, so the curve of least totals is convex. An institution that is full stays full, hence paths begin at
left institutions with room, whose potential stays zero; arcs of a row are sorted by cost, so a scan ends as soon as a
cost cannot beat the best path known. An arc dearer than the present price can be neither in a shortest path nor in a
violated dual: with all arcs up to a radius, everything found at prices up to that radius holds for all arcs.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["Arcs", "Growth", "arcs_within", "grow"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_FAR = np.int64(1 << 62)
_SMALL = 20_000
"""Up to so many arcs the plain Python function is quicker than loading compiled code."""


@dataclass(frozen=True, kw_only=True)
class Arcs:
    """Allowed pairs by row (left), the cheapest first: ``start (n + 1,)``; ``left``, ``right``, ``cost`` ``(e,)``."""

    start: Ints
    left: Ints
    right: Ints
    cost: Ints


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Steps of the growth and the state after ``at`` of them.

    ``prices (k,)``: cost of each further pair. ``used``: mask over arcs. ``left_price``, ``right_price``: duals.
    ``price``: the price of the last pair (0 where there is none). ``ended``: whether no further path exists.
    """

    prices: Ints
    used: Bools
    left_price: Ints
    right_price: Ints
    price: int
    ended: bool


def arcs_within(cost: Ints, allowed: Bools, radius: int | None) -> Arcs:
    """Allowed pairs of a cost matrix ``(n, m)`` up to a radius, sorted by row, cost, column."""
    if radius is None:
        left, right = np.nonzero(allowed)
    else:
        near = np.flatnonzero(cost.ravel() <= radius)
        left, right = np.divmod(near[allowed.ravel()[near]], cost.shape[1])
    values = cost[left, right]
    order = np.lexsort((right, values, left))
    start = np.searchsorted(left, np.arange(len(cost) + 1)).astype(np.int64)
    return Arcs(
        start=start,
        left=left[order].astype(np.int64),
        right=right[order].astype(np.int64),
        cost=values[order].astype(np.int64),
    )


def grow(arcs: Arcs, max_left: Ints, max_right: Ints, *, keep: int, upto: int) -> Growth:
    """Grow pairs one by one.

    Parameters
    ----------
    arcs
        Allowed pairs.
    max_left, max_right
        Most pairs of each institution, shapes ``(n,)`` and ``(m,)``.
    keep
        The number of pairs whose state is returned (fewer where fewer are possible).
    upto
        The number of pairs to grow to, at least ``keep``.
    """
    compiled: Any = _grow
    run = compiled if len(arcs.cost) > _SMALL else compiled.py_func
    slots = int(max_right.max(initial=1))
    prices, used, left_price, right_price, price, ended = run(
        arcs.start, arcs.left, arcs.right, arcs.cost, max_left, max_right, slots, keep, upto
    )
    return Growth(
        prices=prices,
        used=used,
        left_price=left_price,
        right_price=right_price,
        price=int(price),
        ended=bool(ended),
    )


@numba.njit(cache=True)
def _grow(
    start: Ints,
    left_of: Ints,
    right_of: Ints,
    cost: Ints,
    max_left: Ints,
    max_right: Ints,
    slots: int,
    keep: int,
    upto: int,
) -> tuple[Ints, Bools, Ints, Ints, np.int64, bool]:
    n, m = len(max_left), len(max_right)
    used = np.zeros(len(cost), dtype=np.bool_)
    slot = np.full((m, slots), -1, dtype=np.int64)
    count_left, count_right = np.zeros(n, dtype=np.int64), np.zeros(m, dtype=np.int64)
    pot_left, pot_right = np.zeros(n, dtype=np.int64), np.zeros(m, dtype=np.int64)
    level = np.int64(0)
    prices = np.zeros(upto, dtype=np.int64)
    kept_used, kept_left, kept_right, kept_level = used.copy(), pot_left.copy(), pot_right.copy(), level
    steps, ended = 0, False
    dist_left, dist_right = np.empty(n, dtype=np.int64), np.empty(m, dtype=np.int64)
    via_left, via_right = np.empty(n, dtype=np.int64), np.empty(m, dtype=np.int64)
    while steps < upto:
        dist_left[:], dist_right[:] = _FAR, _FAR
        via_left[:], via_right[:] = -1, -1
        best, end = _FAR, np.int64(-1)
        heap = [(np.int64(0), np.int64(-1))]
        heap.pop()
        for i in range(n):
            if count_left[i] >= max_left[i]:
                continue
            dist_left[i] = 0
            for e in range(start[i], start[i + 1]):
                if cost[e] - level >= best:
                    break
                if used[e]:
                    continue
                j = right_of[e]
                distance = cost[e] - pot_right[j]
                if distance < dist_right[j] and distance < best:
                    dist_right[j], via_right[j] = distance, e
                    if count_right[j] < max_right[j]:
                        best, end = distance, j
                    else:
                        heapq.heappush(heap, (distance, j))
        while len(heap) > 0:
            reached, j = heapq.heappop(heap)
            if reached >= best:
                break
            if reached > dist_right[j]:
                continue
            for s in range(count_right[j]):
                back = slot[j, s]
                i = left_of[back]
                there = reached + pot_right[j] - pot_left[i] - cost[back]
                if there >= dist_left[i] or there >= best:
                    continue
                dist_left[i], via_left[i] = there, back
                for e in range(start[i], start[i + 1]):
                    if there + cost[e] + pot_left[i] - level >= best:
                        break
                    if used[e]:
                        continue
                    k = right_of[e]
                    distance = there + cost[e] + pot_left[i] - pot_right[k]
                    if distance < dist_right[k] and distance < best:
                        dist_right[k], via_right[k] = distance, e
                        if count_right[k] < max_right[k]:
                            best, end = distance, k
                        else:
                            heapq.heappush(heap, (distance, k))
        if end < 0:
            ended = True
            break
        for i in range(n):
            pot_left[i] += min(dist_left[i], best)
        for j in range(m):
            pot_right[j] += min(dist_right[j], best)
        level += best
        slot[end, count_right[end]] = via_right[end]
        count_right[end] += 1
        j = end
        while True:
            e = via_right[j]
            used[e] = True
            i = left_of[e]
            back = via_left[i]
            if back < 0:
                count_left[i] += 1
                break
            used[back] = False
            j = right_of[back]
            for s in range(count_right[j]):
                if slot[j, s] == back:
                    slot[j, s] = via_right[j]
                    break
        prices[steps] = level
        steps += 1
        if steps == keep:
            kept_used, kept_left, kept_right, kept_level = used.copy(), pot_left.copy(), pot_right.copy(), level
    if steps < keep:
        kept_used, kept_left, kept_right, kept_level = used.copy(), pot_left.copy(), pot_right.copy(), level
    right_price = np.maximum(kept_level - kept_right, 0)
    return prices[:steps], kept_used, kept_left, right_price, kept_level, ended
