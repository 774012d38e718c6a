"""A large day, from the first plan to the last moment, by the string search."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.visits.draft import DraftRoute, draft_of
from optimizer.visits.engine import EngineOutcome, EngineRun
from optimizer.visits.insertion import Workbench
from optimizer.visits.repair import admit
from optimizer.visits.search.strings.ground import can_carry
from optimizer.visits.search.strings.rounds import anneal_in_parts
from optimizer.visits.search.strings.session import StringSession
from optimizer.visits.search.team import Budget, Offers

__all__ = ["LARGE_DAY", "is_large_day", "plan_large_day"]

LARGE_DAY = 1500
"""Tasks from which on the string search does better than the exact one."""


def is_large_day(run: EngineRun) -> bool:
    """Whether the day is the string search's: large, and with no rule that it does not know."""
    return run.indexed.tasks >= LARGE_DAY and can_carry(run.indexed)


def plan_large_day(run: EngineRun) -> EngineOutcome:
    """Build a first plan, anneal until told to stop; returns the best plan, timed exactly."""
    bench = Workbench(run.indexed, run.objective)
    offers = Offers(run, bench)
    session = StringSession(run.indexed, run.objective, seed=run.seed)
    _begin(session, run, bench)
    run.incumbents.offer(_timed(session, bench), iterations=0, source="search")
    budget = Budget(run)

    def tell() -> None:
        offers.hear(session.rank, session.best, iterations=session.steps, budget=budget)

    if run.workers > 1:
        anneal_in_parts(run, session, budget, tell)
    else:
        _anneal(run, session, budget, tell)
    return EngineOutcome(routes=_timed(session, bench), iterations=session.steps)


def _timed(session: StringSession, bench: Workbench) -> tuple[DraftRoute, ...]:
    """The session's best plan, timed exactly."""
    return draft_of(admit(bench, session.best().orders, session.latest_starts()))


def _anneal(run: EngineRun, session: StringSession, budget: Budget, tell: Callable[[], None]) -> None:
    """One slow cooling of the whole day."""
    while budget.used(session.steps) < 1.0 and run.goes_on(session.steps):
        used, steps = budget.used(session.steps), budget.batch(session.steps)
        session.run(steps, used, used)
        tell()


def _begin(session: StringSession, run: EngineRun, bench: Workbench) -> None:
    """The first plan: what is left of the plan given, timed exactly, and whatever else fits."""
    orders: dict[int, tuple[int, ...]] = {}
    starts: dict[int, int] = {}
    if run.start:
        for route in draft_of(admit(bench, run.start)):
            orders[route.shift] = route.tasks
            starts.update(zip(route.tasks, route.starts, strict=True))
    session.begin(orders, starts, lambda: run.goes_on(0))
