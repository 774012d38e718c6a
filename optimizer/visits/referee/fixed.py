"""What is fixed beforehand: locks of three levels, and the frozen past of a published plan."""

from __future__ import annotations

from itertools import pairwise

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Lock, LockLevel, PublishedStop, Shift
from optimizer.visits.plan import Route, Stop
from optimizer.visits.referee.case import Case, Task
from optimizer.visits.referee.timeline import lay_out
from optimizer.visits.referee.violations import ViolationLog, Where, clock_text

__all__ = ["check_frozen", "check_lock_order", "check_locks"]


def check_locks(case: Case, tasks: tuple[Task, ...], log: ViolationLog) -> None:
    """Each lock of a planned visit is held by one of its team; at the level ``time`` at the locked start too."""
    visit = tasks[0].visit
    for lock in visit.locks:
        holders = [task for task in tasks if _holds(task, lock)]
        if not holders:
            log.add("lock_caregiver", Where(visit=visit.id, caregiver=lock.caregiver, shift=lock.shift))
        elif lock.level is LockLevel.TIME and lock.start_t is not None and holders[0].start_t != lock.start_t:
            log.add(
                "lock_time",
                Where(visit=visit.id, caregiver=lock.caregiver, shift=holders[0].shift_id),
                amount_t=abs(holders[0].start_t - lock.start_t),
                wanted=clock_text(lock.start_t, case.problem.ticks_per_s),
            )


def check_lock_order(case: Case, log: ViolationLog) -> None:
    """The planned order-locked visits of a caregiver follow each other in the order of their locked starts."""
    locked: dict[str, list[tuple[int, tuple[int, int], str]]] = {}
    for tasks in case.tasks.values():
        for lock in tasks[0].visit.locks:
            holder = next((task for task in tasks if _holds(task, lock)), None)
            if lock.level is LockLevel.ORDER and lock.start_t is not None and holder is not None:
                row = (lock.start_t, (holder.start_t, holder.position), holder.visit.id)
                locked.setdefault(lock.caregiver, []).append(row)
    for caregiver, rows in sorted(locked.items()):
        for before, after in pairwise(sorted(rows)):
            if after[1] < before[1]:
                log.add("lock_order", Where(visit=after[2], caregiver=caregiver), other=before[2])


def check_frozen(case: Case, travel: TravelMatrix, log: ViolationLog) -> None:
    """What has departed stays as it was published, and nothing else starts before the frozen moment.

    What was published for a caregiver who is no longer on duty, or for a visit or shift that no longer exists, binds
    nobody: it could only be obeyed by breaking another rule.
    """
    frozen_t = case.problem.frozen_before_t
    if frozen_t is None:
        return
    departed = _departed(case, travel, frozen_t)
    for stop in departed:
        if not any(_is_unchanged(task, stop) for task in case.tasks.get(stop.visit, ())):
            where = Where(visit=stop.visit, caregiver=stop.caregiver, shift=stop.shift)
            log.add("frozen_changed", where, wanted=clock_text(stop.start_t, case.problem.ticks_per_s))
    fixed = {stop.visit for stop in departed}  # a whole team starts with its departed member
    for task in (task for tasks in case.tasks.values() for task in tasks):
        if task.start_t < frozen_t and task.visit.id not in fixed:
            where = Where(visit=task.visit.id, caregiver=task.caregiver_id, shift=task.shift_id)
            log.add("frozen_start", where, amount_t=frozen_t - task.start_t, start_t=task.start_t)


def _holds(task: Task, lock: Lock) -> bool:
    return task.caregiver_id == lock.caregiver and lock.shift in (None, task.shift_id)


def _is_unchanged(task: Task, stop: PublishedStop) -> bool:
    return (task.caregiver_id, task.shift_id, task.start_t) == (stop.caregiver, stop.shift, stop.start_t)


def _departed(case: Case, travel: TravelMatrix, frozen_t: int) -> list[PublishedStop]:
    """Published stops for which their caregiver had left the place before by ``frozen_t``."""
    routes: dict[tuple[str, str], list[PublishedStop]] = {}
    for stop in case.problem.published:
        if stop.visit in case.visits and (stop.caregiver, stop.shift) in case.shifts:
            routes.setdefault((stop.caregiver, stop.shift), []).append(stop)
    on_duty = {caregiver.id: caregiver for caregiver in case.on_duty}
    found = []
    for (name, shift_id), stops in sorted(routes.items()):
        if name in on_duty:
            in_order = sorted(stops, key=lambda stop: (stop.start_t, stop.visit))
            lefts = _departures_t(case, travel, in_order, case.shifts[name, shift_id], on_duty[name].mode)
            found += [stop for stop, left_t in zip(in_order, lefts, strict=True) if left_t < frozen_t]
    return found


def _departures_t(case: Case, travel: TravelMatrix, stops: list[PublishedStop], shift: Shift, mode: str) -> list[int]:
    """When the published stops of one route were left for: start minus travel from the place before."""
    route = Route(
        caregiver=stops[0].caregiver,
        shift=shift.id,
        stops=tuple(Stop(visit=stop.visit, start_t=stop.start_t) for stop in stops),
    )
    legs = lay_out(case, travel, route, shift, mode).legs[:-1]
    return [stop.start_t - leg.travel_t for stop, leg in zip(stops, legs, strict=True)]
