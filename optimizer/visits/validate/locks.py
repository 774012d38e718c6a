"""Rules about who is locked to a visit (V120–V125, V130)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.model import CaregiverStatus, Lock, LockLevel, Visit
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.locked import locks_of
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]


@rule(
    "V120",
    Severity.ERROR,
    title=Text("锁定的护理员或班次不存在", "a lock to an unknown caregiver or shift"),
    action=Text("更正编号，或取消锁定", "correct the id, or remove the lock"),
)
def v120_unknown_caregiver(context: Context) -> Iterator[Observation]:
    """A lock that names a caregiver, or a shift of the caregiver, who is not there."""
    for where, visit, lock in locks_of(context):
        if lock.caregiver not in context.caregivers:
            yield seen(
                f"{where}.caregiver",
                f"没有编号为 {lock.caregiver!r} 的护理员",
                f"there is no caregiver {lock.caregiver!r}",
                visit.id,
            )
        elif lock.shift is not None and context.shift_of(lock.caregiver, lock.shift) is None:
            yield seen(
                f"{where}.shift",
                f"{lock.caregiver} 没有班次 {lock.shift!r}",
                f"{lock.caregiver} has no shift {lock.shift!r}",
                visit.id,
            )


@rule(
    "V121",
    Severity.ERROR,
    title=Text("锁定顺序或时间却没有开始时间", "a lock of order or time without a start"),
    action=Text("填写开始时间，或只锁定护理员", "give the start, or lock only the caregiver"),
)
def v121_no_start(context: Context) -> Iterator[Observation]:
    """A lock that needs a start and has none."""
    for where, visit, lock in locks_of(context):
        if lock.level is not LockLevel.CAREGIVER and lock.start_t is None:
            zh = "顺序" if lock.level is LockLevel.ORDER else "时间"
            yield seen(
                f"{where}.start_t",
                f"锁定{zh}，但没有开始时间",
                f"it locks the {lock.level.value}, without a start",
                visit.id,
            )


@rule(
    "V122",
    Severity.ERROR,
    title=Text("锁定的人数多于需要的人数", "more locks than the visit's team"),
    action=Text("删除多余的锁定，或增加人数", "remove a lock, or enlarge the team"),
)
def v122_more_locks_than_team(context: Context) -> Iterator[Observation]:
    """More members are fixed than the visit has."""
    for i, visit in enumerate(context.problem.visits):
        if visit.team_size >= 1 and len(visit.locks) > visit.team_size:
            yield seen(
                f"visits[{i}].locks",
                f"锁定 {len(visit.locks)} 人，只需 {visit.team_size} 人",
                f"{len(visit.locks)} locks for a team of {visit.team_size}",
                visit.id,
            )


@rule(
    "V124",
    Severity.ERROR,
    title=Text("锁定的护理员被禁止或不在指定之列", "a lock to a caregiver whom the visit rules out"),
    action=Text("改锁定别人，或更正指定和禁止", "lock somebody else, or correct the required and the forbidden"),
)
def v124_lock_against_wish(context: Context) -> Iterator[Observation]:
    """The locked caregiver is forbidden by the client, or not among those required."""
    for where, visit, lock in locks_of(context):
        if _is_forbidden(context, visit, lock):
            yield seen(
                f"{where}.caregiver",
                f"锁定 {lock.caregiver}，但服务对象禁止此人",
                f"locked to {lock.caregiver}, whom the client forbids",
                visit.id,
            )
        elif lock.caregiver in context.caregivers and _is_not_required(visit, lock):
            names = ", ".join(visit.required_caregivers)
            yield seen(
                f"{where}.caregiver",
                f"锁定 {lock.caregiver}，但指定的是 {names}",
                f"locked to {lock.caregiver}, but required is {names}",
                visit.id,
            )


@rule(
    "V125",
    Severity.WARNING,
    title=Text("锁定的护理员不符合要求", "a lock to a caregiver who is not able"),
    action=Text("改锁定符合要求的人；否则该任务不会被安排", "lock somebody who is able, or the visit is left out"),
)
def v125_lock_to_unable(context: Context) -> Iterator[Observation]:
    """Skills, gender, dialect or provider rule the locked caregiver out."""
    rows = {name: v for v, name in enumerate(context.staffing.visits)}
    columns = {caregiver.id: c for c, caregiver in enumerate(context.staffing.caregivers)}
    for where, visit, lock in locks_of(context):
        v, c = rows.get(visit.id), columns.get(lock.caregiver)
        ruled_out = _is_forbidden(context, visit, lock) or _is_not_required(visit, lock)
        if v is not None and c is not None and not ruled_out and not context.staffing.able[v, c]:
            yield seen(
                f"{where}.caregiver",
                f"{lock.caregiver} 的技能、性别、方言或所属机构不符合要求",
                f"{lock.caregiver} does not meet its skills, gender, dialect or provider",
                visit.id,
            )


@rule(
    "V130",
    Severity.WARNING,
    title=Text("锁定的护理员不在岗", "a lock to a caregiver who is not on duty"),
    action=Text(
        "改锁定在岗的人，或取消锁定；否则该任务不会被安排", "lock somebody on duty, or nobody, or the visit is left out"
    ),
)
def v130_lock_off_duty(context: Context) -> Iterator[Observation]:
    """The locked caregiver is on leave or on standby."""
    words: Mapping[CaregiverStatus, tuple[str, str]] = {
        CaregiverStatus.LEAVE: ("请假", "on leave"),
        CaregiverStatus.STANDBY: ("备勤", "on standby"),
    }
    for where, visit, lock in locks_of(context):
        person = context.caregivers.get(lock.caregiver)
        if person is not None and person.status in words and context.on_duty:
            zh, en = words[person.status]
            yield seen(f"{where}.caregiver", f"{person.id} 今日{zh}", f"{person.id} is {en}", visit.id)


def _is_forbidden(context: Context, visit: Visit, lock: Lock) -> bool:
    client = context.clients.get(visit.client)
    return client is not None and lock.caregiver in client.forbidden


def _is_not_required(visit: Visit, lock: Lock) -> bool:
    return bool(visit.required_caregivers) and lock.caregiver not in visit.required_caregivers


RULES = (
    v120_unknown_caregiver,
    v121_no_start,
    v122_more_locks_than_team,
    v124_lock_against_wish,
    v125_lock_to_unable,
    v130_lock_off_duty,
)
