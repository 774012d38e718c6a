"""How a job of each kind is solved, and loading all that it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.kinds.visits_run import Watch

__all__ = ["load_solvers", "runner_of"]

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


def load_solvers() -> None:
    """Load what any job needs, which takes some seconds: a worker does so before its first job, whose time it would
    be. The compiled search is loaded where it lies ready; what places need is compiled here if it never was, in some
    twenty seconds.
    """
    from optimizer.places.warmup import warm_up_places
    from optimizer.visits.engines import engine_named
    from optimizer.visits.search.warmup import is_warm, warm_up

    for kind in ("visits", "places"):
        runner_of(kind)
    engine_named("ortools")
    if is_warm():
        engine_named("search")
        warm_up()
    warm_up_places()
