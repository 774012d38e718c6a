"""Any day, hard or large: ruin and recreate over the whole plan, and descents of OR-Tools over clusters of routes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.routing.cluster import ClusterImprover
from optimizer.visits.ruin import Annealing, RuinAndRecreate
from optimizer.visits.timetable import Timetable

__all__ = ["Rounds"]

CLUSTER = 6
STEPS_A_ROUND = 60
TASKS_A_ROUND = 500
"""A plan is shown to the referee after one more round for so many tasks: judging a city takes as long as a round."""

DESCENT_S = 2.0


class Rounds:
    """Improves one plan until the run ends.

    Attributes
    ----------
    best
        Tasks by shift of the best plan so far.
    iterations
        Accepted solutions so far: steps that were taken, and solutions of OR-Tools.
    """

    def __init__(
        self, run: EngineRun, bench: Workbench, table: Timetable, chance: np.random.Generator, *, iterations: int = 0
    ) -> None:
        self._run, self._bench, self._table, self._chance = run, bench, table, chance
        self._ruin = RuinAndRecreate(bench, table, chance)
        self._cluster = ClusterImprover(bench, run.objective, self._ruin.inserter)
        self._steps, self._taken = 0, iterations
        self._rank = self._ruin.rank
        self.best = dict(enumerate(table.orders))

    @property
    def iterations(self) -> int:
        return self._taken + self._cluster.solutions

    def improve(self) -> None:
        """Rounds of steps, each with a descent at its end, while the temperature falls."""
        scale = self._ruin.mean_step_cost()
        annealing = Annealing(first=FIRST_TEMPERATURE * scale, last=LAST_TEMPERATURE * scale)
        begun_s = self._run.clock.seconds()
        rounds, offer_every = 0, 1 + self._run.indexed.tasks // TASKS_A_ROUND
        while self._goes_on():
            for _ in range(STEPS_A_ROUND):
                if not self._goes_on():
                    break
                self._step(annealing.at(self._progress(begun_s)))
            self._descend()
            rounds += 1
            if rounds % offer_every == 0:
                self._offer()

    def _goes_on(self) -> bool:
        limit = self._run.stop.max_iterations
        is_stuck = limit is not None and self._steps >= 20 * limit + 100
        return not is_stuck and self._run.goes_on(self.iterations)

    def _progress(self, begun_s: float) -> float:
        limit = self._run.stop.max_iterations
        if limit is not None:
            return self.iterations / max(1, limit)
        span = self._run.deadline_s - begun_s
        return (self._run.clock.seconds() - begun_s) / span if 0 < span < float("inf") else 0.5

    def _step(self, temperature: float) -> None:
        self._steps += 1
        self._taken += self._ruin.step(temperature)
        self._remember()

    def _remember(self) -> None:
        if self._ruin.rank < self._rank:
            self._rank = self._ruin.rank
            self.best = dict(enumerate(self._table.orders))

    def _descend(self) -> None:
        """A descent over the routes around a random one."""
        limit = self._run.stop.max_iterations
        left = None if limit is None else limit - self.iterations
        seconds = min(DESCENT_S, self._run.seconds_left()) if limit is None else float("inf")
        if (left is not None and left <= 0) or seconds <= 0.01:
            return
        if self._cluster.improve(self._neighbourhood(), (), seconds=seconds, solutions=left):
            self._ruin.rank = self._bench.costs.plan(self._table)
            self._remember()

    def _neighbourhood(self) -> list[int]:
        """A random route that is not empty and those that pass nearest to it."""
        planned = [shift for shift, order in enumerate(self._table.orders) if order]
        if not planned:
            return [0]
        middle = planned[int(self._chance.integers(len(planned)))]
        centre = self._places(middle)
        indexed = self._bench.indexed
        durations = indexed.durations[int(indexed.shift_mode[middle])]
        away = [(float(np.median(durations[np.ix_(centre, self._places(shift))])), shift) for shift in planned]
        return sorted(shift for _, shift in sorted(away)[:CLUSTER])

    def _places(self, shift: int) -> NDArray[np.int64]:
        timer = self._bench.timer
        return np.array([timer.place[timer.task_visit[task]] for task in self._table.orders[shift]], dtype=np.int64)

    def _offer(self) -> None:
        """Show the referee the plan as it stands, if it is the best so far."""
        if self._ruin.rank == self._rank and self._rank != self._offered:
            self._offered = self._rank
            self._run.incumbents.offer(draft_of(self._table), iterations=self.iterations, source="ortools")

    _offered: tuple[int, float] | None = None


FIRST_TEMPERATURE = 3.0
LAST_TEMPERATURE = 0.03
"""In mean costs of going to a near visit."""
