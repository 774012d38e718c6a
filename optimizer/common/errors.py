"""Numbered findings and the exceptions that carry them.

The tree of exceptions::

    CareplanError
    ├── InputError        what the user gave cannot be used; holds every finding, not only the first
    ├── OutputError       a result cannot be written where it was asked for
    ├── TravelError       travel times cannot be had (a provider is down, a matrix does not fit)
    └── SolverError       a defect of ours; never caused by input alone

A :class:`Finding` is one sentence about the input, with a stable code. *Infeasible* is not an error:
it is a status with reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from optimizer.common.language import Language, Text

__all__ = ["CareplanError", "Finding", "InputError", "OutputError", "Severity", "SolverError", "TravelError"]


class Severity(StrEnum):
    """How grave a finding is: an error stops the run, a warning does not, a notice only says what was understood."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One numbered observation about the input.

    Attributes
    ----------
    code
        Stable code such as ``"V012"``; the letter tells the part (``V`` visits, ``P`` places, ``T`` tables and
        files, ``R`` referee).
    where
        The place: ``visits[17].windows[0]`` for JSON, ``上门任务!F18`` (sheet and cell as Excel names them) for tables.
    ids
        Ids of the objects concerned, the user's own.
    found, action
        What was found, and what to do about it.
    severity
        Whether the run can go on.
    """

    code: str
    where: str
    found: Text
    action: Text
    ids: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR

    def sentence(self, language: Language) -> str:
        """The finding as one line of text: ``V012 visits[17] "W-0342": found; action``."""
        names = " ".join(f'"{name}"' for name in self.ids)
        head = " ".join(part for part in (self.code, self.where, names) if part)
        return f"{head}: {self.found.in_(language)}; {self.action.in_(language)}"


class CareplanError(Exception):
    """Base of every error that careplan raises on purpose."""


class InputError(CareplanError):
    """The input cannot be used.

    Parameters
    ----------
    findings
        Every finding, errors and warnings alike, in the order of the input.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.sentence(Language.EN) for finding in self.findings))


class OutputError(CareplanError):
    """A result could not be written; ``text`` says where and what to do, in both languages."""

    def __init__(self, text: Text | str) -> None:
        self.text = Text(text, text) if isinstance(text, str) else text
        super().__init__(self.text.en)


class TravelError(CareplanError):
    """Travel times could not be computed or do not fit the problem."""


class SolverError(CareplanError):
    """A defect inside careplan: a solver produced something it must never produce."""
