"""Findings as the service says them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from optimizer.common.errors import Finding, Severity

__all__ = ["finding_json", "has_errors", "pointer_of"]

_INDEX = re.compile(r"\[(\d+|\"(?:[^\"\\]|\\.)*\")\]")
_JSON_PLACE = re.compile(r"^\w+(\.\w+|\[\d+\]|\[\"(?:[^\"\\]|\\.)*\"\])*$")


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as the service says it; ``pointer`` is a JSON pointer into the body, empty for tables and files."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "pointer": pointer_of(finding.where),
        "where": finding.where,
        "ids": list(finding.ids),
        "zh": f"{finding.found.zh}；{finding.action.zh}",
        "en": f"{finding.found.en}; {finding.action.en}",
    }


def pointer_of(where: str) -> str:
    """``problem.visits[17].windows[0]`` as ``/problem/visits/17/windows/0``; empty where it is no such place."""
    if not _JSON_PLACE.match(where):
        return ""
    dotted = _INDEX.sub(lambda found: "." + found[1].strip('"'), where)
    return "/" + "/".join(step.replace("~", "~0") for step in dotted.split("."))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether one of the findings keeps the request from being met."""
    return any(finding.severity is Severity.ERROR for finding in findings)
