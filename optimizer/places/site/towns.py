"""A shorter plan, town by town: the sites of one are chosen anew with all others as they are."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from optimizer.places.mixed import Milp, highs_model, whole_columns, without_searches
from optimizer.places.site.large_case import LargeCase
from optimizer.places.site.relaxation import add_flows, add_shares, relaxation

__all__ = ["Ways", "by_towns"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEAR = 20
"""Sites of a cell that count while a plan is judged on the way; in the end it is judged with all of them."""
SMALL = 3e-4
"""Gap to which a town is solved."""


def by_towns(
    small: LargeCase, least: Floats, plan: tuple[Ints, Ints], ways: Ways, worth_it: Bools, seconds: float
) -> tuple[Ints, Ints, float]:
    """Choose the sites of each town anew, until no town has a better choice or time is up.

    Parameters
    ----------
    plan
        Modules ``(s,)`` and conversions ``(k,)``.
    worth_it
        Catchments that count ``(c, k + s)``.

    Returns
    -------
    Modules, conversions, and what the ways of the modules come to.
    """
    until = time.perf_counter() + seconds
    modules, converted = plan
    value, _ = ways.of(modules)
    town_of_new = small.case.town_of_new
    meet = _meet(small, worth_it)
    due = deque(np.unique(town_of_new).tolist())
    while due and time.perf_counter() < until:
        town = due.popleft()
        ways.of(modules)
        inside = town_of_new == town
        other = _chosen_anew(small, least, modules, ways.flows(), inside, worth_it, until - time.perf_counter())
        if other is None or (other[0] == modules).all():
            continue
        shorter, _ = ways.of(other[0])
        if shorter < value - 1e-3:
            (modules, converted), value = other, shorter
            due.extend(near for near in np.flatnonzero(meet[town]).tolist() if near != town and near not in due)
    return modules, converted, value


def _meet(small: LargeCase, worth_it: Bools) -> Bools:
    """Towns whose sites compete for a cell ``(t, t)``."""
    new = worth_it[:, small.old :]
    serves = csr_array((np.ones(len(small.case.town_of_new)), (np.arange(new.shape[1]), small.case.town_of_new)))
    cells = csr_array(new.astype(np.float64)) @ serves
    both: Bools = (cells.T @ cells).toarray() > 0
    return both


def _chosen_anew(
    small: LargeCase, least: Floats, modules: Ints, flows: csr_array, inside: Bools, worth_it: Bools, seconds: float
) -> tuple[Ints, Ints] | None:
    """The best modules of the sites inside; cells that these sites do not concern keep their ways."""
    model, fixed = relaxation(small, least)
    sites = np.concatenate([np.zeros(small.old, dtype=bool), inside])
    open_ = np.concatenate([np.ones(small.old, dtype=bool), modules > 0]) | sites
    concerned: Bools = np.asarray(worth_it[:, sites].any(axis=1), dtype=bool)
    cells, at = np.nonzero(worth_it & concerned[:, None] & open_[None, :])
    add_flows(model, small, cells, at)
    shares = np.flatnonzero(sites[at])
    add_shares(model, small, fixed + shares, cells[shares], at[shares])
    _take_rooms(model, small, flows[np.flatnonzero(~concerned)].sum(axis=0))
    _hold(model, small, modules, ~inside)
    whole_columns(model, np.flatnonzero(small.milp.integer))
    new = small.program.new.astype(np.int32)
    model.setSolution(len(new), new, modules.astype(np.float64))
    without_searches(model)
    model.setOptionValue("mip_rel_gap", SMALL)
    model.setOptionValue("time_limit", max(0.0, seconds))
    model.run()
    if model.getInfo().primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        return None
    values = np.rint(np.array(model.getSolution().col_value))
    return values[small.program.new].astype(np.int64), values[small.program.convert].astype(np.int64)


def _take_rooms(model: Any, small: LargeCase, taken: Floats) -> None:
    """Leave the sites what the other cells do not take."""
    room = np.concatenate([small.case.capacity, np.zeros(len(small.case.candidates))]) - taken
    rows = len(small.needed) + np.arange(len(room), dtype=np.int32)
    model.changeRowsBounds(len(rows), rows, np.full(len(room), -np.inf), room)


def _hold(model: Any, small: LargeCase, modules: Ints, outside: Bools) -> None:
    """Keep the modules of the sites outside."""
    both = np.concatenate([small.program.new[outside], small.program.open_[outside]]).astype(np.int32)
    values = np.concatenate([modules[outside], modules[outside] > 0]).astype(np.float64)
    model.changeColsBounds(len(both), both, values, values)


class Ways:
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
        self._arcs = small.near(NEAR)
        add_flows(self._model, small, *self._arcs)
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

    def flows(self) -> csr_array:
        """Places of each cell at each site ``(c, k + s)`` for the modules asked for last."""
        values = np.maximum(0.0, np.array(self._model.getSolution().col_value))
        return csr_array((values, self._arcs), shape=self._small.saves.shape)
