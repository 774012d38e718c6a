"""The route sheet (派工单) of one caregiver: what to do today, in order, on paper."""

from __future__ import annotations

from typing import Any

from optimizer.common.language import Language, Text
from optimizer.common.roster import EMPTY_ROSTER, Roster
from optimizer.report.terms import date_text, mode_text, service_text
from optimizer.report.visits_rows import DayView, RouteRows, StopRow
from optimizer.report.workbook_book import Book, Column, Kind, Tone
from optimizer.visits.evaluation import BreakTiming

__all__ = ["ROUTE_COLUMNS", "write_route_sheet"]

_PEN_POINTS = 34.0
"""Height of a row that is written on by hand."""

ROUTE_COLUMNS = (
    Column(Text("序", "No."), Kind.WHOLE, 4.5),
    Column(Text("最迟出发", "Leave by"), Kind.TIME, 7),
    Column(Text("路上 分", "Travel min"), Kind.WHOLE, 6.5),
    Column(Text("最早到达", "Earliest arrival"), Kind.TIME, 7),
    Column(Text("开始", "Start"), Kind.KEY_TIME, 8),
    Column(Text("结束", "End"), Kind.TIME, 7),
    Column(Text("上门编号", "Visit"), Kind.TEXT, 13),
    Column(Text("服务对象", "Client"), Kind.TEXT, 11),
    Column(Text("镇", "Town"), Kind.TEXT, 11),
    Column(Text("村、地址", "Village, address"), Kind.WRAP, 18),
    Column(Text("项目", "Service"), Kind.TEXT, 11),
    Column(Text("分钟", "Minutes"), Kind.WHOLE, 6),
    Column(Text("可开始时间", "May start"), Kind.WRAP, 15),
    Column(Text("同行与衔接", "With, and linked"), Kind.WRAP, 22),
    Column(Text("实际到达", "Arrived"), Kind.TEXT, 9),
    Column(Text("实际离开", "Left"), Kind.TEXT, 9),
    Column(Text("完成（是/否/原因）", "Done (yes/no/why)"), Kind.TEXT, 12),
    Column(Text("签名", "Signature"), Kind.TEXT, 11),
)

_PEN = (None,) * 4
"""The columns that are left to the pen."""
_EXPIRY = Text("仅限当日使用，用后交回销毁。", "For this day only; hand back to be shredded.")


def write_route_sheet(
    book: Book, name: str, day: DayView, routes: tuple[RouteRows, ...], roster: Roster = EMPTY_ROSTER
) -> None:
    """Write one sheet with all shifts of one caregiver.

    Parameters
    ----------
    book
        The workbook being written.
    name
        The sheet's name, reserved before.
    day
        The whole day.
    routes
        The routes of this caregiver, one or more, in the order of the day.
    roster
        Names and addresses, where the sheet is to be printed with them.
    """
    caregiver = routes[0].caregiver
    when = book.text(date_text(day.problem.date))
    sheet = book.add_sheet(name, landscape=True, footer=f"{caregiver.id}  {when}  {book.text(_EXPIRY)}")
    book.set_widths(sheet, ROUTE_COLUMNS)
    title = Text(f"派工单  {caregiver.id}", f"Route sheet  {caregiver.id}")
    book.put_wide(sheet, 0, len(ROUTE_COLUMNS), title, "title", height=26)
    book.put_wide(sheet, 1, len(ROUTE_COLUMNS), when, "quiet")
    row = 2
    for route in routes:
        row = _write_route(book, sheet, row, day, route, roster) + 1
    sheet.freeze_panes(4 if len(routes) == 1 else 2, 1)
    sheet.print_area(0, 0, row - 1, len(ROUTE_COLUMNS) - 1)
    if len(routes) == 1:
        sheet.repeat_rows(3)


def _write_route(book: Book, sheet: Any, row: int, day: DayView, route: RouteRows, roster: Roster) -> int:
    """Write one shift from row ``row`` on; gives the first row below."""
    book.put_wide(sheet, row, len(ROUTE_COLUMNS), _shift_line(day, route), "quiet")
    book.put_head(sheet, row + 1, ROUTE_COLUMNS)
    row += 2
    for entry in _in_order(route):
        if isinstance(entry, StopRow):
            late = entry.timing.tardiness_t > 0
            tone = Tone.WARM if late else Tone.PLAIN
            book.put_row(sheet, row, ROUTE_COLUMNS, _stop_cells(book, day, entry, roster), tone, least=_PEN_POINTS)
        else:
            book.put_row(sheet, row, ROUTE_COLUMNS, _break_cells(book, day, entry), Tone.REST, least=_PEN_POINTS)
        row += 1
    book.put_row(sheet, row, ROUTE_COLUMNS, _return_cells(day, route), Tone.REST)
    return row + 1


