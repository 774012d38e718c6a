"""Earliest starts after a change, from the changed classes onward, and what the change costs.

The start of a class is the least moment that obeys the windows, the arrivals of all its tasks, the fixed start and the
links to classes with smaller keys. Keys extend all routes and links, so classes are timed in key order and no plan can
wait for itself. A link with a largest gap can push an earlier class back (a *floor*); floors are bounded, and a plan
that asks for more is refused. Breaks on the way are taken by the rule *free or forced*: when the pause costs no later
start, or when it would become too late. Once nothing that is still to be timed can start sooner than it does, lateness
only grows, and what the proposal costs by then is a bound: most proposals end there.
"""

from __future__ import annotations

from optimizer.travel.matrix import UNREACHABLE
from optimizer.visits.index import FAR
from optimizer.visits.search.breaks import arrive, opened, start_with_breaks, with_breaks
from optimizer.visits.search.compiled import compiled, inlined
from optimizer.visits.search.journal import (
    CLASSES_LOGGED,
    EBBED,
    LATER_ONLY,
    LOST,
    MAY_BE_SOONER,
    NODES_LOGGED,
    QUEUED,
    ROUTES_LOGGED,
    SOONER,
    STAMP,
    clear_queue,
    enqueue,
    leg,
    log_class,
    log_node,
    lose,
    moved,
    touch,
)
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.route_end import cost, finish

__all__ = ["MAX_PUSHES", "plan_cost", "propagate"]

LOG_MARGIN = 2_000
MAX_PUSHES = 8
"""How often one class may be pushed back by later ones in one proposal before the plan is refused."""


@compiled
def plan_cost(arrays: Kernel) -> float:
    """Cost of the plan as it stands; to be called from outside."""
    k = by_reference(arrays)
    return cost(k, k.totals[0])


@compiled
def propagate(k: Kernel, limit: float) -> bool:
    """Time everything that the proposal changed; ``False`` if a rule breaks or the cost passes ``limit``."""
    weight, trial = k.weight[0], k.trial[0]
    before = cost(k, trial)
    known = before - _may_fall(k)
    beside = before - weight.tardiness * trial.tardiness - weight.worst * trial.worst
    later, worst = 0, 0
    while k.counter[QUEUED] > 0:
        if _log_is_full(k):
            clear_queue(k)
            return False
        k.counter[QUEUED] -= 1
        c = k.queue[k.counter[QUEUED]]
        k.counter[SOONER] -= k.queued[c] == MAY_BE_SOONER
        k.queued[c] = 0
        if k.node[k.cls[c].first].route < 0 or _waits_for_its_turn(k, k.cls[c].first):
            continue
        valid, more, most = _time_alone(k, c) if k.cls[c].plain else _time_together(k, c)
        later += more
        worst = 0 if k.counter[EBBED] == 1 else max(worst, most)
        if (
            not valid
            or (more > 0 and known + weight.tardiness * later + weight.worst * worst > limit)
            or (weight.steady and k.counter[SOONER] == 0 and beside + _standing(k, worst) > limit)
        ):
            clear_queue(k)
            return False
    return finish(k, limit)


@inlined
def _waits_for_its_turn(k: Kernel, v: int) -> bool:
    """Whether the task before ``v`` was put in and not timed yet; it then asks for ``v`` again.

    Where nothing is linked a task keeps its key when it moves, so the one after it may come first.
    """
    u = k.node[v].prv
    return u < len(k.able) and k.node[u].start < 0  # type: ignore[no-any-return]


@inlined
def _time_alone(k: Kernel, c: int) -> tuple[bool, int, int]:
    """Time a class of one task with one window and no links; see :func:`_time_together`."""
    cls = k.cls[c]
    v = cls.first
    u, r = k.node[v].prv, k.node[v].route
    travel = leg(k, r, u, v)
    start, taken, detour = max(k.node[u].leave + travel, cls.earliest), 0, 0
    if k.weight[0].breaks:
        start, taken, detour = start_with_breaks(k, u, v, start, cls.latest)
    if start > cls.latest or travel >= UNREACHABLE:
        return False, 0, 0
    late = max(0, start - cls.due)
    changed, more = _settle(k, v, start, late, taken, detour)
    return True, more, late if changed else 0


