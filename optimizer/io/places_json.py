"""careplan's own JSON of a places problem and of an allocation; what is written reads back the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, create_model

from optimizer.common.errors import InputError, OutputError
from optimizer.common.language import Text
from optimizer.io.files import read_input, write_output
from optimizer.io.json_text import json_bytes, parse_json_object
from optimizer.io.problem_json import SCHEMA_VERSION, check_schema_version
from optimizer.io.wire import Entity, to_wire
from optimizer.io.wire_classes import wire_classes
from optimizer.io.wire_findings import findings_of
from optimizer.places.model import PlacesProblem
from optimizer.places.result import AllocationResult

__all__ = [
    "MAX_PLACES_BYTES",
    "allocation_from_json",
    "allocation_to_json",
    "places_problem_from_json",
    "places_problem_to_json",
    "read_allocation_json",
    "write_allocation_json",
    "write_places_problem_json",
]

MAX_PLACES_BYTES = 400_000_000
"""Largest places file that is read; 300,000 applicants with ten choices take some 100 MB."""

_CLASSES = wire_classes(PlacesProblem, AllocationResult)


def _file_class(target: type[Any], title: str) -> type[Entity]:
    return create_model(
        f"Wire{target.__name__}File",
        __base__=_CLASSES[target],
        schema_version=(int, Field(ge=SCHEMA_VERSION, le=SCHEMA_VERSION)),
        __doc__=f"{title}.",
    )


WirePlacesFile = _file_class(PlacesProblem, "careplan places problem")
WireAllocationFile = _file_class(AllocationResult, "careplan allocation")


def places_problem_from_json(raw: dict[str, Any]) -> PlacesProblem:
    """The problem of a JSON object.

    Raises
    ------
    InputError
        Everything that is wrong with it, each with its place (``applicants[17].birth_date``).
    """
    problem: PlacesProblem = _validated(raw, WirePlacesFile)
    return problem


def places_problem_to_json(problem: PlacesProblem) -> dict[str, Any]:
    """The JSON object of a problem; fields that hold their default are left out."""
    return {"schema_version": SCHEMA_VERSION, **to_wire(problem, _CLASSES, 1)}


def write_places_problem_json(problem: PlacesProblem, path: Path, *, inputs: tuple[Path, ...] = ()) -> None:
    """Write a problem to a file, whole or not at all.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    _write(places_problem_to_json(problem), path, inputs)


def read_allocation_json(path: Path) -> AllocationResult:
    """An allocation from its file.

    Raises
    ------
    InputError
        Everything that is wrong with the file.
    """
    return allocation_from_json(parse_json_object(read_input(path, max_bytes=MAX_PLACES_BYTES), where=str(path)))


def allocation_from_json(raw: dict[str, Any]) -> AllocationResult:
    """The allocation of a JSON object; see :func:`read_allocation_json`."""
    result: AllocationResult = _validated(raw, WireAllocationFile)
    return result


def allocation_to_json(result: AllocationResult) -> dict[str, Any]:
    """The JSON object of an allocation; fields that hold their default are left out."""
    return {"schema_version": SCHEMA_VERSION, **to_wire(result, _CLASSES, 1)}


def write_allocation_json(result: AllocationResult, path: Path, *, inputs: tuple[Path, ...] = ()) -> None:
    """Write an allocation to a file, whole or not at all.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    _write(allocation_to_json(result), path, inputs)


def _validated(raw: dict[str, Any], wire: type[Entity]) -> Any:
    check_schema_version(raw)
    try:
        return wire.model_validate(raw).build()
    except ValidationError as error:
        raise InputError(findings_of(error, raw, wire)) from error


def _write(raw: dict[str, Any], path: Path, inputs: tuple[Path, ...]) -> None:
    try:
        data = json_bytes(raw)
    except ValueError as error:
        text = Text(
            f"{path}: 内容无法写成 JSON({error})",
            f"{path}: cannot be written as JSON ({error})",
        )
        raise OutputError(text) from error
    write_output(path, data, inputs=inputs)
