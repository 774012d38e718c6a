"""Days of invented persons: for a first try, and for the service to test itself."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from instances.toy import toy_problem, toy_travel
from optimizer.common.stop import MaxIterations
from optimizer.io.problem_json import problem_to_json
from optimizer.visits.solve import solve_visits

__all__ = ["INSTANCES", "demonstration", "solve_toy"]

INSTANCES = ("toy", "hailing-150", "qidong-400")


def demonstration(name: str) -> dict[str, Any]:
    """A body for ``POST /v1/visits/jobs``."""
    if name == "toy":
        problem = problem_to_json(toy_problem(), matrix=toy_travel())
    else:
        problem = json.loads((files("instances") / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return {"crs": "WGS-84", "problem": problem, "options": {"time_limit_s": 5.0 if name == "toy" else 30.0}}


def solve_toy() -> dict[str, Any]:
    """Whether a plan can be made at all."""
    result = solve_visits(toy_problem(), toy_travel(), stop=MaxIterations(1), seed=1, engine="greedy")
    return {"placed": sum(len(route.stops) for route in result.plan.routes)}
