"""Minimum-cost flow by OR-Tools, and maximum flows for the nested counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from optimizer.common.errors import SolverError
from optimizer.places.served.network import Network

__all__ = ["cheapest", "largest_by_level", "worst_distance"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_ARC = -1


def cheapest(network: Network, used: Bools) -> Ints:
    """The arc that every applicant of the market gets in a cheapest flow over the arcs ``used``, -1 for none; ``(n,)``.

    Raises
    ------
    SolverError
        The solver refuses (costs out of range); not met below some 10^13 metres in all.
    """
    arcs = np.flatnonzero(used)
    solver = _stated(network, arcs)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise SolverError(f"the flow was not solved: {status}")
    taken = arcs[solver.flows(np.arange(len(arcs))) > 0]
    given = np.full(len(network.level), NO_ARC, dtype=np.int64)
    given[network.applicant[taken]] = taken
    return given


def _stated(network: Network, arcs: Ints) -> min_cost_flow.SimpleMinCostFlow:
    """The flow as the solver holds it, so that none of the arrays stays in memory while it is solved."""
    n, slots = len(network.members), len(network.places)
    number = np.zeros(len(network.level), dtype=np.int32)
    number[network.members] = np.arange(n)
    slot_nodes, sink = np.arange(n, n + slots, dtype=np.int32), n + slots
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        number[network.applicant[arcs]],
        slot_nodes[network.slot[arcs]],
        np.ones(len(arcs), dtype=np.int64),
        network.cost[arcs],
    )
    to_sink = np.full(n + slots, sink, dtype=np.int32)
    solver.add_arcs_with_capacity_and_unit_cost(
        np.arange(n + slots, dtype=np.int32),
        to_sink,
        np.concatenate([np.ones(n, dtype=np.int64), network.places]),
        np.concatenate([network.left_out[network.members], np.zeros(slots, dtype=np.int64)]),
    )
    solver.set_nodes_supplies(np.arange(n, dtype=np.int32), np.ones(n, dtype=np.int64))
    solver.set_node_supply(sink, -n)
    return solver


def largest_by_level(network: Network, used: Bools) -> tuple[int, ...]:
    """For every ``g`` how many applicants of the levels up to ``g`` could be served if nobody else came."""
    counts = []
    for level in range(network.levels):
        arcs = np.flatnonzero(used & (network.level[network.applicant] <= level))
        counts.append(_largest(network, arcs))
    return tuple(counts)


def worst_distance(network: Network, used: Bools) -> int:
    """The smallest largest distance at which as many can be served at every level as over all arcs ``used``."""
    goal = largest_by_level(network, used)
    values = np.unique(network.cost[used])
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        near = used & (network.cost <= values[middle])
        if largest_by_level(network, near) == goal:
            high = middle
        else:
            low = middle + 1
    return int(values[low]) if len(values) else 0


def _largest(network: Network, arcs: Ints) -> int:
    if not len(arcs):
        return 0
    slots = len(network.places)
    who, tail = np.unique(network.applicant[arcs], return_inverse=True)
    n = len(who)
    source, sink = n + slots, n + slots + 1
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(tail.ravel(), n + network.slot[arcs], np.ones(len(arcs), dtype=np.int64))
    solver.add_arcs_with_capacity(np.full(n, source), np.arange(n), np.ones(n, dtype=np.int64))
    solver.add_arcs_with_capacity(n + np.arange(slots), np.full(slots, sink), network.places)
    if solver.solve(source, sink) != solver.OPTIMAL:
        raise SolverError("the largest flow was not found")
    return int(solver.optimal_flow())
