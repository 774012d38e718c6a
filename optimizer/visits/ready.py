"""A day made ready for planning: validated, with its travel matrix."""

from __future__ import annotations

from optimizer.common.errors import Finding, InputError, Severity, TravelError
from optimizer.common.language import Text
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.travel import problem_travel
from optimizer.visits.validate import ERROR_RULES, validate_problem

__all__ = ["ready_day"]


def ready_day(
    problem: Problem, *, given: TravelMatrix | None = None, with_metres: bool = False
) -> tuple[TravelMatrix, tuple[Finding, ...]]:
    """The travel matrix of a day, and every warning about it.

    What can only be a warning (visits that nobody can do, the dearest part of validation) is looked for once, when the
    travel times are there.

    Parameters
    ----------
    given, with_metres
        As for :func:`optimizer.visits.travel.problem_travel`.

    Raises
    ------
    InputError
        With all findings: the day holds an error, or (``T301``) its travel times cannot be had.
    """
    if _has_errors(validate_problem(problem, given, rules=ERROR_RULES)):
        raise InputError(validate_problem(problem, given))
    try:
        travel = problem_travel(problem, given=given, with_metres=with_metres)
    except TravelError as error:
        raise InputError([*validate_problem(problem, given), _no_travel(error)]) from error
    findings = validate_problem(problem, travel)
    if _has_errors(findings):
        raise InputError(findings)
    return travel, findings


def _has_errors(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _no_travel(error: TravelError) -> Finding:
    return Finding(
        code="T301",
        where="locations",
        found=Text(f"路程时间无法得到：{error}", f"travel times cannot be had: {error}"),
        action=Text("请补齐坐标，或给出完整的路程矩阵", "give every place coordinates, or give a whole matrix"),
    )
