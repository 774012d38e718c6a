"""Pairs of institutions by distance (结对): least total or smallest longest distance, with proof."""

from optimizer.places.pairing.result import (
    CurvePoint,
    Cut,
    Pair,
    PairObjective,
    PairOptions,
    PairProof,
    PairResult,
    Side,
)
from optimizer.places.pairing.solve import pair_institutions

__all__ = [
    "CurvePoint",
    "Cut",
    "Pair",
    "PairObjective",
    "PairOptions",
    "PairProof",
    "PairResult",
    "Side",
    "pair_institutions",
]
