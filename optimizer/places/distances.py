"""Metres between applicants and institutions: given ones first, else straight lines times the policy's detour.

The straight line is the great circle on a sphere of 6,371,008.8 m by the haversine formula, in WGS-84; the way is the
line times ``detour``, rounded to whole metres (half to even).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from optimizer.places.model import Applicant, GivenDistance, Institution
from optimizer.travel.coordinates import to_wgs84

__all__ = ["NO_DISTANCE", "DistanceTable"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8
NO_DISTANCE = -1
"""Stands for a distance that is not known."""


@dataclass(frozen=True, kw_only=True)
class DistanceTable:
    """Coordinates of both sides in radians (NaN: none), and given distances by key ``applicant * k + institution``.

    Shapes: ``applicants (n, 2)``, ``institutions (k, 2)``, ``keys (g,)`` sorted, ``given (g,)``.
    """

    applicants: Floats
    institutions: Floats
    keys: Ints
    given: Ints
    detour: float

    @classmethod
    def of(
        cls,
        applicants: Sequence[Applicant],
        institutions: Sequence[Institution],
        distances: Sequence[GivenDistance],
        detour: float,
    ) -> DistanceTable:
        """The table of applicants and institutions in the order given (sorted by id)."""
        number_of = {one.id: i for i, one in enumerate(applicants)}
        place_of = {one.id: i for i, one in enumerate(institutions)}
        known: dict[int, int] = {}
        for back in (True, False):  # the way from home goes before the way back
            for row in distances:
                origin, destination = (row.destination, row.origin) if back else (row.origin, row.destination)
                if origin in number_of and destination in place_of:
                    known[number_of[origin] * len(institutions) + place_of[destination]] = row.metres
        keys = np.array(sorted(known), dtype=np.int64)
        return cls(
            applicants=_radians(applicants),
            institutions=_radians(institutions),
            keys=keys,
            given=np.array([known[int(key)] for key in keys], dtype=np.int64),
            detour=detour,
        )

    def metres(self, applicant: Ints, institution: Ints) -> Ints:
        """Metres of pairs given by index, :data:`NO_DISTANCE` where unknown."""
        metres = _haversine(self.applicants[applicant], self.institutions[institution]) * self.detour
        whole = np.where(np.isfinite(metres), np.rint(np.nan_to_num(metres)), NO_DISTANCE).astype(np.int64)
        if len(self.keys):
            key = applicant * len(self.institutions) + institution
            at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
            whole = np.where(self.keys[at] == key, self.given[at], whole)
        return whole

    def within(self, applicants: Ints, limits: Ints) -> tuple[Ints, Ints]:
        """All pairs of the applicants named with an institution at most ``limits`` away (one limit each).

        Pairs without a distance are not within any limit.
        """
        if not len(applicants) or not len(self.institutions):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        left, right = self._near(applicants, int(limits.max()))
        asked = np.zeros(len(self.applicants), dtype=bool)
        asked[applicants] = True
        given_left = self.keys // len(self.institutions)
        wanted = asked[given_left] if len(self.keys) else np.empty(0, dtype=bool)
        pairs = np.unique(np.concatenate([left * len(self.institutions) + right, self.keys[wanted]]))
        left, right = pairs // len(self.institutions), pairs % len(self.institutions)
        limit_of = np.zeros(len(self.applicants), dtype=np.int64)
        limit_of[applicants] = limits
        metres = self.metres(left, right)
        inside = (metres != NO_DISTANCE) & (metres <= limit_of[left])
        return left[inside], right[inside]

    def _near(self, applicants: Ints, limit_m: int) -> tuple[Ints, Ints]:
        """Pairs whose straight line can be within the limit (a little more, never less)."""
        own = applicants[np.isfinite(self.applicants[applicants]).all(axis=1)]
        there = np.flatnonzero(np.isfinite(self.institutions).all(axis=1))
        if not len(own) or not len(there):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        arc = min((limit_m + 1) / self.detour / EARTH_RADIUS_M, np.pi)
        chord = 2.0 * np.sin(arc / 2.0) * (1.0 + 1e-9) + 1e-12
        near = cKDTree(_xyz(self.applicants[own])).sparse_distance_matrix(
            cKDTree(_xyz(self.institutions[there])), chord, output_type="ndarray"
        )
        return own[near["i"]], there[near["j"]].astype(np.int64)


def _radians(items: Sequence[Applicant] | Sequence[Institution]) -> Floats:
    lat = np.array([np.nan if one.lat is None else one.lat for one in items], dtype=np.float64)
    lon = np.array([np.nan if one.lon is None else one.lon for one in items], dtype=np.float64)
    north, east = to_wgs84(lat, lon, [one.system for one in items])
    return np.radians(np.column_stack([north, east])).reshape(len(items), 2)


def _haversine(one: Floats, other: Floats) -> Floats:
    half = np.sin((other - one) / 2.0) ** 2
    chord = half[:, 0] + np.cos(one[:, 0]) * np.cos(other[:, 0]) * half[:, 1]
    lengths: Floats = 2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return lengths


def _xyz(points: Floats) -> Floats:
    lat, lon = points[:, 0], points[:, 1]
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
