"""The order at every institution: one row of small numbers for each pair, compared from left to right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import SolverError
from optimizer.places.distances import NO_DISTANCE
from optimizer.places.lists import Pairs
from optimizer.places.model import Applicant, Institution, PlacesProblem
from optimizer.places.policy import Criterion, CriterionKind, Policy, PriorityClass

__all__ = ["class_numbers", "order_columns", "order_keys"]

Ints = NDArray[np.int64]

_LATEST = 1 << 40
_SMALL = 1 << 31


def class_numbers(applicants: Sequence[Applicant], policy: Policy) -> Ints:
    """Number of the priority class of every applicant, from 0; who fits none is in the last, after all named ones."""
    classes = policy.enabled_classes
    last = len(classes)
    return np.array(
        [next((g for g, one in enumerate(classes) if _fits(who, one)), last) for who in applicants], dtype=np.int64
    )


def order_columns(
    pairs: Pairs,
    metres: Ints,
    problem: PlacesProblem,
    policy: Policy,
    applicants: Sequence[Applicant],
    institutions: Sequence[Institution],
    at: Ints,
    classes: Ints,
) -> Ints:
    """The steps of the order for every pair, shape ``(a, 2 + steps)``: first who holds the place or was decided by a
    person, then the institution's own rank (0 without), then the steps of the policy in force.
    """
    ranks, ranked = _ranks(pairs, problem, applicants, institutions, at)
    steps = [
        np.where(ranked[at], 0, _step(one, pairs, metres, problem, policy, applicants, institutions, at, classes))
        for one in policy.enabled_order
    ]
    fixed = _fixed(pairs, problem, applicants, institutions, at)
    columns = [np.where(pairs.held | fixed, 0, 1), ranks, *steps]
    small = all(column.max(initial=0) < _SMALL for column in columns)
    return np.column_stack([column.astype(np.int32 if small else np.int64) for column in columns])


def order_keys(columns: Ints, lottery: Ints) -> Ints:
    """One number for each pair that orders as the columns and then the lottery rank do; ``(a,)``.

    Raises
    ------
    SolverError
        More steps and values than 62 bits hold; not met by any real policy.
    """
    key = np.zeros(len(columns), dtype=np.int64)
    size = 1
    for column in columns.T:
        values, position = np.unique(column, return_inverse=True)
        size *= max(1, len(values))
        key = key * max(1, len(values)) + position
    draws = int(lottery.max(initial=0)) + 1
    if size * draws >= 1 << 62:
        raise SolverError(f"an order of {size} values by {draws} numbers does not fit")
    return key * draws + lottery


def _fits(who: Applicant, one: PriorityClass) -> bool:
    groups = set(who.groups)
    by_group = set(one.all_groups) <= groups and (not one.any_groups or bool(groups & set(one.any_groups)))
    return by_group and (not one.abilities or who.ability in one.abilities)


def _ranks(
    pairs: Pairs, problem: PlacesProblem, applicants: Sequence[Applicant], institutions: Sequence[Institution], at: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    """The institution's own rank of each pair (0 where it has no order), and which institutions have one."""
    ranked = np.zeros(len(institutions), dtype=bool)
    if not problem.rankings:
        return np.zeros(len(at), dtype=np.int64), ranked
    who = {one.id: i for i, one in enumerate(applicants)}
    where = {one.id: k for k, one in enumerate(institutions)}
    known = {
        who[one.applicant] * len(where) + where[one.institution]: one.rank
        for one in problem.rankings
        if one.applicant in who and one.institution in where
    }
    keys = np.array(sorted(known), dtype=np.int64)
    values = np.array([known[int(key)] for key in keys], dtype=np.int64)
    ranked[keys % max(1, len(where))] = True
    asked = pairs.applicant * len(institutions) + at
    found = np.minimum(np.searchsorted(keys, asked), max(0, len(keys) - 1))
    if not len(keys):
        return np.zeros(len(at), dtype=np.int64), ranked
    return np.where(keys[found] == asked, values[found], 0), ranked


def _fixed(
    pairs: Pairs, problem: PlacesProblem, applicants: Sequence[Applicant], institutions: Sequence[Institution], at: Ints
) -> NDArray[np.bool_]:
    who = {one.id: i for i, one in enumerate(applicants)}
    where = {one.id: k for k, one in enumerate(institutions)}
    keys = [
        who[one.first] * len(where) + where[one.second]
        for one in problem.fixed_pairs
        if one.first in who and one.second in where
    ]
    decided: NDArray[np.bool_] = np.isin(pairs.applicant * len(institutions) + at, np.array(keys, dtype=np.int64))
    return decided


def _step(
    one: Criterion,
    pairs: Pairs,
    metres: Ints,
    problem: PlacesProblem,
    policy: Policy,
    applicants: Sequence[Applicant],
    institutions: Sequence[Institution],
    at: Ints,
    classes: Ints,
) -> Ints:
    kind, who = one.kind, pairs.applicant
    if kind is CriterionKind.CLASS:
        return classes[who]
    if kind is CriterionKind.ABILITY:
        number = {word: i for i, word in enumerate(policy.abilities)}
        return np.array([number.get(a.ability, len(number)) for a in applicants], dtype=np.int64)[who]
    if kind is CriterionKind.GROUP:
        member = np.array([bool(set(a.groups) & set(one.groups)) for a in applicants], dtype=bool)
        there = np.array([one.ownership in (None, b.ownership) for b in institutions], dtype=bool)
        return np.where(member[who] & there[at], 0, 1)
    if kind is CriterionKind.SIBLING:
        return np.where(_sibling_there(pairs, applicants, institutions, problem, at), 0, 1)
    if kind is CriterionKind.SAME_TOWN:
        return _same([a.town for a in applicants], [b.town for b in institutions], who, at)
    if kind is CriterionKind.EMPLOYER:
        return _same([a.employer for a in applicants], [b.operator for b in institutions], who, at)
    if kind is CriterionKind.REGISTERED_ON:
        days = [_LATEST if a.registered_on is None else a.registered_on.toordinal() for a in applicants]
        return np.array(days, dtype=np.int64)[who]
    bands = np.array(policy.distance.bands_m, dtype=np.int64)
    return np.where(metres == NO_DISTANCE, len(bands) + 1, np.searchsorted(bands, metres, side="left"))


def _same(left: Sequence[str], right: Sequence[str], who: Ints, at: Ints) -> Ints:
    number = {word: i for i, word in enumerate(sorted({*left, *right}))}
    a = np.array([number[word] if word else -1 for word in left], dtype=np.int64)
    b = np.array([number[word] if word else -2 for word in right], dtype=np.int64)
    return np.where(a[who] == b[at], 0, 1)


def _sibling_there(
    pairs: Pairs, applicants: Sequence[Applicant], institutions: Sequence[Institution], problem: PlacesProblem, at: Ints
) -> NDArray[np.bool_]:
    """Whether another member of the family has a place at the institution now."""
    where = {one.id: k for k, one in enumerate(institutions)}
    where |= {one.id: where[one.institution] for one in problem.pools if one.id not in where}
    seated: dict[tuple[str, int], set[int]] = {}
    for i, one in enumerate(applicants):
        k = where.get(one.current or "", -1)
        if one.family is not None and k >= 0:
            seated.setdefault((one.family, k), set()).add(i)
    found = np.zeros(len(at), dtype=bool)
    if not seated:
        return found
    for a, (i, k) in enumerate(zip(pairs.applicant.tolist(), at.tolist(), strict=True)):
        family = applicants[i].family
        if family is not None:
            found[a] = bool(seated.get((family, k), set()) - {i})
    return found
