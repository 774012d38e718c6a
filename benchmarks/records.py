"""The CSV of a series of runs: one row a run, appended as it ends, so that a series can be taken up again."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.suites import Run

__all__ = ["COLUMNS", "append", "done", "key_of", "read"]

COLUMNS = (
    "suite", "instance", "contender", "seed", "limit_s", "status",
    "mandatory_left_out", "optional_left_out", "cost", "objective", "best_known", "gap_pct",
    "seconds", "over_s", "first_plan_s", "iterations", "peak_mb",
    "visits", "tasks", "caregivers", "mandatory", "travel", "left_out_price",
    "version", "commit", "cpu", "cores", "python", "load", "date", "notes", "trace",
)  # fmt: skip
KEY = ("instance", "contender", "seed", "limit_s")


def key_of(run: Run) -> tuple[str, ...]:
    """What tells a run from the others of its file."""
    return run.instance, run.contender, str(run.seed), f"{run.limit_s:g}"


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a file, none if it is not there: the latest of each run, without a row cut off by a crash."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        whole = (row for row in csv.DictReader(file) if row["trace"] is not None)
        return list({tuple(row[name] for name in KEY): row for row in whole}.values())


def done(path: Path, commit: str) -> set[tuple[str, ...]]:
    """Keys of the runs in the file that were made with this commit and need not be made again."""
    return {
        tuple(row[name] for name in KEY)
        for row in read(path)
        if row["commit"] == commit and row["status"] not in ("killed", "crashed", "absent")
    }


def append(path: Path, run: Run, record: Mapping[str, Any]) -> None:
    """Add a row, and the header to a new file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists() or path.stat().st_size == 0
    values = {
        "suite": run.suite,
        "instance": run.instance,
        "contender": run.contender,
        "seed": run.seed,
        "limit_s": f"{run.limit_s:g}",
        **{name: _text(value) for name, value in record.items()},
    }
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", extrasaction="raise", lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(values)


def _text(value: Any) -> Any:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else value
