"""What the server loads, and what it leaves to its workers and its desk."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("numba", "ortools", "scipy", "pandas", "optimizer.visits.solve", "optimizer.places.model")


def test_the_server_loads_no_solver() -> None:
    code = f"import sys, api.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert loaded.stdout.strip() == "[]"
