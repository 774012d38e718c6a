"""The engines by name. A new engine is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.visits.engine import Engine, EngineOutcome, EngineRun
from optimizer.visits.greedy import plan_greedily

__all__ = ["ENGINES", "engine_named"]


def _ortools() -> Engine:
    from optimizer.visits.routing import plan_by_routing  # loading OR-Tools takes a moment; only who plans pays it

    return plan_by_routing


@lru_cache(maxsize=1)
def _search() -> Engine:
    from optimizer.visits.search.engine import plan_by_search  # loads numba
    from optimizer.visits.search.warmup import is_warm, warm_up

    if not is_warm():
        warm_up()
    return plan_by_search  # what a day needs of the compiled code is loaded with it, half a second at most


def _best() -> Engine:
    """The search if it is compiled; else OR-Tools inside the same time limit, and a note that says so."""
    from optimizer.visits.search.warmup import is_warm

    return _search() if is_warm() else _ortools_for_now


def _ortools_for_now(run: EngineRun, /) -> EngineOutcome:
    outcome = _ortools()(run)
    note = Text(
        "求解程序尚未编译，本次由 OR-Tools 排班；请先运行 careplan warmup",
        "the search is not compiled yet, OR-Tools made this plan; run careplan warmup once",
    )
    return replace(outcome, notes=(*outcome.notes, note))


ENGINES: Mapping[str, Callable[[], Engine]] = {
    "auto": _best,
    "greedy": lambda: plan_greedily,
    "ortools": _ortools,
    "search": _search,
}
"""What loads the engine, by the name that a user gives. ``auto`` is the best one that can start at once."""


def engine_named(name: str) -> Engine:
    """The engine of that name.

    Raises
    ------
    InputError
        If there is none (``V900``).
    """
    if name not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        raise InputError(
            [
                Finding(
                    code="V900",
                    where="engine",
                    found=Text(f"没有名为“{name}”的排班引擎", f'there is no engine "{name}"'),
                    action=Text(f"请改用:{known}", f"use one of: {known}"),
                )
            ]
        )
    return ENGINES[name]()
