"""Changing routes so that every change can be taken back exactly.

A proposal begins, takes tasks out and puts them in, is propagated, and is then kept or undone. Every record is written
to a log before it changes; undoing writes the log back in reverse order, so the state is bit-identical again.
"""

from __future__ import annotations

import numpy as np

from optimizer.visits.search.compiled import compiled, inlined
from optimizer.visits.search.records import Kernel

__all__ = [
    "begin",
    "keep",
    "log_class",
    "log_node",
    "lose",
    "moved",
    "put_in",
    "random",
    "random_below",
    "set_key",
    "take_out",
    "touch",
    "undo",
]

# places in ``Kernel.counter``
NODES_LOGGED, CLASSES_LOGGED, ROUTES_LOGGED, QUEUED, STAMP, TOUCHED, CHANGED, POOLED, EASED, FALLS, WORST = range(11)
# number of classes of the queue that may start sooner; LOST: 1 if a task with the plan's largest lateness may have lost
# some of it; EBBED: 1 if a task has lost lateness that this proposal gave it before. Such lateness bounds nothing more.
SOONER, LOST, EBBED = range(11, 14)

# what ``Kernel.queued`` says of a class that is to be timed
LATER_ONLY, MAY_BE_SOONER = 1, 2

_U7, _U11, _U13, _U17 = np.uint64(7), np.uint64(11), np.uint64(13), np.uint64(17)


@inlined
def random(k: Kernel) -> float:
    """The next number of the stream, uniform in [0, 1). Marsaglia's xorshift64 (2003), upper 53 bits."""
    x = k.random[0]
    x ^= x << _U13
    x ^= x >> _U7
    x ^= x << _U17
    k.random[0] = x
    return np.float64(x >> _U11) * (1.0 / 9007199254740992.0)


@inlined
def random_below(k: Kernel, n: int) -> int:
    """A whole number from 0 to ``n - 1``."""
    return np.int64(random(k) * n)  # type: ignore[return-value]


@inlined
def begin(k: Kernel) -> None:
    """Start a proposal."""
    k.trial[0] = k.totals[0]
    k.counter[NODES_LOGGED] = 0
    k.counter[CLASSES_LOGGED] = 0
    k.counter[ROUTES_LOGGED] = 0
    k.counter[QUEUED] = 0
    k.counter[LOST] = 0
    k.counter[EBBED] = 0
    k.counter[TOUCHED] = 0
    k.counter[CHANGED] = 0
    k.counter[STAMP] += 1


@inlined
def log_node(k: Kernel, v: int) -> None:
    """Remember a node before it changes."""
    n = k.counter[NODES_LOGGED]
    k.log_node[n] = k.node[v]
    k.log_node_id[n] = v
    k.counter[NODES_LOGGED] = n + 1


@inlined
def log_class(k: Kernel, c: int) -> None:
    """Remember a class's key and floor before they change."""
    n = k.counter[CLASSES_LOGGED]
    k.log_class_id[n] = c
    k.log_class_key[n] = k.cls[c].key
    k.log_class_floor[n] = k.cls[c].floor
    k.counter[CLASSES_LOGGED] = n + 1


@compiled
def set_key(k: Kernel, c: int, key: float) -> None:
    """Give a class another key, and its place in the queue that goes with it."""
    log_class(k, c)
    kind = k.queued[c]
    if kind > 0:
        _leave_queue(k, c)
    k.cls[c].key = key
    if kind > 0:
        enqueue(k, c, kind)


@inlined
def touch(k: Kernel, r: int) -> None:
    """Mark a route whose end must be timed again, and remember it."""
    if k.route[r].stamp == k.counter[STAMP]:
        return
    n = k.counter[ROUTES_LOGGED]
    k.log_route[n] = k.route[r]
    k.log_route_id[n] = r
    k.counter[ROUTES_LOGGED] = n + 1
    k.route[r].stamp = k.counter[STAMP]
    k.touched[k.counter[TOUCHED]] = r
    k.counter[TOUCHED] += 1


@compiled
def undo(k: Kernel) -> None:
    """Take the proposal back."""
    for i in range(k.counter[NODES_LOGGED] - 1, -1, -1):
        k.node[k.log_node_id[i]] = k.log_node[i]
    for i in range(k.counter[CLASSES_LOGGED] - 1, -1, -1):
        k.cls[k.log_class_id[i]].key = k.log_class_key[i]
        k.cls[k.log_class_id[i]].floor = k.log_class_floor[i]
    for i in range(k.counter[ROUTES_LOGGED] - 1, -1, -1):
        k.route[k.log_route_id[i]] = k.log_route[i]


@compiled
def keep(k: Kernel) -> None:
    """Make the proposal the current plan."""
    k.totals[0] = k.trial[0]
    for i in range(k.counter[CHANGED]):
        _settle_pool(k, k.changed[i])


@compiled
def _settle_pool(k: Kernel, bundle: int) -> None:
    """Bring the list of bundles that are not planned up to date with one bundle."""
    first_class = k.bundle_class[k.bundle_first[bundle]]
    planned = k.node[k.cls[first_class].first].route >= 0
    at = k.pool_at[bundle]
    if planned and at >= 0:
        last = k.pool[k.counter[POOLED] - 1]
        k.pool[at] = last
        k.pool_at[last] = at
        k.pool_at[bundle] = -1
        k.counter[POOLED] -= 1
    elif not planned and at < 0:
        k.pool[k.counter[POOLED]] = bundle
        k.pool_at[bundle] = k.counter[POOLED]
        k.counter[POOLED] += 1


