"""Which applicants a pool can take at all: class type, hours, bed type, room sex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.ages import class_of, fits_mixed
from optimizer.places.model import AgeClass, Applicant, CareType, Pool
from optimizer.places.policy import PlacesKind, Policy

__all__ = ["Fit"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_AGES = tuple(AgeClass)
_CARES = tuple(CareType)
_SEXES = ("female", "male")
_NONE = -1
_HALVES = (_CARES.index(CareType.MORNING), _CARES.index(CareType.AFTERNOON))
_FULL = _CARES.index(CareType.FULL_DAY)
_MIXED = _AGES.index(AgeClass.MIXED)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Codes of applicants ``(n,)`` and pools ``(m,)``; ``able (n, t)``: bed type ``t`` may take the applicant."""

    age: Ints
    mixed: Bools
    care: Ints
    sex: Ints
    able: Bools
    pool_age: Ints
    pool_care: Ints
    pool_sex: Ints
    pool_type: Ints
    reserved_cares: Ints
    half_days_share: bool

    @classmethod
    def of(cls, applicants: Sequence[Applicant], pools: Sequence[Pool], policy: Policy) -> Fit:
        """The codes of applicants and pools, both sorted by id."""
        beds = policy.kind is PlacesKind.BEDS
        ages = [None if beds else class_of(one, policy) for one in applicants]
        cares = {care for one in policy.enabled_reserves for care in one.care_types}
        types = {one.bed_type: t for t, one in enumerate(policy.beds.types)}
        return cls(
            age=_codes(ages, _AGES),
            mixed=np.array([not beds and fits_mixed(one, policy) for one in applicants], dtype=bool),
            care=_codes([one.care_type for one in applicants], _CARES),
            sex=_codes([one.sex for one in applicants], _SEXES),
            able=_able(applicants, policy),
            pool_age=_codes([None if beds else one.age_class for one in pools], _AGES),
            pool_care=_codes([None if beds else one.care_type for one in pools], _CARES),
            pool_sex=_codes([one.room_sex for one in pools], _SEXES),
            pool_type=np.array([types.get(one.bed_type, _NONE) for one in pools], dtype=np.int64),
            reserved_cares=np.array(sorted(_CARES.index(care) for care in cares), dtype=np.int64),
            half_days_share=policy.half_days_share,
        )

    def fits(self, applicant: Ints, pool: Ints) -> Bools:
        """Whether each pair, given by index, fits."""
        age = self.pool_age[pool]
        by_age = (age == _NONE) | (age == self.age[applicant]) | ((age == _MIXED) & self.mixed[applicant])
        sex = self.pool_sex[pool]
        by_sex = (sex == _NONE) | (sex == self.sex[applicant])
        kind = self.pool_type[pool]
        by_type = (kind == _NONE) | self.able[applicant, kind]
        fitting: Bools = by_age & by_sex & by_type & (self.own_care(applicant, pool) | self.other_care(applicant, pool))
        return fitting

    def exact(self, applicant: Ints, pool: Ints) -> Bools:
        """Whether the pool is for just this class type and these hours."""
        same: Bools = (self.pool_age[pool] == self.age[applicant]) & (self.pool_care[pool] == self.care[applicant])
        return same

    def own_care(self, applicant: Ints, pool: Ints) -> Bools:
        """Whether the pool's hours are those wanted (or the pool has none)."""
        care = self.pool_care[pool]
        own: Bools = (care == _NONE) | (care == self.care[applicant])
        return own

    def other_care(self, applicant: Ints, pool: Ints) -> Bools:
        """Whether the pool is for full days and takes these hours too: through a reserve, or as half of a day."""
        wanted = self.care[applicant]
        takes = np.isin(wanted, self.reserved_cares)
        if self.half_days_share:
            takes = takes | np.isin(wanted, _HALVES)
        other: Bools = (self.pool_care[pool] == _FULL) & (wanted != _FULL) & takes
        return other

    def without_class(self) -> Bools:
        """Applicants whose age fits no class though every pool has one."""
        needed = bool(len(self.pool_age)) and bool((self.pool_age != _NONE).all())
        without: Bools = (self.age == _NONE) & needed
        return without


def _codes(values: Sequence[object], words: Sequence[object]) -> Ints:
    number = {word: i for i, word in enumerate(words)}
    return np.array([number.get(value, _NONE) for value in values], dtype=np.int64)


def _able(applicants: Sequence[Applicant], policy: Policy) -> Bools:
    types = policy.beds.types
    able = np.ones((len(applicants), max(1, len(types))), dtype=bool)
    for t, one in enumerate(types):
        if one.abilities:
            words = set(one.abilities)
            able[:, t] = [who.ability in words or bool(words & set(who.groups)) for who in applicants]
    return able
