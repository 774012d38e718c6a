"""The coupled parts of ``served`` as a mixed-integer programme solved by HiGHS, aim after aim.

HiGHS is the one inside SciPy, which lives beside OR-Tools in one process whatever version of highspy is installed.

Aims in order: most served of each level, from the first; then least distance. Each is kept before the next is begun.
Variables: arcs (applicant to slot), choices of units, opened pools, rooms of each sex.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from optimizer.places.joint import NOWHERE
from optimizer.places.served.coupling import AFTERNOON, MORNING, Couplings
from optimizer.places.served.network import Network

__all__ = ["PartOutcome", "solve_part"]

Ints = NDArray[np.int64]

SECONDS_PER_AIM = 60.0


@dataclass(frozen=True, kw_only=True)
class PartOutcome:
    """The arc of each applicant of the part (-1: none), and whether every aim was proved; ``given (n,)``."""

    given: Ints
    proved: bool


@dataclass(slots=True)
class _Rows:
    """Rows of a programme: lower and upper ends, and entries."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, low: float, high: float, entries: Sequence[tuple[int, float]]) -> None:
        """One more row."""
        self.low.append(low)
        self.high.append(high)
        self.column.extend(column for column, _ in entries)
        self.value.extend(value for _, value in entries)
        self.start.append(len(self.column))


