"""Bundles of tasks that hang together, placed class by class.

A *class* is the tasks that must start at the same moment. For each member the best gaps are gathered with the starts
that they allow; different caregivers whose starts overlap are combined at least cost. Where a bundle has one class, as
a team has, its start stays free. Where classes follow each other in sequence, the start of each is chosen and *pinned*
while it is planned: the next class finds its starts limited by the links to those that are pinned.
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.gaps import BLINK, within_limits
from optimizer.visits.search.strings.journal import chance
from optimizer.visits.search.strings.records import CHOICES, INFINITE, TRIED, Board
from optimizer.visits.search.strings.routes import link_in, link_out, position_cost
from optimizer.visits.search.strings.times import arrivals, departures, spread, start_from

__all__ = ["put_bundle", "take_bundle"]

LATER_STARTS = 0.3
"""Share of choices in which a class starts anywhere in its interval and not as early as it can."""

MOST_TRIED = 400
"""Partial combinations that are tried for a class."""


@compiled
def put_bundle(b: Board, bundle: int, limit: float, everywhere: bool) -> bool:
    """Plan a bundle if it costs less than ``limit``; the plan is as before if not.

    Parameters
    ----------
    everywhere
        Look at every gap of every able route, not only at the near ones.
    """
    before = b.total[0]
    placed = 0
    first, end = b.bundle_first[bundle], b.bundle_first[bundle + 1]
    for n in range(first, end):
        if not _put_class(b, bundle, b.bundle_class[n], limit - (b.total[0] - before), everywhere):
            break
        placed += 1
    if placed == end - first:
        return True
    if placed > 0:
        take_bundle(b, bundle)
        spread(b)
    return False


@compiled
def take_bundle(b: Board, bundle: int) -> None:
    """Take all tasks of a bundle out of their routes; their times are left to be computed."""
    for n in range(b.bundle_first[bundle], b.bundle_first[bundle + 1]):
        c = b.class_[b.bundle_class[n]]
        for v in range(c.first, c.end):
            if b.node[v].route >= 0:
                link_out(b, v)


@compiled
def _put_class(b: Board, bundle: int, c: int, limit: float, everywhere: bool) -> bool:
    """Place all tasks of one class at the same start, the bundle's earlier classes being placed."""
    low, high = _interval(b, c)
    first, end = b.class_[c].first, b.class_[c].end
    for v in range(first, end):
        low, high = max(low, b.stop[v].opens), min(high, b.stop[v].closes)
    if low > high:
        return False
    for v in range(first, end):
        m = v - first
        same = v > first and b.stop[v].visit == b.stop[v - 1].visit and b.stop[v].kind == b.stop[v - 1].kind
        if same:
            for q in range(CHOICES):
                b.choice[m, q] = b.choice[m - 1, q]
        else:
            _gather(b, bundle, v, m, low, high, limit, everywhere)
        if b.choice[m, 0].after < 0:
            return False
    if not _combine(b, first, end, limit):
        return False
    pinned = b.bundle_first[bundle + 1] - b.bundle_first[bundle] > 1
    start = _a_start(b, first, end) if pinned else 0
    for v in range(first, end):
        link_in(b, v, b.chosen[1, v - first].after)
        if pinned:
            b.span[v, 0] = b.span[v, 1] = start
    if spread(b):
        return True
    for v in range(first, end):
        link_out(b, v)
    spread(b)
    return False


@compiled
def _interval(b: Board, c: int) -> tuple[int, int]:
    """First and last start of a class by its links to classes that are placed."""
    low, high = 0, INFINITE
    for n in range(b.class_[c].link_first, b.class_[c].link_end):
        link = b.link[n]
        other = b.class_[link.other].first
        if b.node[other].route < 0:
            continue
        start = b.span[other, 0]
        if link.forward:
            low, high = max(low, start - link.high), min(high, start - link.low)
        else:
            low, high = max(low, start + link.low), min(high, start + link.high)
    return low, high


@compiled
def _gather(b: Board, bundle: int, v: int, m: int, low: int, high: int, limit: float, everywhere: bool) -> None:
    """Fill ``choice[m]`` with the cheapest gaps for a task, each with the starts it allows within ``low … high``."""
    tasks, shifts, kind = len(b.near), len(b.shift), b.stop[v].kind
    for q in range(CHOICES):
        b.choice[m, q].after, b.choice[m, q].cost = -1, limit
    if everywhere:
        for n in range(b.able_first[kind], b.able_first[kind + 1]):
            r = b.able_shift[n]
            i = tasks + r
            if b.node[i].route != r or not _may(b, bundle, v, r):
                continue
            while i < tasks or i == tasks + r:
                _consider(b, v, m, r, i, low, high)
                i = b.node[i].next
        return
    _gather_beside_partners(b, bundle, v, m, low, high)
    for h in range(b.near.shape[1]):
        w = b.near[v, h]
        if w < 0:
            break
        r = b.node[w].route
        if r >= 0 and b.able[kind, r] and _may(b, bundle, v, r):
            _consider(b, v, m, r, w, low, high)
            _consider(b, v, m, r, b.node[w].prev, low, high)
    for h in range(b.near_shift.shape[1]):
        r = b.near_shift[v, h]
        if r < 0:
            break
        if b.node[tasks + r].route == r and _may(b, bundle, v, r):
            _consider(b, v, m, r, tasks + r, low, high)
            last = b.node[tasks + shifts + r].prev
            if last < tasks:
                _consider(b, v, m, r, last, low, high)


