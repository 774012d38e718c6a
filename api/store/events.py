"""What happened to a job, in order: states and better plans."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from api.store import tables
from api.store.database import Database

__all__ = ["Event", "add_event", "events_after"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event; ``kind`` is ``state`` or ``incumbent``."""

    id: int
    at: float
    kind: str
    data: Mapping[str, Any]


def add_event(connection: Connection, job_id: str, at: float, kind: str, data: Mapping[str, Any]) -> None:
    """Note an event in the transaction that makes it true."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    connection.execute(tables.events.insert().values(job_id=job_id, at=at, kind=kind, data=text))


def events_after(database: Database, job_id: str, last: int, *, kind: str | None = None) -> Sequence[Event]:
    """Events of a job after number ``last``, in order."""
    query = select(tables.events).where(tables.events.c.job_id == job_id, tables.events.c.id > last)
    if kind is not None:
        query = query.where(tables.events.c.kind == kind)
    with database.reading() as connection:
        rows = connection.execute(query.order_by(tables.events.c.id)).all()
    return [Event(id=row.id, at=row.at, kind=row.kind, data=json.loads(row.data)) for row in rows]
