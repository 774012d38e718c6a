"""What a contender is given and what it hands back; the referee judges it, whoever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.instances import Day
from optimizer.common.stop import Clock
from optimizer.visits.plan import Plan

__all__ = ["Answer", "CannotExpress", "Contender", "Task", "TracePoint"]


class CannotExpress(Exception):
    """The contender has no way to state a rule of the day; the message names the rules."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A day to plan within ``limit_s`` of ``clock``, which was started before the day was read.

    With ``until_best`` the project's own engines end as soon as they have reached the best known cost.
    """

    day: Day
    limit_s: float
    seed: int
    clock: Clock
    until_best: bool = False

    def seconds_left(self) -> float:
        """Seconds until the limit, at least a tenth of one."""
        return max(0.1, self.limit_s - self.clock.seconds())


@dataclass(frozen=True, kw_only=True, slots=True)
class TracePoint:
    """A better plan at a moment of the run: mandatory visits left out, and cost."""

    seconds: float
    mandatory_left_out: int
    cost: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The plan, and what the contender says of its run. None of its figures of cost are used but the trace's."""

    plan: Plan
    iterations: int | None = None
    trace: tuple[TracePoint, ...] = ()
    version: str = ""
    notes: tuple[str, ...] = field(default=())


Contender = Callable[[Task], Answer]
