"""The published JSON Schemas of careplan's own files, made from the wire classes; ``schema/`` holds them as files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from optimizer.io.files import write_output
from optimizer.io.plan_json import WirePlan
from optimizer.io.problem_json import WireProblemFile

__all__ = ["SCHEMA_FILES", "make_schema", "published_schema", "schema_text", "write_schemas"]

SCHEMA_FILES: Mapping[str, type[BaseModel]] = {"problem": WireProblemFile, "plan": WirePlan}
"""The wire class behind each ``schema/NAME.schema.json``."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def make_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an own file, made anew from its wire class.

    Parameters
    ----------
    name
        ``"problem"`` or ``"plan"``.
    """
    schema = SCHEMA_FILES[name].model_json_schema(by_alias=True, mode="validation")
    return {"$schema": _DIALECT, **_renamed(schema)}


def schema_text(name: str) -> str:
    """The text of the published file."""
    return json.dumps(make_schema(name), ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every published file anew; ``python -m optimizer.io.json_schema`` does so in the source tree."""
    for name in SCHEMA_FILES:
        write_output(folder / f"{name}.schema.json", schema_text(name).encode("utf-8"))


def published_schema(name: str) -> dict[str, Any]:
    """The schema as it is shipped."""
    text = files("optimizer.io.schema").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _renamed(value: Any) -> Any:
    """Class names without ``Wire``, and without the titles that only repeat a field's name."""
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if isinstance(value, str):
        return value.replace("#/$defs/Wire", "#/$defs/")
    if not isinstance(value, dict):
        return value
    dropped = "title" if "type" in value or "anyOf" in value or "$ref" in value else ""
    kept = {key: item for key, item in value.items() if key != dropped or str(item).startswith("careplan")}
    return {key.removeprefix("Wire"): _renamed(item) for key, item in kept.items()}


if __name__ == "__main__":
    write_schemas(Path(__file__).parent / "schema")
