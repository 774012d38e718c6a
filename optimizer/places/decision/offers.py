"""Answers to offers: accepted, declined, too late; and who is called next, in the published order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.places.decision.chain import follow_chain
from optimizer.places.decision.changes import changed_problem
from optimizer.places.decision.ground import ground_of
from optimizer.places.decision.standing import Turn
from optimizer.places.decision.states import HELD, OPEN, Decision, Offer, OfferState, Stage
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.result import StableProof

__all__ = ["Answer", "AnswerWord", "process_answers", "refusals_of"]

_REFUSED = (OfferState.DECLINED, OfferState.EXPIRED)


class AnswerWord(StrEnum):
    """What somebody answers; ``withdraw`` takes back the whole application."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer, and where it was typed."""

    applicant: str
    answer: AnswerWord
    on: date
    where: str = ""


def process_answers(
    problem: PlacesProblem, policy: Policy, decision: Decision, answers: Sequence[Answer], on: date
) -> tuple[Decision, tuple[Finding, ...]]:
    """Enter answers, let offers expire that nobody answered in time, and call the next in order.

    Every place that is free is offered to the first in the order who would rather have it; who has refused more often
    than the policy allows comes after everybody else, and nobody is offered again what was refused. Somebody who holds
    a place keeps it until the better one is accepted.

    Returns
    -------
    decision, findings
        The decision on the day ``on``, and warnings.

    Raises
    ------
    InputError
        ``P831`` no such applicant; ``P832`` nothing to answer; ``P833`` two answers; ``P834`` a day out of turn;
        ``P835`` the decision is not confirmed.
    """
    _require_sense(decision, answers, on)
    by_name = {one.applicant: one for one in answers}
    late: list[Finding] = []
    offers = [_answered(one, by_name.get(one.applicant), on, late) for one in decision.offers]
    offers = _without_left(offers)
    gone = {one.applicant for one in answers if one.answer is AnswerWord.WITHDRAW}
    withdrawn = tuple(sorted({*decision.withdrawn, *gone}))
    offers = [
        replace(one, state=OfferState.WITHDRAWN, since=on) if one.applicant in gone and one.state in HELD else one
        for one in offers
    ]
    after = replace(decision, offers=tuple(offers), withdrawn=withdrawn)
    return replace(after, offers=(*after.offers, *_calls(problem, policy, after, on))), tuple(late)


def refusals_of(offers: Iterable[Offer]) -> Counter[str]:
    """How often each applicant has refused, an offer that expired included."""
    return Counter(one.applicant for one in offers if one.state in _REFUSED)


def _answered(one: Offer, answer: Answer | None, on: date, late: list[Finding]) -> Offer:
    if one.state not in OPEN:
        return one
    last = one.answer_by or on
    if answer is not None and answer.answer is AnswerWord.WITHDRAW:
        return one
    if answer is not None and answer.on <= last:
        state = OfferState.ACCEPTED if answer.answer is AnswerWord.ACCEPT else OfferState.DECLINED
        return replace(one, state=state, since=answer.on)
    if answer is not None:
        found = Text(
            f"{answer.on} 的答复晚于期限 {last}，按逾期处理", f"answered on {answer.on}, after {last}: expired"
        )
        action = Text("如期限应延长，由人工决定并记录", "if it should count, a person decides and records it")
        late.append(
            Finding(
                code="P836",
                where=answer.where,
                found=found,
                action=action,
                ids=(one.applicant,),
                severity=Severity.WARNING,
            )
        )
    if answer is not None or last < on:
        return replace(one, state=OfferState.EXPIRED, since=last + timedelta(days=1))
    return one


def _without_left(offers: list[Offer]) -> list[Offer]:
    """Who has accepted a better place leaves the one accepted before."""
    newest: dict[str, int] = {}
    for k, one in enumerate(offers):
        if one.state is OfferState.ACCEPTED:
            newest[one.applicant] = k
    return [
        replace(one, state=OfferState.LEFT, since=offers[newest[one.applicant]].since)
        if one.state is OfferState.ACCEPTED and newest[one.applicant] != k
        else one
        for k, one in enumerate(offers)
    ]


