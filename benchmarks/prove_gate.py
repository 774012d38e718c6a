"""The gate proves itself: ``python -m benchmarks.prove_gate [--planted N] [--clean N]``.

The referee and the engine ``search`` are made to do everything twice (:mod:`benchmarks.speed.runner`, ``--twice``). The
gate's own measuring must fail that, naming both cases, every time, and must pass this tree as it is every time. Both
sides are this tree, so nothing is built and no baseline is needed. A plant that noise on the side as it is has hidden
is measured again by twice as many rounds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.baseline import ROOT, Side
from benchmarks.gate import LEAST_ROUNDS, Doubt, measure
from benchmarks.verdict import Comparison, Level, doubtful

__all__ = ["PLANTS", "Plant"]


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A function that is made to work twice, and the case that must notice."""

    case: str
    module: str
    function: str


PLANTS = (
    Plant(case="visits/referee-400", module="optimizer.visits.referee.judge", function="evaluate_plan"),
    Plant(
        case="engines/search-fixed-iterations-150",
        module="optimizer.visits.search.engine",
        function="plan_by_search",
    ),
)


def main() -> int:
    """0 if every plant was caught and nothing else, else 1."""
    began = time.monotonic()
    parser = argparse.ArgumentParser(description="Plant a slow-down and see whether the gate catches it.")
    parser.add_argument("--clean", type=int, default=1, help="how often this tree itself must pass")
    parser.add_argument("--planted", type=int, default=1, help="how often the slow-downs must be caught")
    given = parser.parse_args()
    times: int = given.clean
    plain = Side(name="as it is", tree=ROOT, python=Path(sys.executable))
    planted = tuple(f"{plant.module}:{plant.function}" for plant in PLANTS)
    slow = Side(name="slowed", tree=ROOT, python=plain.python, twice=planted)
    faults: list[str] = []
    for _ in range(given.planted):
        faults += _not_caught(_measured(plain, slow, again=_hidden))
    for number in range(1, times + 1):
        faults += _accused(_measured(plain, plain, again=doubtful), number)
    for fault in faults:
        print(fault)
    caught = f"caught {len(PLANTS)} planted slow-downs {given.planted} of {given.planted} times"
    outcome = f"{caught} and passed {times} of {times} runs without"
    print(f"the gate {'FAILED its proof' if faults else outcome}, {time.monotonic() - began:.0f} s")
    return int(bool(faults))


def _measured(plain: Side, other: Side, *, again: Doubt) -> list[Comparison]:
    cases = ",".join(plant.case for plant in PLANTS)
    comparisons = measure(plain, other, rounds=LEAST_ROUNDS, cases=cases, again=again)
    for one in comparisons:
        print(f"{other.name}: {one.line()}")
    return comparisons


def _hidden(comparisons: Sequence[Comparison]) -> list[str]:
    """Planted cases that do not fail: noise on the side that is as it is may hide them, and more rounds show them."""
    slow = {one.case for one in comparisons if one.level is Level.FAILURE and one.quantity.startswith("s")}
    return [plant.case for plant in PLANTS if plant.case not in slow]


def _not_caught(comparisons: Sequence[Comparison]) -> list[str]:
    return [f"NOT CAUGHT: {case}, though it does everything twice" for case in _hidden(comparisons)]


def _accused(comparisons: Sequence[Comparison], number: int) -> list[str]:
    return [f"WRONGLY ACCUSED in run {number}: {one.line()}" for one in comparisons if one.level is Level.FAILURE]


if __name__ == "__main__":
    sys.exit(main())
