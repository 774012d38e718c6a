"""The progress line of a run, and Ctrl-C that ends it with the best plan so far."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.status import Status

from optimizer.cli.console import errors
from optimizer.cli.words import say
from optimizer.common.progress import Incumbent, ProgressCallback

__all__ = ["progress_line"]


@contextmanager
def progress_line(*, quiet: bool) -> Iterator[ProgressCallback]:
    """A callback that shows time, cost and visits placed, and asks the run to stop after the first Ctrl-C."""
    stopped = threading.Event()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt  # the second Ctrl-C means it
        stopped.set()
        errors.print(say("正在停止，保留目前最好的计划……", "stopping with the best plan so far …"), style="yellow")

    before = signal.signal(signal.SIGINT, on_interrupt)
    status = None if quiet or not errors.is_terminal else errors.status(say("正在准备……", "preparing …"))
    try:
        if status is not None:
            status.start()
        yield lambda incumbent: _show(status, incumbent) and not stopped.is_set()
    finally:
        if status is not None:
            status.stop()
        signal.signal(signal.SIGINT, before)


def _show(status: Status | None, incumbent: Incumbent) -> bool:
    if status is not None:
        seconds, cost, placed = f"{incumbent.seconds:.0f}", f"{incumbent.cost:,.0f}", incumbent.placed
        missing = incumbent.mandatory_left_out
        status.update(
            say(
                f"{seconds} 秒　代价 {cost}　已安排 {placed} 次　必做未安排 {missing} 次",
                f"{seconds} s   cost {cost}   {placed} visits placed   {missing} mandatory left out",
            )
        )
    return True
