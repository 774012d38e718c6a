"""What is asked for and found when new places are sited: stages with bounds, new modules, tables by town and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from optimizer.common.language import Text
from optimizer.common.status import Status

__all__ = [
    "Catchment",
    "NewSite",
    "PlacePrice",
    "SiteKind",
    "SiteOptions",
    "SiteResult",
    "SiteYear",
    "Stage",
    "TownRow",
]


class SiteKind(StrEnum):
    """What is added: places for children under three, or beds for elders."""

    CHILDCARE = "childcare"
    BEDS = "beds"


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteOptions:
    """How new places are sited.

    Attributes
    ----------
    kind
        Places or beds.
    years
        Years of the scenario, in order; empty: the latest year that has a target. What one year adds stays.
    per_1000
        The city's own target per thousand people (beds: elders); ``None``: from the table of targets.
    module_places
        Places of one module (a class of 20; beds: a ward).
    budget
        Yuan for all years together.
    mode, minutes, kmh, detour
        What "within 15 minutes" means: the way is the straight line times ``detour`` where no distance is given.
    reach_m
        Ways longer than this are not counted with the sites (stage of distance); ``None``: three times the limit.
    inclusive_share
        Smallest share of inclusive places in all places; ``None``: from the targets.
    nursing_share
        For beds: smallest share of nursing beds, reached by conversions and new ones; ``None``: from the targets.
    kindergartens
        Whether kindergartens with classes for two-year-olds count.
    gap, time_limit_s
        Relative gap and seconds for each stage.
    """

    kind: SiteKind = SiteKind.CHILDCARE
    years: tuple[int, ...] = ()
    per_1000: float | None = None
    module_places: int = 20
    budget: float | None = None
    mode: str = "walk"
    minutes: float = 15.0
    kmh: float = 4.5
    detour: float = 1.324
    reach_m: int | None = None
    inclusive_share: float | None = None
    nursing_share: float | None = None
    kindergartens: bool = True
    gap: float = 1e-4
    time_limit_s: float | None = 60.0

    @property
    def limit_m(self) -> int:
        """Metres of way within the minutes."""
        return int(self.minutes * self.kmh * 1000 / 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One objective, fixed before the next.

    ``value`` and proved ``bound`` (for what is made large both are of the amount itself); ``gap`` relative.
    """

    id: str
    name: Text
    value: float
    bound: float
    gap: float
    seconds: float
    proved: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSite:
    """Modules at a candidate site, those of earlier years included."""

    candidate: str
    town: str
    modules: int
    places: int
    cost: float
    inclusive: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Catchment:
    """So many places at a site are counted for the people of an area."""

    area: str
    site: str
    places: float
    metres: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacePrice:
    """Metres of way that one more place at an existing institution saves (without a place one counts ``reach``)."""

    institution: str
    metres: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TownRow:
    """Target and shortage of a town.

    ``needed``: places for the target, ``existing`` and ``added`` ones, ``shortage`` left, ``per_1000`` reached;
    ``covered`` of ``people`` live within the minutes of an institution; ``inclusive``: has an inclusive institution.
    """

    town: str
    people: int
    target_per_1000: float
    needed: int
    existing: int
    added: int
    shortage: int
    per_1000: float
    covered: int
    inclusive: bool


@dataclass(frozen=True, kw_only=True)
class SiteYear:
    """The plan for a year: stages, new sites, converted beds by institution, the table by town, catchments, prices."""

    year: int | None
    per_1000: float
    inclusive_share: float
    nursing_share: float
    stages: tuple[Stage, ...]
    sites: tuple[NewSite, ...]
    converted: Mapping[str, int]
    towns: tuple[TownRow, ...]
    catchments: tuple[Catchment, ...]
    prices: tuple[PlacePrice, ...]
    yuan: float


@dataclass(frozen=True, kw_only=True)
class SiteResult:
    """What :func:`optimizer.places.site.site_places` returns.

    ``cost`` and ``bound``: metres of way of the last year's last stage (all needed places; without one: ``reach``).
    """

    options: SiteOptions
    status: Status
    years: tuple[SiteYear, ...]
    cost: float
    bound: float
    input_hash: str = ""
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
