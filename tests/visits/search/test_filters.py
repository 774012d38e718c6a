"""What is refused before it is timed, or before it is timed to its end, would have cost too much."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Link, LinkKind, Problem
from optimizer.visits.objective import HHCRSP
from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.exchange import exchange
from optimizer.visits.search.journal import random_below, undo
from optimizer.visits.search.moves import relocate, swap
from optimizer.visits.search.propagate import propagate
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.route_end import cost
from tests.toys import caregiver, tiny_problem, visit
from tests.visits.search.kernels import HOT, session_of

EVERYTHING = 1e200
RELOCATE, SWAP, EXCHANGE = range(3)


@compiled
def _propose(k: Kernel, kind: int, v: int, now: float, limit: float) -> bool:
    if kind == RELOCATE:
        return relocate(k, v, now, limit)
    if kind == SWAP:
        return swap(k, v, now, limit)
    return exchange(k, v, now, limit)


@compiled
def _count(arrays: Kernel, kind: int, proposals: int, temperature: float, counts: np.ndarray) -> None:
    """Make proposals three times, filtered, unfiltered and timed to the end.

    Counts the timed ones, the good ones, the good ones refused untimed, and the good ones refused while being timed.
    """
    k = by_reference(arrays)
    now = cost(k, k.totals[0])
    limit = now + temperature
    for _ in range(proposals):
        v = random_below(k, len(k.able))
        if k.node[v].route < 0:
            continue
        drawn = k.random[0]
        timed = _propose(k, kind, v, now, limit)
        kept = False
        if timed:
            kept = propagate(k, limit)
            undo(k)
        k.random[0] = drawn
        good = False
        if _propose(k, kind, v, now, EVERYTHING):
            good = propagate(k, limit)
            undo(k)
        k.random[0] = drawn
        good_in_the_end = False
        if _propose(k, kind, v, now, EVERYTHING):
            good_in_the_end = propagate(k, EVERYTHING) and cost(k, k.trial[0]) <= limit
            undo(k)
        counts[0] += 1 if timed else 0
        counts[1] += 1 if good else 0
        counts[2] += 1 if good and not kept else 0
        counts[3] += 1 if good_in_the_end and not good else 0


@pytest.mark.parametrize("kind", [RELOCATE, SWAP, EXCHANGE], ids=["relocate", "swap", "exchange"])
def test_nothing_good_is_refused_before_its_end(kind: int) -> None:
    session = session_of(*_late_day(), HHCRSP)
    assert session.kernel.weight[0].steady, "proposals then do not end early"
    counts = np.zeros(4, dtype=np.int64)
    for temperature in np.geomspace(2000.0, 5.0, 60):
        session.run(300, temperature, HOT)
        _count(session.kernel, kind, 300, temperature, counts)
    assert session.kernel.totals[0].tardiness > 0, "a day without lateness shows nothing"
    assert 0 < counts[1] <= counts[0]
    assert counts[2] == 0
    assert counts[3] == 0


def _late_day() -> tuple[Problem, TravelMatrix]:
    """More than three caregivers can do on time, with teams and sequences."""
    windows = [("08:00", None, "10:00"), ("09:00", None, "11:00"), ("10:00", None, "13:00")]
    visits = [visit(f"v{i:02d}", x=i * 7 % 23, minutes=30, window=windows[i % 3]) for i in range(30)]
    visits += [visit(f"t{i}", x=3 * i, team_size=2, window=windows[i % 3]) for i in range(3)]
    links = tuple(
        Link(
            id=f"l{i}", kind=LinkKind.SEQUENTIAL, visits=(f"v{i:02d}", f"v{i + 1:02d}"), min_gap_t=1800, max_gap_t=3600
        )
        for i in range(0, 8, 2)
    )
    crew = [caregiver(name, x=5 * i) for i, name in enumerate(("ann", "bea", "cid", "dan"))]
    return tiny_problem(visits=visits, caregivers=crew, links=links)
