"""What every applicant accepts, as pairs of applicant and pool in the order of preference, before any filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.distances import DistanceTable
from optimizer.places.fit import Fit
from optimizer.places.model import Applicant, FamilyChoice, Pool
from optimizer.places.policy import Policy

__all__ = ["Pairs", "choices_of_families", "current_pools", "listed_pairs"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LAST = 1 << 60


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Pairs of applicant and pool, ``(a,)`` each; ``position`` orders those of one applicant, ``held``: own place."""

    applicant: Ints
    pool: Ints
    position: Ints
    held: Bools
    named: Bools

    def where(self, kept: Bools) -> Pairs:
        """The pairs that a mask keeps."""
        return Pairs(
            applicant=self.applicant[kept],
            pool=self.pool[kept],
            position=self.position[kept],
            held=self.held[kept],
            named=self.named[kept],
        )


def choices_of_families(rows: Sequence[FamilyChoice]) -> Mapping[str, Mapping[int, Mapping[str, str]]]:
    """Joint lists: family → rank → member → institution, ranks in order."""
    joint: dict[str, dict[int, dict[str, str]]] = {}
    for row in sorted(rows, key=lambda one: (one.family, one.rank, one.applicant)):
        joint.setdefault(row.family, {}).setdefault(row.rank, {})[row.applicant] = row.institution
    return joint


def current_pools(
    applicants: Sequence[Applicant], pools: Sequence[Pool], fit: Fit, pool_institution: Sequence[str]
) -> Ints:
    """The pool in which each applicant has a place now, ``(n,)``, -1 for none.

    ``current`` names the pool, or the institution: then the pool that fits best (class and hours, places taken, id).
    """
    by_id = {one.id: p for p, one in enumerate(pools)}
    of_institution: dict[str, list[int]] = {}
    for p, name in enumerate(pool_institution):
        of_institution.setdefault(name, []).append(p)
    found = np.full(len(applicants), -1, dtype=np.int64)
    for i, one in enumerate(applicants):
        if one.current is None:
            continue
        if one.current in by_id:
            found[i] = by_id[one.current]
        elif one.current in of_institution:
            found[i] = _best_pool(i, of_institution[one.current], pools, fit)
    return found


def _best_pool(applicant: int, own: Sequence[int], pools: Sequence[Pool], fit: Fit) -> int:
    where = np.array(own, dtype=np.int64)
    who = np.full(len(where), applicant, dtype=np.int64)
    fits, exact = fit.fits(who, where), fit.exact(who, where)
    ranks = [(not fits[k], pools[p].occupied == 0, not exact[k], p) for k, p in enumerate(own)]
    return min(ranks)[-1]


def listed_pairs(
    applicants: Sequence[Applicant],
    pools: Sequence[Pool],
    pool_institution: Ints,
    institutions: Mapping[str, int],
    *,
    fit: Fit,
    table: DistanceTable,
    policy: Policy,
    families: Sequence[FamilyChoice],
    current: Ints,
    takes_part: Bools,
) -> Pairs:
    """All pairs that fit, in the order of preference; the place held now is among them and nothing comes after it."""
    named = _named(applicants, pools, institutions, families, takes_part)
    open_ = _open(applicants, table, policy, current, takes_part, {int(i) for i in named[0]})
    pairs = _expanded(named, open_, table, pool_institution, len(institutions), fit)
    return _ordered(_with_current(pairs, current, takes_part), fit, pool_institution)


def _named(
    applicants: Sequence[Applicant],
    pools: Sequence[Pool],
    institutions: Mapping[str, int],
    families: Sequence[FamilyChoice],
    takes_part: Bools,
) -> tuple[list[int], list[int], list[int], list[int]]:
    """Applicant, institution (or -1), pool (or -1) and position of everything that is named."""
    pool_of = {one.id: p for p, one in enumerate(pools)}
    joint = _joint_lists(families)
    who: list[int] = []
    where: list[int] = []
    which: list[int] = []
    position: list[int] = []
    for i, one in enumerate(applicants):
        if not takes_part[i]:
            continue
        for rank, name in enumerate(joint.get(one.id, one.preferences)):
            if name in institutions:
                where.append(institutions[name])
                which.append(-1)
            elif name in pool_of:
                where.append(-1)
                which.append(pool_of[name])
            else:
                continue
            who.append(i)
            position.append(rank)
    return who, where, which, position


