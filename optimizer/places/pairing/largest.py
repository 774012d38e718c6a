"""The largest number of pairs, with the cut that limits it, and the smallest longest distance that allows a number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from optimizer.places.pairing.result import Cut

__all__ = ["Demand", "grouped", "largest_cut", "largest_number", "smallest_longest"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Demand = tuple[Bools | None, Ints, Ints, int]
"""Groups of rows (mask ``(g, n)``, or each row for itself), most left, most right, number of pairs needed."""


def largest_number(allowed: Bools, max_left: Ints, max_right: Ints) -> int:
    """Most pairs possible, where each pair counts once; ``allowed (n, m)``, most pairs of each institution."""
    if _is_free(allowed, max_left, max_right):
        return int(min(max_left.sum(), max_right.sum()))
    return int(maximum_flow(_network(allowed, max_left, max_right), 0, 1).flow_value)


def largest_cut(
    allowed: Bools,
    max_left: Ints,
    max_right: Ints,
    left_ids: Sequence[str],
    right_ids: Sequence[str],
    *,
    within_m: int | None = None,
) -> Cut:
    """The minimum cut of the pairs (max-flow min-cut theorem; one pair each: König's theorem).

    Institutions that cannot be in any further pair (``max`` of zero) count for nothing in the cut.
    """
    if _is_free(allowed, max_left, max_right):
        by_left = int(max_left.sum()) <= int(max_right.sum())
        chosen, limits = (left_ids, max_left) if by_left else (right_ids, max_right)
        names = tuple(name for name, most in zip(chosen, limits, strict=True) if most)
        empty: tuple[str, ...] = ()
        left, right = (names, empty) if by_left else (empty, names)
        return Cut(largest=int(limits.sum()), left=left, right=right, within_m=within_m)
    network = _network(allowed, max_left, max_right)
    flow = maximum_flow(network, 0, 1)
    residual = csr_array(network - flow.flow)
    residual.eliminate_zeros()
    reached = np.zeros(network.shape[0], dtype=bool)
    reached[breadth_first_order(residual, 0, return_predecessors=False)] = True
    from_left, from_right = reached[2 : 2 + len(max_left)], reached[2 + len(max_left) :]
    single = np.argwhere(allowed & from_left[:, None] & ~from_right[None, :])
    return Cut(
        largest=int(flow.flow_value),
        left=tuple(left_ids[i] for i in np.flatnonzero(~from_left & (max_left > 0)).tolist()),
        right=tuple(right_ids[j] for j in np.flatnonzero(from_right & (max_right > 0)).tolist()),
        single=tuple((left_ids[i], right_ids[j]) for i, j in single if max_left[i] and max_right[j]),
        within_m=within_m,
    )


def smallest_longest(cost: Ints, allowed: Bools, demands: Sequence[Demand]) -> int | None:
    """The smallest distance within which every demand can be met; ``None`` where none allows it.

    A demand is (rows grouped into which rows: a mask ``(g, n)`` or ``None``, most left, most right, number of pairs).
    """
    values = np.unique(cost[allowed])
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if _meets(allowed & (cost <= values[middle]), demands):
            high = middle
        else:
            low = middle + 1
    return int(values[low]) if low < len(values) else None


def _meets(allowed: Bools, demands: Sequence[Demand]) -> bool:
    for groups, max_left, max_right, number in demands:
        rows = allowed if groups is None else grouped(allowed, groups)
        if int(maximum_flow(_network(rows, max_left, max_right), 0, 1).flow_value) < number:
            return False
    return True


def grouped(allowed: Bools, groups: Bools) -> Bools:
    """Which groups of rows (mask ``(g, n)``) may pair with which columns."""
    either: Bools = (groups.astype(np.int64) @ allowed.astype(np.int64)) > 0
    return either


def _is_free(allowed: Bools, max_left: Ints, max_right: Ints) -> bool:
    """Whether every pair is allowed and nobody could be in more pairs than there are partners with room."""
    if max(max_left.max(initial=0), max_right.max(initial=0)) > 1:
        return False
    return bool(allowed.all()) or bool(allowed[np.ix_(max_left > 0, max_right > 0)].all())


def _network(allowed: Bools, max_left: Ints, max_right: Ints) -> csr_array:
    """Source 0, sink 1, left institutions from 2 on, right ones behind them."""
    n, m = allowed.shape
    left, right = np.nonzero(allowed)
    tails = np.concatenate([np.zeros(n, dtype=np.int64), 2 + left, 2 + n + np.arange(m)])
    heads = np.concatenate([2 + np.arange(n), 2 + n + right, np.ones(m, dtype=np.int64)])
    room = np.concatenate([max_left, np.ones(len(left), dtype=np.int64), max_right]).astype(np.int32)
    return csr_array((room, (tails, heads)), shape=(2 + n + m, 2 + n + m), dtype=np.int32)