@compiled
def _time_together(k: Kernel, c: int) -> tuple[bool, int, int]:
    """Time any class: valid, what is to be added to the lateness of all tasks timed so far, the largest of it."""
    start = _earliest(k, c)
    if start < 0:
        return False, 0, 0
    later, worst, changed = 0, 0, False
    kind = _kind(k.node[k.cls[c].first].start, start)
    for v in range(k.cls[c].first, k.cls[c].end):
        taken, detour = 0, 0
        if k.weight[0].breaks:
            _, taken, detour = arrive(k, k.node[v].prv, v, start)
        late = lateness(k, v, start)
        one_changed, more = _settle(k, v, start, late, taken, detour)
        if one_changed:
            changed = True
            later += more
            worst = max(worst, late)
    if k.cls[c].link_end > k.cls[c].link_first and not _push_links(k, c, start, changed, kind):
        return False, 0, 0
    return True, later, worst


@inlined
def _standing(k: Kernel, worst: int) -> float:
    """Least cost of lateness in the end once no class of the queue can start sooner.

    ``worst`` is the largest lateness met while timing.
    """
    weight, trial = k.weight[0], k.trial[0]
    if k.counter[LOST] == 0:  # the largest lateness of the plan before still stands
        worst = max(worst, trial.worst)
    return weight.tardiness * trial.tardiness + weight.worst * worst  # type: ignore[no-any-return]


@inlined
def _may_fall(k: Kernel) -> float:
    """What of the cost of the proposal may still fall while it is timed; see :func:`moves.room`."""
    weight, trial = k.weight[0], k.trial[0]
    falls = weight.tardiness * trial.tardiness + weight.worst * trial.worst
    if weight.published:
        falls += weight.moved * trial.moved
    if weight.timed:
        falls += weight.overtime * trial.overtime + weight.room
    return falls


@inlined
def _log_is_full(k: Kernel) -> bool:
    """Whether the logs are nearly full: then the proposal is given up rather than forgotten in part."""
    most = max(k.counter[NODES_LOGGED], max(k.counter[CLASSES_LOGGED], k.counter[ROUTES_LOGGED]))
    return most > len(k.log_node_id) - LOG_MARGIN


@compiled
def _earliest(k: Kernel, c: int) -> int:
    """Least start of a class after what is before it, or -1."""
    node, cls = k.node, k.cls[c]
    start = 0
    for v in range(cls.first, cls.end):
        u = node[v].prv
        travel = leg(k, node[v].route, u, v)
        if travel >= UNREACHABLE:
            return -1
        start = max(start, node[u].leave + travel)
    if k.weight[0].linked:
        start = max(start, cls.floor)
        for i in range(cls.link_first, cls.link_end):
            link = k.link[i]
            if link.forward == 0:
                other = k.node[k.cls[link.other].first]
                if other.route >= 0:
                    start = max(start, other.start + link.low)
        start = _look_ahead(k, c, start)
    start = opened(k, c, start)
    if k.weight[0].breaks and start >= 0:
        start = with_breaks(k, c, start)
    if cls.fixed >= 0 and start >= 0:
        if start > cls.fixed:
            return -1
        start = cls.fixed
        if k.weight[0].breaks:
            start = with_breaks(k, c, start)
            if start != cls.fixed:
                return -1
    return start


