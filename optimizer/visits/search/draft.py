"""New places for a linked bundle, priced before anything is recorded.

The tasks of the bundle are lifted off their routes and seated elsewhere by their links alone; most drafts cost too much
travel already, and lifting the seats again in reverse order leaves everything as it was.
"""

from __future__ import annotations

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.crew import rules_hold
from optimizer.visits.search.journal import (
    EASED,
    FALLS,
    WORST,
    arc,
    leg,
    position_cost,
    put_in,
    random,
    random_below,
    set_key,
    take_out,
)
from optimizer.visits.search.place import (
    IMPOSSIBLE,
    NO_KEY,
    able_route,
    added_travel,
    key_between,
    position_by_key,
    position_from,
    time_guess,
)
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.slack import relief

__all__ = [
    "IMPOSSIBLE",
    "draft_bundle",
    "draft_on_routes",
    "draft_other_route",
    "draft_other_time",
    "put_in_draft",
    "take_out_bundle",
]


@compiled
def draft_bundle(k: Kernel, bundle: int, anchor: int, u: int, stay: float, planned: bool) -> float:
    """Draft places for a bundle with ``anchor`` after ``u``, the others where the keys lead.

    Parameters
    ----------
    u
        Not a task of the bundle. ``counter[FALLS]`` is the lateness that is counted as saved; see :func:`moves.room`.
    stay
        Probability for each other task to stay with its caregiver.

    Returns
    -------
    float
        Added cost of travel and caregivers; ``IMPOSSIBLE`` if there is no such place.
    """
    if not planned:
        _forget_routes(k, bundle)
        return draft_on_routes(k, bundle, anchor, u, stay)
    _begin_draft(k)
    change = -_lift(k, bundle)
    added = _draft(k, bundle, anchor, u, stay)
    _resettle(k, bundle)
    return change + added


@compiled
def draft_on_routes(k: Kernel, bundle: int, anchor: int, u: int, stay: float) -> float:
    """Draft places for a bundle of the pool with ``anchor`` after ``u``, tasks with a ``last_route`` on that route.

    Returns
    -------
    float
        As of :func:`draft_bundle`; lateness on those routes is not counted.
    """
    _begin_draft(k)
    _save_keys(k, bundle)
    return _draft(k, bundle, anchor, u, stay)


@compiled
def _draft(k: Kernel, bundle: int, anchor: int, u: int, stay: float) -> float:
    """Seat a bundle, see whether its rules hold, and unseat it."""
    seated, added = _seat_all(k, bundle, anchor, u, stay)
    if added < IMPOSSIBLE and not rules_hold(k, bundle):
        added = IMPOSSIBLE
    _unseat(k, bundle, seated)
    return added


@compiled
def draft_other_time(k: Kernel, bundle: int, later: float) -> float:
    """Draft the bundle's places by keys that are greater by ``later``, on the routes that it is on.

    Returns
    -------
    float
        Added cost of travel; ``IMPOSSIBLE`` if every task would stand where it stands.
    """
    _begin_draft(k)
    change = -_lift(k, bundle)
    seated, moves = 0, False
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        k.cls[c].key += later
        for v in range(k.cls[c].first, k.cls[c].end):
            u = _position(k, v, k.last_route[v], k.cls[c].key)
            moves = moves or u != k.seat[seated].prv  # seats are taken in the order in which they were left
            change += _seat(k, v, u, seated)
            seated += 1
        if k.weight[0].slack:
            change += _late_price(k, c)
    _unseat(k, bundle, seated)
    _resettle(k, bundle)
    return change if moves else IMPOSSIBLE


@compiled
def draft_other_route(k: Kernel, bundle: int, v: int, route: int, most: float) -> float:
    """Draft another caregiver for one task of a bundle; its class keeps its key.

    Returns
    -------
    float
        Added cost of travel and caregiver; ``IMPOSSIBLE`` if it is above ``most`` or a rule breaks.
    """
    node = k.node
    old = node[v].route
    a, b = node[v].prv, node[v].nxt
    u = position_by_key(k, route, k.cls[k.task[v].cls].key)
    change = k.weight[0].travel * (
        added_travel(k, v, u) - (arc(k, old, a, v) + arc(k, old, v, b) - arc(k, old, a, b)) - node[v].extra
    )
    change += position_cost(k, v, route) - position_cost(k, v, old)
    if change > most:
        return IMPOSSIBLE
    node[v].route = route
    held = rules_hold(k, bundle)
    node[v].route = old
    k.seat[0].after = u
    return change if held else IMPOSSIBLE


