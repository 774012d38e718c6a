"""Plots from the rows of a series, drawn the same from the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("svg")
from matplotlib import pyplot as plt

__all__ = ["draw_gap_over_time", "draw_lines", "gap_over_time"]

Row = Mapping[str, str]
Curve = tuple[list[float], list[float]]
POINTS = 120


def draw_gap_over_time(rows: Sequence[Row], path: Path) -> bool:
    """Mean gap to the best known cost against seconds, one line a contender that tells when it found what.

    Returns
    -------
    bool
        Whether there was anything to draw.
    """
    curves = gap_over_time(rows)
    if not curves:
        return False
    draw_lines(curves, path, x="seconds", y="mean gap to the best published cost, %", log_x=True, log_y=False)
    return True


def gap_over_time(rows: Sequence[Row]) -> dict[str, Curve]:
    """By contender the mean gap over its runs, from the moment on at which all of them have a complete plan."""
    known = [row for row in rows if row["best_known"] and row["trace"] and row["status"] == "ok"]
    found: dict[str, Curve] = {}
    for contender in sorted({row["contender"] for row in known} - {"greedy"}):
        runs = [row for row in known if row["contender"] == contender]
        steps = [_steps(row) for row in runs]
        if any(not one for one in steps):
            continue  # a run without a complete plan has no gap, and a mean without it would flatter
        begin = max(one[0][0] for one in steps)
        end = max(float(row["limit_s"]) for row in runs)
        if begin < end:
            moments = np.geomspace(max(begin, 0.01), end, POINTS).tolist()
            found[contender] = moments, [float(np.mean([_at(one, moment) for one in steps])) for moment in moments]
    return found


def _steps(row: Row) -> list[tuple[float, float]]:
    """(second, gap) of the complete plans of a run."""
    best = float(row["best_known"])
    points = (point.split() for point in row["trace"].split(";"))
    return [(float(s), 100 * (float(cost) / best - 1)) for s, missing, cost in points if missing == "0"]


def _at(steps: Sequence[tuple[float, float]], moment: float) -> float:
    return min((gap for second, gap in steps if second <= moment), default=steps[0][1])


def draw_lines(curves: Mapping[str, Curve], path: Path, *, x: str, y: str, log_x: bool, log_y: bool) -> None:
    """One line a name, as SVG."""
    with plt.rc_context({"svg.hashsalt": "careplan", "svg.fonttype": "path", "font.size": 9}):
        figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
        for name, (xs, ys) in curves.items():
            axes.plot(xs, ys, label=name, linewidth=1.6, marker="" if len(xs) > 20 else "o", markersize=3)
        axes.set(xlabel=x, ylabel=y)
        if log_x:
            axes.set_xscale("log")
        if log_y:
            axes.set_yscale("log")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
