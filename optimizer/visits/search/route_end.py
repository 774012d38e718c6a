"""The ends of the routes that a proposal touched: way back, work, waiting, overtime, idle; and the largest lateness."""

from __future__ import annotations

from typing import Any

from optimizer.visits.index import FAR
from optimizer.visits.search.breaks import way_back
from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.journal import NODES_LOGGED, TOUCHED, leg, log_node
from optimizer.visits.search.records import Kernel

__all__ = ["cost", "finish"]


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
def finish(k: Kernel, limit: float) -> bool:
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
    back, detour, paused, unpaid = way_back(k, r, last, end)
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
