"""Who can do which visit on an empty day, and what stands in the way where too few can.

For every visit the caregivers on duty are narrowed down step by step; the first step that leaves fewer than the team
needs is the visit's hindrance. Breaks, other visits and links are not looked at here: a visit without a hindrance can
still be left out. All of it is array work, V visits × S shifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.matrix import MAX_DURATION, TravelMatrix
from optimizer.visits.able import able_caregivers
from optimizer.visits.model import Caregiver, CaregiverStatus, Problem, Shift, Visit

__all__ = ["Hindrance", "Staffing", "Step", "staffing_of"]

_OPEN_END_T = 1 << 60
"""Stands for no limit in the arrays."""


class Step(IntEnum):
    """The steps by which caregivers are ruled out, in their order."""

    SKILL = 0
    GENDER = 1
    DIALECT = 2
    PROVIDER = 3
    REQUIRED = 4
    TOGETHER = 5
    TEAM = 6
    SHIFT = 7
    LOAD = 8
    WAY = 9
    TRAVEL = 10
    LENGTH = 11
    WINDOW = 12
    TIME = 13


@dataclass(frozen=True, kw_only=True, slots=True)
class Hindrance:
    """Why nobody, or not a whole team, can do a visit.

    ``left`` caregivers passed the step, of ``before`` who had passed the step before it. ``limit`` is the best figure
    among the latter where the step has one: the largest load, the longest travel or shift in
    ticks.
    """

    visit: str
    step: Step
    left: int
    before: int
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """The caregivers on duty, whom of them each visit's data allow, and the hindrances.

    ``able`` is a ``(V, C)`` bool array over the visits given and ``caregivers``.
    """

    visits: tuple[str, ...]
    caregivers: tuple[Caregiver, ...]
    able: NDArray[np.bool_]
    hindrances: tuple[Hindrance, ...]


@dataclass(frozen=True, kw_only=True)
class _Shifts:
    """The shifts of those on duty as arrays of length S; ``owner`` is the caregiver's index."""

    shifts: tuple[Shift, ...]
    modes: tuple[str, ...]
    owner: NDArray[np.int64]
    start: NDArray[np.int64]
    limit: NDArray[np.int64]
    max_load: NDArray[np.int64]
    max_travel: NDArray[np.int64]


def staffing_of(problem: Problem, visits: Sequence[Visit], travel: TravelMatrix | None) -> Staffing:
    """Narrow the caregivers on duty down for each visit; without ``travel`` the ways count as nothing."""
    caregivers = tuple(one for one in problem.caregivers if one.status is CaregiverStatus.ON_DUTY)
    able = able_caregivers(problem, visits, caregivers)
    hindrances: tuple[Hindrance, ...] = ()
    if any(caregiver.shifts for caregiver in caregivers):
        hindrances = tuple(_Narrowing(problem, visits, caregivers, able, travel).hindrances())
    return Staffing(visits=tuple(visit.id for visit in visits), caregivers=caregivers, able=able, hindrances=hindrances)


