"""Deferred acceptance of those who choose alone, compiled; the applicants propose down their lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.places.stable.seats import NOBODY, Seats, compiled, offer, open_places

__all__ = ["chosen_of", "propose", "would_take"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@compiled
def propose(
    s: Seats, start: Ints, applicant: Ints, unit: Ints, following: Ints, held: Ints, queue: Ints, hits: Ints
) -> int:
    """Let everybody in ``queue`` propose, and whoever is rejected on the way, until all are held or at their end.

    Parameters
    ----------
    s
        The pools, changed in place.
    start, applicant
        Pairs of each applicant, and applicant of each pair.
    unit
        -1 for who chooses alone. Members of units never propose here; where one is rejected its pair goes to ``hits``.
    following, held
        Next pair each applicant would propose with, and the pair held; changed in place.
    queue
        Applicants who choose alone and hold nothing.
    hits
        Room for rejected pairs of members of units.

    Returns
    -------
    int
        Number of ``hits``.
    """
    count = 0
    for k in range(len(queue)):
        i = queue[k]
        while True:
            pair = following[i]
            if pair >= start[i + 1]:
                break
            following[i] = pair + 1
            rejected = offer(s, pair)
            if rejected == pair:
                continue
            held[i] = pair
            if rejected == NOBODY:
                break
            i = applicant[rejected]
            held[i] = NOBODY
            if unit[i] >= 0:
                hits[count] = rejected
                count += 1
                break
    return count


@compiled
def would_take(s: Seats, pair: int) -> bool:
    """Whether the pool of a pair that is not held would admit it beside (or instead of one of) those it holds."""
    p = s.pool[pair]
    t = s.reserve[pair]
    h = s.reserved.shape[1]
    if t >= 0:
        if s.size[p, t] < s.reserved[p, t]:
            return True
        if s.size[p, t] > 0 and s.key[pair] < s.key[s.item[s.base[p, t]]]:
            return True
        if s.confined[t]:
            return False
    places = open_places(s, p)
    if s.size[p, h] < places:
        return True
    return bool(s.size[p, h] > 0 and s.key[pair] < s.key[s.item[s.base[p, h]]])


@compiled
def chosen_of(s: Seats, p: int, without: Ints, added: Ints) -> Bools:
    """Which of ``added`` a pool would admit from them and those it holds, leaving aside the pairs ``without``."""
    reserves = s.reserved.shape[1]
    total = len(added)
    for h in range(reserves + 1):
        total += s.size[p, h]
    pairs = np.empty(total, dtype=np.int64)
    n = 0
    for h in range(reserves + 1):
        for at in range(s.size[p, h]):
            pair = s.item[s.base[p, h] + at]
            if not np.any(without == pair):
                pairs[n] = pair
                n += 1
    for pair in added:
        if not np.any(pairs[:n] == pair):
            pairs[n] = pair
            n += 1
    ordered = pairs[:n][np.argsort(s.key[pairs[:n]])]
    chosen = _choice(s, p, ordered)
    found = np.zeros(len(added), dtype=np.bool_)
    for at in range(len(added)):
        for k in range(n):
            if ordered[k] == added[at]:
                found[at] = chosen[k]
    return found


@compiled
def _choice(s: Seats, p: int, ordered: Ints) -> Bools:
    """Which of the pairs, in the pool's order, it admits."""
    reserves = s.reserved.shape[1]
    chosen = np.zeros(len(ordered), dtype=np.bool_)
    filled = np.zeros(reserves, dtype=np.int64)
    for k in range(len(ordered)):
        t = s.reserve[ordered[k]]
        if t >= 0 and filled[t] < s.reserved[p, t]:
            filled[t] += 1
            chosen[k] = True
    places = s.seats[p]
    for t in range(reserves):
        places -= s.reserved[p, t] if s.exclusive[t] else filled[t]
    for k in range(len(ordered)):
        t = s.reserve[ordered[k]]
        if places > 0 and not chosen[k] and not (t >= 0 and s.confined[t]):
            chosen[k] = True
            places -= 1
    return chosen
