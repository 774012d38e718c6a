"""Putting bundles back, or in for the first time, each where it costs least.

Looks only beside near tasks and at one moment or the ends of a few able routes, so a step costs the same in a town and
in a city.
"""

from __future__ import annotations

import numpy as np

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.draft import draft_bundle, draft_on_routes, put_in_draft
from optimizer.visits.search.journal import (
    CHANGED,
    CLASSES_LOGGED,
    FALLS,
    NODES_LOGGED,
    ROUTES_LOGGED,
    STAMP,
    TOUCHED,
    begin,
    clear_queue,
    keep,
    leg,
    position_cost,
    random,
    random_below,
)
from optimizer.visits.search.moves import put_alone
from optimizer.visits.search.place import (
    IMPOSSIBLE,
    able_route,
    added_travel,
    free_node,
    is_single,
    late_price,
    near_node,
    position_by_key,
    time_guess,
)
from optimizer.visits.search.pool import enter_plan
from optimizer.visits.search.propagate import propagate
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.route_end import cost
from optimizer.visits.search.slack import refresh_slack

__all__ = ["around", "build", "choose_routes", "put_on_routes", "recreate", "time_step"]

ABLE_ROUTES = 12
BLINK = 0.01
TRIES = 8


@compiled
def next_step(k: Kernel) -> None:
    """Begin a step that can be taken back alone: routes are remembered anew."""
    k.counter[STAMP] += 1
    k.counter[TOUCHED] = 0


@compiled
def time_step(k: Kernel) -> bool:
    """Time what was changed since the last step, and begin a new step."""
    if not propagate(k, 1e300):
        return False
    if k.weight[0].slack:
        refresh_slack(k)
    next_step(k)
    return True


