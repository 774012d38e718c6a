"""A coupled part of ``served`` as a mixed-integer programme.

Columns: arcs (applicant to slot), choices of units, opened pools, rooms of each sex. Once choices, openings and rooms
are whole numbers, what remains is a flow from applicants to slots and to the rooms of a sex in them, whose corners are
whole (two nested families of rows); so arcs are left continuous, but where halves of a day share a place, or where
rooms lie across several kinds of places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from optimizer.places.joint import NOWHERE
from optimizer.places.served.coupling import AFTERNOON, MORNING, Couplings
from optimizer.places.served.network import Network

__all__ = ["Programme"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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


class Programme:
    """The programme of one part.

    Attributes
    ----------
    members
        Its applicants.
    arcs
        Arcs of the network, the first columns.
    upper
        Upper ends of all columns; the lower ones are zero.
    """

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
            holds = 1.0 if self.network.level[i] == 0 else 0.0
            self.rows.add(holds, 1.0, [(k, 1.0) for k in self.of_applicant[i]])

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

    @property
    def whole(self) -> Bools:
        """Columns that have to be asked to be whole."""
        network, couplings = self.network, self.couplings
        slots = Counter(network.pool[network.places > 0].tolist())
        hard = set(couplings.shared) | {p for p in couplings.rooms if slots[p] > 1}
        whole = np.ones(len(self.upper), dtype=bool)
        whole[: len(self.arcs)] = np.isin(network.pool[network.slot[self.arcs]], sorted(hard))
        return whole

    @property
    def matrix(self) -> csr_matrix:
        """The rows."""
        rows = self.rows
        shape = (len(rows.low), len(self.upper))
        return csr_matrix((np.array(rows.value), np.array(rows.column), np.array(rows.start)), shape=shape)

    @property
    def ends(self) -> tuple[Floats, Floats]:
        """Lower and upper ends of the rows."""
        return np.array(self.rows.low), np.array(self.rows.high)

    def keep(self, columns: Ints, low: float) -> None:
        """One more row: the sum of some columns is at least so much."""
        self.rows.add(low, np.inf, [(int(k), 1.0) for k in columns])
