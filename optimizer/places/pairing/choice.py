"""The best choice of pairs that are not fixed: which, at which prices, and the curve of least totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.places.pairing.augment import Arcs, Growth, arcs_within, grow
from optimizer.places.pairing.case import PairCase
from optimizer.places.pairing.largest import Demand, grouped, largest_cut, largest_number, smallest_longest
from optimizer.places.pairing.result import Cut, PairObjective, PairOptions
from optimizer.places.pairing.ties import first_by_id
from optimizer.places.pairing.towns import pairs_by_town

__all__ = ["Choice", "best_choice"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_ALL_AT_ONCE = 300_000
"""Up to so many allowed pairs all of them are given to the search at once."""

_ARCS_PER_NODE = 30
_CURVE_SIZE = 1_000


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Pairs by index, and what proves them. ``curve``: prices of the 1st, 2nd … pair beside the fixed ones."""

    pairs: tuple[tuple[int, int], ...]
    cost: Ints
    allowed: Bools
    max_left: Ints
    max_right: Ints
    towns_of_left: tuple[str, ...]
    step: int
    price: int
    left_price: Ints
    right_price: Ints
    largest: Cut
    curve: Ints
    within_m: int | None = None
    shorter: tuple[Cut, ...] = ()
    town_names: tuple[str, ...] = ()
    town_price: tuple[int, ...] = ()
    town_step: int = 0
    towns: int = 0
    town_cut: Cut | None = None

    def town_of_left(self, price: dict[str, int]) -> Ints:
        """The price of each left institution's town."""
        return np.array([price.get(town, 0) for town in self.towns_of_left], dtype=np.int64)


def best_choice(case: PairCase, options: PairOptions) -> Choice:
    """The best pairs beside the fixed ones; as many as possible where fewer than asked for are possible."""
    largest = largest_cut(case.allowed, case.max_left, case.max_right, case.left_ids, case.right_ids)
    wanted = min(max(0, options.pairs - len(case.fixed)), largest.largest)
    step = _step(case, options, largest.largest)
    cost = case.metres + step * case.across if step else case.metres
    towns = _towns_to_serve(case) if options.one_per_town else {}
    groups = np.array(list(towns.values()), dtype=bool).reshape(len(towns), len(case.left))
    town_cut = _town_cut(case, tuple(towns), groups) if towns else None
    served = min(wanted, town_cut.largest) if town_cut is not None else 0
    allowed, within = case.allowed, None
    if options.objective is PairObjective.BOTTLENECK and wanted:
        demands: list[Demand] = [(None, case.max_left, case.max_right, wanted)]
        if served:
            demands.append((groups, np.ones(len(groups), dtype=np.int64), case.max_right, served))
        within = smallest_longest(case.metres, allowed, demands)
        allowed = allowed & (case.metres <= (within or 0))
        if options.at_least:
            wanted = largest_number(allowed, case.max_left, case.max_right)
    shorter = _shorter_cuts(case, within, tuple(towns), groups if served else None)
    common: dict[str, Any] = {
        "largest": largest,
        "within_m": within,
        "shorter": shorter,
        "step": step,
        "cost": cost,
        "max_left": case.max_left,
        "max_right": case.max_right,
        "towns_of_left": tuple(one.town for one in case.left),
    }
    if served:
        arcs = arcs_within(cost, allowed, None)
        found = pairs_by_town(arcs, case.max_left, case.max_right, groups, pairs=wanted, towns=served)
        return Choice(
            pairs=_picked(arcs, found.used),
            allowed=allowed,
            price=found.price,
            left_price=found.left_price,
            right_price=found.right_price,
            curve=np.empty(0, dtype=np.int64),
            town_names=tuple(towns),
            town_price=tuple(int(one) for one in found.town_price),
            town_step=found.town_step,
            towns=served,
            town_cut=town_cut,
            **common,
        )
    whole = _whole_curve(case, options)
    upto = largest.largest if whole else wanted
    arcs, growth = _grown(cost, allowed, case, keep=wanted, upto=upto)
    if options.at_least and options.objective is PairObjective.TOTAL:
        wanted += int((growth.prices[wanted:] == 0).sum())
        arcs, growth = _grown(cost, allowed, case, keep=wanted, upto=max(upto, wanted))
    used = first_by_id(
        arcs, growth.used, growth.left_price, growth.right_price, growth.price, case.max_left, case.max_right
    )
    return Choice(
        pairs=_picked(arcs, used),
        allowed=allowed,
        price=growth.price,
        left_price=growth.left_price,
        right_price=growth.right_price,
        curve=growth.prices if whole else np.empty(0, dtype=np.int64),
        town_cut=town_cut,
        **common,
    )