@compiled
def around(k: Kernel, seed: int, i: int) -> int:
    """The i-th neighbour of a task, those before and after it in turn."""
    return k.before[seed, i // 2] if i % 2 == 0 else k.after[seed, i // 2]


@compiled
def recreate(k: Kernel, removed: int) -> None:
    """Put the bundles of ``k.removed[:removed]`` back one by one, each where it costs least."""
    _sort(k, removed)
    for i in range(removed):
        bundle = k.removed[i]
        if is_single(k, bundle):
            _insert_single(k, bundle)
        else:
            _insert_bundle(k, bundle)


@compiled
def build(arrays: Kernel, order: np.ndarray) -> None:
    """Put bundles of the pool into the plan in the order given, each for good."""
    k = by_reference(arrays)
    for i in range(len(order)):
        begin(k)
        if is_single(k, order[i]):
            _insert_single(k, order[i])
        else:
            _insert_bundle(k, order[i])
        keep(k)


@compiled
def _sort(k: Kernel, removed: int) -> None:
    """Order of reinsertion: one of several by chance."""
    kind = random(k)
    for i in range(removed):
        bundle = k.removed[i]
        c = k.bundle_class[k.bundle_first[bundle]]
        v = k.cls[c].first
        if kind < 0.3:
            rank = random(k)
        elif kind < 0.45:
            rank = -float(k.task[v].duration)
        elif kind < 0.6:
            rank = float(k.able_first[v + 1] - k.able_first[v])
        elif kind < 0.75:
            rank = -k.bundle_price[bundle]
        elif kind < 0.9:
            rank = float(k.task[v].close - k.cls[c].earliest)
        else:
            rank = float(k.cls[c].earliest)
        k.rank[bundle] = rank - 1e6 * k.bundle_mandatory[bundle] * (kind < 0.9)
    for i in range(1, removed):
        bundle = k.removed[i]
        j = i
        while j > 0 and k.rank[k.removed[j - 1]] > k.rank[bundle]:
            k.removed[j] = k.removed[j - 1]
            j -= 1
        k.removed[j] = bundle


@compiled
def _insert_single(k: Kernel, bundle: int) -> bool:
    """Put one task in where it costs least; stays in the pool if that costs more than its price."""
    v = k.cls[k.bundle_class[k.bundle_first[bundle]]].first
    best, where = k.bundle_price[bundle], -1
    for i in range(2 * k.before.shape[1]):
        x = around(k, v, i)
        if k.node[x].route < 0:
            continue
        for u in (k.node[x].prv, x):
            if k.able[v, k.node[u].route] and random(k) >= BLINK:
                added = _added_cost(k, v, u)
                if added < best and late_price(k, v, u, 0, 0) < IMPOSSIBLE:
                    best, where = added, u
    first, end = k.able_first[v], k.able_first[v + 1]
    for i in range(min(ABLE_ROUTES, end - first)):
        r = k.able_shift[first + i] if end - first <= ABLE_ROUTES else able_route(k, v)
        for u in (len(k.able) + r, k.node[len(k.able) + len(k.shift) + r].prv):
            added = _added_cost(k, v, u)
            if added < best and late_price(k, v, u, 0, 0) < IMPOSSIBLE:
                best, where = added, u
    if where < 0:
        return False
    return _try(k, bundle, v, where, 0.0, True) < 1e300


@compiled
def _added_cost(k: Kernel, v: int, u: int) -> float:
    """Estimate of what putting ``v`` after ``u`` costs: travel, position, lateness here and next on the route."""
    r, w = k.node[u].route, k.node[u].nxt
    weight = k.weight[0]
    added = weight.travel * added_travel(k, v, u)
    if weight.position:
        added += position_cost(k, v, r)
    if weight.tardiness > 0.0:
        c = k.cls[k.task[v].cls]
        start = max(k.node[u].leave + leg(k, r, u, v), c.earliest)
        late = max(0, start - k.task[v].good)
        if w < len(k.able):
            arrival = start + k.task[v].duration + leg(k, r, v, w)
            delay = max(0, arrival - k.node[w].start)
            late += max(0, k.node[w].start + delay - k.task[w].good) - k.node[w].late
        added += (weight.tardiness + weight.worst) * late
    return added


@compiled
def _insert_bundle(k: Kernel, bundle: int) -> bool:
    """Put a linked bundle in at the best of a few places near its tasks."""
    best = k.bundle_price[bundle]
    chosen = np.uint64(0)
    for _ in range(TRIES):
        stream = k.random[0]
        v, u = _draw_place(k, bundle)
        added = _try(k, bundle, v, u, best, False)
        if added < best:
            best, chosen = added, stream
    if chosen == np.uint64(0):
        return False
    after = k.random[0]
    k.random[0] = chosen  # the same draws again give the same place
    v, u = _draw_place(k, bundle)
    placed = _try(k, bundle, v, u, 1e300, True) < 1e300
    k.random[0] = after
    return placed


@compiled
def choose_routes(k: Kernel, bundle: int, c: int) -> bool:
    """Draw a shift for each task of a class, ``last_route``, -1 for what else is in the bundle.

    Half of them are routes of tasks nearby. Returns whether all were found, of different caregivers.
    """
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        for v in range(k.cls[k.bundle_class[i]].first, k.cls[k.bundle_class[i]].end):
            k.last_route[v] = -1
    for v in range(k.cls[c].first, k.cls[c].end):
        u = near_node(k, v, random(k))
        if u >= 0 and random(k) < 0.5 and k.able[v, k.node[u].route]:
            k.last_route[v] = k.node[u].route
        else:
            k.last_route[v] = able_route(k, v)
        if k.last_route[v] < 0:
            return False
        k.last_node[v] = len(k.able) + k.last_route[v]
        for w in range(k.cls[c].first, v):
            if k.shift[k.last_route[w]].caregiver == k.shift[k.last_route[v]].caregiver:
                return False
    return True


@compiled
def put_on_routes(k: Kernel, bundle: int, v: int, moment: float) -> bool:
    """Put a bundle of the pool in at a moment on its ``last_route`` each; whether that is possible."""
    u = position_by_key(k, k.last_route[v], moment)
    enter_plan(k, bundle)
    if is_single(k, bundle):
        placed = put_alone(k, v, u, time_guess(k, v, u))
    else:
        k.counter[FALLS] = 0
        placed = draft_on_routes(k, bundle, v, u, 1.0) < IMPOSSIBLE
        if placed:
            put_in_draft(k, bundle)
    return placed and time_step(k)


@compiled
def _draw_place(k: Kernel, bundle: int) -> tuple[int, int]:
    """A task of the bundle and a node to stand after, or -1."""
    classes = k.bundle_first[bundle + 1] - k.bundle_first[bundle]
    c = k.bundle_class[k.bundle_first[bundle] + random_below(k, classes)]
    v = k.cls[c].first + random_below(k, k.cls[c].end - k.cls[c].first)
    return v, free_node(k, v)


@compiled
def _try(k: Kernel, bundle: int, v: int, u: int, limit: float, stay: bool) -> float:
    """Cost added by putting a bundle in with ``v`` after ``u``, 1e300 if impossible; taken back unless ``stay``."""
    if u < 0 or not k.able[v, k.node[u].route]:
        return 1e300
    nodes, classes, routes = k.counter[NODES_LOGGED], k.counter[CLASSES_LOGGED], k.counter[ROUTES_LOGGED]
    changed = k.counter[CHANGED]
    k.before_step[0] = k.trial[0]
    before = cost(k, k.trial[0])
    enter_plan(k, bundle)
    placed = True
    if is_single(k, bundle):
        placed = put_alone(k, v, u, time_guess(k, v, u))
    else:
        k.counter[FALLS] = 0
        placed = draft_bundle(k, bundle, v, u, 0.0, False) < limit
        if placed:
            put_in_draft(k, bundle)
    added = 1e300
    if placed and propagate(k, 1e300):
        added = cost(k, k.trial[0]) - before + k.bundle_price[bundle]
    if added < 1e300 and stay:
        if k.weight[0].slack:
            refresh_slack(k)
        next_step(k)
        return added
    clear_queue(k)
    _undo_step(k, nodes, classes, routes, changed)
    return added


@compiled
def _undo_step(k: Kernel, nodes: int, classes: int, routes: int, changed: int) -> None:
    """Take back what was logged since the marks."""
    for i in range(k.counter[NODES_LOGGED] - 1, nodes - 1, -1):
        k.node[k.log_node_id[i]] = k.log_node[i]
    for i in range(k.counter[CLASSES_LOGGED] - 1, classes - 1, -1):
        k.cls[k.log_class_id[i]].key = k.log_class_key[i]
        k.cls[k.log_class_id[i]].floor = k.log_class_floor[i]
    for i in range(k.counter[ROUTES_LOGGED] - 1, routes - 1, -1):
        k.route[k.log_route_id[i]] = k.log_route[i]
    k.counter[NODES_LOGGED], k.counter[CLASSES_LOGGED], k.counter[ROUTES_LOGGED] = nodes, classes, routes
    k.counter[CHANGED] = changed
    k.trial[0] = k.before_step[0]
    next_step(k)
