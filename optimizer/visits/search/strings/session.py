"""A string search in progress on one board."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.index import IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.search.strings.ground import empty_board, fresh_board, ground_of
from optimizer.visits.search.strings.load import Rows, drop_impossible_teams, latest_starts, load_rows, rows_of
from optimizer.visits.search.strings.records import POOLED, Board
from optimizer.visits.search.strings.steps import anneal, build
from optimizer.visits.search.team.seat import BestPlan

__all__ = ["HEAT", "StringSession"]

HEAT = (12.0, 0.5)
"""First and last temperature, in mean trips to a near task.

Measured on days of 2,000 tasks: with 17 steps a task it leaves 4 to 6 per cent less cost than (1, 1/60), with 150 steps
7 per cent. Temperatures that end in the last detour freeze a plan long before it is good.
"""

SLICE = 100
"""Bundles that are built in between two looks at the clock."""


class StringSession:
    """Builds a first plan, anneals it, and keeps the best one.

    Attributes
    ----------
    board
        The state; see :class:`records.Board`.
    unit
        Cost of a mean trip to a near task: the scale of temperatures.
    steps
        Steps made so far.
    """

    def __init__(self, indexed: IndexedProblem, objective: Objective, *, seed: int) -> None:
        self.indexed = indexed
        self.ground = ground_of(indexed, objective)
        self.board: Board = fresh_board(self.ground, seed=seed)
        self.unit = _near_trip(self.board)
        self.steps = 0
        self._best_total = np.inf
        self._best: Rows = rows_of(self.board)
        self._best_rank = (np.inf, np.inf)

    def begin(
        self,
        orders: Mapping[int, tuple[int, ...]],
        starts: Mapping[int, int],
        goes_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Load a plan, and put in whatever else fits, the most urgent first.

        Parameters
        ----------
        orders, starts
            Tasks of the indexed problem by shift; a start by task, for classes that follow each other in sequence.
        """
        load_rows(self.board, self._rows(orders, starts))
        drop_impossible_teams(self.board)
        order = self._by_urgency()
        for first in range(0, len(order), SLICE):
            if not goes_on():
                break
            build(self.board, order, first, min(first + SLICE, len(order)))
        self._keep_if_better()

    def run(self, steps: int, begin: float, end: float) -> None:
        """Make steps between two shares of the cooling."""
        if len(self.board.near):
            anneal(self.board, steps, self.temperature(begin), self.temperature(end))
        self.steps += steps
        self._keep_if_better()

    def replace(self, rows: Rows, *, steps: int) -> None:
        """Go on from another plan, made in that many steps; bundles that are not whole are left out."""
        empty_board(self.board, self.ground)
        load_rows(self.board, self._whole(rows))
        drop_impossible_teams(self.board)
        self.steps += steps
        self._keep_if_better()

    def temperature(self, share: float) -> float:
        """Temperature when that share of the run is over: geometric."""
        hot, cold = HEAT
        return float(self.unit * hot * (cold / hot) ** min(1.0, max(0.0, share)))

    @property
    def rank(self) -> tuple[float, float]:
        """Mandatory visits that the best plan leaves out, and its cost as far as the search knows it."""
        return self._best_rank

    def best(self) -> BestPlan:
        """The best plan, in the indexed problem's tasks."""
        first, task = self._best.first, self.ground["task"][self._best.task]
        bounds = zip(first[:-1].tolist(), first[1:].tolist(), strict=True)
        orders = {r: tuple(task[a:b].tolist()) for r, (a, b) in enumerate(bounds) if a < b}
        return BestPlan(rank=self._best_rank, orders=orders)

    def latest_starts(self) -> dict[int, int]:
        """Latest starts of the best plan's teams, by the indexed problem's tasks; the best plan is current then."""
        self.replace(self._best, steps=0)
        stop = self.ground["stop"][: len(self.board.near)]
        teams = np.flatnonzero((stop["team"] > 0) & (np.asarray(self.board.node.route[: len(stop)]) >= 0))
        starts = latest_starts(self.board)[teams]
        return dict(zip(self.ground["task"][teams].tolist(), starts.tolist(), strict=True))

    def current_rank(self) -> tuple[float, float]:
        """The same of the plan as it stands."""
        pool = self.board.pool[: self.board.counter[POOLED]]
        extra = float((self.ground["price"] - self.ground["true_price"])[pool].sum())
        cost = float(self.board.total[0]) - extra + float(self.ground["offset"][0])
        return float(self.ground["mandatory"][pool].sum()), cost

    def _keep_if_better(self) -> None:
        total = float(self.board.total[0])
        if total < self._best_total:
            self._best_total, self._best, self._best_rank = total, rows_of(self.board), self.current_rank()

    def _rows(self, orders: Mapping[int, tuple[int, ...]], starts: Mapping[int, int]) -> Rows:
        """Rows of the board's own tasks; only whole bundles."""
        tasks = len(self.board.near)
        number = np.empty(tasks, dtype=np.int64)
        number[self.ground["task"]] = np.arange(tasks)
        flat = number[[t for r in sorted(orders) for t in orders[r]]].astype(np.int64)
        route = np.array([r for r in sorted(orders) for _ in orders[r]], dtype=np.int64)
        pin = np.array([starts.get(t, -1) for r in sorted(orders) for t in orders[r]], dtype=np.int64)
        first = np.searchsorted(route, np.arange(len(self.board.shift) + 1)).astype(np.int64)
        return self._whole(Rows(first, flat, pin))

    def _whole(self, rows: Rows) -> Rows:
        """The rows without the tasks of bundles that are not whole; only classes in sequence stay pinned."""
        bundle = self.ground["stop"]["bundle"]
        mine = bundle[rows.task]
        size = np.bincount(bundle[: len(self.board.near)], minlength=1)
        kept = np.bincount(mine, minlength=len(size))[mine] == size[mine]
        pin = np.where(np.diff(self.ground["bundle_first"])[mine] > 1, rows.pin, -1)
        count = np.concatenate(([0], np.cumsum(kept)))
        return Rows(count[rows.first].astype(np.int64), rows.task[kept], pin[kept])

    def _by_urgency(self) -> NDArray[np.int64]:
        """Bundles: frozen, mandatory, what few can do, teams, narrow windows, dear."""
        ground = self.ground
        if not len(ground["price"]):
            return np.zeros(0, dtype=np.int64)
        first = ground["class_"]["first"][ground["bundle_class"][ground["bundle_first"][:-1]]]
        stop = ground["stop"][first]
        able = ground["able"].sum(axis=1, dtype=np.int64)[stop["kind"]]
        keys = (-ground["true_price"], stop["closes"] - stop["opens"], stop["alone"], able, ground["mandatory"] == 0)
        return np.lexsort((*keys, ground["frozen"] == 0)).astype(np.int64)


def _near_trip(board: Board) -> float:
    """Mean cost of travel from a task to the nearest ten in its list."""
    tasks = len(board.near)
    near = board.near[:, :10]
    some = np.arange(0, tasks, max(1, tasks // 500))
    there = np.where(near[some] >= 0, near[some], some[:, None])
    place = np.asarray(board.stop["place"])
    trips = board.ahead[0][place[some][:, None], place[there]]
    usable = trips[(trips > 0) & (trips < 1 << 28)]
    return float(board.weight[0] * usable.mean()) if usable.size else 1.0
