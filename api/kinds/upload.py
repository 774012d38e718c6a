"""Bodies that come as a form: tables, a matrix, and JSON parts; and what a job is stored as."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from api.kinds.envelope import Limits, validated
from api.kinds.refusal import Refusal, invalid, service_finding, too_large
from optimizer.common.errors import Finding, InputError
from optimizer.io.json_text import parse_json_object

__all__ = ["Submission", "Upload", "body_of_upload", "judged_at_cells", "require_size", "written_tables"]

_WORDS = ("crs", "on_error", "webhook", "task")
"""Parts that hold a word, not JSON."""

Found = tuple[Finding, ...]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """Parts of a multipart body: tables by file name, a matrix, and the rest as JSON texts."""

    tables: tuple[tuple[str, bytes], ...] = ()
    matrix: bytes | None = None
    fields: tuple[tuple[str, bytes], ...] = ()

    def field(self, name: str) -> bytes | None:
        """The part of that name."""
        return dict(self.fields).get(name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """What a job is stored as."""

    body: bytes
    matrix: bytes | None
    time_limit_s: float
    size: int
    webhook: str | None
    warnings: Found


def body_of_upload(upload: Upload, model: type[Any]) -> tuple[Any, bool]:
    """The members of a form as the model of the body, and whether the problem itself is in its tables.

    Raises
    ------
    Refusal
        With every finding; among them ``S004`` where there is neither a problem nor a table.
    """
    problem = upload.field("problem")
    if problem is not None:
        return validated({"problem": _json_part(problem, "problem")} | _members(upload, ("problem",)), model), False
    if not upload.tables:
        raise Refusal(invalid([service_finding("S004", "", name="problem")]))
    raw = {"problem": {}, "crs": "WGS-84"} | _members(upload, ("date",))  # tables name the system in every row
    body = validated(raw, model)
    if body.on_error.value != "reject":
        raise Refusal(invalid([service_finding("S006", "on_error")]))
    return body, True


def _members(upload: Upload, without: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: data.decode("utf-8", "replace") if name in _WORDS else _json_part(data, name)
        for name, data in upload.fields
        if name not in without
    }


def _json_part(data: bytes, name: str) -> dict[str, Any]:
    try:
        return parse_json_object(data, where=name)
    except InputError as error:
        raise Refusal(invalid(error.findings)) from error


@contextmanager
def written_tables(upload: Upload) -> Iterator[Path]:
    """The tables as files under names of ours: a workbook, or a folder of CSV files under their own sheet names.

    Raises
    ------
    Refusal
        What reading them inside of the block has found.
    """
    with tempfile.TemporaryDirectory(prefix="careplan-") as folder:
        try:
            yield _written(upload, Path(folder))
        except InputError as error:
            raise Refusal(invalid(error.findings)) from error


def _written(upload: Upload, folder: Path) -> Path:
    if len(upload.tables) == 1 and not upload.tables[0][0].lower().endswith(".csv"):
        path = folder / "upload.xlsx"
        path.write_bytes(upload.tables[0][1])
        return path
    tables = folder / "upload"
    tables.mkdir()
    for name, data in upload.tables:
        safe = Path(name.replace("\\", "/")).name
        if safe.lower().endswith(".csv") and not safe.startswith("."):
            (tables / safe).write_bytes(data)
    return tables


def judged_at_cells(tables: Any, judge: Callable[[], Found]) -> Found:
    """All warnings about what was read from tables, each at its cell; ``judge`` raises errors at their paths.

    Parameters
    ----------
    tables
        What a reader of tables returns: ``warnings``, and the ``source`` that knows the cells.
    """
    try:
        warnings = judge()
    except InputError as error:
        raise InputError(tables.source.at_cells(error.findings)) from error
    return (*tables.warnings, *tables.source.at_cells(warnings))


def require_size(problem: Any, limits: Limits) -> None:
    """Refuse a problem of too many rows."""
    for name, limit in limits.rows.items():
        count = len(getattr(problem, name, ()))
        if count > limit:
            raise Refusal(too_large(name, count, limit))
