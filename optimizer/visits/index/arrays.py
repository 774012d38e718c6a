"""A problem as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.model import Problem

__all__ = ["FAR", "Bools", "IndexedProblem", "Ints", "ints", "offsets"]

FAR = 1 << 40
"""Stands for "no limit" in arrays of ticks; larger than any sum of real times, small enough never to overflow."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class IndexedProblem:
    """A problem as arrays. ``V`` visits, ``T`` tasks, ``R`` shifts, ``C`` caregivers on duty, ``L`` places.

    Attributes
    ----------
    visit_ids, caregiver_ids, shift_ids, location_ids
        Sorted ids; ``shift_ids`` are pairs (caregiver, shift) of the caregivers on duty.
    durations
        One ``(L, L)`` int32 array of ticks for each mode of ``modes``; unreachable pairs hold ``UNREACHABLE``.
    first_task
        ``(V + 1,)``; the tasks of visit ``v`` are ``first_task[v] … first_task[v + 1] - 1``, one a member of the team.
    visit_location, visit_duration, visit_load
        ``(V,)`` place index, ticks of service, load.
    window_first, window_earliest, window_due, window_latest
        Windows of visit ``v`` are ``window_first[v] … window_first[v + 1] - 1``, sorted; ticks, ``FAR`` for no limit.
        Starts before ``frozen_before_t`` are already cut off, except for what is frozen.
    mandatory, price
        ``(V,)`` bool, and the price in cost units of leaving an optional visit out.
    task_visit
        ``(T,)`` the visit of a task.
    task_able
        ``(T, R)`` bool: the caregiver of that shift may do the task (skills, gender, dialect, required, forbidden,
        provider, locks) and can travel there and back.
    task_fixed_start, task_frozen
        ``(T,)`` start fixed by a lock or by the frozen past, ``-1`` where free; whether it must stay in the plan.
    not_preferred, unknown
        ``(V, C)`` bool: a task of the visit by that caregiver counts as *preference* / as *continuity*.
    gap_before, gap_after, gap_min, gap_max
        ``(G,)`` rules ``gap_min <= start[after] - start[before] <= gap_max`` between visits (simultaneous: 0 and 0).
    gap_binds_apart
        ``(G,)`` bool: the rule comes from a link that is not all-or-nothing and holds only if both are planned.
    group
        ``(V,)`` visits with the same number are planned all or not at all.
    same_caregiver, different_caregivers
        ``(·, 2)`` pairs of visits.
    order_before, order_after
        ``(O,)`` pairs of tasks whose order on their caregiver's route is locked.
    shift_caregiver, shift_mode, shift_start_location, shift_end_location
        ``(R,)`` indices; ``-1`` for a route that ends at its last visit.
    shift_start, shift_end, shift_latest_return, shift_max_load, shift_max_travel
        ``(R,)`` ticks (``FAR``: no limit) and load.
    break_first, break_earliest, break_latest, break_duration, break_location, break_paid, break_ids
        Breaks of shift ``r`` are ``break_first[r] … break_first[r + 1] - 1``, sorted; location ``-1``: anywhere.
    published_first, published_caregiver, published_shift, published_start
        Published tasks of visit ``v``; caregiver and shift ``-1`` where they are not on duty today.
    """

    problem: Problem
    visit_ids: tuple[str, ...]
    caregiver_ids: tuple[str, ...]
    shift_ids: tuple[tuple[str, str], ...]
    location_ids: tuple[str, ...]
    modes: tuple[str, ...]
    durations: tuple[NDArray[np.int32], ...]
    first_task: Ints
    visit_location: Ints
    visit_duration: Ints
    visit_load: Ints
    window_first: Ints
    window_earliest: Ints
    window_due: Ints
    window_latest: Ints
    mandatory: Bools
    price: NDArray[np.float64]
    task_visit: Ints
    task_able: Bools
    task_fixed_start: Ints
    task_frozen: Bools
    not_preferred: Bools
    unknown: Bools
    gap_before: Ints
    gap_after: Ints
    gap_min: Ints
    gap_max: Ints
    gap_binds_apart: Bools
    group: Ints
    same_caregiver: Ints
    different_caregivers: Ints
    order_before: Ints
    order_after: Ints
    shift_caregiver: Ints
    shift_mode: Ints
    shift_start_location: Ints
    shift_end_location: Ints
    shift_start: Ints
    shift_end: Ints
    shift_latest_return: Ints
    shift_max_load: Ints
    shift_max_travel: Ints
    break_first: Ints
    break_earliest: Ints
    break_latest: Ints
    break_duration: Ints
    break_location: Ints
    break_paid: Bools
    break_ids: tuple[str, ...]
    published_first: Ints
    published_caregiver: Ints
    published_shift: Ints
    published_start: Ints

    @property
    def visits(self) -> int:
        """Number of visits."""
        return len(self.visit_ids)

    @property
    def tasks(self) -> int:
        """Number of tasks: one for each member of each visit's team."""
        return len(self.task_visit)

    @property
    def shifts(self) -> int:
        """Number of shifts of caregivers on duty."""
        return len(self.shift_ids)


def ints(values: Iterable[int]) -> Ints:
    """An int64 array of the values."""
    return np.fromiter(values, dtype=np.int64)


def offsets(sizes: Iterable[int]) -> Ints:
    """Offsets ``(n + 1,)`` of rows of these sizes, laid end to end."""
    return np.concatenate(([0], np.cumsum(ints(sizes)))).astype(np.int64)
