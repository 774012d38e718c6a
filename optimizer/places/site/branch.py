"""Branching on the modules of a large city, with the catchments that are worth it, and a bound of the whole program.

Left out are the catchments that save less than a place costs in their cell by the linear program, and some more. For
those that a cell loses it has one that takes no room and saves as much as the best of them: so the program that is
branched on never costs more than the whole one, and what is proved of it bounds the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.places.mixed import whole_columns, without_searches
from optimizer.places.site.large_case import LargeCase
from optimizer.places.site.relaxation import Relaxed, add_flows, add_shares, relaxation

__all__ = ["Branched", "Tree", "worth_branching"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MARGIN = 0.5
"""Catchments come in that save up to so much less than a place costs, as a part of the usual way by the prices."""


@dataclass(frozen=True, kw_only=True)
class Branched:
    """Modules ``(s,)``, conversions ``(k,)``, a bound on metres of way, and whether the gap was reached."""

    modules: Ints
    converted: Ints
    bound: float
    ended: bool


class Tree:
    """The program that is branched on."""

    def __init__(self, small: LargeCase, least: Floats, linear: Relaxed) -> None:
        self._small, self._modules = small, linear.modules
        self._model, fixed = relaxation(small, least)
        kept = worth_branching(small, linear, MARGIN)
        cells, sites = np.nonzero(kept)
        add_flows(self._model, small, cells, sites)
        at = np.zeros(kept.shape, dtype=np.int64)
        at[cells, sites] = fixed + np.arange(len(cells))
        add_shares(self._model, small, at[linear.cells, linear.sites], linear.cells, linear.sites)
        _add_lost(self._model, small, np.where(kept, -1.0, small.saves).max(axis=1))
        whole_columns(self._model, np.flatnonzero(small.milp.integer))
        self._model.changeObjectiveOffset(small.metres(0.0))

    def rounded(self, gap: float, seconds: float) -> Branched | None:
        """A plan with the modules of the linear program rounded up or down; its bound holds for nothing else."""
        new, milp = self._small.program.new, self._small.milp
        least, most = np.floor(self._modules + 1e-6), np.ceil(self._modules - 1e-6)
        self._limit(np.maximum(least, milp.lower[new]), np.minimum(most, milp.upper[new]))
        found = self._run(gap, seconds)
        self._limit(milp.lower[new], milp.upper[new])
        return found

    def branched(self, modules: Ints, gap: float, seconds: float) -> Branched | None:
        """Begin with a plan and branch until the gap is reached or time is up; ``None`` where nothing was found."""
        program = self._small.program
        without_searches(self._model)
        start = np.concatenate([program.new, program.open_]).astype(np.int32)
        self._model.setSolution(len(start), start, np.concatenate([modules, modules > 0]).astype(np.float64))
        return self._run(gap, seconds)

    def _limit(self, lower: Floats, upper: Floats) -> None:
        new = self._small.program.new.astype(np.int32)
        self._model.changeColsBounds(len(new), new, lower, upper)

    def _run(self, gap: float, seconds: float) -> Branched | None:
        self._model.setOptionValue("mip_rel_gap", gap)
        self._model.setOptionValue("time_limit", max(0.0, seconds))
        self._model.run()
        info, program = self._model.getInfo(), self._small.program
        if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
            return None
        values = np.rint(np.array(self._model.getSolution().col_value))
        return Branched(
            modules=values[program.new].astype(np.int64),
            converted=values[program.convert].astype(np.int64),
            bound=float(info.mip_dual_bound),
            ended=self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal,
        )


def worth_branching(small: LargeCase, linear: Relaxed, margin: float) -> NDArray[np.bool_]:
    """Which catchments come in with a margin ``(c, k + s)``."""
    metres = margin * float(np.median(small.reach - linear.prices))
    kept: NDArray[np.bool_] = (small.saves >= 0) & (small.saves > linear.prices[:, None] - metres)
    kept[linear.cells, linear.sites] = True
    return kept


def _add_lost(model: highspy.Highs, small: LargeCase, saves: Floats) -> None:
    """For each cell what the best catchment left out saves, without its room."""
    cells = np.flatnonzero(saves > 0)
    n = len(cells)
    start, index = np.arange(n, dtype=np.int32), cells.astype(np.int32)
    model.addCols(n, -saves[cells], np.zeros(n), small.needed[cells], n, start, index, np.ones(n))
