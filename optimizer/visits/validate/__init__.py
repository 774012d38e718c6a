"""Validation: every finding about a visits problem, with a number, the place, what was found and what to do.

Each rule is one function named by its code (the habit of the pragmatic format of the Rust project *vrp*). Errors stop
a run; warnings do not, least of all visits that nobody can do: they are left out with their reasons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.validate import (
    able,
    demands,
    fitting,
    ids,
    links,
    lock_times,
    locks,
    places,
    published,
    references,
    shifts,
    times,
    ways,
)
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.rule import Rule

__all__ = ["ERROR_RULES", "RULES", "Rule", "finding_index", "require_valid", "validate_problem"]

RULES: tuple[Rule, ...] = (
    *ids.RULES,
    *references.RULES,
    *times.RULES,
    *demands.RULES,
    *shifts.RULES,
    *places.RULES,
    *ways.RULES,
    *able.RULES,
    *fitting.RULES,
    *links.RULES,
    *locks.RULES,
    *lock_times.RULES,
    *published.RULES,
)
"""All rules, by subject."""

ERROR_RULES: tuple[Rule, ...] = tuple(one for one in RULES if one.severity is Severity.ERROR)
"""The rules that stop a run where they are broken."""

_NUMBER = re.compile(r"(\d+)")
_SEVERITIES = {Severity.ERROR: "错误 error", Severity.WARNING: "提醒 warning"}


def validate_problem(
    problem: Problem, travel: TravelMatrix | None, *, rules: Sequence[Rule] = RULES
) -> tuple[Finding, ...]:
    """Every finding about a problem, errors and warnings, sorted by place and code.

    Parameters
    ----------
    problem
        The day, with values of the right types; any values.
    travel
        Its travel matrix; ``None`` where it is still to be computed, for which every place needs coordinates.
        A given matrix may lack modes that are to be computed from coordinates.
        Without it, what depends on travel (places that cannot be reached) is not looked for.
    rules
        What is looked for.
    """
    context = Context(problem, travel)
    findings = [finding for rule in rules for finding in rule.findings(context)]
    return tuple(sorted(findings, key=_by_place))


def require_valid(problem: Problem, travel: TravelMatrix | None) -> tuple[Finding, ...]:
    """The warnings about a problem.

    Raises
    ------
    InputError
        There is an error; holds all findings.
    """
    findings = validate_problem(problem, travel)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise InputError(findings)
    return findings


def finding_index() -> str:
    """The table of all codes in Markdown, Chinese and English."""
    rows = ["| code | | 发现 found | 怎么办 what to do |", "|---|---|---|---|"]
    for rule in sorted(RULES, key=lambda one: one.code):
        found, action = (f"{text.zh}<br>{text.en}" for text in (rule.title, rule.action))
        rows.append(f"| {rule.code} | {_SEVERITIES[rule.severity]} | {found} | {action} |")
    return "\n".join(rows) + "\n"


def _by_place(finding: Finding) -> tuple[list[str | int], str]:
    """``visits[2]`` before ``visits[17]``: numbers are compared as numbers."""
    parts = _NUMBER.split(finding.where)
    return [int(part) if k % 2 else part for k, part in enumerate(parts)], finding.code
