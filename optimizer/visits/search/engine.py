"""The engine ``search``: a compiled annealing over all rules of the model."""

from __future__ import annotations

import math

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.repair import admit
from optimizer.visits.search.cooling import cooling_for, probe_cooling
from optimizer.visits.search.session import Cooling, Session
from optimizer.visits.search.team import BestPlan, Budget, Helpers, StretchEnd, Team

__all__ = ["plan_by_search"]

PROBE_SHARE = 0.04
OFFER_SHARE = 0.1
"""Share of the run after which a better plan is judged and shown."""

LARGE_DAY = 1500
"""Tasks from which on only the first plan and the last one are judged: judging takes longer than searching."""


def plan_by_search(run: EngineRun) -> EngineOutcome:
    """Improve a first plan until told to stop; returns the best plan, timed exactly."""
    search = _Search(run)
    if run.workers == 1:
        return search.plan(None)
    with Helpers(run.indexed, run.objective, run.workers - 1, run.executor) as helpers:
        return search.plan(helpers)


class _Search:
    """One run: alone, or with helpers from the first cooling on."""

    def __init__(self, run: EngineRun) -> None:
        self._run = run
        self._bench = Workbench(run.indexed, run.objective)
        self._session = Session(run.indexed, run.objective, seed=run.seed)
        self._offered = (math.inf, math.inf)
        self._offered_at = 0.0

    def plan(self, helpers: Helpers | None) -> EngineOutcome:
        """First plan, a short probe that tells how hot to begin, one slow cooling."""
        session = self._session
        session.begin(self._run.start)
        self._offer(StretchEnd.of(session).best, 0)
        if self._run.indexed.tasks > 0 and self._run.indexed.shifts > 0:
            best, iterations = self._cool_down(helpers)
        else:
            best, iterations = StretchEnd.of(session).best, 0  # nothing to change
        return EngineOutcome(routes=draft_of(admit(self._bench, best.orders)), iterations=iterations)

    def _cool_down(self, helpers: Helpers | None) -> tuple[BestPlan, int]:
        """The probe, then the cooling, alone or in a team; returns the best plan and the iterations done."""
        session, budget = self._session, Budget(self._run)
        self._anneal(budget, probe_cooling(session), 0.0, PROBE_SHARE)
        cooling = cooling_for(session, budget.expected(session.iterations))
        if helpers is None:
            self._anneal(budget, cooling, PROBE_SHARE, 1.0)
            return StretchEnd.of(session).best, session.iterations
        team = Team(self._run, budget, helpers, cooling=cooling, first=StretchEnd.of(session))
        best = team.anneal(lambda best, done: self._offer_if_due(budget, best, done))
        return best, team.iterations

    def _anneal(self, budget: Budget, cooling: Cooling, begin: float, end: float) -> None:
        """Cool down between two shares of the budget."""
        session = self._session
        while budget.used(session.iterations) < end and self._run.goes_on(session.iterations):
            progress = (budget.used(session.iterations) - begin) / (end - begin)
            session.run(budget.batch(session.iterations), cooling.temperature(progress), cooling)
            self._offer_if_due(budget, None, session.iterations)

    def _offer_if_due(self, budget: Budget, best: BestPlan | None, iterations: int) -> None:
        """Show the best plan (the session's own, if none is given) some times in a run."""
        used = budget.used(iterations)
        if used < self._offered_at + OFFER_SHARE or self._run.indexed.tasks >= LARGE_DAY:
            return
        self._offered_at = used
        self._offer(best or StretchEnd.of(self._session).best, iterations)

    def _offer(self, best: BestPlan, iterations: int) -> None:
        """Show a plan, if it is better than the one shown before."""
        if best.rank >= self._offered:
            return
        self._offered = best.rank
        table = admit(self._bench, best.orders)
        self._run.incumbents.offer(draft_of(table), iterations=iterations, source="search")
