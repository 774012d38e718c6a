"""The files that are carried into the field: route sheets on paper, calendars, a text for the chat, GeoJSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from optimizer.cli.console import print_findings
from optimizer.cli.day import LoadedDay
from optimizer.cli.words import say
from optimizer.common.errors import OutputError
from optimizer.common.language import Language
from optimizer.common.roster import EMPTY_ROSTER, Roster
from optimizer.io.files import write_output
from optimizer.io.tables.roster import read_roster
from optimizer.report.calendar_ics import calendars
from optimizer.report.chat_text import chat_texts
from optimizer.report.geojson import plan_geojson
from optimizer.report.map_links import MapService
from optimizer.report.route_sheets_pdf import route_sheets_pdf
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.plan import Plan

__all__ = ["FieldOutputs", "load_roster"]

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def load_roster(path: Path | None) -> Roster:
    """The 名册 of a file, nobody where none is given; its warnings are printed."""
    if path is None:
        return EMPTY_ROSTER
    roster, findings = read_roster(path)
    print_findings(findings)
    return roster


@dataclass(frozen=True, kw_only=True)
class FieldOutputs:
    """Where the files for the field go, whose map their links open, and in which language they are printed.

    Printed and phone output is Chinese unless asked otherwise (``--print-lang en``), whatever the command's language.
    """

    pdf: Path | None = None
    calendars: Path | None = None
    chat: Path | None = None
    geojson: Path | None = None
    service: MapService = MapService.GAODE
    region: str = ""
    language: Language = Language.ZH
    inputs: tuple[Path, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return self.pdf is None and self.calendars is None and self.chat is None and self.geojson is None

    def write(self, day: LoadedDay, plan: Plan, evaluation: Evaluation, roster: Roster) -> tuple[Path, ...]:
        """Write the files that were asked for, each whole or not at all.

        Raises
        ------
        OutputError
            A file cannot be written where it was asked for.
        """
        return tuple(self._written(day, plan, evaluation, roster))

    def _written(self, day: LoadedDay, plan: Plan, evaluation: Evaluation, roster: Roster) -> Iterator[Path]:
        if self.pdf is not None:
            content, findings = route_sheets_pdf(
                day.problem, plan, evaluation, roster=roster, language=self.language, service=self.service,
                region=self.region,
            )  # fmt: skip
            print_findings(findings)
            yield self._put(self.pdf, content)
        if self.calendars is not None:
            made = calendars(
                day.problem, plan, evaluation, language=self.language, service=self.service, region=self.region
            )
            for caregiver, content in made.items():
                yield self._put(self.calendars / f"{_UNSAFE.sub('_', caregiver)}.ics", content)
        if self.chat is not None:
            texts = chat_texts(day.problem, plan, evaluation, roster=roster, language=self.language)
            # With a mark, so that the old editor of Windows opens it as UTF-8.
            yield self._put(self.chat, "\r\n\r\n".join(texts.values()).encode("utf-8-sig"))
        if self.geojson is not None:
            drawn = plan_geojson(day.problem, plan, evaluation, language=self.language)
            yield self._put(self.geojson, json.dumps(drawn, ensure_ascii=False, indent=1).encode())

    def _put(self, path: Path, content: bytes) -> Path:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                say(f"无法建立文件夹 {path.parent}：{error.strerror}", f"cannot make {path.parent}: {error.strerror}")
            ) from error
        write_output(path, content, inputs=self.inputs)
        return path
