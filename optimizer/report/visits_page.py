"""The page of a visits plan: one HTML file that works without a network."""

from __future__ import annotations

import json
from string import Template

from optimizer.common.language import Language, Text
from optimizer.report.page_frame import content_policy, leaflet_script, leaflet_style, markup_safe, page_part
from optimizer.report.terms import date_text
from optimizer.report.visits_page_data import embeddable_json, visits_page_data
from optimizer.report.visits_rows import DayView
from optimizer.report.visits_run import RunFacts
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["visits_page_html"]

_SCRIPTS = ("base.js", "state.js", "map.js", "panel.js", "gantt.js", "tables.js", "main.js")


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
    data["words"] = json.loads(page_part("words.json"))
    scripts = [leaflet_script(), *(page_part(name) for name in _SCRIPTS)]
    style = leaflet_style() + page_part("page.css")
    title = Text(f"派工计划 {problem.name}", f"Visit plan {problem.name}").in_(language)
    return Template(page_part("page.html")).substitute(
        language="zh-CN" if language is Language.ZH else "en",
        policy=content_policy(style, scripts),
        title=markup_safe(f"{title} {date_text(problem.date).in_(language)}"),
        style=style,
        data=embeddable_json(data),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )
