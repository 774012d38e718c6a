"""The proof of ``served``, counted anew: who is served, the cost, the bound of the prices, nested largest flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.order import Order
from optimizer.places.result import ServedProof

__all__ = ["Service"]

Slot = tuple[str, str | None]
"""A kind of place: the pool, and the reserve (``None``: open places)."""


class Service:
    """The case as ``served`` sees it.

    Attributes
    ----------
    levels
        Rank of everybody with a choice: 0 who holds a place, then one more than the class.
    """

    def __init__(self, order: Order) -> None:
        self.order, self.case = order, order.case
        self.count = len(order.policy.enabled_classes) + 2
        self.places = _places(order)
        costs = _costs(self.case, sorted(self.case.lists))
        for who, stood in self.case.priced.items():
            price = self.case.change_price_m
            costs[who] = {pool: way + price * (pool != stood) for pool, way in costs[who].items()}
        seated = {
            who: {pool: cost for pool, cost in own.items() if any(self.slots(who, pool))} for who, own in costs.items()
        }
        self.costs = {who: own for who, own in seated.items() if own}
        self.people = list(self.costs)
        self.levels = {
            who: 0 if who in self.case.current or who in self.case.priced else order.class_of[who] + 1
            for who in self.people
        }

    def slots(self, who: str, pool: str) -> Iterator[Slot]:
        """The kinds of places that somebody may have in a pool."""
        own = self.order.reserve(who, pool)
        rules = {one.id: one for one in self.order.policy.enabled_reserves}
        confined = own is not None and rules[own].confined
        if not confined:
            yield pool, None
        for name, rule in rules.items():
            if (name == own or not (confined or rule.exclusive)) and self.places[pool, name] > 0:
                yield pool, name

    def unit(self) -> int:
        """The weight of a step between levels."""
        return (len(self.places) + 1) * max((max(own.values()) for own in self.costs.values()), default=0) + 1

    def left_out(self, who: str) -> int:
        """What leaving somebody out costs."""
        return (self.count - self.levels[who]) * self.unit()

    def objective(self, placed: Mapping[str, str]) -> int:
        """Weights of those left out plus metres."""
        unit = self.unit()
        total = 0
        for who in self.people:
            pool = placed.get(who)
            total += (self.count - self.levels[who]) * unit if pool is None else self.costs[who][pool]
        return total

    def served(self, placed: Mapping[str, str]) -> tuple[int, ...]:
        """Cumulative numbers served by level."""
        numbers = np.zeros(self.count, dtype=np.int64)
        for who in placed:
            numbers[self.levels[who]] += 1
        return tuple(int(number) for number in np.cumsum(numbers))

    def bound(self, proof: ServedProof) -> int:
        """The lower bound that the prices prove over all pairs (within the smallest largest distance, if given)."""
        price: dict[Slot, int] = {(one.pool, one.reserve): one.value for one in proof.prices}
        unit = self.unit()
        total = -sum(value * self.places[slot] for slot, value in price.items())
        for who in self.people:
            best = (self.count - self.levels[who]) * unit
            for pool, cost in self.costs[who].items():
                if proof.worst_m is None or cost <= proof.worst_m:
                    best = min(best, *(cost + price.get(slot, 0) for slot in self.slots(who, pool)), best)
            total += best
        return total

    def largest(self, worst_m: int | None) -> tuple[int, ...]:
        """The largest numbers that could be served of each level and those before it, by SciPy's maximum flow."""
        return tuple(self._largest(level, worst_m) for level in range(self.count))

    def _largest(self, level: int, worst_m: int | None) -> int:
        people = [who for who in self.people if self.levels[who] <= level]
        slots = list(self.places)
        number = {slot: k for k, slot in enumerate(slots)}
        source, sink = len(people) + len(slots), len(people) + len(slots) + 1
        ends: list[tuple[int, int, int]] = [(source, i, 1) for i in range(len(people))]
        ends += [(len(people) + k, sink, self.places[slot]) for slot, k in number.items()]
        for i, who in enumerate(people):
            for pool, cost in self.costs[who].items():
                if worst_m is None or cost <= worst_m:
                    ends += [(i, len(people) + number[slot], 1) for slot in self.slots(who, pool)]
        tail, head, room = (np.array(column, dtype=np.int32) for column in zip(*ends, strict=True))
        graph = csr_matrix((room, (tail, head)), shape=(sink + 1, sink + 1))
        return int(maximum_flow(graph, source, sink).flow_value)


def _places(order: Order) -> dict[Slot, int]:
    places: dict[Slot, int] = {}
    for pool in sorted(order.case.pools):
        reserved = order.reserved[pool]
        places[pool, None] = order.seats(pool) - sum(reserved.values())
        places.update(((pool, name), amount) for name, amount in reserved.items())
    return places


def _costs(case: Case, people: list[str]) -> dict[str, dict[str, int]]:
    """Metres of every pair accepted; the number of the choice where no distance is known at all."""
    metres = {who: {pool: case.metres(who, case.pools[pool].institution) for pool in case.lists[who]} for who in people}
    known = [way for own in metres.values() for way in own.values() if way is not None]
    if not known:
        return {who: {pool: k for k, pool in enumerate(case.lists[who])} for who in people}
    worst = max(known)
    return {who: {pool: worst if way is None else way for pool, way in own.items()} for who, own in metres.items()}
