"""What goes with the pairs: the next-best partner, demonstration points, and what makes more pairs possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.common.language import Text
from optimizer.places.pairing.case import PairCase
from optimizer.places.pairing.largest import largest_number
from optimizer.places.pairing.result import Pair, PairOptions

__all__ = ["advice", "with_demonstrations", "with_next_best"]

Ints = NDArray[np.int64]

_SIDES = ((Text("左侧", "left"), 1, 0), (Text("右侧", "right"), 0, 1), (Text("两侧", "left and right"), 1, 1))


def with_next_best(pairs: Sequence[Pair], case: PairCase) -> list[Pair]:
    """The nearest other partner of each left institution that is allowed and in no pair."""
    row = {one.id: i for i, one in enumerate(case.left)}
    column = {one.id: j for j, one in enumerate(case.right)}
    free = np.ones(len(case.right), dtype=bool)
    for pair in pairs:
        free[column[pair.right]] = False
    found = []
    for pair in pairs:
        i = row[pair.left]
        open_ = case.possible[i] & free
        if not open_.any():
            found.append(pair)
            continue
        j = int(np.flatnonzero(open_)[np.argmin(case.metres[i][open_])])
        found.append(replace(pair, next_best=case.right[j].id, next_best_m=int(case.metres[i, j])))
    return found


def with_demonstrations(pairs: Sequence[Pair], case: PairCase, number: int) -> tuple[list[Pair], Text | None]:
    """Mark the nearest pairs of different towns (of the left institution), and say so where there are too few towns."""
    town = {one.id: one.town for one in case.left}
    chosen: list[tuple[str, str]] = []
    towns: set[str] = set()
    for pair in sorted(pairs, key=lambda one: (one.distance_m, one.left, one.right)):
        if len(chosen) < number and town[pair.left] and town[pair.left] not in towns:
            towns.add(town[pair.left])
            chosen.append((pair.left, pair.right))
    marked = [replace(pair, demonstration=(pair.left, pair.right) in chosen) for pair in pairs]
    if len(chosen) == number:
        return marked, None
    return marked, Text(
        f"老幼融合示范点要求 {number} 个且在不同镇街，结对只分布在 {len(chosen)} 个镇街",
        f"{number} demonstration points in different towns were asked for; the pairs lie in {len(chosen)} towns",
    )


def advice(case: PairCase, options: PairOptions, largest: int) -> list[Text]:
    """What makes the number asked for possible: how many pairs an institution of either side must take."""
    if largest + len(case.fixed) >= options.pairs:
        return []
    notes = [
        Text(
            f"最多能结 {largest + len(case.fixed)} 对，达不到 {options.pairs} 对",
            f"at most {largest + len(case.fixed)} pairs are possible, fewer than {options.pairs}",
        )
    ]
    needed = options.pairs - len(case.fixed)
    for name, on_left, on_right in _SIDES:
        if on_left and on_right and len(notes) > 1:
            continue
        n = _least_room(case, needed, on_left, on_right)
        if n is None:
            continue
        left, right = options.max_left + n * on_left, options.max_right + n * on_right
        change = f"--max-left {left} --max-right {right}"
        each = left if on_left else right
        notes.append(
            Text(
                f"{name.zh}每家机构最多结 {each} 对时，{options.pairs} 对可以实现（{change}）",
                f"with up to {each} pairs for each {name.en} institution, {options.pairs} become possible ({change})",
            )
        )
    if len(notes) == 1:
        notes.append(
            Text(
                "放宽每家机构的结对数也不够：请减少禁止项，或补齐坐标",
                "more pairs for each institution do not help: remove bans, or give missing coordinates",
            )
        )
    return notes


def _least_room(case: PairCase, needed: int, on_left: int, on_right: int) -> int | None:
    """Smallest number that must be added to the room of the sides named (0 or 1 each); ``None``: it never is enough."""
    for n in range(1, max(case.metres.shape)):
        if largest_number(case.possible, case.max_left + n * on_left, case.max_right + n * on_right) >= needed:
            return n
    return None
