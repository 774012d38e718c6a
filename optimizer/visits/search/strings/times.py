"""Earliest and latest times of all routes: windows, travel, a break that floats, and classes that start together.

Earliest ends (``done``) are the least times that the routes allow, latest starts (``last``) the greatest; both are kept
for two states, the break still due or over. A class that starts together is one moment on several routes: its start is
the latest of its members' arrivals, so times spread from route to route, until nothing changes any more. Members of a
class are in the same state; mixed states, which only shifts with different breaks could use, are given up.

A leg of travel ``d`` that is left at ``t`` while the break is due can be crossed with the break somewhere on it, which
begins as early as it may: the arrival is then ``pause + max(t + d, pause_opens)``, if ``t <= pause_closes``.

A new task between neighbours ``i`` and ``j`` is possible exactly if the earliest arrival at ``j`` by way of it is not
after the latest start of ``j`` in the same state: what comes before ``i`` cannot depend on what comes after ``j``.
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.journal import save_node
from optimizer.visits.search.strings.records import INFINITE, LOGGED, WORK, Board

__all__ = [
    "arrivals",
    "can_start",
    "departures",
    "fits",
    "is_possible",
    "spread",
    "start_from",
    "start_until",
    "teams_meet",
]


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
def arrivals(b: Board, r: int, i: int, there: int) -> tuple[int, int]:
    """Earliest arrivals after a leg of that travel from node ``i``, by state."""
    shift, before = b.shift[r], b.node[i]
    arrival0, arrival1 = before.done0 + there, before.done1 + there
    if before.done0 <= shift.pause_closes:
        arrival1 = min(arrival1, shift.pause + max(arrival0, shift.pause_opens))
    return arrival0, arrival1


@compiled
def departures(b: Board, r: int, j: int, on: int) -> tuple[int, int]:
    """Latest moments to leave for node ``j`` over a leg of that travel, by state."""
    shift, after = b.shift[r], b.node[j]
    leave0, leave1 = after.last0 - on, after.last1 - on
    if shift.pause_opens + shift.pause <= after.last1 and not (shift.open_end and b.stop[j].place < 0):
        leave0 = max(leave0, min(shift.pause_closes, leave1 - shift.pause))
    return leave0, leave1


@compiled
def fits(b: Board, r: int, v: int, i: int, j: int, there: int, on: int) -> bool:
    """Whether a task can stand between two neighbours of a route, ``there`` and ``on`` its travel."""
    arrival0, arrival1 = arrivals(b, r, i, there)
    leave0, leave1 = departures(b, r, j, on)
    service = b.stop[v].service
    start = start_from(b, v, arrival0)
    if start < INFINITE and start + service <= leave0:
        return True
    start = start_from(b, v, arrival1)
    return start < INFINITE and start + service <= leave1


@compiled
def spread(b: Board) -> bool:
    """Time everything anew that depends on the noted nodes; whether it came to an end."""
    budget = 20 * len(b.node) + 1000
    while b.counter[WORK] > 0:
        b.counter[WORK] -= 1
        v = b.work[b.counter[WORK], 0]
        if b.node[v].route < 0:
            continue
        if b.work[b.counter[WORK], 1] > 0:
            budget -= _spread_on(b, v)
        else:
            budget -= _spread_back(b, v)
        if budget < 0 or b.counter[WORK] + 2 * b.chosen.shape[1] + 2 > len(b.work):
            b.counter[WORK] = 0
            return False  # routes wait for each other in a circle
    return True


@compiled
def _spread_on(b: Board, v: int) -> int:
    """Earliest times from a node on along its route, while they change; returns how many were looked at."""
    tasks, looks = len(b.near), 0
    while v < tasks:
        looks += 1
        if not (_time_class_on(b, v) if b.stop[v].team else _time_on(b, v)):
            break
        v = b.node[v].next
    return looks


@compiled
def _time_on(b: Board, v: int) -> bool:
    here = b.node[v]
    arrival0, arrival1 = arrivals(b, here.route, here.prev, b.node[here.prev].leg)
    service = b.stop[v].service
    return _set_done(b, v, start_from(b, v, arrival0) + service, start_from(b, v, arrival1) + service)


@compiled
def _set_done(b: Board, v: int, done0: int, done1: int) -> bool:
    """Set both earliest ends; tells whether one was another."""
    done0, done1 = min(done0, INFINITE), min(done1, INFINITE)
    if done0 == b.node[v].done0 and done1 == b.node[v].done1:
        return False
    save_node(b, v)
    b.node[v].done0, b.node[v].done1 = done0, done1
    return True


@compiled
def _time_class_on(b: Board, v: int) -> bool:
    """Earliest ends of a task and of those that start with it; notes who follows the others where they change."""
    c = b.class_[b.stop[v].cls]
    start0 = start1 = 0
    for w in range(c.first, c.end):
        r = b.node[w].route
        if r >= 0:
            i = b.node[w].prev
            arrival0, arrival1 = arrivals(b, r, i, b.node[i].leg)
            start0, start1 = max(start0, arrival0), max(start1, arrival1)
    start0, start1 = _common_from(b, c.first, c.end, start0), _common_from(b, c.first, c.end, start1)
    changed = False
    for w in range(c.first, c.end):
        if b.node[w].route >= 0 and _set_done(b, w, start0 + b.stop[w].service, start1 + b.stop[w].service):
            if w == v:
                changed = True
            else:
                b.work[b.counter[WORK], 0], b.work[b.counter[WORK], 1] = b.node[w].next, 1
                b.counter[WORK] += 1
    return changed


@compiled
def _common_from(b: Board, first: int, end: int, ready: int) -> int:
    """First start from a moment on that all tasks of a class allow."""
    start, moved = ready, True
    while moved:
        moved = False
        for w in range(first, end):
            at = start_from(b, w, start)
            if at >= INFINITE:
                return INFINITE
            if at > start:
                start, moved = at, True
    return start


@compiled
def _spread_back(b: Board, v: int) -> int:
    """Latest starts from a node back along its route, while they change; returns how many were looked at."""
    tasks, looks = len(b.near), 0
    while True:
        looks += 1
        if v >= tasks:
            leave0, leave1 = departures(b, b.node[v].route, b.node[v].next, b.node[v].leg)
            _set_last(b, v, leave0, leave1)
            return looks
        if not (_time_class_back(b, v) if b.stop[v].team else _time_back(b, v)):
            return looks
        v = b.node[v].prev


@compiled
def _time_back(b: Board, v: int) -> bool:
    here = b.node[v]
    leave0, leave1 = departures(b, here.route, here.next, here.leg)
    service = b.stop[v].service
    return _set_last(b, v, start_until(b, v, leave0 - service), start_until(b, v, leave1 - service))


@compiled
def _set_last(b: Board, v: int, last0: int, last1: int) -> bool:
    """Set both latest starts; tells whether one was another."""
    last0, last1 = max(last0, -INFINITE), max(last1, -INFINITE)
    if last0 == b.node[v].last0 and last1 == b.node[v].last1:
        return False
    save_node(b, v)
    b.node[v].last0, b.node[v].last1 = last0, last1
    return True


@compiled
def _time_class_back(b: Board, v: int) -> bool:
    """Latest starts of a task and of those that start with it; notes who precedes the others where they change."""
    c = b.class_[b.stop[v].cls]
    last0 = last1 = INFINITE
    for w in range(c.first, c.end):
        if b.node[w].route >= 0:
            leave0, leave1 = departures(b, b.node[w].route, b.node[w].next, b.node[w].leg)
            last0, last1 = min(last0, leave0 - b.stop[w].service), min(last1, leave1 - b.stop[w].service)
    last0, last1 = _common_until(b, c.first, c.end, last0), _common_until(b, c.first, c.end, last1)
    changed = False
    for w in range(c.first, c.end):
        if b.node[w].route >= 0 and _set_last(b, w, last0, last1):
            if w == v:
                changed = True
            else:
                b.work[b.counter[WORK], 0], b.work[b.counter[WORK], 1] = b.node[w].prev, 0
                b.counter[WORK] += 1
    return changed


@compiled
def _common_until(b: Board, first: int, end: int, moment: int) -> int:
    """Last start up to a moment that all tasks of a class allow."""
    start, moved = moment, True
    while moved:
        moved = False
        for w in range(first, end):
            at = start_until(b, w, start)
            if at <= -INFINITE:
                return -INFINITE
            if at < start:
                start, moved = at, True
    return start


@compiled
def is_possible(b: Board, r: int) -> bool:
    """Whether the route, freshly timed, can be driven."""
    start = b.node[len(b.near) + r]
    return start.done0 <= start.last0 or start.done1 <= start.last1


@compiled
def teams_meet(b: Board) -> bool:
    """Whether all teams whose times were changed in this step can still start together.

    The test of a gap looks at one route. A gap before a team may be possible only with the break over, while another
    member can only come with the break still due: no gap of its own route tells that.
    """
    for n in range(b.counter[LOGGED]):
        v = b.log_id[n]
        if v < len(b.near) and b.stop[v].team and b.node[v].route >= 0 and not can_start(b, v):
            return False
    return True


@compiled
def can_start(b: Board, v: int) -> bool:
    """Whether a planned task's earliest start is not after its latest one, with the break due or over."""
    node, service = b.node[v], b.stop[v].service
    return node.done0 - service <= node.last0 or node.done1 - service <= node.last1
