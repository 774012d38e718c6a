"""Pictures of pairs and sites for a document: the curve of least totals, and the targets by town (matplotlib)."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from optimizer.common.language import Language, Text
from optimizer.places.pairing import PairResult
from optimizer.places.site import SiteYear
from optimizer.report.font import font_path, printable

__all__ = ["curve_png", "towns_png"]

HAVE, NEW, LACK, LINE, DOT = "#4477aa", "#2a9d8f", "#e0a384", "#1d5fa8", "#b23a00"


def curve_png(result: PairResult, *, language: Language = Language.ZH) -> bytes:
    """The least total distance by number of pairs, with the number chosen marked; PNG.

    Raises
    ------
    ValueError
        The result has no curve.
    """
    if not result.curve:
        raise ValueError("the result has no curve; pair with curve=True")
    figure, axes, font = _frame(8.0, 4.0)
    axes.plot([point.pairs for point in result.curve], [point.total_m / 1000 for point in result.curve], color=LINE)
    chosen, km = len(result.pairs), result.total_m / 1000
    axes.plot([chosen], [km], "o", color=DOT)
    axes.annotate(
        f"{chosen}: {km:.2f}", (chosen, km), textcoords="offset points", xytext=(-8, 8), ha="right", color=DOT
    )
    axes.set_xlabel(Text("结对数", "pairs").in_(language), fontproperties=font)
    axes.set_ylabel(Text("最小总距离（公里）", "least total distance (km)").in_(language), fontproperties=font)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25)
    return _png(figure)


def towns_png(year: SiteYear, *, language: Language = Language.ZH) -> bytes:
    """Places that each town has, gets and lacks for its target; PNG."""
    rows = sorted(year.towns, key=lambda row: (row.needed, row.town))
    figure, axes, font = _frame(8.0, 1.2 + 0.32 * len(rows))
    names = [printable(row.town) for row in rows]
    existing, added = [row.existing for row in rows], [row.added for row in rows]
    both = [one + other for one, other in zip(existing, added, strict=True)]
    axes.barh(names, existing, color=HAVE, label=Text("现有", "existing").in_(language))
    axes.barh(names, added, left=existing, color=NEW, label=Text("新增", "added").in_(language))
    short = [row.shortage for row in rows]
    axes.barh(names, short, left=both, color=LACK, label=Text("缺口", "shortage").in_(language))
    axes.plot(
        [row.needed for row in rows], names, "|", color=DOT, markersize=14, label=Text("目标", "target").in_(language)
    )
    for label in axes.get_yticklabels():
        label.set_fontproperties(font)
    axes.set_xlabel(Text("托位（床位）数", "places (beds)").in_(language), fontproperties=font)
    axes.legend(prop=font, loc="lower right")
    axes.grid(axis="x", alpha=0.25)
    return _png(figure)


def _frame(width: float, height: float) -> tuple[Figure, Axes, FontProperties]:
    """A figure of its own, without the global state of pyplot, and the Chinese font."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot(), FontProperties(fname=str(font_path()))


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=150, metadata={"Software": None})
    return stream.getvalue()
