"""Moves that keep the pool as it is: a task or a bundle to another place, two tasks exchanged.

A move draws a proposal and compares the part of its cost that depends on positions only with the threshold; what passes
is applied to the routes, and the annealing times it. A move returns whether there is something to time.
"""

from __future__ import annotations

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.draft import (
    draft_bundle,
    draft_other_route,
    draft_other_time,
    put_in_draft,
    take_out_bundle,
)
from optimizer.visits.search.journal import (
    FALLS,
    begin,
    clear_queue,
    position_cost,
    put_in,
    random,
    random_below,
    set_key,
    take_out,
    undo,
)
from optimizer.visits.search.place import (
    IMPOSSIBLE,
    NO_KEY,
    able_route,
    added_cost,
    added_travel,
    is_frozen,
    key_between,
    late_between,
    late_price,
    most_saved,
    price_of_lateness,
    replaced_travel,
    saved_travel,
    target_node,
    time_guess,
)
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.slack import bundle_may_fall, may_fall, may_fall_by_two, relief

__all__ = ["abandon", "put_alone", "relocate", "room", "swap"]


@compiled
def relocate(k: Kernel, v: int, now: float, limit: float) -> bool:
    """Move a planned task, with all that is linked to it, beside a near task or to another able caregiver."""
    if k.task[v].free:
        return _relocate_single(k, v, now, limit)
    bundle = k.task[v].bundle
    return not is_frozen(k, bundle) and _relocate_bundle(k, v, bundle, now, limit)


@compiled
def room(k: Kernel, falls: int) -> float:
    """What a move may save by times alone, of lateness ``falls`` ticks: the filter before timing must not count it."""
    weight = k.weight[0]
    totals = k.totals[0]
    saving = weight.tardiness * falls + weight.worst * min(totals.worst, falls)
    if weight.timed:
        saving += weight.overtime * totals.overtime + weight.room
    return saving


@compiled
def _relocate_single(k: Kernel, v: int, now: float, limit: float) -> bool:
    u = target_node(k, v)
    if u < 0 or u == v or u == k.node[v].prv:
        return False
    r, old = k.node[u].route, k.node[v].route
    if not k.able[v, r]:
        return False
    weight = k.weight[0]
    change = weight.travel * (added_travel(k, v, u) - saved_travel(k, v) - k.node[v].extra)
    if weight.position:
        change += position_cost(k, v, r) - position_cost(k, v, old)
    if now + change - room(k, k.totals[0].tardiness) > limit:
        return False
    eased = relief(k, v)
    falls = may_fall(k, v, eased)
    floor = now + change - room(k, falls)
    if floor > limit or (r != old and floor + late_price(k, v, u, eased, falls) > limit):
        return False
    begin(k)
    guess = time_guess(k, v, u)
    take_out(k, v)
    return put_alone(k, v, u, guess) or abandon(k)


@compiled
def abandon(k: Kernel) -> bool:
    """Give the proposal up before it is timed; always ``False``."""
    clear_queue(k)
    undo(k)
    return False


@compiled
def put_alone(k: Kernel, v: int, u: int, guess: float) -> bool:
    """Put a task alone after ``u``, with a new key where keys matter."""
    if k.weight[0].linked:
        key = key_between(k, k.task[v].cls, u, guess)
        if key == NO_KEY:
            return False
        set_key(k, k.task[v].cls, key)
    put_in(k, v, u)
    return True


@compiled
def _relocate_bundle(k: Kernel, v: int, bundle: int, now: float, limit: float) -> bool:
    kind = random(k)
    if kind < 0.2:
        return _change_route(k, v, bundle, now, limit)
    if kind < 0.3:
        return _change_time(k, bundle, now, limit)
    u = target_node(k, v)
    if u < 0 or not k.able[v, k.node[u].route]:
        return False
    if k.task[u].bundle == bundle:
        return False
    change = added_cost(k, v, u) - most_saved(k, bundle)
    if now + change - room(k, k.totals[0].tardiness) > limit:
        return False
    k.counter[FALLS] = bundle_may_fall(k, bundle)
    floor = now - room(k, k.counter[FALLS])
    if floor + change > limit:
        return False
    if floor + draft_bundle(k, bundle, v, u, 0.75, True) > limit:
        return False
    begin(k)
    take_out_bundle(k, bundle)
    put_in_draft(k, bundle)
    return True


@compiled
def _change_route(k: Kernel, v: int, bundle: int, now: float, limit: float) -> bool:
    """Another caregiver for one task of a bundle, the moment unchanged."""
    route = able_route(k, v)
    if route < 0 or route == k.node[v].route:
        return False
    if draft_other_route(k, bundle, v, route, limit - now + room(k, k.totals[0].tardiness)) >= IMPOSSIBLE:
        return False
    u = k.seat[0].after
    begin(k)
    take_out(k, v)
    put_in(k, v, u)
    return True


@compiled
def _change_time(k: Kernel, bundle: int, now: float, limit: float) -> bool:
    """Another moment for the whole bundle, its caregivers unchanged."""
    later = (random(k) - 0.5) * k.weight[0].span
    k.counter[FALLS] = k.totals[0].tardiness
    if now + draft_other_time(k, bundle, later) - room(k, k.totals[0].tardiness) > limit:
        return False
    begin(k)
    take_out_bundle(k, bundle)
    put_in_draft(k, bundle)
    return True


@compiled
def swap(k: Kernel, v: int, now: float, limit: float) -> bool:
    """Exchange two single tasks, positions and keys."""
    x = k.before[v, random_below(k, k.before.shape[1])] if random(k) < 0.8 else random_below(k, len(k.able))
    node, weight = k.node, k.weight[0]
    if node[x].route < 0 or x == v or node[v].nxt == x or node[x].nxt == v:
        return False
    r, q = node[v].route, node[x].route
    if not (k.task[v].free and k.task[x].free and k.able[v, q] and k.able[x, r]):
        return False
    change = weight.travel * (replaced_travel(k, v, x) + replaced_travel(k, x, v) - node[v].extra - node[x].extra)
    if weight.position:
        change += position_cost(k, v, q) + position_cost(k, x, r) - position_cost(k, v, r) - position_cost(k, x, q)
    if now + change - room(k, k.totals[0].tardiness) > limit:
        return False
    eased = relief(k, v) + relief(k, x)
    falls = may_fall_by_two(k, v, x, eased)
    floor = now + change - room(k, falls)
    if floor > limit:
        return False
    a, b = node[v].prv, node[x].prv
    if r != q and weight.slack:
        late, worst = late_between(k, x, a, node[v].nxt, eased, 0)
        other, other_worst = late_between(k, v, b, node[x].nxt, eased, 0)
        if late < 0 or other < 0 or floor + price_of_lateness(k, late + other, max(worst, other_worst), falls) > limit:
            return False
    begin(k)
    take_out(k, v)
    take_out(k, x)
    if weight.linked:
        key = k.cls[k.task[v].cls].key
        set_key(k, k.task[v].cls, k.cls[k.task[x].cls].key)
        set_key(k, k.task[x].cls, key)
    put_in(k, x, a)
    put_in(k, v, b)
    return True
