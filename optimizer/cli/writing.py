"""The files that a command writes: each whole or not at all, never over an input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from optimizer.cli.day import LoadedDay
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import OutputError
from optimizer.common.language import Language
from optimizer.common.roster import EMPTY_ROSTER, Roster
from optimizer.io.files import write_output
from optimizer.io.hhcrsp import write_hhcrsp_plan
from optimizer.io.plan_json import write_plan_json
from optimizer.report.visits_page import visits_page_html
from optimizer.report.visits_run import RunFacts
from optimizer.report.visits_workbook import visits_workbook_bytes
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["Outputs", "PlanFormat"]


class PlanFormat(StrEnum):
    """Formats a plan can be written in."""

    CAREPLAN = "careplan"
    HHCRSP = "hhcrsp"


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Where the results of a command go; ``inputs`` are never written over."""

    plan: Path | None = None
    plan_format: PlanFormat = PlanFormat.CAREPLAN
    workbook: Path | None = None
    page: Path | None = None
    roster: Roster = EMPTY_ROSTER
    inputs: tuple[Path, ...] = ()

    def require_writable(self) -> None:
        """Refuse targets that cannot be written before the work begins, not after it.

        Raises
        ------
        OutputError
            The target's folder cannot be made, or two outputs have the same name.
        """
        targets = [path for path in (self.plan, self.workbook, self.page) if path is not None]
        if len({path.resolve() for path in targets}) < len(targets):
            raise OutputError(say("两个输出用了同一个文件名，请改一个", "two outputs have the same name; change one"))
        for path in targets:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                reason = error.strerror or str(error)
                raise OutputError(
                    say(f"无法建立文件夹 {path.parent}：{reason}", f"cannot make the folder {path.parent}: {reason}")
                ) from error

    def write_plan(self, plan: Plan, problem: Problem) -> None:
        """Write the plan, if a file was asked for."""
        if self.plan is None:
            return
        write = write_hhcrsp_plan if self.plan_format is PlanFormat.HHCRSP else write_plan_json
        write(plan, problem, self.plan, inputs=self.inputs)

    def write_reports(self, day: LoadedDay, plan: Plan, evaluation: Evaluation, run: RunFacts) -> tuple[Path, ...]:
        """Write the workbook and the page that were asked for; returns every file of this run, the plan's included."""
        return tuple(self._reports(day, plan, evaluation, run))

    def _reports(self, day: LoadedDay, plan: Plan, evaluation: Evaluation, run: RunFacts) -> Iterator[Path]:
        language = Language.ZH if LANGUAGE is Language.ZH else Language.EN
        if self.plan is not None:
            yield self.plan
        if self.workbook is not None:
            workbook = visits_workbook_bytes(day.problem, plan, evaluation, run, language=language, roster=self.roster)
            write_output(self.workbook, workbook, inputs=self.inputs)
            yield self.workbook
        if self.page is not None:
            page = visits_page_html(day.problem, plan, evaluation, run, language=language)
            write_output(self.page, page.encode("utf-8"), inputs=self.inputs)
            yield self.page
