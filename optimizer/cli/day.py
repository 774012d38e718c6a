"""Reading a day for a command: the problem, its travel matrix, and every finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from optimizer.cli.console import print_findings
from optimizer.common.errors import Finding, InputError, Severity, TravelError
from optimizer.common.language import Text
from optimizer.io.recognise import Format, read_plan, read_problem
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan
from optimizer.visits.travel import problem_travel
from optimizer.visits.validate import validate_problem

__all__ = ["LoadedDay", "load_day", "read_plan"]


@dataclass(frozen=True, kw_only=True)
class LoadedDay:
    """A valid day: the problem, its travel matrix, the objective of its format, warnings, the files that were read."""

    problem: Problem
    travel: TravelMatrix
    objective: str | None
    warnings: tuple[Finding, ...]
    inputs: tuple[Path, ...]


def load_day(path: Path, format_: Format | None, day: datetime | None) -> LoadedDay:
    """Read and validate a day, and print its warnings.

    Raises
    ------
    InputError
        With every finding, if one of them is an error.
    """
    file = read_problem(path, format_=format_, day=None if day is None else day.date())
    _require(file.warnings, validate_problem(file.problem, file.matrix), file.locate)
    try:
        travel = problem_travel(file.problem, given=file.matrix, with_metres=True)
    except TravelError as error:
        raise InputError([_travel_finding(path, error)]) from error
    warnings = _require(file.warnings, validate_problem(file.problem, travel), file.locate)
    print_findings(warnings)
    return LoadedDay(
        problem=file.problem, travel=travel, objective=file.objective, warnings=warnings, inputs=(path, *file.sources)
    )


def _require(
    read: tuple[Finding, ...], judged: tuple[Finding, ...], locate: Callable[[str], str]
) -> tuple[Finding, ...]:
    """All findings at the place a person knows them by; raised if one of them is an error."""
    findings = read + tuple(replace(finding, where=locate(finding.where)) for finding in judged)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise InputError(findings)
    return findings


def _travel_finding(path: Path, error: TravelError) -> Finding:
    return Finding(
        code="T301",
        where=str(path),
        found=Text(f"路程时间无法得到：{error}", f"travel times cannot be had: {error}"),
        action=Text("请补齐坐标，或给出完整的路程矩阵", "give every place coordinates, or give a whole matrix"),
    )
