"""Tables and plots from the CSV of a series: ``python -m benchmarks.quality_report quick.csv --readme README.md``.

Without ``--readme`` the Markdown is printed. With it the text between ``<!-- quality -->`` and ``<!-- /quality -->``
is replaced, and the plot is written beside the CSV.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.plots import draw_gap_over_time
from benchmarks.records import read
from benchmarks.tables import Row, conditions, instance_table, summary_table, what_cannot_be_expressed

__all__ = ["markdown", "put_between"]

HOW_TO_READ = (
    "Every plan is judged by the referee; the limit covers everything from reading to the plan; one thread. "
    "A percentage is the gap to the best published cost (mean / worst seed where there are several), a plain figure "
    "the cost; in brackets what is left out, mandatory + optional. Bold: the best of the line, mandatory visits first. "
    "`greedy` is what a dispatcher does by hand, `ortools-default` OR-Tools as its guide sets it up. "
    "Dash: the contender cannot express the day."
)


def main() -> int:
    """Write or print."""
    parser = argparse.ArgumentParser(description="Make tables and plots from the CSV of a series.")
    parser.add_argument("csv", type=Path)
    parser.add_argument("--readme", type=Path, help="replace what stands between the markers there")
    parser.add_argument("--marker", default="quality")
    options = parser.parse_args()
    rows = read(options.csv)
    if not rows:
        print(f"{options.csv} holds no runs", file=sys.stderr)
        return 2
    plot = options.csv.with_suffix(".svg")
    drawn = draw_gap_over_time(rows, plot)
    base = options.readme.resolve().parent if options.readme else Path.cwd()
    picture = os.path.relpath(plot.resolve(), base) if drawn else None
    text = markdown(rows, source=os.path.relpath(options.csv.resolve(), base), picture=picture)
    if options.readme is None:
        print(text)
        return 0
    options.readme.write_text(put_between(options.readme.read_text(), options.marker, text))
    return 0


def markdown(rows: Sequence[Row], *, source: str, picture: str | None) -> str:
    """Everything that is said of a series."""
    summary = summary_table(rows)
    dirty = any("dirty" in row["commit"] for row in rows)
    parts = [
        instance_table(rows),
        f"Mean / worst gap (how many of the family were planned whole):\n\n{summary}" if summary else "",
        f"![gap over time]({picture})" if picture else "",
        f"{conditions(rows)} {HOW_TO_READ} Rows: `{source}`."
        + (" **Made with changes that are not in the commit.**" if dirty else ""),
        what_cannot_be_expressed(rows),
    ]
    return "\n\n".join(part for part in parts if part)


def put_between(text: str, marker: str, content: str) -> str:
    """The text with the content between its markers.

    Raises
    ------
    ValueError
        The markers are not there, or not once.
    """
    start, end = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
        raise ValueError(f"expected {start} and {end} once each, in this order; add them where the tables belong")
    head, rest = text.split(start)
    return f"{head}{start}\n{content}\n{end}{rest.split(end)[1]}"


if __name__ == "__main__":
    sys.exit(main())
