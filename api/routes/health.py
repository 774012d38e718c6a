"""Whether the service lives, whether it can take work, and what it counts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DBAPIError

from api.auth import AdminKey, ServiceOf
from api.context import Service
from api.kinds.calls import solve_toy
from api.problems import Problem
from optimizer.common.language import Text

__all__ = ["router"]

router = APIRouter(tags=["health"])

READY_FOR_S = 5.0
OPERATOR = "operator"
"""The tenant whose admin keys may read the counts of all tenants."""


@router.get("/health/live", summary="The process answers")
async def live() -> dict[str, str]:
    return {"status": "live"}


@router.get("/health/ready", summary="It can take a job: store, desk (it solves a toy), room in the queue")
async def ready(service: ServiceOf) -> Response:
    faults = await _faults(service)
    status = 503 if faults else 200
    return JSONResponse({"status": "not ready" if faults else "ready", "faults": faults}, status_code=status)


@router.get("/metrics", summary="Counts for Prometheus", response_class=Response)
def metrics(service: ServiceOf, key: AdminKey) -> Response:
    """With an admin key of the tenant ``operator``."""
    if key.tenant != OPERATOR:
        raise Problem("forbidden", Text("只限 operator 单位的密钥", "only with a key of the tenant 'operator'"))
    lines = [f'careplan_jobs{{state="{state}"}} {count}' for state, count in sorted(service.jobs.counts().items())]
    lines += [
        f"careplan_workers {len(service.supervisor.pids())}",
        f"careplan_workers_busy {service.supervisor.busy()}",
    ]
    text = generate_latest(service.measures.registry) + ("\n".join(lines) + "\n").encode()
    return Response(text, media_type=CONTENT_TYPE_LATEST)


async def _faults(service: Service) -> list[str]:
    if service.closing.is_set():
        return ["closing"]
    try:
        counts = await run_in_threadpool(service.jobs.counts)
    except DBAPIError:
        return ["store"]
    faults = ["queue full"] if counts["queued"] >= service.settings.max_queue else []
    now = service.clock.steady()
    if now >= service.ready_until:
        if not await _solves(service):
            return [*faults, "desk"]
        service.ready_until = now + READY_FOR_S
    return faults


async def _solves(service: Service) -> bool:
    try:
        answer: dict[str, Any] = await service.desk.ask(solve_toy)
    except Problem:
        return False
    return bool(answer["placed"] > 0)
