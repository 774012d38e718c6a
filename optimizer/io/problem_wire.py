"""The wire classes of a problem, one for each class of :mod:`optimizer.visits.model`, fields in the same order."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from optimizer.io.clock_text import TICKS_PER_S_LIMIT
from optimizer.io.wire import Count, Day, Degrees, Duration, Entity, Id, Moment, Rows, Word
from optimizer.visits import model

__all__ = ["WIRE_OF_MODEL", "WireProblem"]

Ext = dict[str, Any]


class WireLocation(Entity):
    """A place; coordinates in degrees."""

    target: ClassVar[type[Any]] = model.Location

    id: Id
    lat: Degrees | None = None
    lon: Degrees | None = None
    system: Word[model.CoordinateSystem] = model.CoordinateSystem.WGS84
    town: str = ""
    village: str = ""
    is_station: bool = False
    ext: Ext = Field(default_factory=dict)


class WireBarrier(Entity):
    """A town that the modes reach only from within."""

    target: ClassVar[type[Any]] = model.Barrier

    town: str
    modes: Rows[str]


class WireSkillRequirement(Entity):
    """A skill that is needed, at a level or above."""

    target: ClassVar[type[Any]] = model.SkillRequirement

    skill: Id
    level: Count = 1


class WireSkill(Entity):
    """A skill that a caregiver has."""

    target: ClassVar[type[Any]] = model.Skill

    skill: Id
    level: Count = 1
    expires: Day | None = None


class WireTimeWindow(Entity):
    """When the service may start."""

    target: ClassVar[type[Any]] = model.TimeWindow

    earliest_t: Moment = Field(alias="earliest")
    latest_t: Moment | None = Field(None, alias="latest")
    due_t: Moment | None = Field(None, alias="due")


class WireKnownCaregiver(Entity):
    """A caregiver whom the client knows."""

    target: ClassVar[type[Any]] = model.KnownCaregiver

    caregiver: Id
    visits: Count = 1


class WireClient(Entity):
    """A client."""

    target: ClassVar[type[Any]] = model.Client

    id: Id
    location: Id
    ability: str = ""
    gender: str | None = None
    dialect: str | None = None
    preferred: Rows[Id] = ()
    forbidden: Rows[Id] = ()
    known: Rows[WireKnownCaregiver] = ()
    ext: Ext = Field(default_factory=dict)


class WireLock(Entity):
    """What is fixed of a visit."""

    target: ClassVar[type[Any]] = model.Lock

    level: Word[model.LockLevel]
    caregiver: Id
    shift: Id | None = None
    start_t: Moment | None = Field(None, alias="start")


class WireVisit(Entity):
    """A visit."""

    target: ClassVar[type[Any]] = model.Visit

    id: Id
    client: Id
    service_duration_t: Duration = Field(alias="service_duration_s")
    location: Id | None = None
    service: str = ""
    windows: Rows[WireTimeWindow] = ()
    skills: Rows[WireSkillRequirement] = ()
    team_size: Count = 1
    mandatory: bool = True
    priority: Id | None = None
    latest_date: Day | None = None
    last_service_date: Day | None = None
    times_left_out: Count = 0
    required_caregivers: Rows[Id] = ()
    provider: Id | None = None
    load: Count = 0
    locks: Rows[WireLock] = ()
    ext: Ext = Field(default_factory=dict)


class WireLink(Entity):
    """Visits that hang together."""

    target: ClassVar[type[Any]] = model.Link

    id: Id
    kind: Word[model.LinkKind]
    visits: Rows[Id]
    min_gap_t: Duration = Field(0, alias="min_gap_s")
    max_gap_t: Duration | None = Field(None, alias="max_gap_s")
    caregivers: Word[model.LinkCaregivers] = model.LinkCaregivers.ANY
    all_or_nothing: bool = True
    ext: Ext = Field(default_factory=dict)


class WireBreak(Entity):
    """A break of a shift."""

    target: ClassVar[type[Any]] = model.Break

    id: Id
    earliest_t: Moment = Field(alias="earliest")
    latest_t: Moment = Field(alias="latest")
    duration_t: Duration = Field(alias="duration_s")
    location: Id | None = None
    paid: bool = False


class WireShift(Entity):
    """A shift of a caregiver; ``end_location`` must be written, ``null`` for "where the last visit is"."""

    target: ClassVar[type[Any]] = model.Shift

    id: Id
    start_location: Id
    end_location: Id | None
    start_t: Moment = Field(alias="start")
    end_t: Moment | None = Field(None, alias="end")
    max_overtime_t: Duration | None = Field(0, alias="max_overtime_s")
    breaks: Rows[WireBreak] = ()
    max_load: Count | None = None
    max_travel_t: Duration | None = Field(None, alias="max_travel_s")
    ext: Ext = Field(default_factory=dict)


class WireCaregiver(Entity):
    """A caregiver."""

    target: ClassVar[type[Any]] = model.Caregiver

    id: Id
    shifts: Rows[WireShift]
    skills: Rows[WireSkill] = ()
    mode: str = "ebike"
    gender: str | None = None
    dialects: Rows[str] = ()
    provider: Id | None = None
    status: Word[model.CaregiverStatus] = model.CaregiverStatus.ON_DUTY
    ext: Ext = Field(default_factory=dict)


class WirePriorityGroup(Entity):
    """A priority group and its price."""

    target: ClassVar[type[Any]] = model.PriorityGroup

    id: Id
    price_s: Count
    zh: str
    en: str
    source: str = "assumption"


class WireSharing(Entity):
    """A skill that one provider lends to another."""

    target: ClassVar[type[Any]] = model.Sharing

    skill: Id
    lender: Id
    borrower: Id


class WirePublishedStop(Entity):
    """A stop of the published plan."""

    target: ClassVar[type[Any]] = model.PublishedStop

    visit: Id
    caregiver: Id
    shift: Id
    start_t: Moment = Field(alias="start")


class WireProblem(Entity):
    """The problem of one planning day."""

    target: ClassVar[type[Any]] = model.Problem

    name: str = ""
    date: Day
    ticks_per_s: Annotated[int, Field(ge=1, le=TICKS_PER_S_LIMIT)] = 1
    cost_unit_s: Annotated[int, Field(ge=1, le=86_400)] = 1
    locations: Rows[WireLocation]
    barriers: Rows[WireBarrier] = ()
    clients: Rows[WireClient]
    visits: Rows[WireVisit]
    links: Rows[WireLink] = ()
    caregivers: Rows[WireCaregiver]
    priorities: Rows[WirePriorityGroup] = ()
    sharing: Rows[WireSharing] = ()
    published: Rows[WirePublishedStop] = ()
    frozen_before_t: Moment | None = Field(None, alias="frozen_before")
    ext: Ext = Field(default_factory=dict)


_WIRE_CLASSES: tuple[type[Entity], ...] = (
    WireLocation,
    WireBarrier,
    WireSkillRequirement,
    WireSkill,
    WireTimeWindow,
    WireKnownCaregiver,
    WireClient,
    WireLock,
    WireVisit,
    WireLink,
    WireBreak,
    WireShift,
    WireCaregiver,
    WirePriorityGroup,
    WireSharing,
    WirePublishedStop,
    WireProblem,
)

WIRE_OF_MODEL = {wire.target: wire for wire in _WIRE_CLASSES}
"""The wire class of each class of the model."""
