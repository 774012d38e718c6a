"""A day cut into parts of routes that are improved side by side, and cut anew each round along other borders.

The border of a round lies between two random tasks: routes are ordered by how much nearer they are to the one than to
the other, and cut where the parts have equally many tasks; parts are cut again until there are enough. So no
coordinates are needed, and borders differ from round to round. Who is in a part may do everything in it: scarce skills
are never cut away for good, and a bundle that is left out goes to the part that has most of those who could do it near
by. A bundle with tasks in two parts keeps its start for that round and is not moved.

A part is a pure function of what it is given, so it may run anywhere. In threads nothing is copied: the compiled code
lets other threads run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.search.strings.ground import Ground, fresh_board
from optimizer.visits.search.strings.load import Rows, load_rows, rows_of
from optimizer.visits.search.strings.records import POOLED, SEEDS, Board
from optimizer.visits.search.strings.steps import anneal

__all__ = ["Part", "PartEnd", "cut", "improve_part", "joined"]

BATCH_S = 0.02
"""About how long a part that ends by the clock works between two looks at it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Some routes with their tasks, and bundles that are left out.

    Attributes
    ----------
    shifts, rows
        The routes that belong to it, and their tasks; all other rows are empty.
    fixed
        Bundles that must stay as they are.
    begin, end
        Temperatures.
    steps, until_s
        How many steps to make, or until which moment of :func:`time.time` to make them; whichever comes first.
    rate
        Steps a second, as far as known.
    """

    ground: Ground
    shifts: NDArray[np.int64]
    rows: Rows
    pool: NDArray[np.int64]
    fixed: NDArray[np.int64]
    seed: int
    begin: float
    end: float
    steps: int | None
    until_s: float
    rate: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PartEnd:
    """The part's routes now, and the steps made."""

    rows: Rows
    steps: int


def improve_part(part: Part) -> PartEnd:
    """Anneal one part."""
    board = _board_of(part)
    began_s = time.time()
    span_s = max(1e-3, part.until_s - began_s)
    done = 0
    while part.steps is None or done < part.steps:
        share = (time.time() - began_s) / span_s if part.steps is None else done / part.steps
        if share >= 1.0 or time.time() >= part.until_s:
            break
        batch = max(50, int(BATCH_S * part.rate)) if part.steps is None else min(1000, part.steps - done)
        temperature = part.begin * (part.end / part.begin) ** share
        anneal(board, batch, temperature, temperature)
        done += batch
    return PartEnd(rows=rows_of(board), steps=done)


def _board_of(part: Part) -> Board:
    """A board on which only the part's routes are open, and only its bundles can be planned."""
    board = fresh_board(part.ground, seed=part.seed)
    tasks, shifts = len(board.near), len(board.shift)
    board.frozen[part.fixed] = 1
    load_rows(board, part.rows)
    closed = np.ones(shifts, dtype=bool)
    closed[part.shifts] = False
    board.node.route[tasks : tasks + shifts][closed] = -1
    board.node.route[tasks + shifts :][closed] = -1
    planned = part.rows.task
    lost = np.setdiff1d(np.intersect1d(board.pool[: board.counter[POOLED]], board.stop.bundle[planned]), part.fixed)
    pool = np.union1d(part.pool, lost).astype(np.int32)
    board.pool_at[:] = -1
    board.pool[: len(pool)] = pool
    board.pool_at[pool] = np.arange(len(pool))
    board.counter[POOLED] = len(pool)
    free = planned[board.frozen[board.stop.bundle[planned]] == 0]
    board.seed[: len(free)] = free
    board.counter[SEEDS] = len(free)
    return board


def joined(ends: Sequence[PartEnd], shifts: int) -> Rows:
    """The routes of all parts as one plan."""
    rows = [(r, end.rows) for end in ends for r in np.flatnonzero(np.diff(end.rows.first)).tolist()]
    sizes = np.zeros(shifts, dtype=np.int64)
    for r, one in rows:
        sizes[r] = one.first[r + 1] - one.first[r]
    first = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    task, pin = np.zeros(first[-1], np.int64), np.full(first[-1], -1, np.int64)
    for r, one in rows:
        task[first[r] : first[r + 1]] = one.task[one.first[r] : one.first[r + 1]]
        pin[first[r] : first[r + 1]] = one.pin[one.first[r] : one.first[r + 1]]
    return Rows(first, task, pin)


def cut(board: Board, count: int, chance: np.random.Generator) -> list[NDArray[np.int64]]:
    """Shifts of each part."""
    parts = [np.arange(len(board.shift), dtype=np.int64)]
    while len(parts) < count:
        parts.sort(key=len)
        parts += _halved(board, parts.pop(), chance)
    return [np.sort(part) for part in parts]


def _halved(board: Board, shifts: NDArray[np.int64], chance: np.random.Generator) -> list[NDArray[np.int64]]:
    """Two parts with a border between two random tasks."""
    tasks = len(board.near)
    place, route = np.asarray(board.stop["place"]), np.asarray(board.node["route"])
    a, b = place[chance.integers(tasks, size=2)]
    nearer = board.ahead[0, a].astype(np.int64) - board.ahead[0, b]
    planned = np.flatnonzero(route[:tasks] >= 0)
    total = np.bincount(route[planned], weights=nearer[place[planned]], minlength=len(board.shift))
    size = np.bincount(route[planned], minlength=len(board.shift))
    home = nearer[place[tasks : tasks + len(board.shift)]]
    centre = np.where(size > 0, total / np.maximum(1, size), home)[shifts]
    ordered = shifts[np.lexsort((shifts, centre))]
    grown = np.cumsum(size[ordered] + 0.01)
    middle = int(np.searchsorted(grown, grown[-1] / 2.0))
    return [ordered[:middle], ordered[middle:]]
