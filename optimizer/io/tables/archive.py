"""Looks into a workbook's zip archive before it is loaded: size, encryption, far-away cells, failed formulas.

A workbook reader that trusts the archive can be made to fill the memory (a small file that unpacks to gigabytes, one
cell in the last row and column of a sheet), and the reader used here returns an empty cell where a formula has failed.
Both are found here, in the parts of the archive themselves.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from optimizer.common.errors import Finding, InputError
from optimizer.io.tables.limits import TableLimits
from optimizer.io.tables.messages import table_finding
from optimizer.io.tables.raw import cell_name
from optimizer.io.tables.sheet_scan import NotASheet, SheetScan, scan_sheet

__all__ = ["check_archive"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    ValueError,
    StopIteration,
    NotImplementedError,
    RuntimeError,
)


def check_archive(path: Path, limits: TableLimits) -> Mapping[str, SheetScan]:
    """What the fast reader does not tell (failed formulas, hidden rows), once the archive is found fit to be loaded.

    Returns
    -------
    mapping
        The scan of each sheet by its name.

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
    except _DAMAGES as error:
        raise _refusal("T207", path, cause=type(error).__name__) from error
    except (ElementTree.ParseError, ExpatError, NotASheet) as error:
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


def _scan_sheets(archive: zipfile.ZipFile, path: Path, limits: TableLimits) -> Mapping[str, SheetScan]:
    scans: dict[str, SheetScan] = {}
    findings: list[Finding] = []
    for name, part in _parts_of_sheets(archive).items():
        with archive.open(part) as stream:
            scan = scan_sheet(stream)
        scans[name] = scan
        if scan.rows * scan.columns > limits.max_cells:
            findings.append(
                table_finding(
                    "T224",
                    name,
                    rows=f"{scan.rows:,}",
                    columns=f"{scan.columns:,}",
                    limit=f"{limits.max_cells:,}",
                    last=cell_name(scan.rows, scan.columns),
                )
            )
    if findings:
        raise InputError(findings)
    return scans


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
