"""Exact timing of routes whose order is fixed: can it be done, and when at the earliest.

A *ride* is one shift with its stops in order. With every break put into one gap between two stops (or waived, because
the ride leaves after it or is back before it), all rules have the form "this start is at least a non-decreasing
function of that one" or "this start lies in one of these intervals". Solutions of such a system are closed under taking
the componentwise smaller of two, so that there is one solution in which every start is earliest, and plain propagation
from below finds it or proves that there is none. Trying every way to place the breaks makes the answer exact; the
reasoning is the textbook one on systems of monotone inequalities.

Times are in ticks throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations, product

from optimizer.visits.explain.day import INF, Day, Interval, Tie
from optimizer.visits.explain.legs import Leg
from optimizer.visits.model import Break, Shift
from optimizer.visits.plan import PlannedBreak

__all__ = ["Ride", "Timing", "TooManyLayoutsError", "earliest_timing", "make_ride"]

MAX_LAYOUTS = 2_000
"""Ways to place the breaks of coupled routes that are tried; one route alone never has so many."""


@dataclass(frozen=True, slots=True)
class Ride:
    """One shift with its stops in order.

    Attributes
    ----------
    key
        Caregiver and shift.
    stops
        Ids of the visits in order.
    spans
        Earliest departure and latest return; one pair for each gap between other routes of the same caregiver.
    max_travel_t
        Limit of travel, :data:`INF` without one.
    """

    key: tuple[str, str]
    shift: Shift
    mode: str
    stops: tuple[str, ...]
    spans: tuple[Interval, ...]
    max_travel_t: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Starts by visit, with departure, return, travel and breaks of each ride in the order given."""

    starts: Mapping[str, int]
    departures: tuple[int, ...]
    returns: tuple[int, ...]
    travels: tuple[int, ...]
    breaks: tuple[tuple[PlannedBreak, ...], ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """A ride with its breaks placed: one leg more than there are stops."""

    stops: tuple[str, ...]
    legs: tuple[Leg, ...]
    leave_t: int
    back_t: int


def make_ride(day: Day, key: tuple[str, str], stops: Sequence[str], busy: Sequence[Interval] = ()) -> Ride:
    """The ride of a shift by the shift's own rules.

    ``busy`` are departure and return of the other routes of the same caregiver, which must not overlap with it.
    """
    shift = day.shifts[key]
    leaves = [shift.start_t, *(max(shift.start_t, back) for _, back in sorted(busy))]
    backs = [*(min(day.limit_t(key), leave) for leave, _ in sorted(busy)), day.limit_t(key)]
    return Ride(
        key=key,
        shift=shift,
        mode=day.caregivers[key[0]].mode,
        stops=tuple(stops),
        spans=tuple((leave, back) for leave, back in zip(leaves, backs, strict=True) if leave <= back),
        max_travel_t=INF if shift.max_travel_t is None else shift.max_travel_t,
    )


def earliest_timing(
    day: Day,
    rides: Sequence[Ride],
    starts: Mapping[str, tuple[Interval, ...]],
    ties: Sequence[Tie] = (),
) -> Timing | None:
    """The timing with the earliest starts over all ways to place the breaks, or ``None`` if there is none.

    Parameters
    ----------
    rides
        The rides that are timed together; a visit may be on several of them (a team).
    starts
        Intervals in which each visit may start, sorted.
    ties
        Rules of time between visits of the rides.

    Returns
    -------
    Timing or None
        Among the ways to place the breaks the one with the smallest sum of returns, then of starts.

    Raises
    ------
    TooManyLayoutsError
        If that could not be decided within :data:`MAX_LAYOUTS`.
    """
    parts = [_timed_together(day, part, starts, ties) for part in _coupled(rides, ties)]
    known = [part for part in parts if part is not None]
    return _joined(rides, known) if len(known) == len(parts) else None


class TooManyLayoutsError(Exception):
    """So many ways to place the breaks of coupled routes that they were not all tried, and none that was will do."""


def _timed_together(
    day: Day, rides: Sequence[Ride], starts: Mapping[str, tuple[Interval, ...]], ties: Sequence[Tie]
) -> tuple[Sequence[Ride], Timing] | None:
    """The best timing of rides that are coupled."""
    on_rides = {stop for ride in rides for stop in ride.stops}
    own = [tie for tie in ties if tie.before in on_rides and tie.after in on_rides]
    best, best_rank = None, (INF, INF)
    for number, layouts in enumerate(_layouts(day, rides, starts)):
        if number >= MAX_LAYOUTS:
            if best is None:
                raise TooManyLayoutsError
            break
        lows = _propagate_up(day, layouts, starts, own)
        if lows is None:
            continue
        timing = _timing(layouts, lows, day)
        rank = (sum(timing.returns), sum(lows.values()))
        if rank < best_rank:
            best, best_rank = timing, rank
    return None if best is None else (rides, best)


def _coupled(rides: Sequence[Ride], ties: Sequence[Tie]) -> list[list[Ride]]:
    """The rides in groups that share a visit or a rule of time."""
    groups: list[list[Ride]] = []
    for ride in rides:
        names = frozenset(ride.stops)
        near = names | {tie.after for tie in ties if tie.before in names}
        near |= {tie.before for tie in ties if tie.after in names}
        touched = [group for group in groups if any(stop in near for other in group for stop in other.stops)]
        groups = [group for group in groups if group not in touched]
        groups.append([*(other for group in touched for other in group), ride])
    return groups


def _joined(rides: Sequence[Ride], parts: Sequence[tuple[Sequence[Ride], Timing]]) -> Timing:
    """The timings of all groups as one, in the order of the rides."""
    at = {ride.key: (timing, number) for group, timing in parts for number, ride in enumerate(group)}
    rows = [at[ride.key] for ride in rides]
    return Timing(
        starts={stop: start for _, timing in parts for stop, start in timing.starts.items()},
        departures=tuple(timing.departures[number] for timing, number in rows),
        returns=tuple(timing.returns[number] for timing, number in rows),
        travels=tuple(timing.travels[number] for timing, number in rows),
        breaks=tuple(timing.breaks[number] for timing, number in rows),
    )


def _layouts(
    day: Day, rides: Sequence[Ride], starts: Mapping[str, tuple[Interval, ...]]
) -> Iterator[tuple[_Layout, ...]]:
    """Every way to place the breaks of all rides."""
    if len(rides) == 1:
        yield from ((layout,) for layout in _ride_layouts(day, rides[0]))
        return
    each = [
        [one for one in _ride_layouts(day, ride) if _propagate_up(day, (one,), starts, ()) is not None]
        for ride in rides
    ]
    yield from product(*each)


def _ride_layouts(day: Day, ride: Ride) -> list[_Layout]:
    """Every way to place the breaks of one ride that keeps to its limit of travel."""
    places = [ride.shift.start_location, *(day.place(stop) for stop in ride.stops)]
    is_open = ride.shift.end_location is None
    places.append(places[-1] if is_open else str(ride.shift.end_location))
    plain = [Leg((day.leg_t(ride.mode, a, b),)) for a, b in pairwise(places)]
    last = len(plain) - (1 if is_open else 0)
    found = []
    for (leave_t, back_t), choice in product(ride.spans, product(range(-2, last), repeat=len(ride.shift.breaks))):
        on_leg: dict[int, list[Break]] = {}
        for pause, where in zip(ride.shift.breaks, choice, strict=True):
            if where == -2:  # away only after it
                leave_t = max(leave_t, pause.earliest_t + pause.duration_t)
            elif where == -1:  # back before it
                back_t = min(back_t, pause.latest_t)
            else:
                on_leg.setdefault(where, []).append(pause)
        orders = [list(permutations(pauses)) for _, pauses in sorted(on_leg.items())]
        for chosen in product(*orders):
            legs = list(plain)
            for where, pauses in zip(sorted(on_leg), chosen, strict=True):
                legs[where] = _paused_leg(day, ride.mode, places[where], places[where + 1], pauses)
            if sum(leg.travel_t for leg in legs) <= min(ride.max_travel_t, INF - 1):
                found.append(_Layout(ride.stops, tuple(legs), leave_t, back_t))
    return found


def _paused_leg(day: Day, mode: str, origin: str, target: str, pauses: tuple[Break, ...]) -> Leg:
    way = [origin, *(pause.location for pause in pauses if pause.location is not None), target]
    return Leg(tuple(day.leg_t(mode, a, b) for a, b in pairwise(way)), pauses)


def _propagate_up(
    day: Day, layouts: Sequence[_Layout], starts: Mapping[str, tuple[Interval, ...]], ties: Sequence[Tie]
) -> dict[str, int] | None:
    """Earliest starts; ``None`` if there are none."""
    lows = {stop: _next_start(starts[stop], -INF) for layout in layouts for stop in layout.stops}
    if any(low >= INF for low in lows.values()):
        return None
    for _ in range(_rounds(lows, starts)):
        changed = False
        for layout in layouts:
            moment = layout.leave_t
            for stop, leg in zip(layout.stops, layout.legs, strict=False):
                arrival, _breaks = leg.arrival(moment)
                if arrival > lows[stop]:
                    lows[stop] = _next_start(starts[stop], arrival)
                    changed = True
                    if lows[stop] >= INF:
                        return None
                moment = lows[stop] + day.visits[stop].service_duration_t
            back, _breaks = layout.legs[-1].arrival(moment)
            if back > layout.back_t or back >= INF:
                return None
        for tie in ties:
            for stop, bound in ((tie.after, lows[tie.before] + tie.least), (tie.before, lows[tie.after] - tie.most)):
                if bound > lows[stop]:
                    lows[stop] = _next_start(starts[stop], bound)
                    changed = True
                    if lows[stop] >= INF:
                        return None
        if not changed:
            return lows
    return None


def _rounds(stops: Mapping[str, int], starts: Mapping[str, tuple[Interval, ...]]) -> int:
    """More rounds than this change something only if some stops push each other without end."""
    return (len(stops) + 2) * (1 + sum(len(starts[stop]) for stop in stops))


def _next_start(intervals: Sequence[Interval], moment: int) -> int:
    for low, high in intervals:
        if moment <= high:
            return max(low, moment)
    return INF


def _timing(layouts: Sequence[_Layout], lows: Mapping[str, int], day: Day) -> Timing:
    departures, returns, breaks = [], [], []
    for layout in layouts:
        moment, departure, taken = layout.leave_t, layout.leave_t, []
        for number, leg in enumerate(layout.legs):
            arrival, moments = leg.arrival(moment)
            if number == 0 and layout.stops:
                departure = leg.left_for(lows[layout.stops[0]], moments)
            taken += [
                PlannedBreak(id=pause.id, start_t=start, duration_t=pause.duration_t)
                for pause, start in zip(leg.breaks, moments, strict=True)
            ]
            if number < len(layout.stops):
                stop = layout.stops[number]
                moment = lows[stop] + day.visits[stop].service_duration_t
        departures.append(departure)
        returns.append(arrival)
        breaks.append(tuple(sorted(taken, key=lambda one: (one.start_t, one.id))))
    return Timing(
        starts=dict(lows),
        departures=tuple(departures),
        returns=tuple(returns),
        travels=tuple(sum(leg.travel_t for leg in layout.legs) for layout in layouts),
        breaks=tuple(breaks),
    )
