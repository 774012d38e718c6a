"""The market as flat arrays: who accepts which pool, in which order each pool would admit them, and how many.

Ids become indices here, sorted, and nowhere else; :class:`Market` keeps the ids for the way back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.places.distances import DistanceTable
from optimizer.places.filters import filtered
from optimizer.places.fit import Fit
from optimizer.places.joint import Joint, joint_units, units_of_policy
from optimizer.places.lists import Pairs, current_pools, listed_pairs
from optimizer.places.lottery import lottery_ranks
from optimizer.places.model import (
    Applicant,
    ApplicantStatus,
    Institution,
    InstitutionKind,
    PlacesProblem,
    Pool,
)
from optimizer.places.policy import PlacesKind, Policy
from optimizer.places.priorities import class_numbers, order_columns, order_keys
from optimizer.places.result import FilterReport, UnplacedKind

__all__ = ["Market", "build_market"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Market:
    """The market of ``n`` applicants, ``m`` pools, ``a`` pairs, ``t`` reserves; everything sorted by id.

    Attributes
    ----------
    start
        Pairs of applicant ``i`` are ``start[i]`` to ``start[i + 1]``, the best first; ``(n + 1,)``.
    applicant, pool, metres, held, key, columns
        Of each pair: its ends, the distance (-1: unknown), whether it is the place held now, the order at the pool
        (smaller first, no two equal at one pool) and the steps it was made of.
    reserve
        Reserve that the pair draws from, -1 for none; ``(a,)``.
    named
        Whether the applicant named what is accepted (else everything within the limit); ``(n,)``.
    classes, lottery
        Priority class and rank in the draw; ``(n,)``.
    out
        Applicants who do not take part, and why.
    seats, staying, reserved
        Places on the market, people in the pool who are not among the applicants, places reserved ``(m, t)``.
    """

    applicants: tuple[str, ...]
    institutions: tuple[str, ...]
    pools: tuple[str, ...]
    pool_institution: Ints
    seats: Ints
    staying: Ints
    min_class: Ints
    reserved: Ints
    exclusive: Bools
    confined: Bools
    start: Ints
    applicant: Ints
    pool: Ints
    metres: Ints
    held: Bools
    key: Ints
    columns: Ints
    reserve: Ints
    named: Bools
    classes: Ints
    class_count: int
    lottery: Ints
    out: Mapping[int, UnplacedKind]
    units: tuple[Joint, ...]
    filters: tuple[FilterReport, ...]
    table: DistanceTable
    fit: Fit

    @cached_property
    def unit_of(self) -> Ints:
        """Index of the unit of every applicant, -1 for who chooses alone; ``(n,)``."""
        unit = np.full(len(self.applicants), -1, dtype=np.int64)
        for u, one in enumerate(self.units):
            unit[list(one.members)] = u
        return unit

    def closing(self, pools: Sequence[int]) -> Market:
        """The same market with some pools closed."""
        seats, reserved = self.seats.copy(), self.reserved.copy()
        seats[list(pools)] = 0
        reserved[list(pools)] = 0
        return replace(self, seats=seats, reserved=reserved)


def build_market(problem: PlacesProblem, policy: Policy, seed: str) -> Market:
    """The market of a valid problem under a policy.

    Parameters
    ----------
    problem
        Without errors (:func:`optimizer.places.validate.validate_places`).
    seed
        What the lottery is drawn from.
    """
    applicants = tuple(sorted(problem.applicants, key=lambda one: one.id))
    institutions = tuple(sorted(problem.institutions, key=lambda one: one.id))
    where = {one.id: k for k, one in enumerate(institutions)}
    pools = _pools_of_kind(problem, policy, {one.id: one for one in institutions})
    at_pool = np.array([where[one.institution] for one in pools], dtype=np.int64)
    fit = Fit.of(applicants, pools, policy)
    current = current_pools(applicants, pools, fit, [one.institution for one in pools])
    out = _out(applicants, fit, current)
    takes_part = np.array([i not in out for i in range(len(applicants))], dtype=bool)
    table = DistanceTable.of(applicants, institutions, problem.distances, policy.distance.detour)
    pairs = listed_pairs(
        applicants,
        pools,
        at_pool,
        where,
        fit=fit,
        table=table,
        policy=policy,
        families=problem.family_preferences,
        current=current,
        takes_part=takes_part,
    )
    metres = table.metres(pairs.applicant, at_pool[pairs.pool])
    kept, reports = filtered(pairs, metres, problem, policy, applicants, institutions, pools, at_pool)
    pairs, metres = pairs.where(kept), metres[kept]
    at = at_pool[pairs.pool]
    classes = class_numbers(applicants, policy)
    lottery = lottery_ranks(applicants, seed, one_number=policy.families.one_number)
    columns = order_columns(pairs, metres, problem, policy, applicants, institutions, at, classes)
    incumbents = np.bincount(current[(current >= 0) & takes_part], minlength=len(pools))
    leaving = np.bincount(current[(current >= 0) & ~takes_part], minlength=len(pools))
    free = np.array([one.free for one in pools], dtype=np.int64)
    gone = np.array([out.get(i) is UnplacedKind.WITHDRAWN for i in range(len(applicants))], dtype=bool)
    freed = np.bincount(current[(current >= 0) & gone], minlength=len(pools))
    occupied = np.array([one.occupied for one in pools], dtype=np.int64)
    market = Market(
        applicants=tuple(one.id for one in applicants),
        institutions=tuple(one.id for one in institutions),
        pools=tuple(one.id for one in pools),
        pool_institution=at_pool,
        seats=free + freed + incumbents,
        staying=np.maximum(0, occupied - incumbents - leaving) + (leaving - freed),
        min_class=np.array([one.min_class for one in pools], dtype=np.int64),
        reserved=_reserved(free + freed, policy),
        exclusive=np.array([one.exclusive for one in policy.enabled_reserves], dtype=bool),
        confined=np.array([one.confined for one in policy.enabled_reserves], dtype=bool),
        start=np.searchsorted(pairs.applicant, np.arange(len(applicants) + 1)).astype(np.int64),
        applicant=pairs.applicant,
        pool=pairs.pool,
        metres=metres,
        held=pairs.held,
        key=order_keys(columns, lottery[pairs.applicant]),
        columns=columns,
        reserve=_reserve_of(pairs, applicants, policy, fit),
        named=_named(pairs, len(applicants)),
        classes=classes,
        class_count=len(policy.enabled_classes) + 1,
        lottery=lottery,
        out=out,
        units=(),
        filters=reports,
        table=table,
        fit=fit,
    )
    return replace(market, units=_units(market, problem, policy))


def _pools_of_kind(problem: PlacesProblem, policy: Policy, known: Mapping[str, Institution]) -> tuple[Pool, ...]:
    beds = policy.kind is PlacesKind.BEDS
    kinds = (InstitutionKind.ELDERCARE,) if beds else (InstitutionKind.CHILDCARE, InstitutionKind.KINDERGARTEN)
    own = [one for one in problem.pools if known[one.institution].kind in kinds]
    return tuple(sorted(own, key=lambda one: one.id))


def _out(applicants: Sequence[Applicant], fit: Fit, current: Ints) -> dict[int, UnplacedKind]:
    """Who does not take part; a child whose age fits no class keeps the place held, if there is one."""
    classless = fit.without_class()
    out: dict[int, UnplacedKind] = {}
    for i, one in enumerate(applicants):
        if one.status is ApplicantStatus.WITHDRAWN:
            out[i] = UnplacedKind.WITHDRAWN
        elif not one.willing:
            out[i] = UnplacedKind.NOT_WILLING
        elif classless[i] and current[i] < 0:
            out[i] = UnplacedKind.NO_CLASS
    return out


def _reserved(free: Ints, policy: Policy) -> Ints:
    left = free.copy()
    columns = []
    for one in policy.enabled_reserves:
        column = np.minimum(np.floor(free * one.percent / 100.0 + 1e-9).astype(np.int64), left)
        left -= column
        columns.append(column)
    return np.column_stack(columns) if columns else np.zeros((len(free), 0), dtype=np.int64)


def _reserve_of(pairs: Pairs, applicants: Sequence[Applicant], policy: Policy, fit: Fit) -> Ints:
    """The reserve of every pair: the applicant's first by group, or by hours in pools of other hours."""
    reserve = np.full(len(pairs.pool), -1, dtype=np.int64)
    other = fit.other_care(pairs.applicant, pairs.pool)
    for t, one in reversed(list(enumerate(policy.enabled_reserves))):
        by_group = np.array([bool(set(a.groups) & set(one.groups)) for a in applicants], dtype=bool)[pairs.applicant]
        by_care = np.array([a.care_type in one.care_types for a in applicants], dtype=bool)[pairs.applicant] & other
        reserve[by_group | by_care] = t
    reserve[pairs.held] = -1
    return reserve


def _named(pairs: Pairs, n: int) -> Bools:
    named = np.zeros(n, dtype=bool)
    named[pairs.applicant[pairs.named & ~pairs.held]] = True
    return named


def _units(market: Market, problem: PlacesProblem, policy: Policy) -> tuple[Joint, ...]:
    index = {name: i for i, name in enumerate(market.applicants)}
    in_units = sorted(index[one] for ids in units_of_policy(problem, policy).values() for one in ids if one in index)
    number = {market.applicants[i]: i for i in in_units if i not in market.out}
    own: dict[int, tuple[tuple[int, int], ...]] = {}
    held: dict[int, int] = {}
    for i in number.values():
        span = range(int(market.start[i]), int(market.start[i + 1]))
        own[i] = tuple((a, int(market.pool_institution[market.pool[a]])) for a in span)
        held.update((i, a) for a in span if market.held[a])
    where = {name: k for k, name in enumerate(market.institutions)}
    return joint_units(problem, policy, number, own, held, where)
