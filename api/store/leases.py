"""Who works on a job. A worker holds a job by a lease, a word that nobody else knows; every write of a worker names
it, so that a worker that was taken for dead cannot change anything any more.

Whether a worker lives is told by its ``beats``, a number that it raises all the time, and that others watch on their
own steady clock. No wall clock is ever compared, so a clock that jumps takes no job away from anybody.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select, update

from api.clock import Clock
from api.states import RUNNING, JobState
from api.store import tables
from api.store.database import Database
from api.store.events import add_event
from api.store.jobs import Job
from api.store.packing import pack, unpack

__all__ = ["LeaseLost", "LeaseStore"]

_jobs = tables.jobs
_RUNNING = [state.value for state in RUNNING]


class LeaseLost(Exception):
    """The job is forgotten, or another has it now."""


class LeaseStore:
    """What workers and those who watch over them do with jobs."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def claim(self, *, max_running_per_tenant: int) -> Job | None:
        """The oldest job that waits and whose tenant has not too many running, now held by a new lease."""
        with self._database.writing() as connection:
            row = connection.execute(_next_waiting(max_running_per_tenant)).one_or_none()
            if row is None:
                return None
            lease, now = uuid.uuid4().hex, self._clock.now()
            values = {"state": JobState.MATRIX.value, "lease": lease, "beats": 0, "reason": ""}
            first = {"started_at": now} if row.started_at is None else {}
            connection.execute(update(_jobs).where(_jobs.c.seq == row.seq).values(**values, **first))
            add_event(connection, row.id, now, "state", {"state": JobState.MATRIX.value})
            return Job.of(connection.execute(select(_jobs).where(_jobs.c.seq == row.seq)).one())

    def beat(self, job_id: str, lease: str, used_s: float) -> bool:
        """Give a sign of life; returns whether the job is asked to stop.

        Raises
        ------
        LeaseLost
            The job is no longer this worker's.
        """
        with self._database.writing() as connection:
            held = _held(job_id, lease)
            done = connection.execute(update(_jobs).where(held).values(beats=_jobs.c.beats + 1, used_s=used_s))
            if not done.rowcount:
                raise LeaseLost(job_id)
            return bool(connection.execute(select(_jobs.c.stop_requested).where(held)).scalar_one())

    def enter(self, job_id: str, lease: str, state: JobState) -> None:
        """Go on to a state of running."""
        with self._database.writing() as connection:
            done = connection.execute(update(_jobs).where(_held(job_id, lease)).values(state=state.value))
            if not done.rowcount:
                raise LeaseLost(job_id)
            add_event(connection, job_id, self._clock.now(), "state", {"state": state.value})

    def keep_incumbent(self, job_id: str, lease: str, body: Mapping[str, Any], figures: Mapping[str, Any]) -> None:
        """Keep a better plan in place of the one before, and tell of it."""
        now, packed = self._clock.now(), pack(body)  # before the lock, for which others wait
        with self._database.writing() as connection:
            if not connection.execute(select(exists().where(_held(job_id, lease)))).scalar_one():
                raise LeaseLost(job_id)
            _replace_incumbent(connection, job_id, now, packed)
            add_event(connection, job_id, now, "incumbent", figures)

    def finish(self, job_id: str, lease: str, state: JobState, *, reason: str, result: Mapping[str, Any]) -> None:
        """Store the result and the last state in one step; nobody can store another after it."""
        packed = pack(result)
        with self._database.writing() as connection:
            self._end(connection, job_id, lease, state, reason=reason, result=packed)

    def fail(self, job_id: str, lease: str, *, reason: str, problem: Mapping[str, Any]) -> None:
        """End a job that cannot be solved; the best plan so far, if there is one, becomes its result."""
        with self._database.writing() as connection:
            result = _result_of_incumbent(connection, job_id, reason)
            self._end(connection, job_id, lease, JobState.FAILED, reason=reason, result=result, problem=problem)

    def settle_with_best(self, job_id: str, lease: str, *, reason: str) -> None:
        """End a job whose worker had to be ended: stopped with its best plan, or failed where there is none."""
        with self._database.writing() as connection:
            result = _result_of_incumbent(connection, job_id, reason)
            state = JobState.FAILED if result is None else JobState.STOPPED
            problem = {"kind": "internal", "reason": reason} if result is None else None
            self._end(connection, job_id, lease, state, reason=reason, result=result, problem=problem)

    def give_back(self, job_id: str, lease: str, *, reason: str, by_worker: bool, max_losses: int) -> None:
        """Let a job whose worker is gone wait again; after too many losses it has failed.

        ``by_worker``: its worker died alone, which may be the job's fault; if the whole server did, it counts less.
        """
        counter = _jobs.c.worker_losses if by_worker else _jobs.c.resumes
        with self._database.writing() as connection:
            lost = connection.execute(select(counter).where(_held(job_id, lease))).scalar_one_or_none()
            if lost is None:
                raise LeaseLost(job_id)
            if lost >= max_losses:
                result = _result_of_incumbent(connection, job_id, reason)
                problem = {"kind": "internal", "reason": reason}
                self._end(connection, job_id, lease, JobState.FAILED, reason=reason, result=result, problem=problem)
                return
            values = {counter.name: lost + 1, "state": JobState.QUEUED.value, "lease": None, "reason": reason}
            connection.execute(update(_jobs).where(_held(job_id, lease)).values(**values))
            data = {"state": JobState.QUEUED.value, "reason": reason}
            add_event(connection, job_id, self._clock.now(), "state", data)

    def running(self) -> Sequence[Job]:
        """Every job that somebody holds."""
        with self._database.reading() as connection:
            rows = connection.execute(select(_jobs).where(_jobs.c.state.in_(_RUNNING)).order_by(_jobs.c.seq)).all()
        return [Job.of(row) for row in rows]

    def _end(
        self,
        connection: Connection,
        job_id: str,
        lease: str,
        state: JobState,
        *,
        reason: str,
        result: bytes | None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        now = self._clock.now()
        values = {
            "state": state.value,
            "reason": reason,
            "finished_at": now,
            "lease": None,
            "problem": None if problem is None else json.dumps(problem, ensure_ascii=False),
        }
        done = connection.execute(update(_jobs).where(_held(job_id, lease)).values(**values))
        if not done.rowcount:
            raise LeaseLost(job_id)
        if result is not None:
            etag = hashlib.sha256(result).hexdigest()[:32]
            connection.execute(tables.results.insert().values(job_id=job_id, etag=etag, body=result))
        add_event(connection, job_id, now, "state", {"state": state.value, "reason": reason})
        if connection.execute(select(_jobs.c.webhook).where(_jobs.c.id == job_id)).scalar_one() is not None:
            connection.execute(tables.deliveries.insert().values(job_id=job_id, due_at=now, state="waiting"))


def _held(job_id: str, lease: str) -> Any:
    return and_(_jobs.c.id == job_id, _jobs.c.lease == lease, _jobs.c.state.in_(_RUNNING))


def _next_waiting(max_running_per_tenant: int) -> Select[Any]:
    others = _jobs.alias("others")
    running = (
        select(func.count())
        .select_from(others)
        .where(others.c.tenant == _jobs.c.tenant, others.c.state.in_(_RUNNING))
        .scalar_subquery()
    )
    return (
        select(_jobs.c.seq, _jobs.c.id, _jobs.c.started_at)
        .where(_jobs.c.state == JobState.QUEUED.value, running < max_running_per_tenant)
        .order_by(_jobs.c.seq)
        .limit(1)
        .with_for_update(skip_locked=True, of=_jobs)
    )


def _replace_incumbent(connection: Connection, job_id: str, at: float, body: bytes) -> None:
    own = tables.incumbents.c.job_id == job_id
    if not connection.execute(update(tables.incumbents).where(own).values(at=at, body=body)).rowcount:
        connection.execute(tables.incumbents.insert().values(job_id=job_id, at=at, body=body))


def _result_of_incumbent(connection: Connection, job_id: str, reason: str) -> bytes | None:
    """The best plan in the shape of a result, packed; its figures came from the referee when it was kept."""
    query = select(tables.incumbents.c.body).where(tables.incumbents.c.job_id == job_id)
    body = connection.execute(query).scalar_one_or_none()
    return None if body is None else pack({**unpack(body), "stop_reason": reason})
