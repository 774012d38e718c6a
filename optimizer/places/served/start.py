"""A first allocation of a coupled part that keeps every rule: one after another, by class, to the nearest that fits.

Nobody who holds a place loses it. It stands where the programme finds nothing better in time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.places.joint import NOWHERE, Joint
from optimizer.places.served.coupling import AFTERNOON, MORNING, Couplings
from optimizer.places.served.network import Network

__all__ = ["first_fit"]

Ints = NDArray[np.int64]


def first_fit(network: Network, couplings: Couplings, members: Ints) -> Ints:
    """The arc of each applicant of the market, -1 for who is not a member or finds nothing; ``(n,)``."""
    return _Filling(network, couplings, members).filled()


class _Filling:
    def __init__(self, network: Network, couplings: Couplings, members: Ints) -> None:
        self.network, self.couplings = network, couplings
        self.members = members.tolist()
        self.given = np.full(len(network.level), -1, dtype=np.int64)
        self.free: dict[tuple[int, int], int] = {}
        self.people: Counter[tuple[int, int]] = Counter()
        self.couples: Counter[int] = Counter()
        self.arcs: dict[int, list[int]] = {i: [] for i in self.members}
        self.of_pair: dict[int, list[int]] = {}
        inside = np.zeros(len(network.level), dtype=bool)
        inside[members] = True
        for e in np.flatnonzero(inside[network.applicant]).tolist():
            self.arcs[int(network.applicant[e])].append(e)
            self.of_pair.setdefault(int(network.pair[e]), []).append(e)

    def filled(self) -> Ints:
        """Those who hold a place first, then units and single applicants by the best level among them."""
        network = self.network
        units = [one for one in network.market.units if any(i in self.arcs for i in one.members)]
        together = {i for one in units for i in one.members}
        for one in units:
            self._give(one.choices[-1], one)
        alone = [i for i in self.members if i not in together]
        for i in alone:
            held = [e for e in self.arcs[i] if network.market.held[network.pair[e]]]
            self._give_arc(held)
        turns: list[tuple[int, int, Joint | int]] = [(int(network.level[i]), i, i) for i in alone]
        for one in units:
            present = [i for i in one.members if i in self.arcs]
            turns.append((min(int(network.level[i]) for i in present), min(present), one))
        for _, _, turn in sorted(turns, key=lambda item: item[:2]):
            if isinstance(turn, Joint):
                self._improve(turn)
            elif self.given[turn] < 0:
                self._give_arc(sorted(self.arcs[turn], key=lambda e: (int(network.cost[e]), e)))
        return self.given

    def _improve(self, one: Joint) -> None:
        """The first choice that places more of a unit than it holds, if it fits without what is held."""
        if any(pair != NOWHERE for pair in one.choices[-1]):
            return
        any(self._give(choice, one) for choice in one.choices[:-1])

    def _give(self, choice: tuple[int, ...], one: Joint) -> bool:
        pairs = [pair for pair in choice if pair != NOWHERE]
        pools = {int(self.network.market.pool[pair]) for pair in pairs}
        couple = pools.pop() if one.id.startswith("couple:") and len(pairs) == 2 and len(pools) == 1 else None
        done: list[int] = []
        for pair in pairs:
            arc = next((e for e in self.of_pair.get(pair, []) if self._fits(e, couple)), None)
            if arc is None:
                for e in done:
                    self._count(e, couple, -1)
                return False
            self._count(arc, couple, 1)
            done.append(arc)
        if couple is not None:
            self.couples[couple] += 1
            if not self._has_rooms(couple):
                self.couples[couple] -= 1
                for e in done:
                    self._count(e, couple, -1)
                return False
        for e in done:
            self.given[self.network.applicant[e]] = e
        return True

    def _give_arc(self, arcs: list[int]) -> None:
        arc = next((e for e in arcs if self._fits(e, None)), None)
        if arc is not None:
            self._count(arc, None, 1)
            self.given[self.network.applicant[arc]] = arc

    def _parts(self, e: int) -> Iterator[int]:
        """The halves of a day that an applicant takes from a place; -2 where halves do not share."""
        pool = int(self.network.pool[self.network.slot[e]])
        half = int(self.couplings.half[self.network.applicant[e]])
        if pool not in self.couplings.shared:
            yield -2
        else:
            yield from (own for own in (MORNING, AFTERNOON) if half in (own, -1))

    def _fits(self, e: int, couple: int | None) -> bool:
        slot = int(self.network.slot[e])
        pool = int(self.network.pool[slot])
        if pool in self.couplings.minimum:
            return False
        if any(self.free.get((slot, part), int(self.network.places[slot])) <= 0 for part in self._parts(e)):
            return False
        if couple is not None or pool not in self.couplings.rooms:
            return True
        sex = int(self.couplings.sex[self.network.applicant[e]])
        self.people[pool, sex] += 1
        fits = self._has_rooms(pool)
        self.people[pool, sex] -= 1
        return fits

    def _has_rooms(self, pool: int) -> bool:
        if pool not in self.couplings.rooms:
            return True
        rooms, beds = self.couplings.rooms[pool]
        return self.couples[pool] + sum(-(-self.people[pool, sex] // beds) for sex in (0, 1)) <= rooms

    def _count(self, e: int, couple: int | None, step: int) -> None:
        slot = int(self.network.slot[e])
        pool = int(self.network.pool[slot])
        for part in self._parts(e):
            self.free[slot, part] = self.free.get((slot, part), int(self.network.places[slot])) - step
        if couple is None and pool in self.couplings.rooms:
            self.people[pool, int(self.couplings.sex[self.network.applicant[e]])] += step
