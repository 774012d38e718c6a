"""``result = allocate_places(problem, policy, rule=..., seed=...)``: one allocation with its proof."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.digest import component_versions, problem_hash
from optimizer.places.market import Market, build_market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.policy_text import policy_hash
from optimizer.places.proof import stable_proof
from optimizer.places.result import (
    AllocationResult,
    AllocationRule,
    Assignment,
    DrawReference,
    Proof,
    Rerun,
    StableProof,
    Unplaced,
    UnplacedKind,
)
from optimizer.places.served import solve_served
from optimizer.places.stable import solve_stable
from optimizer.places.validate import require_allocatable

__all__ = ["Outcome", "allocate_places", "assembled"]

Ints = NDArray[np.int64]


def allocate_places(
    problem: PlacesProblem,
    policy: Policy,
    *,
    rule: AllocationRule = AllocationRule.STABLE,
    seed: str = "1",
    draw: DrawReference | None = None,
) -> AllocationResult:
    """Allocate places or beds.

    Parameters
    ----------
    problem
        Any order of its tables gives the same result.
    policy
        The rule of allocation.
    rule
        ``stable``: nobody has justified envy; ``served``: most served class by class, then the shortest ways.
    seed
        What the lottery is drawn from: a text, such as a public number.
    draw
        The recorded draw that the seed comes from; without it the result is a trial (试算).

    Raises
    ------
    InputError
        The problem has errors, or lacks what the rule needs; all findings.
    """
    started = time.perf_counter()
    require_allocatable(problem, policy, rule)
    input_hash = problem_hash(problem)
    market = build_market(problem, policy, seed)
    held, proof, proved, market, extra = _solved(market, problem, policy, rule)
    outcome = Outcome(market=market, held=held, proof=proof, proved=proved, extra=extra, input_hash=input_hash)
    return assembled(problem, policy, rule, seed, outcome, started=started, draw=draw)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a solver found: the market it ended with, the pair that each applicant holds, the proof.

    ``input_hash`` is counted before the market is built where memory matters; empty: not yet.
    """

    market: Market
    held: Ints
    proof: Proof
    proved: bool
    extra: frozenset[int] = frozenset()
    input_hash: str = ""


def assembled(
    problem: PlacesProblem,
    policy: Policy,
    rule: AllocationRule,
    seed: str,
    outcome: Outcome,
    *,
    started: float,
    draw: DrawReference | None = None,
    rerun: Rerun | None = None,
) -> AllocationResult:
    """The result of an outcome, with reasons and figures; ``started`` is when the run began (performance counter)."""
    market, held = outcome.market, outcome.held
    reserve_ids = tuple(one.id for one in policy.enabled_reserves) if rule is AllocationRule.STABLE else ()
    assignments = _assignments(market, held, policy, reserve_ids, outcome.extra)
    shortages = _shortages(market, held, policy)
    notes = [*shortages, *_exactness(outcome.proof, policy), *_above_capacity(assignments)]
    return AllocationResult(
        rule=rule,
        status=_status(outcome, bool(shortages)),
        assignments=assignments,
        unplaced=_unplaced(market, held),
        proof=outcome.proof,
        summary=_summary(market, held, assignments, policy),
        filters=market.filters,
        policy=policy.id,
        policy_version=policy.version,
        policy_hash=policy_hash(policy),
        input_hash=outcome.input_hash or problem_hash(problem),
        seed=seed,
        official=policy.is_official and draw is not None,
        seconds=time.perf_counter() - started,
        versions=component_versions("ortools", "numpy", "numba", "scipy"),
        notes=tuple(notes),
        rules=policy,
        draw=draw,
        rerun=rerun,
    )


def _solved(
    market: Market, problem: PlacesProblem, policy: Policy, rule: AllocationRule
) -> tuple[Ints, Proof, bool, Market, frozenset[int]]:
    if rule is AllocationRule.STABLE:
        stable = solve_stable(market)
        return stable.held, stable_proof(stable, policy), stable.proved, stable.market, frozenset(stable.extra)
    served = solve_served(market, problem, policy)
    return served.held, served.proof, served.proved, market, frozenset()


def _assignments(
    market: Market, held: Ints, policy: Policy, reserves: tuple[str, ...], extra: frozenset[int]
) -> tuple[Assignment, ...]:
    limit = policy.distance.limit_m
    found = []
    for i in np.flatnonzero(held >= 0).tolist():
        pair = int(held[i])
        pool = int(market.pool[pair])
        metres = int(market.metres[pair])
        reserve = int(market.reserve[pair])
        found.append(
            Assignment(
                applicant=market.applicants[i],
                institution=market.institutions[market.pool_institution[pool]],
                pool=market.pools[pool],
                choice=pair - int(market.start[i]) + 1,
                distance_m=metres if metres >= 0 else None,
                incumbent=bool(market.held[pair]),
                beyond_limit=metres > limit,
                reserve=reserves[reserve] if reserves and reserve >= 0 else None,
                above_capacity=pair in extra,
            )
        )
    return tuple(found)


