"""``careplan visits explain``: why a visit is planned as it is, why it is left out, what another wish would cost."""

from __future__ import annotations

from optimizer.cli.console import output
from optimizer.cli.day import Reading, loaded_and_told
from optimizer.cli.hand_plan import read_given_plan
from optimizer.cli.visits_options import (
    AtTime,
    CaregiverId,
    Columns,
    Day,
    FormatOption,
    Input,
    ObjectiveOption,
    PlacesBook,
    PlanInput,
    SkipBadRows,
    VisitId,
    chosen_objective,
)
from optimizer.cli.words import LANGUAGE
from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.visits.model import Problem

__all__ = ["explain"]


def explain(
    path: Input,
    plan: PlanInput,
    visit: VisitId,
    format_: FormatOption = None,
    day: Day = None,
    objective: ObjectiveOption = None,
    at: AtTime = None,
    caregiver: CaregiverId = None,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
    places_book: PlacesBook = None,
) -> None:
    """Print the explanation of one visit.

    Raises
    ------
    InputError
        ``V910`` for a visit, ``V911`` for a caregiver that the day does not have.
    """
    from optimizer.visits.explain import explain_visit  # only this command waits for it

    loaded = loaded_and_told(
        path, Reading(format=format_, day=day, columns=columns, skip_bad_rows=skip_bad_rows, places_book=places_book)
    )
    _require_known(loaded.problem, visit, caregiver)
    weights = chosen_objective(objective, loaded.objective)
    explanation = explain_visit(
        loaded.problem,
        loaded.travel,
        read_given_plan(plan, loaded, weights).plan,
        weights,
        visit,
        at_t=None if at is None else (at.hour * 3600 + at.minute * 60) * loaded.problem.ticks_per_s,
        caregiver=caregiver,
    )
    output.print(explanation.text(LANGUAGE), markup=False)


def _require_known(problem: Problem, visit: str, caregiver: str | None) -> None:
    findings = []
    if visit not in {known.id for known in problem.visits}:
        what = Text("这一天没有这个任务", "the day has no such visit")
        findings.append(_unknown("V910", "VISIT", visit, what))
    if caregiver is not None and caregiver not in {known.id for known in problem.caregivers}:
        what = Text("这一天没有这位护理员", "the day has no such caregiver")
        findings.append(_unknown("V911", "--caregiver", caregiver, what))
    if findings:
        raise InputError(findings)


def _unknown(code: str, where: str, name: str, found: Text) -> Finding:
    action = Text("请核对编号（区分大小写）", "check the id (capital letters count)")
    return Finding(code=code, where=where, ids=(name,), found=found, action=action)
