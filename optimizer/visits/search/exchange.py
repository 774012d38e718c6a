"""Exchange of slices or whole tails between two routes, cut at a common moment."""

from __future__ import annotations

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.crew import rules_hold
from optimizer.visits.search.journal import (
    arc,
    begin,
    enqueue_node,
    leg,
    log_node,
    lose,
    moved,
    position_cost,
    random,
    random_below,
    touch,
)
from optimizer.visits.search.moves import abandon, room
from optimizer.visits.search.place import price_of_lateness
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.slack import gain

__all__ = ["exchange"]

LONGEST_SLICE = 3
TAIL_SHARE = 0.35


@compiled
def exchange(k: Kernel, x: int, now: float, limit: float) -> bool:
    """Give what follows ``x`` on its route and what begins with a near task on another route to each other."""
    node, tasks, routes = k.node, len(k.able), len(k.shift)
    y = k.after[x, random_below(k, k.after.shape[1])]
    if node[y].route < 0 or node[x].route == node[y].route:
        return False
    r, q = node[x].route, node[y].route
    y0 = node[y].prv
    if random(k) < 0.1:
        x = tasks + r
    f = node[x].nxt
    if k.weight[0].linked and max(_key(k, x), _key(k, y0)) >= min(_key(k, f), _key(k, y)):
        return False
    if random(k) < TAIL_SHARE:
        z, t = tasks + routes + r, tasks + routes + q
    else:
        z, t = _slice_ends(k, x, f, y0, y)
        if z < 0:
            return False
    if z == f and t == y:
        return False
    g, h = node[z].prv, node[t].prv
    # first only the arcs at the cuts: most proposals end here
    first_empty, second_empty = z == f, t == y
    change = _joined(k, r, x, y, h, z, second_empty) + _joined(k, q, y0, f, g, t, first_empty)
    change -= _joined(k, r, x, f, g, z, first_empty) + _joined(k, q, y0, y, h, t, second_empty)
    if now + k.weight[0].travel * change - room(k, k.totals[0].tardiness) > limit:
        return False
    eased = max(gain(k, r, x, y), gain(k, r, x, z)) + max(gain(k, q, y0, f), gain(k, q, y0, t))
    most = k.totals[0].tardiness
    falls = most if eased > 0 else min(most, k.slack[f].late + k.slack[y].late)
    floor = now + k.weight[0].travel * change - room(k, falls)
    if floor > limit:
        return False
    if k.weight[0].slack:
        late, worst = _lateness(k, r, x, y, t, z, eased)
        if late < 0 or floor + price_of_lateness(k, late, worst, falls) > limit:
            return False
        other, other_worst = _lateness(k, q, y0, f, z, t, eased)
        if other < 0 or floor + price_of_lateness(k, late + other, max(worst, other_worst), falls) > limit:
            return False
    moved_there = _carry(k, f, z, r, q)
    moved_here = _carry(k, y, t, q, r)
    if not (moved_there[0] and moved_here[0]):
        return False
    begin(k)
    inner_r = moved_here[2] - moved_there[1]  # travel inside the slices, in the mode of the route they go to
    inner_q = moved_there[2] - moved_here[1]
    own_r = _joined(k, r, x, y, h, z, second_empty) - _joined(k, r, x, f, g, z, first_empty) + inner_r
    own_q = _joined(k, q, y0, f, g, t, first_empty) - _joined(k, q, y0, y, h, t, second_empty) + inner_q
    position = moved_there[4] + moved_here[4]
    if now + k.weight[0].travel * (own_r + own_q) + position - room(k, falls) > limit:
        return False
    touch(k, r)
    touch(k, q)
    k.trial[0].travel += own_r + own_q
    k.trial[0].position += position
    k.route[r].travel += own_r
    k.route[q].travel += own_q
    k.route[r].load += moved_here[3] - moved_there[3]
    k.route[q].load += moved_there[3] - moved_here[3]
    k.route[r].service += moved_here[5] - moved_there[5]
    k.route[q].service += moved_there[5] - moved_here[5]
    for v in (x, f, g, z, y0, y, h, t):
        log_node(k, v)
    _hand_over(k, f, z, q)
    _hand_over(k, y, t, r)
    _join(k, x, y, h, z, second_empty)
    _join(k, y0, f, g, t, first_empty)
    for v in (f, y, z, t):
        enqueue_node(k, v)
    if not (_rules_hold_between(k, x, z) and _rules_hold_between(k, y0, t)):
        return abandon(k)
    return True


@compiled
def _key(k: Kernel, v: int) -> float:
    """Key of a node: the start of a route is before everything, its end after."""
    tasks, routes = len(k.able), len(k.shift)
    if v < tasks:
        return k.cls[k.task[v].cls].key
    return -1e300 if v < tasks + routes else 1e300


