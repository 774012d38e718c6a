"""Ways to place a visit that does not fit: each relaxes one thing, by the least that is enough, and names the steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.visits.explain.day import INF, Interval
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.gaps import GapTable
from optimizer.visits.explain.nearest import squeezed_rows
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.placing import Found
from optimizer.visits.explain.state import Placement, Spot
from optimizer.visits.model import TimeWindow
from optimizer.visits.plan import ChangeKind

__all__ = [
    "Option",
    "freeing",
    "lifting",
    "margin",
    "minute_t",
    "pushing",
    "shortening",
    "unlocking",
    "widen_step",
    "widening",
]

ROWS_TRIED = 40
"""Gaps that are timed exactly when the least extension of a shift or the least shortening is sought."""


PUSHED_ROWS = 4
MOST_PUSHED_MIN = 60
"""Gaps in which a visit is tried at the cost of the stop behind it, and by how much that may be late."""


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
    while high - low > minute_t(desk):
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
    window, minute = windows[at], minute_t(desk)
    earliest, latest = window.earliest_t, window.latest_t
    if start_t < earliest:
        earliest -= -(-(earliest - start_t) // minute) * minute
    elif latest is not None and start_t > latest:
        latest += -(-(start_t - latest) // minute) * minute
    return Step.of(ChangeKind.WIDEN_WINDOW, visit=visit, window=at, earliest_t=earliest, latest_t=latest)


def _window_gap(window: TimeWindow, start_t: int) -> int:
    return max(0, window.earliest_t - start_t, 0 if window.latest_t is None else start_t - window.latest_t)


def minute_t(desk: Desk) -> int:
    """Ticks in a minute."""
    return 60 * desk.problem.ticks_per_s


def _free_step(found: Found) -> tuple[Step, ...]:
    return (Step.of(ChangeKind.FREE_VISIT, visits=list(found.freed)),) if found.freed else ()


def freeing(desk: Desk, group: tuple[str, ...], able: Able, *, mandatory: bool) -> Iterator[Option]:
    """Take one or a few visits off the routes, those whose price is least first."""
    found = desk.search(group, able, desk.freeing_tables(), order=desk.freeing_order(mandatory), max_trials=400)
    if found.placement is not None and found.freed:
        yield Option("occupied", _free_step(found), 0, found)


def lifting(desk: Desk, group: tuple[str, ...], able: Able) -> Iterator[Option]:
    """Raise the largest load or the longest travel of the shifts where that alone is in the way."""
    shifts = desk.day.shifts.values()
    if any(shift.max_load is not None for shift in shifts):
        yield from _lifting_one(desk, group, able, "load")
    if any(shift.max_travel_t is not None for shift in shifts):
        yield from _lifting_one(desk, group, able, "travel")


def _lifting_one(desk: Desk, group: tuple[str, ...], able: Able, limit: str) -> Iterator[Option]:
    found = desk.search(group, able, (desk.table(lifted=frozenset((limit,))),), max_trials=50)
    if found.placement is None:
        return
    steps = limit_steps(desk, found.placement)
    if steps:
        yield Option("load" if limit == "load" else "travel_limit", steps, 0, found)


def limit_steps(desk: Desk, placement: Placement) -> tuple[Step, ...]:
    """What raises the limits of the shifts (load, travel, end) that a placement breaks, out to whole minutes."""
    steps, minute, timing = [], minute_t(desk), placement.timing
    for ride, travel_t, return_t in zip(placement.rides, timing.travels, timing.returns, strict=True):
        shift, where = ride.shift, {"caregiver": ride.key[0], "shift": ride.key[1]}
        load = sum(desk.day.visits[stop].load for stop in ride.stops)
        if shift.max_load is not None and load > shift.max_load:
            steps.append(Step.of(ChangeKind.RAISE_LOAD, **where, max_load=load))
        if shift.max_travel_t is not None and travel_t > shift.max_travel_t:
            over_t = -(-(travel_t - shift.max_travel_t) // minute) * minute
            steps.append(Step.of(ChangeKind.RAISE_TRAVEL, **where, max_travel_t=shift.max_travel_t + over_t))
        if shift.end_t is not None and return_t > desk.day.limit_t(ride.key):
            over_t = -(-(return_t - desk.day.limit_t(ride.key)) // minute) * minute
            steps.append(Step.of(ChangeKind.EXTEND_SHIFT, **where, end_t=shift.end_t + over_t))
    return tuple(steps)


def pushing(desk: Desk, visit: str, able: Able) -> Iterator[Option]:
    """Let one other visit start after its window, by the least that is enough for one single visit."""
    rows = squeezed_rows(desk, visit, able)
    if rows is None:
        return
    short = rows.low - rows.high
    best: Option | None = None
    for row in np.argsort(short, kind="stable")[:PUSHED_ROWS]:
        if short[row] > MOST_PUSHED_MIN * minute_t(desk) or (best is not None and short[row] >= best.amount_t):
            break
        spot = Spot(visit, desk.keys[int(rows.ride[row])], int(rows.position[row]))
        option = _pushed(desk, spot) if short[row] > 0 else None
        if option is not None and (best is None or option.amount_t < best.amount_t):
            best = option
    if best is not None:
        yield best


def _pushed(desk: Desk, spot: Spot) -> Option | None:
    """The visit at a spot with one stop behind it starting later than its window, if that is enough."""
    behind = [stop for stop in desk.state.stops.get(spot.key, ())[spot.position :] if desk.day.visits[stop].windows]
    wide = {stop: tuple((low, INF) for low, _ in desk.day.hard_windows(stop)) for stop in behind}
    placement = desk.state.place([spot], windows=wide)
    if placement is None:
        return None
    starts = placement.timing.starts
    late = [stop for stop in behind if margin(desk.day.hard_windows(stop), starts[stop]) > 0]
    if len(late) != 1:
        return None
    placement = desk.state.place([spot], windows={late[0]: wide[late[0]]})
    if placement is None:
        return None
    start_t = placement.timing.starts[late[0]]
    step = widen_step(desk, late[0], start_t)
    over_t = margin(desk.day.hard_windows(late[0]), start_t)
    return Option("neighbour", (step,), over_t, Found(placement, desk.state, True)) if over_t > 0 else None


def shortening(desk: Desk, visit: str, able: Able) -> Iterator[Option]:
    """Shorten one single visit, to half its length at the most, by the least that is enough."""
    one = desk.day.visits[visit]
    rows = squeezed_rows(desk, visit, able)
    if rows is None or one.service_duration_t <= 0:
        return
    short = rows.low - rows.high
    keep = (short > 0) & (short * 2 <= one.service_duration_t)
    rows, short = rows.rows(keep), short[keep]
    minute = minute_t(desk)
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
