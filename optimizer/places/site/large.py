"""The last stage for a large city: a bound from prices of the cells, a plan by exchanging modules one at a time.

The program of all catchments is too large to branch on. A price for a place in each cell makes it fall apart: every
site has its best cells for each number of modules, and what is left is the small program of the earlier stages. Its
optimum bounds the whole program for any prices that are not negative. Good prices are the duals of the linear program
in which a cell gets no more of its need from a new site than the site is open; few of these rows and few of the
catchments are needed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from optimizer.places.mixed import Milp, highs_model, solve_milp
from optimizer.places.site.case import Goal, SiteCase
from optimizer.places.site.program import SiteProgram, needed_by_cell, reach_m, town_targets
from optimizer.places.site.result import SiteOptions

__all__ = ["LargeCase", "LargePlan", "bound_at_prices", "large_case", "large_plan"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEAR = 12
"""Sites of a cell that the linear program begins with."""
NEAR_EXCHANGE = 20
"""Sites of a cell that count while modules are exchanged; the plan is judged with all of them."""
ROUNDS = 60
SMALL = 1e-4
"""A change of the linear program that ends it, relative; the bound is valid for any prices."""


@dataclass(frozen=True, kw_only=True)
class LargePlan:
    """Modules ``(s,)``, conversions ``(k,)``, and a bound on metres of way of the whole program."""

    modules: Ints
    converted: Ints
    bound: float


@dataclass(frozen=True, kw_only=True)
class LargeCase:
    """What a place at a site saves a cell (``saves (c, k + s)``, metres; not within reach: -1), and what cells need.

    ``milp`` is the program without catchments, limited by the earlier stages.
    """

    case: SiteCase
    program: SiteProgram
    milp: Milp
    saves: Floats
    needed: Floats
    reach: float
    places: int

    @property
    def old(self) -> int:
        """How many institutions there are; their columns come first."""
        return len(self.case.institutions)

    def near(self, count: int) -> tuple[Ints, Ints]:
        """Cells and sites of the nearest ways."""
        rank = np.argsort(np.argsort(-self.saves, axis=1, kind="stable"), axis=1)
        cell, site = np.nonzero((self.saves >= 0) & (rank < count))
        return cell, site


def large_plan(
    case: SiteCase, options: SiteOptions, goal: Goal, program: SiteProgram, milp: Milp, worst: float
) -> LargePlan | None:
    """Plan and bound; ``milp`` is the program without catchments, limited by the earlier stages.

    Parameters
    ----------
    worst
        Shortfall per thousand that the earlier stages allow.
    """
    started = time.perf_counter()
    small = large_case(case, options, goal, program, milp)
    least = _town_rows(case, options, goal, worst)
    prices = _prices(small, least)
    bound, values = bound_at_prices(small, prices, options)
    if values is None:
        return None
    modules = np.rint(values[program.new]).astype(np.int64)
    converted = np.rint(values[program.convert]).astype(np.int64)
    left = np.inf if options.time_limit_s is None else options.time_limit_s - (time.perf_counter() - started)
    modules = _exchange(small, least, modules, converted, left)
    return LargePlan(modules=modules, converted=converted, bound=bound)


def large_case(case: SiteCase, options: SiteOptions, goal: Goal, program: SiteProgram, milp: Milp) -> LargeCase:
    """What the last stage is about; ``program`` is the one of the earlier stages, ``milp`` limited by them."""
    reach = float(reach_m(options))
    return LargeCase(
        case=case,
        program=program,
        milp=milp,
        saves=np.where((case.way >= 0) & (case.way <= reach), reach - case.way, -1.0),
        needed=needed_by_cell(case, goal),
        reach=reach,
        places=options.module_places,
    )


def _town_rows(case: SiteCase, options: SiteOptions, goal: Goal, worst: float) -> Floats:
    """Whole modules that each town needs at least, which the linear program does not know by itself."""
    known = case.town_of_site >= 0
    existing = np.bincount(case.town_of_site[known], weights=case.capacity[known], minlength=len(case.towns))
    wanted = (town_targets(case, goal) - worst) * case.people_town / 1000.0 - existing
    least: Floats = np.maximum(0.0, np.ceil(wanted / options.module_places - 1e-4))
    return least


def _prices(small: LargeCase, least: Floats) -> Floats:
    """Duals of the cells in the linear program, rows and catchments added where they are violated."""
    model, fixed = _relaxation(small, least)
    cells, sites = small.near(NEAR)
    taken = np.zeros(small.saves.shape, dtype=bool)
    taken[cells, sites] = True
    _add_flows(model, small, cells, sites)
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
        _add_rows(model, small, fixed + np.flatnonzero(short), cells[short], sites[short])
        if np.count_nonzero(short) > len(prices) // 100:
            continue
        rooms = duals[len(prices) : len(prices) + small.saves.shape[1]]
        more_cells, more_sites = np.nonzero((small.saves - prices[:, None] - rooms[None, :] > 1e-6) & ~taken)
        if not len(more_cells) and abs(reached - before) <= SMALL * (small.reach * small.needed.sum() + reached):
            break
        taken[more_cells, more_sites] = True
        _add_flows(model, small, more_cells, more_sites)
        cells, sites = np.append(cells, more_cells), np.append(sites, more_sites)
        rows = np.append(rows, np.zeros(len(more_cells), dtype=bool))
    return prices


def _relaxation(small: LargeCase, least: Floats) -> tuple[Any, int]:
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


def _add_flows(model: Any, small: LargeCase, cells: Ints, sites: Ints) -> None:
    n = len(cells)
    index = np.column_stack([cells, len(small.needed) + sites]).ravel().astype(np.int32)
    start = np.arange(0, 2 * n, 2, dtype=np.int32)
    model.addCols(n, -small.saves[cells, sites], np.zeros(n), np.full(n, np.inf), 2 * n, start, index, np.ones(2 * n))


def _violated(small: LargeCase, values: Floats, fixed: int, cells: Ints, sites: Ints) -> Bools:
    """Flows to new sites of more than the share of the need by which the site is open."""
    open_ = np.concatenate([np.ones(small.old), values[small.program.open_]])
    violated: Bools = values[fixed:] > small.needed[cells] * open_[sites] + 1e-5
    return violated & (sites >= small.old)


def _add_rows(model: Any, small: LargeCase, flows: Ints, cells: Ints, sites: Ints) -> None:
    n = len(flows)
    index = np.column_stack([flows, small.program.open_[sites - small.old]]).ravel().astype(np.int32)
    value = np.column_stack([np.ones(n), -small.needed[cells]]).ravel()
    start = np.arange(0, 2 * n, 2, dtype=np.int32)
    model.addRows(n, np.full(n, -np.inf), np.zeros(n), 2 * n, start, index, value)


def bound_at_prices(small: LargeCase, prices: Floats, options: SiteOptions) -> tuple[float, Floats | None]:
    """A bound of the whole program for prices ``(c,)`` that are not negative, and the values that give it."""
    old, each_module = _worth(small, prices)
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


def _worth(small: LargeCase, prices: Floats) -> tuple[float, Floats]:
    """What existing sites save above the prices, and what each further module of a new site does ``(s, modules)``."""
    most = int(small.case.modules.max(initial=0))
    old, new = 0.0, np.zeros((len(small.case.candidates), most + 1))
    for site in range(small.saves.shape[1]):
        gain = np.where(small.saves[:, site] >= 0, small.saves[:, site] - prices, 0.0)
        best = np.flatnonzero(gain > 0)
        best = best[np.argsort(-gain[best], kind="stable")]
        places = np.append(0.0, np.cumsum(small.needed[best]))
        saved = np.append(0.0, np.cumsum(gain[best] * small.needed[best]))
        if site < small.old:
            old += float(np.interp(small.case.capacity[site], places, saved))
        else:
            new[site - small.old] = np.interp(small.places * np.arange(most + 1), places, saved)
    return old, np.diff(new, axis=1)


def _exchange(small: LargeCase, least: Floats, modules: Ints, converted: Ints, seconds: float) -> Ints:
    """Move single modules while that shortens the ways, until no move can (by the prices of the ways) or time is up."""
    until = time.perf_counter() + seconds
    ways, allowed = _Ways(small), _Allowed(small, converted)
    value, prices = ways.of(modules)
    moves = _moves(small, least, modules, prices)
    seen: set[bytes] = set()
    while time.perf_counter() < until and (move := next(moves, None)) is not None:
        other = modules.copy()
        other[move[0]] -= 1
        other[move[1]] += 1
        if other.tobytes() in seen:
            continue
        seen.add(other.tobytes())
        if not allowed.of(other):
            continue
        shorter, changed = ways.of(other)
        if shorter < value - 1e-3:
            modules, value = other, shorter
            moves = _moves(small, least, modules, changed)
    return modules


def _moves(small: LargeCase, least: Floats, modules: Ints, prices: Floats) -> Iterator[tuple[int, int]]:
    """Moves that may save ways: at the prices of a plan's ways no move saves more than it seems to."""
    _, each_module = _worth(small, prices)
    wide = np.column_stack([each_module, np.zeros(len(modules))])
    each = np.arange(len(modules))
    more = np.where(modules < small.case.modules, wide[each, modules], -np.inf)
    less = np.where(modules > small.milp.lower[small.program.new], wide[each, np.maximum(modules - 1, 0)], np.inf)
    saved = more[None, :] - less[:, None]
    np.fill_diagonal(saved, -np.inf)
    town = small.case.town_of_new
    tight = np.bincount(town, weights=modules, minlength=len(least)) <= least
    saved[tight[town][:, None] & (town[:, None] != town[None, :])] = -np.inf
    order = np.argsort(-saved, axis=None, kind="stable")
    for k in order[: np.count_nonzero(saved > 1e-3)].tolist():
        yield divmod(k, len(modules))


