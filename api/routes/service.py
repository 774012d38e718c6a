"""Demonstration data, the index of problems, and the sessions of browsers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Path, Request, Response
from fastapi.responses import JSONResponse

from api.auth import SESSION_COOKIE, ReadKey, ServiceOf
from api.kinds.calls import demonstration
from api.kinds.instances import INSTANCES
from api.problems import KINDS, Problem
from api.schemas import SessionBody, TokenAnswer

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["service"])

TOKEN_VALID_S = 300


@router.get("/instances", summary="Names of the demonstration data")
def list_instances(_key: ReadKey) -> dict[str, list[str]]:
    return {"items": list(INSTANCES)}


@router.get("/instances/{name}", summary="A body to try the service with; all persons are invented")
async def get_instance(
    name: Annotated[str, Path(json_schema_extra={"enum": list(INSTANCES)})], service: ServiceOf, _key: ReadKey
) -> Response:
    if name not in INSTANCES:
        raise Problem("not-found")
    return JSONResponse(await service.desk.ask(demonstration, name))


@router.get("/problems", summary="Every kind of problem that an answer can name")
def list_problems() -> dict[str, list[dict[str, Any]]]:
    return {"items": [_kind(name) for name in sorted(KINDS)]}


@router.get("/problems/{kind}", summary="What a kind of problem means")
def get_problem(kind: Annotated[str, Path(json_schema_extra={"enum": sorted(KINDS)})]) -> dict[str, Any]:
    if kind not in KINDS:
        raise Problem("not-found")
    return _kind(kind)


def _kind(name: str) -> dict[str, Any]:
    status, title = KINDS[name]
    return {"kind": name, "status": status, "zh": title.zh, "en": title.en}


@router.post("/session/tokens", status_code=201, response_model=TokenAnswer, summary="A one-time token for a browser")
def make_token(service: ServiceOf, key: ReadKey) -> dict[str, Any]:
    """It goes into the fragment of a page's address, which no server and no log ever sees."""
    token = service.keys.issue_token(key)
    return {"token": token, "fragment": f"#token={token}", "valid_s": TOKEN_VALID_S}


@router.post("/session", status_code=204, summary="Exchange a one-time token for a session cookie")
def begin_session(body: SessionBody, service: ServiceOf) -> Response:
    session = service.keys.exchange(body.token)
    if session is None:
        raise Problem("unauthorized")
    response = Response(status_code=204)
    response.set_cookie(
        SESSION_COOKIE,
        session,
        httponly=True,
        samesite="strict",
        secure=service.settings.cookie_secure,
        path=service.settings.root_path or "/",
    )
    return response


@router.delete("/session", status_code=204, summary="End the session of this browser")
def end_session(
    request: Request, service: ServiceOf, session: Annotated[str | None, Cookie(alias=SESSION_COOKIE)] = None
) -> Response:
    if session is not None:
        service.keys.end_session(session)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path=service.settings.root_path or "/")
    return response