@compiled
def _gather_beside_partners(b: Board, bundle: int, v: int, m: int, low: int, high: int) -> None:
    """Add all gaps of the routes that tasks of earlier classes are on: a link may want the same caregiver."""
    tasks, kind = len(b.near), b.stop[v].kind
    for n in range(b.bundle_first[bundle], b.bundle_first[bundle + 1]):
        c = b.class_[b.bundle_class[n]]
        for w in range(c.first, c.end):
            r = b.node[w].route
            if r < 0 or not b.able[kind, r] or not _may(b, bundle, v, r):
                continue
            i = tasks + r
            while i < tasks or i == tasks + r:
                _consider(b, v, m, r, i, low, high)
                i = b.node[i].next


@compiled
def _may(b: Board, bundle: int, v: int, r: int) -> bool:
    """Whether the rules on caregivers allow the task on the route, given the bundle's tasks that are placed."""
    visit, caregiver = b.stop[v].visit, b.shift[r].caregiver
    for n in range(b.rule_first[bundle], b.rule_first[bundle + 1]):
        if b.rule[n, 0] == visit:
            other = b.rule[n, 1]
        elif b.rule[n, 1] == visit:
            other = b.rule[n, 0]
        else:
            continue
        placed, meets = _crew_has(b, bundle, other, caregiver)
        if placed and meets != (b.rule[n, 2] == 1):
            return False
    return True


@compiled
def _crew_has(b: Board, bundle: int, visit: int, caregiver: int) -> tuple[bool, bool]:
    """Whether a visit of the bundle has a crew, and whether the caregiver is in it."""
    placed = meets = False
    for n in range(b.bundle_first[bundle], b.bundle_first[bundle + 1]):
        c = b.class_[b.bundle_class[n]]
        for v in range(c.first, c.end):
            if b.stop[v].visit == visit and b.node[v].route >= 0:
                placed = True
                if b.shift[b.node[v].route].caregiver == caregiver:
                    meets = True
    return placed, meets


@compiled
def _consider(b: Board, v: int, m: int, r: int, i: int, low: int, high: int) -> None:
    """Add the gap after ``i`` to the choices if it is cheap enough, once for each interval of starts."""
    shift, stop = b.shift[r], b.stop[v]
    j = b.node[i].next
    there = b.back[shift.mode, stop.place, b.stop[i].place]
    target = b.stop[j].place
    on = b.ahead[shift.mode, stop.place, target] if target >= 0 else 0
    added = there + on - b.node[i].leg
    cost = b.weight[0] * added + position_cost(b, v, r)
    if cost >= b.choice[m, CHOICES - 1].cost or chance(b) < BLINK or not within_limits(b, r, stop.load, added):
        return
    first0, first1 = arrivals(b, r, i, there)
    last0, last1 = departures(b, r, j, on)
    first0, first1 = max(first0, low), max(first1, low)
    last0, last1 = min(last0 - stop.service, high), min(last1 - stop.service, high)
    if first0 > last0 and first1 > last1:
        return
    for n in range(CHOICES):
        if b.choice[m, n].after == i:
            return
    q = CHOICES - 1
    while q > 0 and b.choice[m, q - 1].cost > cost:
        b.choice[m, q] = b.choice[m, q - 1]
        q -= 1
    seat = b.choice[m, q]
    seat.route, seat.after, seat.cost = r, i, cost
    seat.low0, seat.high0, seat.low1, seat.high1 = first0, max(last0, -1), first1, max(last1, -1)