class _Ways:
    """The shortest ways for given modules: a linear program that is solved again from where it stands."""

    def __init__(self, small: LargeCase) -> None:
        self._small = small
        none = np.empty(0)
        rooms = np.concatenate([small.needed, small.case.capacity, np.zeros(len(small.case.candidates))])
        self._model = highs_model(
            Milp(
                cost=none,
                lower=none,
                upper=none,
                integer=none.astype(bool),
                rows=csr_array((len(rooms), 0)),
                row_lower=np.full(len(rooms), -np.inf),
                row_upper=rooms,
                names=(),
            )
        )
        _add_flows(self._model, small, *small.near(NEAR_EXCHANGE))
        self._modules = np.zeros(len(small.case.candidates), dtype=np.int64)

    def of(self, modules: Ints) -> tuple[float, Floats]:
        """Metres (less what nobody saves) and the prices of the cells."""
        first = len(self._small.needed) + self._small.old
        for site in np.flatnonzero(modules != self._modules).tolist():
            self._model.changeRowBounds(first + site, -np.inf, float(self._small.places * modules[site]))
        self._modules = modules
        self._model.run()
        duals = -np.array(self._model.getSolution().row_dual)[: len(self._small.needed)]
        return float(self._model.getInfo().objective_function_value), np.maximum(0.0, duals)


class _Allowed:
    """Whether modules keep the earlier stages."""

    def __init__(self, small: LargeCase, converted: Ints) -> None:
        self._small = small
        milp, lower, upper = small.milp, small.milp.lower.copy(), small.milp.upper.copy()
        lower[small.program.convert] = upper[small.program.convert] = converted
        integer = np.zeros(len(milp.cost), dtype=bool)
        self._model = highs_model(
            replace(milp, cost=np.zeros(len(milp.cost)), lower=lower, upper=upper, integer=integer)
        )

    def of(self, modules: Ints) -> bool:
        """Whether the rest of the program has a solution with them."""
        both = np.concatenate([self._small.program.new, self._small.program.open_]).astype(np.int32)
        values = np.concatenate([modules, modules > 0]).astype(np.float64)
        self._model.changeColsBounds(len(both), both, values, values)
        self._model.run()
        return str(self._model.modelStatusToString(self._model.getModelStatus())) == "Optimal"
