"""Moves between the plan and the pool: insert, replace, eject."""

from __future__ import annotations

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.draft import draft_bundle, put_in_draft, take_out_bundle
from optimizer.visits.search.journal import FALLS, begin, position_cost, random_below, take_out
from optimizer.visits.search.moves import abandon, put_alone, room
from optimizer.visits.search.place import (
    added_cost,
    free_node,
    is_frozen,
    is_single,
    late_between,
    late_price,
    price_of_lateness,
    replaced_travel,
    time_guess,
)
from optimizer.visits.search.pool import enter_plan, leave_plan
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.slack import may_fall, relief

__all__ = ["eject", "insert", "replace"]


@compiled
def insert(k: Kernel, bundle: int, now: float, limit: float) -> bool:
    """Plan a bundle of the pool beside a near task or at an able caregiver."""
    c = k.bundle_class[k.bundle_first[bundle] + random_below(k, k.bundle_first[bundle + 1] - k.bundle_first[bundle])]
    v = k.cls[c].first + random_below(k, k.cls[c].end - k.cls[c].first)
    u = free_node(k, v)
    if u < 0 or not k.able[v, k.node[u].route]:
        return False
    before = now - k.bundle_price[bundle] - room(k, 0)
    if before + added_cost(k, v, u) + late_price(k, v, u, 0, 0) > limit:
        return False
    if is_single(k, bundle):
        begin(k)
        enter_plan(k, bundle)
        return put_alone(k, v, u, time_guess(k, v, u)) or abandon(k)
    k.counter[FALLS] = 0
    if before + draft_bundle(k, bundle, v, u, 0.0, False) > limit:
        return False
    begin(k)
    enter_plan(k, bundle)
    put_in_draft(k, bundle)
    return True


@compiled
def eject(k: Kernel, v: int, now: float, limit: float) -> bool:
    """Leave a planned bundle out."""
    bundle = k.task[v].bundle
    if k.node[v].route < 0 or is_frozen(k, bundle):
        return False
    begin(k)
    leave_plan(k, bundle)
    take_out_bundle(k, bundle)
    saved = k.weight[0].travel * (k.totals[0].travel - k.trial[0].travel) + k.totals[0].position - k.trial[0].position
    if now + k.bundle_price[bundle] - saved - room(k, k.totals[0].tardiness) > limit:
        return abandon(k)
    return True


@compiled
def replace(k: Kernel, bundle: int, now: float, limit: float) -> bool:
    """Plan a single task of the pool in the place of a near single task, which is left out."""
    if not is_single(k, bundle):
        return insert(k, bundle, now, limit)
    v = k.cls[k.bundle_class[k.bundle_first[bundle]]].first
    x = k.before[v, random_below(k, k.before.shape[1])]
    r = k.node[x].route
    if r < 0 or not k.able[v, r] or not k.task[x].free:
        return False
    other = k.task[x].bundle
    change = k.bundle_price[other] - k.bundle_price[bundle] + position_cost(k, v, r) - position_cost(k, x, r)
    change += k.weight[0].travel * (replaced_travel(k, x, v) - k.node[x].extra)
    u, eased = k.node[x].prv, relief(k, x)
    falls = may_fall(k, x, eased)
    if k.weight[0].slack:
        late, worst = late_between(k, v, u, k.node[x].nxt, eased, 0)
        if late < 0:
            return False
        change += price_of_lateness(k, late, worst, falls)
    if now + change - room(k, falls) > limit:
        return False
    begin(k)
    guess = time_guess(k, v, u)
    leave_plan(k, other)
    take_out(k, x)
    enter_plan(k, bundle)
    return put_alone(k, v, u, guess) or abandon(k)
