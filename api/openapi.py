"""The description of the interface: bodies that the routes read themselves, and the refusals that all have."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.kinds.places_input import PlacesBody
from api.kinds.places_run import PlacesCheckBody
from api.kinds.visits_input import VisitsBody
from api.kinds.visits_questions import VisitsCheckBody
from api.problems import PROBLEM_JSON
from api.schemas import ProblemBody
from optimizer.io.places_json import WirePlacesFile
from optimizer.io.plan_json import WirePlan
from optimizer.io.problem_json import WireProblemFile

__all__ = ["accepts", "describe"]

_REF = "#/components/schemas/{model}"
_MEANINGS = {
    "400": "It cannot be read.",
    "401": "No valid key; how to make one.",
    "403": "The key does not permit it, or the origin is not allowed.",
    "404": "Not there, or another tenant's.",
    "405": "Not that method.",
    "409": "Not in this state, or the idempotency key was used with another body.",
    "413": "Too large; with count and limit.",
    "415": "Not that type of content.",
    "421": "That host name is not answered.",
    "422": "The content is wrong; every finding.",
    "429": "Too many; with count, limit, and Retry-After.",
    "503": "Not for the moment; Retry-After.",
}


class VisitsBodyShape(VisitsBody):
    """A day of visits and how to plan it."""

    problem: WireProblemFile  # type: ignore[assignment]


class VisitsCheckShape(VisitsCheckBody):
    """A day and a plan for it."""

    problem: WireProblemFile  # type: ignore[assignment]
    plan: WirePlan  # type: ignore[assignment]


class PlacesBodyShape(PlacesBody):
    """A city's tables and what to do with them."""

    problem: WirePlacesFile  # type: ignore[valid-type]


class PlacesCheckShape(PlacesCheckBody):
    """A city's tables and a result for them."""

    problem: WirePlacesFile  # type: ignore[valid-type]


_SHAPES = {
    "VisitsBody": VisitsBodyShape,
    "VisitsCheckBody": VisitsCheckShape,
    "PlacesBody": PlacesBodyShape,
    "PlacesCheckBody": PlacesCheckShape,
}


def accepts(name: str, *, forms: bool = False) -> dict[str, Any]:
    """The part of a route's description that tells its body."""
    content: dict[str, Any] = {"application/json": {"schema": {"$ref": _REF.format(model=_SHAPES[name].__name__)}}}
    if forms:
        content["multipart/form-data"] = {"schema": _FORM}
    return {"requestBody": {"required": True, "content": content}}


_FORM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "description": "tables, or problem and crs; JSON texts in the parts problem and options",
    "properties": {
        "tables": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "one workbook (.xlsx), or CSV files named as its sheets",
        },
        "matrix": {"type": "string", "format": "binary", "description": "travel times: .npy, .csv or .json"},
        "problem": {"type": "string", "contentMediaType": "application/json"},
        "options": {"type": "string", "contentMediaType": "application/json"},
        "crs": {"type": "string", "enum": ["WGS-84", "GCJ-02", "BD-09"]},
        "on_error": {"type": "string", "enum": ["reject", "skip_rows"]},
        "webhook": {"type": "string"},
        "date": {"type": "string", "format": "date", "description": "the day to plan, for tables"},
    },
}


def describe(app: FastAPI, examples: dict[str, Any]) -> dict[str, Any]:
    """The whole OpenAPI document.

    Parameters
    ----------
    examples
        A body for each of the shapes; tests send every one of them.
    """
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    pairs: list[Any] = [(shape, "validation") for shape in (*_SHAPES.values(), ProblemBody)]
    _, definitions = models_json_schema(pairs, ref_template=_REF)
    schemas |= definitions["$defs"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for methods in document["paths"].values():
        for operation in methods.values():
            _add_refusals(operation)
            _add_examples(operation, examples)
    return document


def _add_refusals(operation: dict[str, Any]) -> None:
    answer = {PROBLEM_JSON: {"schema": {"$ref": _REF.format(model="ProblemBody")}}}
    for status, meaning in _MEANINGS.items():
        if status == "503" and "/health/" in operation["operationId"]:
            continue
        operation["responses"][status] = {"description": meaning, "content": answer}


def _add_examples(operation: dict[str, Any], examples: dict[str, Any]) -> None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    if name in examples:
        content["example"] = examples[name]
