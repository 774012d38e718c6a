"""The bodies of requests as the description of the interface shows them: their schemas, and an example of each."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from api.kinds.demonstration import demonstration, pairs_to_check
from api.kinds.places_input import PlacesBody
from api.kinds.places_run import PlacesCheckBody
from api.kinds.visits_input import VisitsBody
from api.kinds.visits_questions import VisitsCheckBody
from api.schemas import SCHEMA_REF, ProblemBody
from instances.toy import toy_optimum, toy_problem
from optimizer.io.places_json import WireAllocationFile, WirePlacesFile
from optimizer.io.places_plan_json import WireGroupsFile, WirePairsFile, WireSitesFile
from optimizer.io.plan_json import WirePlan, plan_to_json
from optimizer.io.problem_json import WireProblemFile

__all__ = ["body_examples", "body_schemas"]


class VisitsBodyShape(VisitsBody):
    """A day of visits and how to plan it."""

    problem: WireProblemFile  # type: ignore[assignment]


class VisitsCheckShape(VisitsCheckBody):
    """A day and a plan for it."""

    problem: WireProblemFile  # type: ignore[assignment]
    plan: WirePlan  # type: ignore[assignment]


class PlacesBodyShape(PlacesBody):
    """A city's tables and what to do with them."""

    problem: WirePlacesFile  # type: ignore[valid-type]


class PlacesCheckShape(PlacesCheckBody):
    """A city's tables and a result for them."""

    problem: WirePlacesFile  # type: ignore[valid-type]
    result: WireAllocationFile | WirePairsFile | WireGroupsFile | WireSitesFile  # type: ignore[valid-type]


_SHAPES = (VisitsBodyShape, VisitsCheckShape, PlacesBodyShape, PlacesCheckShape)


def body_schemas() -> dict[str, Any]:
    """Schemas by name, of all bodies and of what they hold."""
    pairs: list[Any] = [(shape, "validation") for shape in (*_SHAPES, ProblemBody)]
    _, definitions = models_json_schema(pairs, ref_template=SCHEMA_REF)
    found: dict[str, Any] = definitions["$defs"]
    return found


def body_examples() -> dict[str, Any]:
    """A body for each of the shapes, by its name; tests send every one of them."""
    day, city = demonstration("toy"), demonstration("places-toy")
    plan = plan_to_json(toy_optimum(), toy_problem())
    return {
        "VisitsBodyShape": day,
        "VisitsCheckShape": {"crs": day["crs"], "problem": day["problem"], "plan": plan},
        "PlacesBodyShape": city,
        "PlacesCheckShape": pairs_to_check(),
    }
