"""The description of the interface: bodies that the routes read themselves, this server's own limits, the refusals that
all have, and links from an answer to what can be asked next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.bodies import Parts
from api.kinds.envelope import Limits
from api.kinds.tasks import Task
from api.problems import PROBLEM_JSON
from api.schemas import SCHEMA_REF

__all__ = ["accepts", "describe"]

_MEANINGS = {
    "400": "It cannot be read.",
    "401": "No valid key; how to make one.",
    "403": "The key does not permit it, or the origin is not allowed.",
    "404": "Not there, or another tenant's.",
    "405": "Not that method.",
    "406": "Not in that format.",
    "409": "Not in this state, or the idempotency key was used with another body.",
    "413": "Too large; with count and limit.",
    "415": "Not that type of content.",
    "421": "That host name is not answered.",
    "422": "The content is wrong; every finding.",
    "429": "Too many; with count, limit, and Retry-After.",
    "503": "Not for the moment; Retry-After.",
}


def accepts(name: str, form: Parts | None = None) -> dict[str, Any]:
    """The part of a route's description that tells its body.

    Parameters
    ----------
    form
        The parts of a form that may be sent instead of JSON.
    """
    content: dict[str, Any] = {"application/json": {"schema": {"$ref": SCHEMA_REF.format(model=f"{name}Shape")}}}
    if form is not None:
        content["multipart/form-data"] = {"schema": _form_schema(form)}
    return {"requestBody": {"required": True, "content": content}}


_JSON_TEXT = {"type": "string", "contentMediaType": "application/json"}
_PARTS: dict[str, Any] = {
    "tables": {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "format": "binary"},
        "description": "one workbook (.xlsx), or CSV files named as its sheets",
    },
    "matrix": {"type": "string", "format": "binary", "description": "travel times: .npy, .csv or .json"},
    "problem": _JSON_TEXT,
    "options": _JSON_TEXT,
    "crs": {"type": "string", "enum": ["WGS-84", "GCJ-02", "BD-09"]},
    "on_error": {"type": "string", "enum": ["reject", "skip_rows"]},
    "webhook": {"type": "string"},
    "date": {"type": "string", "format": "date", "description": "the day to plan, for tables"},
    "task": {"type": "string", "enum": [task.value for task in Task]},
}


def _form_schema(form: Parts) -> dict[str, Any]:
    always = ["task"] if "task" in form.fields else []
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "tables, or problem and crs; JSON texts in the parts problem and options",
        "properties": {name: _PARTS[name] for name in form.names},
        "anyOf": [{"required": [*always, "tables"]}, {"required": [*always, "problem", "crs"]}],
    }


def describe(
    app: FastAPI, bodies: Mapping[str, Any], examples: Mapping[str, Any], limits: Limits, *, prefix: str
) -> dict[str, Any]:
    """The whole OpenAPI document.

    Parameters
    ----------
    bodies
        Schemas of what the routes read themselves, by name.
    examples
        A body for each of the shapes; tests send every one of them.
    limits
        What this server takes.
    prefix
        Path under which a proxy shows the service.
    """
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=[{"url": prefix}] if prefix else None,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= bodies
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _add_limits(schemas, limits)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _add_refusals(operation, path)
            _add_examples(operation, examples, limits)
            _add_links(operation)
    return document


def _add_limits(schemas: dict[str, Any], limits: Limits) -> None:
    """Let the document say what would be refused with 413 or ``S005``."""
    for name in ("WireProblemFile", "WirePlacesProblemFile"):
        rows = schemas[name]["properties"]
        for table in rows.keys() & limits.rows.keys():
            rows[table]["maxItems"] = limits.rows[table]
    for name in ("VisitsOptions", "PlacesOptions"):
        schemas[name]["properties"]["time_limit_s"]["anyOf"][0]["maximum"] = limits.time_limit_s
    schemas["VisitsOptions"]["properties"]["workers"]["maximum"] = limits.workers


_OF_JOB = (
    "get_job", "get_result", "get_incumbent", "stream_events", "stop_job", "keep_job", "forget_job",
)  # fmt: skip
_FIRST_SUBJECT = {
    "ask_for_visits": "$request.body#/problem/visits/0/id",
    "ask_for_places": "$request.body#/problem/applicants/0/id",
}
_LINKS: Mapping[str, Mapping[str, Any]] = {
    "list_instances": {"get_instance": {"parameters": {"name": "$response.body#/items/0"}}},
    "list_problems": {"get_problem": {"parameters": {"kind": "$response.body#/items/0/kind"}}},
    "make_token": {"begin_session": {"requestBody": {"token": "$response.body#/token"}}},
    **{
        name: {
            **{linked: {"parameters": {"job_id": "$response.body#/id"}} for linked in _OF_JOB},
            "explain": {"parameters": {"job_id": "$response.body#/id", "subject": subject}},
        }
        for name, subject in _FIRST_SUBJECT.items()
    },
}


def _add_links(operation: dict[str, Any]) -> None:
    links = _LINKS.get(operation["operationId"], {})
    for status, answer in operation["responses"].items():
        if links and status.startswith("2"):
            answer["links"] = {name: {"operationId": name, **one} for name, one in links.items()}


def _add_refusals(operation: dict[str, Any], path: str) -> None:
    answer = {PROBLEM_JSON: {"schema": {"$ref": SCHEMA_REF.format(model="ProblemBody")}}}
    for status, meaning in _MEANINGS.items():
        if status == "503" and path.startswith("/health/"):
            continue
        operation["responses"][status] = {"description": meaning, "content": answer}


def _add_examples(operation: dict[str, Any], examples: Mapping[str, Any], limits: Limits) -> None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    if name in examples:
        content["example"] = _within(examples[name], limits)


def _within(example: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """The example as this server takes it."""
    options = example.get("options", {})
    if options.get("time_limit_s", 0.0) <= limits.time_limit_s:
        return example
    return {**example, "options": {**options, "time_limit_s": limits.time_limit_s}}
