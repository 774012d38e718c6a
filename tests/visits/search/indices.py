"""Uncompiled runs in which an index below zero is an error; a module so that it can run without compilation.

Compiled, the arrays of the kernel do not look for such an index.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from optimizer.visits.search.records import Kernel
from tests.visits.search.digest import made_day
from tests.visits.search.kernels import HOT, session_of

__all__ = ["NoneBelowZero", "checked"]


class NoneBelowZero(np.recarray):
    """An array that refuses indices below zero."""

    def __getitem__(self, index: Any) -> Any:
        _refuse(index)
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        _refuse(index)
        super().__setitem__(index, value)


def _refuse(index: Any) -> None:
    for one in index if isinstance(index, tuple) else (index,):
        if isinstance(one, int | np.integer) and one < 0:
            raise IndexError(f"index {one}")


def checked(kernel: Kernel) -> Kernel:
    """The same arrays, watched."""
    return Kernel._make(array.view(NoneBelowZero) for array in kernel)


if __name__ == "__main__":
    session = session_of(*made_day())
    session.kernel = checked(session.kernel)
    for temperature in (5000.0, 500.0, 50.0):
        session.run(int(sys.argv[1]), temperature, HOT)
    sys.stdout.write(f"{session.iterations}\n")
