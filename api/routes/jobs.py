"""``/v1/jobs``: list, look at, stop, keep, forget."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.auth import AdminKey, ReadKey, ServiceOf, SolveKey
from api.context import Service
from api.problems import Problem
from api.schemas import JobBody, JobPage, RetentionBody
from api.states import JobState
from api.store.jobs import Job
from api.views import cursor_of, job_json, seq_of_cursor
from optimizer.common.language import Text

__all__ = ["job_of", "router"]

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


def job_of(service: Service, tenant: str, job_id: str) -> Job:
    """A job of the tenant; another's is as if it were not there.

    Raises
    ------
    Problem
        ``not-found``.
    """
    job = service.jobs.get(tenant, job_id)
    if job is None:
        raise Problem("not-found")
    return job


@router.get("", response_model=JobPage, summary="Jobs, the newest first")
def list_jobs(
    service: ServiceOf,
    key: ReadKey,
    cursor: Annotated[str | None, Query(max_length=60, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    state: Annotated[JobState | None, Query(description="only jobs in this state")] = None,
) -> dict[str, Any]:
    before = None if cursor is None else seq_of_cursor(cursor)
    jobs = service.jobs.page(key.tenant, before=before, count=limit + 1, state=state)
    shown = jobs[:limit]
    return {
        "items": [job_json(service, job) for job in shown],
        "next": cursor_of(shown[-1]) if len(jobs) > limit else None,
    }


@router.get("/{job_id}", response_model=JobBody, summary="A job and its history")
def get_job(job_id: str, service: ServiceOf, key: ReadKey) -> dict[str, Any]:
    return job_json(service, job_of(service, key.tenant, job_id), with_states=True)


@router.post("/{job_id}/stop", response_model=JobBody, status_code=202, summary="End a job with its best plan")
def stop_job(job_id: str, service: ServiceOf, key: SolveKey) -> dict[str, Any]:
    """A job that has ended already is left as it is."""
    job_of(service, key.tenant, job_id)
    job = service.jobs.request_stop(key.tenant, job_id)
    if job is None:
        raise Problem("not-found")
    service.supervisor.stop_job(job_id)
    return job_json(service, job, with_states=True)


@router.put("/{job_id}/retention", response_model=JobBody, summary="Confirm a result, or close it")
def keep_job(job_id: str, body: RetentionBody, service: ServiceOf, key: AdminKey) -> dict[str, Any]:
    """What is confirmed is kept until it is closed, and for years after; only a result can be confirmed."""
    job = job_of(service, key.tenant, job_id)
    if not job.ended:
        raise Problem("not-ready", state=job.state.value)
    wrong_order = (body.retention == "closed") == (job.retention == "draft")
    if wrong_order or job.retention == "closed":
        detail = Text("顺序为：草稿、确认、关闭", "the order is draft, confirmed, closed")
        raise Problem("kept", detail, retention=job.retention)
    kept = service.jobs.confirm(key.tenant, job_id, body.retention)
    if kept is None:
        raise Problem("not-found")
    return job_json(service, kept, with_states=True)


@router.delete("/{job_id}", status_code=204, summary="Forget a job and everything that belongs to it")
def forget_job(job_id: str, service: ServiceOf, key: SolveKey) -> Response:
    """A confirmed result cannot be forgotten through this interface."""
    job = job_of(service, key.tenant, job_id)
    if job.retention != "draft":
        raise Problem("kept", retention=job.retention)
    service.jobs.forget(key.tenant, job_id)
    return Response(status_code=204)
