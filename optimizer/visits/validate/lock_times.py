"""Rules about the start that a visit is locked to (V123, V126–V129)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.model import Lock, Visit
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.locked import fixes_start, locks_of
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]


@rule(
    "V123",
    Severity.ERROR,
    title=Text("同一任务的锁定互相矛盾", "locks of one visit that contradict each other"),
    action=Text("每人只锁定一次，开始时间要一致", "lock each caregiver once, and all to the same start"),
)
def v123_locks_disagree(context: Context) -> Iterator[Observation]:
    """One caregiver locked twice to a visit, or two different starts."""
    for i, visit in enumerate(context.problem.visits):
        for j, lock in enumerate(visit.locks):
            earlier = visit.locks[:j]
            if any(lock.caregiver == other.caregiver for other in earlier):
                name = lock.caregiver
                yield seen(f"visits[{i}].locks[{j}]", f"{name} 锁定了两次", f"{name} is locked to it twice", visit.id)
            starts = [other.start_t for other in earlier if fixes_start(other)]
            if fixes_start(lock) and starts and lock.start_t != starts[0]:
                one, other_start = context.clock(lock.start_t or 0), context.clock(starts[0] or 0)
                yield seen(
                    f"visits[{i}].locks[{j}].start_t",
                    f"锁定 {one} 开始，另一人却锁定 {other_start}",
                    f"locked to {one}, but another member to {other_start}",
                    visit.id,
                )


@rule(
    "V126",
    Severity.ERROR,
    title=Text("锁定的时间不在时间窗内", "a locked start outside the visit's windows"),
    action=Text("更正锁定的时间或时间窗", "correct the locked start or the window"),
)
def v126_start_outside_windows(context: Context) -> Iterator[Observation]:
    """A visit locked to a start that none of its windows holds."""
    sound = {visit.id for _, visit in context.sound_visits}
    for where, visit, lock in locks_of(context):
        start = lock.start_t
        if not fixes_start(lock) or start is None or start < 0 or not visit.windows or visit.id not in sound:
            continue
        if not any(w.earliest_t <= start and (w.latest_t is None or start <= w.latest_t) for w in visit.windows):
            windows = ", ".join(context.span(window) for window in visit.windows)
            yield seen(
                f"{where}.start_t",
                f"锁定 {context.clock(start)} 不在时间窗 {windows} 内",
                f"locked to {context.clock(start)}, its windows are {windows}",
                visit.id,
            )


@rule(
    "V127",
    Severity.ERROR,
    title=Text("同一护理员锁定的时间重叠", "locked visits of a caregiver that overlap"),
    action=Text("错开时间，或取消其中一个锁定", "move one of them, or remove one of the locks"),
)
def v127_locked_starts_overlap(context: Context) -> Iterator[Observation]:
    """A locked visit starts while the caregiver is at another one."""
    for where, before, after in _neighbours(context):
        if _start(after) < _end(before):
            starts, until = context.clock(_start(after)), context.clock(_end(before))
            yield seen(
                where,
                f"{after[0].id} 锁定 {starts} 开始，而 {before[0].id} 到 {until} 才结束",
                f"{after[0].id} is locked to {starts}, but {before[0].id} lasts until {until}",
                before[0].id,
                after[0].id,
            )


@rule(
    "V128",
    Severity.WARNING,
    title=Text("两个锁定任务之间路程来不及", "no time to travel between two locked visits"),
    action=Text(
        "拉开时间，或改锁定另一人；否则其中一个不会被安排",
        "move one, or lock another caregiver, or one of them is left out",
    ),
)
def v128_no_time_between(context: Context) -> Iterator[Observation]:
    """The way between two locked visits takes longer than there is between them."""
    travel = context.usable_travel
    for where, before, after in _neighbours(context):
        origin, target = context.place_of(before[0]), context.place_of(after[0])
        if travel is None or origin is None or target is None or _start(after) < _end(before):
            continue
        mode = context.caregivers[before[1].caregiver].mode
        pair = travel.index[origin], travel.index[target]
        there_is, needed = _start(after) - _end(before), int(travel.durations[mode][pair])
        if not travel.reachable[mode][pair] or needed > there_is:
            have = context.minutes(there_is)
            need = context.minutes(needed) if travel.reachable[mode][pair] else "∞"
            yield seen(
                where,
                f"{before[0].id} 到 {after[0].id} 路程 {need} 分钟，只有 {have} 分钟",
                f"{need} min of travel from {before[0].id} to {after[0].id}, there are {have}",
                before[0].id,
                after[0].id,
            )


@rule(
    "V129",
    Severity.WARNING,
    title=Text("锁定的时间不在班次内", "a locked start outside the caregiver's shift"),
    action=Text(
        "更正锁定的时间或班次；否则该任务不会被安排", "correct the start or the shift, or the visit is left out"
    ),
)
def v129_start_outside_shift(context: Context) -> Iterator[Observation]:
    """A visit locked to a start at which the caregiver is not at work."""
    for where, visit, lock in locks_of(context):
        start, person = lock.start_t, context.caregivers.get(lock.caregiver)
        if not fixes_start(lock) or start is None or person is None or not person.shifts:
            continue
        shifts = [shift for shift in person.shifts if lock.shift in (None, shift.id)]
        if shifts and not any(
            shift.start_t <= start
            and (
                shift.end_t is None
                or shift.max_overtime_t is None
                or start + visit.service_duration_t <= shift.end_t + shift.max_overtime_t
            )
            for shift in shifts
        ):
            span = f"{context.clock(start)}–{context.clock(start + visit.service_duration_t)}"
            yield seen(
                f"{where}.start_t",
                f"{span} 不在 {person.id} 的班次内",
                f"{span} is not within a shift of {person.id}",
                visit.id,
            )


_Fixed = tuple[Visit, Lock]


def _start(fixed: _Fixed) -> int:
    return fixed[1].start_t or 0


def _end(fixed: _Fixed) -> int:
    return _start(fixed) + max(0, fixed[0].service_duration_t)


def _neighbours(context: Context) -> Iterator[tuple[str, _Fixed, _Fixed]]:
    """Visits with a locked start, each with the one before it that ends last, of every caregiver."""
    of_caregiver: dict[str, list[tuple[str, _Fixed]]] = {}
    for where, visit, lock in locks_of(context):
        if fixes_start(lock) and lock.caregiver in context.caregivers:
            of_caregiver.setdefault(lock.caregiver, []).append((where, (visit, lock)))
    for name in sorted(of_caregiver):
        rows = sorted(of_caregiver[name], key=lambda row: (_start(row[1]), _end(row[1]), row[1][0].id))
        before = rows[0][1]
        for where, fixed in rows[1:]:
            if fixed[0].id != before[0].id:
                yield where, before, fixed
            before = max(before, fixed, key=_end)


RULES = (
    v123_locks_disagree,
    v126_start_outside_windows,
    v127_locked_starts_overlap,
    v128_no_time_between,
    v129_start_outside_shift,
)
