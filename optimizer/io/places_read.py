"""Reads whatever holds a places problem or a policy, told by its content or by the format asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.io.files import read_input
from optimizer.io.json_text import parse_json_object
from optimizer.io.places_decision_json import FileKind, decision_file_from_json, kind_of
from optimizer.io.places_hr import read_hr
from optimizer.io.places_json import MAX_PLACES_BYTES, places_problem_from_json
from optimizer.io.places_tables import PLACES_OPTIONS, read_places_tables
from optimizer.io.tables import TableOptions, is_tables
from optimizer.places.decision.frozen import FrozenList, require_unchanged
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.policy_text import POLICY_NAMES, policy_of_bytes, shipped_policy

__all__ = ["PlacesFile", "PlacesFormat", "read_places", "read_policy"]


class PlacesFormat(StrEnum):
    """Formats of a places problem."""

    CAREPLAN = "careplan"
    TABLES = "tables"
    HR = "hr"


@dataclass(frozen=True, kw_only=True)
class PlacesFile:
    """A problem as it was read, warnings, the files it came from, and where each part of it was typed.

    ``frozen`` is the fixed list, where the file holds one; its hash has been verified. ``bad_rows`` are the rows that
    were left out because they cannot be used, one finding each.
    """

    problem: PlacesProblem
    format: PlacesFormat
    warnings: tuple[Finding, ...] = ()
    sources: tuple[Path, ...] = ()
    locate: Callable[[str], str] = str
    bad_rows: tuple[Finding, ...] = ()
    frozen: FrozenList | None = None


def read_places(
    path: Path,
    *,
    format_: PlacesFormat | None = None,
    allocation: bool = True,
    tables: TableOptions = PLACES_OPTIONS,
) -> PlacesFile:
    """The problem of a JSON file, a workbook, a folder of CSV files, or a pair of hospital-residents files.

    Parameters
    ----------
    allocation
        Whether applicants, institutions and pools must be there.
    tables
        How tables are read.

    Raises
    ------
    InputError
        With every finding.
    """
    if format_ is PlacesFormat.HR:
        problem, sources = read_hr(path)
        return PlacesFile(problem=problem, format=PlacesFormat.HR, sources=sources)
    if format_ is PlacesFormat.TABLES or (format_ is None and path.exists() and is_tables(path)):
        read = read_places_tables(path, options=tables, allocation=allocation)
        return PlacesFile(
            problem=read.problem,
            format=PlacesFormat.TABLES,
            warnings=read.warnings,
            sources=(path,),
            locate=read.source.locate,
        )
    raw = parse_json_object(read_input(path, max_bytes=MAX_PLACES_BYTES), where=str(path))
    if kind_of(raw) is FileKind.FROZEN:
        frozen: FrozenList = decision_file_from_json(raw, FileKind.FROZEN)
        require_unchanged(frozen, str(path))
        return PlacesFile(problem=frozen.problem, format=PlacesFormat.CAREPLAN, sources=(path,), frozen=frozen)
    return PlacesFile(problem=places_problem_from_json(raw), format=PlacesFormat.CAREPLAN, sources=(path,))


def read_policy(name: str) -> Policy:
    """A policy: one that is shipped, by its name, or that of a TOML file.

    Raises
    ------
    InputError
        ``P901``–``P905``, ``T101``–``T103``.
    """
    path = Path(name)
    if name in POLICY_NAMES or not (path.suffix == ".toml" or path.exists()):
        return shipped_policy(name)
    return policy_of_bytes(read_input(path, max_bytes=1_000_000), where=path.name)
