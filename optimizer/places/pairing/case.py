"""The two sides of a pairing as arrays: distances, allowed pairs, room, towns; and what is wrong with the input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.between import UNKNOWN_M, metres_between
from optimizer.places.model import FixedPair, Institution, InstitutionKind, PlacesProblem
from optimizer.places.pairing.result import PairOptions, Side

__all__ = ["PairCase", "pair_case", "side_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_KINDS = {
    "eldercare": (InstitutionKind.ELDERCARE,),
    "childcare": (InstitutionKind.CHILDCARE, InstitutionKind.KINDERGARTEN),
    "hospital": (InstitutionKind.HOSPITAL,),
}


@dataclass(frozen=True, kw_only=True)
class PairCase:
    """Sides sorted by id (``n`` left, ``m`` right).

    ``metres``, ``given``, ``possible``, ``allowed`` have the shape ``(n, m)``: possible pairs have a distance, are not
    banned and not fixed already; allowed ones have room on both sides, too. ``max_left (n,)``, ``max_right (m,)``:
    pairs still possible beside the fixed ones.
    """

    left: tuple[Institution, ...]
    right: tuple[Institution, ...]
    metres: Ints
    given: Bools
    possible: Bools
    allowed: Bools
    max_left: Ints
    max_right: Ints
    fixed: tuple[tuple[int, int, FixedPair], ...]

    @property
    def left_ids(self) -> list[str]:
        """Ids of the left side."""
        return [one.id for one in self.left]

    @property
    def right_ids(self) -> list[str]:
        """Ids of the right side."""
        return [one.id for one in self.right]

    @property
    def across(self) -> Bools:
        """Pairs whose institutions are not known to be in one town."""
        left = np.array([one.town or f"\0{i}" for i, one in enumerate(self.left)], dtype=object)
        right = np.array([one.town or "\1" for one in self.right], dtype=object)
        apart: Bools = left[:, None] != right[None, :]
        return apart


def side_of(problem: PlacesProblem, side: Side, *, kindergartens: bool) -> tuple[Institution, ...]:
    """Institutions of a side, sorted by id; blacklisted ones and (by the switch) kindergartens are left out."""
    place, _, kind = side.value.rpartition("-")
    kinds = _KINDS[kind]
    urban = {area.name or area.id: area.urban for area in problem.areas} | {a.id: a.urban for a in problem.areas}
    return tuple(
        one
        for one in sorted(problem.institutions, key=lambda one: one.id)
        if one.kind in kinds
        and not one.blacklisted
        and (kindergartens or one.kind is not InstitutionKind.KINDERGARTEN)
        and (not place or urban.get(one.town) is (place == "urban"))
    )


def pair_case(problem: PlacesProblem, options: PairOptions) -> PairCase:
    """The arrays of a pairing.

    Raises
    ------
    InputError
        ``P701`` a number is out of range, ``P702`` a side is empty, ``P703`` a fixed pair uses an institution more
        often than it may be used, ``P704`` a fixed pair is banned or has no distance.
    """
    _require(_wrong_numbers(options))
    left = side_of(problem, options.left, kindergartens=options.kindergartens)
    right = side_of(problem, options.right, kindergartens=options.kindergartens)
    _require(_empty_sides(options, left, right))
    metres = metres_between(left, right, problem.distances)
    row, column = {one.id: i for i, one in enumerate(left)}, {one.id: j for j, one in enumerate(right)}
    given, banned = np.zeros(metres.shape, dtype=bool), np.zeros(metres.shape, dtype=bool)
    for distance in problem.distances:
        _mark(given, row, column, distance.origin, distance.destination)
    for ban in problem.bans:
        _mark(banned, row, column, ban.first, ban.second)
    fixed = tuple(_fixed(problem, row, column))
    _require(_wrong_fixed(fixed, metres, banned, options))
    possible = metres != UNKNOWN_M
    if problem.bans:
        possible &= ~banned
    for name in row.keys() & column.keys():
        possible[row[name], column[name]] = False
    max_left = np.full(len(left), options.max_left, dtype=np.int64)
    max_right = np.full(len(right), options.max_right, dtype=np.int64)
    for i, j, _ in fixed:
        max_left[i] -= 1
        max_right[j] -= 1
        possible[i, j] = False
    allowed = possible.copy()
    allowed[max_left <= 0] = False
    allowed[:, max_right <= 0] = False
    return PairCase(
        left=left,
        right=right,
        metres=metres,
        given=given,
        possible=possible,
        allowed=allowed,
        max_left=max_left,
        max_right=max_right,
        fixed=fixed,
    )


def _mark(mask: Bools, row: dict[str, int], column: dict[str, int], one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        if first in row and second in column:
            mask[row[first], column[second]] = True


def _fixed(problem: PlacesProblem, row: dict[str, int], column: dict[str, int]) -> Iterator[tuple[int, int, FixedPair]]:
    seen: set[tuple[int, int]] = set()
    for one in sorted(problem.fixed_pairs, key=lambda one: (one.first, one.second)):
        for first, second in ((one.first, one.second), (one.second, one.first)):
            if first in row and second in column and (row[first], column[second]) not in seen:
                seen.add((row[first], column[second]))
                yield row[first], column[second], one


def _require(findings: Iterator[Finding]) -> None:
    found = list(findings)
    if found:
        raise InputError(found)


def _wrong_numbers(options: PairOptions) -> Iterator[Finding]:
    for name, value, least in (
        ("pairs", options.pairs, 1),
        ("max_left", options.max_left, 1),
        ("max_right", options.max_right, 1),
        ("demonstrations", options.demonstrations, 0),
    ):
        if value < least:
            yield Finding(
                code="P701",
                where=f"--{name.replace('_', '-')}",
                found=Text(f"数值为 {value}", f"the number is {value}"),
                action=Text(f"请填写不小于 {least} 的整数", f"give a whole number from {least} on"),
            )


def _empty_sides(
    options: PairOptions, left: tuple[Institution, ...], right: tuple[Institution, ...]
) -> Iterator[Finding]:
    for name, side, members in (("--left", options.left, left), ("--right", options.right, right)):
        if not members:
            yield Finding(
                code="P702",
                where=name,
                found=Text(f"没有“{side.value}”机构可结对", f"there is no institution of {side.value} to pair"),
                action=Text(
                    "请在机构表填写类别（城乡结对还需区域表的城乡标记），或换一侧",
                    "fill in the kind in the table of institutions (for town and village also urban of the areas), "
                    "or choose another side",
                ),
            )


def _wrong_fixed(
    fixed: tuple[tuple[int, int, FixedPair], ...], metres: Ints, banned: Bools, options: PairOptions
) -> Iterator[Finding]:
    for side, most, number in (("left", options.max_left, 0), ("right", options.max_right, 1)):
        count: dict[int, int] = {}
        for i, j, pair in fixed:
            at = (i, j)[number]
            count[at] = count.get(at, 0) + 1
            if count[at] == most + 1:
                yield Finding(
                    code="P703",
                    where="fixed_pairs",
                    ids=(pair.first, pair.second),
                    found=Text(
                        f"其中一家机构的已签结对超过 {most} 个", f"one of them is in more than {most} fixed pairs"
                    ),
                    action=Text(f"请去掉多余的结对，或提高 --max-{side}", f"remove a pair, or raise --max-{side}"),
                )
    for i, j, pair in fixed:
        if banned[i, j] or metres[i, j] == UNKNOWN_M:
            yield Finding(
                code="P704",
                where="fixed_pairs",
                ids=(pair.first, pair.second),
                found=Text("已签结对被禁止，或没有距离", "the fixed pair is banned, or has no distance"),
                action=Text("请去掉禁止项，或填写坐标或距离", "remove the ban, or give coordinates or a distance"),
            )
