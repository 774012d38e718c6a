"""A service whose wall clock jumps by a day to and fro at every look; the steady clock is true."""

from __future__ import annotations

import itertools
import time

from api.server import run_server
from api.settings import load_settings

__all__ = ["JumpingClock"]

DAY_S = 86_400.0


class JumpingClock:
    """A clock as a bad machine has it."""

    def __init__(self) -> None:
        self._jumps = itertools.cycle((0.0, DAY_S, -DAY_S))

    def now(self) -> float:
        """Seconds since 1970, or a day before or after."""
        return time.time() + next(self._jumps)

    def steady(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()


if __name__ == "__main__":
    run_server(load_settings(), grace_s=5, clock=JumpingClock())
