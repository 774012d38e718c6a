"""Does what a stored places job asks for, and answers questions about results."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from api.findings import finding_json
from api.kinds.envelope import Limits, all_findings
from api.kinds.places_input import (
    DEFAULT_SEED,
    PlacesBody,
    PlacesOptions,
    city_of_body,
    plan_options,
    policy_of,
)
from api.kinds.refusal import Refusal, Refused, invalid, prefixed
from api.kinds.tasks import Task
from api.kinds.upload import Upload
from api.kinds.visits_run import Watch
from api.store.packing import unpack
from api.work.deadline import solving_s
from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.places_json import allocation_from_json, allocation_to_json, places_problem_from_json
from optimizer.io.places_plan_json import places_plan_from_json, places_plan_to_json
from optimizer.places.allocate import allocate_places
from optimizer.places.cluster import ClusterResult, cluster_institutions
from optimizer.places.explain import explain_applicant
from optimizer.places.model import PlacesProblem
from optimizer.places.pairing import PairResult, pair_institutions
from optimizer.places.policy import Policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.cluster_check import check_groups
from optimizer.places.referee.pair_check import check_pairs
from optimizer.places.referee.site_check import check_sites
from optimizer.places.site import SiteResult, site_places

__all__ = ["PlacesCheckBody", "check_places", "explain_stored_applicant", "run_places", "validate_places"]

STAGES_OF_SITE = 6


class PlacesCheckBody(PlacesBody):
    """A city's tables and a result for them, made by anybody."""

    result: dict[str, Any]


def run_places(body: bytes, _matrix: bytes | None, watch: Watch) -> dict[str, Any]:
    """Allocate, pair, group or site; the result as JSON."""
    with _no_search_for_cycles():
        return _run(body, watch)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """A city is millions of objects without a cycle: to go through them again and again took a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _run(body: bytes, watch: Watch) -> dict[str, Any]:
    raw = unpack(body)
    problem = places_problem_from_json(raw["problem"])
    options = PlacesOptions.model_validate(raw["options"])
    left_s = max(0.5, 0.9 * solving_s(watch.limit_s, watch.clock.seconds()) - watch.clock.seconds())
    watch.entered()
    made, status = _solved(Task(raw["task"]), problem, options, left_s)
    return {
        "kind": "places",
        "task": raw["task"],
        "status": status,
        "stop_reason": "done",
        "result": made,
        "official": bool(made.get("official", False)) and options.official,
        "seed": options.seed or DEFAULT_SEED,
        "seed_source": options.seed_source,
        "seconds": round(watch.clock.seconds(), 3),
        "warnings": raw["warnings"],
        "ext": _ext_of(problem),
    }


def _solved(task: Task, problem: PlacesProblem, options: PlacesOptions, left_s: float) -> tuple[dict[str, Any], str]:
    chosen = plan_options(task, options)
    if task is Task.ALLOCATE:
        seed = options.seed or DEFAULT_SEED
        allocated = allocate_places(problem, policy_of(options), rule=options.rule, seed=seed)
        return allocation_to_json(allocated), allocated.status.value
    result: PairResult | ClusterResult | SiteResult
    if task is Task.PAIR:
        result = pair_institutions(problem, chosen)
    elif task is Task.CLUSTER:
        result = cluster_institutions(problem, chosen, time_limit_s=left_s)
    else:
        result = site_places(problem, replace(chosen, time_limit_s=left_s / STAGES_OF_SITE))
    return places_plan_to_json(result, problem), result.status.value


def validate_places(data: bytes | Upload, limits: Limits) -> dict[str, Any] | Refused:
    """All findings about a problem, errors and warnings."""
    return all_findings(lambda: city_of_body(data, limits, PlacesBody)[1].warnings)


def check_places(data: bytes, limits: Limits) -> dict[str, Any] | Refused:
    """What the checker, which shares no code with the solvers, finds wrong with a result."""
    try:
        body, city = city_of_body(data, limits, PlacesCheckBody)
        try:
            findings = _checked(city.problem, city.policy, body.task, body.result)
        except InputError as error:
            raise Refusal(invalid(prefixed(error.findings, "result"))) from error
    except Refusal as refusal:
        return refusal.refused
    return {"valid": not findings, "findings": [finding_json(finding) for finding in findings]}


def _checked(problem: PlacesProblem, policy: Policy, task: Task, raw: dict[str, Any]) -> tuple[Finding, ...]:
    if task is Task.ALLOCATE:
        return check_allocation(problem, policy, allocation_from_json(raw))
    result = places_plan_from_json(raw)
    if isinstance(result, PairResult):
        return check_pairs(problem, result)
    if isinstance(result, ClusterResult):
        return check_groups(problem, result)
    return check_sites(problem, result)


def explain_stored_applicant(body: bytes, result: bytes, subject: str) -> dict[str, Any] | Refused:
    """Why an applicant has this place, or none."""
    raw, stored = unpack(body), json.loads(result)
    if raw["task"] != Task.ALLOCATE.value:
        return Refused(kind="not-found")
    problem = places_problem_from_json(raw["problem"])
    policy = policy_of(PlacesOptions.model_validate(raw["options"]))
    try:
        answer = explain_applicant(problem, policy, allocation_from_json(stored["result"]), subject)
    except InputError:
        return Refused(kind="not-found")
    shown: dict[str, Any] = json.loads(json.dumps(asdict(answer), default=_plain))
    return shown


def _plain(value: Any) -> Any:
    return {"zh": value.zh, "en": value.en} if isinstance(value, Text) else str(value)


def _ext_of(problem: PlacesProblem) -> dict[str, Any]:
    kinds = ("applicants", "institutions", "areas", "candidates")
    found = {name: {one.id: dict(one.ext) for one in getattr(problem, name) if one.ext} for name in kinds}
    kept: dict[str, Any] = {name: rows for name, rows in found.items() if rows}
    return {**kept, "problem": dict(problem.ext)} if problem.ext else kept
