"""The key figures of a visits plan as tables: by priority group, by town and village, by caregiver."""

from __future__ import annotations

from optimizer.common.language import Text
from optimizer.report.figures import FigureColumn, FigureRow, FigureTable, RowLevel
from optimizer.visits.kpi import CaregiverFigures, GroupFigures, KeyFigure, KeyFigures, PlaceFigures, Unit

__all__ = ["FIRST_FIGURES", "figure_tables", "is_watched"]

FIRST_FIGURES = (
    "visits_planned",
    "mandatory_left_out",
    "optional_left_out",
    "on_time",
    "known",
    "care",
    "travel",
    "distance",
    "overtime",
    "working",
)
"""The headline figures that stand at the top of the page, in this order."""

_WATCHED = {"mandatory_left_out"}
_TOTAL = Text("合计", "all")
_NO_TOWN = Text("（未写镇）", "(no town given)")


def is_watched(figure: KeyFigure) -> bool:
    """Whether the figure asks for a look before anything else."""
    return figure.id in _WATCHED and bool(figure.value)


def figure_tables(figures: KeyFigures) -> tuple[FigureTable, ...]:
    """The tables below the headline figures, with their sums where sums mean something."""
    return _by_group(figures), _by_place(figures), _by_caregiver(figures)


def _by_group(figures: KeyFigures) -> FigureTable:
    columns = (
        _words("优先组", "Priority group"),
        _number("上门", "visits"),
        _number("已安排", "planned"),
        _number("未安排", "left out"),
        _number("其中必做", "mandatory"),
        _number("必做未安排", "mandatory left out"),
    )
    total = FigureRow(
        cells=(
            _TOTAL,
            figures.visits.total,
            figures.visits.planned,
            figures.visits.left_out,
            figures.mandatory.total,
            figures.mandatory.left_out,
        ),
        level=RowLevel.TOTAL,
    )
    rows = tuple(_group_row(group) for group in figures.groups)
    return FigureTable(title=Text("按优先组", "By priority group"), columns=columns, rows=(*rows, total))


def _group_row(group: GroupFigures) -> FigureRow:
    visits, mandatory = group.visits, group.mandatory
    cells = (group.name, visits.total, visits.planned, visits.left_out, mandatory.total, mandatory.left_out)
    return FigureRow(cells=cells, watch=mandatory.left_out > 0)


def _by_place(figures: KeyFigures) -> FigureTable:
    columns = (
        _words("市–镇–村", "City, town, village"),
        _number("上门", "visits"),
        _number("已安排", "planned"),
        _number("未安排", "left out"),
        _number("必做未安排", "mandatory left out"),
        _number("准时", "on time", Unit.SHARE),
        _number("熟悉", "known caregiver", Unit.SHARE),
        _number("服务", "care", Unit.HOURS),
        _number("路上", "travel", Unit.HOURS),
        _number("里程", "distance", Unit.KILOMETRES),
    )
    city = FigureRow(
        cells=(
            Text("全市", "whole city"),
            figures.visits.total,
            figures.visits.planned,
            figures.visits.left_out,
            figures.mandatory.left_out,
            figures.on_time.value,
            figures.known.value,
            figures.care_h,
            figures.travel_h,
            figures.km,
        ),
        level=RowLevel.TOTAL,
    )
    return FigureTable(
        title=Text("按镇村", "By town and village"),
        columns=columns,
        rows=(city, *(_place_row(place) for place in figures.places)),
        note=Text(
            "各镇村的路上时间和里程只算去程；全市合计含返回站点。",
            "Travel of towns and villages is the way to their visits; the whole city's includes the ways back.",
        ),
    )


def _place_row(place: PlaceFigures) -> FigureRow:
    name: str | Text = (place.town or _NO_TOWN) if place.village is None else place.village
    return FigureRow(
        cells=(
            name,
            place.visits.total,
            place.visits.planned,
            place.visits.left_out,
            place.mandatory.left_out,
            place.on_time.value,
            place.known.value,
            place.care_h,
            place.travel_h,
            place.km,
        ),
        level=RowLevel.PLAIN if place.village is None else RowLevel.DETAIL,
        watch=place.mandatory.left_out > 0,
    )


def _by_caregiver(figures: KeyFigures) -> FigureTable:
    columns = (
        _words("护理员", "Caregiver"),
        _number("上门人次", "visits"),
        _number("服务对象", "clients"),
        _number("工作", "work", Unit.HOURS),
        _number("服务", "care", Unit.HOURS),
        _number("路上", "travel", Unit.HOURS),
        _number("等候", "waiting", Unit.HOURS),
        _number("加班", "overtime", Unit.HOURS),
        _number("里程", "distance", Unit.KILOMETRES),
        _number("占班次", "of the shift", Unit.SHARE),
    )
    gini = Text("", "")
    if figures.gini is not None:
        gini = Text(f"工作量基尼系数 {figures.gini:.3f}。", f"Gini coefficient of work: {figures.gini:.3f}.")
    return FigureTable(
        title=Text("按护理员", "By caregiver"),
        columns=columns,
        rows=tuple(_caregiver_row(one) for one in figures.caregivers),
        note=Text(
            f"工作 = 出发到返回，减去不计工时的休息。{gini.zh}",
            f"Work = from leaving to coming back, unpaid breaks taken off. {gini.en}",
        ),
    )


def _caregiver_row(one: CaregiverFigures) -> FigureRow:
    return FigureRow(
        cells=(
            one.caregiver,
            one.tasks,
            one.clients,
            one.work_h,
            one.care_h,
            one.travel_h,
            one.waiting_h,
            one.overtime_h,
            one.km,
            one.used_share,
        )
    )


def _words(zh: str, en: str) -> FigureColumn:
    return FigureColumn(title=Text(zh, en), unit=None)


def _number(zh: str, en: str, unit: Unit = Unit.VISITS) -> FigureColumn:
    return FigureColumn(title=Text(zh, en), unit=unit)
