"""What a rule of validation is: a code, its texts, and one function that looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from optimizer.common.errors import Finding, Severity
from optimizer.common.language import Text
from optimizer.visits.validate.context import Context

__all__ = ["Check", "Observation", "Rule", "rule", "seen"]


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
    """One rule under its stable code.

    Attributes
    ----------
    title
        What the rule finds, in general; for the index of codes.
    action
        What the user can do about it.
    check
        The function that looks for it; named by the code.
    """

    code: str
    severity: Severity
    title: Text
    action: Text
    check: Check

    def findings(self, context: Context) -> Iterator[Finding]:
        """Every place where the rule is broken, as findings."""
        for observation in self.check(context):
            yield Finding(
                code=self.code,
                where=observation.where,
                found=observation.found,
                action=self.action,
                ids=observation.ids,
                severity=self.severity,
            )


def rule(code: str, severity: Severity, *, title: Text, action: Text) -> Callable[[Check], Rule]:
    """Make a rule of the function below it."""

    def make(check: Check) -> Rule:
        return Rule(code=code, severity=severity, title=title, action=action, check=check)

    return make


def seen(where: str, zh: str, en: str, *ids: str) -> Observation:
    """An observation in few words."""
    return Observation(where=where, found=Text(zh, en), ids=ids)
