"""What an engine is: it takes an indexed problem and returns routes of tasks; it never judges its own plan."""

from __future__ import annotations

import math
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

__all__ = ["Engine", "EngineOutcome", "EngineRun", "reasons_end_s"]

_FINISH_S, _FINISH_TASK_S = 0.05, 0.0006
"""What judging and timing a plan of a small day takes, at all and for each task."""
_SEEK_TASK_S, _REASON_S = 0.0006, 0.02
"""What seeking places for what is left out takes beside, for each task of the day and each visit left out."""
_WRITING_SHARE, _WRITING_OF_S = 0.02, 10.0
"""Share of a time limit that is left for writing the result, and of how many seconds at most."""
_LARGEST_SHARE = 0.3
_LARGE_DAY = 1500
"""Tasks from which on judging a plan takes long enough to tell how fast this machine is."""
_JUDGEMENTS, _REASONS_A_JUDGEMENT = 5, 60
"""What comes after the engine on a large day takes as long as that many judgements, and one for so many reasons."""


def reasons_end_s(stop: StopRule) -> float:
    """Second by which the reasons of what is left out must be found; what is left of the limit is for writing."""
    limit = stop.max_seconds
    return limit - _WRITING_SHARE * min(limit, _WRITING_OF_S)


@dataclass(frozen=True, kw_only=True)
class EngineRun:
    """All that an engine is given.

    Attributes
    ----------
    stop
        The rule of the whole run; :meth:`Incumbents.goes_on` applies it, an engine may read its limits.
    start
        Tasks in order by shift to begin with, or ``None``.
    incumbents
        Where better plans are offered, and which says whether to go on.
    reserve_s
        Seconds of a time limit that are kept for what comes after the engine.
    """

    indexed: IndexedProblem
    objective: Objective
    stop: StopRule
    clock: Clock
    seed: int
    start: Mapping[int, tuple[int, ...]] | None
    incumbents: Incumbents
    workers: int = 1
    executor: Executor | None = None
    reserve_s: float = 0.0

    @property
    def deadline_s(self) -> float:
        """Second on ``clock`` by which the engine must be back, infinite without a time limit.

        What comes after it has its own share of the limit: judging and writing grow with the day, the reasons with
        what is left out. On a large day the last judgement tells how long that takes on this machine.
        """
        limit = reasons_end_s(self.stop)
        if math.isinf(limit):
            return limit
        tasks, left_out, judging_s = self.indexed.tasks, self.incumbents.left_out, self.incumbents.judging_s
        if tasks >= _LARGE_DAY and math.isfinite(judging_s):
            needed = _FINISH_S + judging_s * (_JUDGEMENTS + left_out / _REASONS_A_JUDGEMENT)
        else:
            needed = _FINISH_S + _FINISH_TASK_S * tasks
            needed += _SEEK_TASK_S * tasks + _REASON_S * left_out if left_out else 0.0
        return max(limit - needed, (1.0 - _LARGEST_SHARE) * limit) - self.reserve_s

    def seconds_left(self) -> float:
        """Seconds until the engine must be back, never negative."""
        return max(0.0, self.deadline_s - self.clock.seconds())

    def goes_on(self, iterations: int) -> bool:
        """Whether neither time nor the stop rule nor whoever watches ends the engine's work."""
        return self.clock.seconds() < self.deadline_s and self.incumbents.goes_on(iterations)


@dataclass(frozen=True, kw_only=True)
class EngineOutcome:
    """What an engine returns: routes, iterations done, notes."""

    routes: tuple[DraftRoute, ...]
    iterations: int = 0
    notes: tuple[Text, ...] = ()


class Engine(Protocol):
    """A way to make plans. Its routes obey every hard rule as far as the engine can tell; the referee has the say."""

    def __call__(self, run: EngineRun, /) -> EngineOutcome:
        """Plan until told to stop."""
