"""What a rule of validation is: a code, its texts, and one function that looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from optimizer.common.errors import Finding, Severity
from optimizer.common.language import Text
from optimizer.places.model import Applicant, Institution, PlacesProblem, Pool
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationRule

__all__ = ["Context", "Observation", "Rule", "rule", "seen"]


@dataclass(frozen=True)
class Context:
    """A problem with what is looked up in it again and again; ``policy`` and ``rule`` are given for an allocation."""

    problem: PlacesProblem
    policy: Policy | None = None
    rule: AllocationRule | None = None

    @cached_property
    def applicants(self) -> dict[str, Applicant]:
        """Applicants by id."""
        return {one.id: one for one in self.problem.applicants}

    @cached_property
    def institutions(self) -> dict[str, Institution]:
        """Institutions by id."""
        return {one.id: one for one in self.problem.institutions}

    @cached_property
    def pools(self) -> dict[str, Pool]:
        """Pools by id."""
        return {one.id: one for one in self.problem.pools}

    @cached_property
    def everything(self) -> frozenset[str]:
        """Every id that a distance or ban may name."""
        areas = (one.id for one in self.problem.areas)
        candidates = (one.id for one in self.problem.candidates)
        return frozenset((*self.applicants, *self.institutions, *self.pools, *areas, *candidates))


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """One place at which a rule is broken, and what was found there."""

    where: str
    found: Text
    ids: tuple[str, ...] = ()


Check = Callable[[Context], Iterator[Observation]]
"""Looks at a problem for one thing and yields every place where it is found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule under its stable code, what the user can do about it, and the function that looks for it."""

    code: str
    severity: Severity
    action: Text
    check: Check

    def findings(self, context: Context) -> Iterator[Finding]:
        """Every place where the rule is broken, as findings."""
        for one in self.check(context):
            yield Finding(
                code=self.code,
                where=one.where,
                found=one.found,
                action=self.action,
                ids=one.ids,
                severity=self.severity,
            )


def rule(code: str, severity: Severity, zh: str, en: str) -> Callable[[Check], Rule]:
    """Make a rule of the function below it; the texts say what to do."""

    def make(check: Check) -> Rule:
        return Rule(code=code, severity=severity, action=Text(zh, en), check=check)

    return make


def seen(where: str, zh: str, en: str, *ids: str) -> Observation:
    """An observation in few words."""
    return Observation(where=where, found=Text(zh, en), ids=ids)
