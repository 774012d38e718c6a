"""The rule ``served``: flows where nothing couples applicants, a programme for every part where something does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.market import Market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.result import PoolPrice, ServedProof
from optimizer.places.served.coupling import coupled_parts, couplings_of, violated_pools
from optimizer.places.served.flow import cheapest, largest_by_level, worst_distance
from optimizer.places.served.milp import PartOutcome, solve_part
from optimizer.places.served.network import Network, make_network
from optimizer.places.served.prices import bound_of, near_arcs, slot_prices, values_of

__all__ = ["FlowOutcome", "ServedOutcome", "solve_flow", "solve_served"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class FlowOutcome:
    """A cheapest flow over all arcs allowed: the arc of each applicant, prices of slots, arcs used, times solved."""

    given: Ints
    prices: Ints
    used: Bools
    solves: int


@dataclass(frozen=True, kw_only=True)
class ServedOutcome:
    """The pair that each applicant gets (-1: none), the proof, and whether everything in it was proved."""

    held: Ints
    proof: ServedProof
    proved: bool


def solve_flow(network: Network, allowed: Bools | None = None) -> FlowOutcome:
    """A flow that is cheapest over all arcs ``allowed`` (all by default), solved on few arcs and priced out.

    After the first flow the arcs that its prices show to be dear are left out, too; from then on arcs only come in, so
    this ends. In the end no arc at all would be cheaper for its applicant, whether it was left out or never in.
    """
    may = np.ones(len(network.pair), dtype=bool) if allowed is None else allowed
    used = network.first & may
    solves = 0
    while True:
        given = cheapest(network, used)
        prices = slot_prices(network, used, given)
        solves += 1
        near = near_arcs(network, used, prices, may)
        if near is None:
            return FlowOutcome(given=given, prices=prices, used=used, solves=solves)
        if solves == 1:
            near[given[given >= 0]] = True
            used = near
        else:
            used = used | near


def solve_served(market: Market, problem: PlacesProblem, policy: Policy) -> ServedOutcome:
    """Serve as many as possible, class by class, then by the shortest ways, and prove it."""
    network = make_network(market)
    couplings = couplings_of(market, problem, policy)
    worst = None
    allowed = None
    if policy.bottleneck_first and not (market.units or couplings.shared):
        worst = worst_distance(network, np.ones(len(network.pair), dtype=bool))
        allowed = network.cost <= worst
    flow = solve_flow(network, allowed)
    given, broken = flow.given.copy(), violated_pools(network, couplings, flow.given)
    parts = coupled_parts(network, couplings, broken)
    if parts and worst is not None:  # the programmes know no largest distance, so the bound may know none either
        worst, flow = None, solve_flow(network)
        given, broken = flow.given.copy(), violated_pools(network, couplings, flow.given)
        parts = coupled_parts(network, couplings, broken)
    settled = [solve_part(network, couplings, part) for part in parts]
    for part, outcome in zip(parts, settled, strict=True):
        given[part] = outcome.given[part]
    objective, bound = _objective(network, given), float(bound_of(network, flow.used, flow.prices))
    if parts:
        bound = _bound(network, flow, parts, settled)
    served = _counts(network, given)
    largest = _largest(network, given, parts, settled) if parts else largest_by_level(network, flow.used)
    proof = ServedProof(
        served_by_class=served,
        largest_by_class=largest,
        unit=network.unit,
        objective=objective,
        bound=bound,
        prices=() if parts else _pool_prices(network, flow.prices, policy),
        worst_m=worst,
        arcs=int(flow.used.sum()),
        solves=flow.solves,
        method="milp" if parts else "flow",
    )
    held = np.where(given >= 0, network.pair[np.maximum(given, 0)], -1) if len(network.pair) else given
    return ServedOutcome(held=held, proof=proof, proved=bound == objective and served == largest)


def _counts(network: Network, given: Ints) -> tuple[int, ...]:
    served = np.bincount(network.level[given >= 0], minlength=network.levels)
    return tuple(int(count) for count in np.cumsum(served))


def _objective(network: Network, given: Ints) -> int:
    """Weights of those left out (of the applicants with an arc) plus metres."""
    own = given[network.members]
    out = network.left_out[network.members][own < 0].sum()
    return int(out + network.cost[own[own >= 0]].sum())


def _bound(network: Network, flow: FlowOutcome, parts: Sequence[Ints], settled: Sequence[PartOutcome]) -> float:
    """The bounds of the coupled parts, and that of the flow for everybody else (parts share no pool with others)."""
    values = values_of(network, flow.used, flow.prices)
    inside = np.zeros(len(network.level), dtype=bool)
    for part in parts:
        inside[part] = True
    slots = np.zeros(len(network.places), dtype=bool)
    slots[network.slot[~inside[network.applicant]]] = True
    alone = network.members[~inside[network.members]]
    rest = int(values[alone].sum() - (network.places * flow.prices)[slots].sum())
    return rest + sum(one.bound for one in settled)


def _largest(network: Network, given: Ints, parts: Sequence[Ints], settled: Sequence[PartOutcome]) -> tuple[int, ...]:
    """Cumulative: what was served outside the parts (a flow), and the most that could be in each part."""
    outside = given.copy()
    for part in parts:
        outside[part] = -1
    counts = np.bincount(network.level[outside >= 0], minlength=network.levels) + sum(one.most for one in settled)
    return tuple(int(count) for count in np.cumsum(counts))


def _pool_prices(network: Network, prices: Ints, policy: Policy) -> tuple[PoolPrice, ...]:
    """The price of one more place of each kind in each pool, where it is not zero."""
    kinds: list[str | None] = [None, *(one.id for one in policy.enabled_reserves)]
    found = []
    for slot in np.flatnonzero(prices):
        value = int(prices[slot])
        steps = (value + network.unit // 2) // network.unit
        found.append(
            PoolPrice(
                pool=network.market.pools[network.pool[slot]],
                value=value,
                reserve=kinds[int(slot) % len(kinds)],
                served_class=network.levels - steps - 1 if steps else None,
                saved_m=0 if steps else value,
            )
        )
    return tuple(found)
