"""What the compiled search works on: arrays of records, and the tuple that holds them all.

Nodes ``0 … T - 1`` are tasks, ``T + r`` is the start of shift ``r`` and ``T + R + r`` its end. The routes are doubly
linked lists from start to end; a task that is not planned has ``route == -1``. Tasks are numbered so that those that
must start at the same moment (a *class*) stand together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BREAK",
    "CLASS",
    "LINK",
    "NODE",
    "ROUTE",
    "SEAT",
    "SHIFT",
    "SLACK",
    "TASK",
    "TOTALS",
    "VISIT",
    "WEIGHTS",
    "WINDOW",
    "Kernel",
]

# What a move changes: one cache line.
NODE = np.dtype(
    [
        ("nxt", "i8"),
        ("prv", "i8"),
        ("route", "i8"),
        ("start", "i8"),  # start of service; -1 while the task is not planned
        ("leave", "i8"),
        ("late", "i8"),  # tardiness at ``start``
        ("breaks", "i8"),  # breaks of the shift that lie before this node's service
        ("extra", "i8"),  # detour for a break at a place, on the leg to this node
    ]
)
TASK = np.dtype(
    [
        ("place", "i8"),
        ("duration", "i8"),
        ("earliest", "i8"),  # first start by its windows or its lock
        ("good", "i8"),  # last start that is not late
        ("close", "i8"),  # last start by its windows or its lock
        ("cls", "i8"),
        ("bundle", "i8"),
        ("free", "i8"),  # alone in its bundle, and not frozen
        ("visit", "i8"),
        ("load", "i8"),
    ]
)
SLACK = np.dtype(
    [
        ("latest", "i8"),  # last arrival that leaves this node and all after it on the route in time
        ("on_time", "i8"),  # last arrival by which none of them is late
        ("late", "i8"),  # lateness of them together, as the plan stands
        (
            "passes",
            "i8",
        ),  # most that an earlier start here can ease those of them that are tied to other routes
    ]
)
# 128 bytes; what timing a class alone needs stands in the first 64.
CLASS = np.dtype(
    [
        ("key", "f8"),  # a linear extension of all routes and of all sequential links
        ("floor", "i8"),  # start that a later class of a link with a largest gap asks for
        ("first", "i8"),
        ("end", "i8"),
        ("plain", "i8"),  # one task with one window, no links, no lock of its start
        ("earliest", "i8"),
        ("due", "i8"),  # the first of several
        ("latest", "i8"),
        ("simple", "i8"),  # each visit has one window: what they have in common stands here
        ("fixed", "i8"),  # start fixed by a lock, or -1
        ("link_first", "i8"),
        ("link_end", "i8"),
        ("frozen", "i8"),
        ("tied", "i8"),  # to other routes, by links or a team
        ("pushes", "i8"),  # how often it was pushed back in the proposal with that stamp
        ("stamp", "i8"),
    ]
)
VISIT = np.dtype(
    [
        ("window_first", "i8"),
        ("window_end", "i8"),
        ("price", "f8"),  # of leaving it out, as the search weighs it
        ("mandatory", "i8"),
        ("published_first", "i8"),
        ("published_end", "i8"),
    ]
)
WINDOW = np.dtype([("earliest", "i8"), ("due", "i8"), ("latest", "i8")])
LINK = np.dtype([("other", "i8"), ("low", "i8"), ("high", "i8"), ("forward", "i8")])
SHIFT = np.dtype(
    [
        ("caregiver", "i8"),
        ("mode", "i8"),
        ("start", "i8"),
        ("end", "i8"),
        ("latest_return", "i8"),
        ("max_load", "i8"),
        ("max_travel", "i8"),
        ("break_first", "i8"),
        ("break_end", "i8"),
        ("open_end", "i8"),
    ]
)
BREAK = np.dtype([("earliest", "i8"), ("latest", "i8"), ("duration", "i8"), ("place", "i8"), ("paid", "i8")])
ROUTE = np.dtype(
    [
        ("load", "i8"),
        ("travel", "i8"),
        ("work", "i8"),
        ("waiting", "i8"),
        ("overtime", "i8"),
        ("idle", "i8"),
        ("extra", "i8"),  # detour for a break on the way back
        ("service", "i8"),
        ("stamp", "i8"),
    ]
)
TOTALS = np.dtype(
    [
        ("travel", "i8"),
        ("tardiness", "i8"),
        ("worst", "i8"),
        ("moved", "i8"),
        ("waiting", "i8"),
        ("overtime", "i8"),
        ("idle", "i8"),
        ("position", "f8"),
        ("pool", "f8"),
        ("missing", "i8"),  # mandatory visits that are not planned
        ("price", "f8"),  # true price of the optional visits that are not planned
        ("work", "f8"),
        ("work_squared", "f8"),
    ]
)
WEIGHTS = np.dtype(
    [
        ("travel", "f8"),  # all per tick
        ("tardiness", "f8"),
        ("worst", "f8"),
        ("waiting", "f8"),
        ("overtime", "f8"),
        ("idle", "f8"),
        ("moved", "f8"),
        ("balance", "f8"),
        ("room", "f8"),  # most that one move is expected to save by waiting, idle time and balance
        ("span", "f8"),  # ticks by which keys of linked visits are moved at most, twice
        ("per_unit", "f8"),  # cost units in a tick
        ("caregivers", "f8"),
        ("linked", "i8"),
        ("hard", "i8"),
        ("slack", "i8"),  # starts are limited or priced, so the slack of routes tells something
        ("breaks", "i8"),
        ("timed", "i8"),  # some weight needs the times of whole routes (waiting, idle, balance)
        ("limited", "i8"),  # some route has a limit of overtime, load or travel
        ("published", "i8"),
        ("position", "i8"),
        ("rules", "i8"),
        ("steady", "i8"),  # what starts later is never less late, and nothing else of the cost falls by times
    ]
)

SEAT = np.dtype(
    [
        ("task", "i8"),  # lifted from between ``prv`` and ``nxt`` on ``route``
        ("prv", "i8"),
        ("nxt", "i8"),
        ("route", "i8"),
        ("placed", "i8"),  # the task to be put in, and after which node
        ("after", "i8"),
    ]
)

Records = np.recarray


class Kernel(NamedTuple):
    """Everything the compiled functions read and write. ``T`` tasks, ``R`` shifts, ``K`` classes, ``B`` bundles.

    ``durations`` is ``(M, L, L)`` int32 ticks; ``able`` ``(T, R)`` bool; the shifts able to do
    task ``v`` are ``able_shift[able_first[v]:able_first[v + 1]]``; ``position_cost`` ``(V, C)`` float64 or
    ``(0, 0)``; ``old_key`` and ``new_key`` ``(K,)`` are the keys before and by a draft; ``drawn`` are the tasks that
    proposals are drawn from, every bundle equally often; ``before`` and ``after`` ``(T, N)`` neighbour tasks, nearest
    first.
    """

    node: Records
    task: Records
    cls: Records
    old_key: NDArray[np.float64]
    new_key: NDArray[np.float64]
    drawn: NDArray[np.int64]
    visit: Records
    window: Records
    link: Records
    shift: Records
    pause: Records
    route: Records
    weight: Records
    totals: Records
    trial: Records
    durations: NDArray[np.int32]
    able: NDArray[np.bool_]
    able_shift: NDArray[np.int64]
    able_first: NDArray[np.int64]
    position_cost: NDArray[np.float64]
    published: NDArray[np.int64]
    bundle_first: NDArray[np.int64]
    bundle_class: NDArray[np.int64]
    rule_first: NDArray[np.int64]
    rule: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    slack: Records
    bundle_price: NDArray[np.float64]
    bundle_true_price: NDArray[np.float64]
    bundle_mandatory: NDArray[np.int64]
    shift_first: NDArray[np.int64]
    # scratch
    last_route: NDArray[np.int64]
    last_node: NDArray[np.int64]
    seat: Records
    removed: NDArray[np.int64]
    ruined: NDArray[np.int64]
    rank: NDArray[np.float64]
    before_step: Records
    queue: NDArray[np.int64]
    queued: NDArray[np.int64]
    timed: NDArray[np.int64]
    touched: NDArray[np.int64]
    log_node: Records
    log_node_id: NDArray[np.int64]
    log_class_id: NDArray[np.int64]
    log_class_key: NDArray[np.float64]
    log_class_floor: NDArray[np.int64]
    log_route: Records
    log_route_id: NDArray[np.int64]
    changed: NDArray[np.int64]
    pool: NDArray[np.int64]
    pool_at: NDArray[np.int64]
    counter: NDArray[np.int64]
    random: NDArray[np.uint64]
    table: NDArray[np.int64]
