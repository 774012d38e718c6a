"""What every body has in common: strict reading, limits, ``crs``, ``ext``, and rows that may be skipped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.findings import finding_json
from api.kinds.refusal import Refusal, Refused, invalid, prefixed, service_finding, too_large
from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.io.json_text import parse_json_object
from optimizer.io.wire_findings import findings_of

__all__ = [
    "MAX_EXT_BYTES",
    "Limits",
    "OnError",
    "Strict",
    "WholeProblem",
    "all_findings",
    "judged_with_skipping",
    "parsed",
    "prepared",
    "validated",
]

MAX_EXT_BYTES = 2_048
WHOLE_BODY = "request body"
"""Where a finding about all of it is; no member of it has such a name, so its pointer is the whole document's."""
_ROW = re.compile(r"^(\w+)\[(\d+)\]")
_MOST_ROUNDS = 12

Model = TypeVar("Model", bound=BaseModel)
Whole = TypeVar("Whole")


class Strict(BaseModel):
    """Base of the bodies: unknown fields are refused, nothing is converted, numbers are finite."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class CoordinateWord(StrEnum):
    """The systems that coordinates may be given in."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


class OnError(StrEnum):
    """``reject``: one wrong row and nothing is done. ``skip_rows``: wrong rows are left out and named in the answer."""

    REJECT = "reject"
    SKIP_ROWS = "skip_rows"


class WholeProblem(Strict):
    """The members of every body that holds a problem."""

    crs: Annotated[CoordinateWord, Field(strict=False, description="system of all coordinates; never guessed")]
    problem: dict[str, Any]
    on_error: Annotated[OnError, Field(strict=False)] = OnError.REJECT


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The caps that input is judged by; rows of tables by their name in the body."""

    rows: Mapping[str, int]
    time_limit_s: float
    default_time_limit_s: float
    workers: int


def parsed(data: bytes, model: type[Model]) -> tuple[Model, dict[str, Any]]:
    """A body as its model, and as it was written.

    Raises
    ------
    Refusal
        With every finding.
    """
    try:
        raw = parse_json_object(data, where=WHOLE_BODY)
    except InputError as error:
        raise Refusal(invalid(error.findings)) from error
    return validated(raw, model), raw


def validated(raw: dict[str, Any], model: type[Model]) -> Model:
    """A JSON object as its model."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        findings = findings_of(error, raw, model)
        if "crs" in model.model_fields and "crs" not in raw:
            findings = [finding for finding in findings if finding.where != "crs"]
            findings.insert(0, service_finding("S001", "crs"))
        raise Refusal(invalid(findings)) from error


def all_findings(warnings_of: Callable[[], tuple[Finding, ...]]) -> dict[str, Any] | Refused:
    """Errors and warnings alike; a body that cannot be read at all is refused.

    Parameters
    ----------
    warnings_of
        Reads the body: returns its warnings, or raises :class:`Refusal`.
    """
    try:
        found = warnings_of()
    except Refusal as refusal:
        refused = refusal.refused
        if refused.kind != "invalid":
            return refused
        return {"valid": False, "findings": [finding_json(finding) for finding in refused.errors]}
    return {"valid": True, "findings": [finding_json(finding) for finding in found]}


def prepared(raw: dict[str, Any], crs: str, limits: Limits, *, located: tuple[str, ...]) -> dict[str, Any]:
    """The problem with its coordinate system written out, once its size and its ``ext`` have been found fit.

    Parameters
    ----------
    located
        The lists whose rows have coordinates.
    """
    for name, limit in limits.rows.items():
        rows = raw.get(name)
        if isinstance(rows, list) and len(rows) > limit:
            raise Refusal(too_large(name, len(rows), limit))
    findings = list(_large_ext(raw, "problem"))
    if findings:
        raise Refusal(invalid(findings))
    problem = dict(raw)
    for name in located:
        if isinstance(problem.get(name), list):
            problem[name] = [_with_system(row, crs) for row in problem[name]]
    return problem


def _with_system(row: Any, crs: str) -> Any:
    return {"system": crs, **row} if isinstance(row, dict) and ("lat" in row or "lon" in row) else row


def _large_ext(raw: dict[str, Any], where: str) -> Iterator[Finding]:
    for name, value in raw.items():
        if name == "ext":
            size = len(json.dumps(value, ensure_ascii=False).encode("utf-8"))
            if size > MAX_EXT_BYTES:
                yield service_finding("S002", f"{where}.ext", size=size, limit=MAX_EXT_BYTES)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for i, row in enumerate(value):
                if isinstance(row, dict):
                    yield from _large_ext(row, f"{where}.{name}[{i}]")


def judged_with_skipping(
    raw: dict[str, Any], judge: Callable[[dict[str, Any]], tuple[Whole, tuple[Finding, ...]]], on_error: OnError
) -> tuple[Whole, tuple[Finding, ...], dict[str, Any]]:
    """What ``judge`` makes of a problem; with ``skip_rows`` of the problem without the rows that are wrong.

    Parameters
    ----------
    judge
        Returns the whole and its warnings, or raises ``InputError``; places are relative to the problem.

    Returns
    -------
    tuple
        The whole, the warnings, among them one ``S007`` for each row that was skipped, and the problem as it was
        written, without those rows.
    """
    skipped: list[Finding] = []
    for _ in range(_MOST_ROUNDS):
        try:
            whole, warnings = judge(raw)
        except InputError as error:
            wrong = _wrong_rows(error.findings)
            if on_error is OnError.REJECT or not wrong:
                raise Refusal(invalid(prefixed(error.findings, "problem"))) from error
            skipped.extend(_skips(raw, wrong))
            raw = _without(raw, wrong)
            continue
        return whole, (*skipped, *prefixed(warnings, "problem")), raw
    raise Refusal(Refused(kind="invalid", errors=tuple(skipped), detail=_TOO_MUCH_WRONG))


_TOO_MUCH_WRONG = Text("错误过多，无法逐行跳过", "too much is wrong to be skipped row by row")


def _wrong_rows(findings: tuple[Finding, ...]) -> dict[tuple[str, int], Finding]:
    """The first error of every row; empty where an error belongs to no row."""
    wrong: dict[tuple[str, int], Finding] = {}
    for finding in findings:
        if finding.severity is not Severity.ERROR:
            continue
        row = _ROW.match(finding.where)
        if row is None:
            return {}
        wrong.setdefault((row[1], int(row[2])), finding)
    return wrong


def _skips(raw: dict[str, Any], wrong: Mapping[tuple[str, int], Finding]) -> Iterator[Finding]:
    for (name, index), finding in sorted(wrong.items()):
        row = raw[name][index]
        ids = (row["id"],) if isinstance(row, dict) and isinstance(row.get("id"), str) else finding.ids
        why = f"{finding.code} {finding.found.en}"
        yield service_finding("S007", f"problem.{name}", severity=Severity.WARNING, ids=ids, why=why)


def _without(raw: dict[str, Any], wrong: Mapping[tuple[str, int], Finding]) -> dict[str, Any]:
    return {
        name: [row for i, row in enumerate(rows) if (name, i) not in wrong] if isinstance(rows, list) else rows
        for name, rows in raw.items()
    }
