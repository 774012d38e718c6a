"""Jobs as their owner sees them: made, listed, looked at, stopped, forgotten."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from api.clock import Clock
from api.states import ENDED, RUNNING, JobState
from api.store import tables
from api.store.database import Database
from api.store.events import add_event

__all__ = ["Job", "JobStore", "NewJob", "QueueFull"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One row of the table of jobs."""

    seq: int
    id: str
    tenant: str
    kind: str
    state: JobState
    reason: str
    created_at: float
    started_at: float | None
    finished_at: float | None
    time_limit_s: float
    used_s: float
    size: int
    retention: str
    idempotency_key: str | None
    body_hash: str
    stop_requested: bool
    lease: str | None
    beats: int
    worker_losses: int
    resumes: int
    webhook: str | None
    problem: Mapping[str, Any] | None

    @classmethod
    def of(cls, row: Row[Any]) -> Job:
        """The job of a row."""
        values = {field.name: getattr(row, field.name) for field in fields(cls)}
        values["state"] = JobState(values["state"])
        values["problem"] = None if values["problem"] is None else json.loads(values["problem"])
        return cls(**values)

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED


@dataclass(frozen=True, kw_only=True, slots=True)
class NewJob:
    """What a job is made of; ``body`` and ``matrix`` are stored as they are."""

    tenant: str
    kind: str
    body: bytes
    matrix: bytes | None
    time_limit_s: float
    size: int
    body_hash: str
    idempotency_key: str | None = None
    webhook: str | None = None


class QueueFull(Exception):
    """No more jobs are taken for the moment; ``count`` and ``limit`` say of what."""

    def __init__(self, what: str, count: int, limit: int) -> None:
        self.what, self.count, self.limit = what, count, limit
        super().__init__(f"{what}: {count} of {limit}")


