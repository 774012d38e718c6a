"""Any day, hard or large: ruin and recreate over the whole plan, and descents of OR-Tools over clusters of routes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.repair import admit
from optimizer.visits.routing.cluster import ClusterImprover
from optimizer.visits.ruin import Annealing, RuinAndRecreate
from optimizer.visits.timetable import Timetable

__all__ = ["Rounds"]

CLUSTER = 6
STEPS_A_ROUND = 20
ROUNDS_A_DESCENT = 6
TASKS_A_ROUND = 150
"""A plan is shown to the referee after one more round for so many tasks: judging a city takes as long as a round."""

DESCENT_S = 2.0


class Rounds:
    """Improves one plan until the run ends, or a share of it.

    Parameters
    ----------
    iterations
        Accepted solutions before these rounds.
    ends
        The share of the run at which to end.

    Attributes
    ----------
    best
        Tasks by shift of the best plan so far.
    iterations
        Accepted solutions so far: steps that were taken, and solutions of OR-Tools.
    """

    def __init__(
        self,
        run: EngineRun,
        bench: Workbench,
        table: Timetable,
        chance: np.random.Generator,
        *,
        iterations: int = 0,
        ends: float = 1.0,
    ) -> None:
        self._run, self._bench, self._table, self._chance = run, bench, table, chance
        self._ruin = RuinAndRecreate(bench, table, chance)
        self._cluster = ClusterImprover(bench, run.objective, self._ruin.inserter)
        self._steps, self._taken, self._ends = 0, iterations, ends
        self._rank = self._offered = self._ruin.rank
        self.best = dict(enumerate(table.orders))

    @property
    def iterations(self) -> int:
        return self._taken + self._cluster.solutions

    def improve(self) -> None:
        """Rounds of steps, each with a descent at its end, while the temperature falls."""
        scale = self._ruin.mean_step_cost()
        annealing = Annealing(first=FIRST_TEMPERATURE * scale, last=LAST_TEMPERATURE * scale)
        begun = self._progress()
        rounds, offer_every = 0, 1 + self._run.indexed.tasks // TASKS_A_ROUND
        while self._goes_on():
            for _ in range(STEPS_A_ROUND):
                if not self._goes_on():
                    break
                self._step(annealing.at(self._share(begun)))
            if rounds % ROUNDS_A_DESCENT == 0:
                self._descend()
            rounds += 1
            if rounds % offer_every == 0:
                self._offer()

    def _goes_on(self) -> bool:
        limit = self._run.stop.max_iterations
        is_stuck = limit is not None and self._steps >= 20 * limit + 100
        return not is_stuck and self._progress() < self._ends and self._run.goes_on(self.iterations)

    def _progress(self) -> float:
        """The share of the run that is over; half of it all the time where nothing limits it."""
        limit = self._run.stop.max_iterations
        if limit is not None:
            return self.iterations / max(1, limit)
        deadline_s = self._run.deadline_s
        return self._run.clock.seconds() / deadline_s if 0 < deadline_s < float("inf") else 0.5 * self._ends

    def _share(self, begun: float) -> float:
        """The share of these rounds that is over."""
        return (self._progress() - begun) / max(1e-9, self._ends - begun)

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
        """Show the referee the best plan, if there is a better one since the last time."""
        if self._rank < self._offered:
            self._offered = self._rank
            best = admit(self._bench, self.best)
            self._run.incumbents.offer(draft_of(best), iterations=self.iterations, source="ortools")


FIRST_TEMPERATURE = 3.0
LAST_TEMPERATURE = 0.03
"""In mean costs of going to a near visit."""