def _step(case: PairCase, options: PairOptions, largest: int) -> int:
    """What a pair across towns costs more: above all the metres that a choice of pairs can save."""
    if not options.same_town_first:
        return 0
    return largest * int(case.metres[case.allowed].max(initial=0)) + 1


def _whole_curve(case: PairCase, options: PairOptions) -> bool:
    if options.objective is not PairObjective.TOTAL or options.one_per_town:
        return False
    return options.curve if options.curve is not None else sum(case.metres.shape) <= _CURVE_SIZE


def _towns_to_serve(case: PairCase) -> dict[str, list[bool]]:
    """Towns that have a left institution and no fixed pair, with the institutions in them."""
    done = {case.left[i].town for i, _, _ in case.fixed}
    names = sorted({one.town for one in case.left if one.town} - done)
    return {name: [one.town == name for one in case.left] for name in names}


def _town_cut(case: PairCase, names: tuple[str, ...], groups: Bools) -> Cut:
    one_each = np.ones(len(names), dtype=np.int64)
    return largest_cut(grouped(case.allowed, groups), one_each, case.max_right, names, case.right_ids)


def _shorter_cuts(case: PairCase, within: int | None, names: tuple[str, ...], groups: Bools | None) -> tuple[Cut, ...]:
    """The cuts of the pairs that are shorter than the smallest longest distance."""
    if within is None:
        return ()
    nearer = case.allowed & (case.metres < within)
    cuts = [
        largest_cut(nearer, case.max_left, case.max_right, case.left_ids, case.right_ids, within_m=within - 1),
    ]
    if groups is not None:
        one_each = np.ones(len(names), dtype=np.int64)
        cuts.append(
            largest_cut(grouped(nearer, groups), one_each, case.max_right, names, case.right_ids, within_m=within - 1)
        )
    return tuple(cuts)


def _grown(cost: Ints, allowed: Bools, case: PairCase, *, keep: int, upto: int) -> tuple[Arcs, Growth]:
    """Grow over the cheapest pairs, and over more of them until the prices prove that the others cannot help."""
    total = int(np.count_nonzero(allowed))
    count = total if total <= _ALL_AT_ONCE else _ARCS_PER_NODE * max(cost.shape)
    while True:
        radius = None if count >= total else _nth(cost, allowed, total, count)
        arcs = arcs_within(cost, allowed, radius)
        growth = grow(arcs, case.max_left, case.max_right, keep=keep, upto=upto)
        enough = len(growth.prices) == upto and (not upto or int(growth.prices[-1]) <= (radius or 0))
        if radius is None or enough:
            return arcs, growth
        count *= 5


def _nth(cost: Ints, allowed: Bools, total: int, count: int) -> int:
    """About the cost of the allowed pair that has so many cheaper ones: of every eighth pair, which is as good."""
    every = cost.ravel()[::8][allowed.ravel()[::8]] if total > _ALL_AT_ONCE else cost[allowed]
    at = min(len(every) - 1, count * len(every) // total)
    return int(np.partition(every, at)[at])


def _picked(arcs: Arcs, used: Bools) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(zip(arcs.left[used].tolist(), arcs.right[used].tolist(), strict=True)))
