"""Everything that the service refuses, as RFC 9457 problem details with numbered findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi.responses import JSONResponse

from api.findings import finding_json
from optimizer.common.errors import Finding
from optimizer.common.language import Language, Text

__all__ = ["KINDS", "PROBLEM_JSON", "Problem", "problem_body"]

PROBLEM_JSON = "application/problem+json"

KINDS: Mapping[str, tuple[int, Text]] = {
    "bad-request": (400, Text("请求无法读取", "the request cannot be read")),
    "unauthorized": (401, Text("需要有效的密钥", "a valid key is needed")),
    "forbidden": (403, Text("该密钥没有此权限", "the key does not permit this")),
    "wrong-origin": (403, Text("来源不被允许", "this origin is not allowed")),
    "wrong-host": (421, Text("主机名不被允许", "this host name is not answered")),
    "not-found": (404, Text("没有这一项", "there is no such thing")),
    "method-not-allowed": (405, Text("此地址不支持该方法", "this address does not take that method")),
    "not-acceptable": (406, Text("没有所要的格式", "it cannot be had in that format")),
    "not-ready": (409, Text("作业尚未结束", "the job has not ended yet")),
    "no-result": (409, Text("作业没有结果", "the job has no result")),
    "kept": (409, Text("已确认的结果不能这样处理", "a confirmed result cannot be treated so")),
    "key-reused": (409, Text("同一 Idempotency-Key 用于不同内容", "the Idempotency-Key was used with another body")),
    "too-large": (413, Text("超出上限", "it is too large")),
    "unsupported-media-type": (415, Text("不支持此内容类型", "this type of content is not taken")),
    "invalid": (422, Text("内容有误，见 errors", "the content is wrong, see errors")),
    "too-many": (429, Text("请求过多，请稍后再试", "too many at once; try again later")),
    "internal": (500, Text("内部错误，请报告 request_id", "an error of ours; report the request_id")),
    "store-unavailable": (503, Text("数据库暂时不可用", "the store cannot be reached for the moment")),
    "busy": (503, Text("服务正忙或正在关闭", "the service is busy or shutting down")),
}
"""Every kind of problem: its HTTP status and title. ``type`` is ``/v1/problems/KIND``, which says the same."""


class Problem(Exception):
    """A refusal.

    Parameters
    ----------
    kind
        A key of :data:`KINDS`.
    detail
        What was found and what to do, in both languages.
    errors
        Findings, all of them.
    headers
        Further headers of the answer.
    extra
        Further members of the body (``count``, ``limit`` …).
    """

    def __init__(
        self,
        kind: str,
        detail: Text | None = None,
        *,
        errors: Iterable[Finding] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        self.kind = kind
        self.status, self.title = KINDS[kind]
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = extra
        super().__init__(f"{kind}: {self.detail.en}")

    def response(self, *, request_id: str, language: Language, prefix: str = "") -> JSONResponse:
        """The answer, its title and detail in one language, its findings in both."""
        body = problem_body(self, language, prefix) | {"request_id": request_id}
        return JSONResponse(body, status_code=self.status, headers=self.headers, media_type=PROBLEM_JSON)


def problem_body(problem: Problem, language: Language, prefix: str = "") -> dict[str, Any]:
    """The members of the problem's body."""
    body: dict[str, Any] = {
        "type": f"{prefix}/v1/problems/{problem.kind}",
        "title": problem.title.in_(language),
        "status": problem.status,
        "detail": problem.detail.in_(language),
        "zh": problem.detail.zh,
        "en": problem.detail.en,
        "errors": [finding_json(finding) for finding in problem.errors],
    }
    return body | problem.extra
