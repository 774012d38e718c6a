"""When a run ends, as the command's options say it."""

from __future__ import annotations

from optimizer.common.stop import (
    FirstOf,
    MaxIterations,
    MaxRuntime,
    NoImprovement,
    NoImprovementFor,
    StopRule,
    TargetCost,
)

__all__ = ["stop_rule"]

DEFAULT_TIME_LIMIT_S = 30.0


def stop_rule(
    time_limit_s: float | None,
    max_iterations: int | None,
    no_improvement_s: float | None,
    no_improvement_iterations: int | None,
    target: float | None,
) -> StopRule:
    """The first of the rules that are given; a run without a limit of iterations always has one of time."""
    rules: list[StopRule] = []
    if max_iterations is not None:
        rules.append(MaxIterations(max_iterations))
    if time_limit_s is not None or not rules:
        rules.append(MaxRuntime(time_limit_s or DEFAULT_TIME_LIMIT_S))
    if no_improvement_s is not None:
        rules.append(NoImprovementFor(no_improvement_s))
    if no_improvement_iterations is not None:
        rules.append(NoImprovement(no_improvement_iterations))
    if target is not None:
        rules.append(TargetCost(target))
    return rules[0] if len(rules) == 1 else FirstOf(tuple(rules))
