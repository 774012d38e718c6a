"""Breaks and windows on the way: the least start of a class once they are kept, and the way back.

Breaks on the way are taken by the rule *free or forced*: when the pause costs no later start, or when it would become
too late.
"""

from __future__ import annotations

import numpy as np

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.index import FAR
from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.journal import leg
from optimizer.visits.search.records import Kernel

__all__ = ["arrive", "opened", "start_with_breaks", "way_back", "with_breaks"]


@compiled
def opened(k: Kernel, c: int, start: int) -> int:
    """First moment from ``start`` on at which the windows of all visits of the class are open, or -1."""
    cls = k.cls[c]
    if cls.simple:
        start = max(start, cls.earliest)
        return start if start <= cls.latest else -1
    settled = False
    while not settled:
        settled = True
        visit = -1
        for v in range(cls.first, cls.end):
            if k.task[v].visit == visit:
                continue
            visit = k.task[v].visit
            moment = -1
            for i in range(k.visit[visit].window_first, k.visit[visit].window_end):
                if start <= k.window[i].latest:
                    moment_here = max(start, k.window[i].earliest)
                    if moment < 0 or moment_here < moment:
                        moment = moment_here
            if moment < 0:
                return -1
            if moment > start:
                start = moment
                settled = False
    return start


@compiled
def with_breaks(k: Kernel, c: int, start: int) -> int:
    """Least start of the class when the breaks that are forced on the way to it are taken, or -1."""
    cls = k.cls[c]
    settled = False
    while not settled:
        settled = True
        for v in range(cls.first, cls.end):
            arrival, _, _ = arrive(k, k.node[v].prv, v, start)
            if arrival < 0:
                return -1
            if arrival > start:
                start = opened(k, c, arrival)
                if start < 0:
                    return -1
                settled = False
    return start


@compiled
def start_with_breaks(k: Kernel, u: int, v: int, start: int, latest: int) -> tuple[int, int, int]:
    """Least start of a task alone after ``u`` with one window, breaks taken by then, and detour for them.

    The start is after ``latest`` if there is none.
    """
    if k.node[u].breaks == k.shift[k.node[v].route].break_end - k.shift[k.node[v].route].break_first:
        return start, k.node[u].breaks, 0
    while start <= latest:
        arrival, taken, detour = arrive(k, u, v, start)
        if arrival < 0:
            break
        if arrival <= start:
            return start, taken, detour
        start = arrival
    return FAR + 1, 0, 0


@compiled
def arrive(k: Kernel, u: int, v: int, start: int) -> tuple[int, int, int]:
    """Arrival at ``v`` from ``u`` if service is to start at ``start``, breaks taken by then, and detour for them.

    The arrival is -1 if a break has become impossible.
    """
    node = k.node
    r = node[v].route
    shift = k.shift[r]
    travel = leg(k, r, u, v)
    moment, place = node[u].leave, k.task[u].place
    arrival = moment + travel
    taken = node[u].breaks
    detour = 0
    leaves = start + k.task[v].duration
    is_first = u >= len(k.able)
    while shift.break_first + taken < shift.break_end:
        pause = k.pause[shift.break_first + taken]
        if is_first and start - travel >= pause.earliest + pause.duration:
            taken += 1  # before the route leaves: nothing to do
            continue
        if pause.place < 0:
            begun = max(moment, pause.earliest)
            after = max(arrival, pause.earliest) + pause.duration
            added = 0
            possible = moment <= pause.latest
        else:
            there = k.durations[shift.mode, place, pause.place]
            onward = k.durations[shift.mode, pause.place, k.task[v].place]
            begun = max(moment + there, pause.earliest)
            after = begun + pause.duration + onward
            added = there + onward - k.durations[shift.mode, place, k.task[v].place]
            possible = begun <= pause.latest and there < UNREACHABLE and onward < UNREACHABLE
        forced = leaves > pause.latest
        if forced and not possible:
            return -1, taken, detour
        if not forced and not (possible and after <= start and added <= 0):
            break
        if pause.place >= 0:
            place = pause.place
            moment = begun + pause.duration
        else:
            moment = begun + pause.duration
        arrival = after
        detour += added
        taken += 1
        if arrival > start:
            leaves = arrival + k.task[v].duration
    return arrival, taken, detour


@compiled
def way_back(k: Kernel, r: int, last: int, end: int) -> tuple[int, int, int, int]:
    """Moment of coming back with the breaks still due on the way, detour for them, their length, and unpaid length.

    The moment is -1 if a break has become impossible.
    """
    node, shift = k.node, k.shift[r]
    travel = leg(k, r, last, end)
    if travel >= UNREACHABLE:
        return -1, 0, 0, 0
    moment, place = node[last].leave, k.task[last].place
    back, detour, paused, unpaid = moment + travel, 0, 0, 0
    for b in range(shift.break_first + node[last].breaks, shift.break_end):
        pause = k.pause[b]
        if back <= pause.latest:
            continue
        if pause.place < 0:
            if moment > pause.latest:
                return -1, 0, 0, 0
            moment = max(moment, pause.earliest) + pause.duration
            back = max(back, pause.earliest) + pause.duration
        else:
            there = np.int64(k.durations[shift.mode, place, pause.place])
            onward = np.int64(k.durations[shift.mode, pause.place, k.task[end].place])
            begun = max(moment + there, pause.earliest)
            if begun > pause.latest or there >= UNREACHABLE or onward >= UNREACHABLE:
                return -1, 0, 0, 0
            detour += there + onward - np.int64(k.durations[shift.mode, place, k.task[end].place])  # type: ignore[assignment]
            moment, place = begun + pause.duration, pause.place
            back = moment + onward
        paused += pause.duration
        if pause.paid == 0:
            unpaid += pause.duration
    return back, detour, paused, unpaid
