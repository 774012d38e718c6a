"""The waiting list of every pool in the published order, and what would have to happen for each applicant on it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from optimizer.common.language import Text
from optimizer.places.decision.ground import market_of_result
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationResult, StableProof

__all__ = ["WaitingRow", "waiting_list"]


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingRow:
    """One applicant on the list of one pool.

    Attributes
    ----------
    rank
        Position, from 1.
    holds
        Pool of the place given elsewhere, ``None`` for none.
    ahead_placed
        How many before this one have a place elsewhere, and may stay there.
    together
        Whether the applicant comes only with family or spouse.
    text
        What would have to happen.
    """

    pool: str
    institution: str
    rank: int
    applicant: str
    choice: int
    holds: str | None
    ahead_placed: int
    together: bool
    text: Text


def waiting_list(problem: PlacesProblem, policy: Policy, result: AllocationResult) -> tuple[WaitingRow, ...]:
    """Everybody who would rather be in a pool than where the result puts them, by pool and rank.

    The order is that of the policy, the lottery number last. Pools that were not opened have no list.
    """
    market = market_of_result(problem, policy, result)
    given = {one.applicant: one.pool for one in result.assignments}
    shut = {one.pool for one in result.proof.closed} if isinstance(result.proof, StableProof) else set()
    unit = market.unit_of
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    choice: dict[int, int] = {}
    for i, name in enumerate(market.applicants):
        if i in market.out:
            continue
        for number, pair in enumerate(range(int(market.start[i]), int(market.start[i + 1])), start=1):
            pool = int(market.pool[pair])
            if market.pools[pool] == given.get(name):
                break
            if market.pools[pool] not in shut:
                waiting[pool].append(pair)
                choice[pair] = number
    rows = []
    for pool in sorted(waiting):
        pairs = np.array(waiting[pool], dtype=np.int64)
        ahead_placed = 0
        for rank, pair in enumerate(pairs[np.argsort(market.key[pairs], kind="stable")].tolist(), start=1):
            i = int(market.applicant[pair])
            holds = given.get(market.applicants[i])
            together = bool(unit[i] >= 0)
            rows.append(
                WaitingRow(
                    pool=market.pools[pool],
                    institution=market.institutions[market.pool_institution[pool]],
                    rank=rank,
                    applicant=market.applicants[i],
                    choice=choice[pair],
                    holds=holds,
                    ahead_placed=ahead_placed,
                    together=together,
                    text=_needed(rank, ahead_placed, together=together, reserves=bool(market.reserved[pool].any())),
                )
            )
            ahead_placed += holds is not None
    return tuple(rows)


def _needed(rank: int, ahead_placed: int, *, together: bool, reserves: bool) -> Text:
    zh = f"这里空出 {rank} 个名额就轮到"
    en = f"called when {rank} of the places here fall free"
    if ahead_placed:
        zh += f"；前面 {ahead_placed} 人已在别处有位置，他们不来则可更早"
        en += f"; sooner if those of the {ahead_placed} ahead who have a place elsewhere do not come"
    if together:
        zh += "；须全家的位置同时空出"
        en += "; the places of the whole family must be free at once"
    if reserves:
        zh += "；其中有预留名额，按预留规则"
        en += "; some places are reserved, the rule of the reserve holds"
    return Text(zh, en)
