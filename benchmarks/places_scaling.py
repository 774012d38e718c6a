"""How places grow: ``python -m benchmarks.places_scaling --out benchmarks/results/places-scaling.csv``.

Made cities (:mod:`benchmarks.places_large`) of 1,000 to 300,000 applicants, an institution for every sixty of them, ten
named by everybody. Per size and rule, in a process of its own: processor seconds of the whole run from the problem to
the result with its proof, peak memory, and how many are placed; as a table and, beside the CSV, as plots. A run that a
file already holds with the same commit is not made again.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.baseline import ROOT
from benchmarks.machine import stamp, thermometer
from benchmarks.places_large import large_city, large_policy
from benchmarks.plots import Curve, draw_lines
from optimizer.places.allocate import allocate_places
from optimizer.places.result import AllocationRule

__all__ = ["curves", "grow"]

APPLICANTS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
APPLICANTS_A_PLACE = 60
LEAST_INSTITUTIONS, MOST_INSTITUTIONS = 20, 5_000
SEED = "7"
MEASURES = (("seconds", "cpu_s", "processor seconds, problem to result"), ("memory", "peak_mb", "peak memory, MB"))

Row = Mapping[str, str]


def main() -> int:
    """Run what the file lacks, print the table, draw the plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--applicants", nargs="*", type=int, default=APPLICANTS)
    parser.add_argument("--rules", nargs="*", default=[rule.value for rule in AllocationRule])
    parser.add_argument("--one", nargs=2, help="applicants and rule of one run, as JSON (internal)")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(grow(int(asked.one[0]), AllocationRule(asked.one[1]))))
        return 0
    if asked.out is None:
        parser.error("--out names the CSV")
    marks, rows = stamp(), _rows(asked.out)
    done = {(row["applicants"], row["rule"]) for row in rows if row["commit"] == marks["commit"]}
    for applicants in asked.applicants:
        for rule in asked.rules:
            if (str(applicants), rule) not in done:
                rows = _with(rows, _measured(applicants, rule) | marks)
                _write(asked.out, rows)
    for name, column, label in MEASURES:
        path = asked.out.with_name(f"{asked.out.stem}-{name}.svg")
        draw_lines(curves(rows, column), path, x="applicants", y=label, log_x=True, log_y=True)
    print(_table(rows))
    return 0


def grow(applicants: int, rule: AllocationRule) -> dict[str, Any]:
    """Allocate a made city; what is compiled is compiled before the clock starts."""
    policy = large_policy()
    allocate_places(large_city(500, LEAST_INSTITUTIONS), policy, rule=rule, seed=SEED)
    institutions = min(MOST_INSTITUTIONS, max(LEAST_INSTITUTIONS, applicants // APPLICANTS_A_PLACE))
    problem = large_city(applicants, institutions)
    began, cpu_began = time.perf_counter(), time.process_time()
    result = allocate_places(problem, policy, rule=rule, seed=SEED)
    return {
        "applicants": applicants,
        "institutions": institutions,
        "rule": rule.value,
        "status": result.status.value,
        "placed": result.summary["placed"],
        "cpu_s": round(time.process_time() - cpu_began, 3),
        "wall_s": round(time.perf_counter() - began, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def curves(rows: Sequence[Row], column: str) -> dict[str, Curve]:
    """By rule sizes and values."""
    found: dict[str, Curve] = {}
    for row in sorted(rows, key=lambda row: int(row["applicants"])):
        xs, ys = found.setdefault(row["rule"], ([], []))
        xs.append(float(row["applicants"]))
        ys.append(float(row[column]))
    return found


def _measured(applicants: int, rule: str) -> dict[str, Any]:
    load = thermometer()
    command = [sys.executable, "-m", "benchmarks.places_scaling", "--one", str(applicants), rule]
    ended = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    record: dict[str, Any] = json.loads(ended.stdout.strip().splitlines()[-1])
    print(f"{applicants} {rule}: {record['cpu_s']} s, {record['peak_mb']} MB", file=sys.stderr, flush=True)
    return record | {"load": load}


def _with(rows: Sequence[Row], record: Mapping[str, Any]) -> list[Row]:
    """The rows with a new one in place of the older of the same size and rule."""
    fresh = {name: str(value) for name, value in record.items()}
    same = (fresh["applicants"], fresh["rule"])
    return [*(row for row in rows if (row["applicants"], row["rule"]) != same), fresh]


def _rows(path: Path) -> list[Row]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Sequence[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _table(rows: Sequence[Row]) -> str:
    lines = ["| applicants | institutions | rule | placed | status | CPU s | peak MB |", "|" + "---|" * 7]
    for row in sorted(rows, key=lambda row: (int(row["applicants"]), row["rule"])):
        counts = [f"{int(row[name]):,}" for name in ("applicants", "institutions")]
        cells = [*counts, row["rule"], f"{int(row['placed']):,}", row["status"], row["cpu_s"], row["peak_mb"]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
