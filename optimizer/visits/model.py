"""The problem of one planning day: clients, visits, links, caregivers, shifts.

Conventions, binding for every engine and for the referee:

* Times are integers in *ticks* counted from midnight of the planning day; ``Problem.ticks_per_s`` says how many ticks a
  second has (1, or more for published instances with fractions). Names end in ``_t`` where a value is in ticks.
* A time window bounds the **start** of service; both ends are inclusive.
* Ids are strings, the user's own, unique per kind. Order of the tuples never matters: engines sort by id.
* A visit with ``team_size`` *n* needs *n* different caregivers who all start at the same moment; it is in a plan *n*
  times or not at all. One member's share of it is called a *task*.
* ``None`` means "not limited" or "not given", never a number standing for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from optimizer.travel.coordinates import CoordinateSystem

__all__ = [
    "Barrier",
    "Break",
    "Caregiver",
    "CaregiverStatus",
    "Client",
    "CoordinateSystem",
    "KnownCaregiver",
    "Link",
    "LinkCaregivers",
    "LinkKind",
    "Location",
    "Lock",
    "LockLevel",
    "PriorityGroup",
    "Problem",
    "PublishedStop",
    "Sharing",
    "Shift",
    "Skill",
    "SkillRequirement",
    "TimeWindow",
    "Visit",
]

Ext = Mapping[str, Any]
"""An object of the user's own that is carried through untouched."""


class LinkKind(StrEnum):
    """``simultaneous``: equal starts; ``sequential``: each start follows the one before within the gaps."""

    SIMULTANEOUS = "simultaneous"
    SEQUENTIAL = "sequential"


class LinkCaregivers(StrEnum):
    """Who may do the visits of a link: anyone, one and the same caregiver, or all different ones."""

    ANY = "any"
    SAME = "same"
    DIFFERENT = "different"


class LockLevel(StrEnum):
    """How much of a stop is fixed.

    ``caregiver``: who; ``order``: who, and the order among the order-locked stops of that caregiver (by ``start_t``);
    ``time``: who and the start.
    """

    CAREGIVER = "caregiver"
    ORDER = "order"
    TIME = "time"


