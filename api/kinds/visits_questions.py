"""What can be asked without a job, or of a finished one: validate, check, explain."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from api.kinds.envelope import Limits, Strict, WholeProblem, all_findings
from api.kinds.refusal import Refusal, Refused
from api.kinds.upload import Upload
from api.kinds.visits_input import ObjectiveName, VisitsBody, day_of_body, plan_of
from api.kinds.visits_result import check_json
from api.kinds.visits_run import stored_day
from optimizer.io.plan_json import plan_from_json
from optimizer.visits.explain import explain_visit
from optimizer.visits.objective import OBJECTIVES
from optimizer.visits.referee import evaluate_plan

__all__ = ["VisitsCheckBody", "check_visits", "explain_stored_visit", "validate_visits"]


class CheckOptions(Strict):
    """By which weights to judge."""

    objective: ObjectiveName = Field(default=ObjectiveName.HOMECARE, strict=False)


class VisitsCheckBody(WholeProblem):
    """A day and a plan for it, made by anybody."""

    plan: dict[str, Any]
    options: CheckOptions = Field(default_factory=lambda: CheckOptions())


def validate_visits(data: bytes | Upload, limits: Limits) -> dict[str, Any] | Refused:
    """All findings about a day, errors and warnings; a body that cannot be read at all is refused."""
    return all_findings(lambda: day_of_body(data, limits, VisitsBody)[1].warnings)


def check_visits(data: bytes, limits: Limits) -> dict[str, Any] | Refused:
    """The referee's judgement of a plan."""
    try:
        body, day = day_of_body(data, limits, VisitsCheckBody)
        plan = plan_of(body.plan, day.problem, "plan")
    except Refusal as refusal:
        return refusal.refused
    objective = OBJECTIVES[body.options.objective.value]
    evaluation = evaluate_plan(day.problem, day.travel(), plan, objective)
    return check_json(day.problem, evaluation, objective)


def explain_stored_visit(body: bytes, matrix: bytes | None, result: bytes, subject: str) -> dict[str, Any] | Refused:
    """Why a visit of a finished job is where it is, or why it is left out."""
    day = stored_day(body, matrix)
    if subject not in {one.id for one in day.problem.visits}:
        return Refused(kind="not-found")
    explanation = explain_visit(
        day.problem, day.travel(), plan_from_json(json.loads(result)["plan"], day.problem), day.objective, subject
    )
    return {"ticks_per_s": day.problem.ticks_per_s, **explanation.as_json()}
