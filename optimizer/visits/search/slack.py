"""Latest starts: how late a task may begin so that what follows on its route is still in time.

Links and breaks are left out, so the value is never too small: a start after it is impossible, one before it may be.
"""

from __future__ import annotations

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.journal import TOUCHED, leg
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference

__all__ = ["refresh_all_latest", "refresh_latest"]


@compiled
def refresh_latest(k: Kernel) -> None:
    """Latest starts of the routes that the kept proposal touched."""
    for i in range(k.counter[TOUCHED]):
        _refresh_route(k, k.touched[i])


@compiled
def refresh_all_latest(arrays: Kernel) -> None:
    """Latest starts of all routes."""
    k = by_reference(arrays)
    for r in range(len(k.shift)):
        _refresh_route(k, r)


@compiled
def _refresh_route(k: Kernel, r: int) -> None:
    tasks, routes = len(k.able), len(k.shift)
    w = tasks + routes + r
    k.latest[w] = k.shift[r].latest_return
    v = k.node[w].prv
    while v < tasks:
        k.latest[v] = min(k.close[v], k.latest[w] - leg(k, r, v, w) - k.task[v].duration)
        w = v
        v = k.node[v].prv
