"""The files that are carried into the field: route sheets on paper, calendars, a text for the chat, GeoJSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from optimizer.cli.console import print_findings
from optimizer.cli.day import LoadedDay
from optimizer.common.language import Language
from optimizer.common.roster import EMPTY_ROSTER, Roster
from optimizer.io.tables.roster import read_roster
from optimizer.report.map_links import MapService
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

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was asked for, but for the calendars, whose names are those of the caregivers."""
        return tuple(path for path in (self.pdf, self.chat, self.geojson) if path is not None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not self.files and self.calendars is None

    def contents(
        self, day: LoadedDay, plan: Plan, evaluation: Evaluation, roster: Roster
    ) -> Iterator[tuple[Path, bytes]]:
        """The files that were asked for; what is wrong with one (a sign the font does not have) is printed."""
        # Each kind of file loads its own library, and only where it is asked for: the command starts sooner.
        if self.pdf is not None:
            from optimizer.report.route_sheets_pdf import route_sheets_pdf

            content, findings = route_sheets_pdf(
                day.problem, plan, evaluation, roster=roster, language=self.language, service=self.service,
                region=self.region,
            )  # fmt: skip
            print_findings(findings)
            yield self.pdf, content
        if self.calendars is not None:
            from optimizer.report.calendar_ics import calendars

            made = calendars(
                day.problem, plan, evaluation, language=self.language, service=self.service, region=self.region
            )
            for caregiver, content in made.items():
                yield self.calendars / f"{_UNSAFE.sub('_', caregiver)}.ics", content
        if self.chat is not None:
            from optimizer.report.chat_text import chat_texts

            texts = chat_texts(day.problem, plan, evaluation, roster=roster, language=self.language)
            # With a mark, so that the old editor of Windows opens it as UTF-8.
            yield self.chat, "\r\n\r\n".join(texts.values()).encode("utf-8-sig")
        if self.geojson is not None:
            from optimizer.report.geojson import plan_geojson

            drawn = plan_geojson(day.problem, plan, evaluation, language=self.language)
            yield self.geojson, json.dumps(drawn, ensure_ascii=False, indent=1).encode()
