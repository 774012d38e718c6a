"""The key figures of a visits plan as cards and tables."""

from __future__ import annotations

from collections import Counter

from optimizer.common.language import Text
from optimizer.report.clock import DayClock
from optimizer.report.figures import Figure, FigureColumn, FigureKind, FigureRow, FigureTable
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem

__all__ = ["figure_cards", "figure_tables"]


def figure_cards(problem: Problem, evaluation: Evaluation) -> tuple[Figure, ...]:
    """The figures that a dispatcher looks at first."""
    clock = DayClock.of(problem)
    left_out = len(evaluation.left_out)
    return (
        Figure(
            title=Text("已安排", "Planned"),
            kind=FigureKind.COUNT,
            value=len(problem.visits) - left_out,
            note=Text(f"共 {len(problem.visits)} 次", f"of {len(problem.visits)}"),
        ),
        Figure(
            title=Text("必做未安排", "Mandatory left out"),
            kind=FigureKind.COUNT,
            value=evaluation.mandatory_left_out,
            watch=evaluation.mandatory_left_out > 0,
        ),
        Figure(
            title=Text("服务", "Care"),
            kind=FigureKind.HOURS,
            value=clock.hours(sum(route.service_t for route in evaluation.routes)),
        ),
        Figure(
            title=Text("路上", "Travel"),
            kind=FigureKind.HOURS,
            value=clock.hours(sum(route.travel_t for route in evaluation.routes)),
        ),
    )


def figure_tables(problem: Problem, evaluation: Evaluation) -> tuple[FigureTable, ...]:
    """Planned and left out by priority group."""
    left = set(evaluation.left_out)
    total = Counter(visit.priority or "" for visit in problem.visits)
    missing = Counter(visit.priority or "" for visit in problem.visits if visit.id in left)
    names = {group.id: Text(group.zh, group.en) for group in problem.priorities}
    return (
        FigureTable(
            title=Text("按优先组", "By priority group"),
            columns=(
                FigureColumn(title=Text("优先组", "Group"), kind=FigureKind.TEXT),
                FigureColumn(title=Text("上门", "Visits"), kind=FigureKind.COUNT),
                FigureColumn(title=Text("未安排", "Left out"), kind=FigureKind.COUNT),
            ),
            rows=tuple(
                FigureRow(cells=(names.get(group, group), total[group], missing[group])) for group in sorted(total)
            ),
        ),
    )
