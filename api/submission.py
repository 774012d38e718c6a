"""Taking a job: read, judged, stored; the same request twice is one job."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api.bodies import Parts, body_hash, granted, read_body
from api.context import Service
from api.findings import finding_json
from api.kinds.calls import read_job
from api.kinds.refusal import service_finding
from api.kinds.upload import Submission
from api.problems import Problem
from api.store.content import stored_result
from api.store.jobs import Job, NewJob, QueueFull
from api.store.keys import Key
from api.views import job_json
from api.webhooks import webhook_fault
from optimizer.common.language import Text

__all__ = ["take_job"]

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_PREFER_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})(?:$|[,;\s])")
LOOK_AGAIN_S = 0.5


async def take_job(service: Service, key: Key, request: Request, kind: str, parts: Parts) -> Response:
    """Answer a request for a job: 202 with the job, or 200 with its result if it ended while the caller waited."""
    idempotency_key = _idempotency_key(request)
    wait_s = _wait_s(request, service)
    data = await read_body(request, service, parts)
    digest = body_hash(kind, data)
    if idempotency_key is not None:
        known = await run_in_threadpool(service.jobs.of_idempotency_key, key.tenant, idempotency_key)
        if known is not None:
            return await _answer(service, _same(known, digest), wait_s, [])
    submission = granted(await service.desk.ask(read_job, kind, data, service.limits))
    _require_webhook(service, submission)
    new = NewJob(
        tenant=key.tenant,
        kind=kind,
        body=submission.body,
        matrix=submission.matrix,
        time_limit_s=submission.time_limit_s,
        size=submission.size,
        body_hash=digest,
        idempotency_key=idempotency_key,
        webhook=submission.webhook,
    )
    job, is_new = await run_in_threadpool(_add, service, new)
    if is_new:
        service.measures.accepted.labels(kind).inc()
        service.supervisor.wake()
    warnings = [finding_json(finding) for finding in submission.warnings]
    return await _answer(service, _same(job, digest), wait_s, warnings)


def _add(service: Service, new: NewJob) -> tuple[Job, bool]:
    settings = service.settings
    if service.closing.is_set():
        raise Problem("busy", headers={"Retry-After": "10"})
    try:
        return service.jobs.add(
            new,
            max_queue=settings.max_queue,
            max_queue_per_tenant=settings.max_queue_per_tenant,
            max_per_hour=settings.max_jobs_per_hour,
        )
    except QueueFull as full:
        pause = 60 if full.what == "jobs_per_hour" else 5
        detail = Text(
            f"{full.what}：{full.count}，上限 {full.limit}；请 {pause} 秒后再试",
            f"{full.what}: {full.count}, the limit is {full.limit}; try again in {pause} s",
        )
        headers = {"Retry-After": str(pause)}
        raise Problem("too-many", detail, headers=headers, what=full.what, count=full.count, limit=full.limit) from full


def _same(job: Job, digest: str) -> Job:
    if job.body_hash != digest:
        raise Problem("key-reused", job=job.id)
    return job


def _require_webhook(service: Service, submission: Submission) -> None:
    if submission.webhook is None:
        return
    fault = webhook_fault(submission.webhook, service.settings.webhook_hosts)
    if fault is not None:
        raise Problem("invalid", errors=[service_finding("S010", "webhook", why=fault)])


async def _answer(service: Service, job: Job, wait_s: float, warnings: list[dict[str, Any]]) -> Response:
    headers = {"Location": f"{service.settings.root_path}/v1/jobs/{job.id}"}
    ended = await _ended_within(service, job, wait_s) if wait_s > 0 else None
    if ended is None:
        current = await run_in_threadpool(service.jobs.get, job.tenant, job.id)
        body = await run_in_threadpool(_body, service, current or job, warnings)
        return JSONResponse(body, status_code=202, headers=headers)
    body = await run_in_threadpool(_body, service, ended, warnings)
    result = await run_in_threadpool(stored_result, service.database, ended.id)
    headers["Preference-Applied"] = f"wait={wait_s:g}"
    text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    result_text = "null" if result is None else result.text.decode("utf-8")
    if result is not None:
        headers["Content-Location"] = f"{headers['Location']}/result"
    return Response(f'{text[:-1]}, "result": {result_text}}}', media_type="application/json", headers=headers)


def _body(service: Service, job: Job, warnings: list[dict[str, Any]]) -> dict[str, Any]:
    return job_json(service, job, with_states=True, warnings=warnings)


async def _ended_within(service: Service, job: Job, wait_s: float) -> Job | None:
    """The job once it has ended, ``None`` if it has not within the time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    with service.waiting.of(job.id) as told:
        while loop.time() < until and not service.closing.is_set():
            current = await run_in_threadpool(service.jobs.get, job.tenant, job.id)
            if current is None:
                return None
            if current.ended:
                return current
            # A job that another server runs is not told of here: then looking again is all there is.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), min(LOOK_AGAIN_S, max(0.0, until - loop.time())))
    return None


def _idempotency_key(request: Request) -> str | None:
    text = request.headers.get("idempotency-key")
    if text is not None and not _IDEMPOTENCY_KEY.fullmatch(text):
        why = Text("应为 1 至 255 个可见 ASCII 字符", "expected 1 to 255 visible ASCII characters")
        finding = service_finding("S009", "Idempotency-Key", name="Idempotency-Key", why=why)
        raise Problem("invalid", errors=[finding])
    return text


def _wait_s(request: Request, service: Service) -> float:
    found = _PREFER_WAIT.search(request.headers.get("prefer", ""))
    return 0.0 if found is None else min(float(found[1]), service.settings.max_wait_s)
