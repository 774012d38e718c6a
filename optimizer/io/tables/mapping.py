"""The user's own names of sheets, columns and parts of the day, kept in a small CSV file (``--columns FILE``).

Three cells a line: the sheet, the header as it stands in the file, what it means::

    上门任务,要多久,分钟
    上门任务,备用电话,不读
    任务清单,,上门任务
    时段,早上,08:00-10:00
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from optimizer.common.errors import Finding, InputError
from optimizer.io.tables.messages import table_finding
from optimizer.io.tables.schema import SheetSpec, header_key

__all__ = ["NO_MAPPING", "ColumnMapping", "read_mapping"]

_SKIP = ("不读", "skip", "-")
_PERIOD = ("时段", "period")
_HEAD = ("工作表", "sheet")


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMapping:
    """Names of the user's own.

    Attributes
    ----------
    sheets
        Key of the specification by the compared name of a sheet.
    columns
        For (key of the specification, compared header) the key of the column, ``None`` for one that is not read.
    periods
        Window by the word for a part of the day.
    """

    sheets: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    periods: Mapping[str, str] = field(default_factory=dict)


NO_MAPPING = ColumnMapping()
"""No names of the user's own."""


def read_mapping(path: Path, specs: Sequence[SheetSpec]) -> ColumnMapping:
    """The names that a CSV file (UTF-8 or GB18030) gives.

    Raises
    ------
    InputError
        ``T281``–``T283``, each with the line.
    """
    sheets: dict[str, str] = {}
    columns: dict[tuple[str, str], str | None] = {}
    periods: dict[str, str] = {}
    findings: list[Finding] = []
    for number, cells in enumerate(_lines(path), start=1):
        if not any(cells) or cells[0] in _HEAD or cells[0].startswith("#"):
            continue
        if len(cells) != 3 or not cells[0] or not cells[2]:
            findings.append(table_finding("T281", path.name, line=number, found=",".join(cells)[:60]))
            continue
        sheet, header, meaning = cells
        spec = _spec_named(sheet, specs, sheets)
        if sheet.casefold() in _PERIOD:
            periods[header.casefold()] = meaning
        elif not header:
            meant = _spec_named(meaning, specs, {})
            if meant is None:
                findings.append(table_finding("T282", path.name, line=number, found=meaning))
            else:
                sheets[header_key(sheet)] = meant.key
        elif spec is None:
            findings.append(table_finding("T282", path.name, line=number, found=sheet))
        elif meaning.casefold() in _SKIP:
            columns[spec.key, header_key(header)] = None
        elif header_key(meaning) not in spec.by_header:
            findings.append(table_finding("T282", path.name, line=number, found=meaning))
        else:
            columns[spec.key, header_key(header)] = spec.by_header[header_key(meaning)].key
    if findings:
        raise InputError(findings)
    return ColumnMapping(sheets=sheets, columns=columns, periods=periods)


def _spec_named(name: str, specs: Sequence[SheetSpec], own: Mapping[str, str]) -> SheetSpec | None:
    key = header_key(name)
    return next((spec for spec in specs if key in spec.titles or own.get(key) == spec.key), None)


def _lines(path: Path) -> Sequence[list[str]]:
    try:
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
        return [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text, newline=""))]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError([table_finding("T283", str(path), cause=str(error)[:100])]) from error
