"""What every reader of a problem returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem

__all__ = ["GIVEN_MODE", "UNDATED", "ProblemFile"]

UNDATED = date(2000, 1, 3)
"""Planning day of instances whose format has no date (a Monday)."""

GIVEN_MODE = "given"
"""Mode of travel of caregivers in published instances, which come with one matrix."""


@dataclass(frozen=True, kw_only=True)
class ProblemFile:
    """A problem as it was read, with what came along.

    Attributes
    ----------
    problem
        The problem.
    format
        Name of the format it was read from: ``careplan``, ``hhcrsp``, ``vrptw``, ``tables``.
    matrix
        The travel matrix that came with the problem, or ``None``: travel must then be computed.
    matrix_file
        The file with a travel matrix that the problem refers to, if any.
    objective
        Name of the preset objective that belongs to the format, or ``None``.
    warnings
        Findings that do not stop a run.
    sources
        The files that were read: outputs are never written over them.
    locate
        From a place in the problem (``visits[17].windows``) to where it was typed (``上门任务!F18``); unchanged for
        formats in which both are the same.
    """

    problem: Problem
    format: str
    matrix: TravelMatrix | None = None
    matrix_file: Path | None = None
    objective: str | None = None
    warnings: tuple[Finding, ...] = ()
    sources: tuple[Path, ...] = ()
    locate: Callable[[str], str] = str
