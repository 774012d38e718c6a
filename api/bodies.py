"""Reading bodies: JSON as it comes, or the parts of a form; never more than is allowed."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.context import Service
from api.kinds.refusal import Refused, service_finding
from api.kinds.upload import Upload
from api.middleware import body_too_large
from api.problems import Problem
from optimizer.common.errors import Finding
from optimizer.common.language import Language, Text

__all__ = ["PLACES_PARTS", "VISITS_PARTS", "Parts", "body_hash", "granted", "read_body", "read_json"]

T = TypeVar("T")

_MOST_FILES, _MOST_FIELDS = 24, 16
_TABLES = "tables"
_MATRIX = "matrix"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a form may hold beside ``tables``: fields, and perhaps a matrix."""

    fields: tuple[str, ...]
    matrix: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return (*self.fields, _TABLES, *((_MATRIX,) if self.matrix else ()))


_COMMON = ("problem", "options", "crs", "on_error", "webhook")
VISITS_PARTS = Parts(fields=(*_COMMON, "date"), matrix=True)
PLACES_PARTS = Parts(fields=(*_COMMON, "task"))


async def read_json(request: Request, service: Service) -> bytes:
    """A body that must be JSON."""
    kind = _kind(request)
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem("unsupported-media-type", Text("请用 application/json", "send application/json"))
    return b"".join([chunk async for chunk in _capped(request, service)])


async def read_body(request: Request, service: Service, parts: Parts) -> bytes | Upload:
    """A body of JSON, or a form with tables, a matrix and JSON parts."""
    if _kind(request) != "multipart/form-data":
        return await read_json(request, service)
    whole = b"".join([chunk async for chunk in _capped(request, service)])
    if not whole.rstrip().endswith(b"--"):  # the parser would take half a form for a whole one
        raise _bad_form(service_finding("S013", "", why=Text("表单不完整", "it has no end")))
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
        why = getattr(error, "message", "") or "not a form"
        raise _bad_form(service_finding("S013", "", why=why)) from error
    tables: list[tuple[str, bytes]] = []
    fields: dict[str, bytes] = {}
    matrix: bytes | None = None
    try:
        for name, value in form.multi_items():
            data = await value.read() if isinstance(value, UploadFile) else value.encode("utf-8", "surrogatepass")
            if name == _TABLES and isinstance(value, UploadFile):
                tables.append((value.filename or "", data))
            elif name == _MATRIX and parts.matrix:
                matrix = data
            elif name in parts.fields:
                fields[name] = data
            else:
                raise _bad_form(service_finding("S014", "", name=name[:40], known=", ".join(parts.names)))
    finally:
        await form.close()
    return Upload(tables=tuple(tables), matrix=matrix, fields=tuple(sorted(fields.items())))


def _bad_form(finding: Finding) -> Problem:
    """A form that cannot be read; what is wrong with it is the detail too."""
    said = Text(finding.sentence(Language.ZH), finding.sentence(Language.EN))
    return Problem("bad-request", said, errors=[finding])


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
