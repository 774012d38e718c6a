"""One route as a chain of legs between places: the only thing the referee's times are computed from."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Break, Shift, Visit
from optimizer.visits.plan import Route
from optimizer.visits.referee.case import Case

__all__ = ["Leg", "Pause", "Timeline", "lay_out"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A break as planned, and the break of the shift it stands for (``None`` if the shift has none of that id)."""

    id: str
    start_t: int
    duration_t: int
    rule: Break | None

    @property
    def location(self) -> str | None:
        """The place where it must be taken, ``None``: anywhere."""
        return None if self.rule is None else self.rule.location

    @property
    def paid(self) -> bool:
        """Whether it counts as work."""
        return self.rule is not None and self.rule.paid

    @property
    def end_t(self) -> int:
        """When it is over."""
        return self.start_t + self.duration_t


@dataclass(frozen=True, kw_only=True, slots=True)
class _Event:
    """A visit, a break (``place`` is ``None`` if it is taken on the way) or, without times, an end of the route."""

    start_t: int | None
    end_t: int | None
    place: str | None
    visit: Visit | None = None
    pause: Pause | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """The way from one place to the next, with the breaks that are taken on it.

    Attributes
    ----------
    ready_t
        End of what was done at ``origin``; ``None`` on the first leg, which is left for as late as possible.
    start_t
        Start of what is done at ``target``; ``None`` on the way back.
    visit, pause
        What is done at ``target``: a visit, a break at that place, or neither (the way back).
    pause_before
        The break at ``origin``, if it was one.
    travel_t, metres, reachable
        From the travel matrix; ``travel_t`` is 0 where the pair cannot be travelled, so that other figures stay sane.
    """

    origin: str
    target: str
    ready_t: int | None
    start_t: int | None
    on_the_way: tuple[Pause, ...] = ()
    visit: Visit | None = None
    pause: Pause | None = None
    pause_before: Pause | None = None
    travel_t: int = 0
    metres: int | None = None
    reachable: bool = True

    @property
    def paused_t(self) -> int:
        """Ticks of breaks on the way."""
        return sum(pause.duration_t for pause in self.on_the_way)

    @property
    def slack_t(self) -> int:
        """Ticks between what comes before and after that are neither travel nor break; negative: too few."""
        if self.ready_t is None or self.start_t is None:
            return 0
        return self.start_t - self.ready_t - self.travel_t - self.paused_t

    def departure_t(self, start_t: int) -> int:
        """When ``origin`` is left at the latest to be at ``target`` by ``start_t``; breaks interrupt the travel."""
        moment, travel_t = start_t, self.travel_t
        for pause in reversed(self.on_the_way):
            if moment - pause.end_t >= travel_t:
                break
            travel_t -= max(0, moment - pause.end_t)
            moment = pause.start_t
        return moment - travel_t


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """A timed route: its legs, when it leaves and when it is back, in ticks."""

    legs: tuple[Leg, ...]
    departure_t: int
    return_t: int


def lay_out(case: Case, travel: TravelMatrix, route: Route, shift: Shift, mode: str) -> Timeline:
    """Lay a route out in time as the plan has it; visits that the problem does not know are passed over."""
    legs: list[Leg] = []
    before = _Event(start_t=None, end_t=None, place=shift.start_location)
    on_the_way: list[Pause] = []
    for event in _events(case, route, shift):
        if event.place is None:
            on_the_way += [event.pause] if event.pause is not None else []
            continue
        legs.append(_leg(travel, mode, before, event, on_the_way))
        before, on_the_way = event, []
    back = _back(travel, mode, before, shift, on_the_way)
    return Timeline(
        legs=(*legs, back),
        departure_t=_departure_t(legs[0]) if legs else shift.start_t,
        return_t=_return_t(back) if legs else shift.start_t,
    )


def _events(case: Case, route: Route, shift: Shift) -> list[_Event]:
    """Visits in the plan's order, each break before the first visit that starts after it.

    A break at the very start of a visit comes after it only if the visit takes no time.
    """
    rules = {pause.id: pause for pause in shift.breaks}
    planned = sorted(route.breaks, key=lambda pause: (pause.start_t, pause.id))
    pauses = [
        Pause(id=one.id, start_t=one.start_t, duration_t=max(0, one.duration_t), rule=rules.get(one.id))
        for one in planned
    ]
    events: list[_Event] = []
    for stop in route.stops:
        visit = case.visits.get(stop.visit)
        if visit is None:
            continue
        while pauses and (
            pauses[0].start_t < stop.start_t or (pauses[0].start_t == stop.start_t and visit.service_duration_t > 0)
        ):
            events.append(_pause_event(pauses.pop(0)))
        end_t = stop.start_t + visit.service_duration_t
        events.append(_Event(start_t=stop.start_t, end_t=end_t, place=case.place(visit), visit=visit))
    return events + [_pause_event(pause) for pause in pauses]


def _pause_event(pause: Pause) -> _Event:
    return _Event(start_t=pause.start_t, end_t=pause.end_t, place=pause.location, pause=pause)


def _leg(travel: TravelMatrix, mode: str, before: _Event, event: _Event, on_the_way: list[Pause]) -> Leg:
    origin, target = before.place or "", event.place or ""
    travel_t, metres, reachable = _way(travel, mode, origin, target)
    return Leg(
        origin=origin,
        target=target,
        ready_t=before.end_t,
        start_t=event.start_t,
        on_the_way=tuple(on_the_way),
        visit=event.visit,
        pause=event.pause,
        pause_before=before.pause,
        travel_t=travel_t,
        metres=metres,
        reachable=reachable,
    )


def _back(travel: TravelMatrix, mode: str, before: _Event, shift: Shift, on_the_way: list[Pause]) -> Leg:
    """The way back; no way at all where the shift ends at its last visit."""
    if shift.end_location is not None:
        return _leg(travel, mode, before, _Event(start_t=None, end_t=None, place=shift.end_location), on_the_way)
    place = before.place or ""
    return Leg(
        origin=place,
        target=place,
        ready_t=before.end_t,
        start_t=None,
        on_the_way=tuple(on_the_way),
        pause_before=before.pause,
        metres=_no_metres(travel, mode),
    )


def _way(travel: TravelMatrix, mode: str, origin: str, target: str) -> tuple[int, int | None, bool]:
    """Ticks, metres and whether the pair can be travelled at all; an unknown place or mode cannot."""
    row, column = travel.index.get(origin), travel.index.get(target)
    if row is None or column is None or mode not in travel.durations or not travel.reachable[mode].item(row, column):
        return 0, _no_metres(travel, mode), False
    metres = travel.metres[mode].item(row, column) if mode in travel.metres else None
    return int(travel.durations[mode].item(row, column)), metres, True


def _no_metres(travel: TravelMatrix, mode: str) -> int | None:
    return 0 if mode in travel.metres else None


def _departure_t(first: Leg) -> int:
    """As late as the first start allows, but not after a break that is planned before it."""
    if first.start_t is None:
        return first.on_the_way[0].start_t
    latest = first.start_t - first.travel_t - first.paused_t
    return min([latest, *(pause.start_t for pause in first.on_the_way)])


def _return_t(back: Leg) -> int:
    """At once after the last visit or break; breaks on the way back lengthen it."""
    soonest = (back.ready_t or 0) + back.travel_t + back.paused_t
    return max([soonest, *(pause.end_t for pause in back.on_the_way)])
