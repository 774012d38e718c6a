"""``/v1/visits`` and ``/v1/places``: ask for a job, judge a plan or result, get all findings. The same for both."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.auth import ServiceOf, SolveKey
from api.bodies import PLACES_PARTS, VISITS_PARTS, Parts, granted, read_body, read_json
from api.kinds import calls
from api.openapi import accepts
from api.schemas import CheckAnswer, JobBody, JobWithResult, ValidateAnswer
from api.submission import take_job

__all__ = ["SUBJECTS", "Subject", "router_of"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What can be planned: what a form may hold, and in which words it is described.

    ``shape`` begins the names of its bodies in :mod:`api.kinds.shapes`: ``VisitsBodyShape``, ``VisitsCheckShape``.
    """

    name: str
    shape: str
    parts: Parts
    check_answer: type[BaseModel]
    asking: str
    checking: str
    validating: str


SUBJECTS = (
    Subject(
        name="visits",
        shape="Visits",
        parts=VISITS_PARTS,
        check_answer=CheckAnswer,
        asking="Ask for a plan of one day of visits",
        checking="Judge a plan without solving: times, cost and broken rules, as the referee finds them",
        validating="All findings about a day, without a job",
    ),
    Subject(
        name="places",
        shape="Places",
        parts=PLACES_PARTS,
        check_answer=ValidateAnswer,
        asking="Ask for an allocation, pairs, groups or sites",
        checking="Judge a result and its proof without solving, by a checker that shares no code with the solvers",
        validating="All findings about a problem, without a job",
    ),
)


def router_of(subject: Subject) -> APIRouter:
    """The routes of a subject."""
    router = APIRouter(prefix=f"/v1/{subject.name}", tags=[subject.name])

    @router.post(
        "/jobs",
        name=f"ask_for_{subject.name}",
        status_code=202,
        response_model=JobBody,
        responses={200: {"model": JobWithResult, "description": "It ended within the time of `Prefer: wait=N`."}},
        openapi_extra=accepts(f"{subject.shape}Body", subject.parts),
        summary=subject.asking,
    )
    async def ask(request: Request, service: ServiceOf, key: SolveKey) -> Response:
        """The problem is judged at once: either every finding (422), or a job (202) with its address in `Location`."""
        return await take_job(service, key, request, subject.name, subject.parts)

    @router.post(
        "/check",
        name=f"check_{subject.name}",
        response_model=subject.check_answer,
        openapi_extra=accepts(f"{subject.shape}Check"),
        summary=subject.checking,
    )
    async def check(request: Request, service: ServiceOf, _key: SolveKey) -> Response:
        """Of anything that was made by anybody, also by hand."""
        data = await read_json(request, service)
        return JSONResponse(granted(await service.desk.ask(calls.check, subject.name, data, service.limits)))

    @router.post(
        "/validate",
        name=f"validate_{subject.name}",
        response_model=ValidateAnswer,
        openapi_extra=accepts(f"{subject.shape}Body", subject.parts),
        summary=subject.validating,
    )
    async def validate(request: Request, service: ServiceOf, _key: SolveKey) -> Response:
        """Errors and warnings alike; the answer is 200 also where there are errors."""
        data = await read_body(request, service, subject.parts)
        return JSONResponse(granted(await service.desk.ask(calls.validate, subject.name, data, service.limits)))

    return router
