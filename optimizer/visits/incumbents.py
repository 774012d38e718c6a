"""The best plan so far, as the referee judges it, and who is told of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from optimizer.common.progress import Incumbent, ProgressCallback
from optimizer.common.stop import Clock, StopRule, StopState
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.draft import DraftRoute, plan_of_draft
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.index import IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan

__all__ = ["Incumbents"]

HEARTBEAT_S = 0.5


class Incumbents:
    """Keeps the best valid plan of a run. Every figure in it comes from the referee.

    Attributes
    ----------
    plan, evaluation
        The best plan that breaks no rule, and its judgement; ``None`` before the first one.
    trace
        Every better plan of the run, in order.
    judging_s
        Seconds that the last judgement took; without end before the first one.
    """

    def __init__(
        self,
        indexed: IndexedProblem,
        travel: TravelMatrix,
        objective: Objective,
        *,
        stop: StopRule,
        clock: Clock,
        progress: ProgressCallback,
    ) -> None:
        self._indexed, self._travel, self._objective = indexed, travel, objective
        self._stop, self._clock, self._progress = stop, clock, progress
        self.plan: Plan | None = None
        self.evaluation: Evaluation | None = None
        self.trace: list[Incumbent] = []
        self.judging_s = math.inf
        self._improved_at, self._improved_at_s = 0, 0.0
        self._believed = (math.inf, math.inf)
        self._told_at = -math.inf
        self._stopped = False

    def offer(self, routes: Iterable[DraftRoute], *, iterations: int, source: str) -> Evaluation:
        """Judge routes and keep them if they are valid and better than the best; returns the judgement."""
        return self.offer_plan(plan_of_draft(self._indexed, routes), iterations=iterations, source=source)

    def offer_plan(self, plan: Plan, *, iterations: int, source: str) -> Evaluation:
        """Judge a plan and keep it if it is valid and better than the best; returns the judgement."""
        began_s = self._clock.seconds()
        evaluation = evaluate_plan(self._indexed.problem, self._travel, plan, self._objective)
        self.judging_s = self._clock.seconds() - began_s
        if evaluation.valid and (self.evaluation is None or evaluation.rank < self.evaluation.rank):
            self.plan, self.evaluation = plan, evaluation
            self.hear(evaluation.rank, iterations)
            self.trace.append(
                Incumbent(
                    seconds=self._clock.seconds(),
                    iterations=iterations,
                    cost=evaluation.cost,
                    placed=self._indexed.visits - len(evaluation.left_out),
                    mandatory_left_out=evaluation.mandatory_left_out,
                    source=source,
                    components=evaluation.components,
                )
            )
            self._tell(replace(self.trace[-1], plan=plan))
        return evaluation

    def hear(self, rank: tuple[float, float], iterations: int) -> bool:
        """Take note of the rank of a plan as its engine sees it, unjudged; returns whether it would end the run.

        An engine offers rarely what it improves often; the rules that wait for improvements count by this.
        """
        if not _is_better(rank, self._believed):
            return False
        self._believed = rank
        self._improved_at, self._improved_at_s = iterations, self._clock.seconds()
        return self._stop.met(self._state(iterations, rank[1] if rank[0] == 0 else math.inf))

    def goes_on(self, iterations: int) -> bool:
        """Whether the run goes on; tells the watcher about twice a second that it is alive."""
        if self._stopped:
            return False
        seconds = self._clock.seconds()
        if self.trace and seconds - self._told_at >= HEARTBEAT_S:
            last = self.trace[-1]
            self._tell(
                Incumbent(
                    seconds=seconds,
                    iterations=iterations,
                    cost=last.cost,
                    placed=last.placed,
                    mandatory_left_out=last.mandatory_left_out,
                    source=last.source,
                    components=last.components,
                )
            )
        complete = self.evaluation is not None and self.evaluation.mandatory_left_out == 0
        cost = self.evaluation.cost if self.evaluation is not None and complete else math.inf
        self._stopped = self._stopped or self._stop.met(self._state(iterations, cost))
        return not self._stopped

    @property
    def left_out(self) -> int:
        """Visits that the best plan so far leaves out; 0 before the first one."""
        return 0 if self.evaluation is None else len(self.evaluation.left_out)

    @property
    def stopped(self) -> bool:
        """Whether the stop rule or the watcher has ended the run."""
        return self._stopped

    def _state(self, iterations: int, cost: float) -> StopState:
        seconds = self._clock.seconds()
        return StopState(
            seconds=seconds,
            iterations=iterations,
            idle_iterations=iterations - self._improved_at,
            idle_seconds=seconds - self._improved_at_s,
            cost=cost,
        )

    def _tell(self, incumbent: Incumbent) -> None:
        self._told_at = self._clock.seconds()
        if not self._progress(incumbent):
            self._stopped = True


def _is_better(rank: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether a rank is better by more than the last digits in which two ways of adding up differ."""
    return rank[0] < other[0] or (rank[0] == other[0] and rank[1] * (1 + 1e-9) < other[1])
