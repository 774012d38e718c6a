"""Fewest blocking coalitions, then most placed, then the best choices: CP-SAT on the part of a market with families.

Every unit (family, couple, or somebody alone) takes exactly one of its choices. For a unit ``f`` and a choice ``j`` it
prefers, some pool of ``j`` must be *full* for one of the members, or (f, j) is a blocking coalition. A pool is full for
a pair if, from those it holds (the unit's own members aside) and the members who would come, it would not admit the
pair. The idea of counting blocking coalitions follows Dur, Morrill and Phan, and Sun et al. (AAAI 2024); the model here
adds reserves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from optimizer.places.joint import NOWHERE, Joint
from optimizer.places.market import Market

__all__ = ["Settled", "settle_part"]

Expression = Any
"""A linear expression of CP-SAT, or a number."""

EFFORT = 60.0
"""Deterministic time of each of the three stages."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The outcome of a part: the choice of each unit, coalitions that block, and whether both aims were proved."""

    choice: tuple[int, ...]
    blocking: int
    proved: bool


def settle_part(market: Market, units: Sequence[Joint], hint: Sequence[int], blocking: int) -> Settled:
    """Settle a closed part of the market.

    Parameters
    ----------
    units
        Everybody in the part, those alone as units of one.
    hint
        A choice of each unit that keeps to the places (from the heuristic).
    blocking
        Number of coalitions that block the hint.
    """
    model = _Model(market, units)
    model.hint(hint)
    fewest = blocking
    proved = True
    if blocking:
        outcome = model.minimise(model.blocks())
        proved = outcome is not None and outcome.proved
        fewest = outcome.value if outcome is not None else blocking
        hint = outcome.choice if outcome is not None else hint
    model.fix(model.blocks(), fewest)
    for aim in (model.unplaced(), model.ranks()):
        model.hint(hint)
        outcome = model.minimise(aim)
        if outcome is None:
            return Settled(choice=tuple(hint), blocking=fewest, proved=False)
        hint = outcome.choice
        if aim is not None and not outcome.proved:
            return Settled(choice=tuple(hint), blocking=fewest, proved=False)
        model.fix(aim, outcome.value)
    return Settled(choice=tuple(hint), blocking=fewest, proved=proved)


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    value: int
    choice: tuple[int, ...]
    proved: bool


