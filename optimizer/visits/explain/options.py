"""Ways to place a visit that does not fit: each relaxes one thing, by the least that is enough, and names the steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.visits.explain.day import INF, Interval
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.fits import Fits
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.nearest import squeezed_rows
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.placing import Found
from optimizer.visits.explain.state import Key, Placement, Spot
from optimizer.visits.model import TimeWindow
from optimizer.visits.plan import ChangeKind

__all__ = ["Option", "extending", "freeing", "margin", "shortening", "unlocking", "widen_step", "widening"]

ROWS_TRIED = 40
"""Gaps that are timed exactly when the least extension of a shift or the least shortening is sought."""

SLACKS_MIN = (30, 120)
"""Minutes of overtime that are tried one after the other."""


@dataclass(frozen=True, slots=True)
class Option:
    """A way to place a visit: the rule it relaxes (``code``), the steps, by how much (ticks), and where it would go."""

    code: str
    steps: tuple[Step, ...]
    amount_t: int
    found: Found

    @property
    def placement(self) -> Placement:
        """Where the visit would go."""
        if self.found.placement is None:
            raise ValueError("an option has a placement")
        return self.found.placement


def widening(
    desk: Desk, group: tuple[str, ...], able: Able, tables: tuple[GapTable, ...] | None = None
) -> Iterator[Option]:
    """Widen the windows of one visit of the group by the least that is enough, for each visit that has windows."""
    for visit in group:
        if not desk.day.visits[visit].windows:
            continue
        found = _least_widening(desk, group, visit, able, tables or (desk.table(),))
        if found is not None:
            yield found


def _least_widening(
    desk: Desk, group: tuple[str, ...], visit: str, able: Able, tables: tuple[GapTable, ...]
) -> Option | None:
    order = desk.freeing_order(True) if any(table.taken for table in tables) else None
    windows = desk.day.hard_windows(visit)

    def tried(margin_t: int) -> Found:
        wide = _merged(tuple((low - margin_t, min(INF, high + margin_t)) for low, high in windows))
        return desk.search(group, able, tables, windows={visit: wide}, order=order, max_trials=300)

    found = tried(INF)
    if found.placement is None:
        return None
    high = margin(windows, _start(found, visit))
    low = 0
    while high - low > _minute(desk):
        middle = (low + high) // 2
        trial = tried(middle)
        if trial.placement is None:
            low = middle
        else:
            found, high = trial, min(middle, margin(windows, _start(trial, visit)))
    start = _start(found, visit)
    return Option("window", (widen_step(desk, visit, start), *_free_step(found)), margin(windows, start), found)


def _start(found: Found, visit: str) -> int:
    if found.placement is None:
        raise ValueError("a search that found a placement was expected")
    return found.placement.timing.starts[visit]


def margin(windows: tuple[Interval, ...], start_t: int) -> int:
    """Ticks from a start to the nearest of some windows, 0 inside."""
    return min(max(0, low - start_t, start_t - high) for low, high in windows)


def _merged(windows: tuple[Interval, ...]) -> tuple[Interval, ...]:
    merged: list[Interval] = []
    for low, high in sorted(windows):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def widen_step(desk: Desk, visit: str, start_t: int) -> Step:
    """Widen the nearest window of a visit to hold a start, out to whole minutes."""
    windows = desk.day.visits[visit].windows
    gaps = [_window_gap(window, start_t) for window in windows]
    at = gaps.index(min(gaps))
    window, minute = windows[at], _minute(desk)
    earliest, latest = window.earliest_t, window.latest_t
    if start_t < earliest:
        earliest -= -(-(earliest - start_t) // minute) * minute
    elif latest is not None and start_t > latest:
        latest += -(-(start_t - latest) // minute) * minute
    return Step.of(ChangeKind.WIDEN_WINDOW, visit=visit, window=at, earliest_t=earliest, latest_t=latest)


def _window_gap(window: TimeWindow, start_t: int) -> int:
    return max(0, window.earliest_t - start_t, 0 if window.latest_t is None else start_t - window.latest_t)


def _minute(desk: Desk) -> int:
    return 60 * desk.problem.ticks_per_s


def _free_step(found: Found) -> tuple[Step, ...]:
    return (Step.of(ChangeKind.FREE_VISIT, visits=list(found.freed)),) if found.freed else ()


def freeing(desk: Desk, group: tuple[str, ...], able: Able, *, mandatory: bool) -> Iterator[Option]:
    """Take one or a few visits off the routes, those whose price is least first."""
    found = desk.search(group, able, desk.freeing_tables(), order=desk.freeing_order(mandatory), max_trials=400)
    if found.placement is not None and found.freed:
        yield Option("occupied", _free_step(found), 0, found)


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
        slack_t = minutes * _minute(desk)
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
    ride = desk.state.ride(key, [spot])
    limit_t = desk.day.limit_t(key)
    spans = tuple((a, b + slack_t if b == limit_t else b) for a, b in ride.spans)
    placement = desk.state.place([spot], rides={key: replace(ride, spans=spans)})
    if placement is None:
        return None
    over_t = placement.timing.returns[0] - limit_t
    if over_t <= 0:
        return None
    minute = _minute(desk)
    end_t = shift.end_t + -(-over_t // minute) * minute
    step = Step.of(ChangeKind.EXTEND_SHIFT, caregiver=key[0], shift=key[1], end_t=end_t)
    return Option("shift", (step,), over_t, Found(placement, desk.state, True))


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
    slack_t = 60 * _minute(desk)
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
    minute = _minute(desk)
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


def shortening(desk: Desk, visit: str, able: Able) -> Iterator[Option]:
    """Shorten one single visit, to half its length at the most, by the least that is enough."""
    one = desk.day.visits[visit]
    rows = squeezed_rows(desk, visit, able)
    if rows is None or one.service_duration_t <= 0:
        return
    short = rows.low - rows.high
    keep = (short > 0) & (short * 2 <= one.service_duration_t)
    rows, short = rows.rows(keep), short[keep]
    minute = _minute(desk)
    for row in np.argsort(short, kind="stable")[:ROWS_TRIED]:
        less_t = min(-(-int(short[row]) // minute) * minute, one.service_duration_t)
        shorter = replace(one, service_duration_t=one.service_duration_t - less_t)
        state = replace(desk.state, day=desk.day.with_visit(shorter))
        spot = Spot(visit, desk.keys[int(rows.ride[row])], int(rows.position[row]))
        placement = state.place([spot])
        if placement is not None:
            step = Step.of(ChangeKind.SHORTEN_VISIT, visit=visit, service_duration_t=shorter.service_duration_t)
            yield Option("duration", (step,), int(short[row]), Found(placement, state, True))
            return


def unlocking(desk: Desk, group: tuple[str, ...], able: Able) -> Iterator[Option]:
    """Take the locks off one visit of the group."""
    for visit in group:
        one = desk.day.visits[visit]
        if not one.locks or desk.day.is_frozen(visit):
            continue
        day = desk.day.with_visit(replace(one, locks=()))
        state = replace(desk.state, day=day)
        found = desk.search(group, able, (desk.table().with_state(state),))
        if found.placement is not None:
            yield Option("lock", (Step.of(ChangeKind.REMOVE_LOCK, visit=visit),), 0, found)


def _rows(desk: Desk, table: GapTable, visit: str, able: Able) -> Fits:
    return table.fits(visit, able[visit]).within(desk.state.allowed_starts(visit, frozenset()))


def _gaps(desk: Desk, fits: Fits) -> list[tuple[Key, int]]:
    """The gaps of some rows, each once, those with the least detour first."""
    order = np.lexsort((fits.position, fits.ride, fits.detour))
    pairs = ((desk.keys[int(fits.ride[row])], int(fits.position[row])) for row in order)
    return list(dict.fromkeys(pairs))
