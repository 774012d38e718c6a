"""The key figures of a plan and what they are called.

Hours are hours, distances kilometres; ``None`` means that there is nothing to measure (no visit is planned, the travel
matrix has no distances). A visit with a team of two is one visit and two tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from optimizer.common.language import Language, Text

__all__ = [
    "CaregiverFigures",
    "Counts",
    "GroupFigures",
    "KeyFigure",
    "KeyFigures",
    "PlaceFigures",
    "Share",
    "Unit",
]


class Unit(StrEnum):
    """What a figure is counted in."""

    VISITS = "visits"
    TASKS = "tasks"
    CAREGIVERS = "caregivers"
    HOURS = "hours"
    MINUTES = "minutes"
    KILOMETRES = "km"
    SHARE = "share"
    RATIO = "ratio"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many visits are planned and how many are left out."""

    planned: int = 0
    left_out: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.planned + self.left_out


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """``count`` of ``total``."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """The share from 0 to 1, ``None`` of nothing."""
        return self.count / self.total if self.total else None


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupFigures:
    """The visits of one priority group (``id`` ``None``: of no group), those mandatory on the day and the optional."""

    id: str | None
    name: Text
    mandatory: Counts
    optional: Counts

    @property
    def visits(self) -> Counts:
        """Both together."""
        return Counts(
            planned=self.mandatory.planned + self.optional.planned,
            left_out=self.mandatory.left_out + self.optional.left_out,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFigures:
    """A town (``village`` ``None``) or a village of it.

    Travel and kilometres are those of the ways *to* its visits; ways back to the station are only in the whole.
    """

    town: str
    village: str | None
    visits: Counts
    mandatory: Counts
    tasks: int
    on_time: Share
    known: Share
    care_h: float
    travel_h: float
    km: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CaregiverFigures:
    """The day of one caregiver, all shifts together.

    ``load`` is the largest load of a route; ``shift_h`` the length of the shifts, ``None`` where one has no end.
    """

    caregiver: str
    tasks: int
    clients: int
    work_h: float
    care_h: float
    travel_h: float
    waiting_h: float
    overtime_h: float
    km: float | None
    load: int
    shift_h: float | None

    @property
    def used_share(self) -> float | None:
        """Work as a share of the shifts."""
        return self.work_h / self.shift_h if self.shift_h else None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFigure:
    """One figure with its stable id, its name, its unit and, where it is a part of something, of how much."""

    id: str
    label: Text
    value: float | None
    unit: Unit
    of: float | None = None

    def written(self, language: Language) -> str:
        """The figure as a person reads it: ``38 / 40``, ``95.0%``, ``31.5 小时``."""
        if self.value is None:
            return "–"
        text = _DIGITS[self.unit].format(self.value)
        if self.of is not None:
            text += f" / {_DIGITS[self.unit].format(self.of)}"
        return text + _SUFFIXES[self.unit].in_(language)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFigures:
    """Everything that is counted of a plan.

    Attributes
    ----------
    visits, mandatory, optional
        Visits planned and left out: all, those mandatory on the day, the others.
    tasks
        Visits times caregivers at them.
    on_time
        Planned visits of which no member starts after the due time.
    worst_late_min
        The largest lateness in minutes.
    known
        Tasks by a caregiver whom the client knows, of the tasks at clients with a history.
    work_h
        From leaving to coming back, unpaid breaks taken off.
    gini
        Gini coefficient of work over the caregivers on duty: 0 all alike, towards 1 one does it all.
    groups, places, caregivers
        By priority group in the order of the prices, the dearest first; by town and village, each town before its
        villages; by caregiver (on duty or with a route).
    """

    visits: Counts
    mandatory: Counts
    optional: Counts
    tasks: int
    on_time: Share
    worst_late_min: float | None
    known: Share
    care_h: float
    travel_h: float
    waiting_h: float
    work_h: float
    overtime_h: float
    km: float | None
    working: int
    on_duty: int
    gini: float | None
    groups: tuple[GroupFigures, ...]
    places: tuple[PlaceFigures, ...]
    caregivers: tuple[CaregiverFigures, ...]

    @property
    def headline(self) -> tuple[KeyFigure, ...]:
        """The figures of the whole plan, in the order in which they are read."""
        return (
            _figure(
                "visits_planned", "已安排上门", "visits planned", self.visits.planned, Unit.VISITS, self.visits.total
            ),
            _figure("mandatory_left_out", "必做未安排", "mandatory left out", self.mandatory.left_out, Unit.VISITS),
            _figure("optional_left_out", "可选未安排", "optional left out", self.optional.left_out, Unit.VISITS),
            _figure("tasks", "上门人次", "tasks", self.tasks, Unit.TASKS),
            _figure("on_time", "准时", "on time", self.on_time.value, Unit.SHARE),
            _figure("worst_late", "最长迟到", "worst lateness", self.worst_late_min, Unit.MINUTES),
            _figure("care", "服务时间", "care", self.care_h, Unit.HOURS),
            _figure("travel", "路上时间", "travel", self.travel_h, Unit.HOURS),
            _figure("waiting", "等候时间", "waiting", self.waiting_h, Unit.HOURS),
            _figure("work", "工作时间", "work", self.work_h, Unit.HOURS),
            _figure("overtime", "加班", "overtime", self.overtime_h, Unit.HOURS),
            _figure("distance", "里程", "distance", self.km, Unit.KILOMETRES),
            _figure("known", "熟悉的护理员", "known caregivers", self.known.value, Unit.SHARE),
            _figure("working", "出勤护理员", "caregivers with work", self.working, Unit.CAREGIVERS, self.on_duty),
            _figure("gini", "工作量基尼系数", "Gini of work", self.gini, Unit.RATIO),
        )

    def lines(self, language: Language) -> tuple[tuple[str, str], ...]:
        """Name and figure, written out: the whole plan, then planned of all visits by priority group."""
        whole = [(figure.label.in_(language), figure.written(language)) for figure in self.headline]
        groups = [
            (_GROUP.in_(language) + group.name.in_(language), f"{group.visits.planned} / {group.visits.total}")
            for group in self.groups
            if group.visits.total
        ]
        return (*whole, *groups)


_GROUP = Text("优先组：", "group: ")

_DIGITS = {
    Unit.VISITS: "{:,.0f}",
    Unit.TASKS: "{:,.0f}",
    Unit.CAREGIVERS: "{:,.0f}",
    Unit.HOURS: "{:,.1f}",
    Unit.MINUTES: "{:,.0f}",
    Unit.KILOMETRES: "{:,.1f}",
    Unit.SHARE: "{:.1%}",
    Unit.RATIO: "{:.3f}",
}

_SUFFIXES = {
    Unit.VISITS: Text("", ""),
    Unit.TASKS: Text("", ""),
    Unit.CAREGIVERS: Text("", ""),
    Unit.HOURS: Text(" 小时", " h"),
    Unit.MINUTES: Text(" 分钟", " min"),
    Unit.KILOMETRES: Text(" 公里", " km"),
    Unit.SHARE: Text("", ""),
    Unit.RATIO: Text("", ""),
}


def _figure(figure_id: str, zh: str, en: str, value: float | None, unit: Unit, of: float | None = None) -> KeyFigure:
    return KeyFigure(id=figure_id, label=Text(zh, en), value=value, unit=unit, of=of)
