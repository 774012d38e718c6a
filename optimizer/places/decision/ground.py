"""What an earlier result left: the market as it is now, who stands where in it, who lost their place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.places.decision.changes import changed_problem
from optimizer.places.decision.standing import Turn, protected_market
from optimizer.places.joint import NOWHERE
from optimizer.places.lottery import lottery_ranks
from optimizer.places.market import Market, build_market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import LastPlace, Policy
from optimizer.places.priorities import order_keys
from optimizer.places.result import AllocationResult, AllocationRule, Displaced

__all__ = ["Ground", "ground_of", "market_of_result"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The market after what happened, who stands where in it, and who lost their place.

    ``fresh`` is the market as if there had been no earlier result.
    """

    problem: PlacesProblem
    fresh: Market
    market: Market
    standing: Ints
    displaced: tuple[Displaced, ...]
    newcomers: tuple[str, ...]

    def turn(self, *, displaced_first: bool) -> Turn:
        """Who goes ahead of everybody without a place."""
        if not displaced_first:
            return Turn()
        number = {name: i for i, name in enumerate(self.market.applicants)}
        return Turn(ahead=frozenset(number[one.applicant] for one in self.displaced))


def ground_of(problem: PlacesProblem, policy: Policy, before: AllocationResult) -> Ground:
    """The market of the tables as they are now, and who of an earlier result stands where in it."""
    known = _named(before)
    earlier_newcomers = set(before.rerun.newcomers) if before.rerun is not None else set()
    late = {one.id for one in problem.applicants} - (known - earlier_newcomers)
    market = fresh = _with_late_numbers(build_market(problem, policy, before.seed), problem, policy, before.seed, late)
    number = {name: i for i, name in enumerate(market.applicants)}
    pools = {name: p for p, name in enumerate(market.pools)}
    standing = np.full(len(market.applicants), -1, dtype=np.int64)
    causes: dict[str, tuple[str, str]] = {}
    decided = {row.first for row in problem.fixed_pairs}
    for one in before.assignments:
        i = number.get(one.applicant, -1)
        if i < 0 or i in market.out:
            continue
        own = range(int(market.start[i]), int(market.start[i + 1]))
        pair = next((a for a in own if market.pools[market.pool[a]] == one.pool), None)
        if one.pool not in pools or not market.seats[pools[one.pool]]:
            causes[one.applicant] = (one.pool, "closed")
        elif pair is None:
            causes[one.applicant] = (one.pool, "decided" if one.applicant in decided else "not_allowed")
        else:
            standing[i] = pair
    held = {int(market.applicant[a]): int(a) for a in np.flatnonzero(market.held)}
    for i, a in held.items():
        if market.applicants[i] not in known:
            standing[i] = a
    if policy.families.last_place is not LastPlace.ADMIT:
        for i in _cut(market, standing):
            causes[market.applicants[i]] = (market.pools[market.pool[standing[i]]], "cut")
            standing[i] = -1
    left = [a for i, a in held.items() if standing[i] != a]
    market = _without_privilege(market, left)
    displaced = tuple(Displaced(applicant=who, pool=pool, cause=why) for who, (pool, why) in sorted(causes.items()))
    return Ground(
        problem=problem,
        fresh=fresh,
        market=market,
        standing=standing,
        displaced=displaced,
        newcomers=tuple(sorted(late)),
    )


def _named(result: AllocationResult) -> set[str]:
    return {one.applicant for one in result.assignments} | {one.applicant for one in result.unplaced}


def market_of_result(problem: PlacesProblem, policy: Policy, result: AllocationResult) -> Market:
    """The market that a result was made on, with what stood protected where it came from an earlier one."""
    if result.rerun is None:
        return build_market(problem, policy, result.seed)
    told = result.rerun
    changed = changed_problem(problem, told.closed, told.withdrawn, told.overrides)
    market = _with_late_numbers(
        build_market(changed, policy, result.seed), changed, policy, result.seed, set(told.newcomers)
    )
    number = {name: i for i, name in enumerate(market.applicants)}
    standing = np.full(len(market.applicants), -1, dtype=np.int64)
    for one in told.standing:
        i = number[one.applicant]
        own = range(int(market.start[i]), int(market.start[i + 1]))
        standing[i] = next(a for a in own if market.pools[market.pool[a]] == one.pool)
    left = [int(a) for a in np.flatnonzero(market.held) if standing[market.applicant[a]] != a]
    market = _without_privilege(market, left)
    if result.rule is AllocationRule.SERVED:
        return market
    ahead = frozenset(number[one.applicant] for one in told.displaced) if told.displaced_first else frozenset()
    return protected_market(market, standing, Turn(ahead=ahead))[0]


def _with_late_numbers(market: Market, problem: PlacesProblem, policy: Policy, seed: str, late: set[str]) -> Market:
    """Newcomers after everybody who was drawn: whoever comes when the number is known cannot choose a good id."""
    if not late:
        return market
    people = sorted(problem.applicants, key=lambda one: one.id)
    drawn = lottery_ranks(people, seed, one_number=policy.families.one_number)
    new = np.array([one.id in late for one in people], dtype=bool)
    lottery = np.empty(len(people), dtype=np.int64)
    lottery[np.lexsort((drawn, new))] = np.arange(len(people))
    return replace(market, lottery=lottery, key=order_keys(market.columns, lottery[market.applicant]))


def _cut(market: Market, standing: Ints) -> list[int]:
    """Who does not fit any more where a pool has lost places: the last ones in its order."""
    own = standing[standing >= 0]
    taken = np.bincount(market.pool[own], minlength=len(market.pools))
    out: list[int] = []
    for p in np.flatnonzero(taken > market.seats).tolist():
        inside = own[market.pool[own] == p]
        inside = inside[np.lexsort((market.key[inside], ~market.held[inside]))]
        out += [int(market.applicant[a]) for a in inside[int(market.seats[p]) :]]
    return out


def _without_privilege(market: Market, pairs: list[int]) -> Market:
    """Places held before the earlier result, which their holders have left since: others may sit there now."""
    if not pairs:
        return market
    columns, held = market.columns.copy(), market.held.copy()
    columns[pairs, 0] = 1
    held[pairs] = False
    left = {int(market.applicant[a]) for a in pairs}
    units = tuple(
        replace(one, choices=(*one.choices[:-1], (NOWHERE,) * len(one.members))) if left & set(one.members) else one
        for one in market.units
    )
    key = order_keys(columns, market.lottery[market.applicant])
    return replace(market, columns=columns, held=held, key=key, units=units)
