"""The least cost of a programme by few of its columns, with a bound that holds for all of them.

The prices of the linear relaxation bound what any solution with a column costs: at least the relaxation plus the
reduced cost of the column. So the programme is solved by HiGHS on the columns whose reduced cost lies below a step; a
solution that costs no more than relaxation plus step is best among all, else the step is raised to what it costs.

HiGHS is the one inside SciPy, which lives beside OR-Tools in one process whatever version of highspy is installed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

from optimizer.places.served.programme import Programme

__all__ = ["Least", "least", "relaxed"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SECONDS_PER_AIM = 60.0

_STEP = 1e-3
"""The first step, as a share of the largest cost."""

_NEARLY = 1e-6


@dataclass(frozen=True, kw_only=True)
class Least:
    """Whole values of the columns (``None``: none were found in time) and the proved lower bound of the cost."""

    values: Floats | None
    cost: float
    bound: float

    @property
    def proved(self) -> bool:
        """Whether nothing better exists; costs are whole numbers."""
        return self.values is not None and self.bound > self.cost - 1.0 + _NEARLY


def relaxed(programme: Programme, cost: Floats) -> tuple[float, Floats] | None:
    """The bound by the prices of the linear relaxation, and the reduced costs; ``None``: nothing is allowed.

    The bound is counted from the prices alone, so it holds however precisely they were found.
    """
    matrix, (low, high), upper = programme.matrix, programme.ends, np.array(programme.upper)
    equal = low == high
    below, above = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    found = linprog(
        cost,
        A_ub=vstack([matrix[below], -matrix[above]]),
        b_ub=np.concatenate([high[below], -low[above]]),
        A_eq=matrix[equal],
        b_eq=low[equal],
        bounds=np.column_stack([np.zeros(len(upper)), upper]),
        method="highs-ds",
        options={"time_limit": SECONDS_PER_AIM},
    )
    if found.status == 2:
        return None
    prices = np.zeros(len(low))
    if found.status == 0:
        ends = np.minimum(found.ineqlin.marginals, 0.0)
        number = int(below.sum())
        prices[equal] = found.eqlin.marginals
        prices[below] += ends[:number]
        prices[above] -= ends[number:]
    reduced = cost - matrix.T @ prices
    rows = np.where(prices > 0, np.where(np.isfinite(low), low, 0.0), np.where(np.isfinite(high), high, 0.0))
    return float(prices @ rows + np.minimum(reduced, 0.0) @ upper), reduced


def least(programme: Programme, cost: Floats) -> Least:
    """Minimise a cost of whole numbers."""
    relaxation = relaxed(programme, cost)
    if relaxation is None:
        return Least(values=None, cost=np.inf, bound=np.inf)
    bound, reduced = relaxation
    step = _STEP * float(np.abs(cost).max(initial=0.0)) + _NEARLY
    best = Least(values=None, cost=np.inf, bound=bound)
    for _ in range(3):
        kept = reduced < step
        values, value, proved = _solved(programme, cost, kept)
        best = Least(
            values=best.values if values is None or value >= best.cost else values,
            cost=min(best.cost, value),
            bound=max(best.bound, proved if kept.all() else min(proved, bound + step)),
        )
        if best.proved or kept.all():
            break
        step = best.cost - bound + 1.0 if best.values is not None else np.inf
        if best.values is not None and proved < value - 1.0 + _NEARLY:
            break  # the time was too short for the few columns already
    return best


def _solved(programme: Programme, cost: Floats, kept: Bools) -> tuple[Floats | None, float, float]:
    """Values over some columns, their cost, and the bound of the programme without the other columns."""
    matrix, whole, upper = programme.matrix[:, kept], programme.whole[kept], np.array(programme.upper)[kept]
    values, bound = _milp(matrix, programme.ends, cost[kept], np.zeros(len(upper)), upper, whole)
    if values is not None and np.abs(values - np.rint(values)).max(initial=0.0) > _NEARLY:
        fixed = np.rint(values)
        low, high = np.where(whole, fixed, 0.0), np.where(whole, fixed, upper)
        values, _ = _milp(matrix, programme.ends, cost[kept], low, high, np.ones(len(upper), dtype=bool))
    if values is None:
        return None, np.inf, bound
    all_values = np.zeros(len(kept))
    all_values[kept] = np.rint(values)
    return all_values, float(cost @ all_values), bound


def _milp(
    matrix: csr_matrix, ends: tuple[Floats, Floats], cost: Floats, low: Floats, high: Floats, whole: Bools
) -> tuple[Floats | None, float]:
    found = milp(
        cost,
        constraints=LinearConstraint(matrix, *ends),
        bounds=Bounds(low, high),
        integrality=whole.astype(np.int64),
        options={"time_limit": SECONDS_PER_AIM, "mip_rel_gap": 0.0},
    )
    if found.status == 2:
        return None, np.inf
    bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    return found.x, bound
