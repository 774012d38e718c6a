"""What is fixed beforehand: locks, the frozen past, the published plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.index.arrays import Bools, Ints, ints, offsets
from optimizer.visits.model import Caregiver, LockLevel, Problem, PublishedStop, Visit

__all__ = ["apply_locks", "frozen_stops", "order_locks", "published_stops"]


def frozen_stops(
    problem: Problem,
    travel: TravelMatrix,
    visits: Sequence[Visit],
    visit_place: Ints,
    caregivers: Mapping[str, Caregiver],
) -> dict[tuple[str, str], PublishedStop]:
    """Published stops, by (visit, caregiver), for which their caregiver has left before the frozen moment."""
    if problem.frozen_before_t is None:
        return {}
    place_of = {visit.id: int(p) for visit, p in zip(visits, visit_place, strict=True)}
    routes: dict[tuple[str, str], list[PublishedStop]] = defaultdict(list)
    for stop in problem.published:
        if stop.visit in place_of:
            routes[stop.caregiver, stop.shift].append(stop)
    frozen = {}
    for (caregiver, shift_id), stops in sorted(routes.items()):
        shift = (
            next((s for s in caregivers[caregiver].shifts if s.id == shift_id), None)
            if caregiver in caregivers
            else None
        )
        if shift is None:
            continue
        here = travel.index[shift.start_location]
        durations = travel.durations[caregivers[caregiver].mode]
        for stop in sorted(stops, key=lambda stop: (stop.start_t, stop.visit)):
            there = place_of[stop.visit]
            if stop.start_t - int(durations[here, there]) < problem.frozen_before_t:
                frozen[stop.visit, caregiver] = stop
            here = there
    return frozen


def apply_locks(
    visits: Sequence[Visit],
    first_task: Ints,
    task_able: Bools,
    shift_ids: Sequence[tuple[str, str]],
    frozen: dict[tuple[str, str], PublishedStop],
) -> tuple[Ints, Bools]:
    """Narrow ``task_able`` to the locked caregivers, in place; return fixed starts and what must stay planned."""
    fixed = np.full(task_able.shape[0], -1, dtype=np.int64)
    must_stay = np.zeros(task_able.shape[0], dtype=bool)
    frozen_of = defaultdict(list)
    for (visit_id, _), stop in sorted(frozen.items()):
        frozen_of[visit_id].append(stop)
    for v, visit in enumerate(visits):
        task = int(first_task[v])
        taken = set()
        for stop in frozen_of.get(visit.id, ()):
            task_able[task] &= _is_shift(shift_ids, stop.caregiver, stop.shift)
            fixed[task], must_stay[task] = stop.start_t, True
            taken.add(stop.caregiver)
            task += 1
        for lock in sorted(visit.locks, key=lambda lock: (lock.caregiver, lock.shift or "")):
            if lock.caregiver in taken or task == first_task[v + 1]:
                continue
            task_able[task] &= _is_shift(shift_ids, lock.caregiver, lock.shift)
            if lock.level is LockLevel.TIME and lock.start_t is not None:
                fixed[task] = lock.start_t
            task += 1
        tasks = slice(int(first_task[v]), int(first_task[v + 1]))
        fixed[tasks] = fixed[tasks].max(initial=-1)  # the whole team starts together
        must_stay[tasks] = must_stay[tasks].any()
    return fixed, must_stay


def _is_shift(shift_ids: Sequence[tuple[str, str]], caregiver: str, shift: str | None) -> Bools:
    return np.array([c == caregiver and (shift is None or s == shift) for c, s in shift_ids], dtype=bool)


def order_locks(visits: Sequence[Visit], first_task: Ints) -> dict[str, Any]:
    """Neighbouring pairs of order-locked tasks of each caregiver, by the start they were locked with."""
    locked = defaultdict(list)
    for v, visit in enumerate(visits):
        for member, lock in enumerate(sorted(visit.locks, key=lambda lock: (lock.caregiver, lock.shift or ""))):
            if lock.level is LockLevel.ORDER and lock.start_t is not None and member < visit.team_size:
                locked[lock.caregiver].append((lock.start_t, visit.id, int(first_task[v]) + member))
    pairs = [(a[2], b[2]) for _, stops in sorted(locked.items()) for a, b in pairwise(sorted(stops))]
    return {"order_before": ints(a for a, _ in pairs), "order_after": ints(b for _, b in pairs)}


def published_stops(
    problem: Problem, visits: dict[str, int], caregivers: dict[str, int], shifts: dict[tuple[str, str], int]
) -> dict[str, Any]:
    """The published tasks of each visit, as offsets and rows."""
    rows = sorted(
        (visits[stop.visit], stop.caregiver, stop.shift, stop.start_t)
        for stop in problem.published
        if stop.visit in visits
    )
    counts = np.bincount(ints(row[0] for row in rows), minlength=len(visits))
    return {
        "published_first": offsets(int(count) for count in counts),
        "published_caregiver": ints(caregivers.get(row[1], -1) for row in rows),
        "published_shift": ints(shifts.get((row[1], row[2]), -1) for row in rows),
        "published_start": ints(row[3] for row in rows),
    }