_REASONS: Mapping[UnplacedKind, Text] = {
    UnplacedKind.WITHDRAWN: Text("已撤回申请", "the application was withdrawn"),
    UnplacedKind.NOT_WILLING: Text("本人不愿入住", "does not wish to be placed"),
    UnplacedKind.NO_CLASS: Text("入托日的月龄不属于任何班型", "the age at the entry date fits no class"),
    UnplacedKind.NO_CHOICE: Text("没有符合条件的机构可选", "no institution remains that may be chosen"),
    UnplacedKind.CLOSED: Text("所选班级报名不足、没有开班", "the classes chosen were not opened, too few came"),
    UnplacedKind.FAMILY: Text("全家的共同志愿都没有位置", "none of the family's joint choices could be met"),
    UnplacedKind.FULL: Text(
        "所选各处都已招满，排在前面的人先录取", "every place chosen went to people before them in the order"
    ),
}


def _unplaced(market: Market, held: Ints) -> tuple[Unplaced, ...]:
    unit = market.unit_of
    found = []
    for i in np.flatnonzero(held < 0).tolist():
        own = market.pool[market.start[i] : market.start[i + 1]]
        if i in market.out:
            kind = market.out[i]
        elif not len(own):
            kind = UnplacedKind.NO_CHOICE
        elif (market.seats[own] == 0).all() and (market.min_class[own] > 0).any():
            kind = UnplacedKind.CLOSED
        else:
            kind = UnplacedKind.FAMILY if unit[i] >= 0 else UnplacedKind.FULL
        found.append(Unplaced(applicant=market.applicants[i], kind=kind, reason=_REASONS[kind]))
    return tuple(found)


def _shortages(market: Market, held: Ints, policy: Policy) -> list[Text]:
    """Classes that must be placed whole and are not, with the number that is short."""
    notes = []
    for g, one in enumerate(policy.enabled_classes):
        waiting = [i for i in np.flatnonzero((market.classes == g) & (held < 0)).tolist() if i not in market.out]
        if one.must_place and waiting:
            ids = "、".join(market.applicants[i] for i in waiting[:5])
            notes.append(
                Text(
                    f"{one.name.zh}还有 {len(waiting)} 人没有床位（{ids}……），须增加符合条件的床位",
                    f"{one.name.en}: {len(waiting)} without a place ({ids} …); suitable places must be added",
                )
            )
    return notes


def _status(outcome: Outcome, short: bool) -> Status:
    """Infeasible: somebody who must be placed is not; under ``served`` only where it is proved that more cannot be."""
    proof = outcome.proof
    if short and (isinstance(proof, StableProof) or proof.served_by_class == proof.largest_by_class):
        return Status.INFEASIBLE
    return Status.OPTIMAL if outcome.proved else Status.FEASIBLE


def _exactness(proof: Proof, policy: Policy) -> list[Text]:
    """What was not proved, or not done."""
    if isinstance(proof, StableProof):
        if proof.fewest_proved:
            return []
        return [Text("家庭较多，结果由启发式得出，未证明最优", "families: found by a heuristic, not proved best")]
    notes = []
    if policy.bottleneck_first and proof.worst_m is None:
        zh = "有家庭、房间或班额相互牵连，没有先把最远距离压到最小"
        notes.append(Text(zh, "families, rooms or classes are coupled: the largest distance was not minimised first"))
    if proof.served_by_class != proof.largest_by_class:
        served, most = list(proof.served_by_class), list(proof.largest_by_class)
        zh = f"未证明人数最多：各类累计已安排 {served}，至多 {most}"
        notes.append(Text(zh, f"not proved to serve most: {served} served up to each class, at most {most} could be"))
    elif proof.bound < proof.objective:
        gap = round(proof.objective - proof.bound)
        zh = f"人数已证明最多；总距离未证明最短，至多还能少 {gap} 米"
        notes.append(Text(zh, f"proved to serve most; the ways could be shorter by {gap} m in all at most"))
    return notes


def _above_capacity(assignments: tuple[Assignment, ...]) -> list[Text]:
    """Where twins were admitted above the capacity, so that the institution can see to it."""
    pools = sorted({one.pool for one in assignments if one.above_capacity})
    if not pools:
        return []
    named = "、".join(pools[:5])
    zh = f"双胞胎遇最后一个名额时一并录取，{len(pools)} 个班超额：{named}"
    return [Text(zh, f"twins were admitted above the capacity of {len(pools)} pools: {named}")]


def _summary(market: Market, held: Ints, assignments: tuple[Assignment, ...], policy: Policy) -> dict[str, Any]:
    """Figures of the result, JSON types only."""
    names = [one.id for one in policy.enabled_classes] + ["others"]
    part = np.array([i not in market.out for i in range(len(held))], dtype=bool)
    served = Counter(names[g] for g in market.classes[held >= 0].tolist())
    wanted = Counter(names[g] for g in market.classes[part].tolist())
    metres = sorted(one.distance_m for one in assignments if one.distance_m is not None)
    choices = Counter(min(one.choice, 10) for one in assignments)
    return {
        "applicants": len(held),
        "taking_part": int(part.sum()),
        "placed": len(assignments),
        "unplaced": int((part & (held < 0)).sum()),
        "places": int(market.seats.sum()),
        "free_places": int(market.seats.sum()) - sum(not one.above_capacity for one in assignments),
        "above_capacity": sum(one.above_capacity for one in assignments),
        "by_class": {name: {"applicants": wanted[name], "placed": served[name]} for name in names},
        "by_choice": {str(choice): choices[choice] for choice in sorted(choices)},
        "total_distance_m": sum(metres),
        "largest_distance_m": metres[-1] if metres else None,
        "p90_distance_m": metres[int(0.9 * (len(metres) - 1))] if metres else None,
        "beyond_limit": sum(one.beyond_limit for one in assignments),
        "incumbents": sum(one.incumbent for one in assignments),
    }
