"""The problem of a city: applicants, institutions and their pools, families, areas, candidates, targets.

Conventions, binding for every rule and for the referee:

* Ids are strings, the user's own, unique per kind. Order of the tuples never matters: everything is sorted by id before
  it is indexed. ``None`` means "not given" or "not limited"; an empty text means the same for words.
* A **pool** is what an applicant is placed in: the places of one institution for one age class and care type (beds: for
  one bed type and room sex). ``occupied`` counts everybody who has a place there now, applicants included. On the
  market are ``capacity - occupied`` places and those of the applicants whose ``current`` is the pool.
* ``preferences`` name institutions (or single pools). An institution stands for its pools that fit, the exact age class
  and care type before mixed ones, then by id. An applicant who names none accepts every institution within the policy's
  largest distance, the nearest first.
* ``current`` is the institution (or pool) where the applicant has a place now. It is always kept as the last choice,
  the applicant ranks above everybody there, and choices listed after it count for nothing. Who does not want a transfer
  (``transfer_wanted`` false) and names no preferences stays.
* **Rankings**: an institution with rankings admits in that order and only those whom it ranks. All others use the
  policy's order.
* **Families**: a family with ``family_preferences`` has exactly these joint choices, by rank; a member without a row
  at a rank has no place in that choice (but keeps ``current``). Without rows the policy says how siblings choose.
* Distances are whole metres. A given distance goes before coordinates; a pair without either has no distance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from optimizer.travel.coordinates import CoordinateSystem

__all__ = [
    "MAX_JOINT_CHOICES",
    "AgeClass",
    "Applicant",
    "ApplicantStatus",
    "Area",
    "AreaLevel",
    "Ban",
    "Candidate",
    "CareType",
    "CoordinateSystem",
    "FamilyChoice",
    "FixedPair",
    "GivenDistance",
    "Institution",
    "InstitutionKind",
    "Ownership",
    "PlacesProblem",
    "Pool",
    "Ranking",
    "Target",
]

MAX_JOINT_CHOICES = 2_000
"""Joint choices of one family that are looked at, the best first; three and more siblings with long lists have more."""

Ext = Mapping[str, Any]
"""An object of the user's own that is carried through untouched."""


class AgeClass(StrEnum):
    """Class types of childcare; a mixed class takes children of every class type."""

    INFANT = "infant"
    TODDLER = "toddler"
    NURSERY = "nursery"
    MIXED = "mixed"


class CareType(StrEnum):
    """Hours of care: the whole day, one half of it, by the hour (计时托), or for a while (临时托)."""

    FULL_DAY = "full_day"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    HOURLY = "hourly"
    TEMPORARY = "temporary"


class ApplicantStatus(StrEnum):
    """Only who applies is placed; who has withdrawn gives up the place held, too."""

    APPLYING = "applying"
    WITHDRAWN = "withdrawn"


class InstitutionKind(StrEnum):
    """What an institution is. Kindergartens with classes for two-year-olds count as childcare by a switch."""

    CHILDCARE = "childcare"
    KINDERGARTEN = "kindergarten"
    ELDERCARE = "eldercare"
    HOSPITAL = "hospital"


class Ownership(StrEnum):
    """Who owns it; a public home run by a private operator (公建民营) is public here."""

    PUBLIC = "public"
    PRIVATE = "private"


class AreaLevel(StrEnum):
    """Level of an area: city or district, town or street, village or community."""

    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"