@compiled
def enqueue(k: Kernel, c: int, kind: int) -> None:
    """Ask for a class to be timed again; the queue is sorted by key, smallest last.

    ``kind`` is ``LATER_ONLY`` if nothing that asks for it can make its start earlier, else ``MAY_BE_SOONER``.
    """
    before = k.queued[c]
    if before >= kind:
        return
    k.queued[c] = kind
    k.counter[SOONER] += kind == MAY_BE_SOONER
    if before > 0:
        return
    n = k.counter[QUEUED]
    key = k.cls[c].key
    while n > 0 and k.cls[k.queue[n - 1]].key < key:
        k.queue[n] = k.queue[n - 1]
        n -= 1
    k.queue[n] = c
    k.counter[QUEUED] += 1


@compiled
def _leave_queue(k: Kernel, c: int) -> None:
    """Take a class out of the queue; those with smaller keys move up."""
    n = k.counter[QUEUED] - 1
    moved_up = k.queue[n]
    while moved_up != c:
        n -= 1
        moved_up, k.queue[n] = k.queue[n], moved_up
    k.counter[QUEUED] -= 1
    k.counter[SOONER] -= k.queued[c] == MAY_BE_SOONER
    k.queued[c] = 0


@inlined
def enqueue_node(k: Kernel, v: int) -> None:
    """Ask for the class of a node to be timed again, if it is a task."""
    if v < len(k.able):
        enqueue(k, k.task[v].cls, MAY_BE_SOONER)


@compiled
def clear_queue(k: Kernel) -> None:
    """Forget what was asked for (the proposal is given up)."""
    for i in range(k.counter[QUEUED]):
        k.queued[k.queue[i]] = 0
    k.counter[QUEUED] = 0
    k.counter[SOONER] = 0


@inlined
def leg(k: Kernel, r: int, u: int, v: int) -> int:
    """Travel from one node to another on a route, ticks."""
    return np.int64(k.durations[k.shift[r].mode, k.task[u].place, k.task[v].place])  # type: ignore[return-value]


@inlined
def arc(k: Kernel, r: int, u: int, v: int) -> int:
    """Travel counted for an arc: an empty route travels nothing."""
    tasks = len(k.able)
    if u >= tasks and v >= tasks:
        return 0
    return leg(k, r, u, v)


@inlined
def position_cost(k: Kernel, v: int, r: int) -> float:
    """Cost of the task being done by the caregiver of that shift, wherever and whenever."""
    if k.weight[0].position == 0:
        return 0.0
    return k.position_cost[k.task[v].visit, k.shift[r].caregiver]


@compiled
def moved(k: Kernel, v: int, r: int, start: int) -> int:
    """Ticks between the start and the published one, if the caregiver is the published one."""
    if start < 0:
        return 0
    visit = k.visit[k.task[v].visit]
    for i in range(visit.published_first, visit.published_end):
        if k.published[i, 0] == k.shift[r].caregiver:
            return abs(start - k.published[i, 1])
    return 0


@compiled
def take_out(k: Kernel, v: int) -> None:
    """Take a task out of its route."""
    node = k.node
    u, w, r = node[v].prv, node[v].nxt, node[v].route
    log_node(k, u)
    log_node(k, v)
    log_node(k, w)
    touch(k, r)
    change = arc(k, r, u, w) - arc(k, r, u, v) - arc(k, r, v, w)
    trial = k.trial[0]
    trial.travel += change - node[v].extra
    trial.tardiness -= node[v].late
    lose(k, v)
    trial.position -= position_cost(k, v, r)
    k.route[r].travel += change - node[v].extra
    k.route[r].load -= k.task[v].load
    k.route[r].service -= k.task[v].duration
    if k.weight[0].published:
        trial.moved -= moved(k, v, r, node[v].start)
    node[u].nxt = w
    node[w].prv = u
    node[v].route = -1
    node[v].start = -1
    node[v].late = 0
    node[v].extra = 0
    enqueue_node(k, w)
    if k.weight[0].linked:
        _release(k, k.task[v].cls)


@inlined
def lose(k: Kernel, v: int) -> None:
    """Note that lateness of a task may be gone."""
    if k.node[v].late >= k.trial[0].worst:
        k.counter[LOST] = 1


@compiled
def _release(k: Kernel, c: int) -> None:
    """Ask the classes that are linked to this one to be timed anew, now that it no longer holds them.

    Floors are dropped whether or not the class that they hold is planned: one that stayed would hold a class back, and
    with it everything linked to it, when it is planned again somewhere else.
    """
    _drop_floor(k, c)
    for i in range(k.cls[c].link_first, k.cls[c].link_end):
        other = k.link[i].other
        if k.link[i].forward == 0:
            _drop_floor(k, other)
        if k.node[k.cls[other].first].route >= 0:
            enqueue(k, other, MAY_BE_SOONER)


@compiled
def _drop_floor(k: Kernel, c: int) -> None:
    if k.cls[c].floor > 0:
        log_class(k, c)
        k.cls[c].floor = 0


@compiled
def put_in(k: Kernel, v: int, u: int) -> None:
    """Put a task that is not planned after node ``u``."""
    node = k.node
    w, r = node[u].nxt, node[u].route
    log_node(k, u)
    log_node(k, v)
    log_node(k, w)
    touch(k, r)
    change = arc(k, r, u, v) + arc(k, r, v, w) - arc(k, r, u, w)
    trial = k.trial[0]
    trial.travel += change
    trial.position += position_cost(k, v, r)
    k.route[r].travel += change
    k.route[r].load += k.task[v].load
    k.route[r].service += k.task[v].duration
    node[u].nxt = v
    node[w].prv = v
    node[v].prv = u
    node[v].nxt = w
    node[v].route = r
    node[v].start = -1
    node[v].extra = 0
    enqueue_node(k, v)
    enqueue_node(k, w)
