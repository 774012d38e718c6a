"""Reading a day for a command: the problem, its travel matrix, and every finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from optimizer.cli.console import print_findings
from optimizer.common.errors import Finding, InputError
from optimizer.io.gazetteer import PlaceEntry
from optimizer.io.problem_file import ProblemFile
from optimizer.io.recognise import Format, read_problem
from optimizer.io.tables import (
    DEFAULT_OPTIONS,
    VISIT_SHEETS,
    TableOptions,
    bad_rows_as_findings,
    read_mapping,
    without_bad_rows,
)
from optimizer.io.tables.place_book import read_place_book
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.ready import ready_day

__all__ = ["LoadedDay", "Reading", "loaded_and_told", "read_day"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a day is read.

    ``columns`` names the user's own headers, ``places_book`` the points of addresses; ``skip_bad_rows`` plans without
    unusable rows.
    """

    format: Format | None = None
    day: datetime | None = None
    columns: Path | None = None
    places_book: Path | None = None
    skip_bad_rows: bool = False


@dataclass(frozen=True, kw_only=True)
class LoadedDay:
    """A valid day: the problem, its travel matrix, the objective of its format, warnings, the files that were read.

    ``bad_rows`` are the rows that were left out because they cannot be used, one finding each.
    """

    problem: Problem
    travel: TravelMatrix
    objective: str | None
    warnings: tuple[Finding, ...]
    inputs: tuple[Path, ...]
    bad_rows: tuple[Finding, ...] = ()
    locate: Callable[[str], str] = field(default=str)


def loaded_and_told(path: Path, reading: Reading) -> LoadedDay:
    """As :func:`read_day`, with its warnings printed."""
    loaded = read_day(path, reading)
    print_findings((*loaded.warnings, *loaded.bad_rows))
    return loaded


def read_day(path: Path, reading: Reading) -> LoadedDay:
    """Read and validate a day; with ``skip_bad_rows`` without the rows that hold errors.

    Raises
    ------
    InputError
        With every finding, if one of them is an error that leaving out rows does not mend.
    """
    options = replace(DEFAULT_OPTIONS, places=_own_places(reading.places_book))
    if reading.columns is not None:
        options = replace(options, mapping=read_mapping(reading.columns, VISIT_SHEETS))
    loaded, left_out = without_bad_rows(
        lambda skipped: _read_once(path, reading, replace(options, skipped=skipped)), skip=reading.skip_bad_rows
    )
    if not left_out:
        return loaded
    skipping = replace(options, skipped=frozenset(left_out))
    return replace(loaded, bad_rows=bad_rows_as_findings(path, left_out, skipping))


def _own_places(book: Path | None) -> tuple[PlaceEntry, ...]:
    if book is None:
        return ()
    entries, read = read_place_book(book)
    print_findings(read.log.findings)
    return entries


def _read_once(path: Path, reading: Reading, options: TableOptions) -> LoadedDay:
    day = None if reading.day is None else reading.day.date()
    file = read_problem(path, format_=reading.format, day=day, tables=options)
    try:
        travel, judged = ready_day(file.problem, given=file.matrix, with_metres=True)
    except InputError as error:
        raise InputError(_located(file, error.findings)) from error
    given = (path, reading.columns, reading.places_book)
    inputs = (*(one for one in given if one is not None), *file.sources)
    return LoadedDay(
        problem=file.problem,
        travel=travel,
        objective=file.objective,
        warnings=_located(file, judged),
        inputs=inputs,
        locate=file.locate,
    )


def _located(file: ProblemFile, judged: Iterable[Finding]) -> tuple[Finding, ...]:
    """The reader's warnings and the findings of validation, each at the place that a person knows it by."""
    return file.warnings + tuple(replace(finding, where=file.locate(finding.where)) for finding in judged)
