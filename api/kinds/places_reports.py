"""Pairs, groups and sites as files: a workbook and a page."""

from __future__ import annotations

import json

from api.kinds.tasks import Task
from api.store.packing import unpack
from optimizer.common.language import Language
from optimizer.io.places_json import places_problem_from_json
from optimizer.io.places_plan_json import places_plan_from_json
from optimizer.report.places_plan_page import places_plan_page
from optimizer.report.places_plan_workbook import places_plan_workbook

__all__ = ["report_of_places"]


def report_of_places(body: bytes, result: bytes, name: str, language: str) -> bytes | None:
    """``xlsx`` or ``html`` of a finished job; ``None`` where its task has no such report."""
    raw = unpack(body)
    if raw["task"] == Task.ALLOCATE.value:
        return None
    problem = places_problem_from_json(raw["problem"])
    made = (places_plan_from_json(json.loads(result)["result"]),)
    if name == "xlsx":
        return places_plan_workbook(problem, made, language=Language(language))
    return places_plan_page(problem, made, language=Language(language)).encode("utf-8")
