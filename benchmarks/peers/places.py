"""Other tools on a market of places: each takes the market and returns the pair of every applicant, -1 for none."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.places.market import Market

__all__ = ["best_free_place", "by_lapx", "by_matching", "by_pulp", "by_scipy", "nearest_free_place"]

UNSERVED_M = 10_000_000
"""Metres that being left out counts as: more than any sum of detours it could save."""
FORBIDDEN_M = 1_000 * UNSERVED_M


def best_free_place(market: Market) -> list[int]:
    """By the numbers of the draw, everybody takes the best place that is still free."""
    return _by_draw(market, lambda pair: pair)


def nearest_free_place(market: Market) -> list[int]:
    """By the numbers of the draw, everybody takes the nearest place that is still free."""
    metres = market.metres.tolist()
    return _by_draw(market, lambda pair: (metres[pair], pair))


def _by_draw(market: Market, rank: Callable[[int], Any]) -> list[int]:
    free, pool, start = market.seats.tolist(), market.pool.tolist(), market.start.tolist()
    given = [-1] * len(market.applicants)
    for applicant in np.argsort(market.lottery, kind="stable").tolist():
        open_pairs = [pair for pair in range(start[applicant], start[applicant + 1]) if free[pool[pair]] > 0]
        if open_pairs:
            given[applicant] = min(open_pairs, key=rank)
            free[pool[given[applicant]]] -= 1
    return given


def by_matching(market: Market) -> list[int]:
    """Hospital-resident by the package ``matching``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package switches its warnings on when it is imported
        from matching.games import HospitalResident

        applicants, pools = _lists(market)
        seats = {pool: int(market.seats[pool]) for pool in pools}
        solved = HospitalResident.create_from_dictionaries(applicants, pools, seats).solve(optimal="resident")
    given = [-1] * len(market.applicants)
    for pool, residents in solved.items():
        for resident in residents:
            applicant = int(resident.name)
            pairs = range(int(market.start[applicant]), int(market.start[applicant + 1]))
            given[applicant] = next(pair for pair in pairs if int(market.pool[pair]) == int(pool.name))
    return given


def _lists(market: Market) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Lists of both sides, without pools that have no seats and applicants that have no list."""
    applicants: dict[int, list[int]] = {}
    pools: dict[int, list[tuple[int, int]]] = {}
    rows = zip(market.applicant.tolist(), market.pool.tolist(), market.key.tolist(), strict=True)
    for applicant, pool, key in rows:
        if market.seats[pool] > 0:
            applicants.setdefault(applicant, []).append(pool)
            pools.setdefault(pool, []).append((key, applicant))
    return applicants, {pool: [applicant for _, applicant in sorted(rows)] for pool, rows in pools.items()}


def by_scipy(market: Market) -> list[int]:
    """Linear sum assignment by scipy: a column a seat, and one for each applicant who is left out."""
    from scipy.optimize import linear_sum_assignment

    cost, column_pool = _dense(market)
    rows, columns = linear_sum_assignment(cost)
    return _given(market, dict(zip(rows.tolist(), columns.tolist(), strict=True)), column_pool)


def by_lapx(market: Market) -> list[int]:
    """The same matrix by lapx (Jonker and Volgenant)."""
    import lap

    cost, column_pool = _dense(market)
    _, columns, _ = lap.lapjv(cost, extend_cost=True)
    return _given(market, dict(enumerate(columns.tolist())), column_pool)


def _dense(market: Market) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Metres by applicant and column; the pool of each column, -1 for being left out."""
    wanted = np.bincount(market.pool, minlength=len(market.pools))
    seats = np.repeat(np.arange(len(market.pools)), np.minimum(market.seats, wanted))
    n = len(market.applicants)
    by_pool = np.full((n, len(market.pools)), float(FORBIDDEN_M))
    by_pool[market.applicant, market.pool] = market.metres
    cost = np.full((n, len(seats) + n), float(FORBIDDEN_M))
    cost[:, : len(seats)] = by_pool[:, seats]
    cost[np.arange(n), len(seats) + np.arange(n)] = UNSERVED_M
    return cost, np.concatenate([seats, np.full(n, -1)])


def _given(market: Market, column_of: dict[int, int], column_pool: NDArray[np.int64]) -> list[int]:
    number = {
        (applicant, pool): pair
        for pair, (applicant, pool) in enumerate(zip(market.applicant.tolist(), market.pool.tolist(), strict=True))
    }
    pools = {applicant: int(column_pool[column]) for applicant, column in column_of.items()}
    return [number.get((applicant, pools[applicant]), -1) for applicant in range(len(market.applicants))]


def by_pulp(market: Market, solver: str) -> list[int]:
    """One variable a pair, in PuLP, by the solver of that name."""
    import pulp

    model = pulp.LpProblem("served", pulp.LpMinimize)
    take = [model.add_variable(f"x{pair}", 0, 1) for pair in range(len(market.pool))]  # a flow: whole by itself
    worth = (market.metres - UNSERVED_M).tolist()
    model += pulp.LpAffineExpression(zip(take, worth, strict=True))
    by_pool: dict[int, list[pulp.LpVariable]] = {}
    for pair, pool in enumerate(market.pool.tolist()):
        by_pool.setdefault(pool, []).append(take[pair])
    for applicant in range(len(market.applicants)):
        row = take[int(market.start[applicant]) : int(market.start[applicant + 1])]
        if row:
            model += pulp.lpSum(row) <= 1
    for pool, row in by_pool.items():
        model += pulp.lpSum(row) <= int(market.seats[pool])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # CBC is in this release of PuLP under its old name
        chosen = pulp.getSolver(solver, msg=False, threads=1)
    model.solve(chosen)
    if pulp.LpStatus[model.status] != "Optimal":
        raise RuntimeError(f"{solver} ended with {pulp.LpStatus[model.status]}")
    given = [-1] * len(market.applicants)
    for pair, applicant in enumerate(market.applicant.tolist()):
        if take[pair].value() > 0.5:
            given[applicant] = pair
    return given
