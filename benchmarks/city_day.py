"""A city's day at three sizes: ``python -m benchmarks.city_day --out benchmarks/results/city.csv``.

The day is the project's own maker's Qidong day with what city-sized tools can express: every member of a team is a task
of its own, skills, hard windows, shifts, an island, and lunch (``city:``) or none (``plain:``, which is nearly a fifth
more working time and therefore not to be compared with the rows that have lunch). One judge for all: the referee, and

    cost in millions = (travel + 20,000 × mandatory tasks left out + prices of the optional ones) / 1,000,000  seconds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.contenders import CONTENDERS, TWO_WORKERS
from benchmarks.instances import data_folder
from benchmarks.quality import carry_out
from benchmarks.records import read
from benchmarks.suites import Run

__all__ = ["WITHOUT_LUNCH", "city_cost_m", "city_table"]

MANDATORY_S = 20_000
TASKS_A_VISIT = 1.1
WITHOUT_LUNCH = ("pyvrp", "pyvrp-cut", "ortools-default", "ortools-cut")
"""They know no breaks."""

Row = Mapping[str, str]


def main() -> int:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description="Plan city-sized days with every contender.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tasks", nargs="*", type=int, default=[500, 2_000, 6_000])
    parser.add_argument("--limits", nargs="*", type=float, default=[10.0, 60.0])
    parser.add_argument(
        "--contenders",
        nargs="*",
        default=[name for name in CONTENDERS if name not in ("auto", TWO_WORKERS)],
        choices=CONTENDERS,
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    runs = list(_runs(options.tasks, options.limits, options.contenders, options.seed))
    code = carry_out(runs, data_folder(), options.out)
    print(city_table(read(options.out)))
    return code


def _runs(tasks: Sequence[int], limits_s: Sequence[float], contenders: Sequence[str], seed: int) -> Iterator[Run]:
    for count in tasks:
        for limit_s in limits_s:
            for name in contenders:
                kind = "plain" if name in WITHOUT_LUNCH else "city"
                instance = f"{kind}:qidong-{round(count / TASKS_A_VISIT)}"
                yield Run(suite="city-day", instance=instance, contender=name, seed=seed, limit_s=limit_s)


def city_cost_m(row: Row) -> float:
    """The common measure, in millions of seconds."""
    travel, prices = float(row["travel"]), float(row["left_out_price"])
    return (travel + MANDATORY_S * int(row["mandatory_left_out"]) + prices) / 1e6


def city_table(rows: Sequence[Row]) -> str:
    """One line a run."""
    columns = ("tasks", "contender", "lunch", "limit s", "first plan s", "mandatory", "optional", "travel h", "cost M")
    columns += ("over s", "peak MB")
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for row in sorted(rows, key=_order):
        lunch = "yes" if row["instance"].startswith("city:") else "no"
        begin = f"| {row['tasks'] or row['instance']} | {row['contender']} | {lunch} | {row['limit_s']} | "
        if row["status"] not in ("ok", "invalid"):
            lines.append(begin + f"{row['status']}: {row['notes']} |" + " |" * 6)
            continue
        mandatory, tasks = int(row["mandatory"]), int(row["tasks"])
        placed = mandatory - int(row["mandatory_left_out"])
        optional = tasks - mandatory - int(row["optional_left_out"])
        cost = "breaks rules" if row["status"] == "invalid" else f"{city_cost_m(row):.3f}"
        figures = (
            row["first_plan_s"] or "–",
            f"{placed}/{mandatory}",
            f"{optional}/{tasks - mandatory}",
            f"{float(row['travel']) / 3600:.1f}",
            cost,
            f"{float(row['over_s']):+.1f}",
            f"{float(row['peak_mb']):.0f}",
        )
        lines.append(begin + " | ".join(figures) + " |")
    return "\n".join(lines)


def _order(row: Row) -> tuple[int, float, str]:
    return int(row["tasks"] or 0), float(row["limit_s"]), row["contender"]


if __name__ == "__main__":
    sys.exit(main())
