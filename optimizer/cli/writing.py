"""The files that a command writes: each whole or not at all, never over an input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from optimizer.cli.day import LoadedDay
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import OutputError
from optimizer.common.language import Language, Text
from optimizer.common.roster import EMPTY_ROSTER, Roster
from optimizer.io.files import refuse_input, write_output
from optimizer.io.hhcrsp import write_hhcrsp_plan
from optimizer.io.plan_json import write_plan_json
from optimizer.report.visits_run import RunFacts
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["Outputs", "PlanFormat", "Writer", "require_writable", "wrote"]


class PlanFormat(StrEnum):
    """Formats a plan can be written in."""

    CAREPLAN = "careplan"
    HHCRSP = "hhcrsp"


@dataclass(kw_only=True)
class Writer:
    """Writes every file that it can; what one target refuses (open in Excel) does not cost the others.

    ``inputs`` are never written over; ``written`` are the files of this run so far.
    """

    inputs: tuple[Path, ...] = ()
    written: list[Path] = field(default_factory=list)
    refused: list[OutputError] = field(default_factory=list)

    def put(self, path: Path, content: bytes) -> None:
        """Write one file."""

        def write() -> None:
            _make_folder(path)
            write_output(path, content, inputs=self.inputs)

        self.attempt(path, write)

    def attempt(self, path: Path, write: Callable[[], None]) -> None:
        """Let ``write`` write one file, and remember how it went."""
        try:
            write()
        except OutputError as error:
            self.refused.append(error)
        else:
            self.written.append(path)

    def finish(self) -> None:
        """Say which files could not be written.

        Raises
        ------
        OutputError
            With a line for each of them.
        """
        if self.refused:
            zh, en = ("\n".join(texts) for texts in zip(*((e.text.zh, e.text.en) for e in self.refused), strict=True))
            raise OutputError(Text(zh, en))


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Where the results of a command go."""

    plan: Path | None = None
    plan_format: PlanFormat = PlanFormat.CAREPLAN
    workbook: Path | None = None
    page: Path | None = None
    roster: Roster = EMPTY_ROSTER

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was asked for."""
        return tuple(path for path in (self.plan, self.workbook, self.page) if path is not None)

    def write_plan(self, writer: Writer, plan: Plan, problem: Problem) -> None:
        """Write the plan, if a file was asked for."""
        if self.plan is None:
            return
        path = self.plan
        write = write_hhcrsp_plan if self.plan_format is PlanFormat.HHCRSP else write_plan_json
        writer.attempt(path, lambda: write(plan, problem, path, inputs=writer.inputs))

    def reports(
        self, day: LoadedDay, plan: Plan, evaluation: Evaluation, run: RunFacts
    ) -> Iterator[tuple[Path, bytes]]:
        """The workbook and the page, if they were asked for."""
        language = Language.ZH if LANGUAGE is Language.ZH else Language.EN
        # The writers and their libraries are loaded only where they are asked for: the command starts sooner.
        if self.workbook is not None:
            from optimizer.report.visits_workbook import visits_workbook_bytes

            yield (
                self.workbook,
                visits_workbook_bytes(day.problem, plan, evaluation, run, language=language, roster=self.roster),
            )
        if self.page is not None:
            from optimizer.report.visits_page import visits_page_html

            yield self.page, visits_page_html(day.problem, plan, evaluation, run, language=language).encode()


def require_writable(targets: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse targets that cannot be written before the work begins, not after it.

    Raises
    ------
    OutputError
        A target is an input, its folder cannot be made, or two outputs have the same name.
    """
    paths = tuple(targets)
    if len({path.resolve() for path in paths}) < len(paths):
        raise OutputError(say("两个输出用了同一个文件名，请改一个", "two outputs have the same name; change one"))
    for path in paths:
        refuse_input(path, tuple(inputs))
        _make_folder(path)


def wrote(path: Path) -> str:
    """That a file was written."""
    return say(f"已写出 {path}", f"wrote {path}")


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            say(f"无法建立文件夹 {path.parent}：{reason}", f"cannot make the folder {path.parent}: {reason}")
        ) from error
