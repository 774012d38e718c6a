"""What an allocation is: who goes where, who is left and why, and the proof that a separate checker verifies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.policy import Policy

__all__ = [
    "AllocationResult",
    "AllocationRule",
    "Assignment",
    "Changes",
    "ClosedPool",
    "CutOff",
    "Displaced",
    "DrawReference",
    "FilterReport",
    "Move",
    "Override",
    "PoolPrice",
    "Proof",
    "Rerun",
    "ServedProof",
    "StableProof",
    "Standing",
    "Unplaced",
    "UnplacedKind",
]


class AllocationRule(StrEnum):
    """``stable``: nobody has justified envy. ``served``: most served by class, then the shortest ways."""

    STABLE = "stable"
    SERVED = "served"


class UnplacedKind(StrEnum):
    """Why somebody has no place.

    ``full``: everywhere on the list others come first. ``no_choice``: no institution is left on the list after the
    filters. ``family``: no joint choice of the family could be met. ``not_willing``, ``withdrawn``, ``no_class``: does
    not take part (the age at the entry date fits no class). ``closed``: the pools that fit stay closed (too few).
    """

    FULL = "full"
    NO_CHOICE = "no_choice"
    FAMILY = "family"
    NOT_WILLING = "not_willing"
    WITHDRAWN = "withdrawn"
    NO_CLASS = "no_class"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A place given.

    ``choice``: position on the applicant's list after filters, from 1. ``distance_m``: ``None`` where it is not known.
    ``incumbent``: keeps the place held now. ``beyond_limit``: further than the policy's largest distance, by consent.
    ``reserve``: id of the reserve whose place it is, under ``stable``. ``above_capacity``: admitted with a twin who got
    the last place.
    """

    applicant: str
    institution: str
    pool: str
    choice: int
    distance_m: int | None = None
    incumbent: bool = False
    beyond_limit: bool = False
    reserve: str | None = None
    above_capacity: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Unplaced:
    """Somebody without a place, and why."""

    applicant: str
    kind: UnplacedKind
    reason: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class CutOff:
    """The last one admitted to a pool, for each kind of place in it.

    ``key``: the order at the institution of the last one in (one number for each step of the policy, the lottery
    rank last), ``None`` where a place is still free. ``reserve``: id of the reserve, ``None`` for open places.
    """

    pool: str
    reserve: str | None
    key: tuple[int, ...] | None
    last_in: str | None
    places: int
    filled: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedPool:
    """A pool that was not opened: fewer than ``needed`` came, ``had`` in the round it was closed."""

    pool: str
    order: int
    needed: int
    had: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StableProof:
    """What shows that nobody has justified envy.

    ``blocking_coalitions``: 0 is the aim; with families it cannot always be reached. ``fewest_proved``: whether CP-SAT
    proved that there is no outcome with fewer, and none with as few that places more.
    """

    cutoffs: tuple[CutOff, ...]
    closed: tuple[ClosedPool, ...] = ()
    blocking_coalitions: int = 0
    fewest_proved: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolPrice:
    """What one more place in the pool is worth, in the weights of the flow (``value``), and in words: the class served.

    ``served_class``: number of the class from which one more would be served, ``None`` where only metres are saved;
    ``saved_m``: metres saved by one more place. ``reserve``: id of the reserve, ``None`` for open places.
    """

    pool: str
    value: int
    reserve: str | None = None
    served_class: int | None = None
    saved_m: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ServedProof:
    """What shows that no other allocation serves more, class by class, or the same by shorter ways.

    Attributes
    ----------
    served_by_class, largest_by_class
        Cumulative numbers served, and the largest numbers possible (nested max flows): first those who hold a place
        now, then with each class in turn.
    unit
        Weight of one step, ``M``: leaving out somebody of class ``g`` of ``G`` (from 0) counts ``(G - g) * M``, who
        holds a place now ``(G + 1) * M``.
    objective, bound
        Sum of weights of those left out plus metres; equal where optimal.
    prices
        Duals of the pools (only those that are not zero). Empty where a MILP was needed.
    worst_m
        The largest distance, where it was minimised first.
    arcs, solves
        Arcs in the last network, and how often it was solved until no arc outside it could help.
    """

    served_by_class: tuple[int, ...]
    largest_by_class: tuple[int, ...]
    unit: int
    objective: int
    bound: float
    prices: tuple[PoolPrice, ...] = ()
    worst_m: int | None = None
    arcs: int = 0
    solves: int = 1
    method: str = "flow"


