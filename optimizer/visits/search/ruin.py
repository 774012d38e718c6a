"""Ruin by strings and recreate by cheapest insertion (after Christiaens and Vanden Berghe, 2020, "SISR").

Whole bundles are taken out, near a random task; some of the pool near it join them. Recreating looks only beside near
tasks and at the ends of a few able routes, so a step costs the same in a town and in a city.
"""

from __future__ import annotations

import numpy as np

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.draft import draft_bundle, put_in_draft, take_out_bundle
from optimizer.visits.search.journal import (
    CHANGED,
    CLASSES_LOGGED,
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
    undo,
)
from optimizer.visits.search.moves import put_alone
from optimizer.visits.search.place import (
    IMPOSSIBLE,
    able_route,
    added_travel,
    is_frozen,
    is_single,
    late_price,
    time_guess,
)
from optimizer.visits.search.pool import enter_plan, leave_plan
from optimizer.visits.search.propagate import propagate
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.route_end import cost
from optimizer.visits.search.slack import refresh_slack

__all__ = ["build", "recreate", "ruin_and_recreate"]

MEAN_RUIN = 10
LONGEST_STRING = 8
POOL_SHARE = 8
ABLE_ROUTES = 12
BLINK = 0.01
TRIES = 8


@compiled
def ruin_and_recreate(k: Kernel, limit: float) -> bool:
    """Take some strings out, put them back better; keep the result if its cost is at most ``limit``."""
    begin(k)
    removed = _ruin(k)
    if removed == 0:
        return False
    removed = _join_from_pool(k, removed)
    if not _time_step(k):
        _restore(k)
        return False
    recreate(k, removed)
    if cost(k, k.trial[0]) <= limit:
        keep(k)
        return True
    _restore(k)
    return False


@compiled
def _restore(k: Kernel) -> None:
    """Undo the whole proposal, latest starts included."""
    clear_queue(k)
    undo(k)
    k.counter[TOUCHED] = 0
    for i in range(k.counter[ROUTES_LOGGED]):
        k.touched[0] = k.log_route_id[i]
        k.counter[TOUCHED] = 1
        refresh_slack(k)


@compiled
def _time_step(k: Kernel) -> bool:
    """Time what was changed since the last step, and begin a new step."""
    if not propagate(k, 1e300):
        return False
    if k.weight[0].slack:
        refresh_slack(k)
    next_step(k)
    return True


@compiled
def next_step(k: Kernel) -> None:
    """Begin a step that can be taken back alone: routes are remembered anew."""
    k.counter[STAMP] += 1
    k.counter[TOUCHED] = 0


@compiled
def _ruin(k: Kernel) -> int:
    """Take strings of tasks out, with their bundles; returns how many bundles lie in ``k.removed``."""
    tasks = len(k.able)
    seed = random_below(k, tasks)
    if k.node[seed].route < 0:
        return 0
    wanted = 1 + random_below(k, 2 * MEAN_RUIN)
    removed, strings = 0, 0
    for i in range(-1, k.before.shape[1] + k.after.shape[1]):
        v = seed if i < 0 else _around(k, seed, i)
        r = k.node[v].route
        if r < 0 or k.ruined[r] == k.counter[STAMP]:
            continue
        k.ruined[r] = k.counter[STAMP]
        strings += 1
        removed = _take_string(k, v, 1 + random_below(k, LONGEST_STRING), removed, wanted)
        if removed >= wanted or strings >= 6:
            break
    return removed


@compiled
def _around(k: Kernel, seed: int, i: int) -> int:
    """The i-th neighbour of a task, those before and after it in turn."""
    return k.before[seed, i // 2] if i % 2 == 0 else k.after[seed, i // 2]


@compiled
def _take_string(k: Kernel, v: int, length: int, removed: int, wanted: int) -> int:
    """Take out up to ``length`` bundles along the route around ``v``."""
    tasks = len(k.able)
    for _ in range(random_below(k, length)):
        if k.node[v].prv < tasks:
            v = k.node[v].prv
    for _ in range(length):
        if v >= tasks or removed >= wanted:
            break
        w = k.node[v].nxt
        bundle = k.task[v].bundle
        if not is_frozen(k, bundle):
            # the next node may belong to the same bundle
            while w < tasks and k.task[w].bundle == bundle:
                w = k.node[w].nxt
            leave_plan(k, bundle)
            take_out_bundle(k, bundle)
            k.removed[removed] = bundle
            removed += 1
        v = w
    return removed


@compiled
def _join_from_pool(k: Kernel, removed: int) -> int:
    """Some bundles of the pool near what was taken out join it."""
    if removed == 0:
        return 0
    seed = k.cls[k.bundle_class[k.bundle_first[k.removed[0]]]].first
    joined = 0
    for i in range(2 * k.before.shape[1]):
        if joined >= POOL_SHARE:
            break
        v = _around(k, seed, i)
        bundle = k.task[v].bundle
        if k.pool_at[bundle] >= 0 and not _listed(k, bundle, removed):
            k.removed[removed] = bundle
            removed += 1
            joined += 1
    return removed


@compiled
def _listed(k: Kernel, bundle: int, removed: int) -> bool:
    for i in range(removed):  # noqa: SIM110 (no generators in compiled code)
        if k.removed[i] == bundle:
            return True
    return False


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
        x = _around(k, v, i)
        if k.node[x].route < 0:
            continue
        for u in (k.node[x].prv, x):
            if k.able[v, k.node[u].route] and random(k) >= BLINK:
                added = _added_cost(k, v, u)
                if added < best and late_price(k, v, u, 0) < IMPOSSIBLE:
                    best, where = added, u
    first, end = k.able_first[v], k.able_first[v + 1]
    for i in range(min(ABLE_ROUTES, end - first)):
        r = k.able_shift[first + i] if end - first <= ABLE_ROUTES else able_route(k, v)
        for u in (len(k.able) + r, k.node[len(k.able) + len(k.shift) + r].prv):
            added = _added_cost(k, v, u)
            if added < best and late_price(k, v, u, 0) < IMPOSSIBLE:
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
def _draw_place(k: Kernel, bundle: int) -> tuple[int, int]:
    """A task of the bundle and a node to stand after, or -1."""
    classes = k.bundle_first[bundle + 1] - k.bundle_first[bundle]
    c = k.bundle_class[k.bundle_first[bundle] + random_below(k, classes)]
    v = k.cls[c].first + random_below(k, k.cls[c].end - k.cls[c].first)
    if random(k) < 0.8:
        x = _around(k, v, random_below(k, 2 * k.before.shape[1]))
        if k.node[x].route < 0:
            return v, -1
        return v, x if random(k) < 0.5 else k.node[x].prv
    r = able_route(k, v)
    return v, -1 if r < 0 else len(k.able) + r


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
