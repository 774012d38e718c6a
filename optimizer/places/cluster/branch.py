"""Single-source groups by branching on who leads: bounds by prices of members, members by HiGHS.

At every node the prices climb a little from those of the node above; leaders whose other state would cost more than the
best groups known are decided. Where the leaders are decided, or look good, the members are given to them by a programme
that holds only the pairs which, by the prices, can still be part of something better.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from optimizer.places.cluster.dual import climb, forced, probed
from optimizer.places.mixed import INFINITY, MilpBuilder, MilpSolution, MilpStatus, solve_milp

__all__ = ["Branched", "SingleSource", "best_single_source"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Climb = Callable[..., tuple[float, Floats, Floats, Bools]]

_ROOT_ROUNDS, _NODE_ROUNDS, _SET_ROUNDS = 2_000, 150, 300
_TRY_EVERY = 3
_FIRST_SHARE = 3e-3
"""Pairs that raise the bound by more than this share are left out when leaders are tried."""
_SECONDS_OF_A_SET = 20.0
_MARGIN = 1e-6


@dataclass(frozen=True, kw_only=True)
class SingleSource:
    """``h`` leaders with whole capacities, ``m`` members with whole demands; cost ``(h, m)``, infinite: not allowed."""

    cost: Floats
    open_cost: Floats
    room: Ints
    need: Ints
    must_lead: Bools


@dataclass(frozen=True, kw_only=True)
class Branched:
    """The leader of each member ``(m,)`` and who leads ``(h,)``; ``leader`` is ``None`` where nothing was found.

    ``bound``: no groups cost less. It is infinite where it was proved that there are none.
    """

    leader: Ints | None
    leads: Bools
    cost: float
    bound: float
    nodes: int


def best_single_source(case: SingleSource, *, gap: float, time_limit_s: float | None) -> Branched:
    """The groups of least cost to a relative gap, or the best until the time is over, with their bound."""
    return _Search(case, gap, time_limit_s).run()


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    state: Ints = field(compare=False)
    prices: Floats = field(compare=False)


class _Search:
    def __init__(self, case: SingleSource, gap: float, time_limit_s: float | None) -> None:
        self.case, self.gap = case, gap
        self.ends = INFINITY if time_limit_s is None else time.perf_counter() + time_limit_s
        finite = case.cost[np.isfinite(case.cost)]
        self.is_whole = bool((finite == np.rint(finite)).all() and (case.open_cost == np.rint(case.open_cost)).all())
        self.leader: Ints | None = None
        self.leads = np.zeros(len(case.room), dtype=bool)
        self.cost = INFINITY
        self.unfinished = INFINITY
        self.tried: set[bytes] = set()
        self.nodes = 0

    @property
    def enough(self) -> float:
        """A bound from here on proves that a node holds nothing better."""
        if self.cost == INFINITY:
            return INFINITY
        return self.cost - max(self.gap * abs(self.cost), 1.0 - _MARGIN if self.is_whole else 0.0)

    def run(self) -> Branched:
        """Best bound first."""
        case = self.case
        state = np.where(case.must_lead, 1, -1).astype(np.int64)
        prices = (case.cost + (case.open_cost / np.maximum(case.room, 1))[:, None] * case.need).min(axis=0)
        bound, prices, _, leads = self._climb(state, prices, _ROOT_ROUNDS, 20)
        if np.isfinite(bound):
            self._try(leads, prices)
        queue = [_Node(bound, 0, state, prices)]
        while queue and queue[0].bound < self.enough and time.perf_counter() < self.ends:
            node = heapq.heappop(queue)
            for child in self._children(node):
                heapq.heappush(queue, child)
        left = queue[0].bound if queue else INFINITY
        return Branched(leader=self.leader, leads=self.leads, cost=self.cost, bound=self._bound(left), nodes=self.nodes)

    def _bound(self, left: float) -> float:
        """The least of what is left open and of what may lie within the gap; whole where all costs are."""
        bound = min(left, self.unfinished, self.enough)
        if self.is_whole and np.isfinite(bound):
            bound = float(np.ceil(bound - 0.5 * _MARGIN))
        return min(bound, self.cost)

    def _climb(self, state: Ints, prices: Floats, rounds: int, patience: int) -> tuple[float, Floats, Floats, Bools]:
        case, compiled = self.case, cast("Climb", climb)
        return compiled(case.cost, case.open_cost, case.room, case.need, state, prices, self.enough, rounds, patience)

    def _children(self, node: _Node) -> list[_Node]:
        """The two nodes of the leader whose states differ most; none where the node holds nothing better."""
        self.nodes += 1
        state, prices, bound = node.state, node.prices, node.bound
        while True:
            own, prices, value, leads = self._climb(state, prices, _NODE_ROUNDS, 8)
            bound = max(bound, own)
            if bound >= self.enough:
                return []
            either = probed(value, self.case.room, int(self.case.need.sum()), state, prices)
            free = state < 0
            leads_not, does_lead = free & (either[:, 1] >= self.enough), free & (either[:, 0] >= self.enough)
            if (leads_not & does_lead).any():
                return []
            if not (leads_not | does_lead).any():
                break
            state = np.where(does_lead, 1, np.where(leads_not, 0, state))
        if not free.any():
            self._settle(state, prices, value, own)
            return []
        if self.nodes % _TRY_EVERY == 1:
            self._try(leads, prices)
        rise = np.where(free[:, None], either - own, -INFINITY)
        most = np.minimum(rise.max(axis=1), max(self.enough - own, 0.0)) if np.isfinite(self.cost) else rise.max(axis=1)
        j = int(np.argmax(5.0 * rise.min(axis=1) + most))
        return [self._child(node, state, prices, j, k, max(bound, float(either[j, k]))) for k in (0, 1)]

    def _child(self, node: _Node, state: Ints, prices: Floats, j: int, k: int, bound: float) -> _Node:
        other = state.copy()
        other[j] = k
        return _Node(bound, 2 * self.nodes + k, other, prices)

    def _try(self, leads: Bools, prices: Floats) -> None:
        """Groups of leaders that look good: over few pairs, so nothing is proved."""
        name = leads.tobytes()
        if name in self.tried:
            return
        self.tried.add(name)
        state = leads.astype(np.int64)
        bound, prices, value, _ = self._climb(state, prices, _SET_ROUNDS, 10)
        if bound < self.enough:
            rise = self._rise(state, prices, value)
            self._members(state, np.isfinite(rise) & (rise <= min(_FIRST_SHARE * abs(bound), self.cost - bound)))

    def _settle(self, state: Ints, prices: Floats, value: Floats, bound: float) -> None:
        """The best groups of decided leaders; where time ends before, the bound stays open."""
        rise = self._rise(state, prices, value)
        solution = self._members(state, np.isfinite(rise) & (rise <= self.cost - bound))
        if solution is not None and solution.bound < self.enough:
            self.unfinished = min(self.unfinished, max(bound, solution.bound))

    def _rise(self, state: Ints, prices: Floats, value: Floats) -> Floats:
        case = self.case
        return forced(case.cost, case.open_cost, case.room, case.need, state, prices, value)

    def _members(self, state: Ints, kept: Bools) -> MilpSolution | None:
        """Members given to decided leaders over some pairs; ``None`` where somebody has no pair."""
        case = self.case
        if not kept.any(axis=0).all():
            return None
        leader, member = np.nonzero(kept)
        model = MilpBuilder()
        serve = model.variables("serve", len(leader), cost=case.cost[leader, member], integer=True)
        model.rows(len(case.need), member, serve, 1.0, lower=1.0, upper=1.0)
        model.rows(len(case.room), leader, serve, case.need[member], lower=-INFINITY, upper=case.room)
        fixed = float(case.open_cost[state == 1].sum())
        seconds = max(0.1, min(_SECONDS_OF_A_SET, self.ends - time.perf_counter()))
        solution = solve_milp(model.build(), gap=0.5 * self.gap, time_limit_s=seconds, pulp_limit=0)
        if solution.found and solution.cost + fixed < self.cost:
            taken = solution.values > 0.5
            self.leader = np.full(len(case.need), -1, dtype=np.int64)
            self.leader[member[taken]] = leader[taken]
            self.leads, self.cost = state == 1, solution.cost + fixed
        if not solution.found and solution.status is MilpStatus.INFEASIBLE:
            return None
        return replace(solution, cost=solution.cost + fixed, bound=solution.bound + fixed)