@compiled
def _look_ahead(k: Kernel, c: int, start: int) -> int:
    """Start of a class that is to be followed within a largest gap: as late as the arrival at the next one asks.

    Without it the class would be timed twice, with all that follows: first early, then pushed back.
    """
    for i in range(k.cls[c].link_first, k.cls[c].link_end):
        link = k.link[i]
        first = k.cls[link.other].first
        if link.forward == 0 or link.high >= FAR or k.node[first].route < 0:
            continue
        wanted = k.cls[link.other].earliest
        for v in range(first, k.cls[link.other].end):
            u = k.node[v].prv
            if k.task[u].cls != c and not _waits_for_its_turn(k, v):
                wanted = max(wanted, k.node[u].leave + leg(k, k.node[v].route, u, v))
        wanted -= link.high
        if wanted > start:
            log_class(k, c)
            k.cls[c].floor = wanted
            start = wanted
    return start


@inlined
def _settle(k: Kernel, v: int, start: int, late: int, taken: int, detour: int) -> tuple[bool, int]:
    """Give a task its times: whether anything of it changed, and its lateness beyond what this proposal gave it before.

    Queues the task after it.
    """
    node, trial = k.node, k.trial[0]
    if node[v].start == start and node[v].breaks == taken and node[v].extra == detour:
        return False, 0
    kind = _kind(node[v].start, start)
    more = late
    if k.timed[v] == k.counter[STAMP]:
        more -= node[v].late
        if more < 0:
            k.counter[EBBED] = 1
    if late < node[v].late:
        lose(k, v)
    k.timed[v] = k.counter[STAMP]
    log_node(k, v)
    r = node[v].route
    touch(k, r)
    if k.weight[0].published:
        trial.moved += moved(k, v, r, start) - moved(k, v, r, node[v].start)
    trial.tardiness += late - node[v].late
    if detour != node[v].extra:
        trial.travel += detour - node[v].extra
        k.route[r].travel += detour - node[v].extra
        node[v].extra = detour
    node[v].start = start
    node[v].leave = start + k.task[v].duration
    node[v].late = late
    node[v].breaks = taken
    if node[v].nxt < len(k.able):
        enqueue(k, k.task[node[v].nxt].cls, kind)
    return True, more


@inlined
def _kind(before: int, start: int) -> int:
    """Whether a task that now starts at ``start`` instead of ``before`` can let what follows start sooner."""
    return LATER_ONLY if 0 <= before < start else MAY_BE_SOONER


@inlined
def lateness(k: Kernel, v: int, start: int) -> int:
    """Tardiness of a task that starts then, by the window that is kindest to it."""
    if k.cls[k.task[v].cls].simple:
        return max(0, start - k.task[v].good)
    visit = k.visit[k.task[v].visit]
    least = FAR
    for i in range(visit.window_first, visit.window_end):
        if k.window[i].earliest <= start <= k.window[i].latest:
            least = min(least, max(0, start - k.window[i].due))
    return least


@compiled
def _push_links(k: Kernel, c: int, start: int, changed: bool, kind: int) -> bool:
    """Carry the start of a class over its links; ``False`` if a link cannot be met."""
    for i in range(k.cls[c].link_first, k.cls[c].link_end):
        link = k.link[i]
        other = link.other
        partner = k.node[k.cls[other].first]
        if partner.route < 0:
            continue
        if link.forward == 1:
            if changed:
                enqueue(k, other, kind)
            continue
        wanted = start - link.high
        floor = k.cls[other].floor
        if partner.start >= 0 and wanted > partner.start:
            if not _set_floor(k, other, wanted):
                return False
            enqueue(k, other, LATER_ONLY)
        elif floor > 0 and partner.start == floor and wanted < floor:
            # held back for nothing; how far is found by looking ahead, not in steps of the gap's leeway
            if not _set_floor(k, other, 0):
                return False
            enqueue(k, other, MAY_BE_SOONER)
    return True


@compiled
def _set_floor(k: Kernel, c: int, floor: int) -> bool:
    """Hold a class back to ``floor``; ``False`` if this was done too often in this proposal."""
    stamp = k.counter[STAMP]
    if k.cls[c].stamp != stamp:
        k.cls[c].stamp = stamp
        k.cls[c].pushes = 0
    k.cls[c].pushes += 1
    log_class(k, c)
    k.cls[c].floor = floor
    return k.cls[c].pushes <= MAX_PUSHES
