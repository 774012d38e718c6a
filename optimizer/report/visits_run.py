"""How a plan was made, as a report tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.visits.differences import PlanDifference
from optimizer.visits.objective import COMPONENT_TEXTS, Objective
from optimizer.visits.plan import Result

__all__ = ["RunFacts", "weight_texts"]


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """What is known of the run; all but the objective may be unknown (a plan written or changed by hand).

    ``bad_rows`` are the rows of the input that were left out as unusable, one finding each. ``travel_source`` is the
    travel matrix's word on where its figures come from; ``differences`` is what changed against an earlier plan.
    """

    objective: Objective
    status: Status | None = None
    engine: str = ""
    seed: int | None = None
    seconds: float | None = None
    iterations: int | None = None
    bound: float | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    travel_source: str = ""
    bad_rows: tuple[Finding, ...] = ()
    differences: tuple[PlanDifference, ...] = ()

    @classmethod
    def of(
        cls,
        result: Result,
        *,
        travel_source: str = "",
        bad_rows: tuple[Finding, ...] = (),
        differences: tuple[PlanDifference, ...] = (),
    ) -> RunFacts:
        """The facts of a run's result."""
        return cls(
            objective=result.objective,
            status=result.status,
            engine=result.engine,
            seed=result.seed,
            seconds=result.seconds,
            iterations=result.iterations,
            bound=result.bound,
            versions=result.versions,
            notes=result.notes,
            travel_source=travel_source,
            bad_rows=bad_rows,
            differences=differences,
        )


_COUNTED = {"preference": Text("次", "task"), "continuity": Text("次", "task"), "change_caregiver": Text("次", "task")}
_ALWAYS_SECONDS = {"change_start"}


def weight_texts(objective: Objective, cost_unit_s: int) -> tuple[tuple[str, Text, float, Text], ...]:
    """Each component with a weight above zero: its key, its name, the weight, and the weight in plain words."""
    unit = Text("分钟", "min") if cost_unit_s == 60 else Text("秒", "s")
    rows = []
    for component, weight in objective.weights.items():
        if weight <= 0:
            continue
        rows.append((component, COMPONENT_TEXTS[component], weight, _meaning(component, weight, unit)))
    return tuple(rows)


def _meaning(component: str, weight: float, unit: Text) -> Text:
    value = f"{weight:.4g}"
    if component in _COUNTED:
        each = _COUNTED[component]
        return Text(f"每{each.zh}计作 {value} {unit.zh}路程", f"each {each.en} counts as {value} {unit.en} of travel")
    if component == "left_out":
        return Text(
            f"按优先级价格表 × {value}（见下表）", f"the price table of the priority groups × {value} (see below)"
        )
    if component == "balance":
        return Text(
            f"各人工作时间与平均之差的平方 ÷ 平均，合计 × {value}",
            f"squared distance of each caregiver's work from the mean ÷ mean, summed × {value}",
        )
    measured = Text("秒", "s") if component in _ALWAYS_SECONDS else unit
    return Text(
        f"每 1 {measured.zh}计作 {value} {unit.zh}路程", f"each 1 {measured.en} counts as {value} {unit.en} of travel"
    )
