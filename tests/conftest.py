"""Fixtures that several test modules use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every run, so that a change is judged by itself; HYPOTHESIS_PROFILE=explore draws new ones.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published instances; skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(
            f"published instances are not here (looked for {SHARED_DATA}); the rest of the suite does not need them"
        )
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def log_of_draws(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests draw is not noted in the log of the computer."""
    os.environ["CAREPLAN_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
