"""Why somebody has the place they have, why not another, and what would have to happen; in the words of the trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.decision.ground import market_of_result
from optimizer.places.market import Market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import CriterionKind, Policy
from optimizer.places.result import AllocationResult, AllocationRule, CutOff, ServedProof, StableProof, Unplaced

__all__ = ["ChoiceAnswer", "WhyAnswer", "WhyBook", "explain_applicant", "explain_institution"]

_LAST_DAY = date.max.toordinal()
_STEPS = {
    CriterionKind.CLASS: Text("类别", "class"),
    CriterionKind.ABILITY: Text("能力等级", "ability"),
    CriterionKind.GROUP: Text("优先人群", "group"),
    CriterionKind.SIBLING: Text("有兄弟姐妹在园", "sibling there"),
    CriterionKind.SAME_TOWN: Text("本镇", "same town"),
    CriterionKind.DISTANCE_BAND: Text("距离段", "distance band"),
    CriterionKind.REGISTERED_ON: Text("登记先后", "registered on"),
    CriterionKind.EMPLOYER: Text("本单位职工", "employer"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceAnswer:
    """One choice of an applicant: its number, institution and pool, whether it is the place given, and why or why not.

    ``own`` and ``cutoff`` are the order keys compared (``stable`` only).
    """

    choice: int
    institution: str
    pool: str
    given: bool
    text: Text
    own: tuple[int, ...] | None = None
    cutoff: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyAnswer:
    """Everything about one applicant: the outcome, the rank in the draw, and every choice."""

    applicant: str
    text: Text
    lottery_rank: int
    choices: tuple[ChoiceAnswer, ...]


def explain_applicant(problem: PlacesProblem, policy: Policy, result: AllocationResult, applicant: str) -> WhyAnswer:
    """Why this place, and why none of those preferred to it.

    Raises
    ------
    InputError
        ``P060``: there is no such applicant.
    """
    return WhyBook(problem, policy, result).answer(applicant)


class WhyBook:
    """Answers for many applicants of one result."""

    def __init__(self, problem: PlacesProblem, policy: Policy, result: AllocationResult) -> None:
        self.policy, self.result = policy, result
        self.market = market_of_result(problem, policy, result)
        self._number = {name: i for i, name in enumerate(self.market.applicants)}
        self._given = {one.applicant: one for one in result.assignments}
        self._unplaced = {one.applicant: one for one in result.unplaced}

    def answer(self, applicant: str) -> WhyAnswer:
        """Why this applicant has the place, and why none of those preferred to it.

        Raises
        ------
        InputError
            ``P060``: there is no such applicant.
        """
        market = self.market
        if applicant not in self._number:
            raise InputError([_unknown("P060", applicant, Text("申请人", "applicant"))])
        i = self._number[applicant]
        given = self._given.get(applicant)
        answers = []
        for number, pair in enumerate(range(int(market.start[i]), int(market.start[i + 1])), start=1):
            pool = market.pools[market.pool[pair]]
            own = (*(int(step) for step in market.columns[pair]), int(market.lottery[i]))
            is_given = given is not None and given.pool == pool
            text, cutoff = _given(number) if is_given else _why_not(market, self.policy, self.result, pair, own)
            answers.append(
                ChoiceAnswer(
                    choice=number,
                    institution=market.institutions[market.pool_institution[market.pool[pair]]],
                    pool=pool,
                    given=is_given,
                    text=text,
                    own=own,
                    cutoff=cutoff,
                )
            )
            if is_given:
                break
        return WhyAnswer(
            applicant=applicant,
            text=_outcome(self._unplaced.get(applicant), answers),
            lottery_rank=int(market.lottery[i]) + 1,
            choices=tuple(answers),
        )


def explain_institution(problem: PlacesProblem, result: AllocationResult, institution: str) -> tuple[Text, ...]:
    """For every pool of an institution who was last in and what one more place would change.

    Raises
    ------
    InputError
        ``P061``: there is no such institution.
    """
    own = sorted(one.id for one in problem.pools if one.institution == institution)
    if not own:
        raise InputError([_unknown("P061", institution, Text("机构", "institution"))])
    if isinstance(result.proof, StableProof):
        return tuple(_last_in(cut) for cut in result.proof.cutoffs if cut.pool in own)
    return tuple(_worth(result.proof, pool) for pool in own)


def _outcome(out: Unplaced | None, answers: Sequence[ChoiceAnswer]) -> Text:
    if out is not None:
        return Text(f"未安排：{out.reason.zh}", f"not placed: {out.reason.en}")
    place = next((one for one in answers if one.given), None)
    if place is None:
        return Text("未安排", "not placed")
    return Text(
        f"安排到 {place.institution}（第 {place.choice} 志愿）",
        f"placed at {place.institution} (choice {place.choice})",
    )


def _given(number: int) -> tuple[Text, None]:
    return Text(f"第 {number} 志愿：录取", f"choice {number}: placed here"), None


def _why_not(
    market: Market, policy: Policy, result: AllocationResult, pair: int, own: tuple[int, ...]
) -> tuple[Text, tuple[int, ...] | None]:
    pool = market.pools[market.pool[pair]]
    if isinstance(result.proof, ServedProof) or result.rule is AllocationRule.SERVED:
        return _not_served(result, pool), None
    closed = next((one for one in result.proof.closed if one.pool == pool), None)
    if closed is not None:
        zh = f"报名 {closed.had} 人，不足 {closed.needed} 人，没有开班"
        return Text(zh, f"{closed.had} came, {closed.needed} are needed: not opened"), None
    reserves = [one.id for one in policy.enabled_reserves]
    kinds: list[str | None] = [None]
    t = int(market.reserve[pair])
    if t >= 0:
        kinds = [reserves[t]] if market.confined[t] else [None, reserves[t]]
    cuts = [cut for cut in result.proof.cutoffs if cut.pool == pool and cut.reserve in kinds]
    full = [cut for cut in cuts if cut.key is not None]
    if not full:
        if not any(cut.places for cut in cuts):
            return Text("没有空位", "there is no place"), None
        return Text("全家一起的志愿没有同时满足", "the family's joint choice could not be met as a whole"), None
    cut = max(full, key=lambda one: one.key or ())
    return _compared(market, policy, pair, own, cut), cut.key


def _compared(market: Market, policy: Policy, pair: int, own: tuple[int, ...], cut: CutOff) -> Text:
    """The first step at which the last one admitted comes before the applicant."""
    key = cut.key or ()
    if own <= key:
        return Text("全家一起的志愿没有同时满足", "the family's joint choice could not be met as a whole")
    at = next(k for k, (mine, last) in enumerate(zip(own, key, strict=True)) if mine != last)
    names = [
        Text("在园（在住）者优先", "those who hold a place"),
        Text("机构的排序", "the institution's order"),
        *(_STEPS[one.kind] for one in policy.enabled_order),
        Text("摇号名次", "rank in the draw"),
    ]
    steps = policy.enabled_order
    kind = steps[at - 2].kind if 2 <= at < 2 + len(steps) else None
    last, mine = (_shown(kind, value, is_rank=at == 1) for value in (key[at], own[at]))
    zh = f"已满 {cut.places} 个，最后录取者的{names[at].zh}：{last.zh}，本人：{mine.zh}"
    en = f"all {cut.places} places are taken; {names[at].en} of the last one admitted: {last.en}, own: {mine.en}"
    return Text(zh, en)


def _shown(kind: CriterionKind | None, value: int, *, is_rank: bool) -> Text:
    """A step of the order as a person reads it: yes or no, a date, or a number from 1."""
    if kind in (CriterionKind.GROUP, CriterionKind.SIBLING, CriterionKind.SAME_TOWN, CriterionKind.EMPLOYER):
        return Text("否", "no") if value else Text("是", "yes")
    if kind is CriterionKind.REGISTERED_ON:
        return Text("未登记", "not told") if value > _LAST_DAY else Text(*[date.fromordinal(value).isoformat()] * 2)
    number = str(value if is_rank else value + 1)
    return Text(number, number)


def _not_served(result: AllocationResult, pool: str) -> Text:
    prices = result.proof.prices if isinstance(result.proof, ServedProof) else ()
    price = next((one for one in prices if one.pool == pool), None)
    if price is None:
        return Text(
            "安排在别处总路程更短，或让更多人有位置",
            "elsewhere the ways are shorter in all, or more are served",
        )
    return Text("位置给了他处更难安排的人", "the place serves somebody who is harder to place elsewhere")


def _last_in(cut: CutOff) -> Text:
    kind = "" if cut.reserve is None else f"（{cut.reserve}）"
    head_zh, head_en = (
        f"{cut.pool}{kind}：{cut.filled}/{cut.places}",
        f"{cut.pool} {kind}: {cut.filled} of {cut.places}",
    )
    if cut.key is None:
        return Text(f"{head_zh}，还有空位", f"{head_en}, places are left")
    return Text(f"{head_zh}，最后录取 {cut.last_in}", f"{head_en}, last in {cut.last_in}")


def _worth(proof: ServedProof, pool: str) -> Text:
    price = next((one for one in proof.prices if one.pool == pool and one.reserve is None), None)
    if price is None:
        return Text(f"{pool}：再加一个位置没有变化", f"{pool}: one more place changes nothing")
    if price.served_class is not None:
        number = price.served_class + 1
        return Text(
            f"{pool}：再加一个位置可多安排 1 人（第 {number} 类）",
            f"{pool}: one more place serves one more (class {number})",
        )
    return Text(f"{pool}：再加一个位置可少走 {price.saved_m} 米", f"{pool}: one more place saves {price.saved_m} m")


def _unknown(code: str, name: str, what: Text) -> Finding:
    found = Text(f"没有编号为“{name}”的{what.zh}", f'there is no {what.en} "{name}"')
    return Finding(code=code, where="", found=found, action=Text("请核对编号", "check the id"), ids=(name,))
