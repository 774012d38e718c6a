"""Fixtures that several test modules use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published instances; skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(
            f"published instances are not here (looked for {SHARED_DATA}); the rest of the suite does not need them"
        )
    return SHARED_DATA
