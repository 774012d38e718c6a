"""Prices as the whole numbers that CP-SAT needs, never dearer than they are."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["scale_of", "whole"]

FINEST = 1_000_000
NEAR = 1e-9


def scale_of(prices: Iterable[float]) -> float:
    """A factor that makes all prices whole numbers where a small one does; a large one otherwise."""
    kinds = sorted({price for price in prices if price > 0})
    if not kinds:
        return 1.0
    for factor in range(1, 1000):
        scale = factor / kinds[0]
        if all(abs(price * scale - round(price * scale)) < NEAR * max(1.0, price * scale) for price in kinds):
            return scale
    return FINEST / kinds[0]


def whole(price: float, scale: float) -> int:
    """The price times the scale, rounded down unless it is as good as whole: a bound stays a bound."""
    value = price * scale
    return round(value) if abs(value - round(value)) < NEAR * max(1.0, value) else math.floor(value)
