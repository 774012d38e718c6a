"""A finished plan as files: workbook, page, map, calendars, route sheets. Ids only: the service knows no names."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.kinds.visits_run import StoredDay, stored_day
from optimizer.common.language import Language
from optimizer.common.status import Status
from optimizer.io.plan_json import plan_from_json
from optimizer.report.calendar_ics import calendars
from optimizer.report.geojson import plan_geojson
from optimizer.report.route_sheets_pdf import route_sheets_pdf
from optimizer.report.visits_page import visits_page_html
from optimizer.report.visits_run import RunFacts
from optimizer.report.visits_workbook import visits_workbook_bytes
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.plan import Plan
from optimizer.visits.referee import evaluate_plan

__all__ = ["report_of_visits"]

_UNSAFE = re.compile(r"[^\w.-]+")
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The archive's own time: the same plan gives the same bytes."""


@dataclass(frozen=True, kw_only=True)
class _Finished:
    day: StoredDay
    plan: Plan
    evaluation: Evaluation
    result: Mapping[str, Any]
    travel_source: str
    language: Language

    def run(self) -> RunFacts:
        raw = self.result
        return RunFacts(
            objective=self.day.objective,
            status=Status(raw["status"]),
            engine=raw["engine"],
            seed=raw["seed"],
            seconds=raw["seconds"],
            iterations=raw["iterations"],
            bound=raw["bound"],
            versions=raw["versions"],
            travel_source=self.travel_source,
        )


def report_of_visits(body: bytes, matrix: bytes | None, result: bytes, name: str, language: str) -> bytes:
    """A report of a finished job: ``xlsx``, ``html``, ``geojson``, ``pdf``, or ``ics`` (a zip, one calendar for each
    caregiver).
    """
    day, raw = stored_day(body, matrix), json.loads(result)
    travel, plan = day.travel(), plan_from_json(raw["plan"], day.problem)
    finished = _Finished(
        day=day,
        plan=plan,
        evaluation=evaluate_plan(day.problem, travel, plan, day.objective),
        result=raw,
        travel_source=travel.source,
        language=Language(language),
    )
    return _MAKERS[name](finished)


def _workbook(of: _Finished) -> bytes:
    return visits_workbook_bytes(of.day.problem, of.plan, of.evaluation, of.run(), language=of.language)


def _page(of: _Finished) -> bytes:
    return visits_page_html(of.day.problem, of.plan, of.evaluation, of.run(), language=of.language).encode("utf-8")


def _map(of: _Finished) -> bytes:
    drawn = plan_geojson(of.day.problem, of.plan, of.evaluation, language=of.language)
    return json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _route_sheets(of: _Finished) -> bytes:
    content, _ = route_sheets_pdf(of.day.problem, of.plan, of.evaluation, language=of.language)
    return content


def _calendars(of: _Finished) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        made = calendars(of.day.problem, of.plan, of.evaluation, language=of.language)
        for number, (caregiver, content) in enumerate(sorted(made.items()), start=1):
            # Numbered, since two ids may look the same once what no file name holds has been taken away.
            entry = zipfile.ZipInfo(f"{number:03d}-{_UNSAFE.sub('_', caregiver)[:60]}.ics", _NO_TIME)
            entry.comment = caregiver.encode("utf-8")
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


_MAKERS: Mapping[str, Callable[[_Finished], bytes]] = {
    "xlsx": _workbook,
    "html": _page,
    "geojson": _map,
    "ics": _calendars,
    "pdf": _route_sheets,
}
