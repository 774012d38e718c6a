"""The shapes of answers, for the description of the interface and for tests."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "SCHEMA_REF",
    "CheckAnswer",
    "FindingBody",
    "JobBody",
    "JobPage",
    "JobWithResult",
    "PlacesResult",
    "ProblemBody",
    "RetentionBody",
    "SessionBody",
    "TokenAnswer",
    "ValidateAnswer",
    "VisitsResult",
]

SCHEMA_REF = "#/components/schemas/{model}"
"""Where the description of the interface keeps the schema of a model."""


class Answer(BaseModel):
    """Base of the answers: what is not described is not said."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class FindingBody(Answer):
    """One numbered finding; ``pointer`` is a JSON pointer into the body, empty for tables."""

    code: str
    severity: Literal["error", "warning"]
    pointer: str
    where: str
    ids: list[str]
    zh: str
    en: str


class ProblemBody(BaseModel):
    """Problem details (RFC 9457) with every finding; some kinds have further members (``count``, ``limit`` …)."""

    type: str
    title: str
    status: int
    detail: str
    zh: str
    en: str
    errors: list[FindingBody]
    request_id: str


class TextBody(Answer):
    """A text in both languages."""

    zh: str
    en: str


class StateEntry(Answer):
    """A state that the job entered, when, and why."""

    state: str
    at: str
    reason: str
    zh: str
    en: str


class JobLinks(Answer):
    """Where everything about a job is, as paths."""

    self: str
    result: str
    incumbent: str
    events: str
    stop: str


class JobBody(Answer):
    """A job. Instants are ISO 8601 with offset."""

    id: str
    kind: str
    state: Literal["queued", "matrix", "solving", "completed", "stopped", "failed"]
    reason: str = Field(description="why it is in this state, a word; empty where nothing is to be said")
    created_at: str
    started_at: str | None
    finished_at: str | None
    time_limit_s: float
    used_s: float
    size: int
    retention: Literal["draft", "confirmed", "closed"]
    stop_requested: bool
    worker_losses: int
    resumes: int
    states: list[StateEntry]
    warnings: list[FindingBody]
    problem: dict[str, Any] | None
    links: JobLinks


class JobWithResult(JobBody):
    """A job that ended while the caller waited; with ``result`` if it has one."""

    result: dict[str, Any] | None = None


class JobPage(Answer):
    """A page of jobs, the newest first; ``next`` is the cursor of the page after it."""

    items: list[JobBody]
    next: str | None


class ComponentRow(Answer):
    """One line of the table of cost."""

    value: float
    weight: float
    cost: float
    zh: str
    en: str


class RouteRow(Answer):
    """The figures of one route."""

    caregiver: str
    shift: str
    stops: int
    metres: int | None
    travel_s: float
    service_s: float
    waiting_s: float
    overtime_s: float
    work_s: float


class IncumbentRow(Answer):
    """A better plan, at its moment of the run."""

    seconds: float
    iterations: int
    cost: float
    placed: int
    mandatory_left_out: int
    bound: float | None
    source: str


class VisitsResult(Answer):
    """The result of a visits job. Every figure is the referee's."""

    kind: Literal["visits"]
    status: Literal["optimal", "feasible", "infeasible", "unknown"]
    stop_reason: str
    cost: float
    mandatory_left_out: int
    components: dict[str, ComponentRow]
    bound: float | None
    objective: str
    plan: dict[str, Any]
    routes: list[RouteRow]
    engine: str
    seed: int
    iterations: int
    seconds: float
    parameters: dict[str, Any]
    versions: dict[str, str]
    travel_source: str
    notes: list[TextBody]
    trace: list[IncumbentRow]
    warnings: list[FindingBody]
    ext: dict[str, Any]


class PlacesResult(Answer):
    """The result of a places job; ``result`` is the library's own file of an allocation, of pairs, groups or sites."""

    kind: Literal["places"]
    task: Literal["allocate", "pair", "cluster", "site"]
    status: Literal["optimal", "feasible", "infeasible", "unknown"]
    stop_reason: str
    result: dict[str, Any]
    official: bool
    seed: str
    seed_source: str
    seconds: float
    warnings: list[FindingBody]
    ext: dict[str, Any]


class ViolationRow(Answer):
    """One broken rule."""

    code: str
    rule: str
    zh: str
    en: str
    visit: str | None
    caregiver: str | None
    shift: str | None
    amount_t: int | None


class CheckAnswer(Answer):
    """The referee's judgement of a plan."""

    valid: bool
    mandatory_left_out: int
    cost: float
    objective: str
    components: dict[str, ComponentRow]
    violations: list[ViolationRow]
    left_out: list[str]
    routes: list[RouteRow]


class ValidateAnswer(Answer):
    """All findings; ``valid`` if none of them is an error."""

    valid: bool
    findings: list[FindingBody]


class RetentionBody(BaseModel):
    """How long a job is kept: a draft for a while, what is confirmed until it is closed and for years after."""

    model_config = ConfigDict(extra="forbid", strict=True)

    retention: Literal["confirmed", "closed"]


class SessionBody(BaseModel):
    """The one-time token of a link."""

    model_config = ConfigDict(extra="forbid", strict=True)

    token: str = Field(min_length=1, max_length=200)


class TokenAnswer(Answer):
    """A one-time token; ``fragment`` goes behind the address of a page."""

    token: str
    fragment: str
    valid_s: int
