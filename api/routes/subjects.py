"""``/v1/visits`` and ``/v1/places``: ask for a job, judge a plan or result, get all findings. The same for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.auth import ServiceOf, SolveKey
from api.bodies import PLACES_PARTS, VISITS_PARTS, Parts, granted, read_body, read_json
from api.kinds.envelope import Limits
from api.kinds.places_input import read_places_job
from api.kinds.places_run import check_places, validate_places
from api.kinds.refusal import Refused
from api.kinds.upload import Upload
from api.kinds.visits_input import read_visits
from api.kinds.visits_questions import check_visits, validate_visits
from api.openapi import accepts
from api.schemas import CheckAnswer, JobBody, JobWithResult, ValidateAnswer
from api.submission import Reader, take_job

__all__ = ["SUBJECTS", "Subject", "router_of"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What can be planned: how its bodies are read and judged, and in which words it is described.

    ``shape`` names the models of its bodies in :mod:`api.openapi`: ``visits`` has ``VisitsBody`` and
    ``VisitsCheckBody``.
    """

    name: str
    shape: str
    parts: Parts
    read: Reader
    check: Callable[[bytes, Limits], dict[str, Any] | Refused]
    validate: Callable[[bytes | Upload, Limits], dict[str, Any] | Refused]
    check_answer: type[BaseModel]
    asking: str
    checking: str
    validating: str


SUBJECTS = (
    Subject(
        name="visits",
        shape="Visits",
        parts=VISITS_PARTS,
        read=read_visits,
        check=check_visits,
        validate=validate_visits,
        check_answer=CheckAnswer,
        asking="Ask for a plan of one day of visits",
        checking="Judge a plan without solving: times, cost and broken rules, as the referee finds them",
        validating="All findings about a day, without a job",
    ),
    Subject(
        name="places",
        shape="Places",
        parts=PLACES_PARTS,
        read=read_places_job,
        check=check_places,
        validate=validate_places,
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
        return await take_job(service, key, request, subject.name, subject.read, subject.parts)

    @router.post(
        "/check",
        name=f"check_{subject.name}",
        response_model=subject.check_answer,
        openapi_extra=accepts(f"{subject.shape}CheckBody"),
        summary=subject.checking,
    )
    async def check(request: Request, service: ServiceOf, _key: SolveKey) -> Response:
        """Of anything that was made by anybody, also by hand."""
        data = await read_json(request, service)
        return JSONResponse(granted(await service.desk.ask(subject.check, data, service.limits)))

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
        return JSONResponse(granted(await service.desk.ask(subject.validate, data, service.limits)))

    return router
