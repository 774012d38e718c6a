"""The desk: checks of input and reports, in processes beside the server so that it never stops answering."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from api.kinds.calls import load
from api.problems import Problem

__all__ = ["Desk"]

P = ParamSpec("P")
R = TypeVar("R")
NICENESS = 3


class Desk:
    """Runs pure functions elsewhere; a process that dies is replaced and its call made once more.

    Parameters
    ----------
    processes
        How many; 0: one thread of this process.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._guard = threading.Lock()
        self._executor = self._new()

    def _new(self) -> Executor:
        if self._processes == 0:
            return ThreadPoolExecutor(1, "desk")
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._processes, mp_context=context, initializer=_begin)

    def start(self) -> None:
        """Begin to load what answers need; nobody waits for it."""
        self._executor.submit(load)

    async def ask(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What the function returns.

        Raises
        ------
        Problem
            ``busy``: it could not be computed even at the second try.
        """
        for _ in range(2):
            executor = self._executor
            try:
                return await asyncio.wrap_future(executor.submit(function, *args, **kwargs))
            except BrokenProcessPool:
                self._replace(executor)
        raise Problem("busy", headers={"Retry-After": "5"})

    def _replace(self, broken: Executor) -> None:
        with self._guard:
            if self._executor is broken:
                self._executor = self._new()
                broken.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Let everybody go home."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Lower the priority a little, and watch whether the server lives: it may be killed and tell nobody."""
    os.nice(NICENESS)
    threading.Thread(target=_end_with_server, name="server watch", daemon=True).start()


def _end_with_server() -> None:
    """A process of a pool waits for work for ever: nothing else tells it that nobody will ask again."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)
