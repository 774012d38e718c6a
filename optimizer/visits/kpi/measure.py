"""From a problem and the referee's evaluation of a plan to key figures. Nothing is timed anew here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimizer.common.language import Text
from optimizer.visits.evaluation import Evaluation, RouteEvaluation, StopTiming
from optimizer.visits.kpi.figures import (
    CaregiverFigures,
    Counts,
    GroupFigures,
    KeyFigures,
    PlaceFigures,
    Share,
)
from optimizer.visits.model import Caregiver, CaregiverStatus, Client, Location, PriorityGroup, Problem, Visit

__all__ = ["gini", "key_figures"]

_NO_GROUP = Text("未分组", "no group")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    """One caregiver at one visit, as timed."""

    caregiver: str
    visit: Visit
    client: Client
    timing: StopTiming

    @property
    def has_history(self) -> bool:
        return bool(self.client.known)

    @property
    def is_known(self) -> bool:
        return any(known.caregiver == self.caregiver for known in self.client.known)


def key_figures(problem: Problem, evaluation: Evaluation) -> KeyFigures:
    """All key figures of a plan, as the referee timed it.

    Parameters
    ----------
    problem
        A valid problem.
    evaluation
        The referee's evaluation of the plan; a plan that breaks rules is measured too.
    """
    return _Measure(problem, evaluation).figures()


def gini(values: Sequence[float]) -> float | None:
    """Gini coefficient Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² mean) of figures from zero up; ``None`` where they sum to zero.

    Computed from the sorted figures as 2 Σ i xᵢ / (n Σ x) − (n + 1) / n, with i from 1 (Sen, 1973).
    """
    total = sum(values)
    if total <= 0:
        return None
    n = len(values)
    weighted = sum(i * value for i, value in enumerate(sorted(values), start=1))
    return 2 * weighted / (n * total) - (n + 1) / n


class _Measure:
    """One problem and evaluation, with what is looked up in them."""

    def __init__(self, problem: Problem, evaluation: Evaluation) -> None:
        self._problem = problem
        self._routes = evaluation.routes
        self._left_out = set(evaluation.left_out)
        self._clients = {client.id: client for client in problem.clients}
        self._places = {location.id: location for location in problem.locations}
        visits = {visit.id: visit for visit in problem.visits}
        self._visits = sorted(problem.visits, key=lambda visit: visit.id)
        self._tasks = [
            _Task(
                caregiver=route.caregiver,
                visit=visits[timing.visit],
                client=self._clients[visits[timing.visit].client],
                timing=timing,
            )
            for route in evaluation.routes
            for timing in route.stops
            if timing.visit in visits
        ]

    def figures(self) -> KeyFigures:
        problem = self._problem
        caregivers = self._caregivers()
        on_duty = {one.id for one in problem.caregivers if one.status is CaregiverStatus.ON_DUTY}
        late_t = [task.timing.tardiness_t for task in self._tasks]
        return KeyFigures(
            visits=self._counts(self._visits),
            mandatory=self._counts(visit for visit in self._visits if problem.is_mandatory(visit)),
            optional=self._counts(visit for visit in self._visits if not problem.is_mandatory(visit)),
            tasks=len(self._tasks),
            on_time=_on_time(self._tasks),
            worst_late_min=max(late_t) / problem.ticks_per_s / 60 if late_t else None,
            known=_known(self._tasks),
            care_h=self._hours(route.service_t for route in self._routes),
            travel_h=self._hours(route.travel_t for route in self._routes),
            waiting_h=self._hours(route.waiting_t for route in self._routes),
            work_h=self._hours(route.work_t for route in self._routes),
            overtime_h=self._hours(route.overtime_t for route in self._routes),
            km=_km([route.metres for route in self._routes]),
            working=len({route.caregiver for route in self._routes}),
            on_duty=len(on_duty),
            gini=gini([one.work_h for one in caregivers if one.caregiver in on_duty]),
            groups=self._groups(),
            places=tuple(self._towns()),
            caregivers=caregivers,
        )

    def _counts(self, visits: Iterable[Visit]) -> Counts:
        left_out = [visit.id in self._left_out for visit in visits]
        return Counts(planned=left_out.count(False), left_out=left_out.count(True))

    def _hours(self, ticks: Iterable[int]) -> float:
        return sum(ticks) / self._problem.ticks_per_s / 3600

    def _groups(self) -> tuple[GroupFigures, ...]:
        ordered = sorted(self._problem.priorities, key=lambda group: (-group.price_s, group.id))
        rows = [self._group(group.id, Text(group.zh, group.en)) for group in ordered]
        known = {group.id for group in ordered}
        if any(visit.priority not in known for visit in self._visits):
            rows.append(self._group(None, _NO_GROUP))
        return tuple(rows)

    def _group(self, group: str | None, name: Text) -> GroupFigures:
        known: dict[str | None, PriorityGroup] = {one.id: one for one in self._problem.priorities}
        visits = [one for one in self._visits if (one.priority if one.priority in known else None) == group]
        return GroupFigures(
            id=group,
            name=name,
            mandatory=self._counts(one for one in visits if self._problem.is_mandatory(one)),
            optional=self._counts(one for one in visits if not self._problem.is_mandatory(one)),
        )

    def _towns(self) -> Iterable[PlaceFigures]:
        visits: dict[str, dict[str, list[Visit]]] = {}
        for visit in self._visits:
            place = self._place_of(visit)
            visits.setdefault(place.town, {}).setdefault(place.village, []).append(visit)
        tasks: dict[str, list[_Task]] = {}
        for task in self._tasks:
            tasks.setdefault(task.visit.id, []).append(task)
        for town in sorted(visits):
            villages = visits[town]
            yield self._place(town, None, [visit for name in sorted(villages) for visit in villages[name]], tasks)
            for village in sorted(villages):
                if village:
                    yield self._place(town, village, villages[village], tasks)

    def _place(
        self, town: str, village: str | None, visits: Sequence[Visit], tasks_of: dict[str, list[_Task]]
    ) -> PlaceFigures:
        tasks = [task for visit in visits for task in tasks_of.get(visit.id, ())]
        return PlaceFigures(
            town=town,
            village=village,
            visits=self._counts(visits),
            mandatory=self._counts(visit for visit in visits if self._problem.is_mandatory(visit)),
            tasks=len(tasks),
            on_time=_on_time(tasks),
            known=_known(tasks),
            care_h=self._hours(task.timing.finish_t - task.timing.start_t for task in tasks),
            travel_h=self._hours(task.timing.travel_t for task in tasks),
            km=_km([task.timing.metres for task in tasks]),
        )

    def _place_of(self, visit: Visit) -> Location:
        home = visit.location if visit.location is not None else self._clients[visit.client].location
        return self._places[home]

    def _caregivers(self) -> tuple[CaregiverFigures, ...]:
        routes: dict[str, list[RouteEvaluation]] = {}
        for route in self._routes:
            routes.setdefault(route.caregiver, []).append(route)
        clients: dict[str, set[str]] = {}
        for task in self._tasks:
            clients.setdefault(task.caregiver, set()).add(task.client.id)
        return tuple(
            self._caregiver(person, routes.get(person.id, ()), len(clients.get(person.id, ())))
            for person in sorted(self._problem.caregivers, key=lambda one: one.id)
            if person.status is CaregiverStatus.ON_DUTY or person.id in routes
        )

    def _caregiver(self, person: Caregiver, routes: Sequence[RouteEvaluation], clients: int) -> CaregiverFigures:
        lengths = [None if shift.end_t is None else shift.end_t - shift.start_t for shift in person.shifts]
        ended = [length for length in lengths if length is not None]
        return CaregiverFigures(
            caregiver=person.id,
            tasks=sum(len(route.stops) for route in routes),
            clients=clients,
            work_h=self._hours(route.work_t for route in routes),
            care_h=self._hours(route.service_t for route in routes),
            travel_h=self._hours(route.travel_t for route in routes),
            waiting_h=self._hours(route.waiting_t for route in routes),
            overtime_h=self._hours(route.overtime_t for route in routes),
            km=_km([route.metres for route in routes]),
            load=max((route.load for route in routes), default=0),
            shift_h=self._hours(ended) if len(ended) == len(lengths) else None,
        )


def _on_time(tasks: Iterable[_Task]) -> Share:
    late: dict[str, bool] = {}
    for task in tasks:
        late[task.visit.id] = late.get(task.visit.id, False) or task.timing.tardiness_t > 0
    return Share(count=len(late) - sum(late.values()), total=len(late))


def _known(tasks: Iterable[_Task]) -> Share:
    with_history = [task for task in tasks if task.has_history]
    return Share(count=sum(task.is_known for task in with_history), total=len(with_history))


def _km(metres: Sequence[int | None]) -> float | None:
    """Kilometres in all, ``None`` where one of the ways is not known or there are none."""
    known = [one for one in metres if one is not None]
    return sum(known) / 1000 if known and len(known) == len(metres) else None
