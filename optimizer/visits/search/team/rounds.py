"""Rounds of a team: every seat anneals for a while, then they may meet, and the worse goes on from the better's plan.

The first seat is played in the run's own process, the others by helpers, so a run loses nothing but help if they come
late or get lost. Under a limit of iterations all seats make the same number of proposals in every round and are waited
for: the outcome hangs on nothing but the seed. By the clock a round ends at a moment; who comes late is met at the end
of the next one.

They meet only in the second half of each cooling, when the plans have become what they will be. Measured by the mean
cost of two runs of 20 million proposals a worker on Mankowska's 300_1: one worker 1,573.4, two that meet all the time
1,576.1, never 1,565.9, in the second half 1,565.0; on his 100_3 all four differ by less than 0.1 per cent. Passing on
best plans instead of those that the annealing stands at, and a second worker at half the heat, were worse.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.visits.engine import EngineRun
from optimizer.visits.search.session import Cooling
from optimizer.visits.search.team.budget import Budget
from optimizer.visits.search.team.helpers import Helpers
from optimizer.visits.search.team.seat import BestPlan, Stretch, StretchEnd, play

__all__ = ["Team"]

ROUNDS = 20
SHORTEST_ROUND_S = 1.0
"""A round by the clock is a twentieth of the run, but no shorter: to begin one costs some milliseconds."""

MEET_FROM = 0.5
"""Share of a cooling before which nobody takes over another's plan: in the heat its cost says little."""

MARGIN_S = 0.05
"""So long before the deadline the last round ends: the way of the plans back to the first process."""

PATIENCE_S = 0.2
"""So long a round by the clock waits for helpers that are late, and a stopped run for their plans."""


@dataclass(slots=True)
class _Seat:
    """Where one worker stands: how its last stretch ended, the best plan of its line, and rounds played."""

    end: StretchEnd
    best: BestPlan
    rounds: int = 0


class Team:
    """The seats of one run.

    Parameters
    ----------
    first
        The plan that all begin with, the best one so far, and the iterations done.
    """

    def __init__(
        self, run: EngineRun, budget: Budget, helpers: Helpers, *, cooling: Cooling, first: StretchEnd
    ) -> None:
        self._run, self._budget, self._helpers, self._cooling = run, budget, helpers, cooling
        self._begin = budget.used(first.proposals)
        self._seats = [_Seat(first, first.best) for _ in range(1 + helpers.count)]
        self.iterations = first.proposals

    def anneal(self, tell: Callable[[BestPlan, int], None]) -> BestPlan:
        """Cool down to the end of the budget; ``tell`` is given the best plan after every round."""
        most = self._budget.most
        quota = None if most is None else max(1, math.ceil((most - self.iterations) / ROUNDS))
        while self._budget.used(self.iterations) < 1.0 and self._run.goes_on(self.iterations):
            self._play_round(quota if quota is None or most is None else min(quota, most - self.iterations))
            tell(self.best, self.iterations)
        return self.best

    @property
    def best(self) -> BestPlan:
        """The best plan of all seats."""
        return min((seat.best for seat in self._seats), key=lambda best: best.rank)

    def _play_round(self, quota: int | None) -> None:
        """One round of all seats that are free, and the meeting after it."""
        until_s = self._end_of_round_s()
        stretches = [self._stretch(number, quota, until_s) for number in range(len(self._seats))]
        for number in range(1, len(self._seats)):
            if not self._helpers.is_busy(number):
                self._helpers.give(number, stretches[number])
                self._seats[number].rounds += 1
        own = self._play_here(stretches[0])
        self._seats[0].rounds += 1
        ends = {0: own} | self._gather(stretches, until_s if quota is None else math.inf)
        self.iterations += own.proposals
        for number, end in ends.items():
            seat = self._seats[number]
            seat.end, seat.best = end, min(seat.best, end.best, key=lambda best: best.rank)
        if self._cooling.phase(self._progress(self._budget.used(self.iterations))) >= MEET_FROM:
            _meet([self._seats[number] for number in sorted(ends)])

    def _play_here(self, stretch: Stretch) -> StretchEnd:
        done = self.iterations
        return play(self._run.indexed, self._run.objective, stretch, lambda made: self._run.goes_on(done + made))

    def _gather(self, stretches: list[Stretch], until_s: float) -> dict[int, StretchEnd]:
        """What the helpers bring: all of it, or what comes in time; after a stop what they have at hand."""
        ends: dict[int, StretchEnd] = {}
        give_up_s = until_s + PATIENCE_S
        while len(ends) < len(self._seats) - 1 and self._helpers.count and time.time() < give_up_s:
            ends |= self._helpers.take()
            if not self._run.goes_on(self.iterations) and not self._helpers.stopping:
                self._helpers.stop()
                give_up_s = min(give_up_s, time.time() + PATIENCE_S)
        if math.isinf(give_up_s):  # lost helpers must not change the outcome
            ends |= {n: self._play_here(one) for n, one in enumerate(stretches) if n > 0 and n not in ends}
        return ends

    def _stretch(self, number: int, quota: int | None, until_s: float) -> Stretch:
        """What a seat does next, by chance that nobody else has."""
        seat, used = self._seats[number], self._budget.used(self.iterations)
        if quota is None:
            until = self._budget.used_at(self._run.clock.seconds() + until_s - time.time())
        else:
            until = self._budget.used(self.iterations + quota)
        return Stretch(
            seed=int(np.random.SeedSequence([self._run.seed, number, seat.rounds]).generate_state(1)[0]),
            start=seat.end.last,
            cooling=self._cooling,
            begin=self._progress(used),
            end=self._progress(until),
            proposals=quota,
            until_s=until_s,
            rate=self._budget.rate(self.iterations),
        )

    def _progress(self, used: float) -> float:
        return (used - self._begin) / max(1e-9, 1.0 - self._begin)

    def _end_of_round_s(self) -> float:
        """Moment of :func:`time.time` at which a round by the clock ends; the last one takes up what is left."""
        left = self._run.seconds_left() - MARGIN_S
        if math.isinf(left):
            return math.inf if self._budget.most is not None else time.time() + SHORTEST_ROUND_S
        length = max(SHORTEST_ROUND_S, self._run.deadline_s / ROUNDS)
        return time.time() + (left if left < 1.5 * length else length)


def _meet(seats: list[_Seat]) -> None:
    """The seat whose plan is dearest goes on from the cheapest one."""
    cheapest = min(seats, key=lambda seat: seat.end.last_cost)
    dearest = max(seats, key=lambda seat: seat.end.last_cost)
    if cheapest.end.last_cost < dearest.end.last_cost:
        dearest.end = replace(dearest.end, last=cheapest.end.last, last_cost=cheapest.end.last_cost)
