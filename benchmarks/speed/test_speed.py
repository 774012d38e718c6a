"""Every case with pytest-benchmark: ``make bench``. Not part of the tests: figures of time are never asserted."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.speed.cases import CASES, CaseUnavailable

LONG_S = 2.0
"""Work that takes longer than this is repeated three times only."""


@pytest.mark.parametrize("name", CASES)
def test_speed(benchmark: Any, name: str) -> None:
    case = CASES[name]
    benchmark.group, benchmark.name = case.group, name
    try:
        work = case.prepare()
    except CaseUnavailable as lack:
        pytest.skip(str(lack))
    benchmark.pedantic(work, rounds=3 if _seconds(work) > LONG_S else 10, warmup_rounds=0)


def _seconds(work: Any) -> float:
    """Seconds of one call, which also warms caches and compiles what is compiled."""
    from time import perf_counter

    work()  # compiled code is compiled here, or its cache is read
    started = perf_counter()
    work()
    return perf_counter() - started
