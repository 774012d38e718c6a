"""Slack of routes: how late one may arrive at a node so that nothing from there on is too late, or late at all.

Links and breaks are left out, so the values are never too small: an arrival after them is impossible or costs at least
the difference, one before them may still be. ``relief`` says how much earlier other routes may get by links when a task
is taken out: starts are greatest of sums, so none changes by more than the first one does.
"""

from __future__ import annotations

from optimizer.visits.index import FAR
from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.journal import TOUCHED, leg
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference

__all__ = ["refresh_all_slack", "refresh_slack", "relief"]


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


@compiled
def relief(k: Kernel, v: int) -> int:
    """Most by which any start on another route gets earlier when task ``v`` is taken out of its route."""
    w = k.node[v].nxt
    if w >= len(k.able) or not k.slack[w].tied:
        return 0
    u = k.node[v].prv
    earliest = max(k.node[u].leave + leg(k, k.node[v].route, u, w), k.task[w].earliest)
    return max(0, k.node[w].start - earliest)  # type: ignore[no-any-return]


@compiled
def _refresh_route(k: Kernel, r: int) -> None:
    tasks, routes = len(k.able), len(k.shift)
    w = tasks + routes + r
    latest, on_time, tied = k.shift[r].latest_return, FAR, 0
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
        tied = tied or k.cls[task.cls].tied
        k.slack[v].tied = tied
        w = v
        v = k.node[v].prv
