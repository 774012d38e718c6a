"""1+N groups of institutions, and groups of published location instances."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.between import UNKNOWN_M, metres_between
from optimizer.places.cluster.network import Grouped, GroupNetwork, best_groups
from optimizer.places.cluster.result import ClusterOptions, ClusterResult, Group, LeftOut, Member
from optimizer.places.digest import component_versions, problem_hash
from optimizer.places.mixed import MilpStatus
from optimizer.places.model import Institution, InstitutionKind, PlacesProblem

__all__ = ["cluster_institutions", "cluster_network"]


def cluster_institutions(
    problem: PlacesProblem,
    options: ClusterOptions | None = None,
    *,
    time_limit_s: float | None = None,
    lp_file: Path | None = None,
) -> ClusterResult:
    """Form 1+N groups: every institution leads a group or is a member of exactly one, by the least total distance.

    Raises
    ------
    InputError
        ``P711`` nothing to group, ``P712`` an unknown leader, ``P713`` bounds that contradict each other.
    """
    options = options or ClusterOptions()
    started = time.perf_counter()
    members = _members(problem, options)
    _require(problem, options, members)
    network = _network(problem, options, members)
    fewest = network.groups is None
    found = best_groups(network, time_limit_s=time_limit_s, lp_file=lp_file, fewest_groups=fewest)
    return _result(
        network,
        found,
        options=options,
        input_hash=problem_hash(problem),
        seconds=time.perf_counter() - started,
        whole_cost=True,
    )


def cluster_network(
    network: GroupNetwork, *, time_limit_s: float | None = None, lp_file: Path | None = None, gap: float = 1e-9
) -> ClusterResult:
    """The groups of least cost of a network that was read from a published file."""
    started = time.perf_counter()
    found = best_groups(network, gap=gap, time_limit_s=time_limit_s, lp_file=lp_file)
    return _result(network, found, seconds=time.perf_counter() - started)


def _members(problem: PlacesProblem, options: ClusterOptions) -> tuple[Institution, ...]:
    kinds = {options.kind}
    if options.kind is InstitutionKind.CHILDCARE and options.kindergartens:
        kinds.add(InstitutionKind.KINDERGARTEN)
    institutions = sorted(problem.institutions, key=lambda one: one.id)
    return tuple(one for one in institutions if one.kind in kinds and not one.blacklisted)


def _require(problem: PlacesProblem, options: ClusterOptions, members: tuple[Institution, ...]) -> None:
    findings = list(_wrong(options, members))
    if findings:
        raise InputError(findings)


def _wrong(options: ClusterOptions, members: tuple[Institution, ...]) -> Iterator[Finding]:
    if not members:
        yield Finding(
            code="P711",
            where="--kind",
            found=Text("没有这一类机构", "there is no institution of this kind"),
            action=Text("请在机构表填写类别，或换一类", "fill in the kind in the table, or choose another"),
        )
    known = {one.id for one in members}
    for name in sorted(set(options.leaders) - known):
        yield Finding(
            code="P712",
            where="--leaders",
            ids=(name,),
            found=Text("没有这家机构", "there is no such institution"),
            action=Text("请填写这一类机构的编号", "give ids of institutions of this kind"),
        )
    most = options.most_members
    too_few = options.groups is not None and options.groups < max(1, len(set(options.leaders)))
    if too_few or (most is not None and most < options.least_members) or options.least_members < 0:
        yield Finding(
            code="P713",
            where="--groups, --least, --most",
            found=Text("组数或 N 的上下限互相矛盾", "the number of groups or the bounds of N contradict each other"),
            action=Text("组数不少于牵头机构数，且下限不大于上限", "one group per leader or more, least not above most"),
        )


def _network(problem: PlacesProblem, options: ClusterOptions, members: tuple[Institution, ...]) -> GroupNetwork:
    wanted = set(options.leaders)
    taken = bool(wanted) and options.groups is None
    possible = [
        i
        for i, one in enumerate(members)
        if one.id in wanted
        or (not taken and (not options.leader_levels or any(word in one.level for word in options.leader_levels)))
    ]
    leaders = [members[i] for i in possible]
    metres = metres_between(leaders, members, problem.distances)
    allowed = metres != UNKNOWN_M
    if options.max_distance_m is not None:
        allowed &= metres <= options.max_distance_m
    allowed[np.arange(len(leaders)), possible] = False
    banned = {(ban.first, ban.second) for ban in problem.bans} | {(ban.second, ban.first) for ban in problem.bans}
    row, column = {one.id: h for h, one in enumerate(leaders)}, {one.id: m for m, one in enumerate(members)}
    for first, second in sorted(banned):
        if first in row and second in column:
            allowed[row[first], column[second]] = False
    places: dict[str, int] = {}
    for pool in problem.pools:
        places[pool.institution] = places.get(pool.institution, 0) + pool.capacity
    capacity = float("inf") if options.capacity is None else float(options.capacity)
    return GroupNetwork(
        leader_ids=tuple(one.id for one in leaders),
        member_ids=tuple(one.id for one in members),
        cost=np.where(allowed, metres, 0).astype(np.float64),
        allowed=allowed,
        open_cost=np.zeros(len(leaders)),
        capacity=np.full(len(leaders), capacity),
        demand=np.array([places.get(one.id, 0) for one in members], dtype=np.float64),
        own=np.array(possible, dtype=np.int64),
        groups=len(leaders) if taken else options.groups,
        must_lead=np.array([one.id in wanted for one in leaders], dtype=bool),
        least_members=options.least_members,
        most_members=options.most_members,
    )


def _result(
    network: GroupNetwork,
    found: Grouped,
    *,
    options: ClusterOptions | None = None,
    input_hash: str = "",
    seconds: float = 0.0,
    whole_cost: bool = False,
) -> ClusterResult:
    groups = tuple(
        Group(
            leader=network.leader_ids[h],
            members=tuple(
                Member(id=network.member_ids[m], cost=float(network.cost[h, m]), demand=float(network.demand[m]))
                for m in np.flatnonzero(found.leader_of == h).tolist()
            ),
            open_cost=float(network.open_cost[h]),
        )
        for h in np.flatnonzero(found.leads).tolist()
    )
    left_out = tuple(_left_out(network, m) for m in np.flatnonzero(found.left_out).tolist())
    cost = sum(group.open_cost + sum(member.cost for member in group.members) for group in groups)
    bound = _bound(found.solution.bound, whole=whole_cost)
    return ClusterResult(
        status=_status(found, left_out),
        groups=groups,
        left_out=left_out,
        cost=cost,
        bound=min(bound, cost) if found.solution.found else 0.0,
        gap=max(0.0, cost - bound) / max(1.0, abs(cost)) if found.solution.found else 1.0,
        method=found.solution.method,
        options=options,
        input_hash=input_hash,
        seconds=seconds,
        versions=component_versions("pulp", "highspy"),
        notes=_notes(left_out),
        summary={
            "groups": len(groups),
            "members": sum(len(group.members) for group in groups),
            "left_out": len(left_out),
            "longest": max((member.cost for group in groups for member in group.members), default=0.0),
        },
    )


def _bound(bound: float, *, whole: bool) -> float:
    """Costs in whole metres can never lie strictly between two whole numbers."""
    return float(np.ceil(bound - 1e-6)) if whole and np.isfinite(bound) else bound


def _status(found: Grouped, left_out: tuple[LeftOut, ...]) -> Status:
    if left_out or not found.solution.found:
        return Status.INFEASIBLE if found.all_impossible else Status.UNKNOWN
    return Status.OPTIMAL if found.solution.status is MilpStatus.OPTIMAL else Status.FEASIBLE


def _left_out(network: GroupNetwork, m: int) -> LeftOut:
    if not network.allowed[:, m].any():
        reason = Text(
            "半径内没有可牵头的机构，或没有坐标", "no leading institution is within the distance, or no coordinates"
        )
    else:
        reason = Text("组的容量或数量不够", "the groups have no room, or there are too few")
    return LeftOut(id=network.member_ids[m], reason=reason)


def _notes(left_out: tuple[LeftOut, ...]) -> tuple[Text, ...]:
    if not left_out:
        return ()
    number = len(left_out)
    return (
        Text(
            f"{number} 家机构没有编入任何组（不可能更少）：请放宽半径、容量或组数",
            f"{number} institutions are in no group (fewer is impossible): allow more distance, capacity or groups",
        ),
    )
