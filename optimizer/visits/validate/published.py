"""Rules about the plan that has been published (V140–V143)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]


@rule(
    "V140",
    Severity.WARNING,
    title=Text("已发布计划中的任务不存在", "a published stop of an unknown visit"),
    action=Text("任务已取消的，不必处理；否则更正编号", "nothing to do if it was cancelled; otherwise correct the id"),
)
def v140_unknown_visit(context: Context) -> Iterator[Observation]:
    """The published plan holds a visit that the day no longer has."""
    for i, stop in enumerate(context.problem.published):
        if stop.visit not in context.visits:
            yield seen(
                f"published[{i}].visit",
                f"没有编号为 {stop.visit!r} 的上门任务",
                f"there is no visit {stop.visit!r}",
                stop.visit,
            )


@rule(
    "V141",
    Severity.ERROR,
    title=Text("已发布计划中的护理员或班次不存在", "a published stop of an unknown caregiver or shift"),
    action=Text(
        "更正编号；护理员请假的，保留此人并把今日状态改为请假",
        "correct the id; keep who is on leave in the sheet, with that status",
    ),
)
def v141_unknown_caregiver(context: Context) -> Iterator[Observation]:
    """The published plan holds a caregiver, or a shift, that the day has not."""
    for i, stop in enumerate(context.problem.published):
        if stop.caregiver not in context.caregivers:
            yield seen(
                f"published[{i}].caregiver",
                f"没有编号为 {stop.caregiver!r} 的护理员",
                f"there is no caregiver {stop.caregiver!r}",
                stop.visit,
            )
        elif context.shift_of(stop.caregiver, stop.shift) is None:
            yield seen(
                f"published[{i}].shift",
                f"{stop.caregiver} 没有班次 {stop.shift!r}",
                f"{stop.caregiver} has no shift {stop.shift!r}",
                stop.visit,
            )


@rule(
    "V142",
    Severity.ERROR,
    title=Text("已发布计划中同一人重复", "a published stop occurs twice"),
    action=Text("删除重复的一行", "delete the repeated row"),
)
def v142_published_twice(context: Context) -> Iterator[Observation]:
    """The same caregiver is twice at the same visit."""
    first: dict[tuple[str, str], int] = {}
    for i, stop in enumerate(context.problem.published):
        earlier = first.setdefault((stop.visit, stop.caregiver), i)
        if earlier != i:
            yield seen(
                f"published[{i}]",
                f"{stop.caregiver} 的这次上门与 published[{earlier}] 重复",
                f"{stop.caregiver} is at it already in published[{earlier}]",
                stop.visit,
            )


@rule(
    "V143",
    Severity.WARNING,
    title=Text("有冻结时刻，但没有已发布计划", "a moment of freezing without a published plan"),
    action=Text(
        "提供已发布的计划；否则只是不安排更早的任务", "give the published plan, or the moment only stops earlier starts"
    ),
)
def v143_frozen_without_plan(context: Context) -> Iterator[Observation]:
    """There is nothing that could be frozen."""
    moment = context.problem.frozen_before_t
    if moment is not None and not context.problem.published:
        clock = context.clock(moment)
        yield seen(
            "frozen_before_t", f"冻结到 {clock}，但没有已发布计划", f"frozen before {clock}, but nothing is published"
        )


RULES = (v140_unknown_visit, v141_unknown_caregiver, v142_published_twice, v143_frozen_without_plan)
