"""Who asks: an API key in ``X-API-Key``, or a browser's session in a cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader

from api.context import Service
from api.problems import Problem
from api.store.keys import Key, Scope
from optimizer.common.language import Text

__all__ = ["SESSION_COOKIE", "AdminKey", "ReadKey", "ServiceOf", "SolveKey", "service_of"]

SESSION_COOKIE = "careplan_session"

_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="made by `careplan keys create`")
_COOKIE = APIKeyCookie(name=SESSION_COOKIE, auto_error=False, description="a browser's session")

_HOW = Text(
    "请在 X-API-Key 中给出密钥；在服务器上用 careplan keys create 单位名 生成",
    "give a key in X-API-Key; make one on the server with: careplan keys create TENANT",
)


async def service_of(request: Request) -> Service:
    """The service that answers this request; asynchronous, so that no thread is needed for it."""
    service: Service = request.app.state.service
    return service


ServiceOf = Annotated[Service, Depends(service_of)]


def _required(scope: Scope) -> Callable[..., Key]:
    def check(
        request: Request,
        service: ServiceOf,
        header: Annotated[str | None, Security(_HEADER)] = None,
        cookie: Annotated[str | None, Security(_COOKIE)] = None,
    ) -> Key:
        key = _key(service, header, cookie)
        if key is None:
            raise Problem("unauthorized", _HOW, headers={"WWW-Authenticate": 'ApiKey realm="careplan"'})
        if scope not in key.scopes and Scope.ADMIN not in key.scopes:
            detail = Text(f"该密钥没有 {scope.value} 权限", f"this key has no scope '{scope.value}'")
            raise Problem("forbidden", detail)
        request.state.tenant = key.tenant
        return key

    return check


def _key(service: Service, header: str | None, cookie: str | None) -> Key | None:
    if header is not None:
        return service.keys.find(header)
    return service.keys.of_session(cookie) if cookie else None


SolveKey = Annotated[Key, Depends(_required(Scope.SOLVE))]
ReadKey = Annotated[Key, Depends(_required(Scope.READ))]
AdminKey = Annotated[Key, Depends(_required(Scope.ADMIN))]
