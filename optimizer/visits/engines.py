"""The engines by name. A new engine is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.visits.engine import Engine
from optimizer.visits.greedy import plan_greedily

__all__ = ["ENGINES", "engine_named"]


def _ortools() -> Engine:
    from optimizer.visits.routing import plan_by_routing  # loading OR-Tools takes a moment; only who plans pays it

    return plan_by_routing


ENGINES: Mapping[str, Callable[[], Engine]] = {
    "auto": _ortools,
    "greedy": lambda: plan_greedily,
    "ortools": _ortools,
}
"""What loads the engine, by the name that a user gives. ``auto`` is the best one there is."""


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
