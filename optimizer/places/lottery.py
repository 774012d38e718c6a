"""The draw: a number for each applicant from the seed and the id alone, so that order and machine never matter.

The number of an applicant is SHA-256 of ``SEED:ID`` (UTF-8), read as hexadecimal; smaller numbers come first. Twins
share the number of the one of them whose id comes first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.places.model import Applicant

__all__ = ["lottery_number", "lottery_ranks", "twins_of"]


def lottery_number(seed: str, key: str) -> str:
    """The number of ``key`` as 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def twins_of(applicants: Sequence[Applicant]) -> Mapping[str, tuple[str, ...]]:
    """For each applicant with twins (one family, one date of birth) the ids of all of them, sorted."""
    together: dict[tuple[str, object], list[str]] = {}
    for one in applicants:
        if one.family is not None and one.birth_date is not None:
            together.setdefault((one.family, one.birth_date), []).append(one.id)
    return {name: tuple(sorted(names)) for names in together.values() if len(names) > 1 for name in names}


def lottery_ranks(applicants: Sequence[Applicant], seed: str, *, one_number: bool) -> NDArray[np.int64]:
    """Position of every applicant in the draw, from 0, shape ``(n,)``; twins stand side by side.

    Parameters
    ----------
    applicants
        Sorted by id.
    one_number
        Whether twins share one number.
    """
    twins = twins_of(applicants) if one_number else {}
    keys = [twins[one.id][0] if one.id in twins else one.id for one in applicants]
    prefix = hashlib.sha256(f"{seed}:".encode())
    numbers: list[bytes] = []
    for key in keys:
        number = prefix.copy()
        number.update(key.encode())
        numbers.append(number.digest())
    order = sorted(range(len(applicants)), key=lambda i: (numbers[i], i))
    ranks = np.empty(len(applicants), dtype=np.int64)
    ranks[order] = np.arange(len(applicants))
    return ranks
