"""Wire classes made from the frozen dataclasses they stand for, field by field, with the same names."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from pydantic import Field, create_model

from optimizer.io import wire
from optimizer.io.wire import Day, Entity, Id

__all__ = ["wire_classes"]


def wire_classes(*roots: type[Any]) -> Mapping[type[Any], type[Entity]]:
    """The wire class of every dataclass that the roots are made of, the roots included."""
    made: dict[type[Any], type[Entity]] = {}
    for root in roots:
        _wire_class(root, made)
    return made


def _wire_class(target: type[Any], made: dict[type[Any], type[Entity]]) -> type[Entity]:
    if target not in made:
        hints = typing.get_type_hints(target)
        named: dict[str, Any] = {
            one.name: (Id if one.name == "id" else _wire_type(hints[one.name], made), _default(one))
            for one in dataclasses.fields(target)
        }
        made[target] = create_model(f"Wire{target.__name__}", __base__=Entity, **named)
        made[target].target = target
    return made[target]


def _default(one: dataclasses.Field[Any]) -> Any:
    if one.default is not dataclasses.MISSING:
        return one.default
    if one.default_factory is not dataclasses.MISSING:
        return Field(default_factory=one.default_factory)
    return ...


def _wire_type(hint: Any, made: dict[type[Any], type[Entity]]) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        parts = tuple(_wire_type(part, made) for part in typing.get_args(hint))
        return typing.Union[parts]  # noqa: UP007 (a tuple of parts has no other way to be written)
    if origin is tuple:
        return _rows(_wire_type(typing.get_args(hint)[0], made))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return types.GenericAlias(dict, (str, _wire_type(typing.get_args(hint)[1], made)))
    if hint is date:
        return Day
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _word(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _wire_class(hint, made)
    return hint


def _rows(part: Any) -> Any:
    """A JSON list of ``part``; aliases of the module take a type that is only known when the program runs."""
    rows: Any = wire.Rows
    return rows[part]


def _word(words: type[Enum]) -> Any:
    """One of the words of an enumeration."""
    word: Any = wire.Word
    return word[words]