def _shift_line(day: DayView, route: RouteRows) -> Text:
    clock, shift, evaluation = day.clock, route.shift, route.evaluation
    end = clock.hhmm(shift.end_t) if shift.end_t is not None else ""
    minutes = round(clock.minutes(evaluation.service_t)), round(clock.minutes(evaluation.travel_t))
    metres = evaluation.metres
    zh = [f"班次 {shift.id}  {clock.hhmm(shift.start_t)}–{end}", f"出发地 {shift.start_location}"]
    en = [f"Shift {shift.id}  {clock.hhmm(shift.start_t)}–{end}", f"from {shift.start_location}"]
    mode = mode_text(route.caregiver.mode)
    zh += [mode.zh, f"上门 {len(route.stops)} 次", f"服务 {minutes[0]} 分钟", f"路上 {minutes[1]} 分钟"]
    en += [mode.en, f"{len(route.stops)} visits", f"{minutes[0]} min of care", f"{minutes[1]} min of travel"]
    if metres is not None:
        zh.append(f"{metres / 1000:.1f} 公里")
        en.append(f"{metres / 1000:.1f} km")
    if evaluation.overtime_t > 0:
        zh.append(f"加班 {round(clock.minutes(evaluation.overtime_t))} 分钟")
        en.append(f"{round(clock.minutes(evaluation.overtime_t))} min of overtime")
    return Text("    ".join(zh), "    ".join(en))


def _in_order(route: RouteRows) -> list[StopRow | BreakTiming]:
    entries: list[StopRow | BreakTiming] = [*route.stops, *route.evaluation.breaks]
    return sorted(entries, key=lambda entry: entry.timing.start_t if isinstance(entry, StopRow) else entry.start_t)


def _stop_cells(book: Book, day: DayView, row: StopRow, roster: Roster) -> list[str | int | float | Text | None]:
    timing, visit, clock = row.timing, row.facts.visit, day.clock
    person = roster.client(visit.client)
    return [
        row.number,
        timing.departure_t,
        round(clock.minutes(timing.travel_t)),
        timing.arrival_t,
        timing.start_t,
        timing.finish_t,
        visit.id,
        f"{visit.client} {person.addressed(book.language)}".strip(),
        row.facts.place.town,
        " ".join(part for part in (row.facts.place.village, person.address) if part),
        service_text(visit.service),
        round(clock.minutes(visit.service_duration_t)),
        clock.windows(visit.windows),
        "；".join(part for part in (_remarks(book.language, day, row), person.tasks, person.hazards) if part),
        *_PEN,
    ]


def _remarks(language: Language, day: DayView, row: StopRow) -> str:
    parts = []
    if row.partners:
        others = " ".join(row.partners)
        parts.append(Text(f"与 {others} 同行", f"together with {others}").in_(language))
    if row.facts.links:
        parts.append(row.facts.links_in(language))
    late = round(day.clock.minutes(row.timing.tardiness_t))
    if row.timing.tardiness_t > 0:
        parts.append(Text(f"晚 {late} 分钟", f"{late} min late").in_(language))
    return ("；" if language is Language.ZH else "; ").join(parts)


def _break_cells(book: Book, day: DayView, taken: BreakTiming) -> list[str | int | float | Text | None]:
    minutes = round(day.clock.minutes(taken.duration_t))
    travel = round(day.clock.minutes(taken.travel_t)) if taken.location is not None else None
    place = taken.location or ""
    word = Text("休息（计工时）", "break (paid)") if taken.paid else Text("休息", "break")
    finish = taken.start_t + taken.duration_t
    return [None, None, travel, None, taken.start_t, finish, word, place, "", "", "", minutes, "", "", *_PEN]


def _return_cells(day: DayView, route: RouteRows) -> list[str | int | float | Text | None]:
    evaluation = route.evaluation
    travel = round(day.clock.minutes(evaluation.return_travel_t))
    place = route.shift.end_location
    if place is None:
        word, place, travel_cell, back = Text("结束", "end"), "", None, None
    else:
        word, travel_cell, back = Text("返回", "back to"), travel, evaluation.return_t
    leave = evaluation.return_t - evaluation.return_travel_t
    return [None, leave, travel_cell, back, None, None, word, place, "", "", "", None, "", "", *_PEN]
