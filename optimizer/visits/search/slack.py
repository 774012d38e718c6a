"""Slack of routes: how late one may arrive at a node so that nothing from there on is too late, or late at all.

Links and breaks are left out, so the values are never too small: an arrival after them is impossible or costs at least
the difference, one before them may still be. ``relief`` says how much earlier other routes may get by links when a task
is taken out: starts are greatest of sums, so none changes by more than the first one does, and a wait on the way
swallows it. Where nothing of it reaches other routes, only lateness behind the task on its own route can fall
(``may_fall``).
"""

from __future__ import annotations

from optimizer.visits.index import FAR
from optimizer.visits.search.compiled import compiled, inlined
from optimizer.visits.search.journal import TOUCHED, leg
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference

__all__ = ["bundle_may_fall", "gain", "may_fall", "may_fall_by_two", "refresh_all_slack", "refresh_slack", "relief"]


@compiled
def refresh_slack(k: Kernel) -> None:
    """Slack of the routes that the kept proposal touched."""
    for i in range(k.counter[TOUCHED]):
        _refresh_route(k, k.touched[i])


@compiled
def refresh_all_slack(arrays: Kernel) -> None:
    """Slack of all routes."""
    k = by_reference(arrays)
    for r in range(len(k.shift)):
        _refresh_route(k, r)


@inlined
def relief(k: Kernel, v: int) -> int:
    """Most by which any start on another route gets earlier when task ``v`` is taken out of its route."""
    return gain(k, k.node[v].route, k.node[v].prv, k.node[v].nxt)


@inlined
def gain(k: Kernel, r: int, u: int, w: int) -> int:
    """Most by which any start on another route gets earlier when ``w`` follows ``u`` on route ``r``."""
    if w >= len(k.able) or k.slack[w].passes == 0:
        return 0
    earliest = max(k.node[u].leave + leg(k, r, u, w), k.task[w].earliest)
    return min(k.slack[w].passes, max(0, k.node[w].start - earliest))


@compiled
def may_fall(k: Kernel, v: int, eased: int) -> int:
    """Lateness that taking task ``v`` out may save, ticks; ``eased`` is the relief of all that is taken out."""
    if eased > 0:
        return k.totals[0].tardiness
    return k.node[v].late + k.slack[k.node[v].nxt].late


@compiled
def bundle_may_fall(k: Kernel, bundle: int) -> int:
    """Lateness that taking a bundle out may save, ticks."""
    most, falls, route, tasks = k.totals[0].tardiness, 0, -1, 0
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        for v in range(k.cls[c].first, k.cls[c].end):
            tasks += 1
            if tasks > 2 or k.node[v].route == route or relief(k, v) > 0:
                return most
            route = k.node[v].route
            falls += k.node[v].late + k.slack[k.node[v].nxt].late
    return min(most, falls)


@compiled
def may_fall_by_two(k: Kernel, v: int, x: int, eased: int) -> int:
    """Lateness that taking both tasks out may save, ticks."""
    if eased > 0:
        return k.totals[0].tardiness
    return min(k.totals[0].tardiness, may_fall(k, v, 0) + may_fall(k, x, 0))


@compiled
def _refresh_route(k: Kernel, r: int) -> None:
    tasks, routes = len(k.able), len(k.shift)
    w = tasks + routes + r
    latest, on_time, late, passes = k.shift[r].latest_return, FAR, 0, 0
    k.slack[w].latest = latest
    k.slack[w].on_time = on_time
    v = k.node[w].prv
    while v < tasks:
        task = k.task[v]
        step = leg(k, r, v, w) + task.duration
        latest = min(task.close, latest - step)
        on_time = min(task.good, on_time - step)
        k.slack[v].latest = latest
        k.slack[v].on_time = on_time
        late += k.node[v].late
        k.slack[v].late = late
        passes = FAR if k.cls[task.cls].tied else _passed_on(k, r, v, w, passes)
        k.slack[v].passes = passes
        w = v
        v = k.node[v].prv


@compiled
def _passed_on(k: Kernel, r: int, v: int, w: int, passes: int) -> int:
    """Most of an earlier start at ``v`` that passes ``w``, of which ``passes`` goes on to tied tasks."""
    if passes == 0:
        return 0
    if k.weight[0].breaks or not k.cls[k.task[w].cls].simple:
        return FAR  # a pause or another window may give more
    if k.node[w].start > k.node[v].leave + leg(k, r, v, w):
        return 0
    return min(passes, k.node[w].start - k.task[w].earliest)
