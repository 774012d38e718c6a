"""Leaders, members and costs as arrays, and the best groups as a mixed-integer program.

The program is the single-source capacitated facility location (or, with a number of groups and no capacity, the
p-median) in its strong form::

    min  sum f_h y_h + sum c_hm x_hm + L sum l_m
    sum_h x_hm + l_m (+ y_m where m may lead) = 1     x_hm <= y_h
    sum_m d_m x_hm <= q_h y_h      least y_h <= sum_m x_hm <= most y_h      sum_h y_h = p

``l_m`` (left out) is there only where a first run showed that not everybody can have a place. Single-source locations
of some size are not given to HiGHS as a whole: see :mod:`optimizer.places.cluster.branch`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.places.cluster.branch import SingleSource, best_single_source
from optimizer.places.mixed import INFINITY, Milp, MilpBuilder, MilpSolution, MilpStatus, solve_milp

__all__ = ["GroupNetwork", "Grouped", "best_groups"]

BRANCHED_FROM = 1_000
"""Pairs from which on single-source groups are found by branching."""

LARGEST_KNAPSACK = 5_000_000
"""Most entries of a knapsack's table."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class GroupNetwork:
    """``h`` possible leaders and ``m`` members.

    Attributes
    ----------
    leader_ids, member_ids
        Sorted ids.
    cost, allowed
        Shape ``(h, m)``: what it costs that a leader has a member, and whether it may.
    open_cost, capacity
        Shape ``(h,)``; infinite capacity: not limited.
    demand
        Shape ``(m,)``.
    own
        Shape ``(h,)``: the member that the leader is itself (then it needs no other leader), -1: none.
    groups
        Number of groups, ``None``: free.
    must_lead
        Shape ``(h,)``.
    """

    leader_ids: tuple[str, ...]
    member_ids: tuple[str, ...]
    cost: Floats
    allowed: Bools
    open_cost: Floats
    capacity: Floats
    demand: Floats
    own: Ints
    groups: int | None = None
    must_lead: Bools
    least_members: int = 0
    most_members: int | None = None


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """``leader_of (m,)``: index of the leader, -1 for leaders themselves and for those left out; ``leads (h,)``.

    ``all_impossible``: it was proved that not everybody can have a place.
    """

    leader_of: Ints
    leads: Bools
    left_out: Bools
    solution: MilpSolution
    all_impossible: bool = False


def best_groups(
    network: GroupNetwork,
    *,
    gap: float = 1e-9,
    time_limit_s: float | None = None,
    lp_file: Path | None = None,
    fewest_groups: bool = False,
) -> Grouped:
    """The groups of least cost; where not everybody can have a place, with the fewest left out.

    ``fewest_groups``: first the smallest number of groups, then the cost.
    """
    if lp_file is None and not fewest_groups:
        branched = _branched(network, gap, time_limit_s)
        if branched is not None:
            return branched
    program, index = _program(network, with_left_out=False)
    if fewest_groups:
        program = _fixed_first(program, index.lead, gap, time_limit_s)
    solution = solve_milp(program, gap=gap, time_limit_s=time_limit_s, lp_file=lp_file)
    impossible = solution.status is MilpStatus.INFEASIBLE
    if not solution.found:
        program, index = _program(network, with_left_out=True)
        program = _fixed_first(program, index.out, gap, time_limit_s)
        if fewest_groups:
            program = _fixed_first(program, index.lead, gap, time_limit_s)
        solution = solve_milp(program, gap=gap, time_limit_s=time_limit_s, lp_file=lp_file)
    return replace(_grouped(network, index, solution), all_impossible=impossible)


def _branched(network: GroupNetwork, gap: float, time_limit_s: float | None) -> Grouped | None:
    """Single-source groups by branching; ``None`` where the network is small or of another kind, or has no groups."""
    room, need = network.capacity, network.demand
    if network.allowed.sum() < BRANCHED_FROM or not np.isfinite(room).all() or not network.allowed.any(axis=0).all():
        return None
    is_plain = network.groups is None and network.least_members == 0 and network.most_members is None
    is_whole = (room == np.rint(room)).all() and (need == np.rint(need)).all() and (need > 0).all()
    size = max(room.max() * len(need), need.sum() * len(room))
    if not is_plain or not is_whole or (network.own >= 0).any() or size > LARGEST_KNAPSACK:
        return None
    started = time.perf_counter()
    case = SingleSource(
        cost=np.where(network.allowed, network.cost, INFINITY),
        open_cost=network.open_cost,
        room=room.astype(np.int64),
        need=need.astype(np.int64),
        must_lead=network.must_lead,
    )
    found = best_single_source(case, gap=gap, time_limit_s=time_limit_s)
    if found.leader is None:
        return None
    proved = found.bound >= found.cost - max(1e-9, gap * abs(found.cost))
    solution = MilpSolution(
        status=MilpStatus.OPTIMAL if proved else MilpStatus.FEASIBLE,
        values=np.empty(0),
        cost=found.cost,
        bound=found.bound,
        row_duals=np.empty(0),
        seconds=time.perf_counter() - started,
        method="prices, branching on leaders, HiGHS for members",
    )
    nobody = np.zeros(len(need), dtype=bool)
    return Grouped(leader_of=found.leader, leads=found.leads, left_out=nobody, solution=solution)


