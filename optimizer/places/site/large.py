"""The last stage for a large city: a bound from prices of the cells, a plan by rounding and by towns, then branching.

The program of all catchments is too large to branch on. A price for a place in each cell makes it fall apart: every
site has its best cells for each number of modules, and what is left is the small program of the earlier stages. Its
optimum bounds the whole program for any prices that are not negative. Good prices are the duals of the linear program
of :mod:`optimizer.places.site.relaxation`. They also tell which catchments are worth branching on
(:mod:`optimizer.places.site.branch`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from optimizer.places.mixed import Milp, solve_milp
from optimizer.places.site.branch import Branched, Tree, worth_branching
from optimizer.places.site.case import Goal, SiteCase
from optimizer.places.site.large_case import LargeCase, large_case, modules_of_towns, worth
from optimizer.places.site.program import SiteProgram
from optimizer.places.site.relaxation import relaxed
from optimizer.places.site.result import SiteOptions
from optimizer.places.site.towns import Ways, by_towns

__all__ = ["LargePlan", "bound_at_prices", "large_plan"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUNDED_GAP = 1e-3
"""Of the first plan, among those that round the linear program."""
ROUNDED = 0.2
"""Of the time that is left after the linear program, for the first plan; it has as long as that program in any case."""
TOWNS = 0.4
"""Of the time that is left after a first plan that did not reach its gap, for bettering it; branching has the rest."""
NARROW = 0.1
"""Catchments that count while the first plan is bettered, as :data:`optimizer.places.site.branch.MARGIN`."""

WITHOUT_REST = 0.8
"""Of the gap, for branching; the rest is for the catchments left out, which the plan is judged with."""


@dataclass(frozen=True, kw_only=True)
class LargePlan:
    """Modules ``(s,)``, conversions ``(k,)``, and a bound on metres of way of the whole program."""

    modules: Ints
    converted: Ints
    bound: float


def large_plan(
    case: SiteCase, options: SiteOptions, goal: Goal, program: SiteProgram, milp: Milp, worst: float
) -> LargePlan | None:
    """Plan and bound; ``milp`` is the program without catchments, limited by the earlier stages.

    Parameters
    ----------
    worst
        Shortfall per thousand that the earlier stages allow.
    """
    until = np.inf if options.time_limit_s is None else time.perf_counter() + options.time_limit_s
    small = large_case(case, options, goal, program, milp)
    least = modules_of_towns(case, options, goal, worst)
    started = time.perf_counter()
    linear = relaxed(small, least)
    linear_s = time.perf_counter() - started
    bound, values = bound_at_prices(small, linear.prices, options)
    if values is None:
        return None
    tree, ways = Tree(small, least, linear), Ways(small)
    left = until - time.perf_counter()
    first = tree.rounded(ROUNDED_GAP, max(ROUNDED * left, min(linear_s, left))) or Branched(
        modules=np.rint(values[program.new]).astype(np.int64),
        converted=np.rint(values[program.convert]).astype(np.int64),
        bound=bound,
        ended=False,
    )
    modules, converted, (length, _) = first.modules, first.converted, ways.of(first.modules)
    if not first.ended:
        left = TOWNS * (until - time.perf_counter())
        near = worth_branching(small, linear, NARROW)
        modules, converted, length = by_towns(small, least, (modules, converted), ways, near, left)
    plan = LargePlan(modules=modules, converted=converted, bound=bound)
    if small.metres(length) - bound <= options.gap * small.metres(length):
        return plan
    last = tree.branched(modules, WITHOUT_REST * options.gap, until - time.perf_counter())
    if last is None:
        return plan
    if ways.of(last.modules)[0] < length:
        plan = replace(plan, modules=last.modules, converted=last.converted)
    return replace(plan, bound=max(bound, last.bound))


def bound_at_prices(small: LargeCase, prices: Floats, options: SiteOptions) -> tuple[float, Floats | None]:
    """A bound of the whole program for prices ``(c,)`` that are not negative, and the values that give it."""
    old, each_module = worth(small, prices)
    milp, new = small.milp, small.program.new
    s, most = each_module.shape
    count, steps = len(milp.cost), s * most
    ones = csr_array((np.ones(steps), (np.repeat(np.arange(s), most), np.arange(steps))), shape=(s, steps))
    none = csr_array((milp.rows.shape[0], steps))
    is_new = csr_array((np.full(s, -1.0), (np.arange(s), new)), shape=(s, count))
    master = Milp(
        cost=np.concatenate([np.zeros(count), -each_module.ravel()]),
        lower=np.concatenate([milp.lower, np.zeros(steps)]),
        upper=np.concatenate([milp.upper, np.ones(steps)]),
        integer=np.concatenate([milp.integer, np.zeros(steps, dtype=bool)]),
        rows=vstack([hstack([milp.rows, none]), hstack([is_new, ones])], format="csr"),
        row_lower=np.concatenate([milp.row_lower, np.zeros(s)]),
        row_upper=np.concatenate([milp.row_upper, np.zeros(s)]),
        names=(),
    )
    solution = solve_milp(master, gap=options.gap / 10, time_limit_s=options.time_limit_s, pulp_limit=0)
    constant = float((small.reach - prices) @ small.needed) - old
    return constant + solution.bound, solution.values if solution.found else None
