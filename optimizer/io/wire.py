"""How entities stand in careplan's own JSON: strict fields, one class for each class of the model, both ways.

A wire class names the class of the model it stands for (``target``) and has the same fields; where the wire name
differs (``earliest`` for ``earliest_t``) it is the alias. :func:`to_wire` and :meth:`Entity.build` are
each other's inverse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from optimizer.io.clock_text import MAX_TICKS, clock_text, seconds_of, ticks_of_clock, ticks_of_seconds

__all__ = ["Count", "Day", "Degrees", "Duration", "Entity", "Id", "Moment", "Rows", "Word", "to_wire"]

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?([+-]\d{1,4})?$|^24:00(:00)?([+-]\d{1,4})?$"
_MAX_COUNT = 2**53


class Entity(BaseModel):
    """Base of the wire classes: unknown fields are refused, nothing is converted silently, numbers are finite."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    target: ClassVar[type[Any]]

    def build(self) -> Any:
        """The object of the model that this stands for."""
        values = self.__dict__
        return self.target(**{name: _built(values[name]) for name in _names(type(self))})


_PLAIN = frozenset({str, int, float, bool, type(None), date})
"""What stands for itself; asked first, since most values of a large problem are plain."""


@cache
def _names(wire: type[Entity]) -> tuple[str, ...]:
    """The fields of the class of the model."""
    return tuple(field.name for field in fields(wire.target))


@cache
def _keys(wire: type[Entity]) -> tuple[tuple[str, str], ...]:
    """What every field is called on the wire, and in the model."""
    return tuple((field.alias or name, name) for name, field in wire.model_fields.items())


def _built(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Entity):
        return value.build()
    if isinstance(value, tuple):
        return tuple(_built(item) for item in value)
    if isinstance(value, dict):
        return {key: _built(item) for key, item in value.items()}
    return value


def to_wire(item: Any, wire_of: Mapping[type[Any], type[Entity]], ticks_per_s: int) -> dict[str, Any]:
    """The JSON object of an object of the model; fields that hold their default are left out.

    Parameters
    ----------
    wire_of
        The wire class of each class of the model.
    """
    entity = _wired(item, wire_of)
    dumped: dict[str, Any] = entity.model_dump(
        by_alias=True, exclude_defaults=True, context={"ticks_per_s": ticks_per_s}, warnings="error"
    )
    return {key: _lists(item) for key, item in dumped.items()}


def _wired(value: Any, wire_of: Mapping[type[Any], type[Entity]]) -> Any:
    if type(value) in _PLAIN:
        return value
    wire = wire_of.get(type(value))
    if wire is not None:
        return wire.model_construct(**{key: _wired(getattr(value, name), wire_of) for key, name in _keys(wire)})
    if isinstance(value, tuple):
        return tuple(_wired(item, wire_of) for item in value)
    if isinstance(value, Mapping):
        return {key: _wired(item, wire_of) for key, item in value.items()}
    return value


def _lists(value: Any) -> Any:
    """Tuples of the model become lists; the user's own objects (``ext``) hold none and stay as they are."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, tuple) else value


def _ticks_per_s(info: ValidationInfo | SerializationInfo) -> int:
    context = info.context
    return int(context["ticks_per_s"]) if isinstance(context, Mapping) else 1


def _read_moment(value: Any, info: ValidationInfo) -> int:
    if not isinstance(value, str):
        raise PydanticCustomError("moment", "not a time of day")
    try:
        ticks = ticks_of_clock(value, _ticks_per_s(info))
    except ValueError as error:
        raise PydanticCustomError("moment", "not a time of day") from error
    return _whole(ticks, info)


def _read_duration(value: Any, info: ValidationInfo) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("duration", "not a number of seconds")
    if abs(value) > MAX_TICKS:
        raise PydanticCustomError("too_large", "too large")
    return _whole(ticks_of_seconds(value, _ticks_per_s(info)), info)


def _whole(ticks: int | None, info: ValidationInfo) -> int:
    if ticks is None:
        raise PydanticCustomError("between_ticks", "between ticks", {"ticks_per_s": _ticks_per_s(info)})
    if abs(ticks) > MAX_TICKS:
        raise PydanticCustomError("too_large", "too large")
    return ticks


def _read_day(value: Any) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "not a date")


Moment = Annotated[
    int,
    BeforeValidator(_read_moment),
    PlainSerializer(lambda ticks, info: clock_text(ticks, _ticks_per_s(info))),
    WithJsonSchema({"type": "string", "pattern": _MOMENT_PATTERN, "examples": ["08:30", "01:30+1"]}),
]
"""A moment of the planning day as text."""

Duration = Annotated[
    int,
    BeforeValidator(_read_duration),
    PlainSerializer(lambda ticks, info: seconds_of(ticks, _ticks_per_s(info))),
    WithJsonSchema({"type": "number", "minimum": -MAX_TICKS, "maximum": MAX_TICKS, "description": "seconds"}),
]
"""A length of time as a number of seconds."""

Day = Annotated[
    date,
    BeforeValidator(_read_day),
    PlainSerializer(lambda day: day.isoformat()),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A date as ISO 8601 text."""

Id = Annotated[str, Field(min_length=1)]
"""An id of the user's own."""

Count = Annotated[int, Field(ge=-_MAX_COUNT, le=_MAX_COUNT)]
"""A whole number."""

Degrees = float
"""A coordinate."""

T = TypeVar("T")

Rows = Annotated[tuple[T, ...], Field(strict=False)]
"""A JSON list of entities or values."""

Word = Annotated[T, Field(strict=False), PlainSerializer(lambda word: word.value)]
"""One of the fixed words of an enumeration."""
