"""Strict reading of JSON text: a mistake that ``json`` lets pass is a finding with its place."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text

__all__ = ["MAX_DEPTH", "json_bytes", "parse_json_object", "place_of"]

MAX_DEPTH = 64
"""Deepest nesting that is read; own files need seven levels."""


class _NotFinite:
    """Stands where NaN, Infinity or a number too large to hold was written, until its place is known."""

    def __init__(self, text: str) -> None:
        self.text = text


class _RepeatedKeys(dict[str, Any]):
    """An object in which a key was written more than once."""

    repeated: tuple[str, ...] = ()


def parse_json_object(data: bytes, *, where: str) -> dict[str, Any]:
    """The object that the bytes of a JSON file hold.

    Parameters
    ----------
    data
        UTF-8, with or without a byte-order mark.
    where
        What the file is called in findings.

    Raises
    ------
    InputError
        ``T103`` empty, ``T104`` not UTF-8, ``T105`` not JSON, ``T106`` nested too deep, ``T107`` repeated keys,
        ``T108`` numbers that are not finite, ``T109`` text that no file can hold, ``T110`` not an object.
    """
    text = _decoded(data, where)
    value = _loaded(text, where)
    findings = list(_faults(value, where))
    if findings:
        raise InputError(findings)
    if not isinstance(value, dict):
        found = Text("最外层不是一个对象 {…}", "the outermost value is not an object {…}")
        action = Text("请给 careplan 的 JSON 文件", "give a JSON file of careplan")
        raise InputError([_finding("T110", where, found, action)])
    return value


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """JSON text with two blanks of indent, keys in the order given, UTF-8, one line feed at the end.

    Raises
    ------
    ValueError
        A value that JSON has no text for: NaN, infinity, text with lone surrogates, objects of other classes.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
        return (text + "\n").encode("utf-8")
    except (TypeError, RecursionError) as error:
        raise ValueError(f"not a JSON value: {error}") from error


def place_of(steps: tuple[int | str, ...]) -> str:
    """The place in a file as a person writes it: ``("visits", 17, "windows", 0)`` is ``visits[17].windows[0]``."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _decoded(data: bytes, where: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = Text(f"不是 UTF-8 文本(第 {error.start + 1} 字节)", f"not UTF-8 text (byte {error.start + 1})")
        action = Text("请另存为 UTF-8", "save it as UTF-8")
        raise InputError([_finding("T104", where, found, action)]) from error
    if not text.strip():
        found = Text("文件是空的", "the file is empty")
        raise InputError([_finding("T103", where, found, Text("请换一个文件", "choose another file"))])
    return text


def _loaded(text: str, where: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_float, parse_constant=_NotFinite)
    except json.JSONDecodeError as error:
        place = f"{where} line {error.lineno} column {error.colno}"
        found = Text(f"不是有效的 JSON({error.msg})", f"not valid JSON ({error.msg})")
        action = Text("请改正此处(逗号、引号、括号)", "correct this place (a comma, a quote, a bracket)")
        raise InputError([_finding("T105", place, found, action)]) from error
    except RecursionError as error:
        raise InputError([_too_deep(where)]) from error
    except ValueError as error:  # an integer of thousands of digits, which Python refuses to convert
        found = Text("有一个数字过长", "a number has too many digits")
        action = Text("请写实际的数字", "write the number that is meant")
        raise InputError([_finding("T108", where, found, action)]) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    marked = _RepeatedKeys(plain)
    counts = Counter(key for key, _ in pairs)
    marked.repeated = tuple(sorted(key for key, count in counts.items() if count > 1))
    return marked


def _float(text: str) -> float | _NotFinite:
    value = float(text)
    return value if math.isfinite(value) else _NotFinite(text)


def _faults(value: Any, where: str) -> Iterator[Finding]:
    waiting: list[tuple[tuple[int | str, ...], Any]] = [((), value)]
    while waiting:
        steps, item = waiting.pop()
        if len(steps) > MAX_DEPTH:
            yield _too_deep(where)
            return
        if _is_faulty(item):
            yield from _faults_of(item, place_of(steps) or where)
        if isinstance(item, dict):
            waiting.extend((((*steps, key), inner)) for key, inner in reversed(item.items()))
        elif isinstance(item, list):
            rest = [(i, inner) for i, inner in enumerate(item) if type(inner) not in (int, float, type(None), bool)]
            waiting.extend(((*steps, i), inner) for i, inner in reversed(rest))


def _is_faulty(item: Any) -> bool:
    """Whether there is anything to say: asked of every value, so it makes no text."""
    if isinstance(item, str):
        return not _is_text(item)
    return isinstance(item, _NotFinite | _RepeatedKeys) or (isinstance(item, dict) and not all(map(_is_text, item)))


def _faults_of(item: Any, place: str) -> Iterator[Finding]:
    if isinstance(item, _NotFinite):
        found = Text(f"“{_short(item.text)}”不是有限的数字", f"{_short(item.text)} is not a finite number")
        yield _finding(
            "T108", place, found, Text("请写实际的数字,或用 null 表示没有", "write a number, or null for none")
        )
    elif isinstance(item, _RepeatedKeys):
        names = ", ".join(_short(key) for key in item.repeated)
        found = Text(f"同一个对象里重复写了 {names}", f"written more than once in one object: {names}")
        yield _finding("T107", place, found, Text("请只留一个", "keep one of them"))
    if (isinstance(item, str) and not _is_text(item)) or (isinstance(item, dict) and not all(map(_is_text, item))):
        found = Text("文本里有不完整的字符(孤立的代理码)", "text with half a character in it (a lone surrogate)")
        yield _finding("T109", place, found, Text("请重新输入这段文字", "type this text again"))


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _short(text: str) -> str:
    shown = text.encode("utf-8", "replace").decode("utf-8")
    return shown if len(shown) <= 40 else shown[:39] + "…"


def _too_deep(where: str) -> Finding:
    found = Text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep")
    return _finding("T106", where, found, Text("请检查括号", "check the brackets"))


def _finding(code: str, where: str, found: Text, action: Text) -> Finding:
    return Finding(code=code, where=where, found=found, action=action)
