"""``/v1/jobs/{id}/…``: the result, as JSON or a report; the best plan so far; explanations."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api.auth import ReadKey, ServiceOf
from api.bodies import granted
from api.context import Service
from api.kinds import calls
from api.kinds.reports import CONTENT_TYPES, REPORTS, calendar_of
from api.problems import Problem
from api.routes.jobs import job_of
from api.schemas import PlacesResult, VisitsResult
from api.store.content import StoredResult, artifact, best_so_far, keep_artifact, stored_input, stored_result
from api.store.jobs import Job
from optimizer.common.language import Language

__all__ = ["router"]

router = APIRouter(prefix="/v1/jobs", tags=["results"])


class ResultFormat(StrEnum):
    """How a result can be had."""

    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"
    GEOJSON = "geojson"
    ICS = "ics"
    PDF = "pdf"


_CALENDAR = "text/calendar"
_BYTES = {"type": "string", "format": "binary"}
_CONTENT = {
    kind.partition(";")[0]: {"schema": {"type": "object"} if kind.endswith("json") else _BYTES}
    for kind in (*CONTENT_TYPES.values(), _CALENDAR)
}
_SANDBOX = "sandbox allow-scripts allow-downloads"


@router.get(
    "/{job_id}/result",
    response_model=VisitsResult | PlacesResult,
    responses={200: {"content": _CONTENT}, 304: {}},
    summary="The result, once the job has ended",
)
async def get_result(
    job_id: str,
    request: Request,
    service: ServiceOf,
    key: ReadKey,
    format: Annotated[
        ResultFormat,
        Query(
            description="JSON; a workbook; a page; for visits also a map (GeoJSON), route sheets (PDF), and calendars: "
            "a zip with one for each caregiver, or the one of `caregiver`"
        ),
    ] = ResultFormat.JSON,
    lang: Annotated[Language, Query(description="language of a report")] = Language.ZH,
    caregiver: Annotated[str | None, Query(max_length=200, description="whose calendar, with format=ics")] = None,
) -> Response:
    """409 until the job has ended, 406 where there is no such report. ``ETag`` and ``If-None-Match`` spare sending it
    again.
    """
    job, result = await run_in_threadpool(_ended, service, key.tenant, job_id)
    etag = f'"{result.etag}"' if format is ResultFormat.JSON else f'"{result.etag}-{format}-{lang}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if format is ResultFormat.JSON:
        return Response(result.text, media_type="application/json", headers=headers)
    report, kind = await _report(service, job, result, format.value, lang.value), CONTENT_TYPES[format.value]
    if format is ResultFormat.ICS and caregiver is not None:
        report, kind = _of_caregiver(report, caregiver), _CALENDAR
    ending = "zip" if kind == CONTENT_TYPES["ics"] else format.value
    headers["Content-Disposition"] = f'attachment; filename="{job.kind}-{job.id}.{ending}"'
    headers["Content-Security-Policy"] = _SANDBOX
    return Response(report, media_type=kind, headers=headers)


@router.get("/{job_id}/incumbent", response_model=VisitsResult, summary="The best plan so far")
def get_incumbent(job_id: str, service: ServiceOf, key: ReadKey) -> Response:
    """While a job runs, and after it: in the shape of a result."""
    job = job_of(service, key.tenant, job_id)
    best = best_so_far(service.database, job_id)
    if best is None:
        raise Problem("no-result" if job.ended else "not-ready", headers={"Retry-After": "1"}, state=job.state.value)
    return JSONResponse(best)


@router.get("/{job_id}/explanations/{subject}", summary="Why it is as it is, and what would change it")
async def explain(job_id: str, subject: str, service: ServiceOf, key: ReadKey) -> dict[str, Any]:
    """Of a visit: who does it, when, at what cost; or why it is left out. Of an applicant: why this place, or none."""
    job, result = await run_in_threadpool(_ended, service, key.tenant, job_id)
    stored = await run_in_threadpool(stored_input, service.database, job_id)
    if stored is None:
        raise Problem("not-found")
    return granted(await service.desk.ask(calls.explain, job.kind, *stored, result.text, subject))


def _ended(service: Service, tenant: str, job_id: str) -> tuple[Job, StoredResult]:
    job = job_of(service, tenant, job_id)
    result = stored_result(service.database, job_id)
    if result is not None:
        return job, result
    if not job.ended:
        raise Problem("not-ready", headers={"Retry-After": "1"}, state=job.state.value)
    raise Problem("no-result", state=job.state.value, reason=job.reason)


def _of_caregiver(archive: bytes, caregiver: str) -> bytes:
    found = calendar_of(archive, caregiver)
    if found is None:
        raise Problem("not-found")
    return found


async def _report(service: Service, job: Job, result: StoredResult, name: str, language: str) -> bytes:
    """A report, made once and then kept."""
    kept = await run_in_threadpool(artifact, service.database, job.id, f"{name}-{language}")
    if kept is not None:
        return kept
    stored = await run_in_threadpool(stored_input, service.database, job.id)
    if stored is None:
        raise Problem("not-found")
    made = None
    if name in REPORTS[job.kind]:
        made = await service.desk.ask(calls.report, job.kind, *stored, result.text, name, language)
    if made is None:
        raise Problem("not-acceptable")
    await run_in_threadpool(keep_artifact, service.database, job.id, f"{name}-{language}", made)
    return made