@compiled
def _slice_ends(k: Kernel, x: int, f: int, y0: int, y: int) -> tuple[int, int]:
    """Where two short slices end, cut at one moment where keys matter; (-1, -1) if there is no common cut."""
    node, tasks = k.node, len(k.able)
    z = f
    for _ in range(random_below(k, LONGEST_SLICE + 1)):
        if z < tasks:
            z = node[z].nxt
    t = y
    if not k.weight[0].linked:
        for _ in range(random_below(k, LONGEST_SLICE + 1)):
            if t < tasks:
                t = node[t].nxt
        return z, t
    low = max(_key(k, x), _key(k, y0))
    if node[z].prv != x:
        low = max(low, _key(k, node[z].prv))
    high = _key(k, z)
    if high >= 1e300:
        high = max(low, 0.0) + 6000.0
    if low <= -1e300:
        low = high - 6000.0
    cut = low + (high - low) * random(k) if random(k) < 0.5 else low + 1e-9
    while t < tasks and _key(k, t) < cut:
        t = node[t].nxt
    if node[z].prv != x and _key(k, t) <= _key(k, node[z].prv):
        return -1, -1
    if node[t].prv != y0 and _key(k, node[t].prv) >= _key(k, z):
        return -1, -1
    return z, t


@compiled
def _joined(k: Kernel, r: int, a: int, first: int, last: int, b: int, empty: bool) -> int:
    """Travel on route ``r`` from ``a`` into a slice and out of it to ``b``; straight on if the slice is empty."""
    if empty:
        return arc(k, r, a, b)
    return arc(k, r, a, first) + arc(k, r, last, b)


@compiled
def _lateness(k: Kernel, r: int, a: int, first: int, end: int, b: int, eased: int) -> tuple[int, int]:
    """Least lateness on route ``r`` if a slice stands between ``a`` and ``b``, all and largest; -1 if it is too late.

    By the times of the plan as it stands; ``a`` may get earlier by ``eased``. Of a long slice only the beginning is
    timed; the rest counts by its slack.
    """
    late, worst = 0, 0
    leave, u, v = k.node[a].leave - eased, a, first
    for _ in range(LONGEST_SLICE + 1):
        if v == end:
            break
        task = k.task[v]
        start = max(leave + leg(k, r, u, v), task.earliest)
        if start > task.close:
            return -1, -1
        here = max(0, start - task.good)
        late += here
        worst = max(worst, here)
        leave = start + task.duration
        u = v
        v = k.node[v].nxt
    if v == end:
        v = b
        arrival = leave + leg(k, r, u, v)
        if arrival > k.slack[v].latest:
            return -1, -1
        then = max(0, arrival - k.slack[v].on_time)
    elif k.shift[r].mode == k.shift[k.node[v].route].mode:
        then = max(0, leave + leg(k, r, u, v) - k.slack[v].on_time)
    else:
        then = 0
    return late + then, max(worst, then)


@compiled
def _carry(k: Kernel, first: int, end: int, source: int, target: int) -> tuple[bool, int, int, int, float, int]:
    """A slice that is to change its route: whether it may, its inner travel before and after, load, cost, service."""
    travel, other, load, position, service = 0, 0, 0, 0.0, 0
    same_mode = k.shift[source].mode == k.shift[target].mode
    v = first
    while v != end:
        if not k.able[v, target] or k.cls[k.task[v].cls].frozen:
            return False, 0, 0, 0, 0.0, 0
        load += k.task[v].load
        service += k.task[v].duration
        if k.weight[0].position:
            position += position_cost(k, v, target) - position_cost(k, v, source)
        w = k.node[v].nxt
        if w != end:
            step = leg(k, source, v, w)
            travel += step
            other += step if same_mode else leg(k, target, v, w)
        travel += k.node[v].extra
        other += k.node[v].extra
        v = w
    return True, travel, other, load, position, service


@compiled
def _hand_over(k: Kernel, first: int, end: int, target: int) -> None:
    """Give a slice, still linked as it was, to another route."""
    v = first
    anew = k.weight[0].breaks or k.weight[0].published or k.shift[k.node[first].route].mode != k.shift[target].mode
    while v != end:
        log_node(k, v)
        if anew:
            k.trial[0].travel -= k.node[v].extra
            k.route[target].travel -= k.node[v].extra
            k.node[v].extra = 0
            k.trial[0].moved -= moved(k, v, k.node[v].route, k.node[v].start)
            k.node[v].start = -1
            k.trial[0].tardiness -= k.node[v].late
            lose(k, v)
            k.node[v].late = 0
            enqueue_node(k, v)
        k.node[v].route = target
        v = k.node[v].nxt


@compiled
def _join(k: Kernel, a: int, first: int, last: int, b: int, empty: bool) -> None:
    """Link a slice between two nodes."""
    if empty:
        k.node[a].nxt = b
        k.node[b].prv = a
        return
    k.node[a].nxt = first
    k.node[first].prv = a
    k.node[last].nxt = b
    k.node[b].prv = last


@compiled
def _rules_hold_between(k: Kernel, a: int, b: int) -> bool:
    """Whether teams and caregiver rules hold for everything between two nodes."""
    if not k.weight[0].linked and not k.weight[0].rules:
        return True
    v = k.node[a].nxt
    while v != b:
        if not rules_hold(k, k.task[v].bundle):
            return False
        v = k.node[v].nxt
    return True
