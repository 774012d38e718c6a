"""Every test has a log of draws of its own, as their lists are fixed at the same moment."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_log_of_draws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a test draws is known to that test only."""
    monkeypatch.setenv("CAREPLAN_STATE_HOME", str(tmp_path / "state"))
