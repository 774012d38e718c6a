"""The cost of a plan: weight × component, summed. Every weight is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from optimizer.common.language import Text

__all__ = ["COMPONENTS", "EHHC", "HHCRSP", "HOMECARE", "OBJECTIVES", "VRPTW", "Objective"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Objective:
    """Weights of the components of cost. Time components are in the problem's cost unit (seconds, or minutes).

    The components, each computed by the referee from the plan's own starts:

    ==================  =============================================================================================
    travel              travel over all routes, breaks at a place included
    tardiness_total     sum of starts after the due time of the window used (with a team: counted once per member)
    tardiness_worst     the largest single tardiness
    waiting             time between arrival and start that is neither travel nor break; none before a route's first
                        stop, which is left for as late as possible
    overtime            coming back after the shift's end
    idle                largest, over the caregivers on duty, of late departure + early return + waiting
    left_out            price of each optional visit left out (seconds / cost unit)
    preference          number of tasks by a caregiver who is not among the client's preferred ones
    continuity          number of tasks by a caregiver whom the client does not know, where there is a history
    balance             Σ (work − mean)² / mean over the caregivers on duty, work = return − departure − unpaid breaks
    change_caregiver    number of published tasks that moved to another caregiver or were left out
    change_start        seconds by which published tasks that stay with their caregiver moved
    ==================  =============================================================================================

    The components and presets follow the project's design; ``hhcrsp`` is the cost of Mankowska et al. (2014) as used by
    Ceschia, Di Gaspero, Rosati and Schaerf (2024), ``ehhc`` the six parts of their extended formulation (2025) summed.
    """

    name: str = "custom"
    travel: float = 0.0
    tardiness_total: float = 0.0
    tardiness_worst: float = 0.0
    waiting: float = 0.0
    overtime: float = 0.0
    idle: float = 0.0
    left_out: float = 0.0
    preference: float = 0.0
    continuity: float = 0.0
    balance: float = 0.0
    change_caregiver: float = 0.0
    change_start: float = 0.0

    def __post_init__(self) -> None:
        for component, weight in self.weights.items():
            if not 0.0 <= weight < 1e9:
                raise ValueError(f"{component}: expected a weight from 0 to 1e9, got {weight}")

    @property
    def weights(self) -> Mapping[str, float]:
        """Weight by component, in the order of :data:`COMPONENTS`."""
        return {name: value for name, value in asdict(self).items() if name != "name"}

    def cost(self, components: Mapping[str, float]) -> float:
        """Weighted sum of the components."""
        return sum(weight * components.get(name, 0.0) for name, weight in self.weights.items())


COMPONENTS = tuple(field.name for field in fields(Objective) if field.name != "name")
"""Names of the components of cost, in their order."""

COMPONENT_TEXTS: Mapping[str, Text] = {
    "travel": Text("路程时间", "travel time"),
    "tardiness_total": Text("迟到时间合计", "total lateness"),
    "tardiness_worst": Text("最长迟到", "worst lateness"),
    "waiting": Text("等候时间", "waiting time"),
    "overtime": Text("加班时间", "overtime"),
    "idle": Text("最长空闲", "longest idle time"),
    "left_out": Text("未安排上门的代价", "price of visits left out"),
    "preference": Text("非首选护理员次数", "visits by a non-preferred caregiver"),
    "continuity": Text("陌生护理员次数", "visits by an unknown caregiver"),
    "balance": Text("工作量不均衡", "uneven work"),
    "change_caregiver": Text("改派次数", "visits moved to another caregiver"),
    "change_start": Text("改时合计", "shift of published starts"),
}
"""What each component is called when a person reads it."""

HOMECARE = Objective(
    name="homecare",
    travel=1.0,
    tardiness_total=3.0,
    overtime=2.0,
    left_out=1.0,
    preference=300.0,
    continuity=300.0,
    balance=0.1,
    change_caregiver=900.0,
    change_start=0.2,
)
HHCRSP = Objective(name="hhcrsp", travel=1 / 3, tardiness_total=1 / 3, tardiness_worst=1 / 3)
EHHC = Objective(name="ehhc", travel=1.0, tardiness_total=1.0, tardiness_worst=1.0, waiting=1.0, overtime=1.0, idle=1.0)
VRPTW = Objective(name="vrptw", travel=1.0)

OBJECTIVES: Mapping[str, Objective] = {o.name: o for o in (HOMECARE, HHCRSP, EHHC, VRPTW)}
"""The presets by name."""
