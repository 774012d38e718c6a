"""Reading bodies: JSON as it comes, or the parts of a form; never more than is allowed."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from typing import TypeVar

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.context import Service
from api.kinds.refusal import Refused
from api.kinds.visits_input import Upload
from api.middleware import body_too_large
from api.problems import Problem
from optimizer.common.language import Text

__all__ = ["body_hash", "granted", "read_body", "read_json"]

T = TypeVar("T")

_MOST_FILES, _MOST_FIELDS = 24, 16
_FIELDS = ("problem", "options", "crs", "on_error", "webhook", "date")
_TABLES = "tables"
_MATRIX = "matrix"


async def read_json(request: Request, service: Service) -> bytes:
    """A body that must be JSON."""
    kind = _kind(request)
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem("unsupported-media-type", Text("请用 application/json", "send application/json"))
    return b"".join([chunk async for chunk in _capped(request, service)])


async def read_body(request: Request, service: Service) -> bytes | Upload:
    """A body of JSON, or a form with tables, a matrix and JSON parts."""
    if _kind(request) != "multipart/form-data":
        return await read_json(request, service)
    whole = b"".join([chunk async for chunk in _capped(request, service)])
    if not whole.rstrip().endswith(b"--"):  # the parser would take half a form for a whole one
        raise Problem("bad-request", Text("表单不完整", "the form is not complete"))
    parser = MultiPartParser(
        request.headers,
        _again(whole),
        max_files=_MOST_FILES,
        max_fields=_MOST_FIELDS,
        max_part_size=service.settings.max_body_bytes,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeError) as error:
        text = getattr(error, "message", "") or "not a form"
        raise Problem("bad-request", Text(f"表单无法读取（{text}）", f"the form cannot be read ({text})")) from error
    tables: list[tuple[str, bytes]] = []
    fields: dict[str, bytes] = {}
    matrix: bytes | None = None
    try:
        for name, value in form.multi_items():
            data = await value.read() if isinstance(value, UploadFile) else value.encode("utf-8", "surrogatepass")
            if name == _TABLES and isinstance(value, UploadFile):
                tables.append((value.filename or "", data))
            elif name == _MATRIX:
                matrix = data
            elif name in _FIELDS:
                fields[name] = data
            else:
                raise _unknown_part(name)
    finally:
        await form.close()
    return Upload(tables=tuple(tables), matrix=matrix, fields=tuple(sorted(fields.items())))


def _unknown_part(name: str) -> Problem:
    known = ", ".join((*_FIELDS, _TABLES, _MATRIX))
    shown = name[:40]
    return Problem("bad-request", Text(f"没有“{shown}”这一部分；可用：{known}", f'no part "{shown}"; known: {known}'))


def body_hash(kind: str, data: bytes | Upload) -> str:
    """The same for the same content, however a form's parts are set apart."""
    digest = hashlib.sha256(kind.encode() + b"\0")
    pieces = [data] if isinstance(data, bytes) else _pieces(data)
    for piece in pieces:
        digest.update(len(piece).to_bytes(8, "big"))
        digest.update(piece)
    return digest.hexdigest()


def _pieces(upload: Upload) -> list[bytes]:
    named = (*upload.tables, *upload.fields)
    return [part for name, data in named for part in (name.encode("utf-8", "replace"), data)] + [upload.matrix or b""]


def granted(answer: T | Refused) -> T:
    """What was asked for, or its refusal raised."""
    if isinstance(answer, Refused):
        raise Problem(answer.kind, answer.detail, errors=answer.errors, **answer.extra)
    return answer


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _again(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data


async def _capped(request: Request, service: Service) -> AsyncGenerator[bytes, None]:
    limit, size = service.settings.max_body_bytes, 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise body_too_large(size, limit)
        yield chunk