def _joint_lists(families: Sequence[FamilyChoice]) -> Mapping[str, tuple[str, ...]]:
    """For each member of a family with a joint list the institutions in it, by the first rank."""
    lists: dict[str, dict[str, None]] = {}
    for ranks in choices_of_families(families).values():
        for members in ranks.values():
            for member, institution in members.items():
                lists.setdefault(member, {})[institution] = None
    return {member: tuple(names) for member, names in lists.items()}


def _open(
    applicants: Sequence[Applicant],
    table: DistanceTable,
    policy: Policy,
    current: Ints,
    takes_part: Bools,
    named: set[int],
) -> tuple[Ints, Ints]:
    """Applicant and institution of every pair within the limit, for who names nothing."""
    limit = policy.distance.limit_m
    who = [
        i
        for i, one in enumerate(applicants)
        if takes_part[i] and i not in named and not one.preferences and (current[i] < 0 or one.transfer_wanted)
    ]
    limits = [limit if applicants[i].max_distance_m is None else applicants[i].max_distance_m or 0 for i in who]
    return table.within(np.array(who, dtype=np.int64), np.array(limits, dtype=np.int64))


def _expanded(
    named: tuple[list[int], list[int], list[int], list[int]],
    open_: tuple[Ints, Ints],
    table: DistanceTable,
    pool_institution: Ints,
    institutions: int,
    fit: Fit,
) -> Pairs:
    """Institutions replaced by their pools, and only what fits."""
    who, where, which, position = (np.array(column, dtype=np.int64) for column in named)
    whole = which < 0
    left = np.concatenate([who[whole], open_[0]])
    right = np.concatenate([where[whole], open_[1]])
    rank = np.concatenate([position[whole], table.metres(*open_)])
    by_name = np.arange(len(left)) < whole.sum()
    by_institution = np.argsort(pool_institution, kind="stable")
    first = np.searchsorted(pool_institution[by_institution], np.arange(institutions + 1))
    count = first[right + 1] - first[right]
    row = np.repeat(np.arange(len(left)), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    pool = by_institution[first[right[row]] + offset] if len(row) else np.empty(0, dtype=np.int64)
    applicant = np.concatenate([left[row], who[~whole]])
    pool = np.concatenate([pool, which[~whole]])
    return Pairs(
        applicant=applicant,
        pool=pool,
        position=np.concatenate([rank[row], position[~whole]]),
        held=np.zeros(len(pool), dtype=bool),
        named=np.concatenate([by_name[row], np.ones(int((~whole).sum()), dtype=bool)]),
    ).where(fit.fits(applicant, pool))


def _with_current(pairs: Pairs, current: Ints, takes_part: Bools) -> Pairs:
    """The place held now at its own position where it is named, else at the end."""
    held = pairs.pool == current[pairs.applicant]
    keep = ~(held & ~pairs.named)
    pairs = Pairs(
        applicant=pairs.applicant, pool=pairs.pool, position=pairs.position, held=held, named=pairs.named
    ).where(keep)
    has = np.zeros(len(current), dtype=bool)
    has[pairs.applicant[pairs.held]] = True
    extra = np.flatnonzero((current >= 0) & takes_part & ~has)
    return Pairs(
        applicant=np.concatenate([pairs.applicant, extra]),
        pool=np.concatenate([pairs.pool, current[extra]]),
        position=np.concatenate([pairs.position, np.full(len(extra), _LAST, dtype=np.int64)]),
        held=np.concatenate([pairs.held, np.ones(len(extra), dtype=bool)]),
        named=np.concatenate([pairs.named, np.ones(len(extra), dtype=bool)]),
    )


def _ordered(pairs: Pairs, fit: Fit, pool_institution: Ints) -> Pairs:
    """By applicant and position, exact pools first; repeated pools and what comes after the place held are dropped."""
    exact = ~fit.exact(pairs.applicant, pairs.pool)
    order = np.lexsort((pairs.pool, exact, pool_institution[pairs.pool], pairs.position, pairs.applicant))
    pairs = Pairs(
        applicant=pairs.applicant[order],
        pool=pairs.pool[order],
        position=pairs.position[order],
        held=pairs.held[order],
        named=pairs.named[order],
    )
    key = pairs.applicant * (int(pairs.pool.max(initial=0)) + 1) + pairs.pool
    _, first = np.unique(key, return_index=True)
    fresh = np.zeros(len(key), dtype=bool)
    fresh[first] = True
    pairs = pairs.where(fresh)
    at = np.arange(len(pairs.applicant))
    end = np.full(int(pairs.applicant.max(initial=-1)) + 1, len(at), dtype=np.int64)
    end[pairs.applicant[pairs.held]] = at[pairs.held]
    return pairs.where(at <= end[pairs.applicant])
