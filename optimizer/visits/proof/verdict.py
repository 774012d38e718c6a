"""When a proof is tried, and what it says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.common.stop import StopRule
from optimizer.visits.index import IndexedProblem

__all__ = ["PROVABLE_TASKS", "Orders", "Proof", "reserve_s"]

Orders = Mapping[int, tuple[int, ...]]

PROVABLE_TASKS = 16
"""Tasks up to which a proof is worth its time."""


SEARCH_S, SEARCH_SHARE = 2.0, 0.2
"""So long such a day is searched before the proof: seconds, and share of the time limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What CP-SAT says of the plans that leave out no mandatory visit.

    ``bound``: none costs less; infinite where there is no such plan at all. ``orders``: the routes of its own best one.
    """

    bound: float
    orders: Orders

    @property
    def is_infeasible(self) -> bool:
        """Whether it is proved that some mandatory visit must be left out."""
        return math.isinf(self.bound)


def reserve_s(indexed: IndexedProblem, stop: StopRule) -> float:
    """Seconds at the end of the run that are kept for a proof; 0 where none is tried.

    Runs by iterations try none, since the time that it takes is not counted in iterations.
    """
    limit = stop.max_seconds
    if math.isinf(limit) or stop.max_iterations is not None or not 0 < indexed.tasks <= PROVABLE_TASKS:
        return 0.0
    return limit - min(SEARCH_S, SEARCH_SHARE * limit)
