"""``/v1/visits``: ask for a plan, judge one, validate a day."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.auth import ServiceOf, SolveKey
from api.bodies import granted, read_body, read_json
from api.kinds.visits_input import read_visits
from api.kinds.visits_questions import check_visits, validate_visits
from api.openapi import accepts
from api.schemas import CheckAnswer, JobBody, JobWithResult, ValidateAnswer
from api.submission import take_job

__all__ = ["router"]

router = APIRouter(prefix="/v1/visits", tags=["visits"])


@router.post(
    "/jobs",
    status_code=202,
    response_model=JobBody,
    responses={200: {"model": JobWithResult, "description": "It ended within the time of `Prefer: wait=N`."}},
    openapi_extra=accepts("VisitsBody", forms=True),
    summary="Ask for a plan of one day of visits",
)
async def ask_for_plan(request: Request, service: ServiceOf, key: SolveKey) -> Response:
    """The day is judged at once: either every finding (422), or a job (202) whose address is in ``Location``."""
    return await take_job(service, key, request, "visits", read_visits)


@router.post(
    "/check",
    response_model=CheckAnswer,
    openapi_extra=accepts("VisitsCheckBody"),
    summary="Judge a plan without solving",
)
async def check(request: Request, service: ServiceOf, _key: SolveKey) -> Response:
    """Times, cost and broken rules of any plan, also one made by hand, as the referee finds them."""
    data = await read_json(request, service)
    return _json(granted(await service.desk.ask(check_visits, data, service.limits)))


@router.post(
    "/validate",
    response_model=ValidateAnswer,
    openapi_extra=accepts("VisitsBody", forms=True),
    summary="All findings about a day, without a job",
)
async def validate(request: Request, service: ServiceOf, _key: SolveKey) -> Response:
    """Errors and warnings alike; the answer is 200 also where there are errors."""
    data = await read_body(request, service)
    return _json(granted(await service.desk.ask(validate_visits, data, service.limits)))


def _json(value: Any) -> Response:
    return JSONResponse(value)