@dataclass(frozen=True, kw_only=True, slots=True)
class Applicant:
    """A child or an elder under a pseudonymous id; names and addresses never enter the problem.

    Attributes
    ----------
    lat, lon, system
        Home in degrees; may be absent where distances or preferences are given.
    birth_date, age_class
        One of them, for childcare: the class is counted at the policy's entry date where it is not given.
    care_type
        Hours wanted.
    groups
        Legal or social groups, words that the policy knows (``特困``, ``优抚``, ``inclusive`` …).
    family
        Id shared by siblings who apply together. Twins share the date of birth too.
    current
        Institution or pool of the place held now.
    preferences
        Institutions or pools, the best first; empty: every one within the largest distance, the nearest first.
    max_distance_m
        The applicant's own limit; where it is above the policy's it is the consent to go further.
    sex, ability, spouse, registered_on, willing, government_paid, income
        For beds. ``ability`` is a word of the policy's order; an elder who is not ``willing`` is not placed.
    employer
        For places that an employer has reserved; an institution's operator is compared with it.
    transfer_wanted
        Whether someone who holds a place wants another.
    """

    id: str
    lat: float | None = None
    lon: float | None = None
    system: CoordinateSystem = CoordinateSystem.WGS84
    birth_date: date | None = None
    age_class: AgeClass | None = None
    care_type: CareType = CareType.FULL_DAY
    town: str = ""
    groups: tuple[str, ...] = ()
    family: str | None = None
    current: str | None = None
    preferences: tuple[str, ...] = ()
    max_distance_m: int | None = None
    sex: str | None = None
    ability: str = ""
    spouse: str | None = None
    registered_on: date | None = None
    willing: bool = True
    government_paid: bool = False
    income: str = ""
    employer: str = ""
    transfer_wanted: bool = False
    status: ApplicantStatus = ApplicantStatus.APPLYING
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Institution:
    """A childcare or eldercare institution. ``name`` is public; ``fee_month`` in yuan; ``grade`` 1 to 5."""

    id: str
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    system: CoordinateSystem = CoordinateSystem.WGS84
    town: str = ""
    kind: InstitutionKind = InstitutionKind.CHILDCARE
    ownership: Ownership = Ownership.PUBLIC
    operator: str = ""
    level: str = ""
    grade: int | None = None
    filed: bool = True
    inclusive: bool = False
    fee_month: float | None = None
    blacklisted: bool = False
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Places of one kind at an institution.

    Attributes
    ----------
    age_class, care_type
        For childcare; ``None`` for beds (and for markets without classes: then everybody fits).
    capacity, occupied
        All places, and those taken now (applicants who hold one included).
    min_class
        Fewest persons (with those already there) for whom the pool is opened; 0: none.
    class_size
        Places of one class or beds of one room; ``None``: not told.
    bed_type
        A word of the policy's table (``普通``, ``护理``, ``认知症``); empty: everybody fits.
    room_sex
        ``male`` or ``female``; ``None``: rooms are given to one sex each as they are filled (``class_size`` beds a
        room), or to everybody where ``class_size`` is not told.
    """

    id: str
    institution: str
    capacity: int
    occupied: int = 0
    age_class: AgeClass | None = None
    care_type: CareType | None = None
    min_class: int = 0
    class_size: int | None = None
    bed_type: str = ""
    room_sex: str | None = None

    @property
    def free(self) -> int:
        """Places that nobody holds now, never below zero."""
        return max(0, self.capacity - self.occupied)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """The institution's own order: ``rank`` 1 is the first to be admitted."""

    institution: str
    applicant: str
    rank: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyChoice:
    """One row of a joint list: in the family's choice number ``rank`` (1 is the best) this member goes there."""

    family: str
    rank: int
    applicant: str
    institution: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenDistance:
    """The way from one object to another (applicant, institution, area or candidate), in metres."""

    origin: str
    destination: str
    metres: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ban:
    """These two are never put together: an applicant and an institution, or two institutions that must not pair."""

    first: str
    second: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedPair:
    """Two institutions that are paired already (or an applicant placed by decision), and since when."""

    first: str
    second: str
    signed_on: date | None = None
    remark: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A city, town or village with the figures that targets are counted against; ``parent`` holds it."""

    id: str
    name: str = ""
    level: AreaLevel = AreaLevel.TOWN
    parent: str | None = None
    lat: float | None = None
    lon: float | None = None
    system: CoordinateSystem = CoordinateSystem.WGS84
    population_registered: int | None = None
    population_resident: int | None = None
    elders: int | None = None
    over_80: int | None = None
    under_3: int | None = None
    urban: bool | None = None
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A site where up to ``max_modules`` modules fit at ``cost`` yuan each, plus ``open_cost`` for the site."""

    id: str
    lat: float | None = None
    lon: float | None = None
    system: CoordinateSystem = CoordinateSystem.WGS84
    town: str = ""
    max_modules: int = 1
    cost: float = 0.0
    open_cost: float = 0.0
    inclusive: bool = True
    institution: str | None = None
    ext: Ext = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A target of the city: indicator, year, value, what it is counted against, and the document that sets it."""

    indicator: str
    year: int
    value: float
    denominator: str = ""
    document: str = ""
    area: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlacesProblem:
    """All tables of a city, in any order."""

    name: str
    applicants: tuple[Applicant, ...] = ()
    institutions: tuple[Institution, ...] = ()
    pools: tuple[Pool, ...] = ()
    areas: tuple[Area, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    targets: tuple[Target, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    family_preferences: tuple[FamilyChoice, ...] = ()
    distances: tuple[GivenDistance, ...] = ()
    bans: tuple[Ban, ...] = ()
    fixed_pairs: tuple[FixedPair, ...] = ()
    ext: Ext = field(default_factory=dict)
