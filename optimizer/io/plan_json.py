"""careplan's own JSON of a plan. It holds no times of the run, so that equal plans are equal files.

``routes[{caregiver, shift, stops[{visit, start}], breaks[{id, start, duration}]}]`` and
``unassigned[{visit, reasons[{kind, code, zh, en, caregiver, change{kind, values, zh, en}}]}]``; starts are times of
day, ``duration`` is in seconds. A plan written by hand needs ``schema_version`` and ``routes`` alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from optimizer.common.errors import Finding, InputError, OutputError
from optimizer.common.language import Text
from optimizer.io.files import read_input, write_output
from optimizer.io.json_text import json_bytes, parse_json_object
from optimizer.io.problem_json import SCHEMA_VERSION, check_schema_version
from optimizer.io.wire import Day, Duration, Entity, Id, Moment, Rows, Word, to_wire
from optimizer.io.wire_findings import findings_of
from optimizer.visits import plan as model
from optimizer.visits.model import Problem
from optimizer.visits.plan import Change, ChangeKind, Plan, Reason, ReasonKind, Unassigned

__all__ = ["plan_from_json", "plan_to_json", "read_plan_json", "write_plan_json"]


class WireStop(Entity):
    """A visit and the start of its service."""

    target: ClassVar[type[Any]] = model.Stop

    visit: Id
    start_t: Moment = Field(alias="start")


class WirePlannedBreak(Entity):
    """A break as it is taken; ``duration`` in seconds."""

    target: ClassVar[type[Any]] = model.PlannedBreak

    id: Id
    start_t: Moment = Field(alias="start")
    duration_t: Duration = Field(alias="duration")


class WireRoute(Entity):
    """What one caregiver does in one shift, in order."""

    target: ClassVar[type[Any]] = model.Route

    caregiver: Id
    shift: Id
    stops: Rows[WireStop]
    breaks: Rows[WirePlannedBreak] = ()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class WireChange(_Strict):
    """A change that would place the visit; ``values`` holds ids and ticks."""

    kind: Word[ChangeKind]
    values: dict[str, Any] = Field(default_factory=dict)
    zh: str
    en: str

    def build(self) -> Change:
        """The change of the plan's model."""
        return Change(kind=self.kind, values=self.values, text=Text(self.zh, self.en))


class WireReason(_Strict):
    """Why a visit is left out."""

    kind: Word[ReasonKind]
    code: Id
    zh: str
    en: str
    caregiver: Id | None = None
    change: WireChange | None = None

    def build(self) -> Reason:
        """The reason of the plan's model."""
        change = self.change.build() if self.change is not None else None
        return Reason(
            kind=self.kind, code=self.code, text=Text(self.zh, self.en), change=change, caregiver=self.caregiver
        )


class WireUnassigned(_Strict):
    """A visit that is left out, with its reasons."""

    visit: Id
    reasons: Rows[WireReason] = ()

    def build(self) -> Unassigned:
        """The left-out visit of the plan's model."""
        return Unassigned(visit=self.visit, reasons=tuple(reason.build() for reason in self.reasons))


class WirePlan(_Strict):
    """A plan of one planning day, as careplan reads and writes it."""

    model_config = ConfigDict(title="careplan plan")

    schema_version: int = Field(ge=SCHEMA_VERSION, le=SCHEMA_VERSION)
    problem: str = ""
    date: Day | None = None
    routes: Rows[WireRoute]
    unassigned: Rows[WireUnassigned] = ()

    def build(self) -> Plan:
        """The plan."""
        return Plan(
            routes=tuple(route.build() for route in self.routes),
            unassigned=tuple(visit.build() for visit in self.unassigned),
        )


_WIRE_OF_PLAN: dict[type[Any], type[Entity]] = {wire.target: wire for wire in (WireStop, WirePlannedBreak, WireRoute)}


def plan_to_json(plan: Plan, problem: Problem) -> dict[str, Any]:
    """The JSON object of a plan; ``problem`` says how long a tick is, its name and date are noted."""
    head: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    if problem.name:
        head["problem"] = problem.name
    return {
        **head,
        "date": problem.date.isoformat(),
        "routes": [to_wire(route, _WIRE_OF_PLAN, problem.ticks_per_s) for route in plan.routes],
        "unassigned": [_unassigned_to_json(visit) for visit in plan.unassigned],
    }


def _unassigned_to_json(visit: Unassigned) -> dict[str, Any]:
    return {"visit": visit.visit, "reasons": [_reason_to_json(reason) for reason in visit.reasons]}


def _reason_to_json(reason: Reason) -> dict[str, Any]:
    raw: dict[str, Any] = {"kind": reason.kind.value, "code": reason.code, "zh": reason.text.zh, "en": reason.text.en}
    if reason.caregiver is not None:
        raw["caregiver"] = reason.caregiver
    if reason.change is not None:
        change = reason.change
        raw["change"] = {
            "kind": change.kind.value,
            "values": dict(change.values),
            "zh": change.text.zh,
            "en": change.text.en,
        }
    return raw


def plan_from_json(raw: dict[str, Any], problem: Problem) -> Plan:
    """The plan of a JSON object. Whether it obeys the problem's rules is for the referee to say.

    Raises
    ------
    InputError
        What is wrong with the file's shape, and ``T123`` if it is the plan of another day.
    """
    check_schema_version(raw)
    try:
        wire = WirePlan.model_validate(raw, context={"ticks_per_s": problem.ticks_per_s})
    except ValidationError as error:
        raise InputError(findings_of(error, raw, WirePlan)) from error
    if wire.date is not None and wire.date != problem.date:
        found = Text(
            f"计划日期 {wire.date},任务日期 {problem.date}",
            f"the plan is of {wire.date}, the problem of {problem.date}",
        )
        action = Text("请给同一天的计划和任务", "give the plan and the problem of one day")
        raise InputError([Finding(code="T123", where="date", found=found, action=action)])
    return wire.build()


def read_plan_json(source: bytes | Path, problem: Problem) -> Plan:
    """The plan of a file, or of its bytes.

    Raises
    ------
    InputError
        As :func:`plan_from_json`, and everything that keeps the file from being read.
    """
    if isinstance(source, Path):
        return plan_from_json(parse_json_object(read_input(source), where=str(source)), problem)
    return plan_from_json(parse_json_object(source, where="JSON"), problem)


def write_plan_json(plan: Plan, problem: Problem, path: Path, *, inputs: tuple[Path, ...] = ()) -> None:
    """Write a plan to a file, whole or not at all; never over one of the ``inputs``.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    try:
        data = json_bytes(plan_to_json(plan, problem))
    except ValueError as error:
        raise OutputError(
            Text(f"{path}: 无法写成 JSON({error})", f"{path}: cannot be written as JSON ({error})")
        ) from error
    write_output(path, data, inputs=inputs)
