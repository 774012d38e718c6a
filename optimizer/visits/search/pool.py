"""The pool: what is not planned, and its price."""

from __future__ import annotations

import numpy as np

from optimizer.visits.search.compiled import compiled
from optimizer.visits.search.journal import CHANGED, POOLED
from optimizer.visits.search.records import Kernel

__all__ = ["enter_plan", "fill_pool", "leave_plan"]


def fill_pool(k: Kernel) -> None:
    """Put every bundle into the pool: the plan is empty."""
    bundles = len(k.bundle_first) - 1
    k.pool[:bundles] = np.arange(bundles)
    k.pool_at[:bundles] = np.arange(bundles)
    k.counter[POOLED] = bundles
    k.totals[0].pool = k.bundle_price.sum()
    k.totals[0].price = k.bundle_true_price.sum()
    k.totals[0].missing = k.bundle_mandatory.sum()


@compiled
def enter_plan(k: Kernel, bundle: int) -> None:
    """Count a bundle as planned in this proposal."""
    _count(k, bundle, -1)


@compiled
def leave_plan(k: Kernel, bundle: int) -> None:
    """Count a bundle as left out in this proposal."""
    _count(k, bundle, 1)


@compiled
def _count(k: Kernel, bundle: int, sign: int) -> None:
    trial = k.trial[0]
    trial.pool += sign * k.bundle_price[bundle]
    trial.price += sign * k.bundle_true_price[bundle]
    trial.missing += sign * k.bundle_mandatory[bundle]
    k.changed[k.counter[CHANGED]] = bundle
    k.counter[CHANGED] += 1
