"""Checks a places problem; findings ``P001``–``P059``, each with the place, what was found and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationRule
from optimizer.places.validate import allocation, references, values
from optimizer.places.validate.rule import Context, Rule

__all__ = ["RULES", "allocation_findings", "require_allocatable", "validate_places"]

RULES: tuple[Rule, ...] = (*references.RULES, *values.RULES, *allocation.RULES)
"""All rules, by subject."""

_NUMBER = re.compile(r"(\d+)")


def validate_places(problem: PlacesProblem) -> tuple[Finding, ...]:
    """Every finding about a problem that does not depend on what is asked of it, sorted by place and code."""
    return _found(Context(problem), (*references.RULES, *values.RULES))


def allocation_findings(problem: PlacesProblem, policy: Policy, rule: AllocationRule) -> tuple[Finding, ...]:
    """Every finding about a problem that is to be allocated by a policy and a rule."""
    return _found(Context(problem, policy, rule), RULES)


def require_allocatable(problem: PlacesProblem, policy: Policy, rule: AllocationRule) -> tuple[Finding, ...]:
    """The warnings about a problem that is to be allocated.

    Raises
    ------
    InputError
        There is an error; holds all findings.
    """
    findings = allocation_findings(problem, policy, rule)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise InputError(findings)
    return findings


def _found(context: Context, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    findings = [finding for rule in rules for finding in rule.findings(context)]
    return tuple(sorted(findings, key=_by_place))


def _by_place(finding: Finding) -> tuple[list[str | int], str]:
    parts = _NUMBER.split(finding.where)
    return [int(part) if k % 2 else part for k, part in enumerate(parts)], finding.code
