"""The workbook of a visits plan: key figures, routes, all visits, those left out, notes, one sheet per caregiver."""

from __future__ import annotations

from optimizer.common.language import Language, Text
from optimizer.common.roster import EMPTY_ROSTER, Roster
from optimizer.report.clock import DayClock
from optimizer.report.hand_editing import write_breaks, write_changes
from optimizer.report.visits_figures_sheet import write_figures
from optimizer.report.visits_notes_sheet import write_notes
from optimizer.report.visits_overview_sheets import write_all_visits, write_left_out, write_overview, write_violations
from optimizer.report.visits_route_sheet import write_route_sheet
from optimizer.report.visits_rows import DayView
from optimizer.report.visits_run import RunFacts
from optimizer.report.workbook_book import Book
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["SHEETS", "visits_workbook_bytes"]

SHEETS = {
    "figures": Text("关键指标", "Key figures"),
    "overview": Text("派工总览", "Routes"),
    "visits": Text("总表", "All visits"),
    "left_out": Text("未安排", "Left out"),
    "violations": Text("违规", "Broken rules"),
    "changes": Text("变动", "Changes"),
    "breaks": Text("休息", "Breaks"),
    "notes": Text("说明", "Notes"),
}
"""Names of the sheets of the whole day; the sheets after them are named as the caregivers."""


def visits_workbook_bytes(
    problem: Problem,
    plan: Plan,
    evaluation: Evaluation,
    run: RunFacts,
    *,
    language: Language = Language.ZH,
    roster: Roster = EMPTY_ROSTER,
) -> bytes:
    """A plan as a workbook that can be printed and filtered.

    Parameters
    ----------
    problem, plan
        The problem and its plan; the plan gives only the reasons of what is left out.
    evaluation
        The referee's evaluation of the plan: the only source of times and figures.
    run
        How the plan was made.
    language
        The language of every text.
    roster
        Names and addresses for the route sheets (and for nothing else); none by default.

    Returns
    -------
    bytes
        The content of an ``.xlsx`` file, the same bytes for the same input. Ids stand as text, also where they look
        like a formula.
    """
    day = DayView.of(problem, plan, evaluation)
    book = Book(problem.date, language, DayClock.of(problem))
    names = {key: book.reserve_name(title.in_(language)) for key, title in SHEETS.items()}
    routes = day.by_caregiver
    sheet_names = {caregiver: book.reserve_name(caregiver) for caregiver in routes}
    write_figures(book, names["figures"], problem, evaluation)
    write_overview(book, names["overview"], day, sheet_names)
    write_all_visits(book, names["visits"], day)
    write_left_out(book, names["left_out"], day, run.bad_rows)
    if evaluation.violations:
        write_violations(book, names["violations"], evaluation)
    if run.differences:
        write_changes(book, names["changes"], run.differences)
    if any(route.evaluation.breaks for route in day.routes):
        write_breaks(book, names["breaks"], day)
    write_notes(book, names["notes"], problem, evaluation, run)
    for caregiver, of_caregiver in routes.items():
        write_route_sheet(book, sheet_names[caregiver], day, of_caregiver, roster)
    return book.finish()
