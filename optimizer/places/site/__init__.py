"""Where to add places or beds so that targets are met, by stages, with bounds."""

from optimizer.places.site.result import (
    Catchment,
    NewSite,
    PlacePrice,
    SiteKind,
    SiteOptions,
    SiteResult,
    SiteYear,
    Stage,
    TownRow,
)
from optimizer.places.site.solve import site_places

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
    "site_places",
]
