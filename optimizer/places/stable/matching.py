"""A matching in the making: the pools, who holds what, and the choices of families; deferred acceptance to begin with.

Families are put in one after another, and whatever this sets free is offered again (after Roth and Peranson 1999): a
family that loses one place leaves all of them and chooses anew, a place that falls free goes to the best of those who
would rather have it. With families a stable outcome need not exist, so the moves are counted and end.

Twins who are admitted above the capacity hold a place in no pool's heaps while one of them sits there: those who come
with the one who is admitted by number are *extra*. A pool chooses from everybody, so that an extra takes the next place
that falls free; a pool rejects such twins only when it would admit none of them. That choice of groups is substitutable
as well, so with twins as the only units the outcome is stable and best for every unit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.places.joint import NOWHERE, Joint
from optimizer.places.market import Market
from optimizer.places.stable.proposals import chosen_of, propose, would_take
from optimizer.places.stable.seats import NOBODY, Seats, is_seated, new_seats, offer, withdraw

__all__ = ["Matching", "deferred_acceptance"]

Ints = NDArray[np.int64]

MOVES_PER_UNIT = 60


def deferred_acceptance(market: Market) -> Matching:
    """The matching of a market: best for the children where nobody chooses jointly, near to stable where some do."""
    matching = Matching(market)
    matching.place_alone()
    matching.place_units()
    return matching


class Matching:
    """State of the market while it is matched.

    Parameters
    ----------
    market
        The market; its pools begin empty.
    """

    def __init__(self, market: Market) -> None:
        n = len(market.applicants)
        self.market = market
        self.seats: Seats = new_seats(market)
        self.unit: Ints = market.unit_of
        self.following: Ints = market.start[:-1].copy()
        self.held: Ints = np.full(n, NOBODY, dtype=np.int64)
        self.chosen: list[int | None] = [None] * len(market.units)
        self._hits: Ints = np.empty(n + 1, dtype=np.int64)
        self._extras: dict[int, set[int]] = {}
        self._units_at: dict[int, list[int]] = {}
        for u, one in enumerate(market.units):
            for p in sorted({int(market.pool[pair]) for choice in one.choices for pair in choice if pair != NOWHERE}):
                self._units_at.setdefault(p, []).append(u)
        self._by_pool: tuple[Ints, Ints] | None = None
        self._is_over = False

    def place_alone(self) -> None:
        """Deferred acceptance of everybody who chooses alone."""
        self._propose(np.flatnonzero(self.unit < 0))

    def close(self, pools: Sequence[int]) -> None:
        """Close pools for good; those in them propose on. Only for markets without units."""
        closed = set(pools)
        for p in pools:
            self.seats.seats[p] = 0
            self.seats.reserved[p] = 0
            self.seats.size[p] = 0
        out = [i for i, pair in enumerate(self.held.tolist()) if pair != NOBODY and self.market.pool[pair] in closed]
        self.held[out] = NOBODY
        self._propose(np.array(out, dtype=np.int64))

    def place_units(self) -> None:
        """Put in the families and couples, those with the best lot first, and settle what follows."""
        lottery = self.market.lottery
        order = sorted(
            range(len(self.market.units)), key=lambda u: min(int(lottery[i]) for i in self.market.units[u].members)
        )
        work: deque[tuple[str, int]] = deque(("unit", u) for u in order)
        moves = MOVES_PER_UNIT * len(order)
        while work and moves > 0:
            kind, number = work.popleft()
            freed = self._improve_unit(number, work) if kind == "unit" else self._fill(number, work)
            moves -= kind == "unit" or freed
        self._finish(work)

    def extras(self) -> list[int]:
        """The pairs that are held above the capacity."""
        return sorted(pair for pairs in self._extras.values() for pair in pairs)

    def blocking(self) -> list[tuple[int, int]]:
        """Every blocking coalition: a unit, and a choice it prefers that all pools concerned would admit."""
        found = []
        for u, one in enumerate(self.market.units):
            at = self.chosen[u]
            for c in range(len(one.choices) if at is None else at):
                if self._is_open(one, c):
                    found.append((u, c))
        return found

    def _propose(self, queue: Ints) -> list[int]:
        """Let applicants propose; the pairs of members of units that were rejected meanwhile."""
        market = self.market
        count = propose(
            self.seats,
            market.start,
            market.applicant,
            self.unit,
            self.following,
            self.held,
            queue,
            self._hits,
        )
        return [int(pair) for pair in self._hits[:count]]

    def _improve_unit(self, u: int, work: deque[tuple[str, int]]) -> bool:
        """Move a unit to its best choice that is open, if that is better than what it has."""
        one, at = self.market.units[u], self.chosen[u]
        best = next((c for c in range(len(one.choices) if at is None else at) if self._is_open(one, c)), None)
        if best is None:
            return False
        self._take(u, best, work)
        return True

    def _take(self, u: int, c: int, work: deque[tuple[str, int]]) -> None:
        """Put a unit into a choice that is open; whoever is rejected goes on."""
        one = self.market.units[u]
        left = self._leave(u)
        self.chosen[u] = c
        rejected: list[int] = []
        for i, pair in zip(one.members, one.choices[c], strict=True):
            if pair != NOWHERE:
                self.held[i] = pair
                rejected.append(int(offer(self.seats, pair)))
        self._settle([pair for pair in rejected if pair != NOBODY], work)
        work.extend(("pool", p) for p in sorted(left))

    def _leave(self, u: int) -> set[int]:
        """Take a unit out of all its pools; the pools it left."""
        left: set[int] = set()
        for i in self.market.units[u].members:
            pair = int(self.held[i])
            if pair != NOBODY:
                p = int(self.market.pool[pair])
                withdraw(self.seats, pair)
                self._extras.get(p, set()).discard(pair)
                self.held[i] = NOBODY
                left.add(p)
        self.chosen[u] = None
        return left

    def _settle(self, rejected: Iterable[int], work: deque[tuple[str, int]]) -> None:
        """Let the rejected go on: who is alone proposes further down, a unit leaves all its places and chooses anew."""
        waiting = deque(rejected)
        while waiting:
            pair = waiting.popleft()
            i = int(self.market.applicant[pair])
            u = int(self.unit[i])
            if u < 0:
                self.held[i] = NOBODY
                self.following[i] = pair + 1
                waiting.extend(self._propose(np.array([i], dtype=np.int64)))
                continue
            if self._is_extra(u, pair):
                self.held[i] = pair
                self._extras.setdefault(int(self.market.pool[pair]), set()).add(pair)
                continue
            self.held[i] = NOBODY
            work.extend(("pool", p) for p in sorted(self._leave(u)))
            if self._is_over:
                self._take(u, len(self.market.units[u].choices) - 1, work)
            else:
                work.append(("unit", u))

    def _is_extra(self, u: int, pair: int) -> bool:
        """Whether a rejected member of a unit stays above the capacity, since another of them sits in the pool."""
        one, p = self.market.units[u], self.market.pool[pair]
        if not one.above:
            return False
        held = [int(self.held[i]) for i in one.members]
        return any(
            other not in (NOBODY, pair) and self.market.pool[other] == p and is_seated(self.seats, other)
            for other in held
        )

    def _fill(self, p: int, work: deque[tuple[str, int]]) -> bool:
        """Offer a pool's free places to those who would rather be there, in its order; units look again themselves."""
        moved = False
        for pair in self._pairs_of(p).tolist():
            i = int(self.market.applicant[pair])
            is_extra = pair in self._extras.get(p, ())
            if not is_extra and (self.unit[i] >= 0 or (self.held[i] != NOBODY and self.held[i] <= pair)):
                continue
            if not would_take(self.seats, pair):
                continue
            if is_extra:
                self._extras[p].discard(pair)
                rejected = int(offer(self.seats, pair))
                if rejected != NOBODY:
                    self._settle([rejected], work)
                continue
            moved = True
            before = int(self.held[i])
            if before != NOBODY:
                withdraw(self.seats, before)
                work.append(("pool", int(self.market.pool[before])))
            self.held[i] = pair
            self.following[i] = pair + 1
            rejected = int(offer(self.seats, pair))
            if rejected != NOBODY:
                self._settle([rejected], work)
        work.extend(("unit", u) for u in self._units_at.get(p, ()))
        return moved

    def _pairs_of(self, p: int) -> Ints:
        """The pairs of a pool in its order."""
        if self._by_pool is None:
            order = np.lexsort((self.market.key, self.market.pool))
            first = np.searchsorted(self.market.pool[order], np.arange(len(self.market.pools) + 1))
            self._by_pool = (order.astype(np.int64), first.astype(np.int64))
        order, first = self._by_pool
        return order[first[p] : first[p + 1]]

    def _is_open(self, one: Joint, c: int) -> bool:
        """Whether every pool of a choice would admit the members it is for, the unit's own places set aside."""
        own = np.array([self.held[i] for i in one.members if self.held[i] != NOBODY], dtype=np.int64)
        pairs = [pair for pair in one.choices[c] if pair != NOWHERE]
        for p in sorted({int(self.market.pool[pair]) for pair in pairs}):
            there = [pair for pair in pairs if self.market.pool[pair] == p]
            extras = sorted(self._extras.get(p, set()) - set(there) - set(own.tolist()))
            chosen = chosen_of(self.seats, p, own, np.array([*there, *extras], dtype=np.int64))[: len(there)]
            if not (chosen.any() if one.above else chosen.all()):
                return False
        return True

    def _finish(self, work: deque[tuple[str, int]]) -> None:
        """When the moves have run out: units without a choice keep what they hold now, their last choice.

        Places that are still free go to those alone; a unit that is displaced meanwhile falls to its last choice, too,
        so that this ends.
        """
        self._is_over = True
        for u, one in enumerate(self.market.units):
            if self.chosen[u] is None:
                self._take(u, len(one.choices) - 1, work)
        while work:
            kind, number = work.popleft()
            if kind == "pool":
                self._fill(number, work)
