"""One search on one processor: start, cooling, keeping the best; everything but the clock is decided by iterations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.search.anneal import anneal
from optimizer.visits.search.journal import POOLED
from optimizer.visits.search.load import empty_routes, load_bundles, order_keys
from optimizer.visits.search.propagate import plan_cost
from optimizer.visits.search.recreate import build
from optimizer.visits.search.setup import Setup, kernel_of
from optimizer.visits.search.slack import refresh_all_slack

__all__ = ["Cooling", "Session"]

BATCH = 5_000
"""Proposals between two looks at the clock under a limit of iterations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cooling:
    """Start and end temperature in cost units, how often to cool from one to the other, and the shares of moves."""

    start: float
    end: float
    times: int = 1
    ruin_share: float = 0.0
    pool_share: float = 0.15
    relocate_share: float = 0.65
    exchange_share: float = 0.92

    def temperature(self, progress: float) -> float:
        """Temperature when that share of the run is over: geometric, anew in each of the coolings."""
        return float(self.start * (self.end / self.start) ** self.phase(progress))

    def phase(self, progress: float) -> float:
        """Share of the present cooling that is over, when that share of the run is."""
        over = self.times * min(1.0, max(0.0, progress))
        return over - min(math.floor(over), self.times - 1)

    @property
    def shares(self) -> np.ndarray:
        """Shares as the kernel takes them."""
        return np.array([self.pool_share, self.relocate_share, self.exchange_share, self.ruin_share])


class Session:
    """A search in progress. Its state lives in the kernel's arrays; see :class:`records.Kernel`."""

    def __init__(self, indexed: IndexedProblem, objective: Objective, *, seed: int) -> None:
        self.indexed = indexed
        self.setup: Setup = kernel_of(indexed, objective, seed=seed)
        self.kernel = self.setup.kernel
        self.best = np.array([np.inf, np.inf])
        self.kept = np.zeros((len(self.kernel.node), 2), dtype=np.int64)
        self.iterations = 0

    @property
    def cost(self) -> float:
        """Cost of the current plan, left-out mandatory visits at the price of the search."""
        return float(plan_cost(self.kernel))

    def begin(self, orders: Mapping[int, tuple[int, ...]] | None) -> None:
        """Load a plan (tasks of the indexed problem by shift), and put in whatever else fits.

        What does not fit together is left in the pool.
        """
        refresh_all_slack(self.kernel)
        if orders:
            self._load(orders)
        build(self.kernel, self._by_urgency())
        self._rekey()
        refresh_all_slack(self.kernel)
        self._keep_if_better()

    def run(self, proposals: int, temperature: float, cooling: Cooling) -> None:
        """Make proposals at one temperature."""
        if len(self.kernel.able) == 0 or len(self.kernel.shift) == 0:
            self.iterations += proposals  # nothing to change
            return
        anneal(self.kernel, proposals, temperature, cooling.shares, self.best, self.kept)
        self.iterations += proposals
        self._rekey()

    def return_to_best(self) -> None:
        """Make the best plan the current one."""
        self.adopt(self.best_orders())

    def adopt(self, orders: Mapping[int, tuple[int, ...]]) -> None:
        """Make the given plan the current one, as far as the kernel can time it."""
        empty_routes(self.kernel, self.setup)
        self._load(orders)
        self._rekey()
        refresh_all_slack(self.kernel)
        self._keep_if_better()

    def best_orders(self) -> dict[int, tuple[int, ...]]:
        """Tasks of the indexed problem by shift, of the best plan."""
        return self._orders(self.kept[:, 0])

    def current_orders(self) -> dict[int, tuple[int, ...]]:
        """Tasks of the indexed problem by shift, of the plan as it stands."""
        return self._orders(self.kernel.node.nxt)

    def _load(self, orders: Mapping[int, tuple[int, ...]]) -> None:
        """Put the tasks of the orders on their routes, as far as they can be timed together."""
        number = np.empty(len(self.setup.task), dtype=np.int64)
        number[self.setup.task] = np.arange(len(number))
        route = np.full(len(number), -1, dtype=np.int64)
        for r, row in orders.items():
            route[number[list(row)]] = r
        rows = [number[list(row)] for _, row in sorted(orders.items())]
        self.kernel.cls.key[:] = order_keys(self.kernel, rows)
        load_bundles(self.kernel, route, np.argsort(self._first_keys(), kind="stable"))

    def _first_keys(self) -> np.ndarray:
        """Smallest key of each bundle's classes."""
        return np.minimum.reduceat(self.kernel.cls.key[self.kernel.bundle_class], self.kernel.bundle_first[:-1])

    def _by_urgency(self) -> np.ndarray:
        """Bundles of the pool: the frozen past, fixed starts, mandatory ones, what few can do, narrow, dear."""
        kernel = self.kernel
        bundles = np.sort(kernel.pool[: kernel.counter[POOLED]])
        first = kernel.bundle_class[kernel.bundle_first[bundles]]
        task = kernel.cls.first[first]
        able = kernel.able_first[task + 1] - kernel.able_first[task]
        spare = kernel.task.close[task] - kernel.cls.earliest[kernel.task.cls[task]]
        scarce = np.minimum(3, np.log2(1 + 40 * able / max(1, len(kernel.shift))).astype(np.int64))
        fixed = np.where(kernel.cls.fixed[first] >= 0, kernel.cls.fixed[first], FAR)
        mandatory = kernel.bundle_mandatory[bundles]
        keys = (-kernel.bundle_price[bundles], spare, scarce, -mandatory, fixed, -kernel.cls.frozen[first])
        return bundles[np.lexsort(keys)]

    def _orders(self, nxt: np.ndarray) -> dict[int, tuple[int, ...]]:
        tasks = len(self.kernel.able)
        orders = {}
        for r in range(len(self.kernel.shift)):
            row = []
            v = int(nxt[tasks + r])
            while v < tasks:
                row.append(int(self.setup.task[v]))
                v = int(nxt[v])
            if row:
                orders[r] = tuple(row)
        return orders

    def _keep_if_better(self) -> None:
        totals = self.kernel.totals[0]
        rank = (float(totals.missing), self.cost - float(totals.pool) + float(totals.price))
        if rank < (self.best[0], self.best[1]):
            self.best[:] = rank
            self.kept[:, 0] = self.kernel.node.nxt
            self.kept[:, 1] = self.kernel.node.route

    def _rekey(self) -> None:
        """Give the classes keys that are their starts again, in the order that they had."""
        kernel = self.kernel
        start = kernel.node.start[kernel.cls.first]
        planned = np.flatnonzero(start >= 0)
        order = planned[np.lexsort((kernel.cls.key[planned], start[planned]))]
        kernel.cls.key[order] = start[order] + 1e-3 * np.arange(len(order))
