"""Where the command prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console

from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import Finding, Severity

__all__ = ["MAX_SHOWN", "errors", "output", "print_findings"]

MAX_SHOWN = 200
"""Findings printed of one kind; a sheet with a wrong column has thousands of them, all alike."""

output = Console(highlight=False, soft_wrap=True, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings on standard error, errors first, one line each."""
    ordered = tuple(findings)
    for severity, style in ((Severity.ERROR, "red"), (Severity.WARNING, "yellow"), (Severity.NOTICE, "cyan")):
        lines = [finding.sentence(LANGUAGE) for finding in ordered if finding.severity is severity]
        for line in lines[:MAX_SHOWN]:
            errors.print(line, style=style, markup=False)
        if len(lines) > MAX_SHOWN:
            more = len(lines) - MAX_SHOWN
            errors.print(say(f"……另有 {more} 条同类提示未列出", f"… and {more} more"), style=style, markup=False)
    sys.stderr.flush()
