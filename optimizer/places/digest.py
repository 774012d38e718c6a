"""The hash of a problem, the same for every order of its rows, and the versions that a result depends on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from datetime import date
from importlib.metadata import version
from typing import Any

from optimizer.places.model import PlacesProblem

__all__ = ["component_versions", "problem_hash"]


def problem_hash(problem: PlacesProblem) -> str:
    """SHA-256 over all tables as canonical JSON, rows sorted; the order of the input never matters."""
    tables = {
        entry.name: _rows(getattr(problem, entry.name)) for entry in dataclasses.fields(problem) if entry.name != "ext"
    }
    text = json.dumps(tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def component_versions(*names: str) -> dict[str, str]:
    """Versions of Python, careplan and the packages named."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("careplan", *names)}}


def _rows(value: object) -> object:
    if not isinstance(value, tuple):
        return value
    rows = [json.dumps(_row(one), ensure_ascii=False, sort_keys=True, default=_plain) for one in value]
    return sorted(rows)


def _row(one: Any) -> dict[str, Any]:
    return {entry.name: getattr(one, entry.name) for entry in dataclasses.fields(one) if entry.name != "ext"}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
