"""Quality runs: ``python -m benchmarks.quality quick --out benchmarks/results/quick.csv``.

Every run is a process of its own (:mod:`benchmarks.run_one`), one at a time, on one thread (``search-2``: two), judged
by the referee. Rows are appended as runs end; started again, the series goes on where it stopped, as long as the commit
is the same. ``python -m benchmarks.quality_report FILE`` makes the tables and plots of the README from the file.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.baseline import ROOT
from benchmarks.gate import ONE_THREAD
from benchmarks.instances import DataAbsent, data_folder
from benchmarks.machine import stamp, thermometer
from benchmarks.records import append, done, key_of
from benchmarks.suites import Run, best_known, runs_of, suite_names

__all__ = ["carry_out", "run_in_process"]

KILL_AFTER_S = 120.0
"""Seconds after twice the limit at which a run that does not come back is ended."""
START_S = 2.0
"""Guess of the seconds that a process needs beside its limit, for the forecast only."""


def main() -> int:
    """Run what is not yet in the file; 0 if every run of the project's own engines was valid."""
    options = _options()
    data = data_folder(options.data)
    try:
        runs = [
            run
            for suite in options.suites
            for run in runs_of(
                suite, data=data, contenders=options.contenders, limits_s=options.limits, seeds=options.seeds
            )
            if not options.only or any(part in run.instance for part in options.only)
        ]
    except (DataAbsent, ValueError) as fault:
        print(fault, file=sys.stderr)
        return 2
    if options.list:
        for run in runs:
            print(run.instance, run.contender, f"seed {run.seed}", f"{run.limit_s:g} s")
        return 0
    return carry_out(runs, data, options.out, until_best=options.until_best)


def carry_out(runs: Sequence[Run], data: Path, out: Path, *, until_best: bool = False) -> int:
    """Make the runs that the file does not hold yet."""
    marks = stamp()
    known = best_known()
    finished = done(out, marks["commit"])
    waiting = [run for run in runs if key_of(run) not in finished]
    _say(f"{len(runs)} runs, {len(runs) - len(waiting)} of them already in {out}; at most {_forecast(waiting)}")
    broken = 0
    began = time.monotonic()
    for number, run in enumerate(waiting, 1):
        load = thermometer()
        record = _with_best(run_in_process(run, data, until_best=until_best), known.get(run.instance))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        append(out, run, record | marks | {"load": load, "date": now})
        broken += record["status"] in ("invalid", "crashed", "killed") and run.contender in (
            "greedy",
            "ortools",
            "search",
        )
        minutes = (time.monotonic() - began) / 60
        _say(f"[{number}/{len(waiting)}, {minutes:.1f} min] {run.instance} {run.contender}: {_word(record)}")
    if broken:
        _say(f"{broken} runs of the project's own engines crashed or broke a rule: see the column notes")
    return int(broken > 0)


def run_in_process(run: Run, data: Path, *, until_best: bool = False) -> dict[str, Any]:
    """The record of one run; ``killed`` if it does not come back, ``crashed`` if it fails."""
    job = {
        "instance": run.instance,
        "contender": run.contender,
        "limit_s": run.limit_s,
        "seed": run.seed,
        "data": str(data),
        "until_best": until_best,
    }
    patience_s = 2 * run.limit_s + KILL_AFTER_S
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "benchmarks.run_one", json.dumps(job)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=patience_s,
            env={**os.environ, **ONE_THREAD},
        )
    except subprocess.TimeoutExpired:
        return {"status": "killed", "notes": f"not back after {patience_s:.0f} s"}
    lines = ended.stdout.strip().splitlines()
    if ended.returncode or not lines:
        reason = (ended.stderr.strip().splitlines() or ["nothing printed"])[-1]
        return {"status": "crashed", "notes": f"exit code {ended.returncode}: {reason}"}
    return dict(json.loads(lines[-1]))


def _with_best(record: dict[str, Any], best: float | None) -> dict[str, Any]:
    """The record with the gap to a best value that does not come with the instance's file."""
    if best is None or record["status"] != "ok" or record["mandatory_left_out"]:
        return record
    return record | {"best_known": best, "gap_pct": 100.0 * (record["cost"] / best - 1.0)}


def _forecast(runs: Sequence[Run]) -> str:
    seconds = sum(START_S + (0.0 if run.contender == "greedy" else run.limit_s) for run in runs)
    return f"{seconds / 60:.0f} minutes"


def _word(record: dict[str, Any]) -> str:
    if record["status"] != "ok":
        return f"{record['status']}: {record['notes']}"
    gap = "" if record["gap_pct"] is None else f", gap {record['gap_pct']:+.2f} %"
    left = f"{record['mandatory_left_out']} + {record['optional_left_out']} left out, " if record["visits"] else ""
    return f"{left}cost {record['cost']:.6g}{gap}, {record['seconds']:.1f} s"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run suites of instances and write one row a run.")
    parser.add_argument("suites", nargs="+", choices=suite_names())
    parser.add_argument("--out", type=Path, required=True, help="the CSV; taken up again if it exists")
    parser.add_argument("--data", type=Path, help="folder of published instances (hhcrsp/, vrptw/)")
    parser.add_argument("--contenders", nargs="*", default=(), help="instead of the suites' own")
    parser.add_argument("--limits", nargs="*", type=float, default=(), help="seconds, instead of the suites' own")
    parser.add_argument("--seeds", nargs="*", type=int, default=())
    parser.add_argument("--only", nargs="*", default=(), help="parts of names of instances")
    parser.add_argument(
        "--until-best", action="store_true", help="end a run of the own engines once it has reached the best known cost"
    )
    parser.add_argument("--list", action="store_true", help="print the runs and make none")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
