"""Why each visit is left out, and what would place it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimizer.common.language import Text
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.impossible import impossible_reasons, plain_impossible
from optimizer.visits.explain.no_room import no_room_reasons, plain_no_room
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.options import Option
from optimizer.visits.explain.placing import Found
from optimizer.visits.explain.proved import where_text
from optimizer.visits.explain.wording import change_of
from optimizer.visits.model import Problem
from optimizer.visits.objective import Objective
from optimizer.visits.plan import ChangeKind, Plan, Reason, ReasonKind, Unassigned
from optimizer.visits.referee import evaluate_plan

__all__ = ["reasons_for_left_out", "reasons_of_visit"]


def _never() -> bool:
    return False


def reasons_for_left_out(
    problem: Problem,
    travel: TravelMatrix,
    plan: Plan,
    objective: Objective,
    *,
    expired: Callable[[], bool] = _never,
) -> tuple[Unassigned, ...]:
    """Say of every visit that is on no route why, and what would place it.

    Parameters
    ----------
    problem, travel, plan, objective
        The day and the plan as the referee takes them.
    expired
        Asked before each visit. First all visits are judged (some milliseconds each), then changes are sought for them,
        mandatory ones first, then by price. Visits not judged in time get the reason ``not_examined``, visits judged
        but no more get a reason without a change.

    Returns
    -------
    tuple of Unassigned
        Sorted by visit, each with at least one reason, the most useful first. A reason's ``change`` has been applied
        and the insertion made, and the referee found no rule broken by it.

    Notes
    -----
    ``no_room`` means: the visit, with its whole team and with all that is left out with it through links all or
    nothing, can be put into no positions of the plan's routes, if all other stops keep their caregiver and their order
    and the routes that are not touched stay as they are. The starts and breaks of the touched routes may move.
    ``impossible`` means that the same fails on routes that are all empty. ``too_dear`` and ``fits`` mean that it does
    not fail: with the visit the plan would be worse, or would not.
    """
    desk = Desk.of(problem, travel, plan, objective)
    left = desk.state.left_out()
    verdicts = {visit: _verdict(desk, visit) if not expired() else None for visit in left}
    reasons: dict[str, tuple[Reason, ...]] = {
        visit: (_plain(desk, visit, verdict),) for visit, verdict in verdicts.items()
    }
    for visit in sorted(left, key=lambda name: _urgency(desk, name)):
        verdict = verdicts[visit]
        if expired() or verdict is None:
            break
        reasons[visit] = _refined(desk, visit, verdict)
    return tuple(Unassigned(visit=visit, reasons=reasons[visit]) for visit in left)


def reasons_of_visit(desk: Desk, visit: str) -> tuple[Reason, ...]:
    """The reasons of one visit that is left out."""
    return _refined(desk, visit, _verdict(desk, visit))


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What kind of reason a visit has, for which group and which shifts, and where it fits if it does."""

    kind: ReasonKind
    group: tuple[str, ...]
    able: Able
    found: Found | None = None


def _verdict(desk: Desk, visit: str) -> _Verdict:
    group = desk.group(visit)
    able = {name: desk.able(name) for name in group}
    found = desk.search(group, able)
    if found.placement is not None:
        return _Verdict(ReasonKind.TOO_DEAR, group, able, found)
    if not found.proved:
        return _Verdict(ReasonKind.NOT_EXAMINED, group, able)
    empty = desk.search(group, able, (desk.empty_table(),))
    if empty.placement is not None:
        return _Verdict(ReasonKind.NO_ROOM, group, able)
    return _Verdict(ReasonKind.IMPOSSIBLE if empty.proved else ReasonKind.NOT_EXAMINED, group, able)


def _urgency(desk: Desk, visit: str) -> tuple[bool, float, str]:
    one = desk.day.visits[visit]
    return not desk.problem.is_mandatory(one), -desk.problem.left_out_price_s(one), visit


def _plain(desk: Desk, visit: str, verdict: _Verdict | None) -> Reason:
    """A reason that is right, without a change."""
    if verdict is not None and verdict.kind is ReasonKind.IMPOSSIBLE:
        return plain_impossible(desk, visit, verdict.group)
    if verdict is not None and verdict.kind is ReasonKind.NO_ROOM:
        return plain_no_room(desk, verdict.group, verdict.able)
    if verdict is not None and verdict.found is not None:
        where = where_text(desk, visit, Option("price", (), 0, verdict.found))
        mandatory = any(desk.problem.is_mandatory(desk.day.visits[name]) for name in verdict.group)
        kind = ReasonKind.FITS if mandatory else ReasonKind.TOO_DEAR
        return _fitting(desk, visit, verdict.found, kind, Text(f"排得下：{where.zh}", f"it fits: {where.en}"))
    text = Text("时间不够，未逐一核查各派工单", "there was no time to try every route")
    return Reason(kind=ReasonKind.NOT_EXAMINED, code="not_examined", text=text)


def _refined(desk: Desk, visit: str, verdict: _Verdict) -> tuple[Reason, ...]:
    if verdict.kind is ReasonKind.IMPOSSIBLE:
        return impossible_reasons(desk, visit, verdict.group, verdict.able)
    if verdict.kind is ReasonKind.NO_ROOM:
        return no_room_reasons(desk, visit, verdict.group, verdict.able)
    if verdict.found is not None:
        return (_fits(desk, visit, verdict.found),)
    return (_plain(desk, visit, verdict),)


def _fits(desk: Desk, visit: str, found: Found) -> Reason:
    """A visit that could be put in: what that would cost, against the price of leaving it out."""
    option = Option("price", (), 0, found)
    made = desk.state.plan_with(desk.plan, option.placement)
    after = evaluate_plan(desk.problem, desk.travel, made, desk.objective)
    where = where_text(desk, visit, option)
    more = after.cost - desk.evaluation.cost
    kind = ReasonKind.FITS if after.rank <= desk.evaluation.rank else ReasonKind.TOO_DEAR
    if kind is ReasonKind.FITS:
        text = Text(f"排得下：{where.zh}；加上不会更差", f"it fits: {where.en}; adding it makes the plan no worse")
    else:
        text = Text(
            f"排得下（{where.zh}），但总代价比不排多 {more:.0f}",
            f"it fits ({where.en}), but costs {more:.0f} more than leaving it out",
        )
    return _fitting(desk, visit, found, kind, text)


def _fitting(desk: Desk, visit: str, found: Found, kind: ReasonKind, text: Text) -> Reason:
    change = change_of(desk.day, (Step.of(ChangeKind.PLAN_ANYWAY, visit=visit),))
    caregiver = None if found.placement is None else found.placement.spots[0].key[0]
    code = "price" if kind is ReasonKind.TOO_DEAR else "open"
    return Reason(kind=kind, code=code, text=text, change=change, caregiver=caregiver)
