"""Times cases against the tree that is named: one round of one side of the gate, in a process of its own.

    python benchmarks/speed/runner.py --tree DIR --out round.json [--cases a,b] [--once] [--twice module:function]

Every case runs in a child made by ``fork`` after the imports, so that cases do not warm each other and the peak of
memory is the case's own. What is timed is the least of some repetitions after one that warms up. ``--once`` stops after
that one: what is compiled is then in the cache of the rounds that count. ``--twice`` plants a slow-down, for the proof
of the gate.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import sys
import tempfile
import traceback
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from time import perf_counter, process_time
from types import CodeType
from typing import Any

BENCHMARKS_TREE = Path(__file__).resolve().parent.parent.parent
ENOUGH_S = 0.15
MOST_REPEATS = 15


def main() -> None:
    """Measure and write a JSON object: by case its figures, or ``lack``, or ``error``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cases", default="")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--twice", nargs="*", default=[])
    options = parser.parse_args()
    plant(dict(one.split(":") for one in options.twice))
    cases = load_cases(options.tree.resolve())
    wanted = options.cases.split(",") if options.cases else [name for name, one in cases.items() if one.short]
    with tempfile.TemporaryDirectory(prefix="careplan-bench-") as folder:
        tempfile.tempdir = folder  # children end without cleaning up after themselves
        figures = {name: in_child(cases[name], once=options.once) for name in wanted}
    options.out.write_text(json.dumps(figures))


def load_cases(tree: Path) -> dict[str, Any]:
    """The cases of the tree that this file is in, over the packages of ``tree``."""
    sys.path[0] = str(tree)
    for name in ("optimizer", "instances", "api"):
        if (tree / name / "__init__.py").exists():
            package = importlib.import_module(name)
            if not Path(str(package.__file__)).is_relative_to(tree):
                raise SystemExit(f"{name} was imported from {package.__file__}, not from {tree}: nothing is measured")
    sys.path[0] = str(BENCHMARKS_TREE)
    module = importlib.import_module("benchmarks.speed.cases")
    sys.path[0] = str(tree)  # what is imported later is the tree's, too
    return dict(module.CASES)


TWICE = """

_once = {function}


def {function}(*arguments, **named):  # planted: everything is done twice
    _once(*arguments, **named)
    return _once(*arguments, **named)
"""


class Slowed(SourceFileLoader):
    """Loads a module with one of its functions made to work twice."""

    def __init__(self, name: str, path: str, function: str) -> None:
        super().__init__(name, path)
        self.function = function

    def get_code(self, fullname: str) -> CodeType:
        text = self.get_data(self.path).decode()
        if f"\ndef {self.function}(" not in text:
            raise SystemExit(f"{fullname} has no function {self.function} to plant a slow-down in")
        return compile(text + TWICE.format(function=self.function), self.path, "exec")


def plant(functions: dict[str, str]) -> None:
    """From now on the modules load with these functions slowed; no file is touched, compiled code stays valid."""

    class Planting(PathFinder):
        @classmethod
        def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
            spec = super().find_spec(fullname, path, target)
            if spec is not None and fullname in functions:
                spec.loader = Slowed(fullname, str(spec.origin), functions[fullname])
            return spec

    if functions:
        sys.meta_path.insert(0, Planting)


def in_child(case: Any, *, once: bool = False) -> dict[str, Any]:
    """Measure one case in a forked child."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as pipe:
            json.dump(measured(case, once=once), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return dict(json.loads(text)) if text else {"error": f"the process ended with status {status}"}


def measured(case: Any, *, once: bool = False) -> dict[str, Any]:
    """Seconds and memory of one case, or what keeps it from running."""
    try:
        work = case.prepare()
        before_mb = peak_mb()
        work()  # compiled code is compiled here or its cache is read
        if once:
            return {}
        seconds, cpu_s = least_seconds(work)
    except Exception as error:
        if type(error).__name__ == "CaseUnavailable":
            return {"lack": str(error)}
        return {"error": "".join(traceback.format_exception_only(error)).strip()}
    return {"seconds": seconds, "cpu_s": cpu_s, "added_mb": peak_mb() - before_mb, "peak_mb": peak_mb()}


def least_seconds(work: Any) -> tuple[float, float]:
    """The least wall-clock seconds and the least processor seconds of some repetitions."""
    taken: list[float] = []
    cpu: list[float] = []
    while sum(taken) < ENOUGH_S and len(taken) < MOST_REPEATS:
        started, cpu_started = perf_counter(), process_time()
        work()
        taken.append(perf_counter() - started)
        cpu.append(process_time() - cpu_started)
    return min(taken), min(cpu)


def peak_mb() -> float:
    """Largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
