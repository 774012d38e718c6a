"""Files of the way from an allocation to a decision: fixed lists, draws, decisions; ``kind`` tells them apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input, write_output
from optimizer.io.json_text import json_bytes, parse_json_object
from optimizer.io.places_json import MAX_PLACES_BYTES
from optimizer.io.problem_json import SCHEMA_VERSION, check_schema_version
from optimizer.io.wire import to_wire
from optimizer.io.wire_classes import wire_classes
from optimizer.io.wire_findings import findings_of
from optimizer.places.decision.draw import DrawRecord
from optimizer.places.decision.frozen import FrozenList
from optimizer.places.decision.states import Decision

__all__ = [
    "DecisionFile",
    "FileKind",
    "decision_file_from_json",
    "kind_of",
    "read_decision",
    "read_draw",
    "read_frozen",
    "write_decision_file",
    "write_number_key",
]

DecisionFile = FrozenList | DrawRecord | Decision


class FileKind(StrEnum):
    """What a file holds."""

    FROZEN = "frozen"
    DRAW = "draw"
    DECISION = "decision"


_TARGETS: Mapping[FileKind, type[Any]] = {
    FileKind.FROZEN: FrozenList,
    FileKind.DRAW: DrawRecord,
    FileKind.DECISION: Decision,
}
_MADE_BY: Mapping[FileKind, tuple[str, str]] = {
    FileKind.FROZEN: ("封存的名单", "freeze"),
    FileKind.DRAW: ("摇号记录", "draw"),
    FileKind.DECISION: ("决定", "decide"),
}
_CLASSES = wire_classes(*_TARGETS.values())


def kind_of(raw: Mapping[str, Any]) -> FileKind | None:
    """What a JSON object says it holds, ``None`` for anything else."""
    kind = raw.get("kind")
    return FileKind(kind) if isinstance(kind, str) and kind in set(FileKind) else None


def decision_file_from_json(raw: dict[str, Any], kind: FileKind) -> Any:
    """The object of a JSON file of one kind.

    Raises
    ------
    InputError
        ``T186``: the file is of another kind; else everything that is wrong with it.
    """
    if kind_of(raw) is not kind:
        zh, command = _MADE_BY[kind]
        found = Text(f"不是{zh}文件", f"not a file that {command} has written")
        action = Text(
            f"请给出 careplan places {command} 写出的文件", f"give a file written by careplan places {command}"
        )
        raise InputError([Finding(code="T186", where="kind", found=found, action=action)])
    check_schema_version(raw)
    wire = _CLASSES[_TARGETS[kind]]
    plain = {key: value for key, value in raw.items() if key not in ("schema_version", "kind")}
    try:
        return wire.model_validate(plain).build()
    except ValidationError as error:
        raise InputError(findings_of(error, plain, wire)) from error


def read_frozen(path: Path) -> FrozenList:
    """A fixed list from its file.

    Raises
    ------
    InputError
        Everything that is wrong with the file.
    """
    frozen: FrozenList = decision_file_from_json(_raw(path), FileKind.FROZEN)
    return frozen


def read_draw(path: Path) -> DrawRecord:
    """The record of a draw from its file.

    Raises
    ------
    InputError
        Everything that is wrong with the file.
    """
    record: DrawRecord = decision_file_from_json(_raw(path), FileKind.DRAW)
    return record


def read_decision(path: Path) -> Decision:
    """A decision from its file.

    Raises
    ------
    InputError
        Everything that is wrong with the file.
    """
    decision: Decision = decision_file_from_json(_raw(path), FileKind.DECISION)
    return decision


def write_decision_file(item: DecisionFile, path: Path, *, inputs: tuple[Path, ...] = ()) -> None:
    """Write one of these files, whole or not at all.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    kind = next(kind for kind, target in _TARGETS.items() if isinstance(item, target))
    raw = {"schema_version": SCHEMA_VERSION, "kind": kind.value, **to_wire(item, _CLASSES, 1)}
    write_output(path, json_bytes(raw), inputs=inputs)


def write_number_key(numbers: Mapping[str, str], path: Path, *, inputs: tuple[Path, ...] = ()) -> None:
    """Write which application number each id has: a CSV file that Excel opens; it stays in the office.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["申请编号 number", "编号 id"])
    writer.writerows(sorted((number, _as_text(name)) for name, number in numbers.items()))
    write_output(path, stream.getvalue().encode("utf-8-sig", "backslashreplace"), inputs=inputs)


def _as_text(cell: str) -> str:
    """An id that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell


def _raw(path: Path) -> dict[str, Any]:
    return parse_json_object(read_input(path, max_bytes=MAX_PLACES_BYTES), where=str(path))
