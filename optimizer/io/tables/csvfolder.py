"""Reads a folder of CSV files as sheets: UTF-8 with or without a mark, GB18030 (Excel in Chinese), marked UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from optimizer.common.errors import Finding, InputError
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.messages import table_finding
from optimizer.io.tables.raw import RawSheet

__all__ = ["read_csv_folder"]


def read_csv_folder(folder: Path, limits: TableLimits, *, skip: frozenset[str] = frozenset()) -> tuple[RawSheet, ...]:
    """Every ``.csv`` file of a folder, sorted by name, except those whose name without ending is in ``skip``.

    Raises
    ------
    InputError
        With a finding for each file that cannot be read (``T205``, ``T209``–``T212``).
    """
    sheets: list[RawSheet] = []
    findings: list[Finding] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".csv" or path.stem in skip or path.name.startswith("."):
            continue
        try:
            sheets.append(_read_file(path, limits))
        except InputError as error:
            findings.extend(error.findings)
    if findings:
        raise InputError(findings)
    return tuple(sheets)


def _read_file(path: Path, limits: TableLimits) -> RawSheet:
    text = _decoded(_bytes(path, limits), path)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        rows = tuple(tuple(line) for line in lines)
    except csv.Error as error:
        raise InputError([table_finding("T211", path.name, cause=str(error))]) from error
    return RawSheet(title=path.stem, label=path.name, rows=rows)


def _bytes(path: Path, limits: TableLimits) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(limits.max_file_bytes + 1)
            size = path.stat().st_size
    except OSError as error:
        raise InputError([table_finding("T212", path.name, cause=error.strerror or type(error).__name__)]) from error
    if len(data) > limits.max_file_bytes:
        raise InputError([table_finding("T205", path.name, size=f"{size:,}", limit=f"{limits.max_file_bytes:,}")])
    if not data.strip():
        raise InputError([table_finding("T210", path.name)])
    return data


def _decoded(data: bytes, path: Path) -> str:
    # Excel's "Unicode text" is UTF-16 with a mark; without one nothing tells it from other bytes.
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # No table holds a NUL; UTF-16 read as UTF-8 or GB18030 is full of them.
        if "\0" not in text:
            return text
    raise InputError([table_finding("T209", path.name)])


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    counts = {mark: head.count(mark) for mark in (",", "\t", ";")}
    return max(counts, key=lambda mark: counts[mark])
