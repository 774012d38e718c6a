"""Key figures of a plan, all of them from the referee's evaluation."""

from optimizer.visits.kpi.figures import (
    CaregiverFigures,
    Counts,
    GroupFigures,
    KeyFigure,
    KeyFigures,
    PlaceFigures,
    Share,
    Unit,
)
from optimizer.visits.kpi.measure import gini, key_figures

__all__ = [
    "CaregiverFigures",
    "Counts",
    "GroupFigures",
    "KeyFigure",
    "KeyFigures",
    "PlaceFigures",
    "Share",
    "Unit",
    "gini",
    "key_figures",
]
