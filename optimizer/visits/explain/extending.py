"""Let one shift end later or begin earlier, by the least that is enough for one single visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from optimizer.visits.explain.day import INF
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.fits import Fits
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.options import ROWS_TRIED, Option, limit_steps, minute_t
from optimizer.visits.explain.placing import Found
from optimizer.visits.explain.state import Key, Spot
from optimizer.visits.plan import ChangeKind

__all__ = ["extending"]

SLACKS_MIN = (30, 120)
"""Minutes of overtime that are tried one after the other."""


def extending(desk: Desk, visit: str, able: Able) -> Iterator[Option]:
    """Let one shift end later, or begin earlier, by the least that is enough for one single visit."""
    later = _extending_end(desk, visit, able)
    if later is not None:
        yield later
    earlier = _extending_start(desk, visit, able)
    if earlier is not None:
        yield earlier


def _extending_end(desk: Desk, visit: str, able: Able) -> Option | None:
    best: tuple[int, Option] | None = None
    for minutes in SLACKS_MIN:
        slack_t = minutes * minute_t(desk)
        fits = _rows(desk, desk.table(slack_t=slack_t), visit, able)
        for key, position in _gaps(desk, fits)[:ROWS_TRIED]:
            option = _longer_shift(desk, visit, key, position, slack_t)
            if option is not None and (best is None or option.amount_t < best[0]):
                best = (option.amount_t, option)
        if best is not None:
            return best[1]
    return None


def _longer_shift(desk: Desk, visit: str, key: Key, position: int, slack_t: int) -> Option | None:
    shift = desk.day.shifts[key]
    if shift.end_t is None or _next_start(desk, key) < desk.day.limit_t(key) + slack_t:
        return None
    spot = Spot(visit, key, position)
    placement = desk.state.place([spot], slack_t=slack_t)
    if placement is None:
        return None
    over_t = placement.timing.returns[0] - desk.day.limit_t(key)
    if over_t <= 0:
        return None
    return Option("shift", limit_steps(desk, placement), over_t, Found(placement, desk.state, True))


def _next_start(desk: Desk, key: Key) -> int:
    """Start of the caregiver's next shift; an extension stays before it."""
    own = desk.day.shifts[key].start_t
    later = [shift.start_t for other, shift in desk.day.shifts.items() if other[0] == key[0] and shift.start_t > own]
    return min(later, default=INF)


def _extending_start(desk: Desk, visit: str, able: Able) -> Option | None:
    """Only in front of the first stop: what is before the shift is before everything else."""
    best: tuple[int, Option] | None = None
    for number, key in enumerate(desk.keys):
        if not able[visit][number]:
            continue
        option = _earlier_shift(desk, visit, key)
        if option is not None and (best is None or option.amount_t < best[0]):
            best = (option.amount_t, option)
    return best[1] if best is not None else None


def _earlier_shift(desk: Desk, visit: str, key: Key) -> Option | None:
    shift, mode = desk.day.shifts[key], desk.day.caregivers[key[0]].mode
    way_t = desk.day.leg_t(mode, shift.start_location, desk.day.place(visit))
    last = max((high for _, high in desk.state.allowed_starts(visit, frozenset())), default=-INF)
    slack_t = 60 * minute_t(desk)
    if (
        not shift.start_t - slack_t <= last - way_t < shift.start_t
        or _previous_end(desk, key) > shift.start_t - slack_t
    ):
        return None
    spot = Spot(visit, key, 0)
    ride = desk.state.ride(key, [spot])
    leave_t = last - way_t
    spans = tuple((min(a, leave_t) if a == shift.start_t else a, b) for a, b in ride.spans)
    placement = desk.state.place([spot], rides={key: replace(ride, spans=spans)})
    if placement is None:
        return None
    early_t = shift.start_t - placement.timing.departures[0]
    if early_t <= 0:
        return None
    minute = minute_t(desk)
    start_t = shift.start_t - -(-early_t // minute) * minute
    step = Step.of(ChangeKind.EXTEND_SHIFT, caregiver=key[0], shift=key[1], start_t=start_t)
    return Option("shift", (step,), early_t, Found(placement, desk.state, True))


def _previous_end(desk: Desk, key: Key) -> int:
    own = desk.day.shifts[key].start_t
    before = [
        desk.day.limit_t(other)
        for other, shift in desk.day.shifts.items()
        if other[0] == key[0] and shift.start_t < own
    ]
    return max(before, default=-INF)


def _rows(desk: Desk, table: GapTable, visit: str, able: Able) -> Fits:
    return table.fits(visit, able[visit]).within(desk.state.allowed_starts(visit, frozenset()))


def _gaps(desk: Desk, fits: Fits) -> list[tuple[Key, int]]:
    """The gaps of some rows, each once, those with the least detour first."""
    order = np.lexsort((fits.position, fits.ride, fits.detour))
    pairs = ((desk.keys[int(fits.ride[row])], int(fits.position[row])) for row in order)
    return list(dict.fromkeys(pairs))