class CaregiverStatus(StrEnum):
    """Only who is on duty is planned."""

    ON_DUTY = "on_duty"
    LEAVE = "leave"
    STANDBY = "standby"


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A place. Coordinates in degrees in the system named; they may be absent where a matrix is given."""

    id: str
    lat: float | None = None
    lon: float | None = None
    system: CoordinateSystem = CoordinateSystem.WGS84
    town: str = ""
    village: str = ""
    is_station: bool = False
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Barrier:
    """The places of ``town`` can be reached by ``modes`` only from within that town (an island, a closed bridge)."""

    town: str
    modes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SkillRequirement:
    """A skill that the caregiver must have at ``level`` or above. A larger level is a higher qualification."""

    skill: str
    level: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Skill:
    """A skill of a caregiver, valid through the day ``expires`` (inclusive); ``None``: does not expire."""

    skill: str
    level: int = 1
    expires: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeWindow:
    """When service may start: from ``earliest_t`` to ``latest_t`` (hard, ``None``: any later time), both inclusive.

    A start after ``due_t`` (``None``: no due time) is allowed up to ``latest_t`` and counts as tardiness.
    """

    earliest_t: int
    latest_t: int | None = None
    due_t: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownCaregiver:
    """A caregiver who has visited the client before, and how often (history)."""

    caregiver: str
    visits: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """A person who is visited, under a pseudonymous id; names and addresses never enter the problem.

    ``gender`` and ``dialect`` are hard requirements on the caregiver where given; ``preferred`` costs where not met and
    ``forbidden`` is hard; ``known`` is the history that continuity is counted against (empty: nothing to count).
    """

    id: str
    location: str
    ability: str = ""
    gender: str | None = None
    dialect: str | None = None
    preferred: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    known: tuple[KnownCaregiver, ...] = ()
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """One member of the visit's team is fixed to ``caregiver`` (and to ``shift`` where given). See :class:`LockLevel`.

    ``start_t`` is needed for the levels ``order`` and ``time``. A locked visit can still be left out (at its price),
    unless it is mandatory; if it is planned, the lock holds.
    """

    level: LockLevel
    caregiver: str
    shift: str | None = None
    start_t: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A call at a home.

    Attributes
    ----------
    client
        Id of the client; the visit is at ``location`` where given, else at the client's.
    service
        Code of the service (``MEAL``, ``BATH`` …), free text to the engines.
    service_duration_t
        Ticks of work at the door and inside, parking and stairs included.
    windows
        One or more windows; the start must lie in one of them. Empty: any time of the day.
    skills
        Every one of them is required of every member of the team.
    team_size
        Number of caregivers who are needed at the same moment.
    mandatory
        A mandatory visit left out is counted apart and outweighs every cost. See also ``latest_date``.
    priority
        Id of the priority group, whose price is paid if the visit is left out.
    latest_date, last_service_date, times_left_out
        On ``latest_date`` (and after it) the visit is mandatory; until then its price rises from the last service on,
        and with the number of times it was left out in a row. See :meth:`Problem.left_out_price_s`.
    required_caregivers
        If not empty, only these may do it.
    provider
        The institution (所属机构) that must do it; ``None``: anyone.
    load
        What it adds to the caregiver's load (meals carried).
    locks
        At most one for each member of the team.
    """

    id: str
    client: str
    service_duration_t: int
    location: str | None = None
    service: str = ""
    windows: tuple[TimeWindow, ...] = ()
    skills: tuple[SkillRequirement, ...] = ()
    team_size: int = 1
    mandatory: bool = True
    priority: str | None = None
    latest_date: date | None = None
    last_service_date: date | None = None
    times_left_out: int = 0
    required_caregivers: tuple[str, ...] = ()
    provider: str | None = None
    load: int = 0
    locks: tuple[Lock, ...] = ()
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Two or more visits that hang together in time.

    ``simultaneous``: all start at the same moment (gaps unused). ``sequential``: in the order of ``visits`` each starts
    at least ``min_gap_t`` and at most ``max_gap_t`` (``None``: no limit) after the **start** of the one before.
    With ``all_or_nothing`` either all are planned or none; otherwise the rules of time bind those neighbours in the
    sequence that are both planned, and all simultaneous visits that are planned. ``caregivers`` binds whatever is
    planned; for visits with a team, ``same`` means equal sets of caregivers and ``different`` disjoint ones.
    """

    id: str
    kind: LinkKind
    visits: tuple[str, ...]
    min_gap_t: int = 0
    max_gap_t: int | None = None
    caregivers: LinkCaregivers = LinkCaregivers.ANY
    all_or_nothing: bool = True
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A break of a shift, beginning between ``earliest_t`` and ``latest_t``, both inclusive.

    It is due only if the caregiver is on the way for it: the route leaves before ``earliest_t + duration_t`` and comes
    back after ``latest_t`` (otherwise the pause lies before or after the work). Without ``location`` it is taken
    wherever the caregiver is, also on the way, and only lengthens the time between two stops; with ``location`` (at
    home, at the station) the caregiver travels there and on. A ``paid`` break counts as work.
    """

    id: str
    earliest_t: int
    latest_t: int
    duration_t: int
    location: str | None = None
    paid: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One stretch of work of a caregiver and its route, from ``start_location`` to ``end_location``.

    The route leaves at or after ``start_t``. Coming back after ``end_t`` is overtime, allowed up to ``max_overtime_t``
    (``None``: any). ``end_t`` ``None``: no end. ``max_load`` and ``max_travel_t`` limit the route where given.
    ``end_location`` ``None``: the route ends where the last visit is.
    """

    id: str
    start_location: str
    end_location: str | None
    start_t: int
    end_t: int | None = None
    max_overtime_t: int | None = 0
    breaks: tuple[Break, ...] = ()
    max_load: int | None = None
    max_travel_t: int | None = None
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caregiver:
    """Who travels. ``shifts`` of one caregiver must not overlap; each is a route of its own."""

    id: str
    shifts: tuple[Shift, ...]
    skills: tuple[Skill, ...] = ()
    mode: str = "ebike"
    gender: str | None = None
    dialects: tuple[str, ...] = ()
    provider: str | None = None
    status: CaregiverStatus = CaregiverStatus.ON_DUTY
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class PriorityGroup:
    """The price of leaving out an optional visit of this group once, in seconds of travel, and where it comes from."""

    id: str
    price_s: int
    zh: str
    en: str
    source: str = "assumption"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sharing:
    """``lender``'s caregivers may do those visits of ``borrower`` for which every skill needed is lent.

    ``skill`` ``*`` lends everything, also for visits that need no skill.
    """

    skill: str
    lender: str
    borrower: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedStop:
    """One stop of the plan that has been published: changing it has a price, and what has departed is frozen."""

    visit: str
    caregiver: str
    shift: str
    start_t: int


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One planning day, whole.

    Attributes
    ----------
    ticks_per_s
        Ticks in a second.
    cost_unit_s
        Seconds in the unit in which time components are reported and weighted: 1, or 60 for instances in minutes.
    frozen_before_t
        What has departed before this moment is frozen: a published stop for which its caregiver had left (published
        start minus travel from the place before) must stay as it was, and no other stop may start before the moment.
    """

    name: str = ""
    date: date
    ticks_per_s: int = 1
    cost_unit_s: int = 1
    locations: tuple[Location, ...]
    barriers: tuple[Barrier, ...] = ()
    clients: tuple[Client, ...]
    visits: tuple[Visit, ...]
    links: tuple[Link, ...] = ()
    caregivers: tuple[Caregiver, ...]
    priorities: tuple[PriorityGroup, ...] = ()
    sharing: tuple[Sharing, ...] = ()
    published: tuple[PublishedStop, ...] = ()
    frozen_before_t: int | None = None
    ext: Ext = field(default_factory=dict)

    @property
    def ticks_per_cost_unit(self) -> int:
        """Ticks in one unit of the reported cost."""
        return self.ticks_per_s * self.cost_unit_s

    def is_mandatory(self, visit: Visit) -> bool:
        """Whether leaving the visit out is counted apart: marked so, or its latest date has come."""
        return visit.mandatory or (visit.latest_date is not None and self.date >= visit.latest_date)

    def left_out_price_s(self, visit: Visit) -> float:
        """Price in seconds of leaving an optional visit out today (0 for a mandatory one, which is counted apart).

        The price of the group, plus as much again in proportion to how much of the time from the last service to the
        latest date has passed, plus half of it for each time it was already left out in a row. The two factors are
        assumptions, printed with every result; the rule that a visit becomes mandatory on its latest date is what
        makes sure that nobody is left out for ever.
        """
        if self.is_mandatory(visit):
            return 0.0
        base = next((group.price_s for group in self.priorities if group.id == visit.priority), 0)
        return base * (1.0 + self._elapsed_share(visit) + 0.5 * visit.times_left_out)

    def _elapsed_share(self, visit: Visit) -> float:
        if visit.latest_date is None or visit.last_service_date is None:
            return 0.0
        span = (visit.latest_date - visit.last_service_date).days
        passed = (self.date - visit.last_service_date).days
        return min(1.0, max(0.0, passed / span)) if span > 0 else 1.0
