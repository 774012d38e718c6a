"""The rule ``served``: flows where nothing couples applicants, a programme for every part where something does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.places.market import Market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.result import PoolPrice, ServedProof
from optimizer.places.served.coupling import coupled_parts, couplings_of, violated_pools
from optimizer.places.served.flow import cheapest, largest_by_level, worst_distance
from optimizer.places.served.milp import solve_part
from optimizer.places.served.network import Network, make_network
from optimizer.places.served.prices import bound_of, missing_arcs, slot_prices

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
    """A flow that is cheapest over all arcs ``allowed`` (all by default), solved on few arcs and priced out."""
    may = np.ones(len(network.pair), dtype=bool) if allowed is None else allowed
    used = network.first & may
    solves = 0
    while True:
        given = cheapest(network, used)
        prices = slot_prices(network, used, given)
        solves += 1
        missing = missing_arcs(network, used, prices, may)
        if not missing.any():
            return FlowOutcome(given=given, prices=prices, used=used, solves=solves)
        used = used | missing


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
    given, proved, broken = flow.given.copy(), True, violated_pools(network, couplings, flow.given)
    parts = coupled_parts(network, couplings, broken)
    for part in parts:
        settled = solve_part(network, couplings, part)
        given[part] = settled.given[part]
        proved = proved and settled.proved
    served = _counts(network, given)
    objective = _objective(network, given)
    proof = ServedProof(
        served_by_class=served,
        largest_by_class=served if parts else largest_by_level(network, flow.used),
        unit=network.unit,
        objective=objective,
        bound=_bound(network, flow, objective, proved=proved, coupled=bool(parts), halves=bool(couplings.shared)),
        prices=() if parts else _pool_prices(network, flow.prices, policy),
        worst_m=worst,
        arcs=int(flow.used.sum()),
        solves=flow.solves,
        method="milp" if parts else "flow",
    )
    held = np.where(given >= 0, network.pair[np.maximum(given, 0)], -1) if len(network.pair) else given
    return ServedOutcome(held=held, proof=proof, proved=proved)


def _counts(network: Network, given: Ints) -> tuple[int, ...]:
    served = np.bincount(network.level[given >= 0], minlength=network.levels)
    return tuple(int(count) for count in np.cumsum(served))


def _objective(network: Network, given: Ints) -> int:
    """Weights of those left out (of the applicants with an arc) plus metres."""
    own = given[network.members]
    out = network.left_out[network.members][own < 0].sum()
    return int(out + network.cost[own[own >= 0]].sum())


def _bound(network: Network, flow: FlowOutcome, objective: int, *, proved: bool, coupled: bool, halves: bool) -> float:
    """The objective where a programme proved it; else that of the flow without couplings (0 where halves share)."""
    if coupled and proved:
        return float(objective)
    return 0.0 if halves else float(bound_of(network, flow.used, flow.prices))


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
