"""Ruin by strings and recreate by cheapest insertion (after Christiaens and Vanden Berghe, 2020, "SISR").

Whole bundles are taken out, near a random task, and some of the pool near it join them; or room is made for one of the
pool.
"""

from __future__ import annotations

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.draft import take_out_bundle
from optimizer.visits.search.journal import (
    POOLED,
    ROUTES_LOGGED,
    STAMP,
    TOUCHED,
    begin,
    clear_queue,
    keep,
    random,
    random_below,
    undo,
)
from optimizer.visits.search.place import free_moment, is_frozen, position_by_key
from optimizer.visits.search.pool import leave_plan
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.recreate import around, choose_routes, put_on_routes, recreate, time_step
from optimizer.visits.search.route_end import cost
from optimizer.visits.search.slack import refresh_slack

__all__ = ["ruin_and_recreate"]

MEAN_RUIN = 10
LONGEST_STRING = 8
POOL_SHARE = 8
MAKE_WAY = 0.5
"""Share of the ruins, while something is in the pool, that plan it and put what is there elsewhere. By short runs on
five days a half leaves about as many visits out as strings alone, and fewer where teams are many."""


@compiled
def ruin_and_recreate(k: Kernel, limit: float) -> bool:
    """Take some strings out, put them back better; keep the result if its cost is at most ``limit``."""
    begin(k)
    if k.counter[POOLED] > 0 and random(k) < MAKE_WAY:
        made = _make_way(k, k.pool[random_below(k, k.counter[POOLED])])
    else:
        made = _change_strings(k)
    if made and cost(k, k.trial[0]) <= limit:
        keep(k)
        return True
    _restore(k)
    return False


@compiled
def _change_strings(k: Kernel) -> bool:
    """Take strings near a random task out and put everything back; whether there is a plan to judge."""
    removed = _ruin(k)
    if removed == 0:
        return False
    removed = _join_from_pool(k, removed)
    if not time_step(k):
        return False
    recreate(k, removed)
    return True


@compiled
def _make_way(k: Kernel, bundle: int) -> bool:
    """Plan a bundle of the pool at a moment of its windows, whatever stands there, and put that elsewhere.

    A team seldom finds room on two routes at once.
    """
    classes = k.bundle_first[bundle + 1] - k.bundle_first[bundle]
    c = k.bundle_class[k.bundle_first[bundle] + random_below(k, classes)]
    if not choose_routes(k, bundle, c):
        return False
    v = k.cls[c].first
    moment = free_moment(k, v, k.last_route[v])
    until = moment + k.task[v].duration * (1.0 + 0.5 * random(k))
    removed = 0
    for w in range(v, k.cls[c].end):
        removed = _take_between(k, k.last_route[w], moment, until, removed)
    if not time_step(k) or not put_on_routes(k, bundle, v, moment):
        return False
    recreate(k, removed)
    return True


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
def _ruin(k: Kernel) -> int:
    """Take strings of tasks out, with their bundles; returns how many bundles lie in ``k.removed``."""
    tasks = len(k.able)
    seed = random_below(k, tasks)
    if k.node[seed].route < 0:
        return 0
    wanted = 1 + random_below(k, 2 * MEAN_RUIN)
    removed, strings = 0, 0
    for i in range(-1, k.before.shape[1] + k.after.shape[1]):
        v = seed if i < 0 else around(k, seed, i)
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
def _take_string(k: Kernel, v: int, length: int, removed: int, wanted: int) -> int:
    """Take out up to ``length`` bundles along the route around ``v``."""
    tasks = len(k.able)
    for _ in range(random_below(k, length)):
        if k.node[v].prv < tasks:
            v = k.node[v].prv
    for _ in range(length):
        if v >= tasks or removed >= wanted:
            break
        v, removed = _take_at(k, v, removed)
    return removed


@compiled
def _take_between(k: Kernel, route: int, moment: float, until: float, removed: int) -> int:
    """Take out what stands on the route from one moment to the other, and up to two tasks before."""
    tasks = len(k.able)
    v = k.node[position_by_key(k, route, moment)].nxt
    for _ in range(random_below(k, 3)):
        if k.node[v].prv < tasks:
            v = k.node[v].prv
    for _ in range(LONGEST_STRING):
        if v >= tasks or k.cls[k.task[v].cls].key >= until:
            break
        v, removed = _take_at(k, v, removed)
    return removed


@compiled
def _take_at(k: Kernel, v: int, removed: int) -> tuple[int, int]:
    """Take out the bundle of a planned task unless it is frozen; returns the node to go on with."""
    w = k.node[v].nxt
    bundle = k.task[v].bundle
    if not is_frozen(k, bundle):
        while w < len(k.able) and k.task[w].bundle == bundle:
            w = k.node[w].nxt
        leave_plan(k, bundle)
        take_out_bundle(k, bundle)
        k.removed[removed] = bundle
        removed += 1
    return w, removed


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
        v = around(k, seed, i)
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
