"""A policy from the mapping that its TOML file holds, and its hash; every mistake is a finding (``P90x``)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from importlib.resources import files
from typing import Any

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.policy import Policy

__all__ = ["POLICY_NAMES", "policy_hash", "policy_of_bytes", "shipped_policy"]

POLICY_NAMES = ("lottery", "qidong-childcare", "hailing-childcare", "nantong-beds")
"""The policies that are shipped."""


class _Fault(Exception):
    """One value that does not fit; ``path`` is its place in the file."""

    def __init__(self, code: str, path: str, found: Text, action: Text) -> None:
        super().__init__(path)
        self.finding = Finding(code=code, where=path, found=found, action=action)


def shipped_policy(name: str) -> Policy:
    """A policy that comes with careplan, by its name in :data:`POLICY_NAMES`.

    Raises
    ------
    InputError
        ``P901``: there is none of that name.
    """
    if name not in POLICY_NAMES:
        names = ", ".join(POLICY_NAMES)
        found = Text(f"没有叫“{name}”的分配规则", f'there is no policy called "{name}"')
        action = Text(f"请给出规则文件，或用：{names}", f"give a policy file, or one of: {names}")
        raise InputError([Finding(code="P901", where=name, found=found, action=action)])
    data = files("optimizer.places.policies").joinpath(f"{name}.toml").read_bytes()
    return policy_of_bytes(data, where=f"{name}.toml")


def policy_of_bytes(data: bytes, *, where: str) -> Policy:
    """The policy in the bytes of a TOML file; ``where`` is what the file is called in findings.

    Raises
    ------
    InputError
        ``P902`` not TOML, ``P903`` unknown key, ``P904`` wrong kind of value, ``P905`` missing key.
    """
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = Text(f"不是有效的 TOML（{error}）", f"not valid TOML ({error})")
        action = Text("请改正此处", "correct this place")
        raise InputError([Finding(code="P902", where=where, found=found, action=action)]) from error
    faults: list[Finding] = []
    policy: Policy = _built(Policy, raw, where, faults)
    if faults:
        raise InputError(faults)
    return policy


def policy_hash(policy: Policy) -> str:
    """SHA-256 of everything in the policy, as hexadecimal text."""
    text = json.dumps(dataclasses.asdict(policy), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _built(target: Any, raw: Any, path: str, faults: list[Finding]) -> Any:
    """``raw`` as ``target``; ``None`` with a fault where it does not fit."""
    try:
        return _value(target, raw, path, faults)
    except _Fault as fault:
        faults.append(fault.finding)
        return None


def _value(target: Any, raw: Any, path: str, faults: list[Finding]) -> Any:
    origin = typing.get_origin(target)
    if origin in (typing.Union, types.UnionType):
        inner = next(part for part in typing.get_args(target) if part is not type(None))
        return _value(inner, raw, path, faults)
    if origin is tuple:
        _require(isinstance(raw, list), path, raw, Text("列表 […]", "a list […]"))
        part = typing.get_args(target)[0]
        return tuple(_built(part, item, f"{path}[{i}]", faults) for i, item in enumerate(raw))
    if origin is not None and issubclass(origin, Mapping):
        _require(isinstance(raw, dict), path, raw, Text("表", "a table"))
        part = typing.get_args(target)[1]
        return {key: _built(part, item, f"{path}.{key}", faults) for key, item in raw.items()}
    if dataclasses.is_dataclass(target) and isinstance(target, type):
        _require(isinstance(raw, dict), path, raw, Text("表", "a table"))
        return _object(target, raw, path, faults)
    return _plain(target, raw, path)


def _object(target: type[Any], raw: Mapping[str, Any], path: str, faults: list[Finding]) -> Any:
    hints = typing.get_type_hints(target)
    known = {one.name: one for one in dataclasses.fields(target)}
    before = len(faults)
    faults.extend(_unknown(raw, known, path))
    for name, one in known.items():
        if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING and name not in raw:
            found = Text(f"缺少“{name}”", f'"{name}" is missing')
            faults.append(Finding(code="P905", where=path, found=found, action=Text("请补上", "add it")))
    values = {key: _built(hints[key], item, f"{path}.{key}", faults) for key, item in raw.items() if key in known}
    return target(**values) if len(faults) == before else None


def _unknown(raw: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Iterator[Finding]:
    for key in raw:
        if key not in known:
            found = Text(f"没有“{key}”这一项", f'"{key}" is not a key of this table')
            names = ", ".join(sorted(known))
            yield Finding(
                code="P903", where=path, found=found, action=Text(f"可用的有：{names}", f"the keys here are: {names}")
            )


def _plain(target: Any, raw: Any, path: str) -> Any:
    if isinstance(target, type) and issubclass(target, Enum):
        words = [str(one.value) for one in target]
        _require(raw in words, path, raw, Text("、".join(words), " or ".join(words)))
        return target(raw)
    if target is date:
        _require(isinstance(raw, date), path, raw, Text("日期 2026-03-01", "a date 2026-03-01"))
    elif target is bool:
        _require(isinstance(raw, bool), path, raw, Text("true 或 false", "true or false"))
    elif target is int:
        good = isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 2**31
        _require(good, path, raw, Text("整数", "a whole number"))
    elif target is float:
        good = isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 1e9
        _require(good, path, raw, Text("数字", "a number"))
        return float(raw)
    else:
        _require(isinstance(raw, str), path, raw, Text("文字", "text"))
    return raw


def _require(good: bool, path: str, raw: Any, wanted: Text) -> None:
    if not good:
        shown = str(raw)[:40]
        found = Text(f"“{shown}”不对", f'"{shown}" does not fit')
        raise _Fault("P904", path, found, Text(f"请写{wanted.zh}", f"write {wanted.en}"))
