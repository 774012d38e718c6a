"""What a run reports while it works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Incumbent", "ProgressCallback", "ignore_progress"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Incumbent:
    """The best plan at one moment of a run.

    ``seconds`` since the start, ``iterations`` done, ``cost`` in the objective's unit, its ``components``, the number
    of visits ``placed`` and of mandatory visits ``mandatory_left_out``, and what made it (``source``). A callback is
    given the ``plan`` itself at every better one; a trace keeps the figures alone.
    """

    seconds: float
    iterations: int
    cost: float
    placed: int
    mandatory_left_out: int
    source: str
    components: Mapping[str, float] = field(default_factory=dict)
    plan: object | None = field(default=None, repr=False, compare=False)


ProgressCallback = Callable[[Incumbent], bool]
"""Called at every better plan and about twice a second; returns whether to go on (``False`` stops with the best)."""


def ignore_progress(_incumbent: Incumbent) -> bool:
    """A callback that looks at nothing and never stops the run."""
    return True
