"""The large parts of a job: its input, best plan so far, result, and reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.store import tables
from api.store.database import Database
from api.store.packing import unpack, unpack_bytes

__all__ = ["StoredResult", "artifact", "best_so_far", "keep_artifact", "stored_input", "stored_result"]


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result as JSON text, and its tag."""

    etag: str
    text: bytes


def stored_input(database: Database, job_id: str) -> tuple[bytes, bytes | None] | None:
    """Body (packed) and matrix (npz) of a job, ``None`` once it is forgotten."""
    query = select(tables.inputs.c.body, tables.inputs.c.matrix).where(tables.inputs.c.job_id == job_id)
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else (row.body, row.matrix)


def best_so_far(database: Database, job_id: str) -> dict[str, Any] | None:
    """The last incumbent: the plan with its figures."""
    query = select(tables.incumbents.c.body).where(tables.incumbents.c.job_id == job_id)
    with database.reading() as connection:
        body = connection.execute(query).scalar_one_or_none()
    return None if body is None else unpack(body)


def stored_result(database: Database, job_id: str) -> StoredResult | None:
    """The result of a job that has one."""
    query = select(tables.results.c.etag, tables.results.c.body).where(tables.results.c.job_id == job_id)
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else StoredResult(row.etag, unpack_bytes(row.body))


def artifact(database: Database, job_id: str, name: str) -> bytes | None:
    """A report that was made before."""
    query = select(tables.artifacts.c.body).where(tables.artifacts.c.job_id == job_id, tables.artifacts.c.name == name)
    with database.reading() as connection:
        body: bytes | None = connection.execute(query).scalar_one_or_none()
    return body


def keep_artifact(database: Database, job_id: str, name: str, body: bytes) -> None:
    """Keep a report with its job; if the job is gone or another made it meanwhile, nothing is kept."""
    try:
        with database.writing() as connection:
            connection.execute(tables.artifacts.insert().values(job_id=job_id, name=name, body=body))
    except IntegrityError:
        return
