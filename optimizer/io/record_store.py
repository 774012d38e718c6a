"""The day folder: what was done, day by day, in one SQLite file. It holds ids, never a name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields
from datetime import date
from pathlib import Path

from optimizer.common.errors import Finding, InputError, OutputError
from optimizer.common.language import Text
from optimizer.visits.records import VisitRecord

__all__ = ["STORE_NAME", "forget_before", "read_records", "store_day"]

STORE_NAME = "careplan-records.sqlite"
_COLUMNS = tuple(field.name for field in fields(VisitRecord))
_CREATE = """
CREATE TABLE IF NOT EXISTS record (
  day TEXT NOT NULL, visit TEXT NOT NULL, caregiver TEXT NOT NULL, client TEXT NOT NULL, town TEXT NOT NULL,
  village TEXT NOT NULL, service TEXT NOT NULL, planned_start_s INTEGER, planned_minutes INTEGER NOT NULL,
  arrived_s INTEGER, left_s INTEGER, done INTEGER, reason TEXT NOT NULL, PRIMARY KEY (day, visit, caregiver))
"""


def store_day(folder: Path, day: date, records: Sequence[VisitRecord]) -> int:
    """Put a day into the folder; a day that was there is replaced as a whole.

    Returns
    -------
    int
        How many rows of that day were there before.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _store(folder) as base, base:
            base.execute(_CREATE)
            before: int = base.execute("SELECT count(*) FROM record WHERE day = ?", (day.isoformat(),)).fetchone()[0]
            base.execute("DELETE FROM record WHERE day = ?", (day.isoformat(),))
            marks = ", ".join("?" for _ in _COLUMNS)
            base.executemany(f"INSERT INTO record VALUES ({marks})", [_row(record) for record in records])
            return before
    except (OSError, sqlite3.Error) as error:
        found = f"{folder}: 无法写入（{error}）", f"{folder}: cannot be written ({error})"
        raise OutputError(Text(*found)) from error


def read_records(folder: Path, *, first: date | None = None, last: date | None = None) -> tuple[VisitRecord, ...]:
    """The records of the days from ``first`` to ``last``, both included, sorted by day, visit and caregiver.

    Raises
    ------
    InputError
        ``T420``: the folder holds no records, or they cannot be read.
    """
    if not (folder / STORE_NAME).is_file():
        raise InputError([_no_store(folder, Text("没有记录文件", "there is no file of records"))])
    low, high = (first or date.min).isoformat(), (last or date.max).isoformat()
    try:
        with _store(folder) as base:
            rows = base.execute(
                f"SELECT {', '.join(_COLUMNS)} FROM record WHERE day BETWEEN ? AND ? ORDER BY day, visit, caregiver",
                (low, high),
            ).fetchall()
    except sqlite3.Error as error:
        raise InputError([_no_store(folder, Text(str(error), str(error)))]) from error
    return tuple(_record(row) for row in rows)


def forget_before(folder: Path, day: date) -> int:
    """Delete what was done before a day, for good; gives how many rows went."""
    with _store(folder) as base:
        with base:
            gone = base.execute("DELETE FROM record WHERE day < ?", (day.isoformat(),)).rowcount
        base.execute("VACUUM")
        return gone


@contextmanager
def _store(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / STORE_NAME)) as base:
        yield base


def _row(record: VisitRecord) -> tuple[object, ...]:
    values = (getattr(record, name) for name in _COLUMNS)
    return tuple(value.isoformat() if isinstance(value, date) else value for value in values)


def _record(row: Sequence[object]) -> VisitRecord:
    values = dict(zip(_COLUMNS, row, strict=True))
    done = values["done"]
    values |= {"day": date.fromisoformat(str(values["day"])), "done": None if done is None else bool(done)}
    return VisitRecord(**values)  # type: ignore[arg-type]


def _no_store(folder: Path, found: Text) -> Finding:
    action = Text("先用 careplan visits record 记录", "record a day first: careplan visits record")
    return Finding(code="T420", where=str(folder), found=found, action=action)
