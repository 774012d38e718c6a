"""Reasons of visits that nobody could do even if all routes were empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np

from optimizer.common.language import Text
from optimizer.visits.explain.clearing import clearing
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.empty import blocked_by
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.options import Option, unlocking
from optimizer.visits.explain.proved import holds, proved_reason, ranked, relaxations
from optimizer.visits.explain.wording import CODE_TEXTS, change_of, joined
from optimizer.visits.plan import ChangeKind, Reason, ReasonKind

__all__ = ["impossible_reasons", "plain_impossible"]

MOST_REASONS = 3

MOST_TRIED = 12
"""Changes that are tried by the referee for one visit."""

MOST_RULES = 3
"""Rules that may be lifted for one caregiver."""


def plain_impossible(desk: Desk, visit: str, group: tuple[str, ...]) -> Reason:
    """The reason without a change: how many caregivers are kept from it by what."""
    culprit, counts = _culprit(desk, visit, group)
    if desk.day.visits[culprit].team_size > _free(desk, counts):
        code = counts.most_common(1)[0][0] if counts else "team"
    else:
        code = "partner" if len(group) > 1 else "team"
    return Reason(kind=ReasonKind.IMPOSSIBLE, code=code, text=_text(desk, visit, culprit, counts))


def impossible_reasons(desk: Desk, visit: str, group: tuple[str, ...], able: Able) -> tuple[Reason, ...]:
    """Up to three reasons with the fewest rules to lift; what makes room in the plan is part of the change."""
    plain = plain_impossible(desk, visit, group)
    reasons: list[Reason] = []
    for code, steps, option in islice(_ways(desk, group, able), MOST_TRIED):
        reason = proved_reason(desk, visit, ReasonKind.IMPOSSIBLE, option, plain.text, code=code, before=steps)
        if reason is not None and all(reason.change != known.change for known in reasons):
            reasons.append(reason)
        if len(reasons) == MOST_REASONS:
            break
    return tuple(reasons) or tuple(_by_other_mode(desk, visit, plain)) or (plain,)


def _by_other_mode(desk: Desk, visit: str, plain: Reason) -> Iterator[Reason]:
    """Let a caregiver who has no way to get there go by another mode, for whom that is enough."""
    stuck = [name for name, code in blocked_by(desk, visit).items() if code == "travel"]
    for name in stuck[:MOST_TRIED]:
        for mode in desk.travel.modes:
            step = Step.of(ChangeKind.CHANGE_MODE, caregiver=name, mode=mode)
            change = change_of(desk.day, (step,))
            if mode != desk.day.caregivers[name].mode and holds(desk, visit, desk.day.shifts_of[name], (), change):
                yield Reason(kind=plain.kind, code="travel", text=plain.text, change=change, caregiver=name)
                return


def _ways(desk: Desk, group: tuple[str, ...], able: Able) -> Iterator[tuple[str, tuple[Step, ...], Option]]:
    """The rule, the steps that lift rules for the caregivers of a placement, and the placement."""
    for most in range(MOST_RULES + 1):
        wider = {name: desk.able(name, most=most) for name in group}
        if most and all(np.array_equal(wider[name], able[name]) for name in group):
            continue
        for option in _options(desk, group, wider):
            codes, steps = _rule_steps(desk, option)
            yield (codes[0] if codes else option.code), steps, option


def _options(desk: Desk, group: tuple[str, ...], able: Able) -> Iterator[Option]:
    found = desk.search(group, able)
    if found.placement is not None:
        yield Option("rule", (), 0, found)
        yield from unlocking(desk, group, able)
        return
    options = ranked(desk, group, relaxations(desk, group, able))
    yield from options
    last = None if options else clearing(desk, group, able)
    if last is not None:
        yield last


def _rule_steps(desk: Desk, option: Option) -> tuple[list[str], tuple[Step, ...]]:
    codes: list[str] = []
    steps: list[Step] = []
    for spot in option.placement.spots:
        for obstacle in desk.obstacles(spot.visit)[spot.key[0]]:
            codes.append(obstacle.code)
            steps += [step for step in obstacle.steps or () if step not in steps]
    return codes, tuple(steps)


def _culprit(desk: Desk, visit: str, group: tuple[str, ...]) -> tuple[str, Counter[str]]:
    """The visit of the group that too few can do, the one asked about if several or none, and what keeps them."""
    counts = {
        name: Counter(code for code in blocked_by(desk, name).values() if code is not None) for name in sorted(group)
    }
    short = [name for name in counts if desk.day.visits[name].team_size > _free(desk, counts[name])]
    culprit = visit if visit in short or not short else short[0]
    return culprit, counts[culprit]


def _free(desk: Desk, counts: Counter[str]) -> int:
    return len(desk.day.caregivers) - sum(counts.values())


def _text(desk: Desk, visit: str, culprit: str, counts: Counter[str]) -> Text:
    total, free, need = len(desk.day.caregivers), _free(desk, counts), desk.day.visits[culprit].team_size
    parts = [Text(f"{n} 人{CODE_TEXTS[code].zh}", f"{n} {CODE_TEXTS[code].en}") for code, n in counts.most_common()]
    if free >= need:
        head = Text("有人单独能做，但时间或人手凑不到一起", "there are people for it, but not together in time")
        return joined([head, *parts])
    who = Text("", "") if culprit == visit else Text(f"关联任务 {culprit}：", f"linked visit {culprit}: ")
    head = Text(
        f"{who.zh}{total} 名护理员中 {free} 人能做，需要 {need} 人",
        f"{who.en}{free} of {total} caregivers can do it, {need} needed",
    )
    return joined([head, *parts])
