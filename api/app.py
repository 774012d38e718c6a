"""The application: ``create_app(settings)``."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from api.clock import Clock, SystemClock
from api.context import Service
from api.kinds.calls import body_shapes
from api.kinds.refusal import service_finding
from api.middleware import Gate, language_of
from api.openapi import describe
from api.problems import Problem
from api.routes import events, health, jobs, results, service
from api.routes.subjects import SUBJECTS, router_of
from api.settings import Settings
from api.work.messenger import Messenger
from optimizer.common.language import Text
from optimizer.io.json_text import place_of

__all__ = ["create_app"]

log = logging.getLogger("careplan.service")

_HTTP_KINDS = {
    400: "bad-request",
    401: "unauthorized",
    404: "not-found",
    405: "method-not-allowed",
    415: "unsupported-media-type",
}


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    """The service as an ASGI application; everything starts with its lifespan and ends with it.

    Parameters
    ----------
    settings
        ``None``: from the environment and the settings file.
    clock
        Replaced in tests and drills.
    """
    chosen = settings or Settings()
    parts = Service.of(chosen, clock or SystemClock())
    app = FastAPI(
        title="careplan",
        version=version("careplan"),
        description="Plans home visits and allocates places. Long work is a job: 202, then events or polling.",
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = parts
    for router in (*map(router_of, SUBJECTS), *(one.router for one in (jobs, results, events, health, service))):
        app.include_router(router)
    app.add_middleware(Gate, service=parts)
    _answer_faults(app)
    _add_description(app, parts)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Service = app.state.service
    await run_in_threadpool(parts.database.migrate)
    parts.supervisor.start()
    parts.desk.start()
    messenger = Messenger(parts.settings, parts.database, parts.clock)
    messenger.start()
    log.info("started", extra={"workers": parts.settings.workers})
    try:
        yield
    finally:
        parts.closing.set()
        await run_in_threadpool(messenger.close)
        await run_in_threadpool(parts.supervisor.close)
        parts.desk.close()
        parts.database.close()
        log.info("ended")


def _add_description(app: FastAPI, parts: Service) -> None:
    @app.get("/openapi.json", include_in_schema=False)
    async def description() -> JSONResponse:
        """Made once; the desk knows the bodies, for which the server would have to load the whole library."""
        if app.openapi_schema is None:
            bodies, examples = await parts.desk.ask(body_shapes)
            prefix = parts.settings.root_path
            app.openapi_schema = await run_in_threadpool(describe, app, bodies, examples, parts.limits, prefix=prefix)
        return JSONResponse(app.openapi_schema)


def _answer_faults(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    async def refuse(request: Request, problem: Problem) -> Response:
        return _response(request, problem)

    @app.exception_handler(RequestValidationError)
    async def refuse_request(request: Request, error: RequestValidationError) -> Response:
        return _response(request, _of_validation(error))

    @app.exception_handler(HTTPException)
    async def refuse_route(request: Request, error: HTTPException) -> Response:
        return _response(request, Problem(_HTTP_KINDS.get(error.status_code, "bad-request"), headers=error.headers))

    @app.exception_handler(DBAPIError)
    @app.exception_handler(PoolTimeoutError)
    async def without_store(request: Request, error: Exception) -> Response:
        log.warning("store unavailable", extra={"error": type(error).__name__})
        return _response(request, Problem("store-unavailable", headers={"Retry-After": "5"}))

    @app.exception_handler(Exception)
    async def our_fault(request: Request, error: Exception) -> Response:
        log.error("internal", exc_info=error, extra={"request_id": request.state.request_id})
        return _response(request, Problem("internal"))


def _response(request: Request, problem: Problem) -> Response:
    parts: Service = request.app.state.service
    return problem.response(
        request_id=request.state.request_id,
        language=language_of(request.headers),
        prefix=parts.settings.root_path,
    )


def _of_validation(error: RequestValidationError) -> Problem:
    """What is wrong with a query, a header or a small body, as findings."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem("bad-request", errors=[service_finding("S013", "", why=Text("不是 JSON", "it is not JSON"))])
    findings = []
    for fault in faults:
        place = place_of(tuple(fault["loc"][1:])) or str(fault["loc"][0])
        findings.append(service_finding("S009", place, name=place, why=fault["msg"]))
    return Problem("invalid", errors=findings)
