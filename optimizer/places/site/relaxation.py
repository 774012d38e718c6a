"""The linear program of the last stage, in which a cell gets no more of its need from a site than the site is open.

Few of these rows and few of the catchments are needed; both are added where they are violated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from optimizer.places.mixed import highs_model
from optimizer.places.site.large_case import LargeCase

__all__ = ["Relaxed", "add_flows", "add_shares", "relaxation", "relaxed"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEAR = 12
"""Sites of a cell that the linear program begins with."""
ROUNDS = 60
SMALL = 1e-4
"""A change of the linear program that ends it, relative; the bound is valid for any prices."""


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """Prices of the cells ``(c,)``, modules ``(s,)``, cells and sites of the shares needed as rows ``(r,)``."""

    prices: Floats
    modules: Floats
    cells: Ints
    sites: Ints


def relaxed(small: LargeCase, least: Floats) -> Relaxed:
    """Duals of the cells in the linear program, rows and catchments added where they are violated."""
    model, fixed = relaxation(small, least)
    cells, sites = small.near(NEAR)
    taken = np.zeros(small.saves.shape, dtype=bool)
    taken[cells, sites] = True
    add_flows(model, small, cells, sites)
    rows = np.zeros(len(cells), dtype=bool)
    prices: Floats = np.zeros(len(small.needed))
    reached = -np.inf
    for _ in range(ROUNDS):
        model.run()
        before, reached = reached, float(model.getInfo().objective_function_value)
        solution = model.getSolution()
        values, duals = np.array(solution.col_value), -np.array(solution.row_dual)
        prices = np.maximum(0.0, duals[: len(small.needed)])
        short = _violated(small, values, fixed, cells, sites) & ~rows
        rows |= short
        add_shares(model, small, fixed + np.flatnonzero(short), cells[short], sites[short])
        if np.count_nonzero(short) > len(prices) // 100:
            continue
        rooms = duals[len(prices) : len(prices) + small.saves.shape[1]]
        more_cells, more_sites = np.nonzero((small.saves - prices[:, None] - rooms[None, :] > 1e-6) & ~taken)
        if not len(more_cells) and abs(reached - before) <= SMALL * (small.reach * small.needed.sum() + reached):
            break
        taken[more_cells, more_sites] = True
        add_flows(model, small, more_cells, more_sites)
        cells, sites = np.append(cells, more_cells), np.append(sites, more_sites)
        rows = np.append(rows, np.zeros(len(more_cells), dtype=bool))
    return Relaxed(prices=prices, modules=values[small.program.new], cells=cells[rows], sites=sites[rows])


def relaxation(small: LargeCase, least: Floats) -> tuple[Any, int]:
    """Rows of cells, then of sites, then of the earlier stages and towns; and how many variables there are."""
    milp, new = small.milp, small.program.new
    count, towns = len(milp.cost), small.case.town_of_new
    room = csr_array((np.full(len(new), -float(small.places)), (np.arange(len(new)), new)), shape=(len(new), count))
    town = csr_array((np.ones(len(new)), (towns, new)), shape=(len(least), count))
    empty = csr_array((len(small.needed) + small.old, count))
    above = np.concatenate([small.needed, small.case.capacity, np.zeros(len(new))])
    model = highs_model(
        replace(
            milp,
            cost=np.zeros(count),
            integer=np.zeros(count, dtype=bool),
            rows=vstack([empty, room, milp.rows, town], format="csr"),
            row_lower=np.concatenate([np.full(len(above), -np.inf), milp.row_lower, least]),
            row_upper=np.concatenate([above, milp.row_upper, np.full(len(least), np.inf)]),
        )
    )
    return model, count


def add_flows(model: Any, small: LargeCase, cells: Ints, sites: Ints) -> None:
    """Add the catchments of cells and sites; what they save is the objective."""
    n = len(cells)
    index = np.column_stack([cells, len(small.needed) + sites]).ravel().astype(np.int32)
    start = np.arange(0, 2 * n, 2, dtype=np.int32)
    model.addCols(n, -small.saves[cells, sites], np.zeros(n), np.full(n, np.inf), 2 * n, start, index, np.ones(2 * n))


def _violated(small: LargeCase, values: Floats, fixed: int, cells: Ints, sites: Ints) -> Bools:
    """Flows to new sites of more than the share of the need by which the site is open."""
    open_ = np.concatenate([np.ones(small.old), values[small.program.open_]])
    violated: Bools = values[fixed:] > small.needed[cells] * open_[sites] + 1e-5
    return violated & (sites >= small.old)


def add_shares(model: Any, small: LargeCase, flows: Ints, cells: Ints, sites: Ints) -> None:
    """Add rows by which flows (columns) of cells to new sites are at most the need times how far the site is open."""
    n = len(flows)
    index = np.column_stack([flows, small.program.open_[sites - small.old]]).ravel().astype(np.int32)
    value = np.column_stack([np.ones(n), -small.needed[cells]]).ravel()
    start = np.arange(0, 2 * n, 2, dtype=np.int32)
    model.addRows(n, np.full(n, -np.inf), np.zeros(n), 2 * n, start, index, value)
