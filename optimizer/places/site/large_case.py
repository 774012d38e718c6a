"""What the last stage of a large city is about, and what modules are worth at prices of the cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.mixed import Milp
from optimizer.places.site.case import Goal, SiteCase
from optimizer.places.site.program import SiteProgram, needed_by_cell, reach_m, town_targets
from optimizer.places.site.result import SiteOptions

__all__ = ["LargeCase", "large_case", "modules_of_towns", "worth"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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

    def metres(self, objective: float) -> float:
        """Metres of way of all places needed, where the objective counts only what is saved (below zero)."""
        return self.reach * float(self.needed.sum()) + objective

    def near(self, count: int) -> tuple[Ints, Ints]:
        """Cells and sites of the nearest ways."""
        rank = np.argsort(np.argsort(-self.saves, axis=1, kind="stable"), axis=1)
        cell, site = np.nonzero((self.saves >= 0) & (rank < count))
        return cell, site


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


def modules_of_towns(case: SiteCase, options: SiteOptions, goal: Goal, worst: float) -> Floats:
    """Whole modules that each town needs at least, which the linear program does not know by itself."""
    known = case.town_of_site >= 0
    existing = np.bincount(case.town_of_site[known], weights=case.capacity[known], minlength=len(case.towns))
    wanted = (town_targets(case, goal) - worst) * case.people_town / 1000.0 - existing
    least: Floats = np.maximum(0.0, np.ceil(wanted / options.module_places - 1e-4))
    return least


def worth(small: LargeCase, prices: Floats) -> tuple[float, Floats]:
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
