"""A given plan as the state of the search."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.crew import rules_hold
from optimizer.visits.search.journal import begin, clear_queue, keep, put_in, undo
from optimizer.visits.search.place import position_by_key
from optimizer.visits.search.pool import enter_plan, fill_pool
from optimizer.visits.search.propagate import propagate
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.setup import Setup
from optimizer.visits.search.slack import refresh_slack

__all__ = ["empty_routes", "load_bundles", "order_keys"]


def empty_routes(k: Kernel, setup: Setup) -> None:
    """Take everything out: all routes empty, every bundle in the pool."""
    k.node[:] = setup.empty_node
    k.route[:] = setup.empty_route
    k.totals[0] = setup.empty_totals[0]
    k.cls.floor[:] = 0
    fill_pool(k)


def order_keys(k: Kernel, rows: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """``(K,)`` keys that extend the routes and the sequential links (Kahn's algorithm, earliest windows first).

    Classes in a circle, which no valid plan has, come last.
    """
    classes = len(k.cls)
    after: list[list[int]] = [[] for _ in range(classes)]
    waits = np.zeros(classes, dtype=np.int64)
    pairs = [(a, b) for row in rows for a, b in zip(k.task.cls[row[:-1]], k.task.cls[row[1:]], strict=True)]
    pairs += [(c, int(k.link[i].other)) for c in range(classes) for i in _links_onward(k, c)]
    for a, b in pairs:
        after[a].append(int(b))
        waits[b] += 1
    ready = [(int(k.cls[c].earliest), c) for c in range(classes) if waits[c] == 0]
    heapq.heapify(ready)
    keys = np.full(classes, float(classes))
    place = 0
    while ready:
        _, c = heapq.heappop(ready)
        keys[c] = place
        place += 1
        for other in after[c]:
            waits[other] -= 1
            if waits[other] == 0:
                heapq.heappush(ready, (int(k.cls[other].earliest), other))
    return keys


def _links_onward(k: Kernel, c: int) -> list[int]:
    return [i for i in range(k.cls[c].link_first, k.cls[c].link_end) if k.link[i].forward == 1]


@compiled
def load_bundles(arrays: Kernel, route: np.ndarray, order: np.ndarray) -> None:
    """Plan bundles in the order given, their tasks on the given routes where the keys lead; skip what cannot be timed.

    Parameters
    ----------
    route
        ``(T,)`` route of each task, -1 for what stays in the pool.
    order
        Bundles, in the order of their first keys.
    """
    k = by_reference(arrays)
    for i in range(len(order)):
        bundle = order[i]
        if not _is_whole(k, bundle, route):
            continue
        begin(k)
        enter_plan(k, bundle)
        for j in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
            c = k.bundle_class[j]
            for v in range(k.cls[c].first, k.cls[c].end):
                put_in(k, v, position_by_key(k, route[v], k.cls[c].key))
        if rules_hold(k, bundle) and propagate(k, 1e300):
            keep(k)
            if k.weight[0].slack:
                refresh_slack(k)
        else:
            clear_queue(k)
            undo(k)


@compiled
def _is_whole(k: Kernel, bundle: int, route: np.ndarray) -> bool:
    """Whether every task of the bundle has a route that is able to do it."""
    for j in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[j]
        for v in range(k.cls[c].first, k.cls[c].end):
            if route[v] < 0 or not k.able[v, route[v]]:
                return False
    return True
