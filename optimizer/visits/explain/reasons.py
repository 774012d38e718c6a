"""Why each visit is left out, and what would place it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from optimizer.common.language import Text
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.empty import blocked_by
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.options import (
    Option,
    clearing,
    extending,
    freeing,
    shortening,
    unlocking,
    widening,
)
from optimizer.visits.explain.proof import insert, neighbourhood
from optimizer.visits.explain.wording import CODE_TEXTS, change_of, clock, joined, minutes
from optimizer.visits.model import Problem
from optimizer.visits.objective import Objective
from optimizer.visits.plan import Change, ChangeKind, Plan, Reason, ReasonKind, Unassigned
from optimizer.visits.referee import evaluate_plan

__all__ = ["reasons_for_left_out", "reasons_of_visit"]

MOST_REASONS = 4

Expired = Callable[[], bool]


def _never() -> bool:
    return False


def reasons_for_left_out(
    problem: Problem, travel: TravelMatrix, plan: Plan, objective: Objective, *, expired: Expired = _never
) -> tuple[Unassigned, ...]:
    """Say of every visit that is on no route why, and what would place it.

    Parameters
    ----------
    problem, travel, plan, objective
        The day and the plan as the referee takes them.
    expired
        Asked before each visit; once it says true the remaining visits get the reason ``not_examined``.

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
    ``impossible`` means that the same fails on routes that are all empty.
    """
    desk = Desk.of(problem, travel, plan, objective)
    return tuple(
        Unassigned(visit=visit, reasons=(_unexamined(),) if expired() else reasons_of_visit(desk, visit))
        for visit in desk.state.left_out()
    )


def reasons_of_visit(desk: Desk, visit: str) -> tuple[Reason, ...]:
    """The reasons of one visit that is left out."""
    group = desk.group(visit)
    able = {name: desk.able(name) for name in group}
    found = desk.search(group, able)
    if found.placement is not None:
        return (_fits(desk, visit, Option("price", (), 0, found)),)
    if not found.proved:
        return (_unexamined(),)
    empty = desk.search(group, able, (desk.empty_table(),))
    if empty.placement is not None:
        return _no_room(desk, visit, group, able)
    if not empty.proved:
        return (_unexamined(),)
    return _impossible(desk, visit, group, able)


def _unexamined() -> Reason:
    text = Text("时间不够，未逐一核查各派工单", "there was no time to try every route")
    return Reason(kind=ReasonKind.NOT_EXAMINED, code="not_examined", text=text)


def _fits(desk: Desk, visit: str, option: Option) -> Reason:
    """A visit that could be put in: what that would cost, against the price of leaving it out."""
    made = desk.state.plan_with(desk.plan, option.placement)
    after = evaluate_plan(desk.problem, desk.travel, made, desk.objective)
    where = _where(desk, visit, option)
    change = change_of(desk.day, (Step.of(ChangeKind.PLAN_ANYWAY, visit=visit),))
    more = after.cost - desk.evaluation.cost
    if after.mandatory_left_out < desk.evaluation.mandatory_left_out or more <= 0:
        text = Text(f"排得下：{where.zh}；加上不会更差", f"it fits: {where.en}; adding it makes the plan no worse")
    else:
        text = Text(
            f"排得下（{where.zh}），但总代价比不排多 {more:.0f}",
            f"it fits ({where.en}), but costs {more:.0f} more than leaving it out",
        )
    caregiver = option.placement.spots[0].key[0]
    return Reason(kind=ReasonKind.TOO_DEAR, code="price", text=text, change=change, caregiver=caregiver)


def _no_room(desk: Desk, visit: str, group: tuple[str, ...], able: Able) -> tuple[Reason, ...]:
    tried = int(sum(np.count_nonzero(marks) for marks in able.values()))
    reasons = [
        _reason(desk, visit, ReasonKind.NO_ROOM, option, _no_room_text(desk, visit, option, tried), ())
        for option in _ranked(_relaxations(desk, visit, group, able))
    ]
    proved = list(islice((one for one in reasons if one.change is not None), MOST_REASONS))
    if not proved:
        option = clearing(desk, group, able)
        if option is not None:
            text = _no_room_text(desk, visit, option, tried)
            proved = [_reason(desk, visit, ReasonKind.NO_ROOM, option, text, ())]
    if proved:
        return tuple(proved)
    text = Text(f"已试遍 {tried} 个可派班次的每个位置，都排不下", f"every position in {tried} able shifts was tried")
    return (Reason(kind=ReasonKind.NO_ROOM, code="occupied", text=text),)


def _relaxations(desk: Desk, visit: str, group: tuple[str, ...], able: Able) -> Iterator[Option]:
    """The ways to place a group that does not fit, in the order in which they are looked for."""
    single = len(group) == 1 and desk.day.visits[visit].team_size == 1
    yield from widening(desk, group, able)
    if single:
        yield from extending(desk, visit, able)
        yield from shortening(desk, visit, able)
    yield from freeing(desk, group, able, mandatory=any(_is_mandatory(desk, name) for name in group))
    yield from unlocking(desk, group, able)


def _is_mandatory(desk: Desk, visit: str) -> bool:
    return desk.problem.is_mandatory(desk.day.visits[visit])


def _ranked(options: Iterable[Option]) -> list[Option]:
    """Short waits first, then visits to free, then whatever takes longer; shortening care comes last of equals."""
    weight = {"occupied": 45 * 60, "lock": 60 * 60, "duration": 30 * 60}
    return sorted(options, key=lambda one: weight.get(one.code, 0) + one.amount_t)


def _no_room_text(desk: Desk, visit: str, option: Option, tried: int) -> Text:
    day, by = desk.day, minutes(desk.day, option.amount_t)
    where = _where(desk, visit, option)
    head = Text(f"{tried} 个可派班次逐一试过都排不下", f"no room in any of {tried} able shifts")
    tails = {
        "window": Text(
            f"最接近：{where.zh}，离时间窗差 {by} 分钟", f"nearest: {where.en}, {by} min outside the time window"
        ),
        "shift": Text(f"{where.zh}，超出班次 {by} 分钟", f"{where.en}, {by} min outside the shift"),
        "duration": Text(f"{where.zh}，少 {by} 分钟", f"{where.en}, {by} min short"),
        "occupied": Text(f"时间被其他任务占用：{where.zh}", f"the time is taken by other visits: {where.en}"),
        "lock": Text(f"锁定挡住了：{where.zh}", f"its lock is in the way: {where.en}"),
    }
    del day
    return joined([head, tails[option.code]])


def _where(desk: Desk, visit: str, option: Option) -> Text:
    """Who would come, and when."""
    crew = [spot.key[0] for spot in option.placement.spots if spot.visit == visit]
    at = clock(desk.day, option.placement.timing.starts[visit])
    return Text(f"护理员 {'、'.join(crew)} {at} 到", f"{' and '.join(crew)} at {at}")


def _reason(desk: Desk, visit: str, kind: ReasonKind, option: Option, text: Text, before: Sequence[Step]) -> Reason:
    """A reason with its change, which is dropped if the insertion made with it breaks any rule."""
    change = change_of(desk.day, (*before, *option.steps))
    caregiver = next((spot.key[0] for spot in option.placement.spots if spot.visit == visit), None)
    return Reason(
        kind=kind,
        code=option.code,
        text=text,
        change=change if _holds(desk, visit, option, change) else None,
        caregiver=caregiver,
    )


def _holds(desk: Desk, visit: str, option: Option, change: Change) -> bool:
    keys = {ride.key for ride in option.placement.rides}
    keys |= {key for name in option.found.freed for key in desk.state.keys_of.get(name, ())}
    names = (*desk.group(visit), *option.found.freed)
    problem, plan = neighbourhood(desk.day, desk.state, desk.plan, sorted(keys), names)
    return insert(problem, desk.travel, plan, visit, change) is not None


def _impossible(desk: Desk, visit: str, group: tuple[str, ...], able: Able) -> tuple[Reason, ...]:
    """Who is kept from it by what, and the smallest change, tried in the plan as it is."""
    counts = {name: _blocked(desk, name) for name in group}
    culprit = max(group, key=lambda name: (_is_short(desk, name, counts[name]), name == visit))
    text = _blocked_text(desk, visit, culprit, counts[culprit])
    reasons: list[Reason] = []
    for code, steps, option in islice(_lifted(desk, visit, group, able), 12):
        reason = _reason(desk, visit, ReasonKind.IMPOSSIBLE, option, text, steps)
        if reason.change is not None:
            reasons.append(
                Reason(
                    kind=reason.kind,
                    code=code if code else option.code,
                    text=text,
                    change=reason.change,
                    caregiver=reason.caregiver,
                )
            )
        if len(reasons) == MOST_REASONS:
            break
    if reasons:
        return tuple(reasons)
    code = max(counts[culprit].items(), key=lambda item: (item[1], item[0]), default=("team", 0))[0]
    return (Reason(kind=ReasonKind.IMPOSSIBLE, code=code, text=text),)


def _blocked(desk: Desk, visit: str) -> Counter[str]:
    """For each rule the number of caregivers whom it is the first to keep from a visit, on empty routes."""
    return Counter(code for code in blocked_by(desk, visit).values() if code is not None)


def _is_short(desk: Desk, visit: str, counts: Counter[str]) -> bool:
    return len(desk.day.caregivers) - sum(counts.values()) < desk.day.visits[visit].team_size


def _blocked_text(desk: Desk, visit: str, culprit: str, counts: Counter[str]) -> Text:
    total = len(desk.day.caregivers)
    free = total - sum(counts.values())
    need = desk.day.visits[culprit].team_size
    parts = [Text(f"{n} 人{CODE_TEXTS[code].zh}", f"{n} {CODE_TEXTS[code].en}") for code, n in counts.most_common()]
    if free >= need:
        head = Text("各人单独都能做，但时间凑不到一起", "each could be done alone, but not together in time")
        return joined([head, *parts])
    who = Text("", "") if culprit == visit else Text(f"关联任务 {culprit}：", f"linked visit {culprit}: ")
    head = Text(
        f"{who.zh}{total} 名护理员中 {free} 人能做，需要 {need} 人",
        f"{who.en}{free} of {total} caregivers can do it, {need} needed",
    )
    return joined([head, *parts])


def _lifted(
    desk: Desk, visit: str, group: tuple[str, ...], able: Able
) -> Iterator[tuple[str, tuple[Step, ...], Option]]:
    """Changes of rules that let somebody do it, fewest first, with what makes room for it where that is needed."""
    for most in range(4):
        wider = {name: desk.able(name, most=most) for name in group}
        if most and all(np.array_equal(wider[name], able[name]) for name in group):
            continue
        for option in _any_way(desk, visit, group, wider):
            codes, steps = _rule_steps(desk, option)
            yield (codes[0] if codes else ""), steps, option
        locked = unlocking(desk, group, wider)
        for option in locked:
            codes, steps = _rule_steps(desk, option)
            yield (codes[0] if codes else ""), steps, option


def _any_way(desk: Desk, visit: str, group: tuple[str, ...], able: Able) -> Iterator[Option]:
    found = desk.search(group, able)
    if found.placement is not None:
        yield Option("rule", (), 0, found)
        return
    options = list(_relaxations(desk, visit, group, able))
    yield from _ranked(options)
    if not options:
        option = clearing(desk, group, able)
        if option is not None:
            yield option


def _rule_steps(desk: Desk, option: Option) -> tuple[list[str], tuple[Step, ...]]:
    """The rules that keep the caregivers of a placement from it, and what lifts them."""
    codes: list[str] = []
    steps: list[Step] = []
    for spot in option.placement.spots:
        for obstacle in desk.obstacles(spot.visit)[spot.key[0]]:
            codes.append(obstacle.code)
            steps += [step for step in obstacle.steps or () if step not in steps]
    return codes, tuple(steps)
