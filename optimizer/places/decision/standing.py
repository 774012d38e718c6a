"""Markets in which a standing result is kept: of the vacancies only, and of everything with the standing protected.

A *standing* array names for every applicant the pair held now, -1 for none. Nobody in it is ever displaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.places.joint import NOWHERE, Joint
from optimizer.places.market import Market
from optimizer.places.priorities import order_keys

__all__ = ["Turn", "Vacancies", "protected_market", "vacancies_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Who comes before or after everybody else, whatever the order of the policy, and what is not offered again.

    ``ahead``, ``behind``: applicants; ``barred``: pairs of the base market; ``waiting_out``: applicants who are not
    called now (they have an offer to answer); ``occupied``: pairs that take a seat besides the standing ones.
    """

    ahead: frozenset[int] = frozenset()
    behind: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    waiting_out: frozenset[int] = frozenset()
    occupied: tuple[int, ...] = ()


NO_TURN = Turn()


@dataclass(frozen=True, kw_only=True)
class Vacancies:
    """The market of free places; ``pair`` is the index in the base market of each of its pairs."""

    market: Market
    pair: Ints


def vacancies_of(base: Market, standing: Ints, turn: Turn = NO_TURN) -> Vacancies:
    """Only what is free, only for those who would rather have it than what they hold.

    A place that is held takes a seat (a reserved one if the holder draws from the reserve and one is left). Somebody
    who would move keeps the place held until the move is made.
    """
    unit = base.unit_of
    end = np.where(standing >= 0, standing, base.start[1:])
    end[unit >= 0] = base.start[1:][unit >= 0]
    keep = np.arange(len(base.pool)) < end[base.applicant]
    keep[list(turn.barred)] = False
    keep[np.isin(base.applicant, _listed(turn.waiting_out))] = False
    held = np.concatenate([standing[standing >= 0], np.array(turn.occupied, dtype=np.int64)])
    taken = np.bincount(base.pool[held], minlength=len(base.pools))
    pair = np.flatnonzero(keep)
    number = np.full(len(base.pool) + 1, NOWHERE, dtype=np.int64)
    number[pair] = np.arange(len(pair))
    market = replace(
        base,
        seats=np.maximum(0, base.seats - taken),
        reserved=_reserved_left(base, held),
        staying=base.staying + taken,
        start=np.searchsorted(base.applicant[pair], np.arange(len(base.applicants) + 1)).astype(np.int64),
        applicant=base.applicant[pair],
        pool=base.pool[pair],
        metres=base.metres[pair],
        held=np.zeros(len(pair), dtype=bool),
        key=_keys(base, turn)[pair],
        columns=base.columns[pair],
        reserve=base.reserve[pair],
        units=_units(base, standing, number, keep, turn),
    )
    return Vacancies(market=market, pair=pair)


def protected_market(base: Market, standing: Ints, turn: Turn = NO_TURN) -> tuple[Market, Ints]:
    """The whole market in which everybody comes first at the place held, and wants nothing that is worse.

    The first step of the order is 0 at the place held; where somebody goes ahead or behind it is 1 for who goes ahead,
    2 for most, 3 for who comes last.

    Returns
    -------
    market, pair
        The market, and the index in the base market of each of its pairs.
    """
    unit = base.unit_of
    end = np.where((standing >= 0) & (unit < 0), standing + 1, base.start[1:])
    pair = np.flatnonzero(np.arange(len(base.pool)) < end[base.applicant])
    number = np.full(len(base.pool) + 1, NOWHERE, dtype=np.int64)
    number[pair] = np.arange(len(pair))
    own = standing[standing >= 0]
    columns = base.columns.copy()
    if turn.ahead or turn.behind:
        columns[:, 0] = np.where(columns[:, 0] == 0, 0, 1 + _group(base, turn))
    columns[own, 0] = 0
    held = np.zeros(len(base.pool), dtype=bool)
    held[own] = True
    applicant = base.applicant[pair]
    units = []
    for one in base.units:
        now = tuple(int(standing[i]) for i in one.members)
        choices = [*_not_worse(one, now), now]
        units.append(replace(one, choices=tuple(tuple(int(number[p]) for p in choice) for choice in choices)))
    market = replace(
        base,
        start=np.searchsorted(applicant, np.arange(len(base.applicants) + 1)).astype(np.int64),
        applicant=applicant,
        pool=base.pool[pair],
        metres=base.metres[pair],
        held=held[pair],
        key=order_keys(columns, base.lottery[base.applicant])[pair],
        columns=columns[pair],
        reserve=base.reserve[pair],
        units=tuple(units),
    )
    return market, pair


def _reserved_left(base: Market, held: Ints) -> Ints:
    """Reserved places that no holder sits in, the best holders first."""
    left = base.reserved.copy()
    for pair in held[np.argsort(base.key[held], kind="stable")].tolist():
        t, p = int(base.reserve[pair]), int(base.pool[pair])
        if t >= 0 and left[p, t] > 0:
            left[p, t] -= 1
    return left


def _keys(base: Market, turn: Turn) -> Ints:
    if not (turn.ahead or turn.behind):
        return base.key
    values, position = np.unique(base.key, return_inverse=True)
    keys: Ints = _group(base, turn) * (len(values) + 1) + position.ravel()
    return keys


def _group(base: Market, turn: Turn) -> Ints:
    group = np.ones(len(base.applicants), dtype=np.int64)
    group[_listed(turn.ahead)] = 0
    group[_listed(turn.behind)] = 2
    return group[base.applicant]


def _listed(numbers: Iterable[int]) -> Ints:
    return np.array(sorted(numbers), dtype=np.int64)


def _units(base: Market, standing: Ints, number: Ints, keep: Bools, turn: Turn) -> tuple[Joint, ...]:
    """Joint choices that are better for the unit and worse for nobody in it; who stays has no pair in them."""
    found = []
    for one in base.units:
        now = tuple(int(standing[i]) for i in one.members)
        nowhere = (NOWHERE,) * len(one.members)
        choices = []
        waits = bool(set(one.members) & turn.waiting_out)
        for choice in [] if waits else _not_worse(one, now):
            moves = tuple(NOWHERE if pair == held else pair for pair, held in zip(choice, now, strict=True))
            if moves != nowhere and all(pair == NOWHERE or keep[pair] for pair in moves):
                choices.append(tuple(NOWHERE if pair == NOWHERE else int(number[pair]) for pair in moves))
        found.append(replace(one, choices=(*choices, nowhere)))
    return tuple(found)


def _not_worse(one: Joint, now: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The choices before what the unit has, in which no member has less than now."""
    found = []
    for choice in one.choices:
        if choice == now:
            break
        if all(held == NOWHERE or NOWHERE < pair <= held for pair, held in zip(choice, now, strict=True)):
            found.append(choice)
    return found
