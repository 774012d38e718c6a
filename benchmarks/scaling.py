"""How things grow: ``python -m benchmarks.scaling --out benchmarks/results/scaling.csv``.

Days of 50 to 6,000 visits with all their rules; every visit has the same share of seconds. Per size and contender: the
seconds to the first plan, cost for each visit after the time, mandatory visits left out, and peak memory; as a table
and, beside the CSV, as plots.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.contenders import OWN
from benchmarks.instances import data_folder
from benchmarks.plots import Curve, draw_lines
from benchmarks.quality import carry_out
from benchmarks.records import read
from benchmarks.suites import Run

__all__ = ["curves", "scaling_table"]

VISITS = (50, 100, 200, 400, 1_000, 2_000, 4_000, 6_000)
SECONDS_A_VISIT = 0.05
LEAST_S = 5.0

Row = Mapping[str, str]
MEASURES: tuple[tuple[str, str, Callable[[Row], float | None]], ...] = (
    ("first", "seconds to the first plan", lambda row: _number(row["first_plan_s"])),
    ("cost", "cost for each visit", lambda row: float(row["cost"]) / int(row["visits"])),
    ("memory", "peak memory, MB", lambda row: _number(row["peak_mb"])),
)


def main() -> int:
    """Run, print the table, draw the plots."""
    parser = argparse.ArgumentParser(description="Measure days of growing size.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--visits", nargs="*", type=int, default=VISITS)
    parser.add_argument("--contenders", nargs="*", default=OWN[:-1], choices=OWN)
    parser.add_argument("--seconds-a-visit", type=float, default=SECONDS_A_VISIT)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    runs = [
        Run(
            suite="scaling",
            instance=f"made:qidong-{visits}",
            contender=name,
            seed=options.seed,
            limit_s=max(LEAST_S, options.seconds_a_visit * visits),
        )
        for visits in options.visits
        for name in options.contenders
    ]
    code = carry_out(runs, data_folder(), options.out)
    rows = read(options.out)
    for name, label, measure in MEASURES:
        path = options.out.with_name(f"{options.out.stem}-{name}.svg")
        draw_lines(curves(rows, measure), path, x="visits", y=label, log_x=True, log_y=True)
    print(scaling_table(rows))
    return code


def curves(rows: Sequence[Row], measure: Callable[[Row], float | None]) -> dict[str, Curve]:
    """By contender sizes and values, without the runs that have no valid plan."""
    found: dict[str, Curve] = {}
    for row in sorted((row for row in rows if row["status"] == "ok"), key=lambda row: int(row["visits"])):
        value = measure(row)
        if value is not None:
            xs, ys = found.setdefault(row["contender"], ([], []))
            xs.append(float(row["visits"]))
            ys.append(value)
    return found


def scaling_table(rows: Sequence[Row]) -> str:
    """One line a run."""
    lines = [
        "| visits | contender | limit s | first plan s | left out | cost for each visit | over s | peak MB |",
        "|" + "---|" * 8,
    ]
    for row in rows:
        if row["status"] != "ok":
            lines.append(f"| {row['instance']} | {row['contender']} | {row['limit_s']} | {row['status']} | | | | |")
            continue
        left = f"{row['mandatory_left_out']} + {row['optional_left_out']}"
        each = float(row["cost"]) / int(row["visits"])
        known = [row[name] for name in ("visits", "contender", "limit_s", "first_plan_s")]
        cells = [*known, left, f"{each:,.0f}", f"{float(row['over_s']):+.1f}", f"{float(row['peak_mb']):.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _number(text: str) -> float | None:
    return float(text) if text else None


if __name__ == "__main__":
    sys.exit(main())