Proof = StableProof | ServedProof


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterReport:
    """What one filter removed: pairs, institutions concerned, and the applicants who lost their only option."""

    filter: str
    name: Text
    pairs: int
    institutions: tuple[str, ...] = ()
    left_without: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawReference:
    """The draw that a result stands on: the fixed list by its hash, the public number, how often it was run."""

    list_hash: str
    frozen_at: str
    source: str
    source_date: date
    number: str
    runs: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The place that somebody had in an earlier result and keeps until a better one is had."""

    applicant: str
    pool: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Displaced:
    """Somebody whose earlier place does not exist any more (``closed``), is not allowed any more, or was cut."""

    applicant: str
    pool: str
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A step of the vacancy chain: in ``round`` somebody takes a place and leaves another (``None``: had none)."""

    round: int
    applicant: str
    taken: str
    left: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """A place given by a person, whatever the order says: why, by whom (an office or role), and when."""

    applicant: str
    institution: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """Persons whose place is another than in the earlier result, counted once each.

    ``newly``: had none; ``moved``: had another; ``lost``: have none now. ``withdrawn`` ones are not counted.
    """

    newly: int
    moved: int
    lost: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.newly + self.moved + self.lost


@dataclass(frozen=True, kw_only=True, slots=True)
class Rerun:
    """How a result came from an earlier one.

    Attributes
    ----------
    from_hash
        Hash of the input of the earlier result.
    standing
        Who kept what at the start.
    closed, withdrawn
        Institutions closed, and applicants withdrawn, by the command (not in the tables), earlier re-runs included.
    overrides
        Places given by a person, earlier ones included.
    newcomers
        Applicants of whom the earlier result knows nothing; they come after all others in the draw.
    displaced, displaced_first
        Who lost the earlier place, and whether they come before everybody else who has none.
    changes, full_changes
        Against the earlier result: of this result, and of allocating everything anew.
    moves
        The steps of the chain, in order.
    change_price_m
        Under ``served``, what one change is worth in metres; ``None`` under ``stable``, where nobody gets less.
    """

    from_hash: str
    standing: tuple[Standing, ...]
    changes: Changes
    full_changes: Changes
    closed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    newcomers: tuple[str, ...] = ()
    displaced: tuple[Displaced, ...] = ()
    displaced_first: bool = False
    moves: tuple[Move, ...] = ()
    change_price_m: int | None = None


@dataclass(frozen=True, kw_only=True)
class AllocationResult:
    """What :func:`optimizer.places.allocate.allocate_places` returns.

    Attributes
    ----------
    assignments, unplaced
        Sorted by applicant; together they name every applicant once.
    status
        ``optimal``: proved best under the rule; ``feasible``: within the rules, not proved; ``infeasible``: a class
        that must be placed cannot be (the shortage is in ``notes``), the best partial allocation is given.
    summary
        Figures by name (served, unplaced, by class, metres …), JSON types only.
    input_hash, policy_hash
        SHA-256 of the problem and of the policy as they were used.
    seed
        Text that the lottery was drawn from.
    official
        ``False``: 试算，不得公布. Only with an official policy and a recorded draw of a fixed list.
    rules
        The whole policy as it was used (its entry date included), so that a result is checked and explained by itself.
    draw
        The draw that the seed comes from; ``None`` for a trial.
    rerun
        How it came from an earlier result, where it did.
    """

    rule: AllocationRule
    status: Status
    assignments: tuple[Assignment, ...]
    unplaced: tuple[Unplaced, ...]
    proof: Proof
    summary: Mapping[str, Any]
    filters: tuple[FilterReport, ...]
    policy: str
    policy_version: str
    policy_hash: str
    input_hash: str
    seed: str
    official: bool
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    rules: Policy | None = None
    draw: DrawReference | None = None
    rerun: Rerun | None = None
