"""The log that every reader of tables writes to."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.io.tables.cells import shown
from optimizer.io.tables.messages import finding_with

__all__ = ["FindingLog"]


@dataclass(slots=True)
class FindingLog:
    """Collects findings in the order they are met; errors are raised together at the end."""

    findings: list[Finding] = field(default_factory=list)
    _understood: dict[tuple[str, str, str], tuple[int, set[str]]] = field(default_factory=dict)

    def error(self, code: str, where: str, *, ids: tuple[str, ...] = (), **values: object) -> None:
        """Note what stops the run."""
        self.findings.append(finding_with(code, where, values, ids=ids))

    def warning(self, code: str, where: str, *, ids: tuple[str, ...] = (), **values: object) -> None:
        """Note what does not stop the run."""
        self.findings.append(finding_with(code, where, values, ids=ids, severity=Severity.WARNING))

    def notice(self, code: str, where: str, *, ids: tuple[str, ...] = (), **values: object) -> None:
        """Note what was understood, for the list 已理解为…."""
        self.findings.append(finding_with(code, where, values, ids=ids, severity=Severity.NOTICE))

    def understood(self, place: str, column: Text, found: object, meant: str) -> None:
        """Note that a cell was understood; equal cells of a column are one notice, at the first of them, counted."""
        sheet, _, _ = place.rpartition("!")
        key = (sheet, column.zh, shown(found))
        if key not in self._understood:
            self._understood[key] = (len(self.findings), {place})
            self.notice("T290", place, found=key[2], meant=meant, column=column, count=1)
            return
        at, places = self._understood[key]
        places.add(place)
        values = {"found": key[2], "meant": meant, "column": column, "count": len(places)}
        self.findings[at] = finding_with("T290", self.findings[at].where, values, severity=Severity.NOTICE)

    def raise_errors(self) -> None:
        """Raise everything noted so far if an error is among it."""
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            raise InputError(self.findings)
