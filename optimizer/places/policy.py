"""The published rule of an allocation, as data: who comes first, what binds, how a draw is made.

Nothing here is a default of law. A policy file (TOML) names its document; every item says where it comes from
(``source``) or that it is only an example (``example``). Items that are not ``enabled`` do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from optimizer.common.language import Text
from optimizer.places.model import AgeClass, CareType, Ownership

__all__ = [
    "AgeBand",
    "BedRule",
    "BedType",
    "ClassLimit",
    "Criterion",
    "CriterionKind",
    "DistanceRule",
    "FamilyRule",
    "Filters",
    "LastPlace",
    "Offers",
    "PlacesKind",
    "Policy",
    "PriorityClass",
    "Reserve",
    "SiblingRule",
    "Source",
]


class PlacesKind(StrEnum):
    """What is allocated."""

    CHILDCARE = "childcare"
    BEDS = "beds"


class CriterionKind(StrEnum):
    """One step of the order at an institution; smaller comes first, and the lottery number decides at the end.

    ``class``: number of the applicant's priority class. ``ability``: place in the policy's order of abilities.
    ``group``: members of ``groups`` before others. ``sibling``: a sibling holds a place there. ``same_town``: lives in
    the institution's town. ``distance_band``: number of the band. ``registered_on``: the earlier the sooner.
    ``employer``: works for the institution's operator.
    """

    CLASS = "class"
    ABILITY = "ability"
    GROUP = "group"
    SIBLING = "sibling"
    SAME_TOWN = "same_town"
    DISTANCE_BAND = "distance_band"
    REGISTERED_ON = "registered_on"
    EMPLOYER = "employer"


class SiblingRule(StrEnum):
    """How siblings without a joint list choose.

    ``apart``: each on its own. ``together_or_none``: one institution for all, or none. ``together_first``: one
    institution for all first, then any combination of their own choices, by the sum of their ranks.
    """

    APART = "apart"
    TOGETHER_OR_NONE = "together_or_none"
    TOGETHER_FIRST = "together_first"


class LastPlace(StrEnum):
    """What happens to twins (one number) when one place is left.

    ``skip``: they go to one institution together or not at all, and the place goes to the next number. ``admit``: all
    of them are admitted, above the capacity, wherever one of them is by the number (``stable`` only). ``split``: each
    goes down the own list with the common number, so that one of them gets the last place.
    """

    SKIP = "skip"
    ADMIT = "admit"
    SPLIT = "split"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a rule comes from: the document, its section, and the phrase itself."""

    document: str = ""
    section: str = ""
    phrase: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PriorityClass:
    """A class of applicants; the first enabled class that fits counts. Applicants who fit none form the last class.

    An applicant fits with all of ``all_groups``, one of ``any_groups`` (if any are named) and one of ``abilities`` (if
    any are named). ``must_place``: everybody willing in it is placed before anyone else, or the shortage is named.
    """

    id: str
    name: Text
    all_groups: tuple[str, ...] = ()
    any_groups: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()
    must_place: bool = False
    enabled: bool = True
    example: bool = False
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """A step of the order. ``groups`` and ``ownership`` limit the kind ``group`` (优抚 only in public homes)."""

    kind: CriterionKind
    groups: tuple[str, ...] = ()
    ownership: Ownership | None = None
    enabled: bool = True
    example: bool = False
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reserve:
    """Part of every pool for its holders: applicants with one of ``groups`` or one of ``care_types``.

    ``percent`` of the places that are free now, rounded down, the first reserve before the next.
    An applicant holds the first enabled reserve that fits; who keeps the place held now needs none. Reserved places go
    to holders first; where ``exclusive`` nobody else gets them, else the unused ones are open. ``confined``: holders
    get reserved places only, no open ones. A reserve for ``care_types`` lets their applicants into full-day pools, and
    plays no part in pools of their own care type.
    """

    id: str
    name: Text
    percent: float
    groups: tuple[str, ...] = ()
    care_types: tuple[CareType, ...] = ()
    exclusive: bool = False
    confined: bool = False
    enabled: bool = True
    example: bool = False
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeBand:
    """Completed months at the entry date, both ends inclusive, that belong to a class type."""

    age_class: AgeClass
    from_months: int
    to_months: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassLimit:
    """Largest class of a class type and children a certified carer may look after."""

    age_class: AgeClass
    largest_class: int
    children_per_carer: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DistanceRule:
    """How far is too far.

    ``minutes`` by ``mode`` at ``kmh`` give the largest distance, unless ``max_m`` is given. Straight lines are
    multiplied by ``detour``. Beyond it a place needs consent: the applicant's own limit, or having named the
    institution. ``bands_m``: ends of the distance bands, increasing.
    """

    mode: str = "walk"
    minutes: float = 15.0
    kmh: float = 4.5
    detour: float = 1.324
    max_m: int | None = None
    bands_m: tuple[int, ...] = ()
    source: Source = field(default_factory=Source)

    @property
    def limit_m(self) -> int:
        """The largest distance without consent, in metres."""
        return self.max_m if self.max_m is not None else int(self.minutes * self.kmh * 1000 / 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyRule:
    """Siblings and twins. ``one_number``: twins (one family, one date of birth) share one lottery number."""

    siblings: SiblingRule = SiblingRule.APART
    one_number: bool = True
    last_place: LastPlace = LastPlace.SKIP
    example: bool = True
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What an institution must be to receive anybody (or, for the grade, whom).

    ``filed_only``, ``inclusive_only``, ``not_blacklisted``: of the institution. ``kindergartens``: whether classes of
    kindergartens count, for ``kindergarten_classes`` only. ``min_private_grade``: government-paid elders go to private
    homes of at least that grade.
    """

    filed_only: bool = False
    inclusive_only: bool = False
    not_blacklisted: bool = True
    kindergartens: bool = True
    kindergarten_classes: tuple[AgeClass, ...] = (AgeClass.NURSERY, AgeClass.MIXED)
    min_private_grade: int | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BedType:
    """A bed type and the abilities it may take; empty: every ability."""

    bed_type: str
    abilities: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BedRule:
    """Rules of beds. ``rooms_by_sex``: a room holds one sex, but for couples, who have a room of their own.

    ``couples``: spouses who both apply go to one institution together, or neither is placed.
    """

    types: tuple[BedType, ...] = ()
    rooms_by_sex: bool = True
    couples: bool = True
    example: bool = True
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offers:
    """Days to answer an offer, and how many may be refused before the applicant goes to the end of the list."""

    days_to_accept: int = 7
    refusals_allowed: int = 1
    example: bool = True


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A versioned rule of allocation.

    Attributes
    ----------
    number, approved_by, in_force_from
        文号, 批准人, 生效日. Where one is missing, results are marked 试算，不得公布.
    entry_date, age_bands, mixed_from_months
        The class is counted in completed months on the entry date; months in no band have no class. A mixed class
        takes children from ``mixed_from_months`` on.
    classes, order
        Priority classes, and the steps of the order at an institution.
    abilities
        Words for ability, the one that comes first in the order named first.
    half_days_share
        Whether half-day places may be taken from full-day pools (a full day is a morning and an afternoon); needs
        the rule ``served``.
    bottleneck_first
        For ``served``: make the largest distance as small as possible before the total.
    """

    id: str
    name: Text
    kind: PlacesKind = PlacesKind.CHILDCARE
    version: str = "1"
    number: str = ""
    approved_by: str = ""
    in_force_from: date | None = None
    entry_date: date | None = None
    age_bands: tuple[AgeBand, ...] = ()
    mixed_from_months: int = 18
    class_limits: tuple[ClassLimit, ...] = ()
    classes: tuple[PriorityClass, ...] = ()
    order: tuple[Criterion, ...] = ()
    abilities: tuple[str, ...] = ()
    reserves: tuple[Reserve, ...] = ()
    distance: DistanceRule = field(default_factory=DistanceRule)
    families: FamilyRule = field(default_factory=FamilyRule)
    filters: Filters = field(default_factory=Filters)
    beds: BedRule = field(default_factory=BedRule)
    offers: Offers = field(default_factory=Offers)
    half_days_share: bool = False
    bottleneck_first: bool = False
    source: Source = field(default_factory=Source)

    @property
    def is_official(self) -> bool:
        """Whether number, approver and date are there, so that results may be published."""
        return bool(self.number and self.approved_by and self.in_force_from)

    @property
    def enabled_classes(self) -> tuple[PriorityClass, ...]:
        """The priority classes in force, the first one first."""
        return tuple(one for one in self.classes if one.enabled)

    @property
    def enabled_order(self) -> tuple[Criterion, ...]:
        """The steps of the order in force."""
        return tuple(one for one in self.order if one.enabled)

    @property
    def enabled_reserves(self) -> tuple[Reserve, ...]:
        """The reserves in force."""
        return tuple(one for one in self.reserves if one.enabled)
