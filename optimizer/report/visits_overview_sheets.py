"""The sheets of the day as a whole: routes at a glance, every visit, those left out, broken rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.report.hand_editing import lock_word, offer_editing
from optimizer.report.terms import CAREGIVER_STATUSES, REASON_KINDS, mode_text, service_text
from optimizer.report.visits_rows import DayView, LeftOutRow, RouteRows, StopRow, VisitFacts
from optimizer.report.workbook_book import Book, Cell, Column, Kind, Tone
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Caregiver
from optimizer.visits.plan import ReasonKind

__all__ = [
    "LEFT_OUT_COLUMNS",
    "MAX_REASONS",
    "OVERVIEW_COLUMNS",
    "VISIT_COLUMNS",
    "write_all_visits",
    "write_left_out",
    "write_overview",
    "write_violations",
]

MAX_REASONS = 6
"""Reasons shown for one visit; the plan file holds them all."""

_YES = Text("是", "yes")

OVERVIEW_COLUMNS = (
    Column(Text("护理员", "Caregiver"), Kind.TEXT, 14),
    Column(Text("班次", "Shift"), Kind.TEXT, 10),
    Column(Text("所属机构", "Provider"), Kind.TEXT, 14),
    Column(Text("出发地", "From"), Kind.TEXT, 14),
    Column(Text("出行", "Mode"), Kind.TEXT, 8),
    Column(Text("上门 次", "Visits"), Kind.WHOLE, 7),
    Column(Text("出发", "Leave"), Kind.TIME, 7),
    Column(Text("返回", "Back"), Kind.TIME, 7),
    Column(Text("服务 分", "Care min"), Kind.WHOLE, 8),
    Column(Text("路上 分", "Travel min"), Kind.WHOLE, 8),
    Column(Text("公里", "km"), Kind.DECIMAL, 7),
    Column(Text("等候 分", "Waiting min"), Kind.WHOLE, 8),
    Column(Text("迟到 次", "Late"), Kind.WHOLE, 7),
    Column(Text("加班 分", "Overtime min"), Kind.WHOLE, 9),
    Column(Text("派工单", "Route sheet"), Kind.TEXT, 14),
)

VISIT_COLUMNS = (
    Column(Text("上门编号", "Visit"), Kind.TEXT, 13),
    Column(Text("服务对象", "Client"), Kind.TEXT, 12),
    Column(Text("镇", "Town"), Kind.TEXT, 11),
    Column(Text("村", "Village"), Kind.TEXT, 11),
    Column(Text("项目", "Service"), Kind.TEXT, 12),
    Column(Text("分钟", "Minutes"), Kind.WHOLE, 7),
    Column(Text("可开始时间", "May start"), Kind.WRAP, 16),
    Column(Text("人数", "Team"), Kind.WHOLE, 6),
    Column(Text("必做", "Mandatory"), Kind.TEXT, 9),
    Column(Text("优先组", "Priority"), Kind.TEXT, 14),
    Column(Text("状态", "State"), Kind.TEXT, 9),
    Column(Text("护理员", "Caregiver"), Kind.TEXT, 13),
    Column(Text("最早到达", "Earliest arrival"), Kind.TIME, 8),
    Column(Text("开始", "Start"), Kind.TIME, 7),
    Column(Text("结束", "End"), Kind.TIME, 7),
    Column(Text("晚到 分", "Late min"), Kind.WHOLE, 8),
    Column(Text("同行", "With"), Kind.TEXT, 13),
    Column(Text("衔接", "Linked"), Kind.WRAP, 24),
    Column(Text("锁定", "Locked"), Kind.TEXT, 8),
)

LEFT_OUT_COLUMNS = (
    Column(Text("上门编号", "Visit"), Kind.TEXT, 13),
    Column(Text("服务对象", "Client"), Kind.TEXT, 12),
    Column(Text("镇", "Town"), Kind.TEXT, 11),
    Column(Text("村", "Village"), Kind.TEXT, 11),
    Column(Text("项目", "Service"), Kind.TEXT, 12),
    Column(Text("分钟", "Minutes"), Kind.WHOLE, 7),
    Column(Text("可开始时间", "May start"), Kind.WRAP, 16),
    Column(Text("必做", "Mandatory"), Kind.TEXT, 9),
    Column(Text("优先组", "Priority"), Kind.TEXT, 14),
    Column(Text("此前连续未安排 次", "Left out before"), Kind.WHOLE, 10),
    Column(Text("最迟日期", "Latest date"), Kind.TEXT, 11),
    Column(Text("类别", "Kind"), Kind.TEXT, 13),
    Column(Text("原因", "Reason"), Kind.WRAP, 48),
    Column(Text("怎样才能安排", "What would help"), Kind.WRAP, 48),
)


def write_overview(book: Book, name: str, day: DayView, sheet_names: Mapping[str, str]) -> None:
    """Write one row for each route, with a link to its route sheet, and one for each caregiver without a route."""
    columns = OVERVIEW_COLUMNS
    sheet = book.add_sheet(name, landscape=True)
    book.set_widths(sheet, columns)
    rows: list[tuple[Iterable[Cell], Tone]] = [(_overview_cells(day, route), Tone.PLAIN) for route in day.routes]
    rows += [(_idle_cells(caregiver), Tone.REST) for caregiver in day.idle]
    below = book.put_table(sheet, 0, columns, rows)
    for row, route in enumerate(day.routes, start=1):
        target = sheet_names[route.caregiver.id].replace("'", "''")
        sheet.write_url(
            row, len(columns) - 1, f"internal:'{target}'!A1", book.style("link"), sheet_names[route.caregiver.id]
        )
    _finish_list(sheet, below, len(columns))


def write_all_visits(book: Book, name: str, day: DayView) -> None:
    """Write one row for each task: a visit of two caregivers has two rows, a visit left out has one."""
    sheet = book.add_sheet(name, landscape=True)
    book.set_widths(sheet, VISIT_COLUMNS)
    below = book.put_table(sheet, 0, VISIT_COLUMNS, _visit_rows(book, day))
    _finish_list(sheet, below, len(VISIT_COLUMNS))
    offer_editing(book, sheet, below, VISIT_COLUMNS, day)


def write_left_out(book: Book, name: str, day: DayView, bad_rows: Sequence[Finding] = ()) -> None:
    """Write the visits left out, the mandatory ones first, with reasons and what would help, then unusable rows."""
    sheet = book.add_sheet(name, landscape=True)
    book.set_widths(sheet, LEFT_OUT_COLUMNS)
    rows = [row for left_out in day.left_out for row in _left_out_rows(day, left_out)]
    rows += [(_bad_row_cells(finding), Tone.WARM) for finding in bad_rows]
    below = book.put_table(sheet, 0, LEFT_OUT_COLUMNS, rows)
    if not rows:
        text = Text("全部上门都已安排。", "Every visit is planned.")
        book.put_wide(sheet, 1, len(LEFT_OUT_COLUMNS), text, "quiet")
        below = 2
    _finish_list(sheet, below, len(LEFT_OUT_COLUMNS))


def write_violations(book: Book, name: str, evaluation: Evaluation) -> None:
    """Write every broken rule; only for a plan that is not valid."""
    columns = (
        Column(Text("规则", "Rule"), Kind.TEXT, 9),
        Column(Text("护理员", "Caregiver"), Kind.TEXT, 14),
        Column(Text("班次", "Shift"), Kind.TEXT, 10),
        Column(Text("上门编号", "Visit"), Kind.TEXT, 14),
        Column(Text("问题", "What is wrong"), Kind.WRAP, 80),
    )
    sheet = book.add_sheet(name, landscape=True)
    book.set_widths(sheet, columns)
    rows = (
        ((broken.code, broken.caregiver, broken.shift, broken.visit, broken.text), Tone.WARM)
        for broken in evaluation.violations
    )
    _finish_list(sheet, book.put_table(sheet, 0, columns, rows), len(columns))


def _finish_list(sheet: object, below: int, columns: int) -> None:
    """What every list has: a frozen and repeated head, a filter, a print area."""
    last = max(below - 1, 1)
    sheet.freeze_panes(1, 1)  # type: ignore[attr-defined]
    sheet.repeat_rows(0)  # type: ignore[attr-defined]
    sheet.autofilter(0, 0, last, columns - 1)  # type: ignore[attr-defined]
    sheet.print_area(0, 0, last, columns - 1)  # type: ignore[attr-defined]


def _overview_cells(day: DayView, route: RouteRows) -> list[Cell]:
    clock, evaluation = day.clock, route.evaluation
    return [
        route.caregiver.id,
        route.shift.id,
        route.caregiver.provider,
        route.shift.start_location,
        mode_text(route.caregiver.mode),
        len(route.stops),
        evaluation.departure_t,
        evaluation.return_t,
        round(clock.minutes(evaluation.service_t)),
        round(clock.minutes(evaluation.travel_t)),
        evaluation.metres / 1000 if evaluation.metres is not None else None,
        round(clock.minutes(evaluation.waiting_t)),
        sum(1 for stop in route.stops if stop.timing.tardiness_t > 0),
        round(clock.minutes(evaluation.overtime_t)),
        None,
    ]


def _idle_cells(caregiver: Caregiver) -> list[Cell]:
    empty: list[Cell] = [None] * (len(OVERVIEW_COLUMNS) - 6)
    status = CAREGIVER_STATUSES[caregiver.status]
    return [caregiver.id, None, caregiver.provider, None, mode_text(caregiver.mode), 0, *empty[:-1], status]


def _visit_rows(book: Book, day: DayView) -> Iterator[tuple[list[Cell], Tone]]:
    stops: dict[str, list[tuple[str, StopRow]]] = defaultdict(list)
    for route in day.routes:
        for stop in route.stops:
            stops[stop.facts.visit.id].append((route.caregiver.id, stop))
    for visit, facts in day.visits.items():
        for caregiver, stop in stops.get(visit, ()):
            tone = Tone.WARM if stop.timing.tardiness_t > 0 else Tone.PLAIN
            yield [*_fact_cells(book, day, facts), *_planned_cells(book, day, caregiver, stop)], tone
        if visit not in stops:
            left_out = Text("未安排", "left out")
            ending: list[Cell] = [left_out, None, None, None, None, None, None, facts.links_in(book.language), ""]
            yield [*_fact_cells(book, day, facts), *ending], Tone.WARM


def _fact_cells(book: Book, day: DayView, facts: VisitFacts) -> list[Cell]:
    visit = facts.visit
    return [
        visit.id,
        visit.client,
        facts.place.town,
        facts.place.village,
        service_text(visit.service),
        round(day.clock.minutes(visit.service_duration_t)),
        day.clock.windows(visit.windows),
        visit.team_size,
        _YES if facts.mandatory else "",
        facts.group_text,
    ]


def _planned_cells(book: Book, day: DayView, caregiver: str, stop: StopRow) -> list[Cell]:
    timing = stop.timing
    return [
        Text("已安排", "planned"),
        caregiver,
        timing.arrival_t,
        timing.start_t,
        timing.finish_t,
        round(day.clock.minutes(timing.tardiness_t)),
        " ".join(stop.partners),
        stop.facts.links_in(book.language),
        lock_word(stop.facts.visit, caregiver),
    ]


def _bad_row_cells(finding: Finding) -> list[Cell]:
    """A row of the input that could not be used: what is known of it is its id, its place and what is wrong."""
    empty: list[Cell] = [None] * (len(LEFT_OUT_COLUMNS) - 4)
    place = f"{finding.code} {finding.where}"
    found = Text(f"{place}：{finding.found.zh}", f"{place}: {finding.found.en}")
    return [" ".join(finding.ids), *empty, REASON_KINDS[ReasonKind.BAD_DATA], found, finding.action]


def _left_out_rows(day: DayView, row: LeftOutRow) -> Iterator[tuple[list[Cell], Tone]]:
    facts, visit = row.facts, row.facts.visit
    tone = Tone.WARM if facts.mandatory else Tone.PLAIN
    head: list[Cell] = [
        visit.id,
        visit.client,
        facts.place.town,
        facts.place.village,
        service_text(visit.service),
        round(day.clock.minutes(visit.service_duration_t)),
        day.clock.windows(visit.windows),
        _YES if facts.mandatory else "",
        facts.group_text,
        visit.times_left_out,
        visit.latest_date.isoformat() if visit.latest_date is not None else None,
    ]
    reasons = row.unassigned.reasons
    for reason in reasons[:MAX_REASONS]:
        change = reason.change.text if reason.change is not None else None
        yield [*head, REASON_KINDS[reason.kind], reason.text, change], tone
    if not reasons:
        yield [*head, None, Text("计划中没有写明原因", "the plan gives no reason"), None], tone
    elif len(reasons) > MAX_REASONS:
        more = len(reasons) - MAX_REASONS
        yield [*head, None, Text(f"另有 {more} 条，见计划文件", f"{more} more in the plan file"), None], tone