@compiled
def put_in_draft(k: Kernel, bundle: int) -> None:
    """Put the bundle, which is in no route, in as it was drafted."""
    tasks = 0
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        set_key(k, c, k.new_key[c])
        tasks += k.cls[c].end - k.cls[c].first
    for i in range(tasks):
        put_in(k, k.seat[i].placed, k.seat[i].after)


@compiled
def take_out_bundle(k: Kernel, bundle: int) -> None:
    """Take all tasks of a bundle out of their routes."""
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        for v in range(k.cls[c].first, k.cls[c].end):
            take_out(k, v)


@compiled
def _begin_draft(k: Kernel) -> None:
    k.counter[EASED] = 0
    k.counter[WORST] = max(0, k.totals[0].worst - k.counter[FALLS])


@compiled
def _save_keys(k: Kernel, bundle: int) -> None:
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        k.old_key[k.bundle_class[i]] = k.cls[k.bundle_class[i]].key


@compiled
def _forget_routes(k: Kernel, bundle: int) -> None:
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        for v in range(k.cls[c].first, k.cls[c].end):
            k.last_route[v] = -1


@compiled
def _lift(k: Kernel, bundle: int) -> float:
    """Unlink the bundle's tasks; returns the cost that this saves."""
    node, n, travel, position = k.node, 0, 0, 0.0
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        k.old_key[c] = k.cls[c].key
        for v in range(k.cls[c].first, k.cls[c].end):
            u, w, r = node[v].prv, node[v].nxt, node[v].route
            k.counter[EASED] += relief(k, v)
            seat = k.seat[n]
            seat.task, seat.prv, seat.nxt, seat.route = v, u, w, r
            travel += arc(k, r, u, v) + arc(k, r, v, w) - arc(k, r, u, w) + node[v].extra
            position += position_cost(k, v, r)
            node[u].nxt = w
            node[w].prv = u
            node[v].route = -1
            k.last_route[v] = r
            k.last_node[v] = u
            n += 1
    return k.weight[0].travel * travel + position


@compiled
def _resettle(k: Kernel, bundle: int) -> None:
    """Link the lifted tasks as they were, the last one first."""
    node, n = k.node, 0
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        n += k.cls[k.bundle_class[i]].end - k.cls[k.bundle_class[i]].first
    for i in range(n - 1, -1, -1):
        seat = k.seat[i]
        v = seat.task
        node[v].prv = seat.prv
        node[v].nxt = seat.nxt
        node[v].route = seat.route
        node[seat.prv].nxt = v
        node[seat.nxt].prv = v


@compiled
def _seat_all(k: Kernel, bundle: int, anchor: int, u: int, stay: float) -> tuple[int, float]:
    """Seat the tasks, class after class, the anchor's first; returns how many were seated, and the cost added."""
    first_class = k.task[anchor].cls
    seated, added = _seat_class(k, first_class, anchor, u, time_guess(k, anchor, u), 0, stay)
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        if c == first_class or added >= IMPOSSIBLE:
            continue
        v = k.cls[c].first
        route = _route_for(k, v, stay)
        if route < 0:
            return seated, IMPOSSIBLE
        guess = _key_by_links(k, c)
        seated, more = _seat_class(k, c, v, _position(k, v, route, guess), guess, seated, stay)
        added += more
    return seated, added


@compiled
def _seat_class(k: Kernel, c: int, first: int, u: int, guess: float, seated: int, stay: float) -> tuple[int, float]:
    """Seat task ``first`` after ``u`` and the other tasks of its class at its key."""
    key = key_between(k, c, u, guess)
    if key == NO_KEY:
        return seated, IMPOSSIBLE
    k.cls[c].key = key
    added = _seat(k, first, u, seated)
    seated += 1
    for v in range(k.cls[c].first, k.cls[c].end):
        if v == first:
            continue
        route = _route_for(k, v, stay)
        if route < 0:
            return seated, IMPOSSIBLE
        added += _seat(k, v, _position(k, v, route, key), seated)
        seated += 1
    if k.weight[0].slack:
        added += _late_price(k, c)
    return seated, added


