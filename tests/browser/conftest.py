"""A browser for the tests that need one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.browser.chromium import NAMES, Tab


@pytest.fixture(scope="session")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A tab of Chromium; without Chromium the test is skipped, or fails where the system is required."""
    program = next((found for found in map(shutil.which, NAMES) if found), None)
    if program is None:
        message = f"no browser found (looked for {', '.join(NAMES)}); install Chromium"
        if os.environ.get("CAREPLAN_REQUIRE_SYSTEM"):
            pytest.fail(message)
        pytest.skip(message)
    opened = Tab(program, tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()
