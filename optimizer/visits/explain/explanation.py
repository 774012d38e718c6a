"""Why a visit is where it is, or what would happen if it were elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from optimizer.common.language import Language, Text
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.explain.desk import Desk
from optimizer.visits.explain.inquiry import Alternative, Inquiry, Move
from optimizer.visits.explain.reasons import reasons_of_visit
from optimizer.visits.explain.wording import clock, minutes
from optimizer.visits.model import Problem
from optimizer.visits.objective import COMPONENT_TEXTS, Objective
from optimizer.visits.plan import Plan, Reason
from optimizer.visits.referee import evaluate_plan

__all__ = ["Alternative", "Explanation", "Move", "explain_visit"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """The answer about one visit.

    ``caregivers`` and ``start_t`` are those of the plan (none if left out); ``cost_parts`` is what the visit costs
    there, by component, weighted; ``reasons`` are there if it is left out; ``answer`` says whether the visit allows the
    start asked for; ``others`` sums up the caregivers who cannot do it at all.
    """

    visit: str
    caregivers: tuple[str, ...]
    start_t: int | None
    headline: Text
    cost: float
    cost_parts: Mapping[str, float]
    reasons: tuple[Reason, ...]
    answer: Text | None
    alternatives: tuple[Alternative, ...]
    others: Text | None

    def text(self, language: Language) -> str:
        """The whole explanation, one line for each thing said."""
        lines = [self.headline]
        lines += [self.answer] if self.answer is not None else []
        for reason in self.reasons:
            lines.append(reason.text)
            if reason.change is not None:
                lines.append(Text(f"  可行的改动：{reason.change.text.zh}", f"  would help: {reason.change.text.en}"))
        lines += [one.text for one in self.alternatives]
        lines += [self.others] if self.others is not None else []
        return "\n".join(line.in_(language) for line in lines)

    def as_json(self) -> dict[str, Any]:
        """The explanation in JSON types; times in ticks."""
        return {
            "visit": self.visit,
            "caregivers": list(self.caregivers),
            "start_t": self.start_t,
            "headline": _both(self.headline),
            "cost": self.cost,
            "cost_parts": dict(self.cost_parts),
            "answer": None if self.answer is None else _both(self.answer),
            "reasons": [_reason_json(reason) for reason in self.reasons],
            "alternatives": [
                {
                    "caregiver": one.caregiver,
                    "start_t": one.start_t,
                    "cost_change": one.cost_change,
                    "codes": list(one.codes),
                    "moves": [
                        {"visit": m.visit, "caregiver": m.caregiver, "from_t": m.from_t, "to_t": m.to_t}
                        for m in one.moves
                    ],
                    "text": _both(one.text),
                }
                for one in self.alternatives
            ],
            "others": None if self.others is None else _both(self.others),
        }


def explain_visit(
    problem: Problem,
    travel: TravelMatrix,
    plan: Plan,
    objective: Objective,
    visit: str,
    *,
    at_t: int | None = None,
    caregiver: str | None = None,
) -> Explanation:
    """Say who does a visit, when, at what cost, and what the alternatives are; or why it is left out.

    Parameters
    ----------
    at_t
        Ask for the visit to start at this moment (ticks).
    caregiver
        Ask for this caregiver.

    Raises
    ------
    ValueError
        If the problem has no such visit or caregiver.
    """
    desk = Desk.of(problem, travel, plan, objective)
    if visit not in desk.day.visits:
        raise ValueError(f"{visit}: expected the id of a visit of the problem")
    if caregiver is not None and caregiver not in desk.day.caregivers:
        raise ValueError(f"{caregiver}: expected the id of a caregiver of the problem")
    is_planned = visit in desk.state.starts
    base = desk.state.without([visit]) if is_planned else desk.state
    inquiry = Inquiry(desk, base, visit, at_t)
    names = [caregiver] if caregiver is not None else inquiry.likely()
    alternatives = tuple(inquiry.alternative(name) for name in names)
    parts = _cost_parts(desk, visit) if is_planned else {}
    return Explanation(
        visit=visit,
        caregivers=tuple(key[0] for key in desk.state.keys_of.get(visit, ())),
        start_t=desk.state.starts.get(visit),
        headline=_headline(desk, visit, parts),
        cost=sum(parts.values()),
        cost_parts=parts,
        reasons=() if is_planned else reasons_of_visit(desk, visit),
        answer=_answer(desk, visit, at_t),
        alternatives=tuple(sorted(alternatives, key=_rank)),
        others=inquiry.others() if caregiver is None else None,
    )


def _rank(one: Alternative) -> tuple[bool, float, str]:
    return one.start_t is None, one.cost_change if one.cost_change is not None else float("inf"), one.caregiver


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _reason_json(reason: Reason) -> dict[str, Any]:
    change = reason.change
    return {
        "kind": reason.kind.value,
        "code": reason.code,
        "caregiver": reason.caregiver,
        **_both(reason.text),
        "change": None
        if change is None
        else {"kind": change.kind.value, "values": dict(change.values), **_both(change.text)},
    }


def _cost_parts(desk: Desk, visit: str) -> dict[str, float]:
    """Weighted components with the visit less those without it, all other starts as they are."""
    routes = tuple(
        replace(route, stops=tuple(stop for stop in route.stops if stop.visit != visit)) for route in desk.plan.routes
    )
    without = replace(desk.plan, routes=tuple(route for route in routes if route.stops))
    after = evaluate_plan(desk.problem, desk.travel, without, desk.objective)
    weights = desk.objective.weights
    parts = {
        name: weights[name] * (desk.evaluation.components.get(name, 0.0) - after.components.get(name, 0.0))
        for name in weights
    }
    return {name: value for name, value in parts.items() if abs(value) > 1e-9}


def _headline(desk: Desk, visit: str, parts: Mapping[str, float]) -> Text:
    if visit not in desk.state.starts:
        return Text(f"上门 {visit} 未安排", f"visit {visit} is left out")
    crew = [key[0] for key in desk.state.keys_of[visit]]
    at = clock(desk.day, desk.state.starts[visit])
    shown = [(COMPONENT_TEXTS[name], value) for name, value in parts.items()]
    zh = "，".join(f"{text.zh} {value:+.0f}" for text, value in shown)
    en = ", ".join(f"{text.en} {value:+.0f}" for text, value in shown)
    return Text(
        f"上门 {visit}：护理员 {'、'.join(crew)} {at} 到；代价 {sum(parts.values()):.0f}（{zh or '无'}）",
        f"visit {visit}: {' and '.join(crew)} at {at}; costs {sum(parts.values()):.0f} ({en or 'nothing'})",
    )


def _answer(desk: Desk, visit: str, at_t: int | None) -> Text | None:
    """Whether the visit itself allows the start that is asked for."""
    if at_t is None:
        return None
    allowed = desk.day.starts(visit)
    at = clock(desk.day, at_t)
    if any(low <= at_t <= high for low, high in allowed):
        return Text(f"{at} 在允许的时间内", f"{at} is within the time allowed")
    away = [max(low - at_t, at_t - high) for low, high in allowed]
    if not away:
        return Text(f"{at} 不行：没有允许的开始时间", f"{at} is not possible: no start is allowed")
    by = minutes(desk.day, min(away))
    return Text(f"{at} 不行：离允许的时间差 {by} 分钟", f"{at} is not possible: {by} min outside the time allowed")
