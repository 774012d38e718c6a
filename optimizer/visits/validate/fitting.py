"""Rules about visits that fit no shift, even an empty one (V087–V093). The run goes on without them."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.model import Visit
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.hindered import hindered
from optimizer.visits.validate.rule import Observation, rule, seen
from optimizer.visits.validate.staffing import Hindrance, Step

__all__ = ["RULES"]


@rule(
    "V087",
    Severity.WARNING,
    title=Text("载量超过所有班次的上限", "a load beyond every shift"),
    action=Text("分成几次上门，或提高载量上限", "split the visit, or raise the largest load"),
)
def v087_load(context: Context) -> Iterator[Observation]:
    """What the visit adds is more than any able caregiver may carry."""
    for where, visit, hindrance in hindered(context, Step.LOAD):
        yield seen(
            f"{where}.load",
            f"载量 {visit.load}，上限最高 {hindrance.limit}{_enough_zh(visit, hindrance)}",
            f"load {visit.load}, the largest limit is {hindrance.limit}{_enough_en(visit, hindrance)}",
            visit.id,
        )


@rule(
    "V088",
    Severity.WARNING,
    title=Text("地点到不了", "a place that cannot be reached"),
    action=Text(
        "换出行方式（如汽车），由当地站点派人，或核对坐标和通行限制",
        "change the mode, send somebody from there, or check coordinates and barriers",
    ),
)
def v088_unreachable(context: Context) -> Iterator[Observation]:
    """No able caregiver gets there from the start of a shift and back to its end."""
    for where, visit, hindrance in hindered(context, Step.WAY):
        place = context.place_of(visit)
        yield seen(
            where,
            f"符合要求的 {hindrance.before} 人到不了 {place} 或回不来{_enough_zh(visit, hindrance)}",
            f"able: {hindrance.before}, but there is no way to {place} and back{_enough_en(visit, hindrance)}",
            visit.id,
        )


@rule(
    "V089",
    Severity.WARNING,
    title=Text("上门时间长于所有班次", "a visit longer than any shift"),
    action=Text("核对分钟数，分成几次上门，或延长班次", "check the minutes, split the visit, or extend a shift"),
)
def v089_longer_than_shift(context: Context) -> Iterator[Observation]:
    """No able caregiver has a shift as long as the visit."""
    for where, visit, hindrance in hindered(context, Step.LENGTH):
        minutes, longest = context.minutes(visit.service_duration_t), context.minutes(hindrance.limit or 0)
        yield seen(
            f"{where}.service_duration_t",
            f"需 {minutes} 分钟，最长班次（含加班）{longest} 分钟{_enough_zh(visit, hindrance)}",
            f"{minutes} min, the longest shift with overtime has {longest}{_enough_en(visit, hindrance)}",
            visit.id,
        )


@rule(
    "V090",
    Severity.WARNING,
    title=Text("时间窗在所有班次之外", "windows outside every shift"),
    action=Text("放宽时间窗，或调整班次", "widen the window, or change a shift"),
)
def v090_outside_shifts(context: Context) -> Iterator[Observation]:
    """In none of its windows can the visit begin and end within an able caregiver's shift."""
    for where, visit, hindrance in hindered(context, Step.WINDOW):
        windows = ", ".join(context.span(window) for window in visit.windows)
        yield seen(
            f"{where}.windows",
            f"时间窗 {windows or '不限'}，没有合适的班次能做完{_enough_zh(visit, hindrance)}",
            f"windows {windows or 'any'}: no shift of those able can hold it{_enough_en(visit, hindrance)}",
            visit.id,
        )


@rule(
    "V091",
    Severity.WARNING,
    title=Text("加上路程来不及", "no time with the way there and back"),
    action=Text(
        "放宽时间窗，延长班次，或由较近的站点派人", "widen the window, extend a shift, or send somebody from nearer"
    ),
)
def v091_no_time_with_travel(context: Context) -> Iterator[Observation]:
    """It fits a shift by itself, but not with the way from its start and back to its end."""
    for where, visit, hindrance in hindered(context, Step.TIME):
        windows = ", ".join(context.span(window) for window in visit.windows)
        yield seen(
            where,
            f"时间窗 {windows or '不限'}，{hindrance.before} 人的班次加上往返路程来不及{_enough_zh(visit, hindrance)}",
            f"windows {windows or 'any'}: with the way there and back no shift of {hindrance.before} caregivers "
            f"has the time{_enough_en(visit, hindrance)}",
            visit.id,
        )


@rule(
    "V092",
    Severity.WARNING,
    title=Text("符合要求的人没有班次", "those who are able have no shift"),
    action=Text("给符合要求的护理员填写班次", "give a shift to somebody who is able"),
)
def v092_able_without_shift(context: Context) -> Iterator[Observation]:
    """Some on duty are able, but too few of them have a shift that can be used."""
    for where, visit, hindrance in hindered(context, Step.SHIFT):
        yield seen(
            where,
            f"符合要求的 {hindrance.before} 人中有班次的只有 {hindrance.left} 人，不会被安排",
            f"of {hindrance.before} able caregivers only {hindrance.left} with a shift, it will be left out",
            visit.id,
        )


@rule(
    "V093",
    Severity.WARNING,
    title=Text("路程超过所有班次的路程上限", "more travel than any shift allows"),
    action=Text("提高路程上限，或由较近的站点派人", "raise the limit of travel, or send somebody from nearer"),
)
def v093_travel_limit(context: Context) -> Iterator[Observation]:
    """The way there and back is longer than an able caregiver may travel in a shift."""
    for where, visit, hindrance in hindered(context, Step.TRAVEL):
        most = context.minutes(hindrance.limit or 0)
        yield seen(
            where,
            f"往返路程超过班次的路程上限（最高 {most} 分钟）{_enough_zh(visit, hindrance)}",
            f"the way there and back is above the limit of travel, {most} min at most{_enough_en(visit, hindrance)}",
            visit.id,
        )


def _enough_zh(visit: Visit, hindrance: Hindrance) -> str:
    team = f"（需要 {visit.team_size} 人，只有 {hindrance.left} 人可以）" if visit.team_size > 1 else ""
    return f"{team}，不会被安排"


def _enough_en(visit: Visit, hindrance: Hindrance) -> str:
    team = f" (it needs {visit.team_size}, {hindrance.left} can)" if visit.team_size > 1 else ""
    return f"{team}, it will be left out"


RULES = (
    v087_load,
    v088_unreachable,
    v089_longer_than_shift,
    v090_outside_shifts,
    v091_no_time_with_travel,
    v092_able_without_shift,
    v093_travel_limit,
)
