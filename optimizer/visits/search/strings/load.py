"""Plans as rows of tasks: onto a board and off it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.search.reference import by_reference
from optimizer.visits.search.strings import compiled
from optimizer.visits.search.strings.journal import begin_step
from optimizer.visits.search.strings.records import Board
from optimizer.visits.search.strings.routes import enter_pool, leave_pool, link_in
from optimizer.visits.search.strings.times import can_start, is_possible, spread
from optimizer.visits.search.strings.together import take_bundle

__all__ = ["Rows", "drop_impossible_teams", "earliest_starts", "latest_starts", "load_rows", "rows_of"]


class Rows(NamedTuple):
    """Routes laid end to end: tasks ``task[first[r] : first[r + 1]]`` are on shift ``r``; -1 or a pinned start each."""

    first: NDArray[np.int64]
    task: NDArray[np.int64]
    pin: NDArray[np.int64]


def rows_of(board: Board) -> Rows:
    """The routes as they are."""
    shifts = len(board.shift)
    planned = int((board.node.route[: len(board.near)] >= 0).sum())
    rows = Rows(np.zeros(shifts + 1, np.int64), np.zeros(planned, np.int64), np.full(planned, -1, np.int64))
    _read(board, *rows)
    return rows


def earliest_starts(board: Board) -> NDArray[np.int64]:
    """``(T,)`` earliest starts of planned tasks, before the break where the task can be done before it."""
    tasks = len(board.near)
    node, service = board.node[:tasks], np.asarray(board.stop["service"])[:tasks]
    first = np.asarray(node["done0"]) - service
    return np.where(first <= node["last0"], first, np.asarray(node["done1"]) - service).astype(np.int64)


def latest_starts(board: Board) -> NDArray[np.int64]:
    """``(T,)`` latest starts of planned tasks, before the break where the task can be done before it."""
    tasks = len(board.near)
    node, service = board.node[:tasks], np.asarray(board.stop["service"])[:tasks]
    before = np.asarray(node["done0"]) - service <= node["last0"]
    return np.where(before, node["last0"], node["last1"]).astype(np.int64)


def load_rows(board: Board, rows: Rows) -> None:
    """Put tasks on empty routes. A route that cannot be driven is emptied again, its bundles stay in the pool."""
    _load(board, *rows)


@compiled
def drop_impossible_teams(arrays: Board) -> None:
    """Leave out teams whose members cannot start together, with what hangs on them."""
    b = by_reference(arrays)
    begin_step(b)
    for v in range(len(b.near)):
        bundle = b.stop[v].bundle
        if b.stop[v].team and b.node[v].route >= 0 and not b.frozen[bundle] and not can_start(b, v):
            take_bundle(b, bundle)
            enter_pool(b, bundle)
            b.total[0] += b.price[bundle]
            spread(b)


@compiled
def _read(arrays: Board, first: np.ndarray, task: np.ndarray, pin: np.ndarray) -> None:
    b = by_reference(arrays)
    tasks, n = len(b.near), 0
    for r in range(len(b.shift)):
        first[r] = n
        v = b.node[tasks + r].next
        while v < tasks:
            task[n] = v
            if b.span[v, 0] == b.span[v, 1]:
                pin[n] = b.span[v, 0]
            n += 1
            v = b.node[v].next
    first[len(b.shift)] = n


@compiled
def _load(arrays: Board, first: np.ndarray, task: np.ndarray, pin: np.ndarray) -> None:
    b = by_reference(arrays)
    tasks = len(b.near)
    begin_step(b)
    for r in range(len(b.shift)):
        i = tasks + r
        for n in range(first[r], first[r + 1]):
            v = task[n]
            link_in(b, v, i)
            if pin[n] >= 0:
                b.span[v, 0] = b.span[v, 1] = pin[n]
            if b.pool_at[b.stop[v].bundle] >= 0:
                leave_pool(b, b.stop[v].bundle)
                b.total[0] -= b.price[b.stop[v].bundle]
            i = v
    sane = spread(b)
    for r in range(len(b.shift)):
        if not sane or not is_possible(b, r):
            _empty(b, r)
            spread(b)


@compiled
def _empty(b: Board, r: int) -> None:
    """Take everything off a route, with what hangs on it."""
    tasks = len(b.near)
    while b.node[tasks + r].next < tasks:
        bundle = b.stop[b.node[tasks + r].next].bundle
        take_bundle(b, bundle)
        enter_pool(b, bundle)
        b.total[0] += b.price[bundle]
