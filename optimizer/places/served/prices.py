"""Prices of slots: the duals of a cheapest flow, rebuilt from the flow alone, and the arcs they show to be missing.

With price ``v`` of a slot (zero where a place is free) and ``u = min(left out, cost + v)`` of an applicant, the sum of
``u`` less ``places * v`` is a lower bound on the cost of every allocation; for an optimal flow it is equal. The least
prices are the longest paths from "free" over slots: who holds a place in ``j`` and could have one in ``k`` for less
pushes the price of ``k`` above that of ``j`` (Bellman and Ford, on slots only).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import SolverError
from optimizer.places.served.network import Network

__all__ = ["bound_of", "near_arcs", "slot_prices", "values_of"]

NEARLY = 8
"""Arcs too dear by less than the largest cost over this count as nearly cheaper."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def slot_prices(network: Network, used: Bools, given: Ints) -> Ints:
    """Least prices of the slots under an optimal flow, ``(s,)``.

    Raises
    ------
    SolverError
        There are none: the flow is not optimal.
    """
    slots = len(network.places)
    prices = np.zeros(slots, dtype=np.int64)
    arcs = np.flatnonzero(used)
    own = given[network.applicant[arcs]]
    out = own < 0
    np.maximum.at(prices, network.slot[arcs[out]], (network.left_out[network.applicant] - network.cost)[arcs[out]])
    other = ~out & (arcs != own)
    tail, head = network.slot[own[other]], network.slot[arcs[other]]
    tail, head, length = _steepest(tail, head, network.cost[own[other]] - network.cost[arcs[other]], slots)
    for _ in range(slots + 1):
        raised = prices.copy()
        np.maximum.at(raised, head, prices[tail] + length)
        if np.array_equal(raised, prices):
            return prices
        prices = raised
    raise SolverError("the flow has no prices: it is not optimal")


def values_of(network: Network, used: Bools, prices: Ints) -> Ints:
    """What placing each applicant of the market costs at these prices, at most what leaving out costs; ``(n,)``."""
    values = network.left_out.copy()
    arcs = np.flatnonzero(used)
    np.minimum.at(values, network.applicant[arcs], network.cost[arcs] + prices[network.slot[arcs]])
    return values


def bound_of(network: Network, used: Bools, prices: Ints) -> int:
    """The lower bound that prices prove."""
    values = values_of(network, used, prices)
    return int(values[network.members].sum() - (network.places * prices).sum())


def near_arcs(network: Network, used: Bools, prices: Ints, allowed: Bools) -> Bools | None:
    """Allowed arcs that their applicant would take at these prices, or nearly; ``None`` if none is outside ``used``.

    The next prices are a little different, and one more solve costs more than some arcs too many.
    """
    dearer = network.cost + prices[network.slot] - values_of(network, used, prices)[network.applicant]
    if not (allowed & ~used & (dearer < 0)).any():
        return None
    near: Bools = allowed & (dearer < int(network.cost.max()) // NEARLY)
    return near


def _steepest(tail: Ints, head: Ints, length: Ints, slots: int) -> tuple[Ints, Ints, Ints]:
    """The longest of all parallel steps between two slots."""
    key = tail * slots + head
    order = np.lexsort((-length, key))
    key, length = key[order], length[order]
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    return key[first] // slots, key[first] % slots, length[first]
