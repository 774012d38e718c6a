"""Compiling the search ahead of its first run."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.index import IndexedProblem, index_problem
from optimizer.visits.model import Caregiver, Client, Location, Problem, Shift, Visit
from optimizer.visits.objective import HOMECARE, Objective
from optimizer.visits.search.compiled import PACKAGE, cache_folder, is_compiling

__all__ = ["is_warm", "mark_of", "warm_up", "warm_up_exact", "warm_up_strings"]


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
    warm_up_exact()
    warm_up_strings()


def warm_up_exact() -> None:
    """Compile or load the exact search."""
    from optimizer.visits.search.session import Cooling, Session

    session = Session(*_smallest_day(), seed=1)
    session.begin(None)
    session.run(10, 1.0, Cooling(start=1.0, end=1.0))
    session.return_to_best()
    if is_compiling():
        _marks()[0].touch()


def warm_up_strings() -> None:
    """Compile or load the string search of large days."""
    from optimizer.visits.search.strings.session import StringSession

    session = StringSession(*_smallest_day(), seed=1)
    session.begin({}, {})
    session.run(10, 0.0, 1.0)
    if is_compiling():
        _marks()[1].touch()


def _smallest_day() -> tuple[IndexedProblem, Objective]:
    problem = Problem(
        date=date(2026, 1, 1),
        locations=(Location(id="a"), Location(id="b")),
        clients=(Client(id="a", location="a"), Client(id="b", location="b")),
        visits=tuple(Visit(id=name, client=name, service_duration_t=60) for name in "ab"),
        caregivers=(Caregiver(id="c", shifts=(Shift(id="d", start_location="a", end_location="a", start_t=0),)),),
    )
    names = tuple(place.id for place in problem.locations)
    square = np.full((len(names), len(names)), 60, dtype=np.int32)
    travel = TravelMatrix(locations=names, durations={"ebike": square}, reachable={"ebike": square > 0})
    return index_problem(problem, travel), HOMECARE
