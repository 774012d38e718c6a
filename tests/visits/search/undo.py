"""Makes proposals and takes each back; says which problems are then not bit-identical. To be run uncompiled."""

from __future__ import annotations

import sys

import numpy as np
from hypothesis import HealthCheck, given, settings

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.search import anneal
from optimizer.visits.search.journal import undo
from optimizer.visits.search.propagate import propagate
from optimizer.visits.search.ruin import ruin_and_recreate
from tests.strategies import problems
from tests.visits.search.kernels import session_of, snapshot

SHARES = np.array([0.2, 0.6, 0.9, 0.0])
EVERYTHING, NOTHING = 1e300, -1e300


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(problems())
def every_proposal_can_be_taken_back(drawn: tuple[Problem, TravelMatrix]) -> None:
    """Moves that are timed and undone, and ruins that are refused, leave no trace."""
    session = session_of(*drawn)
    kernel = session.kernel
    if not len(kernel.able) or not len(kernel.shift):
        return
    before = snapshot(session)
    for turn in range(60):
        if turn % 6 == 0:
            ruin_and_recreate(kernel, NOTHING)
        elif anneal._propose(kernel, 0.0, EVERYTHING, SHARES):
            propagate(kernel, EVERYTHING)
            undo(kernel)
        after = snapshot(session)
        if not all(np.array_equal(one, other) for one, other in zip(before, after, strict=True)):
            raise AssertionError("a proposal left a trace")


if __name__ == "__main__":
    every_proposal_can_be_taken_back()
    sys.stdout.write("ok\n")
