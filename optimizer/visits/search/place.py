"""Where a task may stand: keys, positions, caregiver rules."""

from __future__ import annotations

from optimizer.visits.search.breaks import opened
from optimizer.visits.search.compiled import compiled, inlined
from optimizer.visits.search.journal import arc, leg, position_cost, random, random_below
from optimizer.visits.search.records import Kernel

__all__ = [
    "IMPOSSIBLE",
    "NO_KEY",
    "able_route",
    "added_cost",
    "added_travel",
    "free_moment",
    "free_node",
    "is_frozen",
    "is_single",
    "key_between",
    "late_between",
    "late_price",
    "most_saved",
    "near_node",
    "position_by_key",
    "position_from",
    "price_of_lateness",
    "replaced_travel",
    "saved_travel",
    "target_node",
    "time_guess",
]

NO_KEY = 1e300
IMPOSSIBLE = 1e300


@inlined
def added_travel(k: Kernel, v: int, u: int) -> int:
    """Travel added by putting task ``v`` after node ``u``."""
    r = k.node[u].route
    w = k.node[u].nxt
    return arc(k, r, u, v) + arc(k, r, v, w) - arc(k, r, u, w)


@compiled
def added_cost(k: Kernel, v: int, u: int) -> float:
    """Cost of travel and caregiver added by putting task ``v`` after node ``u``."""
    return k.weight[0].travel * added_travel(k, v, u) + position_cost(k, v, k.node[u].route)


@compiled
def most_saved(k: Kernel, bundle: int) -> float:
    """At least what taking a bundle out saves of travel and caregivers; 1e300 if two of it stand side by side."""
    travel, position = 0, 0.0
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):
        c = k.bundle_class[i]
        for v in range(k.cls[c].first, k.cls[c].end):
            if k.task[k.node[v].nxt].bundle == bundle:
                return IMPOSSIBLE
            travel += saved_travel(k, v) + k.node[v].extra
            position += position_cost(k, v, k.node[v].route)
    return k.weight[0].travel * travel + position


@inlined
def saved_travel(k: Kernel, v: int) -> int:
    """Travel saved by taking task ``v`` out, detours for breaks not counted."""
    r, u, w = k.node[v].route, k.node[v].prv, k.node[v].nxt
    return arc(k, r, u, v) + arc(k, r, v, w) - arc(k, r, u, w)


@compiled
def replaced_travel(k: Kernel, v: int, x: int) -> int:
    """Travel added by task ``x`` standing where ``v`` stands."""
    r, u, w = k.node[v].route, k.node[v].prv, k.node[v].nxt
    return arc(k, r, u, x) + arc(k, r, x, w) - arc(k, r, u, v) - arc(k, r, v, w)


@compiled
def late_price(k: Kernel, v: int, u: int, eased: int, falls: int) -> float:
    """Least cost of lateness if task ``v`` stands after node ``u``, whose route loses nothing."""
    if not k.weight[0].slack:
        return 0.0
    w = k.node[u].nxt
    stays = 0 if eased > 0 else k.slack[w].late
    late, worst = late_between(k, v, u, w, eased, stays)
    if late < 0:
        return IMPOSSIBLE
    return price_of_lateness(k, late, worst, falls)


@inlined
def late_between(k: Kernel, v: int, u: int, w: int, eased: int, stays: int) -> tuple[int, int]:
    """Least lateness of ``v`` between ``u`` and ``w`` and from ``w`` on, all and largest; -1 if it is too late.

    By the times of the plan as it stands; ``u`` may get earlier by ``eased`` when the proposal takes something out.
    ``stays`` is the present lateness from ``w`` on if it goes on being counted, else 0.
    """
    r = k.node[u].route
    task, slack = k.task[v], k.slack[w]
    start = max(k.node[u].leave - eased + leg(k, r, u, v), task.earliest)
    arrival = start + task.duration + leg(k, r, v, w)
    if k.weight[0].hard and (start > task.close or arrival > slack.latest):
        return -1, -1
    late, then = max(0, start - task.good), max(0, arrival - slack.on_time)
    return late + max(0, then - stays), max(late, then)


@compiled
def price_of_lateness(k: Kernel, late: int, worst: int, falls: int) -> float:
    """Cost of lateness beside what is left when ``falls`` of the present lateness is counted as saved."""
    weight = k.weight[0]
    return weight.tardiness * late + weight.worst * max(0, worst - max(0, k.totals[0].worst - falls))  # type: ignore[no-any-return]


@compiled
def able_route(k: Kernel, v: int) -> int:
    """A random shift that is able to do the task, or -1."""
    first, end = k.able_first[v], k.able_first[v + 1]
    if first == end:
        return -1
    return k.able_shift[first + random_below(k, end - first)]


@compiled
def position_by_key(k: Kernel, r: int, key: float) -> int:
    """The last node of a route whose class has a smaller key."""
    return position_from(k, len(k.able) + r, key)


