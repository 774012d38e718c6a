"""The policy and the problem that a command of ``careplan places`` works on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from optimizer.cli.console import print_findings
from optimizer.cli.places_options import Kind
from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.io.places_read import PlacesFile, PlacesFormat, read_places, read_policy
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationResult, AllocationRule
from optimizer.places.validate import allocation_findings

__all__ = ["chosen_policy", "loaded_places", "rules_of"]


def chosen_policy(name: str | None, kind: Kind | None, entry_date: datetime | None) -> Policy:
    """The policy asked for, else the plain one of the kind; an entry date given here goes before the policy's own."""
    chosen = read_policy(name or ("nantong-beds" if kind is Kind.BEDS else "lottery"))
    if kind is not None and chosen.kind.value != kind.value:
        found = Text(f"规则“{chosen.id}”不是分配这一类的", f'the policy "{chosen.id}" is for another kind')
        action = Text("换一个规则，或去掉 --kind", "choose another policy, or leave out --kind")
        raise InputError([Finding(code="P906", where="--kind", found=found, action=action)])
    return chosen if entry_date is None else replace(chosen, entry_date=entry_date.date())


def rules_of(
    result: AllocationResult | None, name: str | None, kind: Kind | None, entry_date: datetime | None
) -> Policy:
    """The policy asked for; where none is, the one that the result was made under and holds."""
    if name is not None or result is None or result.rules is None:
        return chosen_policy(name, kind, entry_date)
    return result.rules if entry_date is None else replace(result.rules, entry_date=entry_date.date())


def loaded_places(path: Path, format_: PlacesFormat | None, policy: Policy, rule: AllocationRule) -> PlacesFile:
    """The problem, with every warning printed; raised with all findings if one of them is an error."""
    loaded = read_places(path, format_=format_)
    judged = allocation_findings(loaded.problem, policy, rule)
    findings = [*loaded.warnings, *(replace(one, where=loaded.locate(one.where)) for one in judged)]
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise InputError(findings)
    print_findings(findings)
    return loaded
