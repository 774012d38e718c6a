"""What pydantic found wrong with an own JSON file, as numbered findings in both languages."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.io.json_text import place_of

__all__ = ["MAX_FINDINGS", "findings_of", "shown"]

MAX_FINDINGS = 200
"""Findings of one file that are told one by one; the rest is counted."""

_KINDS: Mapping[str, Text] = {
    "string_type": Text("文字", "text"),
    "int_type": Text("整数", "a whole number"),
    "int_from_float": Text("整数", "a whole number"),
    "float_type": Text("数字", "a number"),
    "bool_type": Text("true 或 false", "true or false"),
    "tuple_type": Text("列表 […]", "a list […]"),
    "dict_type": Text("对象 {…}", "an object {…}"),
    "model_type": Text("对象 {…}", "an object {…}"),
    "duration": Text("秒数", "a number of seconds"),
}


def findings_of(error: ValidationError, raw: Any, wire: type[BaseModel]) -> list[Finding]:
    """One finding for each error, in the order of the file's fields.

    Parameters
    ----------
    raw
        The JSON value that was validated; ids for the findings are looked up in it.
    wire
        The class it was validated against; its field names are suggested for misspelt ones.
    """
    errors = error.errors(include_url=False)
    names = sorted(_field_names(wire))
    faults = [_Fault(item["type"], item["loc"], item.get("ctx") or {}, item["input"], names) for item in errors]
    findings = [_finding(fault, raw) for fault in faults]
    if len(findings) <= MAX_FINDINGS:
        return findings
    rest = len(findings) - MAX_FINDINGS
    found = Text(f"另有 {rest} 处问题未列出", f"{rest} more findings are not listed")
    action = Text("请先改正以上各处", "correct the ones above first")
    return [*findings[:MAX_FINDINGS], Finding(code="T199", where="", found=found, action=action)]


def shown(value: Any) -> str:
    """A JSON value as it is quoted in a finding, cut to forty characters."""
    if isinstance(value, Mapping):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(frozen=True, slots=True)
class _Fault:
    """One error of pydantic: its kind, place, context and value, and the field names there are."""

    kind: str
    loc: tuple[int | str, ...]
    context: Mapping[str, Any]
    value: Any
    names: Sequence[str]


_Description = tuple[str, Text, Text]
"""Code, what was found, what to do."""


def _finding(fault: _Fault, raw: Any) -> Finding:
    code, found, action = _DESCRIBE.get(fault.kind, _wrong_kind)(fault)
    return Finding(
        code=code, where=place_of(fault.loc), ids=_ids_on_the_way(raw, fault.loc), found=found, action=action
    )


def _missing(fault: _Fault) -> _Description:
    name = fault.loc[-1] if fault.loc else ""
    return "T111", Text(f"缺少“{name}”", f'"{name}" is missing'), Text("请补上", "add it")


def _unknown(fault: _Fault) -> _Description:
    name = str(fault.loc[-1])
    near = difflib.get_close_matches(name, fault.names, n=1)
    action = (
        Text(f"是否想写“{near[0]}”?自己的内容请放进 ext", f'did you mean "{near[0]}"? Data of your own goes into "ext"')
        if near
        else Text("请删去,或放进 ext", 'remove it, or put it into "ext"')
    )
    return "T112", Text(f"没有“{name}”这一项", f'"{name}" is not a field'), action


def _wrong_kind(fault: _Fault) -> _Description:
    wanted = _KINDS.get(fault.kind, Text("另一种值", "another kind of value"))
    found = Text(f"{shown(fault.value)} 不是{wanted.zh}", f"{shown(fault.value)} is not {wanted.en}")
    return "T113", found, Text(f"请写{wanted.zh}", f"write {wanted.en}")


def _wrong_word(fault: _Fault) -> _Description:
    expected = fault.context.get("expected", "")
    found = Text(f"{shown(fault.value)} 不是可用的词", f"{shown(fault.value)} is not one of the words known here")
    return "T114", found, Text(f"请写其中之一: {expected}", f"write one of {expected}")


def _wrong_moment(fault: _Fault) -> _Description:
    found = Text(f"{shown(fault.value)} 不是时刻", f"{shown(fault.value)} is not a time of day")
    action = Text('请写 "08:30"、"08:30:15",次日写 "01:30+1"', 'write "08:30" or "08:30:15", on the next day "01:30+1"')
    return "T115", found, action


def _between_ticks(fault: _Fault) -> _Description:
    per_s = fault.context.get("ticks_per_s", 1)
    found = Text(
        f"{shown(fault.value)} 比 1/{per_s} 秒更细",
        f"{shown(fault.value)} is finer than the file's ticks ({per_s} in a second)",
    )
    return "T116", found, Text("请取整,或加大 ticks_per_s", "round it, or raise ticks_per_s")


def _wrong_day(fault: _Fault) -> _Description:
    found = Text(f"{shown(fault.value)} 不是日期", f"{shown(fault.value)} is not a date")
    return "T117", found, Text('请写 "2026-11-23"', 'write it as "2026-11-23"')


def _out_of_range(fault: _Fault) -> _Description:
    least, most = fault.context.get("ge"), fault.context.get("le")
    zh = f"至少 {least}" if least is not None else f"至多 {most}" if most is not None else "实际的大小"
    en = (
        f"{least} or more" if least is not None else f"{most} or less" if most is not None else "the size that is meant"
    )
    found = Text(f"{shown(fault.value)} 超出范围", f"{shown(fault.value)} is out of range")
    return "T118", found, Text(f"请写{zh}", f"write {en}")


def _empty(fault: _Fault) -> _Description:
    return (
        "T119",
        Text("是空的", "it is empty"),
        Text("请填写,或写 null", "fill it in, or write null where that is meant"),
    )


def _wrong_length(fault: _Fault) -> _Description:
    least, most = fault.context.get("min_length"), fault.context.get("max_length")
    count = fault.context.get("actual_length")
    zh = f"至少 {least} 个" if least is not None else f"至多 {most} 个"
    en = f"{least} or more" if least is not None else f"{most} or fewer"
    return "T118", Text(f"有 {count} 个", f"it has {count} entries"), Text(f"请给{zh}", f"give {en}")


_DESCRIBE: Mapping[str, Callable[[_Fault], _Description]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "enum": _wrong_word,
    "literal_error": _wrong_word,
    "moment": _wrong_moment,
    "between_ticks": _between_ticks,
    "day": _wrong_day,
    "too_large": _out_of_range,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "int_parsing_size": _out_of_range,
    "finite_number": _out_of_range,
    "string_too_short": _empty,
    "too_short": _wrong_length,
    "too_long": _wrong_length,
}


def _ids_on_the_way(raw: Any, loc: tuple[int | str, ...]) -> tuple[str, ...]:
    ids: list[str] = []
    for step in loc:
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(raw, Mapping) and isinstance(raw.get("id"), str):
            ids.append(raw["id"])
    return tuple(ids)


def _field_names(wire: type[BaseModel]) -> set[str]:
    schema = wire.model_json_schema(by_alias=True)
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}
