"""A shorter plan by moving single modules, judged by the shortest ways with a warm linear program."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from optimizer.places.mixed import Milp, highs_model
from optimizer.places.site.large_case import LargeCase, worth
from optimizer.places.site.relaxation import add_flows

__all__ = ["Ways", "exchange"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NEAR = 20
"""Sites of a cell that count while modules are exchanged; the plan is judged with all of them."""


def exchange(
    small: LargeCase, least: Floats, modules: Ints, converted: Ints, ways: Ways, seconds: float
) -> tuple[Ints, float]:
    """Move single modules while that shortens the ways, until no move can (by the prices of the ways) or time is up.

    Returns the modules and what their ways come to.
    """
    until = time.perf_counter() + seconds
    allowed = _Allowed(small, converted)
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
    return modules, value


def _moves(small: LargeCase, least: Floats, modules: Ints, prices: Floats) -> Iterator[tuple[int, int]]:
    """Moves that may save ways: at the prices of a plan's ways no move saves more than it seems to."""
    _, each_module = worth(small, prices)
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
        add_flows(self._model, small, *small.near(NEAR))
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
