"""Bundles of linked tasks: placed class by class, each class at one start that is pinned.

A *class* is the tasks that must start at the same moment. For each member the best gaps are gathered with the starts
that they allow; different caregivers whose starts overlap are combined at least cost; the start is chosen and pinned.
The next class of the bundle then finds its starts limited by the links to those that are pinned.
"""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.gaps import put_alone, within_limits
from optimizer.visits.search.strings.records import CHOICES, INFINITE, Board
from optimizer.visits.search.strings.routes import TRIED, chance, link_out, position_cost
from optimizer.visits.search.strings.times import refresh_back, refresh_on, start_from

__all__ = ["put_bundle", "take_bundle"]

LATER_STARTS = 0.3
"""Share of choices in which a class starts anywhere in its interval and not as early as it can."""

BLINK = 0.01
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
    for n in range(first, first + placed):
        _take_class(b, b.bundle_class[n])
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
def _take_class(b: Board, c: int) -> None:
    """Take the tasks of a class out and time their routes."""
    for v in range(b.class_[c].first, b.class_[c].end):
        i, j = b.node[v].prev, b.node[v].next
        link_out(b, v)
        refresh_on(b, j)
        refresh_back(b, i)


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
    start = _combine(b, first, end, low, high, limit)
    if start < 0:
        return False
    for v in range(first, end):
        b.span[v, 0] = b.span[v, 1] = start
        put_alone(b, v, b.chosen[1, v - first].after)
    return True


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
def _gather(
    b: Board, bundle: int, v: int, m: int, low: int, high: int, limit: float, everywhere: bool
) -> None:
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
    before, j = b.node[i], b.node[i].next
    after = b.node[j]
    there = b.back[shift.mode, stop.place, b.stop[i].place]
    target = b.stop[j].place
    on = b.ahead[shift.mode, stop.place, target] if target >= 0 else 0
    added = there + on - before.leg
    cost = b.weight[0] * added + position_cost(b, v, r)
    if cost >= b.choice[m, CHOICES - 1].cost or chance(b) < BLINK or not within_limits(b, r, stop.load, added):
        return
    first0, first1 = before.done0 + there, before.done1 + there
    if before.done0 <= shift.pause_closes:
        first1 = min(first1, shift.pause + max(first0, shift.pause_opens))
    last0, last1 = after.last0 - on - stop.service, after.last1 - on - stop.service
    if shift.pause_opens + shift.pause <= after.last1 and not (shift.open_end and target < 0):
        last0 = max(last0, min(shift.pause_closes - stop.service, last1 - shift.pause))
    first0, first1 = max(first0, low), max(first1, low)
    last0, last1 = min(last0, high), min(last1, high)
    if first0 <= last0 and first1 <= last1 and first1 <= last0 + 1:
        _add_choice(b, m, r, i, min(first0, first1), max(last0, last1), cost)
        return
    if first0 <= last0:
        _add_choice(b, m, r, i, first0, last0, cost)
    if first1 <= last1:
        _add_choice(b, m, r, i, first1, last1, cost)


@compiled
def _add_choice(b: Board, m: int, r: int, i: int, low: int, high: int, cost: float) -> None:
    """Insert into the sorted choices unless it is there."""
    q = CHOICES - 1
    if cost >= b.choice[m, q].cost:
        return
    for n in range(CHOICES):
        if b.choice[m, n].after == i and b.choice[m, n].low == low:
            return
    while q > 0 and b.choice[m, q - 1].cost > cost:
        b.choice[m, q] = b.choice[m, q - 1]
        q -= 1
    seat = b.choice[m, q]
    seat.route, seat.after, seat.low, seat.high, seat.cost = r, i, low, high, cost


@compiled
def _combine(b: Board, first: int, end: int, low: int, high: int, limit: float) -> int:
    """The cheapest choice for all members of a class together; returns the start, -1 if there is none.

    Depth first over the members, each one's choices by rising cost, with the cost so far as the bound. ``chosen[0]`` is
    the combination that is tried (``after`` of its last row counts choices), ``chosen[1]`` the best one.
    """
    members = end - first
    best, start = limit, -1
    m = 0
    b.counter[TRIED] = 0
    for n in range(members):
        b.rank[n] = 0.0  # which choice of each member is next
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
        seat = b.choice[m, q]
        now_low = max(seat.low, b.chosen[0, m - 1].low if m > 0 else low)
        now_high = min(seat.high, b.chosen[0, m - 1].high if m > 0 else high)
        if now_low > now_high or not _is_new(b, m, seat.route):
            continue
        trial = b.chosen[0, m]
        trial.route, trial.after, trial.low, trial.high = seat.route, seat.after, now_low, now_high
        trial.cost = so_far + seat.cost
        if m < members - 1:
            m += 1
            continue
        found = _start_within(b, first, end, now_low, now_high)
        if found >= 0:
            best, start = trial.cost, found
            for n in range(members):
                b.chosen[1, n] = b.chosen[0, n]
    return start


@compiled
def _is_new(b: Board, m: int, r: int) -> bool:
    """Whether the caregiver is not in the combination yet."""
    caregiver = b.shift[r].caregiver
    for n in range(m):  # noqa: SIM110 (no generators in compiled code)
        if b.shift[b.chosen[0, n].route].caregiver == caregiver:
            return False
    return True


@compiled
def _start_within(b: Board, first: int, end: int, low: int, high: int) -> int:
    """A start in the interval that the windows of all tasks allow, mostly the first one; -1 if there is none."""
    if chance(b) < LATER_STARTS:
        later = _first_common(b, first, end, low + int(chance(b) * (high - low + 1)), high)
        if later >= 0:
            return later
    return _first_common(b, first, end, low, high)


@compiled
def _first_common(b: Board, first: int, end: int, low: int, high: int) -> int:
    start = low
    moved = True
    while moved:
        moved = False
        for v in range(first, end):
            at = start_from(b, v, start)
            if at > high:
                return -1
            if at > start:
                start, moved = at, True
    return start