@compiled
def _late_price(k: Kernel, c: int) -> float:
    """Least lateness, as cost, of a class as it was seated and of what follows; ``IMPOSSIBLE`` if it is too late.

    By the times of the plan as it stands, eased by what lifting the bundle may give to other routes. Routes that it was
    lifted from are left out: their times will change.
    """
    weight, cls = k.weight[0], k.cls[c]
    bundle, start = k.task[cls.first].bundle, 0
    for v in range(cls.first, cls.end):
        start = max(start, k.task[v].earliest)
        u = k.node[v].prv
        if _keeps_times(k, k.node[v].route, bundle) and k.task[u].bundle != bundle:
            start = max(start, k.node[u].leave - k.counter[EASED] + leg(k, k.node[v].route, u, v))
    late, worst = 0, 0
    all_falls = k.counter[FALLS] >= k.totals[0].tardiness
    for v in range(cls.first, cls.end):
        task = k.task[v]
        if start > task.close:
            return IMPOSSIBLE
        here = max(0, start - task.good)
        w = k.node[v].nxt
        if _keeps_times(k, k.node[v].route, bundle) and k.task[w].bundle != bundle:
            arrival = start + task.duration + leg(k, k.node[v].route, v, w)
            if arrival > k.slack[w].latest:
                return IMPOSSIBLE
            then = max(0, arrival - k.slack[w].on_time)
            late += then if all_falls else max(0, then - k.slack[w].late)
            worst = max(worst, then)
        late += here
        worst = max(worst, here)
    beyond = max(0, worst - k.counter[WORST])
    k.counter[WORST] = max(worst, k.counter[WORST])
    return weight.tardiness * late + weight.worst * beyond


@compiled
def _keeps_times(k: Kernel, r: int, bundle: int) -> bool:
    """Whether no task of the bundle was lifted off this route."""
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        for v in range(k.cls[c].first, k.cls[c].end):
            if k.last_route[v] == r:
                return False
    return True


@compiled
def _position(k: Kernel, v: int, route: int, key: float) -> int:
    """Where the key leads on a route; on the one that the task was lifted from it is sought from its old place."""
    if route == k.last_route[v] and k.node[k.last_node[v]].route == route:
        return position_from(k, k.last_node[v], key)
    return position_by_key(k, route, key)


@compiled
def _seat(k: Kernel, v: int, u: int, seated: int) -> float:
    """Link a task after ``u``; returns the cost added."""
    node = k.node
    added = k.weight[0].travel * added_travel(k, v, u) + position_cost(k, v, node[u].route)
    w = node[u].nxt
    node[u].nxt = v
    node[w].prv = v
    node[v].prv = u
    node[v].nxt = w
    node[v].route = node[u].route
    k.seat[seated].placed = v
    k.seat[seated].after = u
    return added


@compiled
def _unseat(k: Kernel, bundle: int, seated: int) -> None:
    """Unlink what was seated, the last one first, and put the keys aside."""
    node = k.node
    for i in range(seated - 1, -1, -1):
        v = k.seat[i].placed
        u, w = node[v].prv, node[v].nxt
        node[u].nxt = w
        node[w].prv = u
        node[v].route = -1
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        k.new_key[c] = k.cls[c].key
        k.cls[c].key = k.old_key[c]


@compiled
def _route_for(k: Kernel, v: int, stay: float) -> int:
    """A route for a task that is not planned: its last one, that of a near task, or any able one."""
    r = random(k)
    if r < stay and k.last_route[v] >= 0:
        return k.last_route[v]
    if r < stay + 0.5 * (1.0 - stay):
        x = k.before[v, random_below(k, k.before.shape[1])]
        route = k.node[x].route
        if route >= 0 and k.able[v, route]:
            return route
    return able_route(k, v)


@compiled
def _key_by_links(k: Kernel, c: int) -> float:
    """Where in time a class would stand, by its window and by the linked classes that are planned."""
    key = float(k.cls[c].earliest)
    for i in range(k.cls[c].link_first, k.cls[c].link_end):
        other = k.link[i].other
        if k.node[k.cls[other].first].route < 0:
            continue
        if k.link[i].forward == 0:
            key = max(key, k.cls[other].key + k.link[i].low)
        else:
            key = min(key, k.cls[other].key - k.link[i].low)
    return key
