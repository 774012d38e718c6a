"""Fails when something became slower or larger: ``python -m benchmarks.gate``.

The baseline (the commit in ``benchmarks/BASELINE``) is built by ``git worktree``, with an environment of its own where
its packages differ from this tree's; a shallow clone is first made whole. First each side runs every case once, untimed
and two processes at a time, so that what is compiled is compiled. Then both run the same cases (the short set) on the
same inputs, in processes of their own, by turns A-B-A-B, so that whatever else the machine does hits both. For each
case the least of all rounds counts, and the ratio of the minima is the verdict: above 1.5 the gate fails, above 1.25 it
warns. What is above 1.5 after the planned rounds is measured again, by twice as many rounds more: noise only ever adds
time, so more rounds can clear a case wrongly accused, and cannot clear one that is really slower.

Exit codes: 0 passed (or no baseline yet, said in a word), 1 something failed, 2 the gate itself could not run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.baseline import ROOT, Side, build_baseline, fetch_history, named_baseline, why_unreachable
from benchmarks.speed.cases import CASES
from benchmarks.verdict import Comparison, Level, compare, doubtful

RUNNER = ROOT / "benchmarks" / "speed" / "runner.py"
LEAST_ROUNDS = 7
ROUND_LIMIT_S = 600
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}

Rounds = list[dict[str, dict[str, Any]]]
Doubt = Callable[[Sequence[Comparison]], list[str]]


def main() -> int:
    """Compare, print, and return the exit code."""
    began = time.monotonic()
    options = _options()
    commit = options.baseline or named_baseline()
    obstacle = "benchmarks/BASELINE names no commit yet" if commit is None else why_unreachable(commit)
    if commit is not None and obstacle is not None and fetch_history(say=_say):
        obstacle = why_unreachable(commit)
    if commit is None or obstacle is not None:
        _say(f"gate SKIPPED, nothing was compared: {obstacle}")
        return 2 if options.strict else 0
    try:
        baseline = build_baseline(commit, say=_say)
        tree = options.candidate.resolve()
        candidate = Side(name=f"candidate {tree}", tree=tree, python=Path(sys.executable))
        comparisons = measure(baseline, candidate, rounds=max(LEAST_ROUNDS, options.rounds), cases=options.cases)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        _say(f"the gate could not run: {error}")
        return 2
    return report(comparisons, options.json, began)


def measure(baseline: Side, candidate: Side, *, rounds: int, cases: str, again: Doubt = doubtful) -> list[Comparison]:
    """Rounds by turns, and twice as many more for the cases that ``again`` names."""
    ours: Rounds = []
    theirs: Rounds = []
    _warm_up((baseline, candidate), cases)
    _turns(baseline, candidate, theirs, ours, rounds=rounds, cases=cases)
    comparisons = compare(theirs, ours)
    suspects = again(comparisons)
    if suspects:
        _say(f"measuring again: {', '.join(suspects)}")
        _turns(baseline, candidate, theirs, ours, rounds=2 * rounds, cases=",".join(suspects))
        comparisons = compare(theirs, ours)
    return comparisons


def _warm_up(sides: Sequence[Side], cases: str) -> None:
    """Every case once on each side; what compiles the search and what compiles places need not wait for each other."""
    names = cases.split(",") if cases else [name for name, one in CASES.items() if one.short]
    unknown = sorted(set(names) - set(CASES))
    if unknown:
        raise ValueError(f"there is no case {', '.join(unknown)}; there are: {', '.join(CASES)}")
    parts = [[name for name in names if CASES[name].group == group] for group in ("engines", "places")]
    parts.append([name for name in names if CASES[name].group not in ("engines", "places")])
    for side in sides:
        _say(f"warming up: {side.name} …")
    with ThreadPoolExecutor(2) as pool:
        rounds = [pool.submit(one_round, side, ",".join(part), once=True) for part in parts if part for side in sides]
        for one in rounds:
            one.result()


def _turns(baseline: Side, candidate: Side, theirs: Rounds, ours: Rounds, *, rounds: int, cases: str) -> None:
    for number in range(1, rounds + 1):
        _say(f"round {number} of {rounds} …")
        theirs.append(one_round(baseline, cases))
        ours.append(one_round(candidate, cases))


def one_round(side: Side, cases: str, *, once: bool = False) -> dict[str, dict[str, Any]]:
    """Measure the cases once on one side, in a process of its own; with ``once`` run them and time nothing."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "round.json"
        command = [str(side.python), str(RUNNER), "--tree", str(side.tree), "--out", str(out), "--cases", cases]
        command += ["--once"] if once else []
        command += ["--twice", *side.twice] if side.twice else []
        subprocess.run(command, check=True, cwd=side.tree, timeout=ROUND_LIMIT_S, env={**os.environ, **ONE_THREAD})
        return dict(json.loads(out.read_text()))


def report(comparisons: Sequence[Comparison], path: Path | None, began: float) -> int:
    """Print every comparison and what it comes to."""
    for one in sorted(comparisons, key=lambda one: (one.level, one.case, one.quantity)):
        print(one.line())
    if path is not None:
        rows = [{**vars(one), "level": one.level.name.lower()} for one in comparisons]
        path.write_text(json.dumps(rows, indent=1))
    worst = max((one.level for one in comparisons), default=Level.FAILURE)
    counted = sum(one.ratio is not None for one in comparisons)
    skipped = sum(one.level is Level.SKIPPED for one in comparisons)
    outcome = "FAILED" if worst is Level.FAILURE else "passed"
    warned = sorted({one.case for one in comparisons if one.level is Level.WARNING})
    warnings = f"slower or larger, though not too much: {', '.join(warned)}, " if warned else ""
    seconds = f"{time.monotonic() - began:.0f} s"
    print(f"gate {outcome}: {counted} figures compared, {skipped} cases skipped, {warnings}{seconds}")
    return int(worst is Level.FAILURE or counted == 0)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the speed and memory of this tree with the baseline's.")
    parser.add_argument("--baseline", help="a commit, instead of the one in benchmarks/BASELINE")
    parser.add_argument("--candidate", type=Path, default=ROOT, help="another tree than this one")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS, help=f"at least {LEAST_ROUNDS}")
    parser.add_argument("--cases", default="", help="names, separated by commas; default: the short set")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--strict", action="store_true", help="no reachable baseline is an error")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
