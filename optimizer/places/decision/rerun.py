"""``reallocate_places``: after withdrawals, newcomers or a closed institution, as little as possible is changed."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.allocate import Outcome, assembled
from optimizer.places.decision.chain import Chain, follow_chain
from optimizer.places.decision.changes import changed_problem, counted, require_known
from optimizer.places.decision.ground import Ground, ground_of
from optimizer.places.decision.standing import Turn, protected_market
from optimizer.places.market import Market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import LastPlace, Policy
from optimizer.places.policy_text import policy_hash
from optimizer.places.proof import stable_proof
from optimizer.places.result import AllocationResult, AllocationRule, Move, Override, Rerun, Standing
from optimizer.places.served import solve_served
from optimizer.places.stable import solve_stable
from optimizer.places.stable.matching import Matching
from optimizer.places.stable.seats import offer
from optimizer.places.stable.solve import StableOutcome
from optimizer.places.validate import require_allocatable

__all__ = ["DEFAULT_PRICE_M", "reallocate_places"]

Ints = NDArray[np.int64]

DEFAULT_PRICE_M = 1_000
"""Metres that a change of place counts under ``served``; an assumption."""


def reallocate_places(
    problem: PlacesProblem,
    policy: Policy,
    before: AllocationResult,
    *,
    closed: Collection[str] = (),
    withdrawn: Collection[str] = (),
    overrides: Collection[Override] = (),
    displaced_first: bool = False,
    change_price_m: int = DEFAULT_PRICE_M,
) -> AllocationResult:
    """Fill what has fallen free since an earlier result.

    Under ``stable`` nobody gets less than before. Under ``served`` nobody loses all, as many as possible are served,
    and a change of place counts ``change_price_m`` metres.

    Parameters
    ----------
    problem
        The tables as they are now.
    before
        The earlier result; its rule is kept.
    closed, withdrawn
        Institutions that close and applicants who withdraw, besides what the tables and earlier re-runs say.
    overrides
        Places given by a person, each with its reason; a place must be free there.
    displaced_first
        Whether those of closed institutions come before everybody else who has no place, under ``stable``. No document
        fixes it.
    change_price_m
        Under ``served``: metres that a change must save at least, all together. No document fixes it.

    Raises
    ------
    InputError
        The problem has errors; ``P060``, ``P061`` unknown ids; ``P820`` another policy; ``P821`` served without
        distances, or with the largest distance first;
        ``P842``–``P844`` an override that cannot be.
    """
    started = time.perf_counter()
    _require_same(policy, before)
    require_known(problem, {*closed, *(one.institution for one in overrides)}, {*withdrawn, *_whom(overrides)})
    _require_reasons(problem, overrides)
    told = before.rerun
    if told is not None:
        closed, withdrawn = {*told.closed, *closed}, {*told.withdrawn, *withdrawn}
        overrides = (*(one for one in told.overrides if one.applicant not in _whom(overrides)), *overrides)
    changed = changed_problem(problem, closed, withdrawn, overrides)
    require_allocatable(changed, policy, before.rule)
    ground = ground_of(changed, policy, before)
    turn = ground.turn(displaced_first=displaced_first)
    market = ground.market
    is_stable = before.rule is AllocationRule.STABLE
    chain, solved = _stably(ground, policy, turn) if is_stable else (None, _priced(ground, policy, change_price_m))
    _require_placed(overrides, withdrawn, solved)
    full = solve_stable(ground.fresh).held if is_stable else solve_served(ground.fresh, changed, policy).held
    out = {market.applicants[i] for i in market.out} | (
        {one.applicant for one in before.assignments} - {*market.applicants}
    )
    earlier = {one.applicant: one.pool for one in before.assignments}
    rerun = Rerun(
        from_hash=before.input_hash,
        standing=tuple(
            Standing(applicant=market.applicants[i], pool=market.pools[market.pool[ground.standing[i]]])
            for i in np.flatnonzero(ground.standing >= 0).tolist()
        ),
        changes=counted(earlier, _places(solved.market, solved.held), out),
        full_changes=counted(earlier, _places(ground.fresh, full), out),
        closed=tuple(sorted(closed)),
        withdrawn=tuple(sorted(withdrawn)),
        overrides=tuple(sorted(overrides, key=lambda one: one.applicant)),
        newcomers=ground.newcomers,
        displaced=ground.displaced,
        displaced_first=displaced_first and is_stable,
        moves=() if chain is None else _moves(market, chain),
        change_price_m=None if is_stable else change_price_m,
    )
    result = assembled(
        problem, policy, before.rule, before.seed, solved, started=started, draw=before.draw, rerun=rerun
    )
    return replace(result, notes=(*result.notes, *_notes(rerun)))


def _require_same(policy: Policy, before: AllocationResult) -> None:
    if policy_hash(policy) != before.policy_hash:
        found = Text(
            "规则（或入托日）不是原结果的那一份", "the policy (or entry date) is not that of the earlier result"
        )
        action = Text("用原结果的规则，或重新分配", "use the policy of the result, or allocate anew")
        raise InputError([Finding(code="P820", where=policy.id, found=found, action=action)])
    if before.rule is AllocationRule.SERVED and policy.bottleneck_first:
        found = Text("规则先求最远距离最小，不能同时给变动计价", "the policy minimises the largest distance first")
        action = Text("重新分配，或关掉 bottleneck_first", "allocate anew, or switch bottleneck_first off")
        raise InputError([Finding(code="P821", where="--from", found=found, action=action)])


def _whom(overrides: Collection[Override]) -> set[str]:
    return {one.applicant for one in overrides}


def _require_reasons(problem: PlacesProblem, overrides: Collection[Override]) -> None:
    joint = {row.applicant for row in problem.family_preferences}
    findings = []
    for one in overrides:
        if not one.reason.strip() or not one.by.strip():
            found = Text("人工决定没有写明理由或由谁决定", "an override lacks its reason, or who decided")
            action = Text("用 --reason 和 --by 写明", "give --reason and --by")
            findings.append(Finding(code="P843", where="--reason", found=found, action=action, ids=(one.applicant,)))
        if one.applicant in joint:
            found = Text("这名申请人有全家的共同志愿", "the applicant chooses jointly with the family")
            action = Text("先改全家的共同志愿", "change the family's joint list first")
            findings.append(Finding(code="P844", where="--applicant", found=found, action=action, ids=(one.applicant,)))
    if findings:
        raise InputError(findings)


def _require_placed(overrides: Collection[Override], withdrawn: Collection[str], outcome: Outcome) -> None:
    market = outcome.market
    place = {
        market.applicants[i]: market.institutions[market.pool_institution[market.pool[outcome.held[i]]]]
        for i in np.flatnonzero(outcome.held >= 0).tolist()
    }
    findings = []
    for one in overrides:
        if one.applicant not in withdrawn and place.get(one.applicant) != one.institution:
            found = Text("那里没有适合的空位", "no suitable place is free there")
            action = Text("先空出或增加名额，再作人工决定", "free or add a place first")
            ids = (one.applicant, one.institution)
            findings.append(Finding(code="P842", where="--institution", found=found, action=action, ids=ids))
    if findings:
        raise InputError(findings)


def _stably(ground: Ground, policy: Policy, turn: Turn) -> tuple[Chain | None, Outcome]:
    chain, outcome = _settled(ground, policy, turn)
    return chain, Outcome(
        market=outcome.market,
        held=outcome.held,
        proof=stable_proof(outcome, policy),
        proved=outcome.proved,
        extra=frozenset(outcome.extra),
    )


def _priced(ground: Ground, policy: Policy, price_m: int) -> Outcome:
    """The cheapest flow in which every pair but the standing one of its applicant costs the price of a change."""
    market, standing = ground.market, ground.standing
    known = market.metres >= 0
    if not known.any():
        found = Text("没有距离，变动不能按米计价", "there are no distances: a change has no price in metres")
        action = Text("补上坐标或距离", "give coordinates or distances")
        raise InputError([Finding(code="P821", where="--from", found=found, action=action)])
    pairs = np.arange(len(market.pool))
    own = standing[market.applicant]
    held = pairs == own
    changed = (own >= 0) & ~held
    metres = np.where(known, market.metres, int(market.metres.max())) + price_m * changed
    base = replace(market, held=held)
    served = solve_served(replace(base, metres=metres), ground.problem, policy)
    return Outcome(market=base, held=served.held, proof=served.proof, proved=served.proved)


def _settled(ground: Ground, policy: Policy, turn: Turn) -> tuple[Chain | None, StableOutcome]:
    """The vacancy chain; where families block something in it, or twins go above capacity, deferred acceptance."""
    if policy.families.last_place is not LastPlace.ADMIT:
        chain = follow_chain(ground.market, ground.standing, turn)
        outcome = _judged(ground, chain, turn)
        if not outcome.blocking:
            return chain, outcome
    else:
        outcome = None
    again = solve_stable(protected_market(ground.market, ground.standing, turn)[0])
    if outcome is not None and outcome.blocking <= again.blocking:
        return chain, outcome
    return None, again


def _judged(ground: Ground, chain: Chain, turn: Turn) -> StableOutcome:
    """The end of a chain in the protected market, with the coalitions that block it."""
    market, pair = protected_market(ground.market, ground.standing, turn)
    pools = {name: p for p, name in enumerate(market.pools)}
    if chain.closed:
        market = market.closing([pools[one.pool] for one in chain.closed])
    number = np.full(len(ground.market.pool) + 1, -1, dtype=np.int64)
    number[pair] = np.arange(len(pair))
    held = number[chain.standing]
    matching = Matching(market)
    for a in sorted(held[held >= 0].tolist(), key=lambda one: int(market.key[one])):
        offer(matching.seats, a)
    matching.held = held
    matching.chosen = [one.choices.index(tuple(int(held[i]) for i in one.members)) for one in market.units]
    blocking = len(matching.blocking()) if market.units else 0
    return StableOutcome(
        market=market, held=held, closed=chain.closed, blocking=blocking, proved=not blocking, extra=()
    )


def _places(market: Market, held: Ints) -> dict[str, str]:
    return {market.applicants[i]: market.pools[market.pool[held[i]]] for i in np.flatnonzero(held >= 0).tolist()}


def _moves(market: Market, chain: Chain) -> tuple[Move, ...]:
    return tuple(
        Move(
            round=one.round,
            applicant=market.applicants[one.applicant],
            taken=market.pools[market.pool[one.taken]],
            left=None if one.left < 0 else market.pools[market.pool[one.left]],
        )
        for one in chain.steps
    )


def _notes(rerun: Rerun) -> list[Text]:
    notes = []
    if rerun.change_price_m is not None:
        notes.append(
            Text(
                f"每换一个位置按 {rerun.change_price_m} 米计（假定，可用 --change-price 改）",
                f"a change of place counts {rerun.change_price_m} m (an assumption, see --change-price)",
            )
        )
    lost = sum(one.cause != "decided" for one in rerun.displaced)
    if lost:
        order = (
            Text("先于其他未安排者", "before others without a place")
            if rerun.displaced_first
            else Text("与其他人按规则排序", "in the common order")
        )
        notes.append(
            Text(
                f"{lost} 人原来的位置没有了，重新安排时{order.zh}（假定，可用 --displaced-first 改）",
                f"{lost} lost their place; placed {order.en} (an assumption, see --displaced-first)",
            )
        )
    if rerun.overrides:
        notes.append(
            Text(
                f"其中 {len(rerun.overrides)} 人由人工决定，理由在结果文件里",
                f"{len(rerun.overrides)} placed by a person, the reasons are in the file",
            )
        )
    if rerun.newcomers:
        notes.append(
            Text(
                f"{len(rerun.newcomers)} 名新申请人的摇号名次排在原名单之后（假定）",
                f"{len(rerun.newcomers)} newcomers come after the list that was drawn (an assumption)",
            )
        )
    return notes
