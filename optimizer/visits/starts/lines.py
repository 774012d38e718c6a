"""The routes of a plan as chains of moments: stops and breaks in their order, and the least time between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.visits.draft import DraftRoute
from optimizer.visits.timing import RouteTimer

__all__ = ["Line", "Moment", "Order", "line_of"]

Moment = tuple[str, int]
"""A moment of the plan: ``("visit", v)`` the start of a visit, ``("break", b)`` the start of a break."""


@dataclass(frozen=True, slots=True)
class Order:
    """``after`` is at least ``gap`` ticks after ``before``."""

    before: Moment
    after: Moment
    gap: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One route.

    Attributes
    ----------
    orders
        What follows what; together they say all that travel, service and breaks ask for on the route.
    first, last, to_first, to_end
        First and last stop; ticks from leaving to the first start, and from the last start to the return.
    ends
        Moments after the last stop (breaks on the way back) with the ticks from them to the return.
    busy
        Ticks from the first start to the last one that are travel, service or breaks: the rest is waiting.
    is_rigid
        Whether a break lies before the first stop; such a route keeps its times.
    """

    shift: int
    orders: tuple[Order, ...]
    first: int
    last: int
    to_first: int
    to_end: int
    ends: tuple[tuple[Moment, int], ...]
    busy: int
    is_rigid: bool


def line_of(timer: RouteTimer, route: DraftRoute) -> Line:
    """The chain of one route that is not empty."""
    travel = timer.travel[route.shift]
    duration = {b: int(timer.indexed.break_duration[b]) for b, _ in route.breaks}
    visits = [timer.task_visit[task] for task in route.tasks]
    place, end_place = timer.start_place[route.shift], timer.end_place[route.shift]
    orders: list[Order] = []
    anchor: Moment | None = None  # what was done at ``place``, and how long it took
    before: Moment | None = None  # the last break on the way since then
    length, paused, busy = 0, 0, 0

    def follow(moment: Moment, there: int) -> int:
        """Arrive at a place from the anchor; returns the travel and breaks on the way."""
        step = int(travel[place, there]) if there >= 0 else 0
        if anchor is not None:
            orders.append(Order(anchor, moment, length + paused + step))
        if before is not None:
            orders.append(Order(before, moment, duration[before[1]]))
        return paused + step

    for kind, one in _events(timer, route, visits):
        moment: Moment = (kind, one)
        if kind == "break" and int(timer.indexed.break_location[one]) < 0:
            if before is not None:
                orders.append(Order(before, moment, duration[before[1]]))
            elif anchor is not None:
                orders.append(Order(anchor, moment, length))
            before, paused = moment, paused + duration[one]
            continue
        there = timer.place[one] if kind == "visit" else int(timer.indexed.break_location[one])
        way = follow(moment, there)
        busy += length + way if anchor is not None else 0
        anchor, place, before, paused = moment, there, None, 0
        length = timer.service[one] if kind == "visit" else duration[one]
        if kind == "visit" and one == visits[-1]:
            busy_to_last = busy
    back = int(travel[place, end_place]) if end_place >= 0 else 0
    ends = [(anchor, length + paused + back)] if anchor is not None else []
    ends += [(before, duration[before[1]])] if before is not None else []
    tail = [(moment, gap) for moment, gap in ends if moment != ("visit", visits[-1])]
    return Line(
        shift=route.shift,
        orders=tuple(orders),
        first=visits[0],
        last=visits[-1],
        to_first=int(travel[timer.start_place[route.shift], timer.place[visits[0]]]),
        to_end=timer.service[visits[-1]] + paused + back,
        ends=tuple(tail),
        busy=busy_to_last,
        is_rigid=any(pause.start_t < route.starts[0] for pause in route.breaks),
    )


def _events(timer: RouteTimer, route: DraftRoute, visits: list[int]) -> Iterator[Moment]:
    """Stops and breaks in their order; a break at the start of a visit comes before it, unless the visit is no time."""
    pauses = sorted((pause.start_t, pause.break_index) for pause in route.breaks)
    for visit, start in zip(visits, route.starts, strict=True):
        while pauses and (pauses[0][0] < start or (pauses[0][0] == start and timer.service[visit] > 0)):
            yield "break", pauses.pop(0)[1]
        yield "visit", visit
    for _, pause in pauses:
        yield "break", pause
