"""Days and cities of invented persons: for a first try, and for the service to test itself."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from instances.places import make_hailing_places
from instances.toy import toy_problem, toy_travel
from optimizer.common.stop import MaxIterations
from optimizer.io.places_json import places_problem_to_json
from optimizer.io.problem_json import problem_to_json
from optimizer.visits.solve import solve_visits

__all__ = ["demonstration", "pairs_to_check", "solve_toy"]

_ENTRY_DATE = "2026-09-01"


def demonstration(name: str) -> dict[str, Any]:
    """A body that can be sent as it is; ``name`` is one of :data:`api.kinds.instances.INSTANCES`."""
    if name == "places-toy":
        return _allocation(_PLACES_TOY)
    if name == "places-hailing":
        return _allocation(places_problem_to_json(make_hailing_places()))
    if name == "toy":
        problem = problem_to_json(toy_problem(), matrix=toy_travel())
    else:
        problem = json.loads((files("instances") / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return {"crs": "WGS-84", "problem": problem, "options": {"time_limit_s": 5.0 if name == "toy" else 30.0}}


def _allocation(problem: dict[str, Any]) -> dict[str, Any]:
    options = {"rule": "stable", "policy": "lottery", "entry_date": _ENTRY_DATE, "seed": "1"}
    return {"task": "allocate", "crs": "WGS-84", "problem": problem, "options": options}


def pairs_to_check() -> dict[str, Any]:
    """A body for ``POST /v1/places/check``: a home and a nursery 1,112 m apart, and their one pair."""
    return {"task": "pair", "crs": "WGS-84", "problem": _PAIR_TOY, "options": {"pairs": 1}, "result": _PAIR}


def _child(name: str, *wishes: str) -> dict[str, Any]:
    return {"id": name, "birth_date": "2024-10-01", "town": "甲镇", "preferences": list(wishes)}


_PLACES_TOY: dict[str, Any] = {
    "schema_version": 1,
    "name": "places-toy",
    "applicants": [_child("c-1", "east", "west"), _child("c-2", "east"), _child("c-3", "west", "east")],
    "institutions": [{"id": "east", "town": "甲镇"}, {"id": "west", "town": "甲镇"}],
    "pools": [
        {"id": "east/1", "institution": "east", "capacity": 1},
        {"id": "west/1", "institution": "west", "capacity": 2},
    ],
    "ext": {"invented": True},
}
"""Three children and three places, of which two children want the same one: somebody must draw."""


_PAIR_TOY: dict[str, Any] = {
    "schema_version": 1,
    "name": "pairs-toy",
    "institutions": [
        {"id": "home", "kind": "eldercare", "lat": 31.80, "lon": 121.65},
        {"id": "nursery", "kind": "childcare", "lat": 31.81, "lon": 121.65},
    ],
}

_PAIR: dict[str, Any] = {
    "schema_version": 1,
    "kind": "pairs",
    "options": {"pairs": 1},
    "status": "optimal",
    "pairs": [{"left": "home", "right": "nursery", "distance_m": 1_112}],
    "total_m": 1_112,
    "longest_m": 1_112,
    "largest": {"largest": 1, "left": ["home"], "right": []},
    "proof": {"objective": 1_112, "bound": 1_112, "price": 1_112},
    "curve": [{"pairs": 1, "total_m": 1_112}],
    "input_hash": "",
    "seconds": 0.0,
    "versions": {},
}


def solve_toy() -> dict[str, Any]:
    """Whether a plan can be made at all."""
    result = solve_visits(toy_problem(), toy_travel(), stop=MaxIterations(1), seed=1, engine="greedy")
    return {"placed": sum(len(route.stops) for route in result.plan.routes)}
