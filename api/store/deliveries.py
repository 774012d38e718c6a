"""Who is still to be told that a job has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from api.store import tables
from api.store.database import Database
from api.store.jobs import Job

__all__ = ["Due", "due_deliveries", "note_delivery"]

_deliveries, _jobs = tables.deliveries, tables.jobs


@dataclass(frozen=True, slots=True)
class Due:
    """A job whose webhook is to be told now, for the ``attempt``-th time."""

    job: Job
    attempt: int


def due_deliveries(database: Database, now: float, *, pause_s: float, most: int = 20) -> Sequence[Due]:
    """Take what is due: whoever took it has until the next pause; then it is anybody's again."""
    query = (
        select(_deliveries.c.job_id, _deliveries.c.attempts)
        .where(_deliveries.c.state == "waiting", _deliveries.c.due_at <= now)
        .order_by(_deliveries.c.due_at, _deliveries.c.job_id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = []
    with database.writing() as connection:
        for row in connection.execute(query).all():
            attempt = row.attempts + 1
            later = now + pause_s * min(2 ** (attempt - 1), 360)
            change = update(_deliveries).where(_deliveries.c.job_id == row.job_id)
            connection.execute(change.values(attempts=attempt, due_at=later))
            job = Job.of(connection.execute(select(_jobs).where(_jobs.c.id == row.job_id)).one())
            taken.append(Due(job, attempt))
    return taken


def note_delivery(database: Database, job_id: str, *, status: int | None, done: bool, last: bool) -> None:
    """Note how it went; after the last try it is given up."""
    state = "done" if done else "failed" if last else "waiting"
    with database.writing() as connection:
        change = update(_deliveries).where(_deliveries.c.job_id == job_id)
        connection.execute(change.values(state=state, last_status=status))
