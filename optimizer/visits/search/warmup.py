"""Compiling the search ahead of its first run."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.index import index_problem
from optimizer.visits.model import Caregiver, Client, Location, Problem, Shift, Visit
from optimizer.visits.objective import HOMECARE
from optimizer.visits.search.compiled import PACKAGE, cache_folder, is_compiling

__all__ = ["is_warm", "mark_of", "warm_up"]


def is_warm() -> bool:
    """Whether the machine code of this version lies ready, or none is used."""
    return not is_compiling() or all(mark.exists() for mark in _marks())


def mark_of(package: Path) -> Path:
    """File that says that everything of a package was compiled.

    The compiler looks up its code by the place and the last change of each source file, so the name holds both: a copy
    of the same files elsewhere is compiled anew.
    """
    digest = hashlib.sha256(str(package).encode())
    for file in sorted(package.glob("*.py")):
        state = file.stat()
        digest.update(f"{file.name} {state.st_mtime_ns} {state.st_size}\n".encode())
    return cache_folder(package) / f"complete-{digest.hexdigest()[:16]}"


def _marks() -> tuple[Path, Path]:
    """The marks of the exact search and of the string search."""
    from optimizer.visits.search.strings import PACKAGE as STRINGS

    return mark_of(PACKAGE), mark_of(STRINGS)


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
        for mark in _marks():
            mark.touch()


def _smallest_day() -> Problem:
    return Problem(
        date=date(2026, 1, 1),
        locations=(Location(id="a"), Location(id="b")),
        clients=(Client(id="a", location="a"), Client(id="b", location="b")),
        visits=tuple(Visit(id=name, client=name, service_duration_t=60) for name in "ab"),
        caregivers=(Caregiver(id="c", shifts=(Shift(id="d", start_location="a", end_location="a", start_t=0),)),),
    )
