"""Splitting whole numbers by weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.quota import apportion


@given(st.integers(0, 500), st.lists(st.floats(0.01, 100), min_size=1, max_size=12))
def test_the_parts_sum_up_and_stay_near_their_share(total: int, weights: list[float]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1 + 1e-6


def test_limits_hold_and_the_rest_goes_elsewhere() -> None:
    assert apportion(10, [5, 5], [2, 9]) == [2, 8]
    assert apportion(3, [0, 1]) == [0, 3]
    assert apportion(0, [0, 0]) == [0, 0]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot split"):
        apportion(5, [1, 1], [2, 2])
    with pytest.raises(ValueError, match="cannot split"):
        apportion(1, [0, 0])