@compiled
def position_from(k: Kernel, u: int, key: float) -> int:
    """The last node with a smaller key on the route of node ``u``, sought from ``u`` on, either way."""
    tasks = len(k.able)
    while u < tasks and k.cls[k.task[u].cls].key >= key:
        u = k.node[u].prv
    w = k.node[u].nxt
    while w < tasks and k.cls[k.task[w].cls].key < key:
        u = w
        w = k.node[w].nxt
    return u


@compiled
def near_node(k: Kernel, v: int, r: float) -> int:
    """A node to stand after: beside a near task that is planned, or -1. ``r`` in [0, 1) chooses the kind."""
    near = k.before.shape[1]
    if r < 0.5:
        x = k.before[v, random_below(k, near)]
        return x if k.node[x].route >= 0 else -1
    x = k.after[v, random_below(k, near)]
    return k.node[x].prv if k.node[x].route >= 0 else -1


@compiled
def target_node(k: Kernel, v: int) -> int:
    """A node that ``v`` could stand after: beside a near task, or on any able route; or -1."""
    r = random(k)
    if r < 0.86:
        return near_node(k, v, r / 0.86)
    route = able_route(k, v)
    if route < 0:
        return -1
    if r < 0.94:
        return position_by_key(k, route, k.cls[k.task[v].cls].key)
    u = len(k.able) + route
    return u if r < 0.97 else k.node[u + len(k.shift)].prv


@compiled
def free_node(k: Kernel, v: int) -> int:
    """A node that a task of the pool could stand after, or -1: beside a near task, or at a moment on an able route."""
    r = random(k)
    if r < 0.5:
        return near_node(k, v, 2.0 * r)
    route = able_route(k, v)
    return -1 if route < 0 else position_by_key(k, route, free_moment(k, v, route))


@compiled
def free_moment(k: Kernel, v: int, r: int) -> float:
    """A moment at which the windows of a task of the pool are open and the route is still at work, if there is one."""
    task = k.task[v]
    last = k.node[k.node[len(k.able) + len(k.shift) + r].prv].leave  # windows may be open for ever
    moment = task.earliest + random_below(k, max(1, min(task.close, last) - task.earliest))
    return float(max(moment, opened(k, task.cls, moment)))


@compiled
def time_guess(k: Kernel, v: int, u: int) -> float:
    """Where in time the task would stand after ``u``, with the breaks forced by then: the guess for its key."""
    r, task = k.node[u].route, k.task[v]
    arrival = k.node[u].leave + leg(k, r, u, v)
    start = max(arrival, task.earliest)
    if k.weight[0].breaks:
        for b in range(k.shift[r].break_first + k.node[u].breaks, k.shift[r].break_end):
            pause = k.pause[b]
            if start + task.duration <= pause.latest and max(arrival, pause.earliest) + pause.duration > start:
                break
            arrival = max(arrival, pause.earliest) + pause.duration
            start = max(start, arrival)
    return float(max(start, opened(k, task.cls, start)))


@compiled
def is_single(k: Kernel, bundle: int) -> bool:
    """Whether a bundle is one task alone."""
    first = k.bundle_first[bundle]
    c = k.bundle_class[first]
    return k.bundle_first[bundle + 1] - first == 1 and k.cls[c].end - k.cls[c].first == 1


@compiled
def is_frozen(k: Kernel, bundle: int) -> bool:
    """Whether a task of the bundle lies in the frozen past."""
    for i in range(k.bundle_first[bundle], k.bundle_first[bundle + 1]):  # noqa: SIM110 (no generators in compiled code)
        if k.cls[k.bundle_class[i]].frozen:
            return True
    return False


@compiled
def key_between(k: Kernel, c: int, u: int, guess: float) -> float:
    """A key for class ``c`` that fits after node ``u`` and between its links, near ``guess``; else NO_KEY."""
    tasks = len(k.able)
    low, high = -NO_KEY, NO_KEY
    w = k.node[u].nxt
    if u < tasks:
        low = k.cls[k.task[u].cls].key
    if w < tasks:
        high = k.cls[k.task[w].cls].key
    for i in range(k.cls[c].link_first, k.cls[c].link_end):
        other = k.link[i].other
        if k.node[k.cls[other].first].route < 0:
            continue
        if k.link[i].forward == 1:
            high = min(high, k.cls[other].key)
        else:
            low = max(low, k.cls[other].key)
    if low >= high:
        return NO_KEY
    guess += random(k) * 0.01
    if low < guess < high:
        return guess
    if low == -NO_KEY:
        return high - 0.01 - 30.0 * random(k)
    if high == NO_KEY:
        return low + 0.01 + 30.0 * random(k)
    key = low + (high - low) * (0.02 + 0.96 * random(k))
    return key if low < key < high else NO_KEY
