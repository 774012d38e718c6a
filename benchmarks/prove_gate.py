"""The gate proves itself: ``python -m benchmarks.prove_gate [--clean N]``.

In a copy of this tree the referee and the engine ``search`` do everything twice. The gate's own measuring must fail
that copy, naming both cases, and must pass this tree itself, N times out of N (once in CI). Both sides use the
environment at hand, so nothing is built and no baseline is needed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.baseline import ROOT, Side
from benchmarks.gate import LEAST_ROUNDS, measure
from benchmarks.verdict import Comparison, Level

__all__ = ["Plant"]

PACKAGES = ("optimizer", "instances", "api")
TWICE = """

_once = {function}


def {function}(*arguments, **named):  # planted: everything is done twice
    _once(*arguments, **named)
    return _once(*arguments, **named)
"""


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A function that is made to work twice, and the case that must notice."""

    case: str
    module: str
    function: str


PLANTS = (
    Plant(case="visits/referee-400", module="optimizer/visits/referee/judge.py", function="evaluate_plan"),
    Plant(
        case="engines/search-fixed-iterations-400",
        module="optimizer/visits/search/engine.py",
        function="plan_by_search",
    ),
)


def main() -> int:
    """0 if every plant was caught and nothing else, else 1."""
    parser = argparse.ArgumentParser(description="Plant a slow-down and see whether the gate catches it.")
    parser.add_argument("--clean", type=int, default=1, help="how often this tree itself must pass")
    times = parser.parse_args().clean
    plants, missing = _possible()
    for plant in missing:
        print(f"SKIPPED {plant.case}: there is no {plant.module} yet")
    plain = Side(name="as it is", tree=ROOT, python=Path(sys.executable))
    with tempfile.TemporaryDirectory(prefix="careplan-gate-") as folder:
        slow = _copy(Path(folder) / "slowed")
        for plant in plants:
            plant_in(slow.tree, plant)
        faults = _not_caught(plants, _measured(plain, slow, plants, again=False))
    for number in range(1, times + 1):
        faults += _accused(_measured(plain, plain, plants, again=True), number)
    for fault in faults:
        print(fault)
    print("the gate FAILED its proof" if faults else f"the gate caught {len(plants)} planted slow-downs, and no other")
    return int(bool(faults))


def plant_in(tree: Path, plant: Plant) -> None:
    """Append a definition that calls the function twice."""
    path = tree / plant.module
    text = path.read_text()
    if f"def {plant.function}(" not in text:
        raise ValueError(f"{plant.module} has no function {plant.function}; adapt benchmarks/prove_gate.py")
    path.write_text(text + TWICE.format(function=plant.function))


def _possible() -> tuple[list[Plant], list[Plant]]:
    """The plants whose case can run here, and the others."""
    from optimizer.visits.engines import ENGINES

    able = [one for one in PLANTS if not one.case.startswith("engines/search") or "search" in ENGINES]
    return able, [one for one in PLANTS if one not in able]


def _copy(tree: Path) -> Side:
    """A copy of this tree's packages. Its search is compiled anew: machine code is kept by the place of its file."""
    for name in PACKAGES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name)
    return Side(name=tree.name, tree=tree.resolve(), python=Path(sys.executable))


def _measured(plain: Side, other: Side, plants: Sequence[Plant], *, again: bool) -> list[Comparison]:
    cases = ",".join(plant.case for plant in plants)
    comparisons = measure(plain, other, rounds=LEAST_ROUNDS, cases=cases, again=again)
    for one in comparisons:
        print(f"{other.name}: {one.line()}")
    return comparisons


def _not_caught(plants: Sequence[Plant], comparisons: Sequence[Comparison]) -> list[str]:
    slow = {one.case for one in comparisons if one.level is Level.FAILURE and one.ratio is not None}
    return [f"NOT CAUGHT: {plant.case}, though it does everything twice" for plant in plants if plant.case not in slow]


def _accused(comparisons: Sequence[Comparison], number: int) -> list[str]:
    return [f"WRONGLY ACCUSED in run {number}: {one.line()}" for one in comparisons if one.level is Level.FAILURE]


if __name__ == "__main__":
    sys.exit(main())
