"""Stretches played in other processes: a lost process is replaced, and what it was doing is done again."""

from __future__ import annotations

import pickle
import shutil
import tempfile
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from pathlib import Path
from types import TracebackType

from optimizer.common.executor import worker_processes
from optimizer.visits.index import IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.search.team.seat import Stretch, StretchEnd, play_apart
from optimizer.visits.search.warmup import warm_up_exact

__all__ = ["Helpers"]

MAX_LOSSES = 3
"""So often lost processes are replaced; after that the run goes on without helpers."""

LOOK_S = 0.1


class Helpers:
    """Helper processes of one run; use it in a ``with`` statement.

    Attributes
    ----------
    count
        How many stretches can be played at once; 0 once the processes were lost too often.
    """

    def __init__(self, indexed: IndexedProblem, objective: Objective, count: int, executor: Executor | None) -> None:
        self.count = count
        self._job = pickle.dumps((indexed, objective))
        self._given = executor
        self._losses = 0
        self._running: dict[int, tuple[Stretch, Future[StretchEnd]]] = {}

    def __enter__(self) -> Helpers:
        self._folder = Path(tempfile.mkdtemp(prefix="careplan-"))
        self._stop_file = self._folder / "stop"
        self._executor = self._given or worker_processes(self.count)
        if self._given is None:
            self._wake()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._given is None:
            self._executor.shutdown(wait=True, cancel_futures=True)
        else:
            wait([future for _, future in self._running.values()], timeout=1.0)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def stopping(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._stop_file.exists()

    def stop(self) -> None:
        """Let every stretch end at its next look."""
        self._stop_file.touch()

    def give(self, seat: int, stretch: Stretch) -> None:
        """Start a stretch for a seat that is free; nothing happens once there are no processes any more."""
        if not self.count:
            return
        try:
            self._running[seat] = stretch, self._executor.submit(play_apart, self._job, stretch, str(self._stop_file))
        except BrokenExecutor:
            self._replace()
            self.give(seat, stretch)

    def is_busy(self, seat: int) -> bool:
        """Whether the seat has a stretch that is not over."""
        return seat in self._running

    def take(self) -> dict[int, StretchEnd]:
        """What has been finished; waits a moment for the rest."""
        wait([future for _, future in self._running.values()], timeout=LOOK_S)
        done = [seat for seat, (_, future) in self._running.items() if future.done()]
        ends = {seat: self._end_of(seat) for seat in sorted(done)}
        return {seat: end for seat, end in ends.items() if end is not None}

    def _end_of(self, seat: int) -> StretchEnd | None:
        """The outcome of a stretch that is done; ``None`` if its process was lost and it had to be begun again."""
        if seat not in self._running or not self._running[seat][1].done():
            return None  # begun again after another process was lost
        try:
            end = self._running[seat][1].result()
        except BrokenExecutor:
            self._replace()
            return None
        del self._running[seat]
        return end

    def _replace(self) -> None:
        """Start new processes, and in them again whatever was running."""
        self._losses += 1
        lost = {seat: stretch for seat, (stretch, _) in self._running.items()}
        self._running.clear()
        if self._given is not None or self._losses > MAX_LOSSES:
            self.count = 0
            return
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = worker_processes(self.count)
        for seat, stretch in lost.items():
            self.give(seat, stretch)

    def _wake(self) -> None:
        """Have every process load the compiled code while the first plan is made."""
        for _ in range(self.count):
            self._executor.submit(warm_up_exact)
