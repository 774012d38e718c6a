"""How much of a run is over."""

from __future__ import annotations

import math

from optimizer.visits.engine import EngineRun
from optimizer.visits.search.session import BATCH

__all__ = ["Budget"]


class Budget:
    """How much of the run is over: by iterations where they are limited, by the clock otherwise.

    Attributes
    ----------
    most
        Limit of iterations, ``None`` where only the clock or a stop rule ends the run.
    """

    def __init__(self, run: EngineRun) -> None:
        self._run = run
        self.most = run.stop.max_iterations
        self._began_s = run.clock.seconds()

    def used(self, iterations: int) -> float:
        """Share of the run that is over."""
        if self.most is None:
            return self.used_at(self._run.clock.seconds())
        by_count = iterations / max(1, self.most)
        has_deadline = math.isfinite(self._run.deadline_s)
        return max(by_count, self.used_at(self._run.clock.seconds())) if has_deadline else by_count

    def used_at(self, second: float) -> float:
        """Share that will be over at that second of the run's clock."""
        span = self._run.deadline_s - self._began_s
        if math.isinf(span):
            return 0.5  # only the stop rule ends such a run: it stays at half heat
        return 1.0 if span <= 0 else (second - self._began_s) / span

    def expected(self, iterations: int) -> float:
        """Iterations that the whole run will have."""
        if self.most is not None:
            return float(self.most)
        return iterations / max(1e-9, self.used(iterations))

    def rate(self, iterations: int) -> float:
        """Iterations a second so far, or a cautious guess."""
        seconds = self._run.clock.seconds() - self._began_s
        return iterations / seconds if iterations and seconds > 0 else 25_000.0

    def batch(self, iterations: int) -> int:
        """Proposals until the next look: fixed where iterations count, about a fiftieth of a second otherwise."""
        if self.most is not None:
            return max(1, min(BATCH, self.most // 50, self.most - iterations))
        return int(min(50_000, max(200, 0.02 * self.rate(iterations))))