@dataclass(frozen=True, kw_only=True)
class _Index:
    lead: Ints
    serve: Ints
    out: Ints
    leader: Ints
    member: Ints


def _program(network: GroupNetwork, *, with_left_out: bool) -> tuple[Milp, _Index]:
    leader, member = np.nonzero(network.allowed)
    h, m, arcs = len(network.leader_ids), len(network.member_ids), len(leader)
    limited = bool(np.isfinite(network.capacity).any())
    bounded = network.least_members > 0 or network.most_members is not None
    model = MilpBuilder()
    lead = model.variables("lead", h, cost=network.open_cost, lower=network.must_lead, integer=True)
    single = limited or bounded
    serve = model.variables("serve", arcs, cost=network.cost[leader, member], integer=single)
    out = model.variables("out", m if with_left_out else 0, integer=True)
    ones = np.arange(arcs)
    itself = np.flatnonzero(network.own >= 0)
    model.rows(
        m,
        np.concatenate([member, network.own[itself], np.arange(len(out))]),
        np.concatenate([serve, lead[itself], out]),
        1.0,
        lower=1.0,
        upper=1.0,
    )
    model.rows(
        arcs,
        np.concatenate([ones, ones]),
        np.concatenate([serve, lead[leader]]),
        np.repeat([1.0, -1.0], arcs),
        lower=-INFINITY,
        upper=0.0,
    )
    if limited:
        room = np.where(np.isfinite(network.capacity), network.capacity, network.demand.sum())
        _link(model, leader, serve, network.demand[member], lead, -room, upper=0.0)
    if network.least_members:
        _link(model, leader, serve, np.ones(arcs), lead, np.full(h, -float(network.least_members)), lower=0.0)
    if network.most_members is not None:
        _link(model, leader, serve, np.ones(arcs), lead, np.full(h, -float(network.most_members)), upper=0.0)
    if network.groups is not None:
        model.rows(1, np.zeros(h), lead, 1.0, lower=network.groups, upper=network.groups)
    return model.build(), _Index(lead=lead, serve=serve, out=out, leader=leader, member=member)


def _link(
    model: MilpBuilder,
    leader: Ints,
    serve: Ints,
    weight: Floats,
    lead: Ints,
    limit: Floats,
    *,
    lower: float = -INFINITY,
    upper: float = INFINITY,
) -> None:
    """A row for each leader: weighted members plus limit times whether it leads, between the bounds."""
    h = len(lead)
    model.rows(
        h,
        np.concatenate([leader, np.arange(h)]),
        np.concatenate([serve, lead]),
        np.concatenate([weight, limit]),
        lower=lower,
        upper=upper,
    )


def _fixed_first(program: Milp, variables: Ints, gap: float, time_limit_s: float | None) -> Milp:
    """The program with the smallest possible sum of some variables fixed."""
    first = np.zeros(len(program.cost))
    first[variables] = 1.0
    solution = solve_milp(program.with_cost(first), gap=gap, time_limit_s=time_limit_s)
    if not solution.found:
        return program
    return program.with_row(first, 0.0, float(round(solution.cost)))


def _grouped(network: GroupNetwork, index: _Index, solution: MilpSolution) -> Grouped:
    leads = solution.values[index.lead] > 0.5
    leader_of = np.full(len(network.member_ids), -1, dtype=np.int64)
    left_out = np.ones(len(network.member_ids), dtype=bool)
    if solution.found:
        nearest = np.full(len(network.member_ids), -1.0)
        for k in np.flatnonzero(solution.values[index.serve] > 1e-6).tolist():
            share, who = solution.values[index.serve[k]], index.member[k]
            if share > nearest[who] + 1e-6:
                nearest[who], leader_of[who] = share, index.leader[k]
        left_out = leader_of < 0
        itself = network.own[leads]
        left_out[itself[itself >= 0]] = False
    return Grouped(leader_of=leader_of, leads=leads, left_out=left_out, solution=solution)
