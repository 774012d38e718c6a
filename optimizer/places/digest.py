"""The hash of a problem, the same for every order of its rows, and the versions that a result depends on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version

from optimizer.places.model import PlacesProblem

__all__ = ["component_versions", "problem_hash"]


def problem_hash(problem: PlacesProblem) -> str:
    """SHA-256 over all tables as canonical JSON, rows sorted; the order of the input never matters."""
    digest = hashlib.sha256()
    for text in _canonical(problem):
        digest.update(text.encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def component_versions(*names: str) -> dict[str, str]:
    """Versions of Python, careplan and the packages named."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("careplan", *names)}}


def _canonical(problem: PlacesProblem) -> Iterator[str]:
    """The canonical JSON in pieces: a whole city as one text would take as much memory as everything else together."""
    lead = "{"
    for name in sorted(entry.name for entry in dataclasses.fields(problem) if entry.name != "ext"):
        value = getattr(problem, name)
        yield f"{lead}{_text(name)}:"
        if isinstance(value, tuple):
            names = [one.name for one in dataclasses.fields(value[0]) if one.name != "ext"] if value else []
            rows = sorted(_ROW.encode({name: getattr(one, name) for name in names}) for one in value)
            yield "["
            for k, row in enumerate(rows):
                yield f",{_text(row)}" if k else _text(row)
            yield "]"
        else:
            yield _text(value)
        lead = ","
    yield "}"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_ROW = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_plain)
_text = json.JSONEncoder(ensure_ascii=False).encode
