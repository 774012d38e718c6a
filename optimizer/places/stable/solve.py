"""The rule ``stable``: deferred acceptance, families settled, pools without enough people closed one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from optimizer.places.joint import NOWHERE, Joint
from optimizer.places.market import Market
from optimizer.places.result import ClosedPool
from optimizer.places.stable.coalitions import Settled, settle_part
from optimizer.places.stable.matching import Matching, deferred_acceptance
from optimizer.places.stable.seats import NOBODY

__all__ = ["EXACT_UP_TO", "StableOutcome", "solve_stable"]

Ints = NDArray[np.int64]

EXACT_UP_TO = 1_600
"""Applicants in the part of a market with families up to which CP-SAT settles it."""


@dataclass(frozen=True, kw_only=True)
class StableOutcome:
    """What came out: the pair that each applicant holds (-1: none), closed pools, coalitions, whether it is proved.

    ``market`` is the market with the closed pools closed; ``extra`` are the pairs held above the capacity.
    """

    market: Market
    held: Ints
    closed: tuple[ClosedPool, ...]
    blocking: int
    proved: bool
    extra: tuple[int, ...] = ()


def solve_stable(market: Market) -> StableOutcome:
    """Match a market so that nobody has justified envy; each pool closed for too few people is recorded in its order.

    Of the pools that nobody is in now and that fewer people than their smallest class came to, the one that lacks most
    is closed (by id where equal), and its people go on down their lists, until no pool is short.
    """
    closed: list[ClosedPool] = []
    matching = deferred_acceptance(market)
    outcome = _settled(market, matching)
    while True:
        short = _most_short(outcome)
        if short is None:
            break
        pool, had = short
        closed.append(
            ClosedPool(pool=market.pools[pool], order=len(closed) + 1, needed=int(market.min_class[pool]), had=had)
        )
        market = market.closing([pool])
        if market.units:
            outcome = _settled(market, deferred_acceptance(market))
        else:
            matching.close([pool])
            outcome = _settled(market, matching)
    return replace(outcome, closed=tuple(closed))


def _most_short(outcome: StableOutcome) -> tuple[int, int] | None:
    """The open pool that lacks most people, and how many it has."""
    market = outcome.market
    came = np.bincount(market.pool[outcome.held[outcome.held != NOBODY]], minlength=len(market.pools))
    newly = (came > 0) & (market.staying == 0) & (_held_now(market) == 0)
    lack = np.where(newly, market.min_class - came, 0)
    if not len(lack) or lack.max() <= 0:
        return None
    pool = int(np.argmax(lack))
    return pool, int(came[pool])


def _held_now(market: Market) -> Ints:
    return np.bincount(market.pool[market.held], minlength=len(market.pools))


def _settled(market: Market, matching: Matching) -> StableOutcome:
    """The matching, with every part that has families settled by CP-SAT where it is small enough."""
    held = matching.held.copy()
    if not market.units:
        return StableOutcome(market=market, held=held, closed=(), blocking=0, proved=True)
    blocked = {u for u, _ in matching.blocking()}
    total, proved = 0, True
    for part in _parts(market):
        own = [u for u in sorted(set(market.unit_of[part].tolist()) - {-1})]
        blocking = sum(1 for u, _ in matching.blocking() if u in own) if blocked & set(own) else 0
        units = [market.units[u] for u in own]
        if any(one.above for one in units):
            total, proved = total + blocking, proved and not blocking and _by_number(market, units)
            continue
        if len(part) > EXACT_UP_TO:
            total, proved = total + blocking, False
            continue
        settled = _exact(market, part, matching, blocking)
        total, proved = total + settled.blocking, proved and settled.proved
        for one, choice in zip(_units_of_part(market, part), settled.choice, strict=True):
            for i, pair in zip(one.members, one.choices[choice], strict=True):
                held[i] = pair if pair != NOWHERE else NOBODY
    extra = tuple(matching.extras())
    return StableOutcome(market=market, held=held, closed=(), blocking=total, proved=proved, extra=extra)


def _by_number(market: Market, units: list[Joint]) -> bool:
    """Whether all of the units are twins who go into one pool: then the outcome is best for everybody."""
    pools = ({int(market.pool[pair]) for pair in choice if pair != NOWHERE} for one in units for choice in one.choices)
    return all(one.above for one in units) and all(len(there) <= 1 for there in pools)


def _parts(market: Market) -> list[list[int]]:
    """Applicants connected by pools or units, for every part in which there is a unit."""
    people, pools, units = len(market.applicants), len(market.pools), len(market.units)
    unit = market.unit_of
    joint = np.flatnonzero(unit >= 0)
    who = np.concatenate([market.applicant, joint])
    node = people + np.concatenate([market.pool, pools + unit[joint]])
    size = people + pools + units
    links = coo_matrix((np.ones(len(who), dtype=np.int8), (who, node)), shape=(size, size))
    _, part = connected_components(links, directed=False)
    found = [np.flatnonzero(part[:people] == label) for label in np.unique(part[people + pools :])]
    return sorted((members.tolist() for members in found if len(members)), key=lambda members: members[0])


def _units_of_part(market: Market, part: list[int]) -> list[Joint]:
    """Everybody in the part as units, those alone as units of one whose last choice is no place (or the one held)."""
    unit = market.unit_of
    own = [market.units[u] for u in sorted({int(unit[i]) for i in part if unit[i] >= 0})]
    for i in part:
        if unit[i] < 0:
            pairs = list(range(int(market.start[i]), int(market.start[i + 1])))
            ends = bool(pairs) and bool(market.held[pairs[-1]])
            choices = [(pair,) for pair in pairs] + ([] if ends else [(NOWHERE,)])
            own.append(Joint(id=market.applicants[i], members=(i,), choices=tuple(choices)))
    return own


def _exact(market: Market, part: list[int], matching: Matching, blocking: int) -> Settled:
    units = _units_of_part(market, part)
    hint = []
    for one in units:
        now = tuple(NOWHERE if matching.held[i] == NOBODY else int(matching.held[i]) for i in one.members)
        hint.append(one.choices.index(now))
    return settle_part(market, units, hint, blocking)
