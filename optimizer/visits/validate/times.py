"""Rules about windows, durations and sizes (V012–V022)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.travel.matrix import MAX_DURATION
from optimizer.visits.model import TimeWindow
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]

_LONG_VISIT_S = 12 * 3600


@rule(
    "V012",
    Severity.ERROR,
    title=Text("时间窗先止后起", "a time window ends before it begins"),
    action=Text("对调起止时间，或放宽时间窗；到次日的请写 +1", "swap or widen them; write +1 for the next day"),
)
def v012_window_order(context: Context) -> Iterator[Observation]:
    """The earliest start is after the latest."""
    for where, window, owner in _windows(context):
        if window.latest_t is not None and window.earliest_t > window.latest_t:
            first, last = context.clock(window.earliest_t), context.clock(window.latest_t)
            yield seen(where, f"最早 {first} 晚于最晚 {last}", f"earliest {first} is after latest {last}", owner)


@rule(
    "V013",
    Severity.ERROR,
    title=Text("期望时间不在时间窗内", "a due time outside its window"),
    action=Text("把期望时间改到最早与最晚之间", "move the due time between the earliest and the latest start"),
)
def v013_due_outside_window(context: Context) -> Iterator[Observation]:
    """The due time is before the earliest or after the latest start."""
    for where, window, owner in _windows(context):
        due, last = window.due_t, window.latest_t
        if due is None or (last is not None and window.earliest_t > last):
            continue
        if due < window.earliest_t or (last is not None and due > last):
            yield seen(
                f"{where}.due_t",
                f"期望时间 {context.clock(due)} 不在 {context.span(window)} 内",
                f"due {context.clock(due)} is not within {context.span(window)}",
                owner,
            )


@rule(
    "V014",
    Severity.WARNING,
    title=Text("同一任务的时间窗重叠", "windows of a visit overlap"),
    action=Text("合并成一个时间窗，或更正时间", "merge them into one window, or correct the times"),
)
def v014_windows_overlap(context: Context) -> Iterator[Observation]:
    """Two windows of one visit have more than a moment in common."""
    for i, visit in enumerate(context.problem.visits):
        if len(visit.windows) < 2:
            continue
        ordered = sorted(enumerate(visit.windows), key=lambda pair: (pair[1].earliest_t, pair[0]))
        for (j, before), (k, after) in pairwise(ordered):
            if before.latest_t is None or after.earliest_t < before.latest_t:
                yield seen(
                    f"visits[{i}].windows[{k}]",
                    f"{context.span(after)} 与 windows[{j}] {context.span(before)} 重叠",
                    f"{context.span(after)} overlaps windows[{j}] {context.span(before)}",
                    visit.id,
                )


@rule(
    "V015",
    Severity.ERROR,
    title=Text("时间早于当日零点", "a time before the day begins"),
    action=Text("改为当日零点或以后的时间", "give a time at or after midnight of the day"),
)
def v015_before_midnight(context: Context) -> Iterator[Observation]:
    """A negative time of the day."""
    for where, ticks, owner in _moments(context):
        if ticks < 0:
            yield seen(
                where,
                f"比当日零点早 {context.minutes(-ticks)} 分钟",
                f"{context.minutes(-ticks)} min before midnight of the day",
                owner,
            )


@rule(
    "V016",
    Severity.ERROR,
    title=Text("数值过大", "a number is too large"),
    action=Text(f"更正数值；上限为 {MAX_DURATION}", f"correct it; the limit is {MAX_DURATION}"),
)
def v016_too_large(context: Context) -> Iterator[Observation]:
    """A time, duration, load or price beyond what can be added up safely."""
    for where, number, owner in _numbers(context):
        if number > MAX_DURATION:
            yield seen(where, f"数值 {number} 过大", f"{number} is too large", owner)


@rule(
    "V017",
    Severity.ERROR,
    title=Text("时长为负", "a negative duration"),
    action=Text("填写零或以上的时长", "give a duration of zero or more"),
)
def v017_negative_duration(context: Context) -> Iterator[Observation]:
    """A visit or a break of less than no time."""
    for where, ticks, owner in _durations(context):
        if ticks < 0:
            minutes = context.minutes(ticks)
            yield seen(where, f"时长 {minutes} 分钟为负", f"the duration is negative: {minutes} min", owner)


@rule(
    "V018",
    Severity.WARNING,
    title=Text("时长为零", "a duration of zero"),
    action=Text("核对分钟数是否漏填", "check whether the minutes are missing"),
)
def v018_zero_duration(context: Context) -> Iterator[Observation]:
    """A visit or a break that takes no time."""
    for where, ticks, owner in _durations(context):
        if ticks == 0:
            yield seen(where, "时长为 0 分钟", "the duration is 0 min", owner)


@rule(
    "V019",
    Severity.WARNING,
    title=Text("上门时间超过 12 小时", "a visit of more than twelve hours"),
    action=Text("核对单位：表格填分钟", "check the unit: sheets hold minutes"),
)
def v019_long_visit(context: Context) -> Iterator[Observation]:
    """A visit longer than anybody works."""
    limit = _LONG_VISIT_S * context.problem.ticks_per_s
    for i, visit in enumerate(context.problem.visits):
        if limit < visit.service_duration_t <= MAX_DURATION:
            minutes = context.minutes(visit.service_duration_t)
            yield seen(f"visits[{i}].service_duration_t", f"时长 {minutes} 分钟", f"it lasts {minutes} min", visit.id)


@rule(
    "V020",
    Severity.ERROR,
    title=Text("人数小于一", "a team of less than one"),
    action=Text("填写需要的护理员人数，至少 1", "give the number of caregivers needed, at least 1"),
)
def v020_team_size(context: Context) -> Iterator[Observation]:
    """A visit for which nobody is needed."""
    for i, visit in enumerate(context.problem.visits):
        if visit.team_size < 1:
            yield seen(
                f"visits[{i}].team_size", f"人数为 {visit.team_size}", f"the team size is {visit.team_size}", visit.id
            )


@rule(
    "V021",
    Severity.ERROR,
    title=Text("载量或路程上限为负", "a negative load or limit"),
    action=Text("填写零或以上的数；不限的请留空", "give zero or more; leave it empty for no limit"),
)
def v021_negative_load(context: Context) -> Iterator[Observation]:
    """A negative load of a visit, or a negative limit of a shift."""
    for i, visit in enumerate(context.problem.visits):
        if visit.load < 0:
            yield seen(f"visits[{i}].load", f"载量 {visit.load} 为负", f"the load {visit.load} is negative", visit.id)
    for where, caregiver, shift in context.shifts():
        for name, limit in (("max_load", shift.max_load), ("max_travel_t", shift.max_travel_t)):
            if limit is not None and limit < 0:
                yield seen(f"{where}.{name}", f"上限 {limit} 为负", f"the limit {limit} is negative", caregiver.id)


def _windows(context: Context) -> Iterator[tuple[str, TimeWindow, str]]:
    for i, visit in enumerate(context.problem.visits):
        for j, window in enumerate(visit.windows):
            yield f"visits[{i}].windows[{j}]", window, visit.id


def _durations(context: Context) -> Iterator[tuple[str, int, str]]:
    for i, visit in enumerate(context.problem.visits):
        yield f"visits[{i}].service_duration_t", visit.service_duration_t, visit.id
    for where, caregiver, shift in context.shifts():
        for k, pause in enumerate(shift.breaks):
            yield f"{where}.breaks[{k}].duration_t", pause.duration_t, caregiver.id


def _moments(context: Context) -> Iterator[tuple[str, int, str]]:
    """The times of day at which something begins: where, ticks, whose."""
    for where, window, owner in _windows(context):
        yield f"{where}.earliest_t", window.earliest_t, owner
    for where, caregiver, shift in context.shifts():
        yield f"{where}.start_t", shift.start_t, caregiver.id
        for k, pause in enumerate(shift.breaks):
            yield f"{where}.breaks[{k}].earliest_t", pause.earliest_t, caregiver.id
    for i, visit in enumerate(context.problem.visits):
        for j, lock in enumerate(visit.locks):
            if lock.start_t is not None:
                yield f"visits[{i}].locks[{j}].start_t", lock.start_t, visit.id
    for i, stop in enumerate(context.problem.published):
        yield f"published[{i}].start_t", stop.start_t, stop.visit


def _numbers(context: Context) -> Iterator[tuple[str, int, str]]:
    """Every number that the engines add up: where, the number, whose."""
    yield from _moments(context)
    yield from _durations(context)
    for where, window, owner in _windows(context):
        yield from _given(where, owner, latest_t=window.latest_t, due_t=window.due_t)
    for i, visit in enumerate(context.problem.visits):
        yield from _given(f"visits[{i}]", visit.id, load=visit.load)
    for where, caregiver, shift in context.shifts():
        yield from _given(
            where,
            caregiver.id,
            end_t=shift.end_t,
            max_overtime_t=shift.max_overtime_t,
            max_load=shift.max_load,
            max_travel_t=shift.max_travel_t,
        )
        for k, pause in enumerate(shift.breaks):
            yield from _given(f"{where}.breaks[{k}]", caregiver.id, latest_t=pause.latest_t)
    for i, link in enumerate(context.problem.links):
        yield from _given(f"links[{i}]", link.id, min_gap_t=link.min_gap_t, max_gap_t=link.max_gap_t)
    for i, group in enumerate(context.problem.priorities):
        yield from _given(f"priorities[{i}]", group.id, price_s=group.price_s)


def _given(where: str, owner: str, **numbers: int | None) -> Iterator[tuple[str, int, str]]:
    for name, number in numbers.items():
        if number is not None:
            yield f"{where}.{name}", number, owner


RULES = (
    v012_window_order,
    v013_due_outside_window,
    v014_windows_overlap,
    v015_before_midnight,
    v016_too_large,
    v017_negative_duration,
    v018_zero_duration,
    v019_long_visit,
    v020_team_size,
    v021_negative_load,
)
