"""careplan's own JSON of a problem: ``read(write(problem)) == problem`` for every problem.

The published schema is ``schema/problem.schema.json``; times are ``HH:MM[:SS[.f]][+1]``, lengths are seconds, dates ISO
8601, and an ``ext`` object on the entities is carried through untouched. Fields that hold their default may be absent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from optimizer.common.errors import Finding, InputError, OutputError
from optimizer.common.language import Text
from optimizer.io.clock_text import TICKS_PER_S_LIMIT
from optimizer.io.files import read_input, write_output
from optimizer.io.json_text import json_bytes, parse_json_object
from optimizer.io.matrix_json import WireMatrix, matrix_from_wire, matrix_to_json
from optimizer.io.problem_file import ProblemFile
from optimizer.io.problem_wire import WIRE_OF_MODEL, WireProblem
from optimizer.io.wire import to_wire
from optimizer.io.wire_findings import findings_of, shown
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem

__all__ = [
    "SCHEMA_VERSION",
    "check_schema_version",
    "problem_from_json",
    "problem_to_json",
    "read_problem_json",
    "write_problem_json",
]

SCHEMA_VERSION = 1
"""Version of the own JSON files; a reader refuses what it does not know."""


class WireProblemFile(WireProblem):
    """A problem of one planning day, as careplan reads and writes it."""

    model_config = ConfigDict(title="careplan problem")

    schema_version: int = Field(ge=SCHEMA_VERSION, le=SCHEMA_VERSION)
    matrix: WireMatrix | None = None


def read_problem_json(source: bytes | Path) -> ProblemFile:
    """The problem of a file (plain or gzip-compressed), or of its bytes.

    Raises
    ------
    InputError
        Everything that is wrong with the file, each with its place (``visits[17].windows[0].earliest``).
    """
    if isinstance(source, Path):
        raw = parse_json_object(read_input(source), where=str(source))
        return problem_from_json(raw, source=source)
    return problem_from_json(parse_json_object(source, where="JSON"))


def problem_from_json(raw: dict[str, Any], *, source: Path | None = None) -> ProblemFile:
    """The problem of a JSON object.

    Parameters
    ----------
    source
        The file it came from: a matrix file is looked for beside it.

    Raises
    ------
    InputError
        As :func:`read_problem_json`.
    """
    check_schema_version(raw)
    ticks_per_s = _ticks_per_s(raw)
    try:
        wire = WireProblemFile.model_validate(raw, context={"ticks_per_s": ticks_per_s})
    except ValidationError as error:
        raise InputError(findings_of(error, raw, WireProblemFile)) from error
    problem: Problem = wire.build()
    matrix, matrix_file = matrix_from_wire(wire.matrix, problem, beside=source)
    return ProblemFile(
        problem=problem,
        format="careplan",
        matrix=matrix,
        matrix_file=matrix_file,
        sources=tuple(path for path in (source, matrix_file) if path is not None),
    )


def problem_to_json(
    problem: Problem, *, matrix: TravelMatrix | None = None, matrix_file: str | None = None
) -> dict[str, Any]:
    """The JSON object of a problem.

    Parameters
    ----------
    matrix, matrix_file
        A travel matrix to embed, or the name of a matrix file to refer to (at most one of them).

    Raises
    ------
    ValueError
        ``ticks_per_s`` does not divide a million, or both matrices are given.
    """
    if TICKS_PER_S_LIMIT % problem.ticks_per_s:
        raise ValueError(f"ticks_per_s: expected a divisor of {TICKS_PER_S_LIMIT:,}, got {problem.ticks_per_s}")
    if matrix is not None and matrix_file is not None:
        raise ValueError("matrix, matrix_file: give one of them")
    raw = {"schema_version": SCHEMA_VERSION, **to_wire(problem, WIRE_OF_MODEL, problem.ticks_per_s)}
    if matrix is not None:
        raw["matrix"] = matrix_to_json(matrix, problem.ticks_per_s)
    if matrix_file is not None:
        raw["matrix"] = {"file": matrix_file}
    return raw


def write_problem_json(
    problem: Problem,
    path: Path,
    *,
    matrix: TravelMatrix | None = None,
    matrix_file: str | None = None,
    inputs: tuple[Path, ...] = (),
) -> None:
    """Write a problem to a file, whole or not at all; never over one of the ``inputs``.

    Raises
    ------
    OutputError
        The file cannot be written, or the problem holds what JSON has no text for (NaN in an ``ext``).
    """
    try:
        data = json_bytes(problem_to_json(problem, matrix=matrix, matrix_file=matrix_file))
    except ValueError as error:
        text = Text(
            f"{path}: 内容无法写成 JSON({error});请改正该值",
            f"{path}: cannot be written as JSON ({error}); correct the value",
        )
        raise OutputError(text) from error
    write_output(path, data, inputs=inputs)


def check_schema_version(raw: dict[str, Any]) -> None:
    """Refuse a file of another schema version before anything else in it is judged.

    Raises
    ------
    InputError
        ``T120``: the version is missing or not known.
    """
    version = raw.get("schema_version")
    if type(version) is int and version == SCHEMA_VERSION:
        return
    found = (
        Text("缺少 schema_version", "schema_version is missing")
        if version is None
        else Text(f"不认识的版本 {shown(version)}", f"unknown version {shown(version)}")
    )
    action = Text(
        f"请写 {SCHEMA_VERSION};如文件来自更新的 careplan,请先升级",
        f"write {SCHEMA_VERSION}; if a newer careplan wrote the file, update this one first",
    )
    raise InputError([Finding(code="T120", where="schema_version", found=found, action=action)])


def _ticks_per_s(raw: dict[str, Any]) -> int:
    """Ticks in a second as written, 1 where that is not a whole number (which the wire class then reports)."""
    value = raw.get("ticks_per_s", 1)
    if type(value) is not int or not 1 <= value <= TICKS_PER_S_LIMIT:
        return 1
    if TICKS_PER_S_LIMIT % value:
        found = Text(f"{value} 除不尽 1,000,000", f"{value} does not divide 1,000,000")
        action = Text("请写 1、10、100 或 1000", "write 1, 10, 100 or 1000")
        raise InputError([Finding(code="T118", where="ticks_per_s", found=found, action=action)])
    return value
