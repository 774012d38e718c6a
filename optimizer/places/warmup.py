"""Compiling what an allocation, a pairing and groups need, ahead of their first run."""

from __future__ import annotations

from datetime import date

import numpy as np

from optimizer.common.language import Text
from optimizer.places.allocate import allocate_places
from optimizer.places.cluster.branch import SingleSource, best_single_source
from optimizer.places.model import (
    AgeClass,
    Applicant,
    GivenDistance,
    Institution,
    InstitutionKind,
    PlacesProblem,
    Pool,
)
from optimizer.places.pairing import PairOptions, pair_institutions
from optimizer.places.policy import Policy

__all__ = ["warm_up_places"]


def warm_up_places() -> None:
    """Compile, or load what lies compiled: some twenty seconds the first time."""
    problem = _smallest_market()
    policy = Policy(id="warm", name=Text("预热", "warm-up"), entry_date=date(2026, 9, 1))
    allocate_places(problem, policy, seed="1")
    pair_institutions(problem, PairOptions(pairs=1))
    one = np.ones(1, dtype=np.int64)
    free = SingleSource(
        cost=np.ones((1, 1)), open_cost=np.ones(1), room=one, need=one, must_lead=np.zeros(1, dtype=bool)
    )
    best_single_source(free, gap=0.0, time_limit_s=None)


def _smallest_market() -> PlacesProblem:
    return PlacesProblem(
        name="warm",
        applicants=(Applicant(id="a", age_class=AgeClass.NURSERY, preferences=("b",)),),
        institutions=(Institution(id="b"), Institution(id="c", kind=InstitutionKind.ELDERCARE)),
        pools=(Pool(id="p", institution="b", capacity=1, age_class=AgeClass.NURSERY),),
        distances=tuple(GivenDistance(origin=one, destination="b", metres=100) for one in "ac"),
    )
