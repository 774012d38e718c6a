"""Earliest starts after a change, from the changed classes onward, and what the change costs.

The start of a class is the least moment that obeys the windows, the arrivals of all its tasks, the fixed start and the
links to classes with smaller keys. Keys extend all routes and links, so classes are timed in key order and no plan can
wait for itself. A link with a largest gap can push an earlier class back (a *floor*); floors are bounded, and a plan
that asks for more is refused. Breaks on the way are taken by the rule *free or forced*: when the pause costs no later
start, or when it would become too late.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.index import FAR
from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.journal import (
    CLASSES_LOGGED,
    NODES_LOGGED,
    PUSHED,
    QUEUED,
    ROUTES_LOGGED,
    STAMP,
    TOUCHED,
    clear_queue,
    enqueue,
    enqueue_node,
    leg,
    log_class,
    log_node,
    moved,
    touch,
)
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference

__all__ = ["MAX_PUSHES", "cost", "plan_cost", "propagate"]

LOG_MARGIN = 2_000
MAX_PUSHES = 8
"""How often one class may be pushed back by later ones in one proposal before the plan is refused."""


@compiled
def cost(k: Kernel, totals: Any) -> float:
    """Cost of a plan from its totals, with mandatory visits left out at the price the search gives them."""
    weight = k.weight[0]
    value = (
        weight.travel * totals.travel
        + weight.tardiness * totals.tardiness
        + weight.worst * totals.worst
        + totals.position
        + totals.pool
    )
    if weight.published:
        value += weight.moved * totals.moved
    if weight.timed:
        value += weight.waiting * totals.waiting + weight.overtime * totals.overtime + weight.idle * totals.idle
        if totals.work > 0.0:
            value += weight.balance * (weight.caregivers * totals.work_squared / totals.work - totals.work)
    return value


@compiled
def plan_cost(arrays: Kernel) -> float:
    """Cost of the plan as it stands; to be called from outside."""
    k = by_reference(arrays)
    return cost(k, k.totals[0])


@compiled
def propagate(k: Kernel, limit: float) -> bool:
    """Time everything that the proposal changed; ``False`` if a rule breaks or the cost passes ``limit``."""
    trial = k.trial[0]
    weight = k.weight[0]
    known = cost(k, trial) - _may_fall(k)
    later, worst, pushed = 0, 0, k.counter[PUSHED]
    while k.counter[QUEUED] > 0:
        if _log_is_full(k):
            clear_queue(k)
            return False
        k.counter[QUEUED] -= 1
        c = k.queue[k.counter[QUEUED]]
        k.queued[c] = 0
        first, end = k.cls[c].first, k.cls[c].end
        if k.node[first].route < 0:
            continue
        start = _earliest(k, c)
        if start < 0:
            clear_queue(k)
            return False
        same = True
        for v in range(first, end):
            if _retime(k, v, start):
                same = False
                late = k.node[v].late
                trial.tardiness += late
                later += late
                worst = max(worst, late)
        if k.cls[c].link_end > k.cls[c].link_first and not _push_links(k, c, start, not same):
            clear_queue(k)
            return False
        # a class that was pushed is timed again, and its lateness would count twice
        if k.counter[PUSHED] == pushed and known + weight.tardiness * later + weight.worst * worst > limit:
            clear_queue(k)
            return False
    return _finish(k, limit)


@compiled
def _may_fall(k: Kernel) -> float:
    """What of the cost of the proposal may still fall while it is timed; see :func:`moves.room`."""
    weight, trial = k.weight[0], k.trial[0]
    falls = weight.tardiness * trial.tardiness + weight.worst * trial.worst
    if weight.published:
        falls += weight.moved * trial.moved
    if weight.timed:
        falls += weight.overtime * trial.overtime + weight.room
    return falls


@compiled
def _log_is_full(k: Kernel) -> bool:
    """Whether the logs are nearly full: then the proposal is given up rather than forgotten in part."""
    most = max(k.counter[NODES_LOGGED], max(k.counter[CLASSES_LOGGED], k.counter[ROUTES_LOGGED]))
    return most > len(k.log_node_id) - LOG_MARGIN


@compiled
def _earliest(k: Kernel, c: int) -> int:
    """Least start of a class after what is before it, or -1."""
    node, cls = k.node, k.cls[c]
    start = 0
    for v in range(cls.first, cls.end):
        u = node[v].prv
        travel = leg(k, node[v].route, u, v)
        if travel >= UNREACHABLE:
            return -1
        start = max(start, node[u].leave + travel)
    if k.weight[0].linked:
        start = max(start, cls.floor)
        for i in range(cls.link_first, cls.link_end):
            link = k.link[i]
            if link.forward == 0:
                other = k.node[k.cls[link.other].first]
                if other.route >= 0:
                    start = max(start, other.start + link.low)
    start = _opened(k, c, start)
    if k.weight[0].breaks and start >= 0:
        start = _with_breaks(k, c, start)
    if cls.fixed >= 0 and start >= 0:
        if start > cls.fixed:
            return -1
        start = cls.fixed
        if k.weight[0].breaks:
            start = _with_breaks(k, c, start)
            if start != cls.fixed:
                return -1
    return start


@compiled
def _opened(k: Kernel, c: int, start: int) -> int:
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
def _with_breaks(k: Kernel, c: int, start: int) -> int:
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
                start = _opened(k, c, arrival)
                if start < 0:
                    return -1
                settled = False
    return start


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
def _retime(k: Kernel, v: int, start: int) -> bool:
    """Give a task its start; ``True`` if anything of it changed. Queues the task after it."""
    node, trial = k.node, k.trial[0]
    taken, detour = 0, 0
    if k.weight[0].breaks:
        _, taken, detour = arrive(k, node[v].prv, v, start)
    if node[v].start == start and node[v].breaks == taken and node[v].extra == detour:
        return False
    log_node(k, v)
    r = node[v].route
    touch(k, r)
    if k.weight[0].published:
        trial.moved += moved(k, v, r, start) - moved(k, v, r, node[v].start)
    trial.tardiness -= node[v].late
    trial.travel += detour - node[v].extra
    k.route[r].travel += detour - node[v].extra
    node[v].start = start
    node[v].leave = start + k.task[v].duration
    node[v].late = lateness(k, v, start)
    node[v].breaks = taken
    node[v].extra = detour
    enqueue_node(k, node[v].nxt)
    return True


@compiled
def lateness(k: Kernel, v: int, start: int) -> int:
    """Tardiness of a task that starts then, by the window that is kindest to it."""
    cls = k.cls[k.task[v].cls]
    if cls.simple:
        return max(0, start - cls.due)
    visit = k.visit[k.task[v].visit]
    least = FAR
    for i in range(visit.window_first, visit.window_end):
        if k.window[i].earliest <= start <= k.window[i].latest:
            least = min(least, max(0, start - k.window[i].due))
    return least


@compiled
def _push_links(k: Kernel, c: int, start: int, changed: bool) -> bool:
    """Carry the start of a class over its links; ``False`` if a link cannot be met."""
    for i in range(k.cls[c].link_first, k.cls[c].link_end):
        link = k.link[i]
        other = link.other
        partner = k.node[k.cls[other].first]
        if partner.route < 0:
            continue
        if link.forward == 1:
            if changed:
                enqueue(k, other)
            continue
        wanted = start - link.high
        held = k.cls[other].floor > 0 and partner.start == k.cls[other].floor
        if partner.start >= 0 and (wanted > partner.start or (held and wanted < k.cls[other].floor)):
            if not _set_floor(k, other, max(wanted, 0)):
                return False
            enqueue(k, other)
    return True


@compiled
def _set_floor(k: Kernel, c: int, floor: int) -> bool:
    """Hold a class back to ``floor``; ``False`` if this was done too often in this proposal."""
    stamp = k.counter[STAMP]
    if k.cls[c].stamp != stamp:
        k.cls[c].stamp = stamp
        k.cls[c].pushes = 0
    k.cls[c].pushes += 1
    k.counter[PUSHED] += 1
    log_class(k, c)
    k.cls[c].floor = floor
    return k.cls[c].pushes <= MAX_PUSHES


@compiled
def _finish(k: Kernel, limit: float) -> bool:
    """Time the ends of the touched routes, and compare the whole cost with the limit."""
    trial, weight = k.trial[0], k.weight[0]
    for i in range(k.counter[TOUCHED]):
        if not _end_route(k, k.touched[i]):
            return False
    if weight.worst > 0.0 and not _find_worst(k, limit):
        return False
    if weight.idle > 0.0:
        trial.idle = _most_idle(k)
    return cost(k, trial) <= limit


@compiled
def _most_idle(k: Kernel) -> int:
    """Idle time of the caregiver with the most of it, summed over the shifts."""
    most = 0
    for c in range(len(k.shift_first) - 1):
        idle = 0
        for r in range(k.shift_first[c], k.shift_first[c + 1]):
            idle += k.route[r].idle
        most = max(most, idle)
    return most


@compiled
def _find_worst(k: Kernel, limit: float) -> bool:
    """Bring the largest tardiness up to date; ``False`` if the cost passes ``limit`` already without it."""
    trial = k.trial[0]
    known, worst, lost = trial.worst, 0, False
    for i in range(k.counter[NODES_LOGGED]):
        worst = max(worst, k.node[k.log_node_id[i]].late)
        lost = lost or (k.log_node[i].late >= known > 0)
    if not lost or worst >= known:
        trial.worst = max(known, worst)
        return True
    trial.worst = worst
    if cost(k, trial) > limit:
        return False
    for v in range(len(k.able)):
        worst = max(worst, k.node[v].late)
    trial.worst = worst
    return True


@compiled
def _end_route(k: Kernel, r: int) -> bool:
    """Time the way back of a route and judge its limits; ``False`` if one is broken."""
    tasks, routes = len(k.able), len(k.shift)
    node, shift, route, weight = k.node, k.shift[r], k.route[r], k.weight[0]
    if weight.limited and route.load > shift.max_load:
        return False
    end = tasks + routes + r
    last = node[end].prv
    if not (weight.timed or weight.limited or weight.breaks):
        return True
    if last >= tasks:
        _book(k, r, 0, 0, 0, max(0, shift.end - shift.start) if shift.end < FAR else 0)
        return True
    back, detour, paused, unpaid = _way_back(k, r, last, end)
    if back < 0 or back > shift.latest_return:
        return False
    if node[end].start != back or node[end].extra != detour:
        log_node(k, end)
        k.trial[0].travel += detour - node[end].extra
        route.travel += detour - node[end].extra
        node[end].start = back
        node[end].extra = detour
    if weight.limited and route.travel > shift.max_travel:
        return False
    if weight.timed:
        _account(k, r, last, back, paused, unpaid)
    return True


@compiled
def _way_back(k: Kernel, r: int, last: int, end: int) -> tuple[int, int, int, int]:
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


@compiled
def _account(k: Kernel, r: int, last: int, back: int, paused: int, unpaid: int) -> None:
    """Work, waiting, overtime and idle time of a route; ``paused`` and ``unpaid`` are those of the way back."""
    node, shift, tasks = k.node, k.shift[r], len(k.able)
    first = node[tasks + r].nxt
    departure = node[first].start - leg(k, r, tasks + r, first)
    for i in range(node[last].breaks):
        pause = k.pause[shift.break_first + i]
        before_leaving = i < node[first].breaks and departure >= pause.earliest + pause.duration
        if not before_leaving:
            paused += pause.duration
            if pause.paid == 0:
                unpaid += pause.duration
            if i < node[first].breaks:
                departure -= pause.duration
    departure = max(departure, shift.start)
    span = back - departure
    waiting = max(0, span - k.route[r].service - k.route[r].travel - paused)
    early = max(0, shift.end - back) if shift.end < FAR else 0
    _book(k, r, span - unpaid, waiting, max(0, back - shift.end), waiting + max(0, departure - shift.start) + early)


@compiled
def _book(k: Kernel, r: int, work: int, waiting: int, overtime: int, idle: int) -> None:
    """Put the figures of a route into the totals of the proposal."""
    trial, route = k.trial[0], k.route[r]
    trial.waiting += waiting - route.waiting
    trial.overtime += overtime - route.overtime
    c = k.shift[r].caregiver
    # work per caregiver lies over all shifts: the other shifts' work stands in caregiver_work
    before = 0.0
    for other in range(k.shift_first[c], k.shift_first[c + 1]):
        before += k.route[other].work
    after = before - route.work + work
    trial.work += k.weight[0].per_unit * (after - before)
    trial.work_squared += k.weight[0].per_unit * k.weight[0].per_unit * (after * after - before * before)
    route.work = work
    route.waiting = waiting
    route.overtime = overtime
    route.idle = idle
