"""How a job of each kind is solved. Loading a solver takes a moment, so each is loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.kinds.visits_run import Watch

__all__ = ["runner_of"]

Runner = Callable[[bytes, bytes | None, Watch], dict[str, Any]]


def runner_of(kind: str) -> Runner:
    """What solves jobs of this kind."""
    if kind == "visits":
        from api.kinds.visits_run import run_visits

        return run_visits
    if kind == "places":
        from api.kinds.places_run import run_places

        return run_places
    raise ValueError(f"no such kind of job: {kind}")
