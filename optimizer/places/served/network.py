"""The network of ``served``: applicants, slots (the kinds of places in a pool), what it costs to leave somebody out.

Costs in metres; where no distance at all is known, the number of the choice stands for it. Leaving out an applicant of
class ``g`` (0 first) of ``G`` costs ``(G - g) * M`` with ``M = (slots + 1) * largest cost + 1``. The sets of applicants
who can be placed together form a matroid, so any falling positive weights give the lexicographic optimum over classes;
and two optimal flows differ along paths that touch each slot at most once, so no saving of metres outweighs ``M``.
Applicants who hold a place now come before all classes: they never lose it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.market import Market

__all__ = ["Network", "make_network"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEAREST = 10
"""Pairs of each applicant in the first network where nothing is named; the others are priced."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Arcs from applicants to slots, all that are allowed; sorted by applicant.

    Attributes
    ----------
    applicant, slot, cost, pair
        Of each arc, ``(e,)``; ``pair`` is the index in the market.
    first
        Whether the arc is in the first network.
    places, pool
        Places and pool of each slot, ``(s,)``.
    members
        Applicants in the network (those with an arc), sorted.
    level, levels
        Rank of every applicant of the market, 0 for who holds a place; number of ranks.
    unit
        ``M``.
    """

    market: Market
    applicant: Ints
    slot: Ints
    cost: Ints
    pair: Ints
    first: Bools
    places: Ints
    pool: Ints
    members: Ints
    level: Ints
    levels: int
    unit: int

    @property
    def left_out(self) -> Ints:
        """What it costs to leave out each applicant of the market, ``(n,)``."""
        return (self.levels - self.level) * self.unit


def make_network(market: Market, members: Ints | None = None) -> Network:
    """The network of a market, or of some of its applicants."""
    pair, slot, places, pool = _slots(market)
    applicant, cost = market.applicant, _costs(market)
    if market.reserved.shape[1]:  # else arcs are pairs, and nothing is copied: a city has millions
        applicant, cost = applicant[pair], cost[pair]
    if members is not None:
        chosen = np.zeros(len(market.applicants), dtype=bool)
        chosen[members] = True
        keep = chosen[applicant]
        pair, slot, applicant, cost = pair[keep], slot[keep], applicant[keep], cost[keep]
    level = market.classes + 1
    level[market.applicant[market.held]] = 0
    position = np.arange(len(market.pool)) - market.start[market.applicant]
    return Network(
        market=market,
        applicant=applicant,
        slot=slot,
        cost=cost,
        pair=pair,
        first=(position < NEAREST)[pair] | market.named[applicant] | market.held[pair],
        places=places,
        pool=pool,
        members=np.unique(applicant),
        level=level,
        levels=market.class_count + 1,
        unit=(len(places) + 1) * int(cost.max(initial=0)) + 1,
    )


def _costs(market: Market) -> Ints:
    known = market.metres >= 0
    if known.all():
        return market.metres
    position = np.arange(len(market.pool)) - market.start[market.applicant]
    return np.where(known, market.metres, int(market.metres.max())) if known.any() else position


def _slots(market: Market) -> tuple[Ints, Ints, Ints, Ints]:
    """Arcs (pair, slot) and slots (places, pool): one slot for open places of each pool, one for each reserve.

    Who holds no reserve may use the places of reserves that are not exclusive; confined holders only their own.
    """
    pools, reserves = market.reserved.shape
    whole = np.arange(len(market.pool))
    if not reserves:
        return whole, market.pool, market.seats, np.arange(pools)
    places = np.column_stack([market.seats - market.reserved.sum(axis=1), market.reserved])
    confined = (market.reserve >= 0) & market.confined[np.maximum(market.reserve, 0)]
    pairs = [whole[~confined]]
    slots = [market.pool[~confined] * (reserves + 1)]
    for t in range(reserves):
        own = market.reserve == t
        may = own if market.exclusive[t] else own | ~confined
        may = may & (market.reserved[market.pool, t] > 0)
        pairs.append(whole[may])
        slots.append(market.pool[may] * (reserves + 1) + t + 1)
    pair, slot = np.concatenate(pairs), np.concatenate(slots)
    order = np.lexsort((slot, pair))
    return pair[order], slot[order], places.ravel(), np.repeat(np.arange(pools), reserves + 1)