def _calls(problem: PlacesProblem, policy: Policy, decision: Decision, on: date) -> list[Offer]:
    """The next in order for every place that is free now."""
    result = decision.result
    told = result.rerun
    changed = problem if told is None else changed_problem(problem, told.closed, told.withdrawn, told.overrides)
    ground = ground_of(changed, policy, result)
    # who gave up an earlier place for one that is refused now comes first there again, if it is still free
    market = ground.fresh if told is None else ground.market
    if isinstance(result.proof, StableProof) and result.proof.closed:
        shut = {one.pool for one in result.proof.closed}
        market = market.closing([p for p, name in enumerate(market.pools) if name in shut])
    pair = {
        (market.applicants[i], market.pools[p]): a
        for a, (i, p) in enumerate(zip(market.applicant.tolist(), market.pool.tolist(), strict=True))
    }
    number = {name: i for i, name in enumerate(market.applicants)}
    standing = np.full(len(market.applicants), -1, dtype=np.int64)
    waiting, also = {number[name] for name in decision.withdrawn}, []
    for one in decision.offers:
        if one.state in OPEN:
            waiting.add(number[one.applicant])
        if one.state in HELD:
            i = number[one.applicant]
            if standing[i] >= 0:
                also.append(int(standing[i]))
            standing[i] = pair[one.applicant, one.pool]
    refused = {pair[one.applicant, one.pool] for one in decision.offers if one.state in _REFUSED}
    often = refusals_of(decision.offers)
    turn = Turn(
        behind=frozenset(number[who] for who, times in often.items() if times > policy.offers.refusals_allowed),
        barred=frozenset(refused),
        waiting_out=frozenset(waiting),
        occupied=tuple(also),
    )
    chain = follow_chain(market, standing, turn, rounds=1)
    last = on + timedelta(days=policy.offers.days_to_accept)
    return [
        Offer(
            applicant=market.applicants[step.applicant],
            institution=market.institutions[market.pool_institution[market.pool[step.taken]]],
            pool=market.pools[market.pool[step.taken]],
            state=OfferState.CALLED,
            since=on,
            made_on=on,
            answer_by=last,
            called=True,
        )
        for step in sorted(chain.steps, key=lambda one: one.applicant)
    ]


def _require_sense(decision: Decision, answers: Sequence[Answer], on: date) -> None:
    findings = []

    def wrong(code: str, one: Answer, zh: str, en: str, do_zh: str, do_en: str) -> None:
        findings.append(
            Finding(code=code, where=one.where, found=Text(zh, en), action=Text(do_zh, do_en), ids=(one.applicant,))
        )

    if decision.stage is not Stage.CONFIRMED:
        found = Text("结果还没有确认，没有可以答复的", "the result is not confirmed: there is nothing to answer")
        action = Text("先公示、确认", "publish and confirm it first")
        raise InputError([Finding(code="P835", where="decision", found=found, action=action)])
    known = {one.applicant for one in (*decision.result.assignments, *decision.result.unplaced)}  # type: ignore[attr-defined]
    open_ = {one.applicant: one for one in decision.offers if one.state in OPEN}
    seen: set[str] = set()
    for one in answers:
        if one.applicant not in known:
            wrong("P831", one, "名单里没有这个编号", "no such application number", "核对编号", "check the number")
        elif one.applicant in seen:
            wrong("P833", one, "同一申请有两条答复", "two answers of one application", "只留一条", "keep one of them")
        elif one.applicant not in open_ and one.answer is not AnswerWord.WITHDRAW:
            wrong("P832", one, "没有待答复的位置", "there is no offer to answer", "删去这一行", "take the row out")
        elif one.on > on or one.on < (open_[one.applicant].made_on or on if one.applicant in open_ else one.on):
            wrong("P834", one, f"答复日期 {one.on} 不对", f"the day {one.on} is out of turn", "改正日期", "correct it")
        seen.add(one.applicant)
    if findings:
        raise InputError(findings)
