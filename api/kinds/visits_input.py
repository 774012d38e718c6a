"""Bodies about a day of visits: read, judged, and made ready to be stored."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from api.findings import finding_json
from api.kinds.envelope import Limits, Strict, WholeProblem, judged_with_skipping, parsed, prepared
from api.kinds.refusal import Refusal, Refused, invalid, prefixed, service_finding
from api.kinds.upload import Submission, Upload, body_of_upload, judged_at_cells, require_size, written_tables
from api.store.packing import pack
from optimizer.common.errors import Finding, InputError
from optimizer.io.matrix_file import read_matrix_file
from optimizer.io.plan_json import plan_from_json
from optimizer.io.problem_json import problem_from_json, problem_to_json
from optimizer.io.tables import read_tables
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan
from optimizer.visits.ready import ready_day
from optimizer.visits.travel import problem_travel

__all__ = ["Day", "VisitsBody", "VisitsOptions", "day_of_body", "read_visits", "stored_matrix"]

LOCATED = ("locations",)
_LARGEST_SEED = 2**53


class EngineName(StrEnum):
    """Engines that can be asked for."""

    AUTO = "auto"
    ORTOOLS = "ortools"
    SEARCH = "search"
    GREEDY = "greedy"


class ObjectiveName(StrEnum):
    """Presets of weights."""

    HOMECARE = "homecare"
    HHCRSP = "hhcrsp"
    EHHC = "ehhc"
    VRPTW = "vrptw"


class VisitsOptions(Strict):
    """How a day is to be planned; the same as the options of the local command."""

    time_limit_s: float | None = Field(default=None, gt=0, description="from the start of work to the stored result")
    max_iterations: int | None = Field(default=None, ge=0, le=_LARGEST_SEED, description="such runs are reproducible")
    no_improvement_s: float | None = Field(
        default=None, ge=0.1, le=1e9, examples=[20.0], description="stop after so many seconds without a better plan"
    )
    no_improvement_iterations: int | None = Field(
        default=None, ge=1, le=_LARGEST_SEED, examples=[100_000], description="or after so many iterations"
    )
    target: float | None = Field(
        default=None, ge=0, examples=[480_000.0], description="stop once a complete plan costs no more than this"
    )
    seed: int = Field(default=1, ge=0, le=_LARGEST_SEED)
    objective: Annotated[ObjectiveName, Field(strict=False)] = ObjectiveName.HOMECARE
    engine: Annotated[EngineName, Field(strict=False)] = EngineName.AUTO
    workers: int = Field(default=1, ge=1, le=256)
    start_plan: dict[str, Any] | None = Field(default=None, description="a plan to begin with")


class VisitsBody(WholeProblem):
    """A day of visits and how to plan it."""

    options: VisitsOptions = Field(default_factory=lambda: VisitsOptions())
    webhook: str | None = Field(default=None, max_length=2_000, description="told when the job has ended")


@dataclass(frozen=True, kw_only=True)
class Day:
    """A valid day with its travel, warnings, and the JSON to store it as (without a matrix)."""

    problem: Problem
    given: TravelMatrix | None
    warnings: tuple[Finding, ...]
    written: dict[str, Any]

    def travel(self) -> TravelMatrix:
        """The matrix to plan with."""
        return problem_travel(self.problem, given=self.given, with_metres=True)


def read_visits(data: bytes | Upload, limits: Limits) -> Submission | Refused:
    """Judge a request for a plan; everything that is wrong with it comes back at once."""
    try:
        return _submission(data, limits)
    except Refusal as refusal:
        return refusal.refused


def _submission(data: bytes | Upload, limits: Limits) -> Submission:
    body, day = day_of_body(data, limits, VisitsBody)
    options = _within(body.options, limits)
    if options.start_plan is not None:
        plan_of(options.start_plan, day.problem, "options.start_plan")
    warnings = [finding_json(finding) for finding in day.warnings]
    stored = {"problem": day.written, "options": options.model_dump(mode="json"), "warnings": warnings}
    return Submission(
        body=pack(stored),
        matrix=None if day.given is None else stored_matrix(day.given),
        time_limit_s=options.time_limit_s or limits.default_time_limit_s,
        size=len(day.problem.visits),
        webhook=body.webhook,
        warnings=day.warnings,
    )


def day_of_body(data: bytes | Upload, limits: Limits, model: type[Any]) -> tuple[Any, Day]:
    """The body as its model, and the valid day in it.

    Raises
    ------
    Refusal
        With every finding.
    """
    if isinstance(data, Upload):
        return _day_of_upload(data, limits, model)
    body, _ = parsed(data, model)
    return body, _day_of_json(body, limits, None)


def plan_of(raw: dict[str, Any], problem: Problem, where: str) -> Plan:
    """A plan in the body."""
    try:
        return plan_from_json(raw, problem)
    except InputError as error:
        raise Refusal(invalid(prefixed(error.findings, where))) from error


def stored_matrix(matrix: TravelMatrix) -> bytes:
    """A given matrix as it is stored with a job (npz, nothing pickled)."""
    arrays: dict[str, Any] = {"locations": np.array(matrix.locations), "source": np.array(matrix.source)}
    for kind, by_mode in (("t", matrix.durations), ("r", matrix.reachable), ("m", matrix.metres)):
        arrays |= {f"{kind}:{mode}": array for mode, array in by_mode.items()}
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def _day_of_json(body: Any, limits: Limits, matrix: bytes | None) -> Day:
    raw = prepared(body.problem, body.crs.value, limits, located=LOCATED)
    (problem, given), warnings, written = judged_with_skipping(raw, lambda part: _judged(part, matrix), body.on_error)
    written = {name: value for name, value in written.items() if name != "matrix"}  # stored beside the job
    return Day(problem=problem, given=given, warnings=warnings, written=written)


def _judged(
    raw: dict[str, Any], matrix: bytes | None
) -> tuple[tuple[Problem, TravelMatrix | None], tuple[Finding, ...]]:
    file = problem_from_json(raw)
    if file.matrix_file is not None:
        raise InputError([service_finding("S003", "matrix.file")])
    given = file.matrix if matrix is None else _matrix_of_part(matrix, file.problem)
    return (file.problem, given), _valid(file.problem, given)


def _valid(problem: Problem, given: TravelMatrix | None) -> tuple[Finding, ...]:
    """The warnings of a day; raised with the errors if there are any."""
    return ready_day(problem, given=given)[1]


def _matrix_of_part(data: bytes, problem: Problem) -> TravelMatrix:
    with tempfile.TemporaryDirectory(prefix="careplan-") as folder:
        file = Path(folder) / "matrix"
        file.write_bytes(data)
        return read_matrix_file(file, problem)


def _day_of_upload(upload: Upload, limits: Limits, model: type[Any]) -> tuple[Any, Day]:
    body, in_tables = body_of_upload(upload, model)
    return body, _day_of_tables(upload, limits) if in_tables else _day_of_json(body, limits, upload.matrix)


def _day_of_tables(upload: Upload, limits: Limits) -> Day:
    text = upload.field("date")
    try:
        day = None if text is None else date.fromisoformat(text.decode("ascii", "replace"))
    except ValueError as error:
        finding = service_finding("S009", "date", name="date", why=str(error))
        raise Refusal(invalid([finding])) from error
    with written_tables(upload) as path:
        tables = read_tables(path, day=day)
        given = None if upload.matrix is None else _matrix_of_part(upload.matrix, tables.problem)
        require_size(tables.problem, limits)
        warnings = judged_at_cells(tables, lambda: _valid(tables.problem, given))
    written = problem_to_json(tables.problem)
    return Day(problem=tables.problem, given=given, warnings=warnings, written=written)


def _within(options: VisitsOptions, limits: Limits) -> VisitsOptions:
    findings = []
    if options.time_limit_s is not None and options.time_limit_s > limits.time_limit_s:
        finding = service_finding(
            "S005", "options.time_limit_s", name="time_limit_s", limit=f"{limits.time_limit_s:g} s"
        )
        findings.append(finding)
    if options.workers > limits.workers:
        findings.append(service_finding("S005", "options.workers", name="workers", limit=limits.workers))
    if options.engine is EngineName.SEARCH and not _search_is_compiled():
        findings.append(service_finding("S012", "options.engine"))
    if findings:
        raise Refusal(invalid(findings))
    return options


def _search_is_compiled() -> bool:
    """Whether the search lies ready; compiling it would take the whole time limit of a job."""
    from optimizer.visits.search.warmup import is_warm  # loads numba, which only this question needs

    return is_warm()
