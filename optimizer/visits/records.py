"""What was really done: records of visits, person-times by category, and how far the plan was followed.

Person-times (人次) count visits that took place, one for each client and visit, whatever the size of the team. Planned
figures are 计划人次 and are never mixed in. How far the plan was followed (排班匹配率) is reported, never enforced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from optimizer.common.language import Text
from optimizer.visits.model import Client, KnownCaregiver, Problem, Visit

__all__ = [
    "CATEGORIES",
    "CATEGORY_OF_SERVICE",
    "Adherence",
    "Follow",
    "VisitRecord",
    "adherence",
    "category_of",
    "person_times",
    "with_records",
]

CATEGORIES: Mapping[str, Text] = {
    "family_bed": Text("家庭养老床位", "care bed at home"),
    "meal": Text("上门助餐", "meals"),
    "cleaning": Text("上门助洁", "cleaning"),
    "walking": Text("上门助行", "help to walk"),
    "bathing": Text("上门助浴", "bathing"),
    "rehabilitation": Text("上门康复", "rehabilitation"),
    "medical": Text("上门助医", "medical help"),
    "social_call": Text("巡访关爱", "social calls"),
    "other": Text("其他上门", "other visits"),
}
"""The nine categories in which institutions report person-times."""

CATEGORY_OF_SERVICE: Mapping[str, str] = {
    "MEAL": "meal",
    "CLEAN": "cleaning",
    "WALK": "walking",
    "BATH": "bathing",
    "REHAB": "rehabilitation",
    "MED": "medical",
    "NURSE": "medical",
    "VISIT": "social_call",
    "TALK": "social_call",
}
"""Category by service code, an assumption; whatever is not listed is ``other``, care beds go by their own name."""

_FAMILY_BED = ("家庭养老床位", "家庭照护床位", "家庭床位")
TOLERANCE_MIN = 30
"""A visit that began within so many minutes of its planned start followed the plan (an assumption)."""


class Follow(StrEnum):
    """How a visit followed the plan."""

    EXACT = "exact"
    PARTIAL = "partial"
    UNPLANNED = "unplanned"
    MISSED = "missed"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitRecord:
    """One member's share of one visit on one day: as planned, and as it was.

    Times are seconds from midnight. ``planned_start_s`` ``None``: not planned. ``done`` ``None``: nothing was written
    down. ``reason`` is the word written where it was not done.
    """

    day: date
    visit: str
    caregiver: str
    client: str
    town: str = ""
    village: str = ""
    service: str = ""
    planned_start_s: int | None = None
    planned_minutes: int = 0
    arrived_s: int | None = None
    left_s: int | None = None
    done: bool | None = None
    reason: str = ""

    @property
    def follow(self) -> Follow:
        """How the plan was followed here."""
        if self.done is None:
            return Follow.NOT_RECORDED
        if self.planned_start_s is None:
            return Follow.UNPLANNED if self.done else Follow.MISSED
        if not self.done:
            return Follow.MISSED
        late = None if self.arrived_s is None else abs(self.arrived_s - self.planned_start_s)
        return Follow.EXACT if late is not None and late <= TOLERANCE_MIN * 60 else Follow.PARTIAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Adherence:
    """How far the plan was followed: tasks by kind, and the share of planned and recorded tasks done as planned."""

    counts: Mapping[Follow, int]

    @property
    def rate(self) -> float | None:
        """排班匹配率: exact ÷ (exact + partial + missed); ``None`` where nothing planned was recorded."""
        planned = sum(self.counts[kind] for kind in (Follow.EXACT, Follow.PARTIAL, Follow.MISSED))
        return self.counts[Follow.EXACT] / planned if planned else None


def category_of(service: str) -> str:
    """The reporting category of a service."""
    if any(word in service for word in _FAMILY_BED):
        return "family_bed"
    return CATEGORY_OF_SERVICE.get(service, "other")


def person_times(
    records: Iterable[VisitRecord], *, planned: bool = False
) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """Person-times by (town, village) and category.

    Parameters
    ----------
    planned
        Count what was planned (计划人次) instead of what was done.
    """
    counted: dict[tuple[str, str], Counter[str]] = {}
    seen: set[tuple[date, str]] = set()
    for record in records:
        counts = record.planned_start_s is not None if planned else record.done is True
        if not counts or (record.day, record.visit) in seen:
            continue
        seen.add((record.day, record.visit))
        counted.setdefault((record.town, record.village), Counter())[category_of(record.service)] += 1
    return {place: {key: counted[place][key] for key in CATEGORIES} for place in sorted(counted)}


def adherence(records: Iterable[VisitRecord]) -> Adherence:
    """How far the plan was followed."""
    counts = Counter(record.follow for record in records)
    return Adherence(counts={kind: counts[kind] for kind in Follow})


def with_records(problem: Problem, records: Sequence[VisitRecord]) -> Problem:
    """The problem with continuity history and last services taken from what was done before its day.

    A client without any record keeps the history of the input.
    """
    done = [record for record in records if record.done and record.day < problem.date]
    known: dict[str, Counter[str]] = {}
    last: dict[tuple[str, str], date] = {}
    for record in done:
        known.setdefault(record.client, Counter())[record.caregiver] += 1
        key = (record.client, record.service)
        last[key] = max(record.day, last.get(key, record.day))
    clients = tuple(_with_history(client, known.get(client.id)) for client in problem.clients)
    visits = tuple(_with_last_service(visit, last) for visit in problem.visits)
    return replace(problem, clients=clients, visits=visits)


def _with_history(client: Client, met: Mapping[str, int] | None) -> Client:
    if not met:
        return client
    return replace(client, known=tuple(KnownCaregiver(caregiver=name, visits=met[name]) for name in sorted(met)))


def _with_last_service(visit: Visit, last: Mapping[tuple[str, str], date]) -> Visit:
    day = last.get((visit.client, visit.service))
    return visit if day is None else replace(visit, last_service_date=day)
