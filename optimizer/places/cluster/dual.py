"""Prices of members and what they prove about single-source groups, compiled.

With a price ``u`` for every member, each leader takes the members that save most within its capacity (a knapsack over
``cost - u``), and the leaders are chosen that cost least and have room for everybody (a knapsack of covering). Sum of
prices plus that cost is a lower bound (Lagrangian relaxation of "everybody once"; Holmberg, Rönnqvist and Yuan, *An
exact algorithm for the capacitated facility location problems with single sourcing*, 1999). The prices climb along
the members who are taken too seldom or too often.

``state (h,)``: 1 leads, 0 does not, -1 free. Costs of pairs that are not allowed are infinite. Demands and capacities
are whole numbers.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["climb", "forced", "probed"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@numba.njit(cache=True)
def _knapsack(saved: Floats, need: Ints, room: int, takes: Bools, best: Floats, mark: Bools) -> float:
    """The least sum of ``saved`` within the room; ``takes`` is filled, ``best`` and ``mark`` are scratch."""
    m = len(saved)
    best[: room + 1] = 0.0
    for i in range(m):
        if saved[i] >= 0.0 or need[i] > room:
            continue
        for a in range(room, need[i] - 1, -1):
            other = best[a - need[i]] + saved[i]
            mark[i, a] = other < best[a]
            if mark[i, a]:
                best[a] = other
    a = room
    for i in range(m - 1, -1, -1):
        takes[i] = saved[i] < 0.0 and need[i] <= a and mark[i, a]
        if takes[i]:
            a -= need[i]
    return float(best[room])


@numba.njit(cache=True)
def _cover(value: Floats, room: Ints, demand: int, state: Ints, leads: Bools) -> float:
    """The least sum of ``value`` of leaders with room for the whole demand; ``leads`` is filled."""
    h = len(value)
    sure, rest = 0.0, demand
    for j in range(h):
        leads[j] = state[j] == 1 or (state[j] < 0 and value[j] < 0.0)
        if leads[j]:
            sure += value[j]
            rest -= room[j]
    if rest <= 0:
        return sure
    best = np.full(rest + 1, np.inf)
    best[0] = 0.0
    mark = np.zeros((h, rest + 1), dtype=np.bool_)
    for j in range(h):
        if leads[j] or state[j] == 0:
            continue
        for a in range(rest, 0, -1):
            other = best[max(0, a - room[j])] + value[j]
            if other < best[a]:
                best[a] = other
                mark[j, a] = True
    a = rest
    for j in range(h - 1, -1, -1):
        if a > 0 and mark[j, a]:
            leads[j] = True
            a = max(0, a - room[j])
    return float(sure + best[rest])


@numba.njit(cache=True)
def climb(
    cost: Floats,
    open_cost: Floats,
    room: Ints,
    need: Ints,
    state: Ints,
    prices: Floats,
    enough: float,
    rounds: int,
    patience: int,
) -> tuple[float, Floats, Floats, Bools]:
    """Raise the bound from some prices; end at ``enough``, after so many rounds, or where it rises no more.

    Returns the bound, its prices ``(m,)``, what each leader would cost with its knapsack ``(h,)``, and who leads.
    """
    h, m = cost.shape
    widest = room.max()
    best, mark = np.zeros(widest + 1), np.zeros((m, widest + 1), dtype=np.bool_)
    takes, saved = np.zeros((h, m), dtype=np.bool_), np.zeros(m)
    value, leads = np.zeros(h), np.zeros(h, dtype=np.bool_)
    now, direction = prices.copy(), np.zeros(m)
    top, top_prices, top_value, top_leads = -np.inf, now.copy(), value.copy(), leads.copy()
    demand, theta, stale = need.sum(), 1.0, 0
    for _ in range(rounds):
        for j in range(h):
            if state[j] != 0:
                for i in range(m):
                    saved[i] = cost[j, i] - now[i]
                value[j] = open_cost[j] + _knapsack(saved, need, room[j], takes[j], best, mark)
        bound = now.sum() + _cover(value, room, demand, state, leads)
        if bound == np.inf:
            return bound, now, value, leads
        if bound > top:
            stale = 0 if bound > top + 1e-6 * abs(bound) or top == -np.inf else stale + 1
            top, top_prices[:], top_value[:], top_leads[:] = bound, now, value, leads
            if top >= enough:
                break
        else:
            stale += 1
        if stale >= patience:
            theta, stale = 0.7 * theta, 0
            now[:], direction[:] = top_prices, 0.0
            if theta < 1e-3:
                break
        size = 0.0
        for i in range(m):
            lack = 1.0
            for j in range(h):
                if leads[j] and takes[j, i]:
                    lack -= 1.0
            direction[i] = 0.3 * direction[i] + 0.7 * lack
            size += direction[i] ** 2
        if size < 1e-12:
            break
        aim = min(enough, top + 0.02 * abs(top))
        now += theta * max(aim - bound, 1e-6) / size * direction
    return top, top_prices, top_value, top_leads


@numba.njit(cache=True)
def probed(value: Floats, room: Ints, demand: int, state: Ints, prices: Floats) -> Floats:
    """The bound if a free leader does not lead (column 0) or does (column 1), ``(h, 2)``; zero where decided."""
    h = len(value)
    found, leads, total = np.zeros((h, 2)), np.zeros(h, dtype=np.bool_), prices.sum()
    for j in range(h):
        if state[j] < 0:
            for k in range(2):
                other = state.copy()
                other[j] = k
                found[j, k] = total + _cover(value, room, demand, other, leads)
    return found


@numba.njit(cache=True)
def forced(
    cost: Floats, open_cost: Floats, room: Ints, need: Ints, state: Ints, prices: Floats, value: Floats
) -> Floats:
    """How much the bound rises at least if a leader that leads has a member, ``(h, m)``; infinite: it cannot have it.

    The best knapsack with the member in it is put together from those of the members before and after it.
    """
    h, m = cost.shape
    found = np.full((h, m), np.inf)
    widest = room.max()
    before, after = np.zeros((m + 1, widest + 1)), np.zeros((m + 1, widest + 1))
    for j in range(h):
        if state[j] != 1:
            continue
        for i in range(m):
            _one_more(before[i], before[i + 1], cost[j, i] - prices[i], need[i], room[j])
        after[m, :] = 0.0
        for i in range(m - 1, -1, -1):
            _one_more(after[i + 1], after[i], cost[j, i] - prices[i], need[i], room[j])
        for i in range(m):
            rest = room[j] - need[i]
            others = np.inf
            for a in range(rest + 1):
                others = min(others, before[i, a] + after[i + 1, rest - a])
            found[j, i] = open_cost[j] + others + cost[j, i] - prices[i] - value[j]
    return found


@numba.njit(cache=True)
def _one_more(there: Floats, following: Floats, saved: float, need: int, room: int) -> None:
    for a in range(room + 1):
        following[a] = there[a]
        if saved < 0.0 and need <= a:
            following[a] = min(there[a], there[a - need] + saved)
