"""Route sheets (派工单) as PDF: A4 across, every caregiver on pages of their own, a QR code to the map for each stop.

Columns for what was really done (实际到达, 离开, 完成, 签名) are left empty for the pen. Only what the errand needs is
printed: surname and title, address, tasks, hazard codes, the station's phone; names come from the roster at this moment
and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from fpdf import FPDF

from optimizer.common.errors import Finding, Severity
from optimizer.common.language import Language, Text
from optimizer.common.roster import EMPTY_ROSTER, Roster
from optimizer.report.font import FAMILY, font_path, missing_glyphs
from optimizer.report.map_links import MapService
from optimizer.report.pdf_drawing import put_box, put_text, qr_image
from optimizer.report.stop_lines import FieldRoute, FieldStop, field_routes
from optimizer.report.terms import date_text, mode_text
from optimizer.report.visits_rows import DayView
from optimizer.visits.evaluation import BreakTiming, Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["COLUMNS", "route_sheets_pdf"]

COLUMNS: tuple[tuple[Text, float], ...] = (
    (Text("序", "No."), 9.0),
    (Text("开始", "Start"), 24.0),
    (Text("服务对象、地址", "Client, address"), 78.0),
    (Text("项目、注意", "Service, remarks"), 50.0),
    (Text("导航", "Map"), 24.0),
    (Text("实际到达", "Arrived"), 20.0),
    (Text("实际离开", "Left"), 20.0),
    (Text("完成 是/否/原因", "Done yes/no/why"), 26.0),
    (Text("签名", "Signature"), 26.0),
)
"""Titles and widths in mm."""

_LEFT, _TOP, _HEAD_MM, _ROW_MM, _REST_MM = 10.0, 10.0, 8.0, 24.0, 9.0
_BOTTOM = 196.0
_QR_MM = 21.0
_NAME = Text("派工单", "Route sheet")
_EXPIRY = Text("仅限当日使用，用后交回销毁。", "For this day only; hand back to be shredded.")
_REST = Text("休息", "break")
_PAGE = Text("第 {page} / {pages} 页", "page {page} of {pages}")

_Entry = FieldStop | BreakTiming


@dataclass(frozen=True, slots=True)
class _Page:
    route: FieldRoute
    entries: tuple[_Entry, ...]
    number: int
    pages: int


def route_sheets_pdf(
    problem: Problem,
    plan: Plan,
    evaluation: Evaluation,
    *,
    roster: Roster = EMPTY_ROSTER,
    language: Language = Language.ZH,
    service: MapService = MapService.GAODE,
    region: str = "",
) -> tuple[bytes, tuple[Finding, ...]]:
    """The route sheets of a plan.

    Parameters
    ----------
    roster
        Names, addresses and phones; without it ids are printed.
    service
        Whose map the QR codes open; a code names the stop's number only.
    region
        The city, for Baidu.

    Returns
    -------
    pdf, findings
        The file, the same bytes for the same input, and a warning (``W501``) for each character that the font does not
        have (printed as □).
    """
    day = DayView.of(problem, plan, evaluation)
    routes = field_routes(day, roster, language=language, service=service, region=region)
    pdf = _document(problem, language)
    texts: list[tuple[str, str]] = []
    for of_caregiver in routes.values():
        for page in _pages(of_caregiver):
            texts += _draw(pdf, day, page, language)
    return bytes(pdf.output()), tuple(_missing(texts))


def _document(problem: Problem, language: Language) -> Any:
    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime.combine(problem.date, time(), tzinfo=UTC))
    pdf.set_title(f"{_NAME.in_(language)} {problem.date.isoformat()}")
    pdf.set_creator("careplan")
    pdf.add_font(FAMILY, fname=font_path())
    return pdf


def _pages(routes: Sequence[FieldRoute]) -> Iterator[_Page]:
    """The shifts of one caregiver cut into pages, numbered together."""
    cut = [(route, entries) for route in routes for entries in _cut(_in_order(route))]
    for number, (route, entries) in enumerate(cut, start=1):
        yield _Page(route, tuple(entries), number, len(cut))


def _in_order(route: FieldRoute) -> list[_Entry]:
    entries: list[_Entry] = [*route.stops, *route.route.evaluation.breaks]
    return sorted(entries, key=lambda one: one.start_t if isinstance(one, BreakTiming) else one.row.timing.start_t)


def _cut(entries: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    page: list[_Entry] = []
    used = 0.0
    room = _BOTTOM - _TOP - 22.0 - _HEAD_MM
    for entry in entries:
        height = _height(entry)
        if page and used + height > room:
            yield page
            page, used = [], 0.0
        page.append(entry)
        used += height
    yield page


def _height(entry: _Entry) -> float:
    return _REST_MM if isinstance(entry, BreakTiming) else _ROW_MM


def _draw(pdf: Any, day: DayView, page: _Page, language: Language) -> list[tuple[str, str]]:
    """Draw one page; gives every text drawn with the place it belongs to."""
    pdf.add_page()
    said = _draw_head(pdf, day, page, language)
    top = _TOP + 22.0
    left = _LEFT
    for title, width in COLUMNS:
        put_box(pdf, left, top, width, _HEAD_MM, [title.in_(language)], size=8, fill=True)
        left += width
    top += _HEAD_MM
    for entry in page.entries:
        if isinstance(entry, BreakTiming):
            _draw_break(pdf, day, entry, top, language)
        else:
            said += _draw_stop(pdf, day, entry, top, language)
        top += _height(entry)
    _draw_foot(pdf, page, language)
    return said


def _draw_head(pdf: Any, day: DayView, page: _Page, language: Language) -> list[tuple[str, str]]:
    route, person = page.route.route, page.route.person
    clock, shift, caregiver = day.clock, route.shift, route.caregiver
    title = f"{_NAME.in_(language)}  {caregiver.id}  {person.name}".strip()
    when = date_text(day.problem.date).in_(language)
    number = _PAGE.in_(language).format(page=page.number, pages=page.pages)
    end = "" if shift.end_t is None else clock.hhmm(shift.end_t)
    hours = f"{clock.hhmm(shift.start_t)}–{end}"
    station = page.route.station
    place = station.name or shift.start_location
    phone = station.phone or ("____________")
    visits, mode, gap = len(route.stops), mode_text(caregiver.mode), "    "
    zh = (f"班次 {shift.id} {hours}", mode.zh, f"上门 {visits} 次", f"站点 {place}", f"站点电话 {phone}")
    en = (f"Shift {shift.id} {hours}", mode.en, f"{visits} visits", f"station {place}", f"phone {phone}")
    facts = Text(gap.join(zh), gap.join(en)).in_(language)
    put_text(pdf, _LEFT, _TOP, title, 16)
    put_text(pdf, _LEFT + 150, _TOP, when, 11)
    put_text(pdf, _LEFT + 235, _TOP, number, 11)
    put_text(pdf, _LEFT, _TOP + 10, facts, 10)
    return [(caregiver.id, title), (caregiver.id, facts)]


def _draw_stop(pdf: Any, day: DayView, stop: FieldStop, top: float, language: Language) -> list[tuple[str, str]]:
    timing, visit, clock = stop.row.timing, stop.row.facts.visit, day.clock
    travel = round(clock.minutes(timing.travel_t))
    who = f"{stop.person.addressed(language)}  {visit.client}".strip()
    address = [line for line in (stop.place, stop.person.address) if line]
    minutes = Text(f"{round(clock.minutes(visit.service_duration_t))} 分钟", "min").in_(language)
    if language is Language.EN:
        minutes = f"{round(clock.minutes(visit.service_duration_t))} {minutes}"
    times = [
        Text(f"最早到 {clock.hhmm(timing.arrival_t)}", f"there from {clock.hhmm(timing.arrival_t)}").in_(language),
        Text(f"止 {clock.hhmm(timing.finish_t)}", f"until {clock.hhmm(timing.finish_t)}").in_(language),
        Text(f"路上 {travel} 分", f"travel {travel} min").in_(language),
    ]
    remarks = [f"{stop.service}  {minutes}", stop.person.tasks, stop.person.hazards, _company(stop, language), visit.id]
    left = _LEFT
    texts: Mapping[int, tuple[str, list[str]]] = {
        0: (str(stop.number), []),
        1: (clock.hhmm(timing.start_t), times),
        2: (who, address),
        3: (remarks[0], [line for line in remarks[1:] if line]),
    }
    for index, (_title, width) in enumerate(COLUMNS):
        first, rest = texts.get(index, ("", []))
        put_box(
            pdf,
            left,
            top,
            width,
            _ROW_MM,
            [first, *rest],
            size=10 if index == 2 else 8.5,
            first_size=13 if index < 3 else 10,
        )
        if index == 4 and stop.link:
            pdf.image(qr_image(stop.link), x=left + 1.5, y=top + 1.5, w=_QR_MM, h=_QR_MM)
        left += width
    return [(visit.id, text) for text in (who, *address, *remarks)]


def _company(stop: FieldStop, language: Language) -> str:
    parts = []
    if stop.row.partners:
        others = " ".join(stop.row.partners)
        parts.append(Text(f"与 {others} 同行", f"with {others}").in_(language))
    parts += [link.in_(language) for link in stop.row.facts.links]
    return "；".join(parts)


def _draw_break(pdf: Any, day: DayView, taken: BreakTiming, top: float, language: Language) -> None:
    width = sum(width for _, width in COLUMNS)
    end = day.clock.hhmm(taken.start_t + taken.duration_t)
    words = f"{day.clock.hhmm(taken.start_t)}–{end}  {_REST.in_(language)} {taken.location or ''}".strip()
    put_box(pdf, _LEFT, top, width, _REST_MM, [words], size=10, fill=True)


def _draw_foot(pdf: Any, page: _Page, language: Language) -> None:
    pdf.set_draw_color(150)
    pdf.set_dash_pattern(dash=2, gap=2)
    pdf.line(_LEFT, 199.5, _LEFT + sum(width for _, width in COLUMNS), 199.5)
    pdf.set_dash_pattern()
    put_text(pdf, _LEFT, 201.5, f"✂ {_EXPIRY.in_(language)}  {page.route.route.caregiver.id}", 8)


def _missing(texts: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for place, text in texts:
        for character in missing_glyphs([text]):
            if (place, character) in told:
                continue
            told.add((place, character))
            shown = f"“{character}” (U+{ord(character):04X})"
            yield Finding(
                code="W501",
                where=place,
                severity=Severity.WARNING,
                found=Text(f"字体里没有 {shown}，印成 □", f"the font has no {shown}: printed as □"),
                action=Text("在纸上手写补上", "write it in by hand"),
            )