@compiled
def _combine(b: Board, first: int, end: int, limit: float) -> bool:
    """Find the cheapest choice for all members of a class together, if one costs less than ``limit``.

    Depth first over the members, each one's choices by rising cost, with the cost so far as the bound. ``chosen[0]`` is
    the combination that is tried, ``chosen[1]`` the best one.
    """
    members = end - first
    best, found = limit, False
    b.counter[TRIED] = 0
    for n in range(members):
        b.rank[n] = 0.0  # which choice of each member is next
    m = 0
    while m >= 0:
        q = int(b.rank[m])
        so_far = b.chosen[0, m - 1].cost if m > 0 else 0.0
        if q >= CHOICES or b.choice[m, q].after < 0 or so_far + b.choice[m, q].cost >= best:
            b.rank[m] = 0.0
            m -= 1
            continue
        b.rank[m] += 1.0
        b.counter[TRIED] += 1
        if b.counter[TRIED] > MOST_TRIED:
            break
        if not _join(b, m, q, so_far) or not _is_new(b, m) or _is_a_circle(b, m):
            continue
        if m < members - 1:
            m += 1
        elif _has_start(b, first, end):
            value = b.chosen[0, m].cost + b.weight[1] * _waiting(b, m)
            if value >= best:
                continue
            best, found = value, True
            for n in range(members):
                b.chosen[1, n] = b.chosen[0, n]
    return found


@compiled
def _join(b: Board, m: int, q: int, so_far: float) -> bool:
    """Add choice ``q`` of member ``m`` to the combination; whether starts are left in either state."""
    seat, trial = b.choice[m, q], b.chosen[0, m]
    trial.route, trial.after, trial.cost = seat.route, seat.after, so_far + seat.cost
    trial.low0, trial.high0, trial.low1, trial.high1 = seat.low0, seat.high0, seat.low1, seat.high1
    if m > 0:
        before = b.chosen[0, m - 1]
        trial.low0, trial.high0 = max(trial.low0, before.low0), min(trial.high0, before.high0)
        trial.low1, trial.high1 = max(trial.low1, before.low1), min(trial.high1, before.high1)
    return trial.low0 <= trial.high0 or trial.low1 <= trial.high1


@compiled
def _is_new(b: Board, m: int) -> bool:
    """Whether the last caregiver is not in the combination twice."""
    caregiver = b.shift[b.chosen[0, m].route].caregiver
    for n in range(m):  # noqa: SIM110 (no generators in compiled code)
        if b.shift[b.chosen[0, n].route].caregiver == caregiver:
            return False
    return True


@compiled
def _is_a_circle(b: Board, m: int) -> bool:
    """Whether the last gap and one before it may wait for each other by way of other classes.

    Whoever comes before another node by whatever way has earlier times than it; so if neither the earliest nor the
    latest times of what follows one gap are before those of what precedes the other, there is no such way.
    """
    i = b.chosen[0, m].after
    for n in range(m):
        k = b.chosen[0, n].after
        if _may_precede(b, b.node[k].next, i) or _may_precede(b, b.node[i].next, k):
            return True
    return False


@compiled
def _may_precede(b: Board, v: int, w: int) -> bool:
    """Whether the times of ``v`` allow that ``w`` comes after it by whatever way."""
    tasks = len(b.near)
    if v >= tasks or w >= tasks:
        return False  # the end of a route precedes nothing, and nothing precedes its start
    first, second = b.node[v], b.node[w]
    earliest = min(first.done0, first.done1) - b.stop[v].service
    if earliest > min(second.done0, second.done1) - b.stop[w].service:
        return False
    return max(first.last0, first.last1) <= max(second.last0, second.last1)


@compiled
def _waiting(b: Board, m: int) -> float:
    """Ticks that the members of the combination wait for the last of them, if they start as early as they can."""
    trial, waiting = b.chosen[0, m], 0.0
    for n in range(m + 1):
        seat = b.choice[n, int(b.rank[n]) - 1]
        if trial.low0 <= trial.high0:
            waiting += trial.low0 - seat.low0
        else:
            waiting += trial.low1 - seat.low1
    return waiting


@compiled
def _has_start(b: Board, first: int, end: int) -> bool:
    """Whether the windows of all members allow a start of the combination."""
    trial = b.chosen[0, end - first - 1]
    return _first_common(b, first, end, trial.low0, trial.high0) >= 0 or (
        _first_common(b, first, end, trial.low1, trial.high1) >= 0
    )


@compiled
def _a_start(b: Board, first: int, end: int) -> int:
    """A start for the best combination, mostly the first one."""
    seat = b.chosen[1, end - first - 1]
    low, high = seat.low0, seat.high0
    earliest = _first_common(b, first, end, low, high)
    if earliest < 0:
        low, high = seat.low1, seat.high1
        earliest = _first_common(b, first, end, low, high)
    if chance(b) < LATER_STARTS:
        later = _first_common(b, first, end, earliest + int(chance(b) * (high - earliest + 1)), high)
        if later >= 0:
            return later
    return earliest


@compiled
def _first_common(b: Board, first: int, end: int, low: int, high: int) -> int:
    """First start in an interval that the windows of all members allow; -1 if there is none."""
    start, moved = low, low <= high
    if not moved:
        return -1
    while moved:
        moved = False
        for v in range(first, end):
            at = start_from(b, v, start)
            if at > high:
                return -1
            if at > start:
                start, moved = at, True
    return start
