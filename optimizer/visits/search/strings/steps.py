"""Ruin and recreate: strings of tasks around a seed come out and go back one by one, each where it costs least."""

# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import numpy as np

from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.gaps import best_gap, best_gap_of_all
from optimizer.visits.search.strings.journal import begin_step, chance, chance_below, undo_step
from optimizer.visits.search.strings.records import ACCEPTED, AFTER, POOLED, REMOVED, SEEDS, STEP, Board
from optimizer.visits.search.strings.routes import enter_pool, leave_pool, link_in
from optimizer.visits.search.strings.times import spread, teams_meet
from optimizer.visits.search.strings.together import put_bundle, take_bundle

__all__ = ["anneal", "build", "step"]

POOL_SEEDS = 0.25
"""Share of the steps that begin at a task which is left out."""

MOST_STRINGS = 3
LONGEST_STRING = 10
MOST_REMOVED = 60
JOINING = 12
"""Most bundles of the pool that join what was removed."""


@compiled
def build(arrays: Board, order: np.ndarray, first: int, end: int) -> None:
    """Plan bundles of the pool for good, in the order given, each at the best gap of all able routes."""
    b = by_reference(arrays)
    for n in range(first, end):
        bundle = order[n]
        if b.pool_at[bundle] < 0:
            continue
        begin_step(b)
        before = b.total[0]
        if not _put(b, bundle, True):
            continue
        if teams_meet(b):
            leave_pool(b, bundle)
        else:
            undo_step(b)
            b.total[0] = before


@compiled
def anneal(arrays: Board, steps: int, begin: float, end: float) -> None:
    """Make steps while the temperature falls geometrically from ``begin`` to ``end``."""
    b = by_reference(arrays)
    cooling = (end / begin) ** (1.0 / steps)
    temperature = begin
    for _ in range(steps):
        if step(b, temperature):
            b.counter[ACCEPTED] += 1
        temperature *= cooling


@compiled
def step(b: Board, temperature: float) -> bool:
    """One ruin and recreate; tells whether the plan was changed."""
    begin_step(b)
    before = b.total[0]
    limit = before - temperature * np.log(max(1e-300, chance(b)))
    b.counter[REMOVED] = 0
    seed = _choose_seed(b)
    if seed < 0:
        return False
    _ruin(b, seed)
    spread(b)
    _join(b, seed)
    count = b.counter[REMOVED]
    _sort(b, seed, count)
    open_price = 0.0
    for n in range(count):
        open_price += b.price[b.removed[n]]
    for n in range(count):
        if b.total[0] - open_price >= limit:
            break  # even if the rest cost nothing
        bundle = b.removed[n]
        open_price -= b.price[bundle]
        _put(b, bundle, False)
    if b.total[0] - open_price >= limit or not teams_meet(b):
        undo_step(b)
        b.total[0] = before
        return False
    for n in range(count):
        bundle = b.removed[n]
        if _is_planned(b, bundle):
            leave_pool(b, bundle)
        else:
            enter_pool(b, bundle)
    return True


@compiled
def _put(b: Board, bundle: int, everywhere: bool) -> bool:
    """Plan a bundle where it costs least, if that is less than its price."""
    price = b.price[bundle]
    v = b.class_[b.bundle_class[b.bundle_first[bundle]]].first
    if b.stop[v].alone:
        cost = best_gap_of_all(b, v, price) if everywhere else best_gap(b, v, price)
        if b.counter[AFTER] < 0 or cost >= price:
            return False
        link_in(b, v, b.counter[AFTER])
        spread(b)
    elif not put_bundle(b, bundle, price, everywhere):
        return False
    b.total[0] -= price
    return True


@compiled
def _is_planned(b: Board, bundle: int) -> bool:
    return b.node[b.class_[b.bundle_class[b.bundle_first[bundle]]].first].route >= 0


@compiled
def _choose_seed(b: Board) -> int:
    """A task of the pool, or any one."""
    if b.counter[POOLED] > 0 and chance(b) < POOL_SEEDS:
        bundle = b.pool[chance_below(b, b.counter[POOLED])]
        c = b.class_[b.bundle_class[b.bundle_first[bundle]]]
        return c.first + chance_below(b, c.end - c.first)
    if b.counter[SEEDS] == 0:
        return -1
    return b.seed[chance_below(b, b.counter[SEEDS])]


@compiled
def _ruin(b: Board, seed: int) -> None:
    """Take strings out of a few routes around the seed; a seed that is left out asks for routes that could have it."""
    left_out = b.node[seed].route < 0
    kind = b.stop[seed].kind
    strings = 1 + chance_below(b, MOST_STRINGS)
    for h in range(-1, b.near.shape[1]):
        if strings == 0 or b.counter[REMOVED] >= MOST_REMOVED:
            return
        v = seed if h < 0 else b.near[seed, h]
        if v < 0:
            return
        r = b.node[v].route
        if r < 0 or b.ruined[r] == b.counter[STEP] or (left_out and not b.able[kind, r]):
            continue
        b.ruined[r] = b.counter[STEP]
        strings -= 1
        _take_string(b, v, 1 + chance_below(b, LONGEST_STRING))


@compiled
def _take_string(b: Board, v: int, length: int) -> None:
    """Take out up to ``length`` tasks along the route around ``v``, each with its bundle."""
    tasks = len(b.near)
    for _ in range(chance_below(b, length)):
        if b.node[v].prev >= tasks:
            break
        v = b.node[v].prev
    for _ in range(length):
        if v >= tasks or b.counter[REMOVED] >= MOST_REMOVED:
            return
        bundle = b.stop[v].bundle
        after = b.node[v].next
        if not b.frozen[bundle]:
            while after < tasks and b.stop[after].bundle == bundle:
                after = b.node[after].next
            take_bundle(b, bundle)
            b.total[0] += b.price[bundle]
            b.removed[b.counter[REMOVED]] = bundle
            b.counter[REMOVED] += 1
        v = after


@compiled
def _join(b: Board, seed: int) -> None:
    """Bundles of the pool that are near join what was removed."""
    most = b.counter[REMOVED] + JOINING
    for h in range(-1, b.near.shape[1]):
        v = seed if h < 0 else b.near[seed, h]
        if v < 0 or b.counter[REMOVED] >= most:
            return
        bundle = b.stop[v].bundle
        if b.pool_at[bundle] >= 0 and not _is_listed(b, bundle):
            b.removed[b.counter[REMOVED]] = bundle
            b.counter[REMOVED] += 1


@compiled
def _is_listed(b: Board, bundle: int) -> bool:
    for n in range(b.counter[REMOVED]):  # noqa: SIM110 (no generators in compiled code)
        if b.removed[n] == bundle:
            return True
    return False


@compiled
def _sort(b: Board, seed: int, count: int) -> None:
    """Order of going back: one of several by chance."""
    kind = chance(b)
    here = b.stop[seed].place
    for n in range(count):
        bundle = b.removed[n]
        stop = b.stop[b.class_[b.bundle_class[b.bundle_first[bundle]]].first]
        if kind < 0.35:
            key = chance(b) - 0.5 * (not stop.alone)
        elif kind < 0.7:
            key = (0.6 * chance(b) - 1.0) * b.price[bundle]
        elif kind < 0.85:
            key = float(stop.closes - stop.opens)
        else:
            key = -float(b.ahead[0, here, stop.place])
        i = n
        while i > 0 and b.rank[i - 1] > key:
            b.rank[i], b.removed[i] = b.rank[i - 1], b.removed[i - 1]
            i -= 1
        b.rank[i], b.removed[i] = key, bundle
