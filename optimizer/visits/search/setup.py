"""An indexed problem and an objective as the arrays of the compiled search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.search import records
from optimizer.visits.search.classes import Classes, classes_of
from optimizer.visits.search.neighbours import neighbour_tasks
from optimizer.visits.search.pool import fill_pool
from optimizer.visits.search.records import Kernel
from optimizer.visits.search.reference import TABLE_WORDS, bind
from optimizer.visits.search.tables import (
    aligned,
    break_table,
    bundle_prices,
    durations_of,
    empty_routes_table,
    mean_travel_of,
    no_slack,
    position_cost,
    shift_table,
    table_of,
    task_table,
    visit_table,
    weights,
    window_table,
)

__all__ = ["Setup", "kernel_of"]

Ints = NDArray[np.int64]

DRAWS = 6
"""How often each bundle stands in the list that proposals are drawn from."""

LOG_ROOM = 20_000
"""Entries of the logs beyond eight for each node; a proposal that would need more is given up."""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """The kernel and how its tasks are numbered: ``task[i]`` is the indexed problem's number of the kernel's ``i``."""

    kernel: Kernel
    task: Ints
    mean_travel: float
    empty_node: np.recarray  # type: ignore[type-arg]
    empty_route: np.recarray  # type: ignore[type-arg]
    empty_totals: np.recarray  # type: ignore[type-arg]


def kernel_of(indexed: IndexedProblem, objective: Objective, *, seed: int, neighbours: int = 25) -> Setup:
    """Arrays for the search, with all routes empty and every task in the pool.

    Parameters
    ----------
    neighbours
        Length of the lists of near tasks.
    """
    classes = classes_of(indexed)
    tasks, shifts = indexed.tasks, indexed.shifts
    durations = durations_of(indexed)
    able = np.ascontiguousarray(indexed.task_able[classes.task])
    mean_travel = mean_travel_of(indexed, durations)
    weight = weights(indexed, objective, classes)
    position = position_cost(indexed, objective)
    before, after = neighbour_tasks(indexed, classes, able, durations, neighbours)
    visit = visit_table(indexed, objective, weight, mean_travel)
    nodes = tasks + 2 * shifts
    room = 8 * nodes + LOG_ROOM
    kernel = Kernel(
        node=empty_routes_table(tasks, shifts, indexed),
        task=task_table(indexed, classes),
        cls=aligned(classes.records),
        old_key=np.zeros(len(classes.records)),
        new_key=np.zeros(len(classes.records)),
        drawn=_drawn(classes),
        visit=visit,
        window=window_table(indexed),
        link=classes.links,
        shift=shift_table(indexed),
        pause=break_table(indexed),
        route=table_of(shifts, records.ROUTE),
        weight=weight,
        totals=table_of(1, records.TOTALS),
        trial=table_of(1, records.TOTALS),
        durations=durations,
        able=able,
        able_shift=np.nonzero(able)[1].astype(np.int64),
        able_first=np.concatenate(([0], np.cumsum(able.sum(axis=1)))).astype(np.int64),
        position_cost=position,
        published=np.stack([indexed.published_caregiver, indexed.published_start], axis=1).astype(np.int64),
        bundle_first=classes.bundle_first,
        bundle_class=classes.bundle_class,
        rule_first=classes.rule_first,
        rule=classes.rule,
        before=before,
        after=after,
        slack=no_slack(nodes),
        **bundle_prices(indexed, objective, visit, classes),
        shift_first=np.searchsorted(indexed.shift_caregiver, np.arange(len(indexed.caregiver_ids) + 1)).astype(
            np.int64
        ),
        last_route=np.full(tasks, -1, dtype=np.int64),
        last_node=np.zeros(tasks, dtype=np.int64),
        seat=table_of(tasks + 1, records.SEAT),
        removed=np.zeros(len(classes.bundle_first), dtype=np.int64),
        ruined=np.zeros(shifts, dtype=np.int64),
        rank=np.zeros(len(classes.bundle_first), dtype=np.float64),
        before_step=table_of(1, records.TOTALS),
        queue=np.zeros(len(classes.records) + 1, dtype=np.int64),
        queued=np.zeros(len(classes.records) + 1, dtype=np.int64),
        timed=np.zeros(tasks, dtype=np.int64),
        touched=np.zeros(shifts + 1, dtype=np.int64),
        log_node=table_of(room, records.NODE),
        log_node_id=np.zeros(room, dtype=np.int64),
        log_class_id=np.zeros(room, dtype=np.int64),
        log_class_key=np.zeros(room, dtype=np.float64),
        log_class_floor=np.zeros(room, dtype=np.int64),
        log_route=table_of(room, records.ROUTE),
        log_route_id=np.zeros(room, dtype=np.int64),
        changed=np.zeros(2 * len(classes.bundle_first) + 2, dtype=np.int64),
        pool=np.zeros(len(classes.bundle_first), dtype=np.int64),
        pool_at=np.full(len(classes.bundle_first), -1, dtype=np.int64),
        counter=np.zeros(16, dtype=np.int64),
        random=_seeded(seed),
        table=np.zeros(TABLE_WORDS * len(Kernel._fields), dtype=np.int64),
    )
    kernel = Kernel._make(_laid_out(array) for array in kernel)
    bind(kernel)
    if weight[0].timed:
        weight[0].room = 5.0 * mean_travel * weight[0].travel
    weight[0].span = 5.0 * mean_travel
    fill_pool(kernel)
    _fill_empty_plan(kernel, indexed, objective)
    return Setup(
        kernel=kernel,
        task=classes.task,
        mean_travel=mean_travel,
        empty_node=kernel.node.copy(),
        empty_route=kernel.route.copy(),
        empty_totals=kernel.totals.copy(),
    )


def _fill_empty_plan(kernel: Kernel, indexed: IndexedProblem, objective: Objective) -> None:
    """What an empty plan costs already: whole shifts idle, and every published stop given up."""
    shift, totals = kernel.shift, kernel.totals
    kernel.route.idle = np.where(shift.end < FAR, np.maximum(0, shift.end - shift.start), 0)
    if kernel.weight[0].idle:
        idle = np.bincount(shift.caregiver, weights=kernel.route.idle, minlength=1)
        totals[0].idle = int(idle.max())
    totals[0].position = objective.change_caregiver * len(indexed.published_start)


def _drawn(classes: Classes) -> Ints:
    """Tasks to draw proposals from: each bundle stands here equally often, its tasks in turn."""
    bundle = classes.bundle[classes.of_task]
    order = np.argsort(bundle, kind="stable")
    first = np.searchsorted(bundle[order], np.arange(bundle.max(initial=-1) + 2))
    size = np.diff(first)
    return order[first[:-1, None] + np.arange(DRAWS) % np.maximum(1, size[:, None])].ravel()


def _laid_out(array: NDArray[Any]) -> NDArray[Any]:
    """The array as the compiled functions expect every one: rows first, writable. Anything else compiles anew."""
    return array if array.flags.c_contiguous and array.flags.writeable else array.copy(order="C")


def _seeded(seed: int) -> NDArray[np.uint64]:
    """A state that differs for every seed and is never zero."""
    state = np.random.SeedSequence(seed).generate_state(1, np.uint64)
    return np.maximum(state, np.uint64(1))
