"""Where parallel work runs: any object with the interface of :class:`concurrent.futures.Executor`."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

__all__ = ["SerialExecutor", "process_executor"]

P = ParamSpec("P")
R = TypeVar("R")


class SerialExecutor(Executor):
    """Runs every call at once in this process; used for one worker and in tests."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # handed to the caller through the future, as every executor does
            future.set_exception(error)
        return future


def process_executor(workers: int) -> Executor:
    """An executor of ``workers`` processes started by *spawn*, so that it behaves alike on every system."""
    if workers < 1:
        raise ValueError(f"workers: expected one or more, got {workers}")
    if workers == 1:
        return SerialExecutor()
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
