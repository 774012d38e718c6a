"""Compiling the search ahead of its first run."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.index import index_problem
from optimizer.visits.model import Caregiver, Client, Location, Problem, Shift, Visit
from optimizer.visits.objective import HOMECARE
from optimizer.visits.search.compiled import cache_folder, is_compiling

__all__ = ["is_warm", "warm_up"]

MARK = "complete"
"""Name of the file that says that everything was compiled."""


def is_warm() -> bool:
    """Whether the machine code of this version lies ready, or none is used."""
    return not is_compiling() or all((folder / MARK).exists() for folder in _folders())


def _folders() -> tuple[Path, Path]:
    """Where the machine code of the exact search and of the string search is kept."""
    from optimizer.visits.search.strings import PACKAGE

    return cache_folder(), cache_folder(PACKAGE)


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Compile everything that a run needs, or load it; takes up to two minutes the first time."""
    from optimizer.visits.search.session import Cooling, Session
    from optimizer.visits.search.strings.session import StringSession

    problem = _smallest_day()
    names = tuple(place.id for place in problem.locations)
    square = np.full((len(names), len(names)), 60, dtype=np.int32)
    travel = TravelMatrix(locations=names, durations={"ebike": square}, reachable={"ebike": square > 0})
    session = Session(index_problem(problem, travel), HOMECARE, seed=1)
    session.begin(None)
    session.run(10, 1.0, Cooling(start=1.0, end=1.0))
    session.return_to_best()
    strings = StringSession(index_problem(problem, travel), HOMECARE, seed=1)
    strings.begin({}, {})
    strings.run(10, 0.0, 1.0)
    if is_compiling():
        for folder in _folders():
            (folder / MARK).touch()


def _smallest_day() -> Problem:
    return Problem(
        date=date(2026, 1, 1),
        locations=(Location(id="a"), Location(id="b")),
        clients=(Client(id="a", location="a"), Client(id="b", location="b")),
        visits=tuple(Visit(id=name, client=name, service_duration_t=60) for name in "ab"),
        caregivers=(Caregiver(id="c", shifts=(Shift(id="d", start_location="a", end_location="a", start_t=0),)),),
    )
