"""Plans that were changed by hand: judged row by row, and planned anew with what has to stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.table import Table

from optimizer.cli.console import output, print_findings
from optimizer.cli.day import LoadedDay
from optimizer.cli.words import LANGUAGE, say
from optimizer.io.recognise import read_hand_plan
from optimizer.io.tables.plan_book import HandPlan
from optimizer.report.clock import DayClock
from optimizer.report.hand_editing import DIFFERENCE_WORDS
from optimizer.visits.differences import PlanDifference
from optimizer.visits.evaluation import Evaluation, Violation
from optimizer.visits.hand_plan import Keep, keep_plan, with_fitting_breaks
from optimizer.visits.model import Problem
from optimizer.visits.objective import Objective
from optimizer.visits.plan import Plan

__all__ = ["Restart", "print_differences", "print_judgement", "read_given_plan", "restart_from"]

MAX_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Restart:
    """A run that begins with a plan: the day with what is kept of it, and the plan."""

    day: LoadedDay
    plan: Plan


def read_given_plan(path: Path, day: LoadedDay, objective: Objective) -> HandPlan:
    """The plan of a file; the breaks of a plan workbook are put where they fit.

    Raises
    ------
    InputError
        What keeps the plan from being read.
    """
    given = read_hand_plan(path, day.problem)
    print_findings(given.findings)
    if not given.places:
        return given
    return replace(given, plan=with_fitting_breaks(day.problem, day.travel, given.plan, objective))


def restart_from(path: Path, day: LoadedDay, objective: Objective, keep: Keep | None) -> Restart:
    """The day in which what ``keep`` names is locked and every change of the plan has its price.

    Without ``keep`` a plan file (JSON) is only where the search begins; a plan workbook keeps its locked rows.
    """
    given = read_given_plan(path, day, objective)
    if keep is None and not given.places:
        return Restart(day=day, plan=given.plan)
    problem = keep_plan(day.problem, given.plan, given.locks, keep or Keep.LOCKED)
    return Restart(day=replace(day, problem=problem), plan=given.plan)


def print_judgement(given: HandPlan, judged: Evaluation) -> None:
    """Print every broken rule at the row that breaks it, and then the sum."""
    for violation in judged.violations:
        place = _place(given, violation)
        head = f"{place} " if place else ""
        output.print(f"{head}{violation.code} {violation.text.in_(LANGUAGE)}", markup=False)
    broken, missing, cost = len(judged.violations), judged.mandatory_left_out, f"{judged.cost:,.2f}"
    output.print(
        say(
            f"违规 {broken} 处；必做未安排 {missing} 次；代价 {cost}",
            f"{broken} broken rules; {missing} mandatory visits left out; cost {cost}",
        )
    )


def _place(given: HandPlan, violation: Violation) -> str:
    if violation.visit is None:
        return ""
    rows = ((violation.visit, violation.caregiver or ""), (violation.visit, ""))
    return next((given.places[row] for row in rows if row in given.places), "")


def print_differences(problem: Problem, differences: Sequence[PlanDifference]) -> None:
    """Print what changed, for which client, from whom to whom."""
    if not differences:
        output.print(say("与原计划相同", "the same as the plan before"))
        return
    clock = DayClock.of(problem)
    table = Table(box=None, pad_edge=False)
    heads = (("变动", "change"), ("任务", "visit"), ("对象", "client"), ("原来", "before"), ("现在", "now"))
    for zh, en in heads:
        table.add_column(say(zh, en))
    for one in differences[:MAX_SHOWN]:
        before = _who_and_when(clock, one.caregivers_before, one.start_before_t)
        now = _who_and_when(clock, one.caregivers_after, one.start_after_t)
        table.add_row(DIFFERENCE_WORDS[one.kind].in_(LANGUAGE), one.visit, one.client, before, now)
    output.print(say(f"变动 {len(differences)} 处", f"{len(differences)} changes"))
    output.print(table)


def _who_and_when(clock: DayClock, caregivers: Sequence[str], start_t: int | None) -> str:
    return "–" if start_t is None else f"{' '.join(caregivers)} {clock.hhmm(start_t)}"
