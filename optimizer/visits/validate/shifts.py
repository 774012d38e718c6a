"""Rules about shifts and breaks (V050–V056)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.model import Break, Shift
from optimizer.visits.validate.context import DAY_S, Context
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]


@rule(
    "V050",
    Severity.ERROR,
    title=Text("班次先止后起", "a shift ends before it begins"),
    action=Text("对调起止时间；夜班到次日的请在止点写 +1", "swap the times; for a night shift write +1 at its end"),
)
def v050_shift_order(context: Context) -> Iterator[Observation]:
    """The end of a shift is before its start."""
    for where, caregiver, shift in context.shifts():
        if _is_reversed(shift):
            start, end = context.clock(shift.start_t), context.clock(shift.end_t or 0)
            yield seen(where, f"{start} 上班，{end} 下班", f"it starts at {start} and ends at {end}", caregiver.id)


@rule(
    "V051",
    Severity.WARNING,
    title=Text("班次超过 24 小时", "a shift of more than 24 hours"),
    action=Text("核对下班时间和日期", "check the end of the shift and its day"),
)
def v051_shift_length(context: Context) -> Iterator[Observation]:
    """A shift longer than a day."""
    for where, caregiver, shift in context.shifts():
        length = (shift.end_t - shift.start_t) if shift.end_t is not None else 0
        if length > DAY_S * context.problem.ticks_per_s:
            hours = f"{length / context.problem.ticks_per_s / 3600:.1f}".removesuffix(".0")
            yield seen(where, f"班次长 {hours} 小时", f"the shift lasts {hours} h", caregiver.id)


@rule(
    "V052",
    Severity.ERROR,
    title=Text("加班上限为负", "negative overtime"),
    action=Text("填写零或以上；不限的请留空", "give zero or more; leave it empty for no limit"),
)
def v052_negative_overtime(context: Context) -> Iterator[Observation]:
    """The largest overtime is below zero."""
    for where, caregiver, shift in context.shifts():
        if shift.max_overtime_t is not None and shift.max_overtime_t < 0:
            minutes = context.minutes(shift.max_overtime_t)
            yield seen(
                f"{where}.max_overtime_t",
                f"加班上限为 {minutes} 分钟",
                f"the overtime allowed is {minutes} min",
                caregiver.id,
            )


@rule(
    "V053",
    Severity.ERROR,
    title=Text("同一护理员的班次重叠", "shifts of a caregiver overlap"),
    action=Text("更正时间，或合并成一个班次", "correct the times, or merge them into one shift"),
)
def v053_shifts_overlap(context: Context) -> Iterator[Observation]:
    """A shift begins before the one before has ended."""
    for i, caregiver in enumerate(context.problem.caregivers):
        sound = [(j, shift) for j, shift in enumerate(caregiver.shifts) if not _is_reversed(shift)]
        ordered = sorted(sound, key=lambda pair: (pair[1].start_t, pair[0]))
        for (j, before), (k, after) in pairwise(ordered):
            if before.end_t is None or after.start_t < before.end_t:
                hours, other = _hours(context, after), _hours(context, before)
                yield seen(
                    f"caregivers[{i}].shifts[{k}]",
                    f"{hours} 与 shifts[{j}] {other} 重叠",
                    f"{hours} overlaps shifts[{j}] {other}",
                    caregiver.id,
                )


@rule(
    "V054",
    Severity.ERROR,
    title=Text("休息时段先止后起", "the time of a break ends before it begins"),
    action=Text("对调最早与最晚开始时间", "swap the earliest and the latest begin"),
)
def v054_break_order(context: Context) -> Iterator[Observation]:
    """The earliest begin of a break is after the latest."""
    for where, caregiver, shift in context.shifts():
        for k, pause in enumerate(shift.breaks):
            if pause.earliest_t > pause.latest_t:
                first, last = context.clock(pause.earliest_t), context.clock(pause.latest_t)
                yield seen(
                    f"{where}.breaks[{k}]",
                    f"最早 {first} 晚于最晚 {last}",
                    f"earliest {first} is after latest {last}",
                    caregiver.id,
                )


@rule(
    "V055",
    Severity.WARNING,
    title=Text("休息不在班次内", "a break outside its shift"),
    action=Text(
        "更正休息或班次的时间；班次以外的休息不会安排", "correct the times; a break outside the shift is not planned"
    ),
)
def v055_break_outside_shift(context: Context) -> Iterator[Observation]:
    """A break that may begin before its shift, or last beyond it."""
    for where, caregiver, shift in context.shifts():
        for k, pause in enumerate(shift.breaks):
            if _is_reversed(shift) or pause.earliest_t > pause.latest_t:
                continue
            ends = pause.latest_t + max(0, pause.duration_t)
            if pause.earliest_t < shift.start_t or (shift.end_t is not None and ends > shift.end_t):
                span = f"{context.clock(pause.earliest_t)}–{context.clock(ends)}"
                hours = _hours(context, shift)
                yield seen(
                    f"{where}.breaks[{k}]",
                    f"休息 {span} 超出班次 {hours}",
                    f"the break {span} is not within the shift {hours}",
                    caregiver.id,
                )


@rule(
    "V056",
    Severity.ERROR,
    title=Text("两次休息无法都安排", "two breaks that cannot both be taken"),
    action=Text("错开或合并这两次休息", "move them apart, or merge them"),
)
def v056_breaks_collide(context: Context) -> Iterator[Observation]:
    """Whichever of two breaks is taken first, the other would begin too late."""
    for where, caregiver, shift in context.shifts():
        for (j, one), (k, other) in combinations(enumerate(shift.breaks), 2):
            if not (_can_follow(one, other) or _can_follow(other, one)):
                yield seen(
                    f"{where}.breaks[{k}]",
                    f"与 breaks[{j}]（{context.clock(one.earliest_t)} 起，{context.minutes(one.duration_t)} 分钟）冲突",
                    f"it collides with breaks[{j}] (from {context.clock(one.earliest_t)}, "
                    f"{context.minutes(one.duration_t)} min)",
                    caregiver.id,
                )


def _is_reversed(shift: Shift) -> bool:
    return shift.end_t is not None and shift.end_t < shift.start_t


def _can_follow(first: Break, second: Break) -> bool:
    """Whether the second can begin in time after the first; breaks that are wrong by themselves pass."""
    if min(first.duration_t, second.duration_t) < 0 or second.earliest_t > second.latest_t:
        return True
    return first.earliest_t + first.duration_t <= second.latest_t


def _hours(context: Context, shift: Shift) -> str:
    return f"{context.clock(shift.start_t)}–{context.clock(shift.end_t) if shift.end_t is not None else ''}"


RULES = (
    v050_shift_order,
    v051_shift_length,
    v052_negative_overtime,
    v053_shifts_overlap,
    v054_break_order,
    v055_break_outside_shift,
    v056_breaks_collide,
)
