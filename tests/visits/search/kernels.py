"""What the tests of the search share: sessions, and the kernel's plan with the kernel's own starts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.draft import DraftRoute, plan_of_draft
from optimizer.visits.index import index_problem
from optimizer.visits.model import Problem
from optimizer.visits.objective import HOMECARE, Objective
from optimizer.visits.plan import Plan
from optimizer.visits.search.session import Cooling, Session

__all__ = ["HOT", "MIXED", "kernel_plan", "session_of", "true_cost", "without_breaks"]

MIXED = replace(HOMECARE, tardiness_worst=0.5, waiting=0.3, idle=0.2)
"""Every component has a weight."""

HOT = Cooling(start=5000.0, end=50.0, ruin_share=0.1)


def without_breaks(problem: Problem) -> Problem:
    """The same problem with shifts that have no breaks."""
    crew = tuple(
        replace(one, shifts=tuple(replace(shift, breaks=()) for shift in one.shifts)) for one in problem.caregivers
    )
    return replace(problem, caregivers=crew)


def session_of(problem: Problem, travel: TravelMatrix, objective: Objective = MIXED, seed: int = 1) -> Session:
    """A session with a first plan."""
    session = Session(index_problem(problem, travel), objective, seed=seed)
    session.begin(None)
    return session


def kernel_plan(session: Session) -> Plan:
    """The current plan with the starts that the kernel gave it, without breaks."""
    kernel, tasks = session.kernel, len(session.kernel.able)
    routes = []
    for r in range(len(kernel.shift)):
        order, starts = [], []
        v = int(kernel.node.nxt[tasks + r])
        while v < tasks:
            order.append(int(session.setup.task[v]))
            starts.append(int(kernel.node.start[v]))
            v = int(kernel.node.nxt[v])
        if order:
            routes.append(DraftRoute(shift=r, tasks=tuple(order), starts=tuple(starts)))
    return plan_of_draft(session.indexed, routes)


def true_cost(session: Session) -> tuple[int, float]:
    """Mandatory visits left out and cost, as the kernel counts them."""
    totals = session.kernel.totals[0]
    return int(totals.missing), float(session.cost - totals.pool + totals.price)


def snapshot(session: Session) -> list[np.ndarray]:
    """Copies of everything that a proposal may change and undoing must restore."""
    kernel = session.kernel
    node = np.stack(
        [kernel.node[name] for name in ("nxt", "prv", "route", "start", "leave", "late", "breaks", "extra")]
    )
    planned = node[2] >= 0
    return [
        np.where(planned | (np.arange(len(planned)) >= len(kernel.able)), node, node[2]),
        kernel.cls.key.copy(),
        kernel.cls.floor.copy(),
        np.array([kernel.route[name] for name in kernel.route.dtype.names if name != "stamp"]),
        kernel.totals.copy(),
        kernel.slack.copy(),
        np.sort(kernel.pool[: kernel.counter[7]]),
    ]
