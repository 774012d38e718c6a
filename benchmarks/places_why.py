"""Is "why not" true? Each choice that an applicant is told about is asked for alone, in a run of its own.

Under ``stable`` nobody gains or loses by naming one pool only: who is told "admitted" must be admitted there when
nothing else is named, who is told why not must not be. Families are left aside; their choices hang together.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from optimizer.places.allocate import allocate_places
from optimizer.places.explain import WhyBook
from optimizer.places.market import Market, build_market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.stable import solve_stable

__all__ = ["disagreements"]


def disagreements(problem: PlacesProblem, policy: Policy, seed: str, count: int) -> tuple[int, int, int, list[str]]:
    """Applicants asked, choices run again, refusals among them, and where the answer was wrong (applicant and pool).

    Parameters
    ----------
    problem
        Without families.
    count
        How many applicants are drawn (always the same ones).
    """
    result = allocate_places(problem, policy, seed=seed)
    market, book = build_market(problem, policy, seed), WhyBook(problem, policy, result)
    drawn = random.Random(seed).sample(
        sorted(one.id for one in problem.applicants), min(count, len(problem.applicants))
    )
    wrong, runs, refusals = [], 0, 0
    for name in drawn:
        i = market.applicants.index(name)
        for choice in book.answer(name).choices:
            alone = _with_one_choice(market, i, market.pools.index(choice.pool))
            held = int(solve_stable(alone).held[i])
            admitted = held >= 0 and alone.pools[alone.pool[held]] == choice.pool
            runs += 1
            refusals += not choice.given
            if admitted != choice.given:
                wrong.append(f"{name} {choice.pool}")
    return len(drawn), runs, refusals, wrong


def _with_one_choice(market: Market, applicant: int, pool: int) -> Market:
    """The same market, in which an applicant accepts one pool only."""
    kept = (market.applicant != applicant) | (market.pool == pool)
    ends = np.concatenate([[0], np.cumsum(kept)])
    parts = ("applicant", "pool", "metres", "held", "key", "columns", "reserve")
    return replace(market, start=ends[market.start], **{name: getattr(market, name)[kept] for name in parts})
