"""A plan as routes that visits can be put into and taken from; only the routes that are touched are timed anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from typing import NamedTuple

from optimizer.visits.evaluation import Evaluation
from optimizer.visits.explain.day import INF, Day, Interval, Tie
from optimizer.visits.explain.route_timing import Ride, Timing, earliest_timing, make_ride
from optimizer.visits.model import LockLevel
from optimizer.visits.plan import Plan, Route, Stop, Unassigned

__all__ = ["Placement", "PlanState", "Spot"]

Key = tuple[str, str]
"""Caregiver and shift."""


class Spot(NamedTuple):
    """A place for one member of a visit's team: a shift, and the number of stops that stay in front of it."""

    visit: str
    key: Key
    position: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Visits put into routes, with the exact timing of the routes touched."""

    spots: tuple[Spot, ...]
    rides: tuple[Ride, ...]
    timing: Timing


@dataclass(frozen=True)
class PlanState:
    """The routes of a plan by caregiver and shift.

    The question asked everywhere: can visits be put in if every other stop stays with its caregiver and in its order,
    routes that are not touched stay as they are, and the starts and breaks of the touched routes may move?

    Attributes
    ----------
    stops
        Visits of every shift that has a route, in order.
    starts
        Start of every planned visit.
    spans
        Departure and return of every route.
    keys_of
        The shifts on whose routes a visit is.
    altered
        Shifts that visits were taken from; their routes are timed anew with every placement.
    """

    day: Day
    stops: Mapping[Key, tuple[str, ...]]
    starts: Mapping[str, int]
    spans: Mapping[Key, Interval]
    keys_of: Mapping[str, tuple[Key, ...]]
    altered: frozenset[Key] = frozenset()

    @classmethod
    def of(cls, day: Day, plan: Plan, evaluation: Evaluation) -> PlanState:
        """The state of a plan as the referee timed it; ids that the problem does not know are passed over."""
        stops: dict[Key, tuple[str, ...]] = {}
        starts: dict[str, int] = {}
        spans: dict[Key, Interval] = {}
        for route, timed in zip(plan.routes, evaluation.routes, strict=True):
            key = (route.caregiver, route.shift)
            known = [stop for stop in route.stops if stop.visit in day.visits]
            if key in day.shifts and known:
                stops[key] = tuple(stop.visit for stop in known)
                starts.update({stop.visit: stop.start_t for stop in known})
                spans[key] = (timed.departure_t, timed.return_t)
        keys_of: dict[str, tuple[Key, ...]] = {}
        for key, names in sorted(stops.items()):
            for name in names:
                keys_of[name] = (*keys_of.get(name, ()), key)
        return cls(day=day, stops=stops, starts=starts, spans=spans, keys_of=keys_of)

    @classmethod
    def empty(cls, day: Day) -> PlanState:
        """No routes at all."""
        return cls(day=day, stops={}, starts={}, spans={}, keys_of={})

    def left_out(self) -> tuple[str, ...]:
        """Visits that are on no route, sorted."""
        return tuple(name for name in self.day.visits if name not in self.starts)

    def without(self, visits: Iterable[str]) -> PlanState:
        """The state after some visits were taken off all routes; the others keep their starts for now."""
        gone = frozenset(visits)
        altered = frozenset(key for name in sorted(gone) for key in self.keys_of.get(name, ()))
        stops, starts, spans, keys_of = dict(self.stops), dict(self.starts), dict(self.spans), dict(self.keys_of)
        for key in sorted(altered):
            stops[key] = tuple(stop for stop in stops[key] if stop not in gone)
            if not stops[key]:
                del stops[key], spans[key]
        for name in sorted(gone):
            starts.pop(name, None)
            keys_of.pop(name, None)
        return replace(self, stops=stops, starts=starts, spans=spans, keys_of=keys_of, altered=self.altered | altered)

    def ride(self, key: Key, inserted: Sequence[Spot] = (), untouched: frozenset[Key] | None = None) -> Ride:
        """The ride of a shift with visits inserted; of two at one position the first given comes first."""
        stops = list(self.stops.get(key, ()))
        for offset, spot in enumerate(sorted(inserted, key=lambda one: one.position)):
            stops.insert(spot.position + offset, spot.visit)
        others = [other for other in self.day.shifts_of[key[0]] if other != key and other in self.spans]
        busy = [self.spans[other] for other in others if untouched is None or other in untouched]
        return make_ride(self.day, key, stops, busy)

    def allowed_starts(
        self, visit: str, touched: frozenset[Key], windows: tuple[Interval, ...] | None = None
    ) -> tuple[Interval, ...]:
        """Starts that a visit's own rules and its ties to routes that stay as they are leave to it."""
        allowed = self.day.starts(visit, windows=windows)
        if any(key not in touched for key in self.keys_of.get(visit, ())):
            start = self.starts[visit]
            return tuple((start, start) for low, high in allowed if low <= start <= high)[:1]
        for low, high in self._bounds_from_partners(visit, touched):
            allowed = tuple((max(a, low), min(b, high)) for a, b in allowed if max(a, low) <= min(b, high))
        return allowed

    def _bounds_from_partners(self, visit: str, touched: frozenset[Key]) -> Iterable[Interval]:
        for link in self.day.links_of.get(visit, ()):
            fixed = [other for other in link.visits if other in self.starts and self._stays(other, touched)]
            for other in fixed:
                for tie in self.day.ties_between(link, visit, other):
                    if tie.after == visit:
                        yield self.starts[other] + tie.least, self.starts[other] + tie.most
                    else:
                        yield self.starts[other] - tie.most, self.starts[other] - tie.least

    def _stays(self, visit: str, touched: frozenset[Key]) -> bool:
        return any(key not in touched for key in self.keys_of[visit])

    def place(
        self,
        spots: Sequence[Spot],
        *,
        windows: Mapping[str, tuple[Interval, ...]] | None = None,
        rides: Mapping[Key, Ride] | None = None,
        lifted: frozenset[str] = frozenset(),
        slack_t: int = 0,
    ) -> Placement | None:
        """Put visits at spots and time the touched routes exactly; ``None`` if that cannot be done.

        Parameters
        ----------
        spots
            One for each member of the team of each visit that is put in.
        windows
            Hard windows that replace a visit's own.
        rides
            Rides that replace those of the shifts (other limits), already with the spots in them.
        lifted
            Limits that do not count: ``load``, ``travel``.
        slack_t
            Ticks by which the shifts may end later than their limits.
        """
        keys = tuple(sorted({*(spot.key for spot in spots), *self.altered}))
        still = frozenset(self.spans.keys() - frozenset(keys))
        made = tuple(
            rides[key]
            if rides is not None and key in rides
            else self.ride(key, [spot for spot in spots if spot.key == key], still)
            for key in keys
        )
        made = tuple(ride for ride in made if ride.stops)
        if "load" not in lifted and not all(self._carries(ride) for ride in made):
            return None
        if "travel" in lifted:
            made = tuple(replace(ride, max_travel_t=INF) for ride in made)
        if slack_t:
            made = tuple(self._longer(ride, slack_t) for ride in made)
        on_rides = {stop for ride in made for stop in ride.stops}
        reach = frozenset(keys)
        starts = {stop: self.allowed_starts(stop, reach, (windows or {}).get(stop)) for stop in sorted(on_rides)}
        if not all(starts.values()):
            return None
        ties = self.day.ties(on_rides)
        timing = earliest_timing(self.day, made, starts, ties)
        if timing is not None and _overlap(made, timing):
            made, timing = self._one_after_the_other(made, starts, ties)
        return None if timing is None else Placement(tuple(spots), made, timing)

    def _longer(self, ride: Ride, slack_t: int) -> Ride:
        limit_t = self.day.limit_t(ride.key)
        return replace(ride, spans=tuple((a, b + slack_t if b == limit_t else b) for a, b in ride.spans))

    def _carries(self, ride: Ride) -> bool:
        limit = ride.shift.max_load
        return limit is None or sum(self.day.visits[stop].load for stop in ride.stops) <= limit

    def _one_after_the_other(
        self, rides: tuple[Ride, ...], starts: Mapping[str, tuple[Interval, ...]], ties: Sequence[Tie]
    ) -> tuple[tuple[Ride, ...], Timing | None]:
        """Time routes of which some are of one caregiver, who must be back from one before the next."""
        for order in permutations(range(len(rides))):
            made, back = list(rides), dict[str, int]()
            for number in order:
                ride = made[number]
                after_t = back.get(ride.key[0], -INF)
                made[number] = replace(ride, spans=tuple((max(a, after_t), b) for a, b in ride.spans if b >= after_t))
                alone = earliest_timing(self.day, (made[number],), starts)
                if alone is None:
                    break
                back[ride.key[0]] = max(after_t, alone.returns[0])
            else:
                timing = earliest_timing(self.day, made, starts, ties)
                if timing is not None and not _overlap(made, timing):
                    return tuple(made), timing
        return rides, None

    def order_range(self, visit: str, key: Key) -> tuple[int, int]:
        """Positions on a route that the locked order of its caregiver leaves to a visit."""
        stops = self.stops.get(key, ())
        rank = self._order_rank(visit, key[0])
        low, high = 0, len(stops)
        if rank is None:
            return low, high
        for index, stop in enumerate(stops):
            other = self._order_rank(stop, key[0])
            if other is not None and other < rank:
                low = index + 1
            elif other is not None and other > rank:
                high = min(high, index)
        return low, high

    def _order_rank(self, visit: str, caregiver: str) -> int | None:
        for lock in self.day.visits[visit].locks:
            if lock.level is LockLevel.ORDER and lock.caregiver == caregiver and lock.start_t is not None:
                return lock.start_t
        return None

    def plan_with(self, plan: Plan, placement: Placement) -> Plan:
        """``plan`` with the routes of a placement; visits that are on no route are unassigned."""
        touched = {ride.key for ride in placement.rides} | self.altered
        routes = [route for route in plan.routes if (route.caregiver, route.shift) not in touched]
        for ride, breaks in zip(placement.rides, placement.timing.breaks, strict=True):
            stops = tuple(Stop(visit=stop, start_t=placement.timing.starts[stop]) for stop in ride.stops)
            if stops:
                routes.append(Route(caregiver=ride.key[0], shift=ride.key[1], stops=stops, breaks=breaks))
        known = {one.visit: one for one in plan.unassigned}
        planned = {stop.visit for route in routes for stop in route.stops}
        names = sorted(name for name in self.day.visits if name not in planned)
        return Plan(
            routes=tuple(sorted(routes, key=lambda route: (route.caregiver, route.shift))),
            unassigned=tuple(known.get(name, Unassigned(visit=name)) for name in names),
        )


def _overlap(rides: Sequence[Ride], timing: Timing) -> bool:
    """Whether two of the routes are of one caregiver at the same time."""
    spans = sorted(
        (ride.key[0], leave, back) for ride, leave, back in zip(rides, timing.departures, timing.returns, strict=True)
    )
    return any(a[0] == b[0] and b[1] < a[2] for a, b in pairwise(spans))
