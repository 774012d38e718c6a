"""What is to be placed, and the gaps that are not ruled out for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.explain.day import INF, Day, Interval
from optimizer.visits.explain.fits import Bools, Fits
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.state import Key, PlanState

__all__ = ["MAX_TRIALS", "Order", "Question", "candidates", "loosened"]

Order = Callable[[Fits, str], NDArray[np.float64]]

MAX_TRIALS = 400
"""Full choices that are timed before a search is given up without a proof; a single visit never needs so many."""


@dataclass(frozen=True)
class Question:
    """What is to be placed, where it may go, and what is relaxed for it.

    Attributes
    ----------
    tables
        Gaps of the shifts; tables that take stops off routes may be among them. All of one state and the same shifts.
    group
        Visits that are placed together, sorted.
    able
        For each visit one mark for each shift of the tables.
    windows
        Hard windows that replace a visit's own.
    order
        What the candidates of a visit are sorted by, smallest first (infinite: not allowed); the detour by default.
    """

    tables: tuple[GapTable, ...]
    group: tuple[str, ...]
    able: Mapping[str, Bools]
    windows: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    order: Order | None = None
    max_trials: int = MAX_TRIALS

    @property
    def state(self) -> PlanState:
        """The routes that are asked about."""
        return self.tables[0].state

    @property
    def day(self) -> Day:
        """The problem."""
        return self.state.day

    @property
    def keys(self) -> tuple[Key, ...]:
        """The shifts."""
        return self.tables[0].keys


def candidates(question: Question, visit: str) -> Fits:
    """The gaps that are not ruled out for one member of a visit's team, cut to its windows."""
    state, keys = question.state, question.keys
    parts = []
    for table in question.tables:
        fits = table.fits(visit, question.able[visit])
        parts.append(_in_windows(question, visit, fits))
    fits = Fits.joined(parts)
    if any(lock.start_t is not None for lock in question.day.visits[visit].locks):
        ranges = [state.order_range(visit, key) for key in keys]
        low, high = np.array([a for a, _ in ranges]), np.array([b for _, b in ranges])
        fits = fits.rows((fits.position + fits.taken >= low[fits.ride]) & (fits.position <= high[fits.ride]))
    return fits


def _in_windows(question: Question, visit: str, fits: Fits) -> Fits:
    """Rows cut to the starts that windows and partners leave; a partner on the same route may still move."""
    state, keys = question.state, question.keys
    windows = question.windows.get(visit)
    near = {
        key
        for link in question.day.links_of.get(visit, ())
        for other in link.visits
        for key in state.keys_of.get(other, ())
    }
    apart = state.allowed_starts(visit, frozenset(), windows)
    if not near:
        return fits.within(apart)
    numbers = [number for number, key in enumerate(keys) if key in near]
    parts = [fits.rows(~np.isin(fits.ride, numbers)).within(apart)]
    for number in numbers:
        mine = fits.rows(fits.ride == number)
        parts.append(mine.within(state.allowed_starts(visit, frozenset((keys[number],)), windows)))
    return Fits.joined(parts)


def loosened(question: Question, rows: Mapping[str, Fits]) -> dict[str, Fits]:
    """Rows for visits that may share a route: where a stop more could make a way shorter, every gap stays open."""
    day, state = question.day, question.state
    loose = []
    for number, key in enumerate(question.keys):
        able = [visit for visit in question.group if question.able[visit][number]]
        if len(able) > 1 and not _is_metric(day, state, key, able):
            loose.append(number)
    if not loose:
        return dict(rows)
    result = {}
    for visit, fits in rows.items():
        parts = [fits.rows(~np.isin(fits.ride, loose))]
        for number in loose:
            if question.able[visit][number]:
                parts.append(_in_windows(question, visit, _open_rows(question.tables, number)))
        result[visit] = Fits.joined(parts)
    return result


def _open_rows(tables: Iterable[GapTable], number: int) -> Fits:
    parts = []
    for table in tables:
        positions = table.columns["position"][table.columns["ride"] == number]
        ones = np.ones_like(positions)
        parts.append(Fits(ones * number, positions, ones * -INF, ones * INF, ones * table.taken, ones * 0))
    return Fits.joined(parts)


def _is_metric(day: Day, state: PlanState, key: Key, group: Sequence[str]) -> bool:
    """Whether going by a visit of the group never gets a caregiver anywhere sooner."""
    shift, mode = day.shifts[key], day.caregivers[key[0]].mode
    if mode not in day.travel.durations:
        return True
    names = {shift.start_location, *(day.place(stop) for stop in (*state.stops.get(key, ()), *group))}
    names |= {name for name in (shift.end_location, *(one.location for one in shift.breaks)) if name is not None}
    index = np.array([day.travel.index[name] for name in sorted(names)])
    pick = np.ix_(index, index)
    ways = np.where(day.travel.reachable[mode][pick], day.travel.durations[mode][pick], np.int64(INF))
    at = {name: i for i, name in enumerate(sorted(names))}
    for visit in group:
        i = at[day.place(visit)]
        stay = 0 if shift.max_travel_t is not None else day.visits[visit].service_duration_t
        if np.any(ways[:, i][:, None] + stay + ways[i, :][None, :] < ways):
            return False
    return True
