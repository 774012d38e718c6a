"""One worker's part of a search between two exchanges.

A stretch is a pure function of what it is given, so it may run in any process, and be run again where one was lost,
with the same outcome. The only state kept in a process is the problem, unpacked once.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from optimizer.visits.index import IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.search.session import BATCH, Cooling, Session

__all__ = ["BestPlan", "Orders", "Stretch", "StretchEnd", "play", "play_apart"]

Orders = Mapping[int, tuple[int, ...]]

BATCH_S = 0.02
"""About how long a stretch that ends by the clock works between two looks at it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """What a worker is told to do.

    Attributes
    ----------
    start
        Tasks by shift to begin with.
    cooling, begin, end
        Temperatures, and between which shares of the run the stretch lies.
    proposals, until_s
        How many proposals to make, or until which moment of :func:`time.time` to make them; whichever comes first.
    rate
        Proposals a second, as far as known.
    """

    seed: int
    start: Orders
    cooling: Cooling
    begin: float
    end: float
    proposals: int | None
    until_s: float
    rate: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BestPlan:
    """A plan as tasks by shift, and its rank: mandatory visits left out, cost."""

    rank: tuple[float, float]
    orders: Orders


@dataclass(frozen=True, kw_only=True, slots=True)
class StretchEnd:
    """What a worker gives back: its best plan, its last one and what that costs, and the proposals made."""

    best: BestPlan
    last: Orders
    last_cost: float
    proposals: int

    @classmethod
    def of(cls, session: Session) -> StretchEnd:
        """Where a session stands."""
        rank = (float(session.best[0]), float(session.best[1]))
        return cls(
            best=BestPlan(rank=rank, orders=session.best_orders()),
            last=session.current_orders(),
            last_cost=session.cost,
            proposals=session.iterations,
        )


def play(indexed: IndexedProblem, objective: Objective, stretch: Stretch, goes_on: Callable[[int], bool]) -> StretchEnd:
    """Work through a stretch; ``goes_on`` is asked with the proposals made so far whether to go on."""
    session = Session(indexed, objective, seed=stretch.seed)
    session.begin(stretch.start)
    began_s = time.time()
    while (done := _share_done(stretch, session.iterations, began_s)) < 1.0 and goes_on(session.iterations):
        temperature = stretch.cooling.temperature(stretch.begin + done * (stretch.end - stretch.begin))
        session.run(_batch(stretch, session.iterations, began_s), temperature, stretch.cooling)
    return StretchEnd.of(session)


def play_apart(job: bytes, stretch: Stretch, stop_file: str) -> StretchEnd:
    """As :func:`play`, in another process: ``job`` is the pickled problem and objective.

    Ends as soon as ``stop_file`` exists.
    """
    indexed, objective = _unpacked(job)
    stop = Path(stop_file)
    return play(indexed, objective, stretch, lambda _: not stop.exists())


@lru_cache(maxsize=1)
def _unpacked(job: bytes) -> tuple[IndexedProblem, Objective]:
    indexed, objective = pickle.loads(job)
    return indexed, objective


def _share_done(stretch: Stretch, proposals: int, began_s: float) -> float:
    if stretch.proposals is not None:
        over = time.time() >= stretch.until_s
        return 1.0 if over else proposals / max(1, stretch.proposals)
    span = stretch.until_s - began_s
    return 1.0 if span <= 0 else (time.time() - began_s) / span


def _batch(stretch: Stretch, proposals: int, began_s: float) -> int:
    """Proposals until the next look: fixed where proposals count, about a fiftieth of a second otherwise."""
    if stretch.proposals is not None:
        return max(1, min(BATCH, stretch.proposals - proposals))
    rate = proposals / max(1e-3, time.time() - began_s) if proposals else stretch.rate
    return int(min(50_000, max(200, BATCH_S * rate)))
