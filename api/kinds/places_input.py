"""Bodies about places: read, judged, and made ready to be stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from pydantic import Field, ValidationError

from api.findings import finding_json, has_errors
from api.kinds.envelope import Limits, Strict, WholeProblem, judged_with_skipping, parsed, prepared
from api.kinds.refusal import Refusal, Refused, invalid, prefixed, service_finding
from api.kinds.tasks import Task
from api.kinds.upload import Submission, Upload, body_of_upload, judged_at_cells, require_size, written_tables
from api.store.packing import pack
from optimizer.common.errors import Finding, InputError
from optimizer.io.places_json import places_problem_from_json, places_problem_to_json
from optimizer.io.places_tables import read_places_tables
from optimizer.io.tables.options import DEFAULT_OPTIONS
from optimizer.io.wire import Entity
from optimizer.io.wire_classes import wire_classes
from optimizer.io.wire_findings import findings_of
from optimizer.places.cluster import ClusterOptions
from optimizer.places.model import PlacesProblem
from optimizer.places.pairing import PairOptions
from optimizer.places.policy import Policy
from optimizer.places.policy_text import POLICY_NAMES, policy_of_bytes, shipped_policy
from optimizer.places.result import AllocationRule
from optimizer.places.site import SiteOptions
from optimizer.places.validate import allocation_findings, validate_places

__all__ = [
    "City",
    "PlacesBody",
    "PlacesOptions",
    "city_of_body",
    "plan_options",
    "policy_of",
    "read_places_job",
]

LOCATED = ("applicants", "institutions", "areas", "candidates")
DEFAULT_SEED = "1"
_OPTION_CLASSES = wire_classes(PairOptions, ClusterOptions, SiteOptions)


class PlacesOptions(Strict):
    """How it is to be done; what a task has no use for must be left out."""

    time_limit_s: float | None = Field(default=None, gt=0)
    rule: Annotated[AllocationRule, Field(strict=False)] = AllocationRule.STABLE
    policy: str = Field(
        default="lottery",
        max_length=100,
        description="id of a policy that is shipped",
        json_schema_extra={"enum": list(POLICY_NAMES)},
    )
    policy_body: str | None = Field(default=None, max_length=200_000, description="or a policy of one's own, as TOML")
    entry_date: str | None = Field(default=None, pattern=r"^\d{4}-\d\d-\d\d$", description="ages are counted on it")
    seed: str | None = Field(default=None, min_length=1, max_length=200, description="what the draw is made from")
    seed_source: str = Field(default="", max_length=500, description="where the seed was published; comes back")
    official: bool = Field(default=False, description="refused without number, approver, date, and seed")
    pairs: int | None = Field(default=None, ge=1, le=100_000)
    per_institution: int | None = Field(default=None, ge=1, le=1_000, description="pairs of one institution at most")
    pair: dict[str, Any] = Field(default_factory=dict, description="further options of pairing")
    cluster: dict[str, Any] = Field(default_factory=dict, description="options of 1+N groups")
    site: dict[str, Any] = Field(default_factory=dict, description="options of siting")


class PlacesBody(WholeProblem):
    """A city's tables and what to do with them."""

    task: Annotated[Task, Field(strict=False)]
    options: PlacesOptions = Field(default_factory=lambda: PlacesOptions())
    webhook: str | None = Field(default=None, max_length=2_000)


@dataclass(frozen=True, slots=True)
class City:
    """A valid problem with its policy, warnings, and the JSON to store it as."""

    problem: PlacesProblem
    policy: Policy
    warnings: tuple[Finding, ...]
    written: dict[str, Any]


def read_places_job(data: bytes | Upload, limits: Limits) -> Submission | Refused:
    """Judge a request; everything that is wrong with it comes back at once."""
    try:
        body, city = city_of_body(data, limits, PlacesBody)
        options = body.options
        _require_official(options, city.policy)
        plan_options(body.task, options)
    except Refusal as refusal:
        return refusal.refused
    if options.time_limit_s is not None and options.time_limit_s > limits.time_limit_s:
        limit = f"{limits.time_limit_s:g} s"
        return invalid([service_finding("S005", "options.time_limit_s", name="time_limit_s", limit=limit)])
    stored = {
        "task": body.task.value,
        "problem": city.written,
        "options": options.model_dump(mode="json"),
        "warnings": [finding_json(finding) for finding in city.warnings],
    }
    return Submission(
        body=pack(stored),
        matrix=None,
        time_limit_s=options.time_limit_s or limits.default_time_limit_s,
        size=max(len(city.problem.applicants), len(city.problem.institutions)),
        webhook=body.webhook,
        warnings=city.warnings,
    )