class _Programme:
    """The programme of one part."""

    def __init__(self, network: Network, couplings: Couplings, members: Ints) -> None:
        self.network = network
        self.couplings = couplings
        self.members = members
        inside = np.zeros(len(network.level), dtype=bool)
        inside[members] = True
        self.arcs = np.flatnonzero(inside[network.applicant])
        self.upper: list[float] = [1.0] * len(self.arcs)
        self.rows = _Rows()
        self.of_applicant: dict[int, list[int]] = {}
        self.of_pair: dict[int, list[int]] = {}
        self.of_pool: dict[int, list[int]] = {}
        for column, e in enumerate(self.arcs.tolist()):
            self.of_applicant.setdefault(int(network.applicant[e]), []).append(column)
            self.of_pair.setdefault(int(network.pair[e]), []).append(column)
            self.of_pool.setdefault(int(network.pool[network.slot[e]]), []).append(column)
        self.choices = self._unit_columns(inside)
        self._one_place_each()
        self._places()
        self._minima()
        self._rooms()

    def _new(self, upper: float = 1.0) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def _unit_columns(self, inside: NDArray[np.bool_]) -> Mapping[tuple[int, int], int]:
        """A column for every choice of every unit; its pairs are taken just when a choice with them is."""
        columns: dict[tuple[int, int], int] = {}
        for u, one in enumerate(self.network.market.units):
            if not any(inside[i] for i in one.members):
                continue
            with_pair: dict[int, list[int]] = {}
            own = []
            for c, choice in enumerate(one.choices):
                columns[u, c] = self._new()
                own.append((columns[u, c], 1.0))
                for pair in choice:
                    if pair != NOWHERE:
                        with_pair.setdefault(pair, []).append(columns[u, c])
            self.rows.add(1.0, 1.0, own)
            pairs = sorted(
                {int(self.network.pair[self.arcs[k]]) for i in one.members for k in self.of_applicant.get(i, [])}
            )
            for pair in pairs:
                taken = [(k, 1.0) for k in self.of_pair[pair]]
                self.rows.add(0.0, 0.0, [*taken, *((k, -1.0) for k in with_pair.get(pair, []))])
        return columns

    def _one_place_each(self) -> None:
        for i in self.members.tolist():
            self.rows.add(0.0, 1.0, [(k, 1.0) for k in self.of_applicant[i]])

    def _places(self) -> None:
        network = self.network
        of_slot: dict[int, list[int]] = {}
        for column, e in enumerate(self.arcs.tolist()):
            of_slot.setdefault(int(network.slot[e]), []).append(column)
        for slot, columns in of_slot.items():
            for without in (MORNING, AFTERNOON) if int(network.pool[slot]) in self.couplings.shared else (-2,):
                half = [self.couplings.half[network.applicant[self.arcs[k]]] for k in columns]
                entries = [(k, 1.0) for k, h in zip(columns, half, strict=True) if h != without]
                self.rows.add(0.0, float(network.places[slot]), entries)

    def _minima(self) -> None:
        for p, least in self.couplings.minimum.items():
            columns = self.of_pool.get(p, [])
            if columns:
                opened = self._new()
                came = [(k, 1.0) for k in columns]
                self.rows.add(0.0, np.inf, [*came, (opened, -float(least))])
                self.rows.add(-np.inf, 0.0, [*came, (opened, -float(len(columns)))])

    def _rooms(self) -> None:
        for p, (rooms, beds) in self.couplings.rooms.items():
            columns = self.of_pool.get(p, [])
            if not columns:
                continue
            couples = self._couples_in(p)
            used: list[tuple[int, float]] = [(column, 1.0) for column, _ in couples]
            for sex in (0, 1):
                room = self._new(float(rooms))
                who = {k: int(self.network.applicant[self.arcs[k]]) for k in columns}
                own = [(k, 1.0) for k, i in who.items() if self.couplings.sex[i] == sex]
                together = [(column, -float(sexes[sex])) for column, sexes in couples if sexes[sex]]
                self.rows.add(-np.inf, 0.0, [*own, *together, (room, -float(beds))])
                used.append((room, 1.0))
            self.rows.add(0.0, float(rooms), used)

    def _couples_in(self, p: int) -> list[tuple[int, tuple[int, int]]]:
        """Choices that bring a couple into one pool, with its members of each sex; it has a room of its own."""
        market = self.network.market
        found = []
        for (u, c), column in self.choices.items():
            one = market.units[u]
            pairs = [pair for pair in one.choices[c] if pair != NOWHERE]
            if one.id.startswith("couple:") and len(pairs) == 2 and all(int(market.pool[a]) == p for a in pairs):
                sexes = [int(self.couplings.sex[i]) for i in one.members]
                found.append((column, (sexes.count(0), sexes.count(1))))
        return found

    def solve(self) -> PartOutcome:
        """Reach the aims one after another; each is kept as a row of its own."""
        network = self.network
        level = network.level[network.applicant[self.arcs]]
        given = np.full(len(network.level), -1, dtype=np.int64)
        proved = True
        for g in range(network.levels + 1):
            cost = np.zeros(len(self.upper))
            if g < network.levels:
                if not (level == g).any():
                    continue
                cost[: len(self.arcs)] = np.where(level == g, -1.0, 0.0)
            else:
                cost[: len(self.arcs)] = network.cost[self.arcs]
            values, optimal = self._minimised(cost)
            if values is None:
                return PartOutcome(given=given, proved=False)
            proved = proved and optimal
            taken = self.arcs[values[: len(self.arcs)] > 0.5]
            given[self.members] = -1
            given[network.applicant[taken]] = taken
            if g < network.levels:
                reached = float((network.level[network.applicant[taken]] == g).sum())
                self.rows.add(reached, np.inf, [(int(k), 1.0) for k in np.flatnonzero(level == g)])
        return PartOutcome(given=given, proved=proved)

    def _minimised(self, cost: NDArray[np.float64]) -> tuple[NDArray[np.float64] | None, bool]:
        """Values of the columns, ``None`` where none were found in time; and whether they are proved best."""
        rows = self.rows
        matrix = csr_matrix(
            (np.array(rows.value), np.array(rows.column), np.array(rows.start)), shape=(len(rows.low), len(self.upper))
        )
        found = milp(
            cost,
            constraints=LinearConstraint(matrix, np.array(rows.low), np.array(rows.high)),
            bounds=Bounds(np.zeros(len(self.upper)), np.array(self.upper)),
            integrality=np.ones(len(self.upper)),
            options={"time_limit": SECONDS_PER_AIM, "mip_rel_gap": 0.0},
        )
        return found.x, found.status == 0


def solve_part(network: Network, couplings: Couplings, members: Ints) -> PartOutcome:
    """Settle a coupled part: most served level by level, then the shortest ways, with all couplings kept."""
    return _Programme(network, couplings, members).solve()