class JobStore:
    """Jobs of all tenants; whoever asks names the tenant, and sees nothing of another's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def add(self, new: NewJob, *, max_queue: int, max_queue_per_tenant: int, max_per_hour: int) -> tuple[Job, bool]:
        """Store a job; with an idempotency key that is known already, the job it belongs to.

        Returns
        -------
        tuple
            The job, and whether it is new.

        Raises
        ------
        QueueFull
            Too many wait, or too many were asked for within the last hour.
        """
        try:
            with self._database.writing() as connection:
                known = _by_idempotency_key(connection, new.tenant, new.idempotency_key)
                if known is not None:
                    return known, False
                self._require_room(connection, new.tenant, max_queue, max_queue_per_tenant, max_per_hour)
                return self._insert(connection, new), True
        except IntegrityError:  # the same key came twice at the same moment; the other one was first
            with self._database.reading() as connection:
                known = _by_idempotency_key(connection, new.tenant, new.idempotency_key)
            if known is None:
                raise
            return known, False

    def _require_room(
        self, connection: Connection, tenant: str, max_queue: int, max_queue_per_tenant: int, max_per_hour: int
    ) -> None:
        waiting = select(func.count()).select_from(tables.jobs).where(tables.jobs.c.state == JobState.QUEUED)
        own = waiting.where(tables.jobs.c.tenant == tenant)
        recent = select(func.count()).where(
            tables.jobs.c.tenant == tenant, tables.jobs.c.created_at > self._clock.now() - 3_600
        )
        for what, query, limit in (
            ("queue", waiting, max_queue),
            ("queue_of_tenant", own, max_queue_per_tenant),
            ("jobs_per_hour", recent, max_per_hour),
        ):
            count = connection.execute(query).scalar_one()
            if count >= limit:
                raise QueueFull(what, count, limit)

    def _insert(self, connection: Connection, new: NewJob) -> Job:
        job_id = f"j-{uuid.uuid4().hex}"
        now = self._clock.now()
        row = {
            "id": job_id,
            "tenant": new.tenant,
            "kind": new.kind,
            "state": JobState.QUEUED.value,
            "created_at": now,
            "time_limit_s": new.time_limit_s,
            "size": new.size,
            "body_hash": new.body_hash,
            "idempotency_key": new.idempotency_key,
            "webhook": new.webhook,
        }
        connection.execute(tables.jobs.insert().values(**row))
        connection.execute(tables.inputs.insert().values(job_id=job_id, body=new.body, matrix=new.matrix))
        add_event(connection, job_id, now, "state", {"state": JobState.QUEUED.value})
        return _one(connection, tables.jobs.c.id == job_id)

    def get(self, tenant: str, job_id: str) -> Job | None:
        """A job of the tenant, ``None`` also where it is another's."""
        with self._database.reading() as connection:
            query = select(tables.jobs).where(tables.jobs.c.id == job_id, tables.jobs.c.tenant == tenant)
            row = connection.execute(query).one_or_none()
        return None if row is None else Job.of(row)

    def of_idempotency_key(self, tenant: str, key: str) -> Job | None:
        """The job that the tenant asked for under this key."""
        with self._database.reading() as connection:
            return _by_idempotency_key(connection, tenant, key)

    def page(self, tenant: str, *, before: int | None, count: int, state: JobState | None) -> Sequence[Job]:
        """Jobs of the tenant, the newest first, older than ``before``."""
        query = select(tables.jobs).where(tables.jobs.c.tenant == tenant)
        if before is not None:
            query = query.where(tables.jobs.c.seq < before)
        if state is not None:
            query = query.where(tables.jobs.c.state == state.value)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(tables.jobs.c.seq.desc()).limit(count)).all()
        return [Job.of(row) for row in rows]

    def request_stop(self, tenant: str, job_id: str) -> Job | None:
        """Ask for the job to end with its best plan; one that still waits ends at once, without a plan."""
        mine = (tables.jobs.c.id == job_id, tables.jobs.c.tenant == tenant)
        waits = (tables.jobs.c.state == JobState.QUEUED.value, tables.jobs.c.resumes == 0)
        now = self._clock.now()
        with self._database.writing() as connection:
            ended = connection.execute(
                update(tables.jobs)
                .where(*mine, *waits, tables.jobs.c.worker_losses == 0)
                .values(state=JobState.STOPPED.value, reason="stopped_before_start", finished_at=now)
            )
            if ended.rowcount:
                data = {"state": JobState.STOPPED.value, "reason": "stopped_before_start"}
                add_event(connection, job_id, now, "state", data)
            alive = tables.jobs.c.state.in_([state.value for state in (JobState.QUEUED, *RUNNING)])
            connection.execute(update(tables.jobs).where(*mine, alive).values(stop_requested=True))
        return self.get(tenant, job_id)

    def forget(self, tenant: str, job_id: str) -> bool:
        """Delete a job and everything that belongs to it; whoever works on it finds its lease gone."""
        with self._database.writing() as connection:
            gone = connection.execute(
                delete(tables.jobs).where(tables.jobs.c.id == job_id, tables.jobs.c.tenant == tenant)
            )
        return bool(gone.rowcount)

    def confirm(self, tenant: str, job_id: str, retention: str) -> Job | None:
        """Change how long a job is kept: ``draft``, ``confirmed``, or ``closed``."""
        with self._database.writing() as connection:
            connection.execute(
                update(tables.jobs)
                .where(tables.jobs.c.id == job_id, tables.jobs.c.tenant == tenant)
                .values(retention=retention)
            )
        return self.get(tenant, job_id)

    def counts(self) -> Mapping[str, int]:
        """How many jobs are in each state, of all tenants."""
        query = select(tables.jobs.c.state, func.count()).group_by(tables.jobs.c.state)
        with self._database.reading() as connection:
            found = {state: count for state, count in connection.execute(query).all()}
        return {state.value: found.get(state.value, 0) for state in JobState}


def _one(connection: Connection, condition: Any) -> Job:
    return Job.of(connection.execute(select(tables.jobs).where(condition)).one())


def _by_idempotency_key(connection: Connection, tenant: str, key: str | None) -> Job | None:
    if key is None:
        return None
    query = select(tables.jobs).where(tables.jobs.c.tenant == tenant, tables.jobs.c.idempotency_key == key)
    row = connection.execute(query).one_or_none()
    return None if row is None else Job.of(row)
