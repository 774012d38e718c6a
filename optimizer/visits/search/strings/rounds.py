"""Rounds of several workers on one day: cut, improve the parts side by side, join, cut anew."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.engine import EngineRun
from optimizer.visits.search.strings.load import Rows, earliest_starts, rows_of
from optimizer.visits.search.strings.parts import Part, cut, improve_part, joined
from optimizer.visits.search.strings.records import POOLED
from optimizer.visits.search.strings.session import StringSession
from optimizer.visits.search.team import Budget

__all__ = ["anneal_in_parts"]

ROUNDS = 12
"""Rounds of a run; by the clock none is shorter than ``SHORTEST_S``."""

SHORTEST_S = 1.0
MARGIN_S = 0.1


def anneal_in_parts(run: EngineRun, session: StringSession, budget: Budget, tell: Callable[[], None]) -> None:
    """Improve the session's plan in rounds of as many parts as the run has workers."""
    chance = np.random.default_rng([run.seed, run.workers])
    with _executor(run) as executor:
        while budget.used(session.steps) < 1.0 and run.goes_on(session.steps):
            parts = _parts(run, session, budget, chance)
            ends = list(executor.map(improve_part, parts))
            session.replace(joined(ends, len(session.board.shift)), steps=sum(end.steps for end in ends))
            tell()


@contextmanager
def _executor(run: EngineRun) -> Iterator[Executor]:
    """The run's executor, or threads: the compiled code lets them run side by side, and they share all arrays."""
    if run.executor is not None:
        yield run.executor
        return
    with ThreadPoolExecutor(run.workers) as threads:
        yield threads


def _parts(run: EngineRun, session: StringSession, budget: Budget, chance: np.random.Generator) -> list[Part]:
    """One round's parts."""
    board, used = session.board, budget.used(session.steps)
    rows, shifts = rows_of(board), cut(board, run.workers, chance)
    part_of = np.empty(len(board.shift), dtype=np.int64)
    for p, some in enumerate(shifts):
        part_of[some] = p
    fixed = _between(session, rows, part_of)
    pools = _homes(session, part_of, run.workers)
    steps, round_s = _length(run, session, budget)
    end = used + 1.0 / ROUNDS if steps is not None else budget.used_at(run.clock.seconds() + round_s)
    return [
        Part(
            ground=session.ground,
            shifts=some,
            rows=_rows_of_part(session, rows, part_of == p, fixed),
            pool=pools[p],
            fixed=fixed,
            seed=int(chance.integers(1 << 31)),
            begin=session.temperature(used),
            end=session.temperature(end),
            steps=steps,
            until_s=time.time() + round_s,
            rate=budget.rate(session.steps) / run.workers,
        )
        for p, some in enumerate(shifts)
    ]


def _length(run: EngineRun, session: StringSession, budget: Budget) -> tuple[int | None, float]:
    """Steps of each part in the next round where steps are limited, and its seconds."""
    left_s = run.seconds_left()
    if budget.most is not None:
        left = min(budget.most - session.steps, budget.most // ROUNDS + 1)
        return max(1, left // run.workers), left_s
    if math.isinf(left_s):
        return None, SHORTEST_S
    round_s = max(SHORTEST_S, run.deadline_s / ROUNDS)
    return None, left_s - MARGIN_S if left_s < 1.5 * round_s else round_s


def _rows_of_part(session: StringSession, rows: Rows, inside: NDArray[np.bool_], fixed: NDArray[np.int64]) -> Rows:
    """The rows of some shifts; tasks of fixed bundles are pinned to their earliest starts."""
    stop, task = session.ground["stop"], rows.task
    held = np.isin(stop["bundle"][task], fixed)
    pin = np.where(held & (rows.pin < 0), earliest_starts(session.board)[task], rows.pin)
    kept = np.repeat(inside, np.diff(rows.first))
    sizes = np.where(inside, np.diff(rows.first), 0)
    return Rows(np.concatenate(([0], np.cumsum(sizes))).astype(np.int64), task[kept], pin[kept])


def _between(session: StringSession, rows: Rows, part_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bundles with tasks in more than one part."""
    part = np.repeat(part_of, np.diff(rows.first))
    bundle = session.ground["stop"]["bundle"][rows.task]
    most = np.zeros(len(session.ground["price"]), dtype=np.int64)
    least = np.full(len(most), len(part_of), dtype=np.int64)
    np.maximum.at(most, bundle, part)
    np.minimum.at(least, bundle, part)
    return np.flatnonzero((most > least) & (least < len(part_of)))


def _homes(session: StringSession, part_of: NDArray[np.int64], count: int) -> list[NDArray[np.int64]]:
    """For each part the bundles of the pool of which most near shifts that could do them are its own."""
    board, ground = session.board, session.ground
    pool = np.sort(board.pool[: board.counter[POOLED]]).astype(np.int64)
    first = ground["class_"]["first"][ground["bundle_class"][ground["bundle_first"][pool]]]
    near = ground["near_shift"][first]
    votes = np.stack([((part_of[near] == p) & (near >= 0)).sum(axis=1) for p in range(count)], axis=1)
    home = votes.argmax(axis=1)
    return [pool[home == p] for p in range(count)]
