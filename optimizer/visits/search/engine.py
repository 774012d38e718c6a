"""The engine ``search``: a compiled annealing over all rules of the model."""

from __future__ import annotations

from optimizer.visits.draft import draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.repair import admit
from optimizer.visits.search.cooling import cooling_for, probe_cooling
from optimizer.visits.search.session import Cooling, Session
from optimizer.visits.search.strings.day import is_large_day, plan_large_day
from optimizer.visits.search.team import BestPlan, Budget, Helpers, Offers, StretchEnd, Team

__all__ = ["plan_by_search"]

PROBE_SHARE = 0.04


def plan_by_search(run: EngineRun) -> EngineOutcome:
    """Improve a first plan until told to stop; returns the best plan, timed exactly."""
    if is_large_day(run):
        return plan_large_day(run)
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
        self._offers = Offers(run, self._bench)

    def plan(self, helpers: Helpers | None) -> EngineOutcome:
        """First plan, a short probe that tells how hot to begin, one slow cooling, or a few."""
        session = self._session
        session.begin(self._run.start)
        self._offers.show(self._best(), 0)
        if self._run.indexed.tasks > 0 and self._run.indexed.shifts > 0:
            best, iterations = self._cool_down(helpers)
        else:
            best, iterations = self._best(), 0  # nothing to change
        return EngineOutcome(routes=draft_of(admit(self._bench, best.orders)), iterations=iterations)

    def _cool_down(self, helpers: Helpers | None) -> tuple[BestPlan, int]:
        """The probe, then the cooling, alone or in a team; returns the best plan and the iterations done."""
        session, budget = self._session, Budget(self._run)
        self._anneal(budget, probe_cooling(session), 0.0, PROBE_SHARE)
        cooling = cooling_for(session, budget.expected(session.iterations))
        if helpers is None:
            self._anneal(budget, cooling, PROBE_SHARE, 1.0)
            return self._best(), session.iterations
        team = Team(self._run, budget, helpers, cooling=cooling, first=StretchEnd.of(session))

        def tell(best: BestPlan, iterations: int) -> None:
            self._offers.hear(best.rank, lambda: best, iterations=iterations, budget=budget)

        return team.anneal(tell), team.iterations

    def _anneal(self, budget: Budget, cooling: Cooling, begin: float, end: float) -> None:
        """Cool down between two shares of the budget."""
        session = self._session
        while budget.used(session.iterations) < end and self._run.goes_on(session.iterations):
            progress = (budget.used(session.iterations) - begin) / (end - begin)
            session.run(budget.batch(session.iterations), cooling.temperature(progress), cooling)
            rank = float(session.best[0]), float(session.best[1])
            self._offers.hear(rank, self._best, iterations=session.iterations, budget=budget)

    def _best(self) -> BestPlan:
        return StretchEnd.of(self._session).best
