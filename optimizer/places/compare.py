"""Both rules side by side: the decision that the commission has to take, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizer.places.allocate import allocate_places
from optimizer.places.market import build_market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.order import Order
from optimizer.places.referee.allocation.stability import blocking_coalitions
from optimizer.places.result import AllocationResult, AllocationRule, StableProof
from optimizer.places.served.flow import largest_by_level
from optimizer.places.served.network import make_network

__all__ = ["Comparison", "CurvePoint", "compare_rules"]

CURVE_POINTS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """How many can be served in all if nobody goes further than ``limit_m``."""

    limit_m: int
    served: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Results of both rules, how often each leaves justified envy, and served against the distance limit."""

    policy: Policy
    results: Mapping[AllocationRule, AllocationResult]
    envy: Mapping[AllocationRule, int]
    curve: tuple[CurvePoint, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One row for each rule: figures by name."""
        return [
            {"rule": rule.value, "status": result.status.value, "envy": self.envy[rule], **result.summary}
            for rule, result in self.results.items()
        ]


def compare_rules(problem: PlacesProblem, policy: Policy, *, seed: str) -> Comparison:
    """Allocate by both rules.

    Raises
    ------
    InputError
        As :func:`optimizer.places.allocate.allocate_places`.
    """
    results = {rule: allocate_places(problem, policy, rule=rule, seed=seed) for rule in AllocationRule}
    return Comparison(
        policy=policy,
        results=results,
        envy={rule: _envy(problem, policy, result) for rule, result in results.items()},
        curve=_curve(problem, policy, seed),
    )


def _envy(problem: PlacesProblem, policy: Policy, result: AllocationResult) -> int:
    closed = [one.pool for one in result.proof.closed] if isinstance(result.proof, StableProof) else []
    order = Order(Case(problem, policy), result.seed, closed)
    placed = {one.applicant: one.pool for one in result.assignments}
    return len({name for name, _ in blocking_coalitions(order, placed)})


def _curve(problem: PlacesProblem, policy: Policy, seed: str) -> tuple[CurvePoint, ...]:
    network = make_network(build_market(problem, policy, seed))
    if not len(network.cost):
        return ()
    ends = np.unique(np.quantile(network.cost, np.linspace(0.1, 1.0, CURVE_POINTS)).astype(np.int64))
    one_level = replace(network, level=np.zeros_like(network.level), levels=1)
    points = []
    for limit in ends.tolist():
        served = largest_by_level(one_level, network.cost <= limit)[-1]
        points.append(CurvePoint(limit_m=limit, served=served))
    return tuple(points)
