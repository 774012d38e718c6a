"""Results of visits jobs as JSON. Every figure is the referee's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.common.language import Text
from optimizer.common.progress import Incumbent
from optimizer.common.status import Status
from optimizer.io.plan_json import plan_to_json
from optimizer.visits.evaluation import Evaluation, RouteEvaluation
from optimizer.visits.model import Problem
from optimizer.visits.objective import COMPONENT_TEXTS, Objective
from optimizer.visits.plan import Plan, Result

__all__ = ["check_json", "component_rows", "figures_json", "incumbent_json", "result_json"]


def result_json(
    problem: Problem, result: Result, evaluation: Evaluation, *, stop_reason: str, warnings: list[Any], travel: str
) -> dict[str, Any]:
    """The result of a job that has been solved."""
    return {
        "kind": "visits",
        "status": result.status.value,
        "stop_reason": stop_reason,
        "cost": result.cost,
        "mandatory_left_out": result.mandatory_left_out,
        "components": component_rows(result.objective, result.components),
        "bound": result.bound,
        "objective": result.objective.name,
        "plan": plan_to_json(result.plan, problem),
        "routes": [_route_json(route, problem.ticks_per_s) for route in evaluation.routes],
        "engine": result.engine,
        "seed": result.seed,
        "iterations": result.iterations,
        "seconds": round(result.seconds, 3),
        "parameters": dict(result.parameters),
        "versions": dict(result.versions),
        "travel_source": travel,
        "notes": [text_json(note) for note in result.notes],
        "trace": [figures_json(incumbent) for incumbent in result.trace],
        "warnings": warnings,
        "ext": ext_of(problem),
    }


def incumbent_json(
    problem: Problem, plan: Plan, incumbent: Incumbent, objective: Objective, *, engine: str, seed: int
) -> dict[str, Any]:
    """The best plan so far in the shape of a result: it becomes one if its worker is lost."""
    status = Status.UNKNOWN if incumbent.mandatory_left_out else Status.FEASIBLE
    return {
        "kind": "visits",
        "status": status.value,
        "stop_reason": "running",
        "cost": incumbent.cost,
        "mandatory_left_out": incumbent.mandatory_left_out,
        "components": component_rows(objective, incumbent.components),
        "bound": None,
        "objective": objective.name,
        "plan": plan_to_json(plan, problem),
        "routes": [],
        "engine": engine,
        "seed": seed,
        "iterations": incumbent.iterations,
        "seconds": round(incumbent.seconds, 3),
        "parameters": {},
        "versions": {},
        "travel_source": "",
        "notes": [],
        "trace": [figures_json(incumbent)],
        "warnings": [],
        "ext": ext_of(problem),
    }


def check_json(problem: Problem, evaluation: Evaluation, objective: Objective) -> dict[str, Any]:
    """The referee's judgement of a plan that was given."""
    return {
        "valid": evaluation.valid,
        "mandatory_left_out": evaluation.mandatory_left_out,
        "cost": evaluation.cost,
        "objective": objective.name,
        "components": component_rows(objective, evaluation.components),
        "violations": [
            {
                "code": one.code,
                "rule": one.rule,
                "zh": one.text.zh,
                "en": one.text.en,
                "visit": one.visit,
                "caregiver": one.caregiver,
                "shift": one.shift,
                "amount_t": one.amount_t,
            }
            for one in evaluation.violations
        ],
        "left_out": list(evaluation.left_out),
        "routes": [_route_json(route, problem.ticks_per_s) for route in evaluation.routes],
    }


def component_rows(objective: Objective, components: Mapping[str, float]) -> dict[str, Any]:
    """The table of cost: value, weight and cost of each component, with its name."""
    return {
        name: {
            "value": components.get(name, 0.0),
            "weight": weight,
            "cost": weight * components.get(name, 0.0),
            **text_json(COMPONENT_TEXTS[name]),
        }
        for name, weight in objective.weights.items()
    }


def figures_json(incumbent: Incumbent) -> dict[str, Any]:
    """What is told of a better plan."""
    return {
        "seconds": round(incumbent.seconds, 3),
        "iterations": incumbent.iterations,
        "cost": incumbent.cost,
        "placed": incumbent.placed,
        "mandatory_left_out": incumbent.mandatory_left_out,
        "bound": None,
        "source": incumbent.source,
    }


def text_json(text: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": text.zh, "en": text.en}


def ext_of(problem: Problem) -> dict[str, Any]:
    """Everything that the user hung on the objects, by kind and id."""
    shifts = {f"{one.id}/{shift.id}": shift.ext for one in problem.caregivers for shift in one.shifts if shift.ext}
    by_kind: dict[str, Any] = {
        name: {one.id: dict(one.ext) for one in getattr(problem, name) if one.ext}
        for name in ("locations", "clients", "visits", "links", "caregivers")
    }
    kept = {name: rows for name, rows in {**by_kind, "shifts": shifts}.items() if rows}
    return {**kept, "problem": dict(problem.ext)} if problem.ext else kept


def _route_json(route: RouteEvaluation, ticks_per_s: int) -> dict[str, Any]:
    seconds = {
        name: getattr(route, f"{name}_t") / ticks_per_s for name in ("travel", "service", "waiting", "overtime", "work")
    }
    return {
        "caregiver": route.caregiver,
        "shift": route.shift,
        "stops": len(route.stops),
        "metres": route.metres,
        **{f"{name}_s": value for name, value in seconds.items()},
    }
