"""All gaps of all routes as arrays, to tell quickly which of them a visit cannot fit into.

For every gap between two stops the arrays hold when what is before it can be over at the earliest, and when what is
after it must be reached at the latest, each with the shift's break still to come ("pending") or behind ("done"). From
them follow, for a visit, all starts that a gap leaves to it. The figures are bounds: a gap outside them is proved not
to work. For a route with at most one break and no two linked visits of its own they are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from optimizer.visits.explain.day import INF, Day, Interval
from optimizer.visits.explain.fits import Bools, Fits, Ints
from optimizer.visits.explain.legs import Leg
from optimizer.visits.explain.route_timing import Ride
from optimizer.visits.explain.state import Key, PlanState
from optimizer.visits.model import Break

__all__ = ["GapTable"]

_NEVER = np.int64(INF)  # a bare Python number would be cut to the 32 bits of the travel matrix

_COLUMNS = (
    "ride",
    "position",
    "before",
    "after",
    "ready_pending",
    "ready_done",
    "reach_pending",
    "reach_done",
    "pause_early",
    "pause_late",
    "pause_t",
    "pause_place",
    "replaced",
    "travel_spare",
    "load_spare",
    "open_end",
    "loose",
    "mode",
)


@dataclass(frozen=True)
class GapTable:
    """The gaps of the routes of some shifts (a shift without a route has one gap).

    Parameters
    ----------
    state
        The routes.
    keys
        The shifts, whose numbers are those of :attr:`Fits.ride`.
    slack_t
        Ticks by which every shift may end later than its limit.
    taken
        Number of stops in a row that are taken off the route where something is put in.
    lifted
        Limits that do not count: ``load``, ``travel``.
    """

    state: PlanState
    keys: tuple[Key, ...]
    slack_t: int = 0
    taken: int = 0
    lifted: frozenset[str] = frozenset()
    columns: Mapping[str, Ints] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows: list[tuple[int, ...]] = []
        modes = {mode: number for number, mode in enumerate(self.state.day.travel.modes)}
        for number, key in enumerate(self.keys):
            rows += _ride_rows(self.state, key, number, self.slack_t, self.taken, modes)
        array = np.array(rows, dtype=np.int64).reshape(-1, len(_COLUMNS))
        columns = {name: np.ascontiguousarray(array[:, i]) for i, name in enumerate(_COLUMNS)}
        for limit in sorted(self.lifted):
            columns[f"{limit}_spare"] = np.full_like(columns[f"{limit}_spare"], INF)
        object.__setattr__(self, "columns", columns)

    def fits(self, visit: str, able: Bools) -> Fits:
        """Starts that the gaps of the rides marked in ``able`` (one mark for each key) leave to a visit.

        The visit's own windows are not looked at.
        """
        day, c = self.state.day, self.columns
        one = day.visits[visit]
        rows = np.flatnonzero(able[c["ride"]] & (c["load_spare"] >= one.load))
        c = {name: column[rows] for name, column in c.items()}
        place = day.travel.index[day.place(visit)]
        there, on = self._ways(c, place)
        detour = there + on - c["replaced"]
        low_dd, high_dd = c["ready_done"] + there, c["reach_done"] - on
        low_pp, high_pp = c["ready_pending"] + there, c["reach_pending"] - on
        low_bd, high_db = self._with_break(c, place, there, on)
        dur = one.service_duration_t
        lows = np.concatenate([low_dd, low_pp, low_bd, low_pp])
        highs = np.concatenate([high_dd, high_pp, high_dd, high_db]) - dur
        columns = (np.tile(c["ride"], 4), np.tile(c["position"], 4), lows, highs)
        taken = np.full(lows.shape, self.taken, dtype=np.int64)
        found = Fits(*columns, taken, np.tile(detour, 4))
        spare = np.tile(c["travel_spare"] >= detour, 4)
        return found.rows((lows < INF // 2) & (highs > -INF // 2) & spare)

    def with_state(self, state: PlanState) -> GapTable:
        """The same gaps for a state that differs only in the rules of visits that are not planned."""
        other = object.__new__(GapTable)
        for name in ("keys", "slack_t", "taken", "lifted", "columns"):
            object.__setattr__(other, name, getattr(self, name))
        object.__setattr__(other, "state", state)
        return other

    def _ways(self, c: Mapping[str, Ints], place: int) -> tuple[Ints, Ints]:
        """Ticks from the stop before to the place, and from the place to the stop after."""
        there, on = self._leg(c, c["before"], place), self._leg(c, place, c["after"])
        is_loose = c["loose"] == 1
        return np.where(is_loose, 0, there), np.where(is_loose | (c["open_end"] == 1), 0, on)

    def _leg(self, c: Mapping[str, Ints], origin: Ints | int, target: Ints | int) -> Ints:
        legs = np.full(c["mode"].shape, INF, dtype=np.int64)
        origin, target = np.broadcast_to(origin, legs.shape), np.broadcast_to(target, legs.shape)
        travel = self.state.day.travel
        for number, mode in enumerate(travel.modes):
            mine = np.flatnonzero(c["mode"] == number)
            if mine.size:
                pairs = origin[mine], target[mine]
                legs[mine] = np.where(travel.reachable[mode][pairs], travel.durations[mode][pairs], _NEVER)
        return legs

    def _with_break(self, c: Mapping[str, Ints], place: int, there: Ints, on: Ints) -> tuple[Ints, Ints]:
        """Earliest arrival with the break on the way there; latest finish with the break on the way on."""
        has, early, late, dur = c["pause_t"] >= 0, c["pause_early"], c["pause_late"], c["pause_t"]
        at_place = c["pause_place"] >= 0
        via = np.maximum(c["pause_place"], 0)
        reached = c["ready_pending"] + np.where(at_place, self._leg(c, c["before"], via), 0)
        begin = np.maximum(reached, early)
        low = np.where(
            at_place,
            begin + dur + self._leg(c, via, place),
            np.maximum(begin + dur, c["ready_pending"] + there + dur),
        )
        low = np.where(has & (begin <= late), low, INF)
        over = c["reach_done"] - np.where(at_place, self._leg(c, via, c["after"]), 0)
        begin = np.minimum(over - dur, late)
        high = np.where(
            at_place,
            begin - self._leg(c, place, via),
            np.minimum(begin, c["reach_done"] - on - dur),
        )
        return low, np.where(has & (begin >= early) & (c["open_end"] == 0), high, -INF)


def _ride_rows(
    state: PlanState, key: Key, number: int, slack_t: int, taken: int, modes: Mapping[str, int]
) -> list[tuple[int, ...]]:
    """One row for each gap of a ride; none where the ride can never be timed."""
    day = state.day
    ride = state.ride(key)
    if not ride.spans or ride.mode not in modes or len(ride.stops) < taken:
        return []
    leave_t, back_t = min(a for a, _ in ride.spans), max(b for _, b in ride.spans) + slack_t
    reach = frozenset((key, *state.altered))
    starts = {stop: state.allowed_starts(stop, reach) for stop in ride.stops}
    places = [ride.shift.start_location, *(day.place(stop) for stop in ride.stops)]
    is_open = ride.shift.end_location is None
    places.append(places[-1] if is_open else str(ride.shift.end_location))
    pauses = ride.shift.breaks
    pause = pauses[0] if len(pauses) == 1 else None
    at_places = pauses if len(pauses) > 1 else ()
    legs = [_shortest(day, ride.mode, a, b, at_places) for a, b in pairwise(places)]
    paused = [_paused(day, ride.mode, a, b, pause) for a, b in pairwise(places)]
    if is_open:
        legs[-1], paused[-1] = 0, None
    ready = _ready(day, ride, starts, legs, paused, leave_t, pause)
    reached = _reached(day, ride, starts, legs, paused, back_t, pause)
    has_places = any(one.location is not None for one in pauses)
    no_limit = ride.shift.max_travel_t is None or has_places
    index = day.travel.index
    pause_row = (-1, -1, -1, -1)
    if pause is not None:
        place = -1 if pause.location is None else index[pause.location]
        pause_row = (pause.earliest_t, pause.latest_t, pause.duration_t, place)
    load = sum(day.visits[stop].load for stop in ride.stops)
    rows: list[tuple[int, ...]] = []
    for position in range(len(ride.stops) + 1 - taken):
        after = position + taken
        freed = sum(day.visits[stop].load for stop in ride.stops[position:after])
        rows.append(
            (
                number,
                position,
                index[places[position]],
                index[places[after + 1]],
                *ready[position],
                *reached[after],
                *pause_row,
                min(INF, sum(legs[position : after + 1])),
                INF if no_limit else ride.max_travel_t - min(INF, sum(legs)),
                INF if ride.shift.max_load is None else ride.shift.max_load - load + freed,
                int(is_open and after == len(ride.stops)),
                int(has_places and len(pauses) > 1),
                modes[ride.mode],
            )
        )
    return rows


def _shortest(day: Day, mode: str, origin: str, target: str, pauses: Iterable[Break]) -> int:
    """Least time between two places, over the place of a break or not, so that more than one break is relaxed."""
    via = [
        day.leg_t(mode, origin, pause.location) + pause.duration_t + day.leg_t(mode, pause.location, target)
        for pause in pauses
        if pause.location is not None
    ]
    return min([day.leg_t(mode, origin, target), *via])


def _paused(day: Day, mode: str, origin: str, target: str, pause: Break | None) -> Leg | None:
    if pause is None:
        return None
    if pause.location is None:
        return Leg((day.leg_t(mode, origin, target),), (pause,))
    return Leg((day.leg_t(mode, origin, pause.location), day.leg_t(mode, pause.location, target)), (pause,))


def _ready(
    day: Day,
    ride: Ride,
    starts: Mapping[str, tuple[Interval, ...]],
    legs: list[int],
    paused: list[Leg | None],
    leave_t: int,
    pause: Break | None,
) -> list[Interval]:
    """For the depot and each stop: earliest end with the break pending, and with it done (or none at all)."""
    waived_t = leave_t if pause is None else max(leave_t, pause.earliest_t + pause.duration_t)
    ready = [(INF if pause is None else leave_t, waived_t)]
    for number, stop in enumerate(ride.stops):
        pending, done = ready[-1]
        leg = paused[number]
        with_break = INF if leg is None or pending >= INF else leg.arrival(pending)[0]
        arrivals = (pending + legs[number], min(done + legs[number], with_break))
        dur = day.visits[stop].service_duration_t
        ready.append((_finish(starts[stop], arrivals[0], dur), _finish(starts[stop], arrivals[1], dur)))
    return ready


def _finish(intervals: tuple[Interval, ...], arrival_t: int, duration_t: int) -> int:
    for low, high in intervals:
        if arrival_t <= high:
            return min(INF, max(low, arrival_t) + duration_t)
    return INF


def _reached(
    day: Day,
    ride: Ride,
    starts: Mapping[str, tuple[Interval, ...]],
    legs: list[int],
    paused: list[Leg | None],
    back_t: int,
    pause: Break | None,
) -> list[Interval]:
    """For each stop and the end: latest arrival with the break pending, and with it done (or none at all)."""
    reached = [(-INF if pause is None else min(back_t, pause.latest_t), back_t)]
    for number in range(len(ride.stops) - 1, -1, -1):
        pending, done = reached[-1]
        stop, leg = ride.stops[number], paused[number + 1]
        with_break = -INF if leg is None or done <= -INF else leg.departure(done)
        dur = day.visits[stop].service_duration_t
        latest = (max(pending - legs[number + 1], with_break) - dur, done - legs[number + 1] - dur)
        reached.append((_last(starts[stop], latest[0]), _last(starts[stop], latest[1])))
    return reached[::-1]


def _last(intervals: tuple[Interval, ...], moment: int) -> int:
    for low, high in reversed(intervals):
        if moment >= low:
            return min(high, moment)
    return -INF
