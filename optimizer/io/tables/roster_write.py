"""Writes the local 名册."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from optimizer.common.language import Language
from optimizer.common.roster import Person, Roster
from optimizer.io.files import write_beside
from optimizer.io.tables.book import write_workbook
from optimizer.io.tables.problem_rows import Cells
from optimizer.io.tables.roster import ROSTER_SHEETS
from optimizer.io.tables.words import GENDERS

__all__ = ["write_roster"]

_MADE = date(2026, 1, 1)
_FIELDS = ("id", "name", "title", "phone", "address", "hazards", "tasks")


def write_roster(roster: Roster, path: Path, *, language: Language, inputs: Sequence[Path] = ()) -> None:
    """Write a roster as a workbook, persons by id.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    kinds = {"clients": roster.clients, "caregivers": roster.caregivers, "stations": roster.stations}
    rows: Mapping[str, Sequence[Cells]] = {
        key: [_cells(persons[name], language) for name in sorted(persons)] for key, persons in kinds.items()
    }
    with write_beside(path, inputs=inputs) as beside:
        write_workbook(beside, ROSTER_SHEETS, rows, language=language, made=_MADE)
        beside.chmod(0o600)  # names and addresses: for the one who prints


def _cells(person: Person, language: Language) -> Cells:
    cells = {field: getattr(person, field) for field in _FIELDS if getattr(person, field)}
    gender = person.gender and GENDERS.word_for(person.gender, language)
    return {**cells, "gender": gender} if gender else cells
