"""The outcome of a run, for a person or for a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from optimizer.cli.console import output
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.common.progress import Incumbent
from optimizer.common.status import Status
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.kpi import KeyFigures, key_figures
from optimizer.visits.model import Problem
from optimizer.visits.objective import COMPONENT_TEXTS
from optimizer.visits.plan import Plan, Result

__all__ = ["print_summary", "summary_json"]

STATUS_TEXTS: Mapping[Status, Text] = {
    Status.OPTIMAL: Text("已证明最优", "proved optimal"),
    Status.FEASIBLE: Text("必做任务全部安排", "every mandatory visit is planned"),
    Status.INFEASIBLE: Text(
        "必做任务无法全部安排（已证明），这是能做到的部分", "not all mandatory visits can be planned (proved)"
    ),
    Status.UNKNOWN: Text("有必做任务未安排", "some mandatory visits are left out"),
}


def summary_json(problem: Problem, result: Result, bad_rows: Sequence[Finding] = ()) -> dict[str, Any]:
    """The outcome as one JSON object: status, cost, components, what is left out by group and by reason, seconds."""
    return {
        "status": result.status.value,
        "cost": round(result.cost, 6),
        "mandatory_left_out": result.mandatory_left_out,
        "components": {name: round(value, 6) for name, value in result.components.items()},
        "bound": result.bound,
        "left_out": {"by_group": _by_group(problem, result.plan), "by_reason": _by_reason(result.plan)},
        "bad_rows": [{"where": row.where, "ids": list(row.ids)} for row in bad_rows],
        "seconds": round(result.seconds, 3),
        "iterations": result.iterations,
        "engine": result.engine,
        "seed": result.seed,
        "objective": result.objective.name,
        "trace": [_incumbent_json(one) for one in result.trace],
    }


def _incumbent_json(one: Incumbent) -> dict[str, Any]:
    return {
        "seconds": round(one.seconds, 3),
        "iterations": one.iterations,
        "source": one.source,
        "mandatory_left_out": one.mandatory_left_out,
        "placed": one.placed,
        "cost": round(one.cost, 6),
        "components": {name: round(value, 6) for name, value in one.components.items()},
    }


def _by_group(problem: Problem, plan: Plan) -> dict[str, int]:
    visits = {visit.id: visit for visit in problem.visits}
    left_out = (visits[left.visit] for left in plan.unassigned)
    groups = ("mandatory" if problem.is_mandatory(visit) else visit.priority or "" for visit in left_out)
    return dict(sorted(Counter(groups).items()))


def _by_reason(plan: Plan) -> dict[str, int]:
    first = (left.reasons[0] for left in plan.unassigned if left.reasons)
    return dict(sorted(Counter(f"{reason.kind.value}/{reason.code}" for reason in first).items()))


def print_summary(problem: Problem, result: Result, evaluation: Evaluation) -> None:
    """Print the key figures of the plan: first whether it is whole, then what it costs and to whom."""
    figures = key_figures(problem, evaluation)
    output.print(STATUS_TEXTS[result.status].in_(LANGUAGE), style="bold", markup=False)
    output.print(_figures_table(figures))
    output.print(_cost_table(result))
    for note in result.notes:
        output.print(note.in_(LANGUAGE), style="yellow", markup=False)


def _figures_table(figures: KeyFigures) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    for text, value in figures.lines(LANGUAGE):
        table.add_row(text, value)
    return table


def _cost_table(result: Result) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(say("代价", "cost"))
    table.add_column(say("数值", "value"), justify="right")
    table.add_column(say("权重", "weight"), justify="right")
    for name, weight in result.objective.weights.items():
        if weight:
            value = result.components.get(name, 0.0)
            table.add_row(COMPONENT_TEXTS[name].in_(LANGUAGE), f"{value:,.1f}", f"{weight:g}")
    table.add_row(say("合计", "total"), f"{result.cost:,.2f}", "")
    return table
