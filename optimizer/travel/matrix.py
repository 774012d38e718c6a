"""The travel matrix that every engine and the referee read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import TravelError

__all__ = ["MAX_DURATION", "UNREACHABLE", "TravelMatrix"]

UNREACHABLE = 1_000_000_000
"""Duration stored for a pair that cannot be travelled (ticks). The mask decides; the number only keeps sums apart."""

MAX_DURATION = 200_000_000
"""Largest duration that is accepted (ticks): larger sums could overflow, and 200,000 s is more than two days."""


@dataclass(frozen=True)
class TravelMatrix:
    """Durations and distances between places for each mode of travel.

    Attributes
    ----------
    locations
        Ids of the places, in the order of the rows and columns, ``n`` of them.
    durations
        For each mode an ``(n, n)`` C-contiguous int32 array of ticks, row = from, column = to. A zero is a real zero.
        Unreachable pairs hold :data:`UNREACHABLE`.
    reachable
        For each mode an ``(n, n)`` bool array; ``False`` where the pair cannot be travelled.
    metres
        For each mode an ``(n, n)`` int32 array of metres, or no entry where distances are not known.
    source
        Where the figures come from, for the report ("straight line × 1.35 …", a file's name).
    """

    locations: tuple[str, ...]
    durations: Mapping[str, NDArray[np.int32]]
    reachable: Mapping[str, NDArray[np.bool_]]
    metres: Mapping[str, NDArray[np.int32]] = field(default_factory=dict)
    source: str = ""
    index: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {name: i for i, name in enumerate(self.locations)})
        if len(self.index) != len(self.locations):
            raise TravelError("locations of a travel matrix must be unique; remove the repeated id")
        shape = (len(self.locations), len(self.locations))
        for kind, arrays in (("durations", self.durations), ("reachable", self.reachable), ("metres", self.metres)):
            for mode, array in arrays.items():
                if array.shape != shape:
                    found = f"{kind}[{mode!r}]: expected the shape {shape}, got {array.shape}"
                    raise TravelError(f"{found}; give one row and one column for each place")
        if self.durations.keys() != self.reachable.keys():
            raise TravelError("durations and reachable must have the same modes")

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes of travel, sorted."""
        return tuple(sorted(self.durations))

    def subset(self, locations: Sequence[str]) -> TravelMatrix:
        """The matrix of some places, in the order given."""
        rows = np.array([self.index[name] for name in locations], dtype=np.int64)
        pick = np.ix_(rows, rows)
        return TravelMatrix(
            locations=tuple(locations),
            durations={mode: np.ascontiguousarray(array[pick]) for mode, array in self.durations.items()},
            reachable={mode: np.ascontiguousarray(array[pick]) for mode, array in self.reachable.items()},
            metres={mode: np.ascontiguousarray(array[pick]) for mode, array in self.metres.items()},
            source=self.source,
        )
