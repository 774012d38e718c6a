"""What must start together, and what hangs together: classes of tasks, bundles of classes, links between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.search import records

__all__ = ["Classes", "classes_of"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Classes:
    """Tasks in the kernel's order, and their classes and bundles.

    A *class* is the tasks that start at the same moment: the team of a visit, and visits tied by simultaneous links. A
    *bundle* is the classes that are tied by links or planned all or not at all.

    Attributes
    ----------
    task
        ``(T,)`` the indexed problem's task of each kernel task; tasks of a class stand together.
    of_task
        ``(T,)`` class of each kernel task.
    records, links
        Classes and their links, each link once from either side.
    bundle
        ``(K,)`` bundle of each class.
    bundle_first, bundle_class
        Classes of each bundle, earlier ones of sequential links first.
    rule_first, rule
        Rules of each bundle: rows (visit, visit, same or different).
    """

    task: Ints
    of_task: Ints
    records: np.recarray  # type: ignore[type-arg]
    links: np.recarray  # type: ignore[type-arg]
    bundle: Ints
    bundle_first: Ints
    bundle_class: Ints
    rule_first: Ints
    rule: Ints
    linked: bool


def classes_of(indexed: IndexedProblem) -> Classes:
    """Classes and bundles of a problem."""
    together = (indexed.gap_min == 0) & (indexed.gap_max == 0)
    tied = together & ~indexed.gap_binds_apart
    class_of_visit = _components(indexed.visits, indexed.gap_before[tied], indexed.gap_after[tied])
    order = np.lexsort((np.arange(indexed.tasks), class_of_visit[indexed.task_visit]))
    of_task = class_of_visit[indexed.task_visit[order]]
    count = int(class_of_visit.max(initial=-1)) + 1
    gaps = _gaps(indexed, class_of_visit, tied, order)
    pairs = np.concatenate([indexed.same_caregiver, indexed.different_caregivers])
    groups = indexed.group
    bundle_of_class = _components(
        count,
        np.concatenate([gaps[:, 0], class_of_visit[groups], class_of_visit[pairs[:, 0]]]),
        np.concatenate([gaps[:, 1], class_of_visit, class_of_visit[pairs[:, 1]]]),
    )
    table = _class_records(indexed, order, of_task, count, bundle_of_class)
    links = _link_records(gaps, table)
    rank = _ranks(count, gaps)
    bundle_class = np.lexsort((np.arange(count), rank, bundle_of_class))
    bundles = int(bundle_of_class.max(initial=-1)) + 1
    rule_bundle = bundle_of_class[class_of_visit[pairs[:, 0]]]
    kinds = np.repeat([1, 0], [len(indexed.same_caregiver), len(indexed.different_caregivers)])
    rules = np.column_stack([pairs, kinds])[np.argsort(rule_bundle, kind="stable")].astype(np.int64)
    return Classes(
        task=order.astype(np.int64),
        of_task=of_task,
        records=table,
        links=links,
        bundle=bundle_of_class,
        bundle_first=np.searchsorted(bundle_of_class[bundle_class], np.arange(bundles + 1)).astype(np.int64),
        bundle_class=bundle_class.astype(np.int64),
        rule_first=np.searchsorted(np.sort(rule_bundle), np.arange(bundles + 1)).astype(np.int64),
        rule=rules,
        linked=bool(len(links) or (table.end - table.first > 1).any()),
    )


def _components(count: int, a: Ints, b: Ints) -> Ints:
    """Connected components, numbered by their smallest member."""
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    graph = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    _, first = np.unique(label, return_index=True)
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first)] = np.arange(len(first))
    return number[label]


def _gaps(indexed: IndexedProblem, class_of_visit: Ints, tied: NDArray[np.bool_], order: Ints) -> Ints:
    """Rows (class before, class after, least gap, largest gap) of all links and order locks between classes."""
    rest = ~tied
    rows = [
        np.column_stack(
            [
                class_of_visit[indexed.gap_before[rest]],
                class_of_visit[indexed.gap_after[rest]],
                indexed.gap_min[rest],
                indexed.gap_max[rest],
            ]
        )
    ]
    if len(indexed.order_before):
        before = class_of_visit[indexed.task_visit[indexed.order_before]]
        after = class_of_visit[indexed.task_visit[indexed.order_after]]
        rows.append(np.column_stack([before, after, np.zeros_like(before), np.full_like(before, FAR)]))
    gaps = np.concatenate(rows).astype(np.int64)
    return gaps[gaps[:, 0] != gaps[:, 1]]


def _class_records(indexed: IndexedProblem, order: Ints, of_task: Ints, count: int, bundle: Ints) -> np.recarray:  # type: ignore[type-arg]
    table = np.zeros(count, dtype=records.CLASS).view(np.recarray)
    table.first = np.searchsorted(of_task, np.arange(count))
    table.end = np.searchsorted(of_task, np.arange(count), side="right")
    visit = indexed.task_visit[order]
    if not count:
        return table
    first, last = indexed.window_first[:-1][visit], indexed.window_first[1:][visit] - 1
    table.simple = np.logical_and.reduceat(first == last, table.first)
    table.earliest = np.maximum.reduceat(indexed.window_earliest[first], table.first)
    table.latest = np.minimum.reduceat(indexed.window_latest[last], table.first)
    table.due = np.minimum.reduceat(indexed.window_due[last], table.first)
    table.fixed = np.maximum.reduceat(indexed.task_fixed_start[order], table.first)
    table.frozen = np.maximum.reduceat(indexed.task_frozen[order].astype(np.int64), table.first)
    return table


def _link_records(gaps: Ints, table: np.recarray) -> np.recarray:  # type: ignore[type-arg]
    """Each gap from either side, sorted by class; sets the ranges in ``table``, and which classes are plain."""
    mine = np.concatenate([gaps[:, 0], gaps[:, 1]])
    order = np.argsort(mine, kind="stable")
    links = np.zeros(len(mine), dtype=records.LINK).view(np.recarray)
    links.other = np.concatenate([gaps[:, 1], gaps[:, 0]])[order]
    links.low = np.tile(gaps[:, 2], 2)[order]
    links.high = np.tile(gaps[:, 3], 2)[order]
    links.forward = np.repeat([1, 0], len(gaps))[order]
    table.link_first = np.searchsorted(mine[order], np.arange(len(table)))
    table.link_end = np.searchsorted(mine[order], np.arange(len(table)), side="right")
    alone = (table.end - table.first == 1) & (table.link_end == table.link_first)
    table.tied = ~alone
    table.plain = alone & (table.simple == 1) & (table.fixed < 0)
    return links


def _ranks(count: int, gaps: Ints) -> Ints:
    """Longest chain of links before each class; a cycle (refused by validation) ends after ``count`` rounds."""
    rank = np.zeros(count, dtype=np.int64)
    for _ in range(count):
        before = rank.copy()
        np.maximum.at(rank, gaps[:, 1], rank[gaps[:, 0]] + 1)
        if (rank == before).all():
            break
    return rank
