"""Where parallel work runs: any object with the interface of :class:`concurrent.futures.Executor`."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import ParamSpec, TypeVar

__all__ = ["SerialExecutor", "process_executor", "worker_processes"]

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
    return SerialExecutor() if workers == 1 else worker_processes(workers)


def worker_processes(count: int) -> Executor:
    """As :func:`process_executor`, but a process of its own also where there is only one.

    The processes leave Ctrl-C to the one that started them, and end with it, however it ends.
    """
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_process)


def _begin_process() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="orphan watch", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)  # nobody is left who would take a result
