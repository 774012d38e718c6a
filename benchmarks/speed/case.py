"""One piece of work that is timed, always the same amount of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CASES", "INPUTS", "Case", "CaseUnavailable", "case"]

ROOT = Path(__file__).resolve().parent.parent.parent
INPUTS = ROOT / "instances" / "data"
"""Inputs always come from the tree that the benchmarks are in, so that both sides of a comparison do the same work."""

Work = Callable[[], object]


class CaseUnavailable(Exception):
    """The tree that is measured does not have what the case times; the message says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A named piece of work.

    Attributes
    ----------
    name
        ``group/what``, the name in every report.
    prepare
        Untimed: loads and builds what is needed and returns the work itself.
    short
        Whether it belongs to the short set of the gate.
    """

    name: str
    prepare: Callable[[], Work]
    short: bool

    @property
    def group(self) -> str:
        """The part of the name before the slash."""
        return self.name.split("/")[0]


CASES: dict[str, Case] = {}
"""Every case by name, in the order of definition."""


def case(name: str, *, short: bool = False) -> Callable[[Callable[[], Work]], Callable[[], Work]]:
    """Register the decorated function as the preparation of a case."""

    def register(prepare: Callable[[], Work]) -> Callable[[], Work]:
        if name in CASES:
            raise ValueError(f"{name}: a case of that name exists already")
        CASES[name] = Case(name=name, prepare=prepare, short=short)
        return prepare

    return register
