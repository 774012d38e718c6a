"""The engine ``search``: a compiled annealing over all rules of the model."""

from __future__ import annotations

import math

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.repair import admit
from optimizer.visits.search.cooling import cooling_for, probe_cooling
from optimizer.visits.search.session import BATCH, Cooling, Session

__all__ = ["plan_by_search"]

PROBE_SHARE = 0.04
OFFER_SHARE = 0.1
"""Share of the run after which a better plan is judged and shown."""

LARGE_DAY = 1500
"""Tasks from which on only the first plan and the last one are judged: judging takes longer than searching."""


def plan_by_search(run: EngineRun) -> EngineOutcome:
    """Improve a first plan until told to stop; returns the best plan, timed exactly."""
    return _Search(run).plan()


class _Search:
    """One run on one processor."""

    def __init__(self, run: EngineRun) -> None:
        self._run = run
        self._bench = Workbench(run.indexed, run.objective)
        self._session = Session(run.indexed, run.objective, seed=run.seed)
        self._offered = (math.inf, math.inf)
        self._offered_at = 0.0

    def plan(self) -> EngineOutcome:
        """First plan, a short probe that tells how hot to begin, one slow cooling."""
        session = self._session
        session.begin(self._run.start)
        self._offer()
        if self._run.indexed.tasks > 0 and self._run.indexed.shifts > 0:
            budget = _Budget(self._run)
            self._anneal(budget, probe_cooling(session), 0.0, PROBE_SHARE)
            self._anneal(budget, cooling_for(session, budget.expected(session)), PROBE_SHARE, 1.0)
        table = admit(self._bench, session.best_orders())
        return EngineOutcome(routes=draft_of(table), iterations=session.iterations)

    def _anneal(self, budget: _Budget, cooling: Cooling, begin: float, end: float) -> None:
        """Cool down between two shares of the budget."""
        session = self._session
        while budget.used(session) < end and self._run.goes_on(session.iterations):
            progress = (budget.used(session) - begin) / (end - begin)
            session.run(budget.batch(session), cooling.temperature(progress), cooling)
            if budget.used(session) >= self._offered_at + OFFER_SHARE and self._run.indexed.tasks < LARGE_DAY:
                self._offered_at = budget.used(session)
                self._offer()

    def _offer(self) -> None:
        """Show the best plan, if it is better than the one shown before."""
        rank = (float(self._session.best[0]), float(self._session.best[1]))
        if rank >= self._offered:
            return
        self._offered = rank
        table = admit(self._bench, self._session.best_orders())
        self._run.incumbents.offer(draft_of(table), iterations=self._session.iterations, source="search")


class _Budget:
    """How much of the run is over: by iterations where they are limited, by the clock otherwise."""

    def __init__(self, run: EngineRun) -> None:
        self._run = run
        self._most = run.stop.max_iterations
        self._began_s = run.clock.seconds()

    def used(self, session: Session) -> float:
        """Share of the run that is over."""
        if self._most is None:
            return self._by_clock()
        by_count = session.iterations / max(1, self._most)
        return by_count if math.isinf(self._run.deadline_s) else max(by_count, self._by_clock())

    def _by_clock(self) -> float:
        span = self._run.deadline_s - self._began_s
        if math.isinf(span):
            return 0.5  # only the stop rule ends such a run: it stays at half heat
        return 1.0 if span <= 0 else (self._run.clock.seconds() - self._began_s) / span

    def expected(self, session: Session) -> float:
        """Iterations that the whole run will have."""
        if self._most is not None:
            return float(self._most)
        return session.iterations / max(1e-9, self.used(session))

    def batch(self, session: Session) -> int:
        """Proposals until the next look: fixed where iterations count, about a fiftieth of a second otherwise."""
        if self._most is not None:
            return max(1, min(BATCH, self._most // 50, self._most - session.iterations))
        seconds = self._run.clock.seconds() - self._began_s
        rate = session.iterations / seconds if session.iterations else 25_000.0
        return int(min(50_000, max(200, 0.02 * rate)))
