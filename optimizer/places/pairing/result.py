"""What a pairing is asked for and what it is: the pairs, the curve of least totals, and the proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from optimizer.common.language import Text
from optimizer.common.status import Status

__all__ = ["CurvePoint", "Cut", "Pair", "PairObjective", "PairOptions", "PairProof", "PairResult", "Side"]


class Side(StrEnum):
    """Who stands on one side of the pairs. Town and village sides hold institutions of any kind of care."""

    ELDERCARE = "eldercare"
    CHILDCARE = "childcare"
    HOSPITAL = "hospital"
    URBAN_ELDERCARE = "urban-eldercare"
    RURAL_ELDERCARE = "rural-eldercare"
    URBAN_CHILDCARE = "urban-childcare"
    RURAL_CHILDCARE = "rural-childcare"


class PairObjective(StrEnum):
    """``total``: least sum of metres. ``bottleneck``: smallest longest distance first, then least sum."""

    TOTAL = "total"
    BOTTLENECK = "bottleneck"


@dataclass(frozen=True, kw_only=True, slots=True)
class PairOptions:
    """How pairs are chosen.

    Attributes
    ----------
    pairs
        Number of pairs, those that are fixed already included.
    at_least
        More pairs than ``pairs`` where they do not make the objective worse.
    max_left, max_right
        How many pairs an institution of either side may be in (with different partners).
    same_town_first
        As many pairs within one town as possible, then the distance.
    one_per_town
        A pair in as many towns (of the left institution) as possible, then the distance.
    kindergartens
        Whether kindergartens with classes for two-year-olds count as childcare.
    demonstrations
        Number of demonstration points to choose, in different towns.
    curve
        Whether to compute the least total for every number of pairs up to the largest; ``None``: where both sides
        together are at most 1,000. Needs ``total`` and not ``one_per_town``.
    """

    left: Side = Side.ELDERCARE
    right: Side = Side.CHILDCARE
    pairs: int = 20
    objective: PairObjective = PairObjective.TOTAL
    at_least: bool = False
    max_left: int = 1
    max_right: int = 1
    same_town_first: bool = False
    one_per_town: bool = False
    kindergartens: bool = True
    demonstrations: int = 2
    curve: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A pair.

    ``given``: the distance comes from the table ``distances`` (a road, as its source says), else it is a straight line.
    ``fixed``: signed already. ``next_best``: the nearest other partner of the left institution that is allowed and has
    no pair, and its distance. ``demonstration``: chosen as a demonstration point.
    """

    left: str
    right: str
    distance_m: int
    given: bool = False
    fixed: bool = False
    demonstration: bool = False
    next_best: str | None = None
    next_best_m: int | None = None
    signed_on: date | None = None
    remark: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """The least total of exactly ``pairs`` pairs; under ``same_town_first`` with the fewest pairs across towns."""

    pairs: int
    total_m: int
    across_towns: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """Why no more than ``largest`` pairs are possible.

    Every allowed pair has its left institution in ``left``, its right one in ``right``, or is one of ``single``; the
    pairs that these can be in add up to ``largest`` (minimum cut; König's theorem where everybody pairs once).
    ``within_m``: the cut holds for pairs at most so far apart.
    """

    largest: int
    left: tuple[str, ...]
    right: tuple[str, ...]
    single: tuple[tuple[str, str], ...] = ()
    within_m: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PairProof:
    """Prices that show that no choice of as many pairs is better.

    With cost ``c`` of a pair (metres, plus ``step`` for a pair across towns under ``same_town_first``), for any
    ``price`` and any non-negative ``left``, ``right``, ``town``::

        sum of c  >=  K price + towns * town_step - sum of room * left - sum of room * right
                      - sum over towns of max(0, town_step - town)
                      - sum over allowed pairs of max(0, price + town - left - right - c)

    where ``K`` counts the pairs that are not fixed, ``room`` is what the fixed ones leave of ``max_left`` and
    ``max_right``, and at least ``towns`` towns without a fixed pair must get one (``one_per_town``; ``town_cut`` shows
    that no more can, its left side are towns). ``bound`` is the right side, ``objective`` the left; both are equal
    where optimal. Pairs above ``within_m`` are not allowed (bottleneck; ``shorter`` are the cuts that show that nothing
    shorter would do: one of them is below what is asked for).
    """

    objective: int
    bound: int
    price: int
    left: Mapping[str, int] = field(default_factory=dict)
    right: Mapping[str, int] = field(default_factory=dict)
    town: Mapping[str, int] = field(default_factory=dict)
    step: int = 0
    town_step: int = 0
    towns: int = 0
    town_cut: Cut | None = None
    within_m: int | None = None
    shorter: tuple[Cut, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PairResult:
    """What :func:`optimizer.places.pairing.pair_institutions` returns.

    ``status``: ``infeasible`` where fewer than asked for are possible (then as many as possible, and ``notes`` say what
    would help); ``largest`` and its cut are given always. ``curve`` is empty where it was not computed.
    """

    options: PairOptions
    status: Status
    pairs: tuple[Pair, ...]
    total_m: int
    longest_m: int
    largest: Cut
    proof: PairProof
    curve: tuple[CurvePoint, ...] = ()
    input_hash: str = ""
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
