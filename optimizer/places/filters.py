"""Filters: pairs that the policy, a ban or a ranking forbids, and a report of what each of them removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.common.language import Text
from optimizer.places.distances import NO_DISTANCE
from optimizer.places.lists import Pairs
from optimizer.places.model import Applicant, Institution, InstitutionKind, Ownership, PlacesProblem, Pool
from optimizer.places.policy import Policy
from optimizer.places.result import FilterReport

__all__ = ["filtered"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class _Case:
    """What a filter looks at; applicants, institutions and pools sorted by id."""

    problem: PlacesProblem
    policy: Policy
    applicants: Sequence[Applicant]
    institutions: Sequence[Institution]
    pools: Sequence[Pool]
    pool_institution: Ints


def filtered(
    pairs: Pairs,
    metres: Ints,
    problem: PlacesProblem,
    policy: Policy,
    applicants: Sequence[Applicant],
    institutions: Sequence[Institution],
    pools: Sequence[Pool],
    pool_institution: Ints,
) -> tuple[Bools, tuple[FilterReport, ...]]:
    """Which pairs remain, and what each filter removed. The place held now is never filtered."""
    case = _Case(
        problem=problem,
        policy=policy,
        applicants=applicants,
        institutions=institutions,
        pools=pools,
        pool_institution=pool_institution,
    )
    kept = np.ones(len(pairs.pool), dtype=bool)
    reports: list[FilterReport] = []
    for key, name, forbidden in _filters(case, pairs, metres):
        gone = kept & forbidden & ~pairs.held
        before = np.unique(pairs.applicant[kept])
        kept &= ~gone
        after = np.unique(pairs.applicant[kept])
        lost = np.setdiff1d(before, after)
        touched = np.unique(pool_institution[pairs.pool[gone]])
        reports.append(
            FilterReport(
                filter=key,
                name=name,
                pairs=int(gone.sum()),
                institutions=tuple(institutions[k].id for k in touched),
                left_without=tuple(applicants[i].id for i in lost),
            )
        )
    return kept, tuple(reports)


def _filters(case: _Case, pairs: Pairs, metres: Ints) -> Iterator[tuple[str, Text, Bools]]:
    rule, at = case.policy.filters, case.pool_institution[pairs.pool]
    if rule.filed_only:
        yield "filed_only", Text("只用已备案机构", "only filed institutions"), _of(case, lambda one: not one.filed)[at]
    if rule.inclusive_only:
        bad = _of(case, lambda one: not one.inclusive)[at]
        yield "inclusive_only", Text("只用普惠机构", "only inclusive institutions"), bad
    if rule.not_blacklisted:
        bad = _of(case, lambda one: one.blacklisted)[at]
        yield "not_blacklisted", Text("不用失信机构", "no blacklisted institutions"), bad
    kindergarten = _of(case, lambda one: one.kind is InstitutionKind.KINDERGARTEN)[at]
    if not rule.kindergartens:
        yield "kindergartens", Text("不用幼儿园托班", "no kindergarten classes"), kindergarten
    else:
        wrong = np.array(
            [one.age_class is not None and one.age_class not in rule.kindergarten_classes for one in case.pools],
            dtype=bool,
        )
        name = Text("幼儿园只开规定的班型", "kindergartens only for the class types allowed")
        yield "kindergarten_classes", name, kindergarten & wrong[pairs.pool]
    if rule.min_private_grade is not None:
        least = rule.min_private_grade
        low = _of(case, lambda one: one.ownership is Ownership.PRIVATE and (one.grade is None or one.grade < least))
        paid = np.array([one.government_paid for one in case.applicants], dtype=bool)
        name = Text(
            f"政府付费只进{least}级及以上民办机构", f"government-paid only to private homes of grade {least} up"
        )
        yield "min_private_grade", name, low[at] & paid[pairs.applicant]
    yield from _given(case, pairs, metres, at)


def _given(case: _Case, pairs: Pairs, metres: Ints, at: Ints) -> Iterator[tuple[str, Text, Bools]]:
    limits = np.array([-1 if one.max_distance_m is None else one.max_distance_m for one in case.applicants], np.int64)
    own = limits[pairs.applicant]
    too_far = (own >= 0) & (metres != NO_DISTANCE) & (metres > own)
    yield "max_distance", Text("超过本人可接受的距离", "beyond the applicant's own distance"), too_far
    keys = pairs.applicant * len(case.institutions) + at
    if case.problem.bans:
        both = [(one.first, one.second) for one in case.problem.bans]
        banned = _keys(case, both + [(second, first) for first, second in both])
        yield "bans", Text("禁止的组合", "bans"), np.isin(keys, banned)
    if case.problem.rankings:
        ranked = _keys(case, [(one.applicant, one.institution) for one in case.problem.rankings])
        own_order = np.zeros(len(case.institutions), dtype=bool)
        own_order[ranked % max(1, len(case.institutions))] = True
        name = Text("机构未列入的申请人", "not ranked by the institution")
        yield "rankings", name, own_order[at] & ~np.isin(keys, ranked)
    fixed = _keys(case, [(one.first, one.second) for one in case.problem.fixed_pairs])
    if len(fixed):
        bound = np.zeros(len(case.applicants), dtype=bool)
        bound[fixed // len(case.institutions)] = True
        name = Text("已由人工决定去别处", "decided for another institution by a person")
        yield "fixed_pairs", name, bound[pairs.applicant] & ~np.isin(keys, fixed)


def _of(case: _Case, test: Callable[[Institution], bool]) -> Bools:

    return np.array([test(one) for one in case.institutions], dtype=bool)


def _keys(case: _Case, pairs: Sequence[tuple[str, str]]) -> Ints:
    """``applicant * institutions + institution`` of the pairs whose ids are an applicant's and an institution's."""
    who = {one.id: i for i, one in enumerate(case.applicants)}
    where = {one.id: k for k, one in enumerate(case.institutions)}
    known = [who[a] * len(where) + where[b] for a, b in pairs if a in who and b in where]
    return np.unique(np.array(known, dtype=np.int64))
