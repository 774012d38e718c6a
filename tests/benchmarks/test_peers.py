"""What the peers are given: within what they can count."""

from __future__ import annotations

from pathlib import Path

from benchmarks.instances import load_day
from benchmarks.peers.statement import state


def test_a_day_with_an_island_stays_within_32_bits() -> None:
    """VROOM refuses a matrix whose largest rows add up to more."""
    statement = state(load_day("plain:qidong-400", Path()))
    assert (statement.durations > statement.horizon).any(), "nothing here cannot be travelled"
    assert int(statement.durations.max(axis=1).sum()) + int(statement.durations.max()) < 2**32
    assert 2 * statement.horizon < int(statement.durations.max())
