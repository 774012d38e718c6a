"""Before any route: a request id, the host and origin that are named, the size of the body; after it: log and count."""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.context import Service
from api.problems import Problem
from optimizer.common.language import Language, Text

__all__ = ["Gate", "language_of"]

log = logging.getLogger("careplan.requests")

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_OPEN_TO_ANY_HOST = ("/health/live", "/health/ready", "/metrics")


def language_of(headers: Headers) -> Language:
    """The language of titles: Chinese where ``Accept-Language`` begins with it, else English."""
    return Language.ZH if headers.get("accept-language", "").lower().startswith("zh") else Language.EN


class Gate:
    """ASGI middleware around the whole service."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _under_prefix(scope, self._service.settings.root_path)
        request_id, started = uuid.uuid4().hex, time.monotonic()
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
                self._count(scope, status, time.monotonic() - started)
            await send(message)

        refused = self._refusal(scope)
        try:
            if refused is not None:
                language = language_of(Headers(scope=scope))
                await refused.response(request_id=request_id, language=language)(scope, receive, send_noted)
            else:
                await self._app(scope, receive, send_noted)
        finally:
            self._log(scope, status, time.monotonic() - started, request_id)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        settings = self._service.settings
        host = headers.get("host", "")
        open_to_any = scope["path"].removeprefix(settings.root_path) in _OPEN_TO_ANY_HOST
        if not open_to_any and _name(host) not in {_name(one) for one in (*settings.allowed_hosts, settings.host)}:
            detail = Text("请在 allowed_hosts 设置中加入此主机名", "add this host name to the setting allowed_hosts")
            return Problem("wrong-host", detail)
        if scope["method"] not in _SAFE_METHODS and not self._same_origin(headers, host):
            return Problem("wrong-origin")
        with contextlib.suppress(ValueError):
            size = int(headers.get("content-length", "0"))
            if size > settings.max_body_bytes:
                return body_too_large(size, settings.max_body_bytes)
        return None

    def _same_origin(self, headers: Headers, host: str) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        return urlsplit(origin).netloc.lower() == host.lower() or origin in self._service.settings.allowed_origins

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        measures = self._service.measures
        measures.requests.labels(scope["method"], route, str(status)).inc()
        measures.seconds.labels(route).observe(seconds)

    def _log(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        facts = {
            "request_id": request_id,
            "method": scope["method"],
            "route": _route(scope),
            "status": status,
            "ms": round(seconds * 1_000, 1),
            "tenant": scope.get("state", {}).get("tenant"),
        }
        log.info("request", extra=facts)


def _under_prefix(scope: Scope, prefix: str) -> None:
    """Let routes see the path without the prefix, whether the proxy has taken it away or not."""
    if prefix:
        path = scope["path"]
        scope["root_path"] = prefix
        scope["path"] = path if path == prefix or path.startswith(prefix + "/") else prefix + path


def body_too_large(size: int, limit: int) -> Problem:
    """A body of too many bytes; ``size`` is what is known of it."""
    detail = Text(f"内容 {size:,} 字节，上限 {limit:,}", f"the body has {size:,} bytes, the limit is {limit:,}")
    return Problem("too-large", detail, what="bytes", count=size, limit=limit)


def _route(scope: Scope) -> str:
    """The pattern of the route, never the path itself, which holds the users' ids."""
    return getattr(scope.get("route"), "path", "unknown")


def _name(host: str) -> str:
    """A host without its port, in small letters."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()
