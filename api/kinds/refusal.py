"""A refusal as a value, and the findings that only the service makes (``S001`` …)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from optimizer.common.errors import Finding, Severity
from optimizer.common.language import Text

__all__ = ["Refusal", "Refused", "invalid", "prefixed", "service_finding", "too_large"]

_FINDINGS: Mapping[str, tuple[Text, Text]] = {
    "S001": (
        Text("没有写坐标系 crs", "the coordinate system (crs) is missing"),
        Text("请写 WGS-84、GCJ-02 或 BD-09", "write WGS-84, GCJ-02 or BD-09"),
    ),
    "S002": (
        Text("ext 有 {size} 字节，上限 {limit}", "ext has {size} bytes, the limit is {limit}"),
        Text("请只放编号之类的短内容", "keep it to short things such as ids"),
    ),
    "S003": (
        Text("服务不读取文件名所指的矩阵", "the service reads no file by its name"),
        Text("请内嵌矩阵，或作为 matrix 部分上传", "embed the matrix, or send it as the part 'matrix'"),
    ),
    "S004": (
        Text("没有 {name} 这一部分", "the part '{name}' is missing"),
        Text("请按接口说明上传", "send it as the description of the interface says"),
    ),
    "S005": (
        Text("{name} 超出上限 {limit}", "{name} is above the limit of {limit}"),
        Text("请改小", "make it smaller"),
    ),
    "S006": (
        Text("只有 JSON 能跳过错误行", "only JSON can be read with on_error=skip_rows"),
        Text("请改正表格中的错误", "correct the tables"),
    ),
    "S007": (
        Text("已跳过此行：{why}", "this row was skipped: {why}"),
        Text("请改正后重新提交", "correct it and send it again"),
    ),
    "S009": (
        Text("参数 {name} 有误：{why}", "the parameter {name} is wrong: {why}"),
        Text("请按接口说明改正", "see the description of the interface"),
    ),
    "S010": (
        Text("不允许通知此地址：{why}", "this address may not be told: {why}"),
        Text("请使用运营方允许的 https 地址", "use an https address whose host the operator has allowed"),
    ),
    "S012": (
        Text("本服务器上 search 引擎尚未编译", "the engine 'search' is not compiled on this server yet"),
        Text("请用 auto，或请运营方运行 careplan warmup", "use auto, or have the operator run careplan warmup"),
    ),
    "S013": (
        Text("无法读取请求内容：{why}", "the body cannot be read: {why}"),
        Text("请按接口说明重新发送", "send it again as the description of the interface says"),
    ),
    "S014": (
        Text("没有“{name}”这一部分", 'there is no part "{name}"'),
        Text("可用：{known}", "the parts are: {known}"),
    ),
    "S015": (
        Text(
            "该政策没有编号、批准人和日期，不能作正式结果",
            "a policy without number, approver and date makes nothing official",
        ),
        Text("请用已批准的政策，或不要 official", "use an approved policy, or leave official out"),
    ),
    "S016": (
        Text("正式结果缺少 {name}", "an official result needs {name}"),
        Text("请给出抽签种子及其公布之处", "give the seed of the draw, and where it was published"),
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A refusal: ``kind`` is a key of :data:`api.problems.KINDS`."""

    kind: str
    errors: tuple[Finding, ...] = ()
    detail: Text | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


class Refusal(Exception):
    """A refusal on its way out of a function of this process; never crosses a border between processes."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(refused.kind)


def service_finding(
    code: str, where: str, *, severity: Severity = Severity.ERROR, ids: tuple[str, ...] = (), **values: object
) -> Finding:
    """A finding of the service's own; a value that is a text appears in each language."""
    found, action = _FINDINGS[code]
    return Finding(
        code=code, where=where, ids=ids, found=_filled(found, values), action=_filled(action, values), severity=severity
    )


def _filled(text: Text, values: Mapping[str, object]) -> Text:
    chinese = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
    english = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    return Text(text.zh.format(**chinese), text.en.format(**english))


def invalid(findings: Iterable[Finding]) -> Refused:
    """The content is wrong."""
    return Refused(kind="invalid", errors=tuple(findings))


def too_large(what: str, count: int, limit: int) -> Refused:
    """More than the settings allow, with the numbers."""
    detail = Text(f"{what}：{count:,}，上限 {limit:,}", f"{what}: {count:,}, the limit is {limit:,}")
    return Refused(kind="too-large", detail=detail, extra={"what": what, "count": count, "limit": limit})


def prefixed(findings: Iterable[Finding], prefix: str) -> tuple[Finding, ...]:
    """Findings about a part of a body, at their place in the whole of it."""
    return tuple(
        replace(finding, where=f"{prefix}.{finding.where}" if finding.where else prefix) for finding in findings
    )
