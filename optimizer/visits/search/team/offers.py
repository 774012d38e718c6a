"""When better plans are judged and shown while a search runs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.repair import admit
from optimizer.visits.search.team.budget import Budget
from optimizer.visits.search.team.seat import BestPlan

__all__ = ["Offers"]

SHARE = 0.1
"""Share of a run by iterations after which a better plan is judged: at fixed iterations, so that runs repeat."""

COST_SHARE = 0.01
"""Share of the processor's time that judging may take in a run by the clock."""

LARGE_DAY = 1500
"""Tasks from which on only the first plan and the last one are judged: judging takes longer than searching."""


class Offers:
    """Times, judges and shows the plans of one run."""

    def __init__(self, run: EngineRun, bench: Workbench) -> None:
        self._run, self._bench = run, bench
        self._shown = (math.inf, math.inf)
        self._next_share = SHARE
        self._next_cpu_s = 0.0

    def show(self, best: BestPlan, iterations: int) -> None:
        """Judge and show a plan, if it is better than the one shown before."""
        if best.rank >= self._shown:
            return
        began_s = time.process_time()
        self._shown = best.rank
        table = admit(self._bench, best.orders)
        self._run.incumbents.offer(draft_of(table), iterations=iterations, source="search")
        ended_s = time.process_time()
        self._next_cpu_s = ended_s + (ended_s - began_s) / COST_SHARE

    def hear(self, rank: tuple[float, float], best: Callable[[], BestPlan], *, iterations: int, budget: Budget) -> None:
        """Take note of the best rank so far; show its plan if it is time, or if it may end the run."""
        if self._run.incumbents.hear(rank, iterations) or self._is_due(iterations, budget):
            self.show(best(), iterations)

    def _is_due(self, iterations: int, budget: Budget) -> bool:
        if self._run.indexed.tasks >= LARGE_DAY:
            return False
        if budget.most is None:
            return time.process_time() >= self._next_cpu_s
        share = iterations / max(1, budget.most)
        due = share >= self._next_share
        if due:
            self._next_share = share + SHARE
        return due
