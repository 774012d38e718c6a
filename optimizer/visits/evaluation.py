"""What the referee says of a plan: every time, every component, every broken rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.common.language import Text

__all__ = ["BreakTiming", "Evaluation", "RouteEvaluation", "StopTiming", "Violation"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """One broken rule: which (a stable ``code`` such as ``R03``, ``rule`` such as ``time_window``), where, how much.

    ``amount_t`` is in ticks where the rule is about time, in the rule's own unit otherwise, ``None`` where it has no
    size.
    """

    code: str
    rule: str
    text: Text
    visit: str | None = None
    caregiver: str | None = None
    shift: str | None = None
    amount_t: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StopTiming:
    """One stop as the referee times it, ticks; ``travel_t`` is from the place before, ``metres`` where known.

    ``departure_t`` is when the caregiver leaves for this stop, as late as the plan's start allows.
    """

    visit: str
    location: str
    departure_t: int
    travel_t: int
    metres: int | None
    arrival_t: int
    waiting_t: int
    start_t: int
    finish_t: int
    tardiness_t: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakTiming:
    """A break as taken; ``location`` and ``travel_t`` only where it is at a place."""

    id: str
    start_t: int
    duration_t: int
    paid: bool
    location: str | None = None
    travel_t: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteEvaluation:
    """One route as the referee times it, ticks; ``metres`` is ``None`` where the travel matrix has no distances."""

    caregiver: str
    shift: str
    stops: tuple[StopTiming, ...]
    breaks: tuple[BreakTiming, ...]
    departure_t: int
    return_t: int
    return_travel_t: int
    travel_t: int
    metres: int | None
    service_t: int
    waiting_t: int
    overtime_t: int
    work_t: int
    load: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """The referee's judgement of a whole plan.

    Attributes
    ----------
    violations
        Broken hard rules; the plan is valid only if there are none.
    mandatory_left_out
        Number of mandatory visits that are not in the plan.
    components, cost
        Components of the objective (see :class:`optimizer.visits.objective.Objective`) in the problem's cost unit, and
        their weighted sum.
    routes
        In the order of the plan's routes.
    left_out
        Ids of the visits that are not planned, sorted.
    """

    violations: tuple[Violation, ...]
    mandatory_left_out: int
    components: Mapping[str, float]
    cost: float
    routes: tuple[RouteEvaluation, ...]
    left_out: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether no hard rule is broken."""
        return not self.violations

    @property
    def rank(self) -> tuple[int, float]:
        """Plans compare by this pair: smaller is better."""
        return self.mandatory_left_out, self.cost
