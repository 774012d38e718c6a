"""What the server loads, and what it leaves to its workers and its desk."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.asking import PATIENCE_S
from tests.api.conftest import served

HEAVY = ("numba", "ortools", "scipy", "pandas", "optimizer.visits.solve", "optimizer.places.model")


def test_the_server_loads_no_solver() -> None:
    code = f"import sys, api.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="this system knows no such priority")
def test_workers_can_be_left_what_nobody_else_wants(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/jobs.db", workers=1, worker_niceness=20, desk_processes=0)
    with served(settings) as service:
        until = time.monotonic() + PATIENCE_S
        while os.sched_getscheduler(service.service.supervisor.pids()[0]) != os.SCHED_IDLE:
            assert time.monotonic() < until
            time.sleep(0.05)
