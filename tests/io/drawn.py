"""Hypothesis strategies for problems and plans whose every field may hold any value the format can carry."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from enum import EnumType
from typing import Any

from hypothesis import strategies as st

from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

TEXT = st.text(max_size=6)
NAMES = st.text(min_size=1, max_size=6)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
)
JSON_OBJECTS = st.dictionaries(
    TEXT,
    st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2), max_leaves=3
    ),
    max_size=2,
)
TICKS = st.integers(-(10**12), 10**12) | st.integers(0, 10**8)


def any_problem() -> st.SearchStrategy[Problem]:
    """Problems that make no sense but are well-formed."""
    return _of_class(Problem)


def any_plan() -> st.SearchStrategy[Plan]:
    """Plans that make no sense but are well-formed."""
    return _of_class(Plan)


def _of_class(cls: Any) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    drawn = {}
    for field in fields(cls):
        strategy = _of_field(field.name, hints[field.name])
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        drawn[field.name] = st.none().map(lambda _, f=field: _default(f)) | strategy if has_default else strategy
    return st.builds(cls, **drawn)


def _default(field: Any) -> Any:
    return field.default if field.default is not MISSING else field.default_factory()


def _of_field(name: str, hint: Any) -> st.SearchStrategy[Any]:
    if name in ("ticks_per_s", "cost_unit_s"):
        return st.sampled_from((1, 10, 1000, 1_000_000)) if name == "ticks_per_s" else st.sampled_from((1, 60))
    if hint is str and name in ("zh", "en", "name", "town", "village", "ability", "service", "mode", "source"):
        return TEXT
    return _of_hint(hint)


def _of_hint(hint: Any) -> st.SearchStrategy[Any]:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(_of_hint(part) for part in typing.get_args(hint)))
    if origin is tuple:
        return st.lists(_of_hint(typing.get_args(hint)[0]), max_size=2).map(tuple)
    if origin is Mapping:
        return JSON_OBJECTS
    if isinstance(hint, EnumType):
        return st.sampled_from(hint)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: NAMES,
        int: TICKS,
        bool: st.booleans(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        date: st.dates(),
        type(None): st.none(),
    }
    return plain[hint] if hint in plain else _of_class(hint)
