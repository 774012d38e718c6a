"""Simulated annealing over all moves: one batch of proposals at one temperature."""

from __future__ import annotations

import math

import numpy as np

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.exchange import exchange
from optimizer.visits.search.journal import POOLED, keep, random, random_below, undo
from optimizer.visits.search.moves import relocate, swap
from optimizer.visits.search.pool_moves import eject, insert, replace
from optimizer.visits.search.propagate import propagate
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.route_end import cost
from optimizer.visits.search.ruin import ruin_and_recreate
from optimizer.visits.search.slack import refresh_slack

__all__ = ["anneal"]


@compiled
def anneal(
    arrays: Kernel, proposals: int, temperature: float, shares: np.ndarray, best: np.ndarray, kept: np.ndarray
) -> None:
    """Make ``proposals`` proposals at one temperature.

    Parameters
    ----------
    shares
        ``(4,)`` cumulated shares: of the pool (while it is not empty), of relocation, of exchange; what is left are
        swaps. The last is the share of ruin and recreate, which is drawn first.
    best
        ``(2,)`` rank of the best plan so far: mandatory visits left out, cost. Updated.
    kept
        ``(N, 2)`` next node and route of every node of the best plan so far. Updated.
    """
    k = by_reference(arrays)
    now = cost(k, k.totals[0])
    for _ in range(proposals):
        limit = now - temperature * math.log(random(k) + 1e-300)
        if shares[3] > 0.0 and random(k) < shares[3]:
            accepted = ruin_and_recreate(k, limit)
        else:
            accepted = _propose(k, now, limit, shares) and _conclude(k, limit)
        if accepted:
            now = cost(k, k.totals[0])
            _keep_best(k, now, best, kept)


@compiled
def _propose(k: Kernel, now: float, limit: float, shares: np.ndarray) -> bool:
    """Draw a move and apply it to the routes, untimed; whether there is anything to time."""
    if k.counter[POOLED] > 0 and random(k) < shares[0]:
        return _pool_move(k, now, limit)
    kind = random(k)
    v = k.drawn[random_below(k, len(k.drawn))]
    if k.node[v].route < 0:
        return insert(k, k.task[v].bundle, now, limit)
    if kind < shares[1]:
        return relocate(k, v, now, limit)
    if kind < shares[2]:
        return exchange(k, v, now, limit)
    return swap(k, v, now, limit)


@compiled
def _conclude(k: Kernel, limit: float) -> bool:
    """Time the proposal; keep it if it obeys the rules and costs no more than ``limit``, undo it otherwise."""
    if propagate(k, limit):
        keep(k)
        if k.weight[0].slack:
            refresh_slack(k)
        return True
    undo(k)
    return False


@compiled
def _keep_best(k: Kernel, now: float, best: np.ndarray, kept: np.ndarray) -> None:
    """Remember the plan if it is the best so far."""
    totals = k.totals[0]
    true_cost = now - totals.pool + totals.price
    if totals.missing < best[0] or (totals.missing == best[0] and true_cost < best[1] - 1e-7):
        best[0] = totals.missing
        best[1] = true_cost
        for v in range(len(k.node)):
            kept[v, 0] = k.node[v].nxt
            kept[v, 1] = k.node[v].route


@compiled
def _pool_move(k: Kernel, now: float, limit: float) -> bool:
    """Plan something of the pool, alone or in the place of something else, or leave something out."""
    kind = random(k)
    if kind < 0.1:
        return eject(k, random_below(k, len(k.able)), now, limit)
    bundle = k.pool[random_below(k, k.counter[POOLED])]
    if kind < 0.5:
        return insert(k, bundle, now, limit)
    return replace(k, bundle, now, limit)
