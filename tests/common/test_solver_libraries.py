"""OR-Tools and HiGHS in one process, whichever comes first."""

from __future__ import annotations

import subprocess
import sys

import pytest

ORTOOLS = "import ortools.constraint_solver.pywrapcp"
HIGHS = "import highspy; highspy.Highs()"


@pytest.mark.parametrize("order", [(ORTOOLS, HIGHS), (HIGHS, ORTOOLS)], ids=["ortools first", "highs first"])
def test_both_load_in_either_order(order: tuple[str, str]) -> None:
    subprocess.run([sys.executable, "-c", "; ".join(order)], check=True)
