"""The page of a visits plan: one HTML file that works without a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from string import Template

from optimizer.common.language import Language, Text
from optimizer.report.terms import date_text
from optimizer.report.visits_page_data import embeddable_json, visits_page_data
from optimizer.report.visits_rows import DayView
from optimizer.report.visits_run import RunFacts
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["visits_page_html"]

_PARTS = files("optimizer.report.page")
_SCRIPTS = ("base.js", "state.js", "map.js", "panel.js", "gantt.js", "tables.js", "main.js")
_LEAFLET = "leaflet-1.9.4"


def visits_page_html(
    problem: Problem, plan: Plan, evaluation: Evaluation, run: RunFacts, *, language: Language = Language.ZH
) -> str:
    """A plan as one HTML file with a map, a timetable, figures, and what is left out.

    The file holds everything it needs (Leaflet included) and calls nothing; its own policy forbids every request and
    every script but those written into it. Ids are data: they reach the page as JSON and are shown as text only.

    Parameters
    ----------
    problem, plan
        The problem and its plan; the plan gives only the reasons of what is left out.
    evaluation
        The referee's evaluation of the plan: the only source of times and figures.
    run
        How the plan was made.
    language
        The language that the page opens in; a button changes to the other one.

    Returns
    -------
    str
        The text of the file, to be written as UTF-8.
    """
    day = DayView.of(problem, plan, evaluation)
    data = visits_page_data(day, evaluation, run, language)
    data["words"] = json.loads(_part("words.json"))
    scripts = [_leaflet_script(), *(_part(name) for name in _SCRIPTS)]
    style = _leaflet_style() + _part("page.css")
    title = Text(f"派工计划 {problem.name}", f"Visit plan {problem.name}").in_(language)
    return Template(_part("page.html")).substitute(
        language="zh-CN" if language is Language.ZH else "en",
        policy=_policy(style, scripts),
        title=_markup_safe(f"{title} {date_text(problem.date).in_(language)}"),
        style=style,
        data=embeddable_json(data),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _leaflet_script() -> str:
    """Leaflet with its licence before it and without the link to its source map."""
    licence = _part(f"{_LEAFLET}-LICENSE.txt").replace("*/", "* /")
    code = re.sub(r"\n//# sourceMappingURL=.*\s*$", "\n", _part(f"{_LEAFLET}.js"))
    return f"/*\n{licence}\n*/\n{code}"


def _leaflet_style() -> str:
    """Leaflet's style without comments and without what names image files, which a single file does not have."""
    rules = re.sub(r"/\*.*?\*/", "", _part(f"{_LEAFLET}.css"), flags=re.DOTALL)
    return re.sub(r"[^;{}]*url\([^)]*\)[^;}]*;", "", rules)


def _policy(style: str, scripts: list[str]) -> str:
    """A content security policy that lets the page run its own parts and ask for nothing."""
    allowed = " ".join(_digest(script) for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _markup_safe(text: str) -> str:
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"))
