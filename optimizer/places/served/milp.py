"""The coupled parts of ``served``: most served level by level, then the shortest ways, each with a bound.

One programme with a weight for every level is solved first. That it serves as many as can be is then proved level by
level, most often by the linear relaxation alone; only where that leaves room is the number itself the aim of a
programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.served.coupling import Couplings
from optimizer.places.served.least import Least, least, relaxed
from optimizer.places.served.network import Network
from optimizer.places.served.programme import Programme
from optimizer.places.served.start import first_fit

__all__ = ["PartOutcome", "solve_part"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NEARLY = 1e-6


@dataclass(frozen=True, kw_only=True)
class PartOutcome:
    """The arc of each applicant (-1: none), the most that could be served at each level, the bound of the objective.

    ``given (n,)``; ``most (levels,)``: given that as many as here are served at the levels before; ``bound`` in the
    weights of the network.
    """

    given: Ints
    most: Ints
    bound: float


class _Aims:
    """The aims of one part, and the best allocation so far."""

    def __init__(self, network: Network, couplings: Couplings, members: Ints) -> None:
        self.network, self.members = network, members
        self.programme = Programme(network, couplings, members)
        self.arcs = self.programme.arcs
        self.level = network.level[network.applicant[self.arcs]]
        self.given = first_fit(network, couplings, members)

    def settled(self) -> PartOutcome:
        """Weights first, then the proof of the numbers, then, where a number was raised, the ways once more."""
        network, members = self.network, self.members
        weight = 4.0 * (int(network.cost.max(initial=0)) + 1)
        weights = weight * (network.levels - self.level)
        together = least(self.programme, self._costs(network.cost[self.arcs] - weights))
        self._take(together)
        served = self._served()
        ways = together.bound + weight * float((network.levels - np.arange(network.levels)) @ served)
        most = self._most()
        if (self._served() != served).any():
            for g in range(network.levels):
                self.programme.keep(np.flatnonzero(self.level == g), float(self._served()[g]))
            shortest = least(self.programme, self._costs(network.cost[self.arcs].astype(np.float64)))
            self._take(shortest)
            ways = shortest.bound
        served = self._served()
        if together.values is not None and (most == served).all():
            out = network.left_out[members][self.given[members] < 0].sum()
            bound = float(out) + float(np.ceil(ways - _NEARLY))
        else:
            bound = self._relaxed_objective()
        return PartOutcome(given=self.given, most=most, bound=min(bound, self._objective()))

    def _most(self) -> Ints:
        """The most that could be served at each level after those before it; raises the numbers where it can."""
        most = np.zeros(self.network.levels, dtype=np.int64)
        for g in range(self.network.levels):
            own = self.level == g
            if not own.any():
                continue
            served = self._served()
            upto = relaxed(self.programme, self._costs(np.where(self.level <= g, -1.0, 0.0)))
            limit = served[g] if upto is None else int(np.floor(-upto[0] + _NEARLY)) - int(served[:g].sum())
            if limit > served[g]:
                limit = min(limit, self._raised(g, own))
            most[g] = max(limit, self._served()[g])
        return most

    def _raised(self, g: int, own: NDArray[np.bool_]) -> int:
        """The number of a level as the aim; those before it are kept from now on. Returns the bound of the number."""
        for h in range(g):
            self.programme.keep(np.flatnonzero(self.level == h), float(self._served()[h]))
        found = least(self.programme, self._costs(np.where(own, -1.0, 0.0)))
        self._take(found)
        return int(np.floor(-found.bound + _NEARLY)) if np.isfinite(found.bound) else int(own.sum())

    def _costs(self, of_arcs: Floats) -> Floats:
        cost = np.zeros(len(self.programme.upper))
        cost[: len(self.arcs)] = of_arcs
        return cost

    def _chosen(self, found: Least) -> Floats:
        return np.zeros(len(self.arcs)) if found.values is None else found.values[: len(self.arcs)]

    def _take(self, found: Least) -> None:
        """Keep what was found if it is better: more served at the first level that differs, then shorter ways."""
        if found.values is None:
            return
        before, given = self.given, np.full(len(self.given), -1, dtype=np.int64)
        taken = self.arcs[self._chosen(found) > 0.5]
        given[self.network.applicant[taken]] = taken
        if self._merit(given) > self._merit(before):
            self.given = given

    def _merit(self, given: Ints) -> tuple[int, ...]:
        own = given[self.members]
        ways = int(self.network.cost[own[own >= 0]].sum())
        return (*self._counts(given).tolist(), -ways)

    def _served(self) -> Ints:
        return self._counts(self.given)

    def _counts(self, given: Ints) -> Ints:
        placed = self.members[given[self.members] >= 0]
        return np.bincount(self.network.level[placed], minlength=self.network.levels).astype(np.int64)

    def _objective(self) -> float:
        own = self.given[self.members]
        out = self.network.left_out[self.members][own < 0].sum()
        return float(out + self.network.cost[own[own >= 0]].sum())

    def _relaxed_objective(self) -> float:
        """The bound of weights and ways together by the linear relaxation."""
        network = self.network
        left_out = network.left_out[network.applicant[self.arcs]]
        found = relaxed(self.programme, self._costs((network.cost[self.arcs] - left_out).astype(np.float64)))
        whole = float(network.left_out[self.members].sum())
        return 0.0 if found is None else whole + float(np.ceil(found[0] - _NEARLY))


def solve_part(network: Network, couplings: Couplings, members: Ints) -> PartOutcome:
    """Settle a coupled part: most served level by level, then the shortest ways, with all couplings kept."""
    return _Aims(network, couplings, members).settled()
