"""careplan's own JSON of pairs, groups and sites; the key ``kind`` tells them apart, and what is written reads back.

Rows of pairs carry names and towns of both institutions for whoever reads the file; reading ignores them.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, create_model

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input, write_output
from optimizer.io.json_text import json_bytes, parse_json_object
from optimizer.io.problem_json import SCHEMA_VERSION, check_schema_version
from optimizer.io.wire import Entity, to_wire
from optimizer.io.wire_classes import wire_classes
from optimizer.io.wire_findings import findings_of
from optimizer.places.cluster import ClusterResult
from optimizer.places.model import PlacesProblem
from optimizer.places.pairing import PairResult
from optimizer.places.site import SiteResult

__all__ = [
    "PlacesPlan",
    "PlanKind",
    "is_places_plan",
    "places_plan_from_json",
    "places_plan_to_json",
    "read_places_plan",
    "write_places_plan",
]

PlacesPlan = PairResult | ClusterResult | SiteResult


class PlanKind(StrEnum):
    """What a result file holds."""

    PAIRS = "pairs"
    GROUPS = "groups"
    SITES = "sites"


_TARGETS: dict[PlanKind, type[Any]] = {
    PlanKind.PAIRS: PairResult,
    PlanKind.GROUPS: ClusterResult,
    PlanKind.SITES: SiteResult,
}
_CLASSES = wire_classes(*_TARGETS.values())


def _file_class(kind: PlanKind) -> type[Entity]:
    """The whole file, for descriptions; reading drops what is only shown (:data:`_SHOWN`)."""
    named: dict[str, Any] = {
        "schema_version": (int, Field(ge=SCHEMA_VERSION, le=SCHEMA_VERSION)),
        "kind": (Literal[kind.value], ...),
    }
    made: type[Entity] = create_model(
        f"Wire{kind.value.capitalize()}File",
        __base__=_CLASSES[_TARGETS[kind]],
        __doc__=f"careplan {kind.value}.",
        **named,
    )
    return made


WirePairsFile, WireGroupsFile, WireSitesFile = map(_file_class, PlanKind)
_SHOWN = ("left_name", "left_town", "right_name", "right_town", "next_best_name")


def write_places_plan(result: PlacesPlan, problem: PlacesProblem, path: Path, *, inputs: tuple[Path, ...] = ()) -> None:
    """Write a result to a file, whole or not at all.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_output(path, json_bytes(places_plan_to_json(result, problem)), inputs=inputs)


def places_plan_to_json(result: PlacesPlan, problem: PlacesProblem) -> dict[str, Any]:
    """The JSON object of pairs, groups or sites."""
    kind = next(kind for kind, target in _TARGETS.items() if isinstance(result, target))
    raw = {"schema_version": SCHEMA_VERSION, "kind": kind.value, **to_wire(result, _CLASSES, 1)}
    if isinstance(result, PairResult):
        raw["pairs"] = _named(raw["pairs"], problem)
    return raw


def read_places_plan(path: Path) -> PlacesPlan:
    """Pairs, groups or sites from a file.

    Raises
    ------
    InputError
        Everything that is wrong with the file; ``T185`` where it is none of the three.
    """
    return places_plan_from_json(parse_json_object(read_input(path), where=str(path)))


def is_places_plan(raw: dict[str, Any]) -> bool:
    """Whether a JSON object says that it holds pairs, groups or sites."""
    return raw.get("kind") in set(PlanKind)


def places_plan_from_json(raw: dict[str, Any]) -> PlacesPlan:
    """Pairs, groups or sites of a JSON object; see :func:`read_places_plan`."""
    check_schema_version(raw)
    if not is_places_plan(raw):
        raise InputError([_unknown_kind()])
    wire = _CLASSES[_TARGETS[PlanKind(raw["kind"])]]
    plain = {key: value for key, value in raw.items() if key not in ("schema_version", "kind")}
    if raw["kind"] == PlanKind.PAIRS and isinstance(plain.get("pairs"), list):
        plain["pairs"] = [_without_names(row) for row in plain["pairs"]]
    try:
        result: PlacesPlan = wire.model_validate(plain).build()
    except ValidationError as error:
        raise InputError(findings_of(error, plain, wire)) from error
    return result


def _named(rows: list[dict[str, Any]], problem: PlacesProblem) -> list[dict[str, Any]]:
    known = {one.id: one for one in problem.institutions}
    named = []
    for row in rows:
        left, right = known[row["left"]], known[row["right"]]
        other = known.get(row.get("next_best", ""))
        names = (left.name, left.town, right.name, right.town, other.name if other is not None else "")
        named.append({**row, **{key: value for key, value in zip(_SHOWN, names, strict=True) if value}})
    return named


def _without_names(row: Any) -> Any:
    return {key: value for key, value in row.items() if key not in _SHOWN} if isinstance(row, dict) else row


def _unknown_kind() -> Finding:
    return Finding(
        code="T185",
        where="kind",
        found=Text("不是结对、编组或布点的结果文件", "the file holds neither pairs nor groups nor sites"),
        action=Text("请给出 pair、cluster 或 site 写出的文件", "give a file that pair, cluster or site has written"),
    )
