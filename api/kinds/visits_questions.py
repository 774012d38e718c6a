"""What can be asked without a job, or of a finished one: validate, check, explain, reports."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from api.findings import finding_json
from api.kinds.envelope import Limits, Strict, WholeProblem
from api.kinds.refusal import Refusal, Refused
from api.kinds.visits_input import ObjectiveName, Upload, VisitsBody, day_of_body, plan_of
from api.kinds.visits_result import check_json
from api.kinds.visits_run import StoredDay, stored_day
from optimizer.common.language import Language
from optimizer.common.status import Status
from optimizer.io.plan_json import plan_from_json
from optimizer.report.visits_page import visits_page_html
from optimizer.report.visits_run import RunFacts
from optimizer.report.visits_workbook import visits_workbook_bytes
from optimizer.visits.explain import explain_visit
from optimizer.visits.objective import OBJECTIVES
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan

__all__ = ["REPORTS", "VisitsCheckBody", "check_visits", "explain_stored_visit", "report_of_visits", "validate_visits"]

REPORTS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
"""Reports of a visits plan by name, with their types of content."""


class CheckOptions(Strict):
    """By which weights to judge."""

    objective: ObjectiveName = Field(default=ObjectiveName.HOMECARE, strict=False)


class VisitsCheckBody(WholeProblem):
    """A day and a plan for it, made by anybody."""

    plan: dict[str, Any]
    options: CheckOptions = Field(default_factory=lambda: CheckOptions())


def validate_visits(data: bytes | Upload, limits: Limits) -> dict[str, Any] | Refused:
    """All findings about a day, errors and warnings; a body that cannot be read at all is refused."""
    try:
        _, day = day_of_body(data, limits, VisitsBody)
    except Refusal as refusal:
        refused = refusal.refused
        if refused.kind != "invalid":
            return refused
        return {"valid": False, "findings": [finding_json(finding) for finding in refused.errors]}
    return {"valid": True, "findings": [finding_json(finding) for finding in day.warnings]}


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
    explanation = explain_visit(day.problem, day.travel(), _plan(day, result), day.objective, subject)
    return {"ticks_per_s": day.problem.ticks_per_s, **explanation.as_json()}


def report_of_visits(body: bytes, matrix: bytes | None, result: bytes, name: str, language: str) -> bytes:
    """A report of a finished job, by a name of :data:`REPORTS`."""
    day = stored_day(body, matrix)
    travel, plan, raw = day.travel(), _plan(day, result), json.loads(result)
    evaluation = evaluate_plan(day.problem, travel, plan, day.objective)
    run = RunFacts(
        objective=day.objective,
        status=Status(raw["status"]),
        engine=raw["engine"],
        seed=raw["seed"],
        seconds=raw["seconds"],
        iterations=raw["iterations"],
        bound=raw["bound"],
        versions=raw["versions"],
        travel_source=travel.source,
    )
    if name == "xlsx":
        return visits_workbook_bytes(day.problem, plan, evaluation, run, language=Language(language))
    return visits_page_html(day.problem, plan, evaluation, run, language=Language(language)).encode("utf-8")


def _plan(day: StoredDay, result: bytes) -> Plan:
    return plan_from_json(json.loads(result)["plan"], day.problem)
