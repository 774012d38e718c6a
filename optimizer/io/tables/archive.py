"""Looks into a workbook's zip archive before it is loaded: size, encryption, far-away cells, failed formulas.

A workbook reader that trusts the archive can be made to fill the memory (a small file that unpacks to gigabytes, one
cell in the last row and column of a sheet), and the reader used here returns an empty cell where a formula has failed.
Both are found here, in the parts of the archive themselves.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from optimizer.common.errors import Finding, InputError
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.messages import table_finding
from optimizer.io.tables.raw import BrokenFormula, cell_name

__all__ = ["check_archive"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    StopIteration,
    NotImplementedError,
    RuntimeError,
)
_POSITION = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ERROR_TYPE = re.compile(rb"""\bt=["']e["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


@dataclass(frozen=True, slots=True)
class _Extent:
    rows: int
    columns: int


def check_archive(path: Path, limits: TableLimits) -> Mapping[str, Mapping[tuple[int, int], BrokenFormula]]:
    """What is wrong with a workbook's formulas, once the archive has been found fit to be loaded.

    Returns
    -------
    mapping
        For each sheet's name the failed formulas by (row, column), counted from 1.

    Raises
    ------
    InputError
        ``T202``–``T207``, ``T210``, ``T212``, ``T224``.
    """
    _refuse_by_first_bytes(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_by_directory(archive, path, limits)
            return _scan_sheets(archive, path, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        StopIteration,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _refusal("T207", path, cause=type(error).__name__) from error
    except ElementTree.ParseError as error:
        raise _refusal("T207", path, cause=str(error)) from error
    except OSError as error:
        raise _refusal("T212", path, cause=error.strerror or type(error).__name__) from error


def _refusal(code: str, path: Path, **values: object) -> InputError:
    return InputError([table_finding(code, path.name, **values)])


def _refuse_by_first_bytes(path: Path, limits: TableLimits) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(len(_OLE))
            ole = head == _OLE
            encrypted = ole and size <= limits.max_file_bytes and _holds(stream, _ENCRYPTED_STREAM)
    except OSError as error:
        raise _refusal("T212", path, cause=error.strerror or type(error).__name__) from error
    if size == 0:
        raise _refusal("T210", path)
    if size > limits.max_file_bytes:
        raise _refusal("T205", path, size=f"{size:,}", limit=f"{limits.max_file_bytes:,}")
    if ole:
        raise _refusal("T204" if encrypted else "T203", path)
    if not head.startswith(_ZIP):
        raise _refusal("T202", path)


def _holds(stream: IO[bytes], wanted: bytes) -> bool:
    return wanted in stream.read()


def _refuse_by_directory(archive: zipfile.ZipFile, path: Path, limits: TableLimits) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_unpacked_bytes:
        raise _refusal("T206", path, size=f"{unpacked:,}", limit=f"{limits.max_unpacked_bytes:,}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refusal("T204", path)
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise _refusal("T202", path)
    # Reading every part through once also finds parts whose directory entry lies about their size.
    damaged = archive.testzip()
    if damaged is not None:
        raise _refusal("T207", path, cause=damaged)


def _scan_sheets(
    archive: zipfile.ZipFile, path: Path, limits: TableLimits
) -> Mapping[str, Mapping[tuple[int, int], BrokenFormula]]:
    faults: dict[str, Mapping[tuple[int, int], BrokenFormula]] = {}
    findings: list[Finding] = []
    for name, part in _parts_of_sheets(archive).items():
        extent, faults[name] = _scan(archive.read(part))
        if extent.rows * extent.columns > limits.max_cells:
            findings.append(
                table_finding(
                    "T224",
                    name,
                    rows=f"{extent.rows:,}",
                    columns=f"{extent.columns:,}",
                    limit=f"{limits.max_cells:,}",
                    last=cell_name(extent.rows, extent.columns),
                )
            )
    if findings:
        raise InputError(findings)
    return faults


def _parts_of_sheets(archive: zipfile.ZipFile) -> Mapping[str, str]:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    parts: dict[str, str] = {}
    for sheet in book.iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        target = targets[next(value for name, value in sheet.attrib.items() if name.endswith("}id"))]
        if "worksheet" in target:
            parts[sheet.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return parts


def _scan(sheet: bytes) -> tuple[_Extent, Mapping[tuple[int, int], BrokenFormula]]:
    rows = columns = 0
    faults: dict[tuple[int, int], BrokenFormula] = {}
    for attributes, content in _CELL.findall(sheet):
        position = _POSITION.search(attributes)
        if position is None or not content:
            continue
        row, column = int(position[2]), _column_number(position[1])
        rows, columns = max(rows, row), max(columns, column)
        value = _VALUE.search(content)
        if _ERROR_TYPE.search(attributes):
            faults[row, column] = BrokenFormula(value[1].decode("utf-8", "replace") if value else "#?")
        elif _FORMULA.search(content) and (value is None or not value[1]) and b't="str"' not in attributes:
            faults[row, column] = BrokenFormula("")
    return _Extent(rows, columns), faults


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
