"""Rules about prices, dates, wishes and what a day consists of (V022–V044)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]

_FAR_DAYS = 366


@rule(
    "V022",
    Severity.ERROR,
    title=Text("时间单位小于一", "a unit of time below one"),
    action=Text("填写 1 或以上", "give 1 or more"),
)
def v022_units(context: Context) -> Iterator[Observation]:
    """Ticks in a second, or seconds in the unit of cost, below one."""
    problem = context.problem
    for name, number in (("ticks_per_s", problem.ticks_per_s), ("cost_unit_s", problem.cost_unit_s)):
        if number < 1:
            yield seen(name, f"{name} 为 {number}", f"{name} is {number}")


@rule(
    "V030",
    Severity.ERROR,
    title=Text("优先组的代价为负", "a priority group with a negative price"),
    action=Text("填写零或以上", "give zero or more"),
)
def v030_negative_price(context: Context) -> Iterator[Observation]:
    """Leaving such a visit out would be rewarded."""
    for i, group in enumerate(context.problem.priorities):
        if group.price_s < 0:
            yield seen(
                f"priorities[{i}].price_s",
                f"代价 {group.price_s} 秒为负",
                f"the price is negative: {group.price_s} s",
                group.id,
            )


@rule(
    "V031",
    Severity.WARNING,
    title=Text("可选任务没有优先组", "an optional visit without a priority group"),
    action=Text("填写优先组，否则不安排它不计代价", "give it a group, or leaving it out costs nothing"),
)
def v031_no_priority(context: Context) -> Iterator[Observation]:
    """An optional visit has no price, so it is the first to be left out."""
    for i, visit in enumerate(context.problem.visits):
        if visit.priority is None and not context.problem.is_mandatory(visit):
            yield seen(
                f"visits[{i}].priority",
                "可选任务，没有优先组",
                "the visit is optional and has no priority group",
                visit.id,
            )


@rule(
    "V032",
    Severity.ERROR,
    title=Text("最迟日期早于上次服务", "the latest date is before the last service"),
    action=Text("更正其中一个日期", "correct one of the dates"),
)
def v032_latest_before_last(context: Context) -> Iterator[Observation]:
    """A visit that was due before the client was last served."""
    for i, visit in enumerate(context.problem.visits):
        latest, last = visit.latest_date, visit.last_service_date
        if latest is not None and last is not None and latest < last:
            yield seen(
                f"visits[{i}].latest_date",
                f"最迟日期 {latest} 早于上次服务 {last}",
                f"latest date {latest} is before the last service on {last}",
                visit.id,
            )


@rule(
    "V033",
    Severity.WARNING,
    title=Text("上次服务晚于计划日", "the last service is after the planning day"),
    action=Text("更正日期，或核对计划日", "correct the date, or check the planning day"),
)
def v033_served_in_future(context: Context) -> Iterator[Observation]:
    """A last service that has not happened yet."""
    today = context.problem.date
    for i, visit in enumerate(context.problem.visits):
        last = visit.last_service_date
        if last is not None and last > today:
            yield seen(
                f"visits[{i}].last_service_date",
                f"上次服务 {last} 晚于计划日 {today}",
                f"the last service, {last}, is after the planning day {today}",
                visit.id,
            )


@rule(
    "V034",
    Severity.WARNING,
    title=Text("日期离计划日一年以上", "a date more than a year away"),
    action=Text("核对年份", "check the year"),
)
def v034_far_date(context: Context) -> Iterator[Observation]:
    """A date that looks like a slip in the year."""
    today = context.problem.date
    for i, visit in enumerate(context.problem.visits):
        for name, day in (("latest_date", visit.latest_date), ("last_service_date", visit.last_service_date)):
            if day is not None and abs((day - today).days) > _FAR_DAYS:
                days = abs((day - today).days)
                yield seen(
                    f"visits[{i}].{name}",
                    f"{day} 离计划日 {today} 有 {days} 天",
                    f"{day} is {days} days from the planning day {today}",
                    visit.id,
                )


@rule(
    "V035",
    Severity.ERROR,
    title=Text("次数不合理", "a count that cannot be"),
    action=Text("未安排次数填 0 或以上，服务次数填 1 或以上", "give 0 or more times left out, 1 or more visits"),
)
def v035_counts(context: Context) -> Iterator[Observation]:
    """Times left out below zero, or a known caregiver with less than one visit."""
    for i, visit in enumerate(context.problem.visits):
        times = visit.times_left_out
        if times < 0:
            yield seen(f"visits[{i}].times_left_out", f"未安排 {times} 次", f"left out {times} times", visit.id)
    for i, client in enumerate(context.problem.clients):
        for j, known in enumerate(client.known):
            if known.visits < 1:
                yield seen(
                    f"clients[{i}].known[{j}].visits",
                    f"{known.caregiver} 服务过 {known.visits} 次",
                    f"{known.caregiver} visited {known.visits} times",
                    client.id,
                )


@rule(
    "V036",
    Severity.WARNING,
    title=Text("已过最迟日期", "the latest date has passed"),
    action=Text(
        "今天必须安排；若已服务过，请更新上次服务和最迟日期", "it is mandatory now; if it was done, update the dates"
    ),
)
def v036_overdue(context: Context) -> Iterator[Observation]:
    """A visit whose latest date is before the planning day."""
    today = context.problem.date
    for i, visit in enumerate(context.problem.visits):
        latest, last = visit.latest_date, visit.last_service_date
        if latest is None or latest >= today or (last is not None and latest < last):
            continue
        days = (today - latest).days
        yield seen(
            f"visits[{i}].latest_date",
            f"最迟日期 {latest} 已过 {days} 天",
            f"the latest date {latest} has passed (days ago: {days})",
            visit.id,
        )


@rule(
    "V040",
    Severity.ERROR,
    title=Text("护理员既被指定又被禁止", "a caregiver both required and forbidden"),
    action=Text("删除其中一项", "delete one of the two"),
)
def v040_required_and_forbidden(context: Context) -> Iterator[Observation]:
    """The visit requires whom the client forbids."""
    for i, visit in enumerate(context.problem.visits):
        client = context.clients.get(visit.client)
        for j, name in enumerate(visit.required_caregivers):
            if client is not None and name in client.forbidden:
                yield seen(
                    f"visits[{i}].required_caregivers[{j}]",
                    f"指定 {name}，但服务对象 {client.id} 禁止此人",
                    f"{name} is required, but client {client.id} forbids {name}",
                    visit.id,
                )


@rule(
    "V041",
    Severity.WARNING,
    title=Text("护理员既是首选又被禁止", "a caregiver both preferred and forbidden"),
    action=Text("删除其中一项；目前按禁止处理", "delete one of the two; until then forbidden counts"),
)
def v041_preferred_and_forbidden(context: Context) -> Iterator[Observation]:
    """The client both wants and refuses the same caregiver."""
    for i, client in enumerate(context.problem.clients):
        for j, name in enumerate(client.preferred):
            if name in client.forbidden:
                yield seen(
                    f"clients[{i}].preferred[{j}]",
                    f"{name} 既是首选又被禁止",
                    f"{name} is both preferred and forbidden",
                    client.id,
                )


@rule(
    "V042",
    Severity.WARNING,
    title=Text("当日没有上门任务", "no visits on the day"),
    action=Text("核对计划日和上门任务表", "check the planning day and the visits"),
)
def v042_no_visits(context: Context) -> Iterator[Observation]:
    """There is nothing to plan."""
    if not context.problem.visits:
        yield seen("visits", f"{context.problem.date} 没有上门任务", f"there is no visit on {context.problem.date}")


@rule(
    "V043",
    Severity.WARNING,
    title=Text("当日无人在岗", "nobody is on duty"),
    action=Text("核对护理员的今日状态；否则全部任务都无法安排", "check who is on duty, or every visit is left out"),
)
def v043_nobody_on_duty(context: Context) -> Iterator[Observation]:
    """There is nobody to plan."""
    if not context.on_duty:
        total = len(context.problem.caregivers)
        yield seen("caregivers", f"{total} 名护理员，无人在岗", f"caregivers: {total}, on duty: 0")


@rule(
    "V044",
    Severity.WARNING,
    title=Text("在岗护理员没有班次", "a caregiver on duty has no shift"),
    action=Text("填写班次，或把今日状态改为请假", "give a shift, or set the status to leave"),
)
def v044_no_shift(context: Context) -> Iterator[Observation]:
    """Somebody on duty cannot be given any work."""
    on_duty = {caregiver.id for caregiver in context.on_duty}
    for i, caregiver in enumerate(context.problem.caregivers):
        if caregiver.id in on_duty and not caregiver.shifts:
            yield seen(f"caregivers[{i}].shifts", "在岗，但没有班次", "on duty without a shift", caregiver.id)


RULES = (
    v022_units,
    v030_negative_price,
    v031_no_priority,
    v032_latest_before_last,
    v033_served_in_future,
    v034_far_date,
    v035_counts,
    v036_overdue,
    v040_required_and_forbidden,
    v041_preferred_and_forbidden,
    v042_no_visits,
    v043_nobody_on_duty,
    v044_no_shift,
)
