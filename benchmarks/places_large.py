"""A made city of any size for the measures of places: homes around towns, institutions, five classes, one draw.

Homes and institutions in clusters, the ten nearest institutions named by everybody, places of uneven size with a demand
of 1.10 times the places, five priority classes of 3, 7, 15, 25 and 50 per cent.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from optimizer.common.language import Text
from optimizer.places.model import Applicant, Institution, PlacesProblem, Pool
from optimizer.places.policy import (
    Criterion,
    CriterionKind,
    DistanceRule,
    FamilyRule,
    Filters,
    LastPlace,
    Policy,
    PriorityClass,
)

__all__ = ["large_city", "large_policy"]

SHARES = (0.03, 0.07, 0.15, 0.25, 0.50)
DEMAND = 1.10
LAT, LON, KM_PER_DEGREE = 31.8, 121.6, 111.2


def large_city(applicants: int, institutions: int, *, named: int = 10, seed: int = 1) -> PlacesProblem:
    """A city of so many applicants and institutions; with ``named`` 0 everybody accepts what is near enough."""
    random = np.random.default_rng(seed)
    towns = max(3, institutions // 40)
    side_km = 8.0 * np.sqrt(towns)
    centres = random.uniform(0.0, side_km, (towns, 2))
    weight = random.dirichlet(np.full(towns, 2.0))
    homes = _around(centres, weight, applicants, random)
    houses = _around(centres, weight, institutions, random)
    size = random.lognormal(0.0, 0.6, institutions)
    capacity = np.maximum(1, np.rint(size * applicants / DEMAND / size.sum())).astype(int)
    group = random.choice(len(SHARES), applicants, p=SHARES)
    names = [f"H{k:05d}" for k in range(institutions)]
    near = (
        cKDTree(houses).query(homes, k=min(named, institutions))[1] if named else np.empty((applicants, 0), dtype=int)
    )
    points = [_degrees(spots) for spots in (homes, houses)]
    return PlacesProblem(
        name=f"{applicants} x {institutions}",
        applicants=tuple(
            Applicant(
                id=f"A{i:06d}",
                lat=lat,
                lon=lon,
                groups=(f"g{g}",),
                preferences=tuple(names[k] for k in row),
            )
            for i, ((lat, lon), g, row) in enumerate(zip(points[0], group.tolist(), near.tolist(), strict=True))
        ),
        institutions=tuple(
            Institution(id=name, lat=lat, lon=lon) for name, (lat, lon) in zip(names, points[1], strict=True)
        ),
        pools=tuple(
            Pool(id=f"{name}/1", institution=name, capacity=places)
            for name, places in zip(names, capacity.tolist(), strict=True)
        ),
    )


def large_policy(limit_m: int = 10_000) -> Policy:
    """Five classes, then distance bands, then the draw; nothing filtered; straight lines."""
    return Policy(
        id="large",
        name=Text("大城市", "large city"),
        classes=tuple(
            PriorityClass(id=f"g{g}", name=Text(f"第{g}类", f"class {g}"), any_groups=(f"g{g}",))
            for g in range(len(SHARES) - 1)
        ),
        order=(Criterion(kind=CriterionKind.CLASS), Criterion(kind=CriterionKind.DISTANCE_BAND)),
        distance=DistanceRule(max_m=limit_m, detour=1.0, bands_m=(1_500,)),
        families=FamilyRule(last_place=LastPlace.SPLIT),
        filters=Filters(not_blacklisted=False),
    )


def _around(centres: np.ndarray, weight: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    own = random.choice(len(centres), count, p=weight)
    return centres[own] + random.normal(0.0, 2.0, (count, 2))


def _degrees(spots: np.ndarray) -> list[list[float]]:
    lat = LAT + spots[:, 1] / KM_PER_DEGREE
    lon = LON + spots[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(LAT)))
    return np.column_stack([lat, lon]).round(6).tolist()
