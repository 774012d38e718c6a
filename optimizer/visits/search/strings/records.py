"""What the string search works on: arrays of records, and the tuple that holds them all.

Nodes ``0 … T - 1`` are tasks, ``T + r`` is the start of shift ``r`` and ``T + R + r`` its end. Routes are doubly linked
lists from start to end; a task that is not planned has ``route == -1``. Times are int32 ticks.

A shift may have one break that floats in a window. Every node therefore has two pairs of times, one for each *state*:
0, the break is still due; 1, it is over, or there is none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLASS", "INFINITE", "LINK", "NODE", "ROUTE", "SEAT", "SHIFT", "STOP", "Board"]

INFINITE = 1 << 29
"""Stands for "never" (and its negative for "was never possible") in ticks; three of them still fit int32."""

# What a change of a route writes: half a cache line.
NODE = np.dtype(
    [
        ("next", "i4"),
        ("prev", "i4"),
        ("route", "i4"),
        ("leg", "i4"),  # travel to the next node
        ("done0", "i4"),  # earliest end of service, by state
        ("done1", "i4"),
        ("last0", "i4"),  # latest start of service, by state
        ("last1", "i4"),
    ]
)
# What a task or an end of a route is.
STOP = np.dtype(
    [
        ("place", "i4"),  # -1: the route ends where its last visit is
        ("service", "i4"),
        ("kind", "i4"),  # tasks of a kind can be done by the same shifts
        ("load", "i4"),
        ("visit", "i4"),
        ("cls", "i4"),
        ("bundle", "i4"),
        ("window_first", "i4"),
        ("window_end", "i4"),
        ("opens", "i4"),  # first and last start of all windows
        ("closes", "i4"),
        ("alone", "i4"),  # the only task of its bundle
        ("team", "i4"),  # starts together with others
    ]
)
SHIFT = np.dtype(
    [
        ("mode", "i4"),
        ("caregiver", "i4"),
        ("pause_opens", "i4"),
        ("pause_closes", "i4"),  # -1: no break
        ("pause", "i4"),
        ("open_end", "i4"),
        ("max_load", "i4"),
        ("max_travel", "i4"),
    ]
)
ROUTE = np.dtype([("travel", "i4"), ("load", "i4")])
CLASS = np.dtype([("first", "i4"), ("end", "i4"), ("link_first", "i4"), ("link_end", "i4")])
LINK = np.dtype([("other", "i4"), ("forward", "i4"), ("low", "i4"), ("high", "i4")])
# A gap for a task of a class, with the starts that it allows in either state, and its cost.
SEAT = np.dtype(
    [
        ("route", "i4"),
        ("after", "i4"),
        ("low0", "i4"),
        ("high0", "i4"),
        ("low1", "i4"),
        ("high1", "i4"),
        ("cost", "f8"),
    ]
)

CHOICES = 24
"""Gaps that are kept for each member of a team."""


# places in ``Board.counter``
STEP, LOGGED, ROUTES_LOGGED, WORK, POOLED, SEEDS, REMOVED, ACCEPTED, AFTER, TRIED = range(10)


class Board(NamedTuple):
    """Everything. ``T`` tasks, ``R`` shifts, ``B`` bundles; the part above ``node`` never changes.

    Attributes
    ----------
    ahead, back
        ``(M, L, L)`` travel by mode: ``ahead[m, p, q]`` from p to q, ``back[m, p, q]`` from q to p. One array if
        travel is the same both ways.
    near
        ``(T, K)`` near tasks that somebody could do together with this one, nearest first.
    near_shift
        ``(T, D)`` able shifts that begin near, -1 where there are fewer.
    able, able_first, able_shift
        ``(kinds, R)`` who can do tasks of a kind; the same as lists.
    position
        ``(V, C)`` cost of a task of that visit at that caregiver, or ``(1, 1)`` if there is none.
    bundle_first, bundle_class, class_, link, rule_first, rule
        Classes of a bundle, their tasks and links; rules (visit, visit, same or different caregivers).
    price
        ``(B,)`` cost of leaving a bundle out.
    weight
        Cost of a tick of travel; what a tick of waiting counts where gaps for a team are compared.
    frozen
        ``(B,)`` must stay where it is.
    span
        ``(T, 2)`` first and last start now: of all windows, or a pinned start.
    total
        ``(1,)`` cost of the plan, bundles that are left out included.
    seed
        Tasks that a step may begin at, the first ``counter[SEEDS]`` of them.
    saved, met, ruined
        Step in which a node, a route's sums were saved last; in which a string was taken out of a route.
    work
        Nodes to be timed, and in which direction.
    """

    stop: Any
    shift: Any
    window: NDArray[np.int32]
    ahead: NDArray[np.int32]
    back: NDArray[np.int32]
    near: NDArray[np.int32]
    near_shift: NDArray[np.int32]
    able: NDArray[np.uint8]
    able_first: NDArray[np.int32]
    able_shift: NDArray[np.int32]
    position: NDArray[np.float32]
    bundle_first: NDArray[np.int32]
    bundle_class: NDArray[np.int32]
    class_: Any
    link: Any
    rule_first: NDArray[np.int32]
    rule: NDArray[np.int32]
    price: NDArray[np.float64]
    weight: NDArray[np.float64]
    frozen: NDArray[np.uint8]
    node: Any
    span: NDArray[np.int32]
    route: Any
    total: NDArray[np.float64]
    seed: NDArray[np.int32]
    pool: NDArray[np.int32]
    pool_at: NDArray[np.int32]
    random: NDArray[np.uint64]
    counter: NDArray[np.int64]
    removed: NDArray[np.int32]
    rank: NDArray[np.float64]
    saved: NDArray[np.int64]
    met: NDArray[np.int64]
    ruined: NDArray[np.int64]
    work: NDArray[np.int32]
    log_node: Any
    log_id: NDArray[np.int32]
    log_span: NDArray[np.int32]
    log_route: Any
    log_route_id: NDArray[np.int32]
    choice: Any
    chosen: Any
    table: NDArray[np.int64]
