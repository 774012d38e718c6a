"""``/v1/jobs/{id}/events``: what happens to a job, as it happens (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import DBAPIError

from api.auth import ReadKey, ServiceOf
from api.clock import instant
from api.context import Service
from api.problems import Problem
from api.routes.jobs import job_of
from api.states import ENDED
from api.store.events import Event, events_after

__all__ = ["router"]

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

LOOK_EVERY_S = 0.4
ALIVE_EVERY_S = 5.0
_ENDED = {state.value for state in ENDED}


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    summary="Progress, as server-sent events",
)
async def stream_events(
    job_id: str,
    service: ServiceOf,
    key: ReadKey,
    last_event_id: Annotated[str | None, Header(max_length=20, description="go on after this event")] = None,
) -> StreamingResponse:
    """Events ``state`` and ``incumbent`` (cost, placed, bound); the stream ends with the job."""
    await run_in_threadpool(job_of, service, key.tenant, job_id)
    most = service.settings.max_streams_per_tenant
    if service.streams[key.tenant] >= most:
        raise Problem("too-many", headers={"Retry-After": "5"}, what="streams", count=most, limit=most)
    known = last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit()
    last = int(last_event_id) if known and last_event_id is not None and len(last_event_id) < 19 else 0
    stream = _counted(service, key.tenant, _events(service, key.tenant, job_id, last))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _counted(service: Service, tenant: str, stream: AsyncIterator[str]) -> AsyncIterator[str]:
    service.streams[tenant] += 1
    try:
        async for text in stream:
            yield text
    finally:
        service.streams[tenant] -= 1


async def _events(service: Service, tenant: str, job_id: str, last: int) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    told_at = loop.time()
    yield ": careplan\n\n"
    while not service.closing.is_set():
        try:
            events = await run_in_threadpool(events_after, service.database, job_id, last)
            gone = not events and await run_in_threadpool(service.jobs.get, tenant, job_id) is None
        except DBAPIError:  # the store is away for the moment; the stream waits for it
            events, gone = [], False
        for event in events:
            yield _text(event)
            last, told_at = event.id, loop.time()
            if event.kind == "state" and event.data["state"] in _ENDED:
                return
        if gone:
            yield "event: gone\ndata: {}\n\n"
            return
        if loop.time() - told_at > ALIVE_EVERY_S:
            yield ": alive\n\n"
            told_at = loop.time()
        await asyncio.sleep(LOOK_EVERY_S)


def _text(event: Event) -> str:
    data = json.dumps({"at": instant(event.at), **event.data}, ensure_ascii=False)
    return f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n"
