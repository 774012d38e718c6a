"""Times of one route: windows, travel, and one break that floats between two states.

A leg of travel ``d`` that is left at ``t`` while the break is due can be crossed with the break somewhere on it, which
begins as early as it may: the arrival is then ``pause + max(t + d, pause_opens)``, if ``t <= pause_closes``.
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.records import INFINITE, Board

__all__ = ["fits", "is_possible", "refresh_back", "refresh_on", "refresh_route", "start_from", "start_until"]


@compiled
def start_from(b: Board, v: int, ready: int) -> int:
    """First start from a moment on, ``INFINITE`` if there is none."""
    opens, closes = b.span[v, 0], b.span[v, 1]
    if ready > closes:
        return INFINITE
    start = max(ready, opens)
    stop = b.stop[v]
    if stop.window_end - stop.window_first > 1 and opens < closes:
        for i in range(stop.window_first, stop.window_end):
            if start <= b.window[i, 1]:
                return max(start, b.window[i, 0])
        return INFINITE
    return start


@compiled
def start_until(b: Board, v: int, moment: int) -> int:
    """Last start up to a moment, ``-INFINITE`` if there is none."""
    opens, closes = b.span[v, 0], b.span[v, 1]
    if moment < opens:
        return -INFINITE
    start = min(moment, closes)
    stop = b.stop[v]
    if stop.window_end - stop.window_first > 1 and opens < closes:
        last = -INFINITE
        for i in range(stop.window_first, stop.window_end):
            if b.window[i, 0] <= start:
                last = max(last, min(start, b.window[i, 1]))
        return last
    return start


@compiled
def fits(b: Board, r: int, v: int, i: int, j: int, there: int, on: int) -> bool:
    """Whether a task can stand between two neighbours ``i`` and ``j`` of a route, ``there`` and ``on`` its travel."""
    shift, before, after = b.shift[r], b.node[i], b.node[j]
    arrival0 = before.done0 + there
    arrival1 = before.done1 + there
    if before.done0 <= shift.pause_closes:
        arrival1 = min(arrival1, shift.pause + max(arrival0, shift.pause_opens))
    start0, start1 = start_from(b, v, arrival0), start_from(b, v, arrival1)
    service = b.stop[v].service
    if start0 < INFINITE:
        done = start0 + service
        if done + on <= after.last0:
            return True
        if done <= shift.pause_closes and not (shift.open_end and b.stop[j].place < 0):
            if shift.pause + max(done + on, shift.pause_opens) <= after.last1:
                return True
    return start1 < INFINITE and start1 + service + on <= after.last1


@compiled
def refresh_on(b: Board, v: int) -> None:
    """Compute earliest ends anew from ``v`` on, until they are what they were."""
    tasks, first = len(b.near), True
    while v < tasks:
        here = b.node[v]
        before = b.node[here.prev]
        shift = b.shift[here.route]
        arrival0, arrival1 = before.done0 + before.leg, before.done1 + before.leg
        if before.done0 <= shift.pause_closes:
            arrival1 = min(arrival1, shift.pause + max(arrival0, shift.pause_opens))
        service = b.stop[v].service
        done0 = min(INFINITE, start_from(b, v, arrival0) + service)
        done1 = min(INFINITE, start_from(b, v, arrival1) + service)
        if not first and done0 == here.done0 and done1 == here.done1:
            return
        b.node[v].done0, b.node[v].done1 = done0, done1
        first = False
        v = here.next


@compiled
def refresh_back(b: Board, v: int) -> None:
    """Compute latest starts anew from ``v`` back to the start of the route, until they are what they were."""
    tasks, first = len(b.near), True
    while True:
        here = b.node[v]
        after = b.node[here.next]
        shift = b.shift[here.route]
        leave0, leave1 = after.last0 - here.leg, after.last1 - here.leg
        if shift.pause_opens + shift.pause <= after.last1 and not (shift.open_end and b.stop[here.next].place < 0):
            leave0 = max(leave0, min(shift.pause_closes, after.last1 - shift.pause - here.leg))
        if v >= tasks:
            b.node[v].last0, b.node[v].last1 = max(leave0, -INFINITE), max(leave1, -INFINITE)
            return
        service = b.stop[v].service
        last0, last1 = start_until(b, v, leave0 - service), start_until(b, v, leave1 - service)
        if not first and last0 == here.last0 and last1 == here.last1:
            return
        b.node[v].last0, b.node[v].last1 = last0, last1
        first = False
        v = here.prev


@compiled
def refresh_route(b: Board, r: int) -> None:
    """Compute all times of a route anew."""
    tasks = len(b.near)
    v = b.node[tasks + r].next
    while v < tasks:
        b.node[v].done0 = b.node[v].done1 = INFINITE + 1  # no time that counts as known
        b.node[v].last0 = b.node[v].last1 = INFINITE + 1
        v = b.node[v].next
    refresh_on(b, b.node[tasks + r].next)
    refresh_back(b, b.node[tasks + len(b.shift) + r].prev)


@compiled
def is_possible(b: Board, r: int) -> bool:
    """Whether the route, freshly timed, can be driven."""
    start = b.node[len(b.near) + r]
    return start.done0 <= start.last0 or start.done1 <= start.last1
