"""The states of a decision: 建议, 公示, 确认, then for each place 已接受, 放弃, 逾期, and 递补 for who is next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationResult

__all__ = ["STATE_NAMES", "Decision", "Offer", "OfferState", "Stage", "Step", "confirm", "open_decision", "publish"]


class Stage(StrEnum):
    """How far the result as a whole is."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    CONFIRMED = "confirmed"


class OfferState(StrEnum):
    """How far one place is; ``offered``, ``called`` wait for an answer, ``left``: given up for a better one."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    CALLED = "called"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    LEFT = "left"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    OfferState.PROPOSED: Text("建议", "proposed"),
    OfferState.OFFERED: Text("确认，待答复", "confirmed, to be answered"),
    OfferState.CALLED: Text("递补，待答复", "called next, to be answered"),
    OfferState.ACCEPTED: Text("已接受", "accepted"),
    OfferState.DECLINED: Text("放弃", "declined"),
    OfferState.EXPIRED: Text("逾期", "expired"),
    OfferState.LEFT: Text("已换到更靠前的志愿", "left for a better choice"),
    OfferState.WITHDRAWN: Text("撤回申请", "application withdrawn"),
}
OPEN = (OfferState.OFFERED, OfferState.CALLED)
HELD = (*OPEN, OfferState.ACCEPTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """When the decision as a whole reached a stage, and who decided (an office or a role)."""

    stage: Stage
    on: date
    by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One place for one applicant.

    ``since``: day of the present state; ``made_on``: day of the offer; ``answer_by``: last day to answer.
    """

    applicant: str
    institution: str
    pool: str
    state: OfferState
    since: date
    made_on: date | None = None
    answer_by: date | None = None
    called: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A result on its way to a decision. ``withdrawn``: applicants who take no part any more."""

    result: AllocationResult
    steps: tuple[Step, ...]
    offers: tuple[Offer, ...]
    withdrawn: tuple[str, ...] = ()

    @property
    def stage(self) -> Stage:
        """How far it is."""
        return self.steps[-1].stage


def open_decision(result: AllocationResult, on: date) -> Decision:
    """A result as a proposal (建议)."""
    offers = tuple(
        Offer(applicant=one.applicant, institution=one.institution, pool=one.pool, state=OfferState.PROPOSED, since=on)
        for one in result.assignments
    )
    return Decision(result=result, steps=(Step(stage=Stage.PROPOSED, on=on),), offers=offers)


def publish(decision: Decision, on: date) -> Decision:
    """Shown to the public (公示) from this day on.

    Raises
    ------
    InputError
        ``P830``: out of turn; ``P839``: a trial must not be published.
    """
    _in_turn(decision, Stage.PROPOSED, on)
    if not decision.result.official:
        found = Text("这是试算，不得公布", "this is a trial and must not be published")
        action = Text("封存名单、摇号，再用 --official 分配", "fix the list, draw, and allocate with --official")
        raise InputError([Finding(code="P839", where="result", found=found, action=action)])
    return replace(decision, steps=(*decision.steps, Step(stage=Stage.PUBLISHED, on=on)))


def confirm(decision: Decision, policy: Policy, on: date, by: str) -> Decision:
    """Decided by a person (确认): every place is offered; who keeps a place held before has accepted.

    Raises
    ------
    InputError
        ``P830``: not published yet, or out of turn; ``P838``: nobody is named who decides.
    """
    _in_turn(decision, Stage.PUBLISHED, on)
    if not by.strip():
        found = Text("没有写明由谁确认", "it is not said who decides")
        action = Text("用 --by 写明单位或职务", "name the office or role with --by")
        raise InputError([Finding(code="P838", where="--by", found=found, action=action)])
    kept = {one.applicant for one in decision.result.assignments if one.incumbent}
    last = on + timedelta(days=policy.offers.days_to_accept)
    offers = tuple(
        replace(
            one,
            state=OfferState.ACCEPTED if one.applicant in kept else OfferState.OFFERED,
            since=on,
            made_on=on,
            answer_by=None if one.applicant in kept else last,
        )
        for one in decision.offers
    )
    return replace(decision, steps=(*decision.steps, Step(stage=Stage.CONFIRMED, on=on, by=by.strip())), offers=offers)


def _in_turn(decision: Decision, wanted: Stage, on: date) -> None:
    if decision.stage is not wanted:
        found = Text(
            f"现在的状态是“{decision.stage}”，不能这样做", f'it is "{decision.stage}" now, which does not allow this'
        )
        action = Text("按 建议→公示→确认 的顺序", "the order is proposed, published, confirmed")
        raise InputError([Finding(code="P830", where="decision", found=found, action=action)])
    if on < decision.steps[-1].on:
        found = Text(
            f"日期早于上一步 {decision.steps[-1].on}", f"the day is before the last step, {decision.steps[-1].on}"
        )
        action = Text("改正 --on", "correct --on")
        raise InputError([Finding(code="P830", where="--on", found=found, action=action)])
