"""Reasons of visits that fit on empty routes but nowhere in the plan."""

from __future__ import annotations

from itertools import islice

import numpy as np

from optimizer.common.language import Text
from optimizer.visits.explain.clearing import clearing
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.nearest import nearest_gap
from optimizer.visits.explain.options import Option
from optimizer.visits.explain.proved import proved_reason, ranked, relaxations, where_text
from optimizer.visits.explain.wording import joined, minutes
from optimizer.visits.plan import Reason, ReasonKind

__all__ = ["no_room_reasons", "plain_no_room"]

MOST_REASONS = 3


def plain_no_room(desk: Desk, group: tuple[str, ...], able: Able) -> Reason:
    """The reason without a change: how many shifts were tried, and the nearest gap."""
    return Reason(kind=ReasonKind.NO_ROOM, code="occupied", text=_head(desk, group, able))


def no_room_reasons(desk: Desk, visit: str, group: tuple[str, ...], able: Able) -> tuple[Reason, ...]:
    """Up to three reasons, the change that asks least first."""
    head = _head(desk, group, able)
    options = ranked(desk, group, relaxations(desk, group, able))
    made = (
        proved_reason(desk, visit, ReasonKind.NO_ROOM, option, joined([head, _tail(desk, visit, option)]))
        for option in options
    )
    reasons = list(islice((one for one in made if one is not None), MOST_REASONS))
    if not reasons:
        option = clearing(desk, group, able)
        if option is not None:
            text = joined([head, _tail(desk, visit, option)])
            last = proved_reason(desk, visit, ReasonKind.NO_ROOM, option, text)
            reasons = [last] if last is not None else []
    return tuple(reasons) or (plain_no_room(desk, group, able),)


def _head(desk: Desk, group: tuple[str, ...], able: Able) -> Text:
    tried = int(sum(np.count_nonzero(marks) for marks in able.values()))
    head = Text(f"{tried} 个可派班次逐一试过都排不下", f"no room in any of {tried} able shifts")
    gap = nearest_gap(desk, group, able)
    return head if gap is None else joined([head, gap.text(desk)])


def _tail(desk: Desk, visit: str, option: Option) -> Text:
    """What the option relaxes, and by how much."""
    by = minutes(desk.day, option.amount_t)
    where = where_text(desk, visit, option)
    tails = {
        "window": Text(f"{where.zh}，离时间窗差 {by} 分钟", f"{where.en} is {by} min outside the time window"),
        "shift": Text(f"{where.zh}，超出班次 {by} 分钟", f"{where.en} is {by} min outside the shift"),
        "duration": Text(f"{where.zh}，少 {by} 分钟", f"{where.en} is {by} min short"),
        "occupied": Text(f"时间被其他任务占用（{where.zh}）", f"the time is taken by other visits ({where.en})"),
        "neighbour": Text(f"{where.zh}，后面的任务晚 {by} 分钟", f"{where.en} makes the next visit {by} min late"),
        "load": Text(f"{where.zh}，超过最大携带量", f"{where.en} is more than can be carried"),
        "travel_limit": Text(f"{where.zh}，超过最长路程", f"{where.en} is further than allowed"),
        "lock": Text(f"被锁定挡住（{where.zh}）", f"its lock is in the way ({where.en})"),
    }
    return tails[option.code]
