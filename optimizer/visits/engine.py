"""What an engine is: it takes an indexed problem and returns routes of tasks; it never judges its own plan."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol

from optimizer.common.language import Text
from optimizer.common.stop import Clock, StopRule
from optimizer.visits.draft import DraftRoute
from optimizer.visits.incumbents import Incumbents
from optimizer.visits.index import IndexedProblem
from optimizer.visits.objective import Objective

__all__ = ["Engine", "EngineOutcome", "EngineRun"]


@dataclass(frozen=True, kw_only=True)
class EngineRun:
    """All that an engine is given.

    Attributes
    ----------
    stop
        The rule of the whole run; :meth:`Incumbents.goes_on` applies it, an engine may read its limits.
    deadline_s
        Second on ``clock`` by which the engine must be back (infinite without a time limit); what comes after it
        (last insertions, judging, reasons) has its own share of the time limit.
    start
        Tasks in order by shift to begin with, or ``None``.
    incumbents
        Where better plans are offered, and which says whether to go on.
    """

    indexed: IndexedProblem
    objective: Objective
    stop: StopRule
    deadline_s: float
    clock: Clock
    seed: int
    start: Mapping[int, tuple[int, ...]] | None
    incumbents: Incumbents
    workers: int = 1
    executor: Executor | None = None

    def seconds_left(self) -> float:
        """Seconds until the engine must be back, never negative."""
        return max(0.0, self.deadline_s - self.clock.seconds())

    def goes_on(self, iterations: int) -> bool:
        """Whether neither time nor the stop rule nor whoever watches ends the engine's work."""
        return self.clock.seconds() < self.deadline_s and self.incumbents.goes_on(iterations)


@dataclass(frozen=True, kw_only=True)
class EngineOutcome:
    """What an engine returns: routes, iterations done, a proved lower bound of the cost if it has one, notes."""

    routes: tuple[DraftRoute, ...]
    iterations: int = 0
    bound: float | None = None
    notes: tuple[Text, ...] = ()


class Engine(Protocol):
    """A way to make plans. Its routes obey every hard rule as far as the engine can tell; the referee has the say."""

    def __call__(self, run: EngineRun, /) -> EngineOutcome:
        """Plan until told to stop."""
