"""Warming up compiles what a real market needs, so that the first one does not wait."""

from __future__ import annotations

import pytest

from optimizer.places.allocate import allocate_places
from optimizer.places.stable.proposals import propose
from optimizer.places.warmup import warm_up_places
from tests.places.test_beds import POLICY, homes


def test_a_real_market_finds_its_proposals_compiled() -> None:
    if not hasattr(propose, "signatures"):
        pytest.skip("runs uncompiled")
    warm_up_places()
    compiled = len(propose.signatures)
    assert compiled >= 1
    allocate_places(homes(40, 30, seed=1), POLICY, seed="1")
    assert len(propose.signatures) == compiled
