"""Rules that end a run. A rule never keeps state between runs: ``solve`` starts it anew each time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

__all__ = [
    "Clock",
    "FirstOf",
    "MaxIterations",
    "MaxRuntime",
    "NoImprovement",
    "NoImprovementFor",
    "StopRule",
    "StopState",
    "TargetCost",
    "stop_rule",
]

DEFAULT_TIME_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class StopState:
    """What a stop rule may look at.

    Attributes
    ----------
    seconds
        Wall-clock seconds since the run began (reading included where the caller says so).
    iterations
        Iterations done; for the engine ``ortools`` the number of accepted solutions.
    idle_iterations, idle_seconds
        Iterations and seconds since the last better plan.
    cost
        Cost of the best complete plan so far, infinite while a mandatory visit is left out.
    """

    seconds: float
    iterations: int
    idle_iterations: int
    idle_seconds: float
    cost: float


class StopRule(Protocol):
    """A frozen description of when to stop; engines read the limits they can honour themselves."""

    @property
    def max_seconds(self) -> float:
        """Wall-clock limit in seconds, infinite where there is none."""

    @property
    def max_iterations(self) -> int | None:
        """Limit of iterations, ``None`` where there is none."""

    def met(self, state: StopState) -> bool:
        """Whether the run must end now."""


@dataclass(frozen=True, slots=True)
class MaxRuntime:
    """Stop after so many seconds of wall-clock time."""

    seconds: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.seconds) and self.seconds > 0):
            raise ValueError(f"seconds: expected a positive finite number, got {self.seconds}")

    @property
    def max_seconds(self) -> float:
        return self.seconds

    @property
    def max_iterations(self) -> int | None:
        return None

    def met(self, state: StopState) -> bool:
        return state.seconds >= self.seconds


@dataclass(frozen=True, slots=True)
class MaxIterations:
    """Stop after a number of iterations; the only rule under which runs are reproducible to the bit."""

    iterations: int

    def __post_init__(self) -> None:
        if self.iterations < 0:
            raise ValueError(f"iterations: expected zero or more, got {self.iterations}")

    @property
    def max_seconds(self) -> float:
        return math.inf

    @property
    def max_iterations(self) -> int | None:
        return self.iterations

    def met(self, state: StopState) -> bool:
        return state.iterations >= self.iterations


@dataclass(frozen=True, slots=True)
class NoImprovement:
    """Stop after a number of iterations without a better plan."""

    iterations: int

    @property
    def max_seconds(self) -> float:
        return math.inf

    @property
    def max_iterations(self) -> int | None:
        return None

    def met(self, state: StopState) -> bool:
        return state.idle_iterations >= self.iterations


@dataclass(frozen=True, slots=True)
class NoImprovementFor:
    """Stop after so many seconds without a better plan."""

    seconds: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.seconds) and self.seconds > 0):
            raise ValueError(f"seconds: expected a positive finite number, got {self.seconds}")

    @property
    def max_seconds(self) -> float:
        return math.inf

    @property
    def max_iterations(self) -> int | None:
        return None

    def met(self, state: StopState) -> bool:
        return state.idle_seconds >= self.seconds


@dataclass(frozen=True, slots=True)
class TargetCost:
    """Stop as soon as a complete plan costs no more than ``cost``."""

    cost: float

    @property
    def max_seconds(self) -> float:
        return math.inf

    @property
    def max_iterations(self) -> int | None:
        return None

    def met(self, state: StopState) -> bool:
        return state.cost <= self.cost


@dataclass(frozen=True)
class FirstOf:
    """Stop as soon as one of several rules says so."""

    rules: tuple[StopRule, ...]

    @property
    def max_seconds(self) -> float:
        return min((rule.max_seconds for rule in self.rules), default=math.inf)

    @property
    def max_iterations(self) -> int | None:
        limits = [rule.max_iterations for rule in self.rules if rule.max_iterations is not None]
        return min(limits, default=None)

    def met(self, state: StopState) -> bool:
        return any(rule.met(state) for rule in self.rules)


def stop_rule(
    time_limit_s: float | None,
    max_iterations: int | None,
    no_improvement_s: float | None,
    no_improvement_iterations: int | None,
    target: float | None,
) -> StopRule:
    """The first of the rules that are given, as options say them; a run without a limit of iterations always has one of
    time.
    """
    rules: list[StopRule] = []
    if max_iterations is not None:
        rules.append(MaxIterations(max_iterations))
    if time_limit_s is not None or not rules:
        rules.append(MaxRuntime(time_limit_s or DEFAULT_TIME_LIMIT_S))
    if no_improvement_s is not None:
        rules.append(NoImprovementFor(no_improvement_s))
    if no_improvement_iterations is not None:
        rules.append(NoImprovement(no_improvement_iterations))
    if target is not None:
        rules.append(TargetCost(target))
    return rules[0] if len(rules) == 1 else FirstOf(tuple(rules))


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall-clock seconds since a moment; one is made at the start of every run and handed down."""

    started: float
    now: Callable[[], float] = time.monotonic

    @classmethod
    def start(cls, *, already_used_s: float = 0.0) -> Clock:
        """A clock that starts now, or that counts time used before (reading the input)."""
        return cls(time.monotonic() - already_used_s)

    def seconds(self) -> float:
        """Seconds since the start."""
        return self.now() - self.started