class _Narrowing:
    """The steps, over all visits of one problem."""

    def __init__(
        self,
        problem: Problem,
        visits: Sequence[Visit],
        caregivers: Sequence[Caregiver],
        able: NDArray[np.bool_],
        travel: TravelMatrix | None,
    ) -> None:
        self._visits = visits
        self._caregivers = caregivers
        self._able = able
        self._clients = {client.id: client for client in problem.clients}
        known = {location.id for location in problem.locations}
        self._shifts = _shift_arrays(caregivers, known)
        self._travel = travel
        self._there, self._back, self._reaches = self._ways()
        day = problem.date
        levels: dict[str, int] = {}
        for caregiver in caregivers:
            for skill in caregiver.skills:
                if skill.expires is None or day <= skill.expires:
                    levels[skill.skill] = max(skill.level, levels.get(skill.skill, skill.level))
        self._levels = levels
        self._genders = {caregiver.gender for caregiver in caregivers}
        self._dialects = {dialect for caregiver in caregivers for dialect in caregiver.dialects}
        self._providers = {caregiver.provider for caregiver in caregivers}
        self._providers |= {one.borrower for one in problem.sharing if one.lender in self._providers}
        self._on_duty = {caregiver.id for caregiver in caregivers}

    def hindrances(self) -> list[Hindrance]:
        """The first hindrance of each visit that has one, in the order of the visits."""
        found = (self._first(v, visit) for v, visit in enumerate(self._visits))
        return [hindrance for hindrance in found if hindrance is not None]

    def _first(self, v: int, visit: Visit) -> Hindrance | None:
        able = int(np.count_nonzero(self._able[v]))
        if able < visit.team_size:
            step = Step.TEAM if able else self._missing(visit)
            return Hindrance(visit=visit.id, step=step, left=able, before=len(self._caregivers))
        return self._first_of_shifts(v, visit)

    def _missing(self, visit: Visit) -> Step:
        """Which single demand nobody on duty meets; ``TOGETHER`` if only their sum is too much."""
        client = self._clients[visit.client]
        if any(self._levels.get(need.skill, need.level - 1) < need.level for need in visit.skills):
            return Step.SKILL
        if client.gender is not None and client.gender not in self._genders:
            return Step.GENDER
        if client.dialect is not None and client.dialect not in self._dialects:
            return Step.DIALECT
        if visit.provider is not None and visit.provider not in self._providers:
            return Step.PROVIDER
        if visit.required_caregivers and not self._on_duty.intersection(visit.required_caregivers):
            return Step.REQUIRED
        return Step.TOGETHER

    def _first_of_shifts(self, v: int, visit: Visit) -> Hindrance | None:
        shifts = self._shifts
        there, back = self._there[v].astype(np.int64), self._back[v].astype(np.int64)
        length = visit.service_duration_t
        steps = (
            (Step.LOAD, lambda: shifts.max_load >= visit.load),
            (Step.WAY, lambda: self._reaches[v]),
            (Step.TRAVEL, lambda: there + back <= shifts.max_travel),
            (Step.LENGTH, lambda: length <= shifts.limit - shifts.start),
            (Step.WINDOW, lambda: _fits(visit, shifts.start, shifts.limit - length)),
            (Step.TIME, lambda: _fits(visit, shifts.start + there, shifts.limit - length - back)),
        )
        mask = self._able[v][shifts.owner]
        before = self._people(mask)
        if before < visit.team_size:
            able = int(np.count_nonzero(self._able[v]))
            return Hindrance(visit=visit.id, step=Step.SHIFT, left=before, before=able)
        if self._people(np.logical_and.reduce([mask, *(passes() for _, passes in steps)])) >= visit.team_size:
            return None
        for step, passes in steps:
            narrowed = mask & passes()
            left = self._people(narrowed)
            if left < visit.team_size:
                limit = self._limit(step, mask)
                return Hindrance(visit=visit.id, step=step, left=left, before=before, limit=limit)
            mask, before = narrowed, left
        return None

    def _people(self, mask: NDArray[np.bool_]) -> int:
        return int(np.unique(self._shifts.owner[mask]).size)

    def _limit(self, step: Step, mask: NDArray[np.bool_]) -> int | None:
        if not mask.any():
            return None
        if step is Step.LOAD:
            return int(self._shifts.max_load[mask].max())
        if step is Step.TRAVEL:
            return int(self._shifts.max_travel[mask].max())
        if step is Step.LENGTH:
            return int((self._shifts.limit - self._shifts.start)[mask].max())
        return None

    def _ways(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
        """``(V, S)`` arrays: ticks there, ticks back, and whether both ways exist."""
        shape = (len(self._visits), len(self._shifts.shifts))
        there, back = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
        reaches = np.ones(shape, dtype=np.bool_)
        if self._travel is None:
            return there, back, reaches
        index = self._travel.index
        at = np.array([index[self._place(visit)] for visit in self._visits], dtype=np.int64)
        for mode in sorted(set(self._shifts.modes)):
            durations, reachable = self._travel.durations[mode], self._travel.reachable[mode]
            of_mode = np.array([s for s, own in enumerate(self._shifts.modes) if own == mode], dtype=np.int64)
            starts = np.array([index[self._shifts.shifts[s].start_location] for s in of_mode], dtype=np.int64)
            there[:, of_mode] = durations[np.ix_(starts, at)].T
            reaches[:, of_mode] = reachable[np.ix_(starts, at)].T
            homes = [(s, index[end]) for s in of_mode if (end := self._shifts.shifts[s].end_location) is not None]
            returning = np.array([s for s, _ in homes], dtype=np.int64)
            ends = np.array([end for _, end in homes], dtype=np.int64)
            back[:, returning] = durations[np.ix_(at, ends)]
            reaches[:, returning] &= reachable[np.ix_(at, ends)]
        return there, back, reaches

    def _place(self, visit: Visit) -> str:
        return visit.location if visit.location is not None else self._clients[visit.client].location


def _fits(visit: Visit, first_t: NDArray[np.int64], last_t: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a start from ``first_t`` to ``last_t`` (per shift) lies in one of the visit's windows."""
    if not visit.windows:
        return first_t <= last_t
    fits = np.zeros(len(first_t), dtype=np.bool_)
    for window in visit.windows:
        latest = last_t if window.latest_t is None else np.minimum(last_t, window.latest_t)
        fits |= np.maximum(first_t, window.earliest_t) <= latest
    return fits


def _shift_arrays(caregivers: Sequence[Caregiver], known: set[str]) -> _Shifts:
    rows = [
        (c, caregiver.mode, shift)
        for c, caregiver in enumerate(caregivers)
        for shift in caregiver.shifts
        if shift.start_location in known
        and (shift.end_location is None or shift.end_location in known)
        and shift.start_t <= (MAX_DURATION if shift.end_t is None else shift.end_t) <= MAX_DURATION
    ]
    return _Shifts(
        shifts=tuple(shift for _, _, shift in rows),
        modes=tuple(mode for _, mode, _ in rows),
        owner=np.array([c for c, _, _ in rows], dtype=np.int64),
        start=np.array([shift.start_t for _, _, shift in rows], dtype=np.int64),
        limit=np.array([_limit_t(shift) for _, _, shift in rows], dtype=np.int64),
        max_load=np.array([_limit(shift.max_load) for _, _, shift in rows], dtype=np.int64),
        max_travel=np.array([_limit(shift.max_travel_t) for _, _, shift in rows], dtype=np.int64),
    )


def _limit(limit: int | None) -> int:
    return _OPEN_END_T if limit is None else min(limit, _OPEN_END_T)


def _limit_t(shift: Shift) -> int:
    """The latest moment at which the route may be back."""
    if shift.end_t is None or shift.max_overtime_t is None:
        return _OPEN_END_T
    return shift.end_t + min(max(0, shift.max_overtime_t), MAX_DURATION)
