"""Cut-offs of a stable outcome: the last one admitted to each kind of place."""

from __future__ import annotations

import numpy as np

from optimizer.places.market import Market
from optimizer.places.policy import Policy
from optimizer.places.result import CutOff, StableProof
from optimizer.places.stable.solve import StableOutcome

__all__ = ["stable_proof"]


def stable_proof(outcome: StableOutcome, policy: Policy) -> StableProof:
    """The proof of a stable outcome: cut-offs of every pool, closed pools, coalitions that block."""
    market = outcome.market
    pairs = np.setdiff1d(outcome.held[outcome.held >= 0], outcome.extra)
    order = np.lexsort((market.key[pairs], market.pool[pairs]))
    pairs = pairs[order]
    first = np.searchsorted(market.pool[pairs], np.arange(len(market.pools) + 1))
    reserves = tuple(one.id for one in policy.enabled_reserves)
    cutoffs = []
    for p in range(len(market.pools)):
        cutoffs.extend(_cutoffs(market, p, pairs[first[p] : first[p + 1]].tolist(), reserves))
    return StableProof(
        cutoffs=tuple(cutoffs),
        closed=outcome.closed,
        blocking_coalitions=outcome.blocking,
        fewest_proved=outcome.proved,
    )


def _cutoffs(market: Market, p: int, pairs: list[int], reserves: tuple[str, ...]) -> list[CutOff]:
    """Reserved places first, each for its best holders; open places for the others."""
    filled: dict[int, list[int]] = {t: [] for t in range(len(reserves))}
    others: list[int] = []
    for pair in pairs:
        t = int(market.reserve[pair])
        if t >= 0 and len(filled[t]) < market.reserved[p, t]:
            filled[t].append(pair)
        else:
            others.append(pair)
    places = int(market.seats[p]) - sum(
        int(market.reserved[p, t]) if market.exclusive[t] else len(own) for t, own in filled.items()
    )
    found = [_cutoff(market, p, None, others, places)]
    for t, name in enumerate(reserves):
        if market.reserved[p, t]:
            found.append(_cutoff(market, p, name, filled[t], int(market.reserved[p, t])))
    return found


def _cutoff(market: Market, p: int, reserve: str | None, own: list[int], places: int) -> CutOff:
    full = len(own) >= places > 0
    last = own[-1] if own else None
    key = None
    if full and last is not None:
        steps = tuple(int(step) for step in market.columns[last])
        key = (*steps, int(market.lottery[market.applicant[last]]))
    return CutOff(
        pool=market.pools[p],
        reserve=reserve,
        key=key,
        last_in=None if last is None else market.applicants[market.applicant[last]],
        places=places,
        filled=len(own),
    )