class _Model:
    """The model of one part."""

    def __init__(self, market: Market, units: Sequence[Joint]) -> None:
        self.market = market
        self.units = units
        self.cp = cp_model.CpModel()
        self.takes = [[self.cp.new_bool_var("") for _ in one.choices] for one in units]
        self.block = [[self.cp.new_bool_var("") for _ in one.choices[:-1]] for one in units]
        self.unit_of = {i: u for u, one in enumerate(units) for i in one.members}
        self.holds: dict[int, Expression] = self._holders()
        self.at_pool: dict[int, list[int]] = {}
        for pair in sorted(self.holds, key=lambda a: int(market.key[a])):
            self.at_pool.setdefault(int(market.pool[pair]), []).append(pair)
        for takes in self.takes:
            self.cp.add_exactly_one(takes)
        for p, pairs in self.at_pool.items():
            self._keep_places(p, pairs)
        for u, one in enumerate(units):
            for j in range(len(one.choices) - 1):
                self._admit_or_block(u, j)

    def _holders(self) -> dict[int, Expression]:
        parts: dict[int, list[cp_model.IntVar]] = {}
        for one, takes in zip(self.units, self.takes, strict=True):
            for choice, taken in zip(one.choices, takes, strict=True):
                for pair in choice:
                    if pair != NOWHERE:
                        parts.setdefault(pair, []).append(taken)
        return {pair: (taken[0] if len(taken) == 1 else sum(taken)) for pair, taken in parts.items()}

    def _keep_places(self, p: int, pairs: Sequence[int]) -> None:
        """No more are held than the pool would admit."""
        groups = self._by_reserve(pairs)
        total = {t: sum(self.holds[a] for a in own) for t, own in groups.items()}
        competing = self._competing(p, total)
        for t, amount in total.items():
            if t >= 0 and self.market.confined[t]:
                self.cp.add(amount <= int(self.market.reserved[p, t]))
        self.cp.add(competing <= self._open_places(p, total))

    def _admit_or_block(self, u: int, j: int) -> None:
        one = self.units[u]
        legs = [pair for pair in one.choices[j] if pair != NOWHERE]
        clause = [*self.takes[u][: j + 1], self.block[u][j]]
        for pair in legs:
            p = int(self.market.pool[pair])
            full = self._full(pair, p, [other for other in legs if int(self.market.pool[other]) == p], set(one.members))
            if full is not None:
                clause.append(full)
        self.cp.add_bool_or(clause)

    def _full(self, pair: int, p: int, legs: Sequence[int], own: set[int]) -> cp_model.IntVar | None:
        """A variable that may be true only if the pool would not admit ``pair``; ``None`` where it always would."""
        market = self.market
        others = [a for a in self.at_pool[p] if int(market.applicant[a]) not in own]
        better = [a for a in others if market.key[a] < market.key[pair]]
        t = int(market.reserve[pair])
        if market.reserved.shape[1] == 0 and len(better) + len(legs) <= int(market.seats[p]):
            return None
        ahead = [a for a in legs if market.key[a] < market.key[pair]]
        counts = self._counts(better, ahead)
        full = self.cp.new_bool_var("")
        if t >= 0:
            self.cp.add(counts.get(t, 0) >= int(market.reserved[p, t])).only_enforce_if(full)
            if market.confined[t]:
                return full
        competing = self._competing(p, counts)
        places = self._open_places(p, self._counts(others, legs))
        self.cp.add(competing >= places).only_enforce_if(full)
        return full

    def _counts(self, pairs: Sequence[int], certain: Sequence[int]) -> dict[int, Expression]:
        """By reserve, how many of ``pairs`` are held, and all of ``certain``."""
        groups = self._by_reserve([*pairs, *certain])
        surely = set(certain)
        return {t: sum(1 if a in surely else self.holds[a] for a in own) for t, own in groups.items()}

    def _by_reserve(self, pairs: Sequence[int]) -> Mapping[int, list[int]]:
        groups: dict[int, list[int]] = {}
        for a in pairs:
            groups.setdefault(int(self.market.reserve[a]), []).append(a)
        return groups

    def _competing(self, p: int, counts: Mapping[int, Expression]) -> Expression:
        """How many compete for open places: those without a reserve, and holders left over."""
        parts: list[Expression] = []
        for t, amount in counts.items():
            if t < 0:
                parts.append(amount)
            elif not self.market.confined[t]:
                over = self.cp.new_int_var(0, len(self.holds), "")
                self.cp.add_max_equality(over, [0, amount - int(self.market.reserved[p, t])])
                parts.append(over)
        return sum(parts)

    def _open_places(self, p: int, counts: Mapping[int, Expression]) -> Expression:
        places: Expression = int(self.market.seats[p])
        for t in range(self.market.reserved.shape[1]):
            reserved = int(self.market.reserved[p, t])
            if self.market.exclusive[t]:
                places = places - reserved
            elif t in counts and reserved:
                used = self.cp.new_int_var(0, reserved, "")
                self.cp.add_min_equality(used, [reserved, counts[t]])
                places = places - used
        return places

    def blocks(self) -> Expression:
        """Number of blocking coalitions."""
        return sum(block for blocks in self.block for block in blocks)

    def unplaced(self) -> Expression:
        """Number of people without a place."""
        return sum(
            taken * sum(pair == NOWHERE for pair in choice)
            for one, takes in zip(self.units, self.takes, strict=True)
            for choice, taken in zip(one.choices, takes, strict=True)
        )

    def ranks(self) -> Expression:
        """Sum of the numbers of the choices taken."""
        return sum(j * taken for takes in self.takes for j, taken in enumerate(takes))

    def hint(self, choice: Sequence[int]) -> None:
        """Begin from these choices."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for takes, j in zip(self.takes, choice, strict=True):
            for k, taken in enumerate(takes):
                self.cp.add_hint(taken, k == j)

    def fix(self, expression: Expression, value: int) -> None:
        """Keep an aim at the value reached."""
        self.cp.add(expression <= value)

    def minimise(self, expression: Expression) -> _Outcome | None:
        """The best choices for an aim, ``None`` where none was found within the effort."""
        self.cp.minimize(expression)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = EFFORT
        status = solver.solve(self.cp)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        choice = tuple(int(np.argmax([solver.boolean_value(taken) for taken in takes])) for takes in self.takes)
        return _Outcome(value=round(solver.objective_value), choice=choice, proved=status == cp_model.OPTIMAL)
