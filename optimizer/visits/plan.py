"""The answer to a visits problem: routes, and whatever is left out with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from optimizer.common.language import Text
from optimizer.common.progress import Incumbent
from optimizer.common.status import Status
from optimizer.visits.objective import Objective

__all__ = [
    "Change",
    "ChangeKind",
    "Plan",
    "PlannedBreak",
    "Reason",
    "ReasonKind",
    "Result",
    "Route",
    "Stop",
    "Unassigned",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """One visit on a route and the start of its service in ticks."""

    visit: str
    start_t: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedBreak:
    """A break of the shift as it is taken: its id, start and length in ticks."""

    id: str
    start_t: int
    duration_t: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """What one caregiver does in one shift; stops in the order of their starts, never empty."""

    caregiver: str
    shift: str
    stops: tuple[Stop, ...]
    breaks: tuple[PlannedBreak, ...] = ()


class ReasonKind(StrEnum):
    """What kind of reason it is.

    ``impossible``: proved on empty routes; ``no_room``: every position of the final plan was tried; ``bad_data``: the
    row cannot be used; ``too_dear``: it fits, but costs more than leaving it out; ``fits``: it fits, and the plan would
    be no worse with it (plans made by hand or by the yardstick); ``not_examined``: time ran out before every position
    was tried.
    """

    IMPOSSIBLE = "impossible"
    NO_ROOM = "no_room"
    BAD_DATA = "bad_data"
    TOO_DEAR = "too_dear"
    FITS = "fits"
    NOT_EXAMINED = "not_examined"


class ChangeKind(StrEnum):
    """What could be changed so that a visit fits."""

    WIDEN_WINDOW = "widen_window"
    EXTEND_SHIFT = "extend_shift"
    FREE_VISIT = "free_visit"
    GIVE_SKILL = "give_skill"
    ALLOW_CAREGIVER = "allow_caregiver"
    SHARE_PROVIDER = "share_provider"
    RAISE_LOAD = "raise_load"
    REMOVE_LOCK = "remove_lock"
    SHORTEN_VISIT = "shorten_visit"
    RAISE_TRAVEL = "raise_travel"
    CALL_IN = "call_in"
    CHANGE_MODE = "change_mode"
    PLAN_ANYWAY = "plan_anyway"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change of the problem (or of the plan, for ``free_visit``) that makes the insertion valid.

    ``values`` holds what the change needs, in JSON types (ids, ticks); :mod:`optimizer.visits.change` applies it.
    """

    kind: ChangeKind
    values: Mapping[str, Any]
    text: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a visit is left out, as one rule and what would help."""

    kind: ReasonKind
    code: str
    text: Text
    change: Change | None = None
    caregiver: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unassigned:
    """A visit that is not planned (a team of two is left out as one visit)."""

    visit: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Routes sorted by caregiver and shift, and what is left out sorted by visit. Holds no times of the run."""

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Result:
    """What :func:`optimizer.visits.solve.solve_visits` returns. Every figure in it comes from the referee.

    Attributes
    ----------
    mandatory_left_out, cost, components
        The plan's rank: plans compare by the first two. ``components`` in the units of the objective, unweighted.
    bound
        A proved lower bound of the cost of any plan that leaves out no more mandatory visits, or ``None``.
    trace
        The incumbents of the run, in order.
    """

    plan: Plan
    status: Status
    objective: Objective
    mandatory_left_out: int
    cost: float
    components: Mapping[str, float]
    bound: float | None
    trace: tuple[Incumbent, ...]
    engine: str
    seed: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    iterations: int = 0
    notes: tuple[Text, ...] = ()
