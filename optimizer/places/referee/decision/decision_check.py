"""Judges a decision: who holds what, deadlines, refusals, and whether the right ones were called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.places.decision.states import Decision, Offer, OfferState, Stage
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import LastPlace, Policy
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.groups import groups_of
from optimizer.places.referee.allocation.order import Order
from optimizer.places.referee.allocation.rerun import after_changes
from optimizer.places.result import StableProof

__all__ = ["check_decision"]

_ACTION = Text("这份决定不可用，请查明原因", "this decision cannot be used; find out why")
_WAITS = (OfferState.OFFERED, OfferState.CALLED)
_HAS = (*_WAITS, OfferState.ACCEPTED)
_NO = (OfferState.DECLINED, OfferState.EXPIRED)
_STAGES = (Stage.PROPOSED, Stage.PUBLISHED, Stage.CONFIRMED)

Broken = tuple[str, str, str, tuple[str, ...]]


def check_decision(problem: PlacesProblem, policy: Policy, decision: Decision) -> tuple[Finding, ...]:
    """What is wrong with a decision, besides what is wrong with its result; codes ``R670`` to ``R679``."""
    broken = [*_steps(decision), *_offers(policy, decision)]
    if decision.steps and decision.steps[-1].stage is Stage.CONFIRMED:
        told = decision.result.rerun
        case = Case(after_changes(problem, told), policy, told)
        proof = decision.result.proof
        shut = [one.pool for one in proof.closed] if isinstance(proof, StableProof) else []
        broken += _order(Order(case, decision.result.seed, shut), policy, decision)
    return tuple(
        Finding(code=code, where="decision", found=Text(zh, en), action=_ACTION, ids=ids)
        for code, zh, en, ids in broken
    )


def _steps(decision: Decision) -> Iterator[Broken]:
    stages = tuple(one.stage for one in decision.steps)
    days = [one.on for one in decision.steps]
    if not stages or stages != _STAGES[: len(stages)] or days != sorted(days):
        yield "R670", "建议、公示、确认的顺序不对", "the stages are out of turn", ()
    if len(stages) > 1 and not decision.result.official:
        yield "R670", "试算被公布", "a trial was published", ()
    if len(stages) > 2 and not decision.steps[2].by.strip():
        yield "R670", "没有写明由谁确认", "nobody is named who decided", ()


def _offers(policy: Policy, decision: Decision) -> Iterator[Broken]:
    given = Counter((one.applicant, one.pool) for one in decision.result.assignments)
    made = Counter((one.applicant, one.pool) for one in decision.offers if not one.called)
    if given != made:
        yield "R671", "位置与结果不一致", "the places are not those of the result", ()
    for who, count in sorted(Counter(one.applicant for one in decision.offers if one.state in _WAITS).items()):
        if count > 1:
            yield "R671", "同时有两个待答复的位置", "has two offers to answer at once", (who,)
    for who, count in sorted(
        Counter(one.applicant for one in decision.offers if one.state is OfferState.ACCEPTED).items()
    ):
        if count > 1:
            yield "R671", "同时占两个位置", "holds two places", (who,)
    for one in decision.offers:
        days = policy.offers.days_to_accept
        if one.made_on is not None and one.answer_by is not None and (one.answer_by - one.made_on).days != days:
            yield "R672", f"答复期限应为 {days} 天", f"there are {days} days to answer", (one.applicant,)
        in_time = one.answer_by is None or one.since <= one.answer_by
        if one.state in (OfferState.ACCEPTED, OfferState.DECLINED) and not in_time:
            yield "R672", "逾期的答复被算作有效", "a late answer was counted", (one.applicant,)
        if one.state is OfferState.EXPIRED and in_time:
            yield "R672", "还没有到期就算逾期", "expired before its day", (one.applicant,)
        if one.applicant in decision.withdrawn and one.state in _HAS:
            yield "R671", "已撤回申请的人占着位置", "somebody who has withdrawn holds a place", (one.applicant,)


def _order(order: Order, policy: Policy, decision: Decision) -> Iterator[Broken]:
    holding: dict[str, list[Offer]] = {}
    for one in decision.offers:
        if one.state in _HAS:
            holding.setdefault(one.pool, []).append(one)
    if policy.families.last_place is not LastPlace.ADMIT:
        for pool, inside in sorted(holding.items()):
            if len(inside) > order.seats(pool):
                yield "R673", f"占了 {len(inside)} 个，只有 {order.seats(pool)} 个", f"{len(inside)} hold it", (pool,)
    together = {who for group in groups_of(order.case) if len(group.members) > 1 for who in group.members}
    newest = max((one.made_on for one in decision.offers if one.called and one.made_on), default=None)
    calls = [one for one in decision.offers if one.called and one.made_on == newest and one.state is OfferState.CALLED]
    waiting = _waiting(order, decision, together)
    refused = Counter(one.applicant for one in decision.offers if one.state in _NO)

    def key(who: str, pool: str) -> tuple[bool, tuple[int, ...]]:
        return refused[who] > policy.offers.refusals_allowed, order.key(who, pool)

    for call in calls:
        if call.applicant in together:
            continue
        for who, pools in waiting.items():
            same = (
                order.reserve(who, call.pool) == order.reserve(call.applicant, call.pool)
                if call.pool in pools
                else False
            )
            if same and key(who, call.pool) < key(call.applicant, call.pool):
                yield (
                    "R674",
                    "叫号跳过了排在前面的人",
                    "somebody earlier in the order was passed over",
                    (who, call.applicant),
                )
    if newest is not None and not policy.enabled_reserves and not together and _is_today(decision, newest):
        for who, pools in waiting.items():
            for pool in pools:
                if len(holding.get(pool, [])) < order.seats(pool) and not order.case.pools[pool].min_class:
                    yield "R675", "有空位没有叫下一个", "a free place was not offered", (who, pool)


def _is_today(decision: Decision, newest: date) -> bool:
    """Whether nothing has happened since the last calls, so that no place can be free by now."""
    return all(one.since <= newest for one in decision.offers)


def _waiting(order: Order, decision: Decision, together: set[str]) -> dict[str, list[str]]:
    """For everybody who may be called the pools that would be better than what is held."""
    held = {one.applicant: one.pool for one in decision.offers if one.state is OfferState.ACCEPTED}
    asked = {one.applicant for one in decision.offers if one.state in _WAITS}
    refused = {(one.applicant, one.pool) for one in decision.offers if one.state in _NO}
    found: dict[str, list[str]] = {}
    for who, pools in order.case.lists.items():
        if who in asked or who in decision.withdrawn or who in together:
            continue
        better = pools[: pools.index(held[who])] if who in held else pools
        wanted = [pool for pool in better if (who, pool) not in refused]
        if wanted:
            found[who] = wanted
    return found