def city_of_body(data: bytes | Upload, limits: Limits, model: type[Any]) -> tuple[Any, City]:
    """The body as its model, and the valid problem in it.

    Raises
    ------
    Refusal
        With every finding.
    """
    if isinstance(data, Upload):
        body, in_tables = body_of_upload(data, model)
        return body, _city_of_tables(data, body, limits) if in_tables else _city_of_json(body, limits)
    body, _ = parsed(data, model)
    return body, _city_of_json(body, limits)


def _city_of_json(body: Any, limits: Limits) -> City:
    policy = policy_of(body.options)
    raw = prepared(body.problem, body.crs.value, limits, located=LOCATED)

    def judge(part: dict[str, Any]) -> tuple[PlacesProblem, tuple[Finding, ...]]:
        problem = places_problem_from_json(part)
        return problem, _valid(problem, policy, body)

    problem, warnings, written = judged_with_skipping(raw, judge, body.on_error)
    return City(problem, policy, warnings, written)


def _city_of_tables(upload: Upload, body: Any, limits: Limits) -> City:
    policy = policy_of(body.options)
    with written_tables(upload) as path:
        # The limits of any upload: those of a city's own tables would let two gigabytes be unpacked.
        tables = read_places_tables(path, options=DEFAULT_OPTIONS, allocation=body.task is Task.ALLOCATE)
        require_size(tables.problem, limits)
        warnings = judged_at_cells(tables, lambda: _valid(tables.problem, policy, body))
    return City(tables.problem, policy, warnings, places_problem_to_json(tables.problem))


def _valid(problem: PlacesProblem, policy: Policy, body: Any) -> tuple[Finding, ...]:
    """The warnings about a problem; raised with the errors if there are any."""
    allocates = body.task is Task.ALLOCATE
    found = allocation_findings(problem, policy, body.options.rule) if allocates else validate_places(problem)
    if has_errors(found):
        raise InputError(found)
    return found


def policy_of(options: PlacesOptions) -> Policy:
    """The policy that is named or given, with the entry date asked for."""
    try:
        if options.policy_body is None:
            policy = shipped_policy(options.policy)
        else:
            policy = policy_of_bytes(options.policy_body.encode("utf-8"), where="policy_body")
    except InputError as error:
        raise Refusal(invalid(prefixed(error.findings, "options"))) from error
    if options.entry_date is None:
        return policy
    try:
        return replace(policy, entry_date=date.fromisoformat(options.entry_date))
    except ValueError as error:
        why = str(error)
        raise Refusal(invalid([service_finding("S009", "options.entry_date", name="entry_date", why=why)])) from error


def plan_options(task: Task, options: PlacesOptions) -> Any:
    """The options of pairing, grouping or siting; ``None`` for an allocation."""
    if task is Task.ALLOCATE:
        return None
    target: type[Any] = {Task.PAIR: PairOptions, Task.CLUSTER: ClusterOptions, Task.SITE: SiteOptions}[task]
    raw = dict(getattr(options, task.value))
    if task is Task.PAIR:
        raw |= {} if options.pairs is None else {"pairs": options.pairs}
        if options.per_institution is not None:
            raw |= {"max_left": options.per_institution, "max_right": options.per_institution}
    wire: type[Entity] = _OPTION_CLASSES[target]
    try:
        return wire.model_validate(raw).build()
    except ValidationError as error:
        findings = prefixed(findings_of(error, raw, wire), f"options.{task.value}")
        raise Refusal(invalid(findings)) from error
    except ValueError as error:
        finding = service_finding("S009", f"options.{task.value}", name=task.value, why=str(error))
        raise Refusal(invalid([finding])) from error


def _require_official(options: PlacesOptions, policy: Policy) -> None:
    if not options.official:
        return
    faults = []
    if not policy.is_official:
        faults.append(service_finding("S015", "options.policy"))
    for name in ("seed", "seed_source"):
        if not getattr(options, name):
            faults.append(service_finding("S016", f"options.{name}", name=name))
    if faults:
        raise Refusal(invalid(faults))
