"""``/v1/places``: allocate, pair, group, site; judge a result; validate a problem."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.auth import ServiceOf, SolveKey
from api.bodies import granted, read_json
from api.kinds.places_input import read_places_job
from api.kinds.places_run import check_places, validate_places_body
from api.openapi import accepts
from api.schemas import JobBody, JobWithResult, ValidateAnswer
from api.submission import take_job

__all__ = ["router"]

router = APIRouter(prefix="/v1/places", tags=["places"])


@router.post(
    "/jobs",
    status_code=202,
    response_model=JobBody,
    responses={200: {"model": JobWithResult, "description": "It ended within the time of `Prefer: wait=N`."}},
    openapi_extra=accepts("PlacesBody"),
    summary="Ask for an allocation, pairs, groups or sites",
)
async def ask_for_places(request: Request, service: ServiceOf, key: SolveKey) -> Response:
    """The problem is judged at once: either every finding (422), or a job (202) whose address is in ``Location``."""
    return await take_job(service, key, request, "places", read_places_job)


@router.post(
    "/check",
    response_model=ValidateAnswer,
    openapi_extra=accepts("PlacesCheckBody"),
    summary="Judge a result and its proof without solving",
)
async def check(request: Request, service: ServiceOf, _key: SolveKey) -> Response:
    """By a checker that shares no code with the solvers."""
    data = await read_json(request, service)
    return JSONResponse(granted(await service.desk.ask(check_places, data, service.limits)))


@router.post(
    "/validate",
    response_model=ValidateAnswer,
    openapi_extra=accepts("PlacesBody"),
    summary="All findings about a problem, without a job",
)
async def validate(request: Request, service: ServiceOf, _key: SolveKey) -> Response:
    data = await read_json(request, service)
    return JSONResponse(granted(await service.desk.ask(validate_places_body, data, service.limits)))
