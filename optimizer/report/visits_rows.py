"""A plan as rows that a person reads: what the route sheet, the list of all visits and the page have in common.

The rows join the problem's facts with the referee's times; nothing is computed here that the referee has not said.
Only ids, places, services and times are taken over: never a name, an address or anything from an ``ext`` object.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.common.language import Language, Text
from optimizer.report.clock import DayClock
from optimizer.visits.evaluation import Evaluation, RouteEvaluation, StopTiming
from optimizer.visits.model import Caregiver, Client, LinkKind, Location, PriorityGroup, Problem, Shift, Visit
from optimizer.visits.plan import Plan, Unassigned

__all__ = ["DayView", "LeftOutRow", "RouteRows", "StopRow", "VisitFacts"]

_UNKNOWN_PLACE = Location(id="")


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitFacts:
    """A visit with what hangs on it: its place, its group, and what links it to others in words."""

    visit: Visit
    place: Location
    mandatory: bool
    group: PriorityGroup | None
    links: tuple[Text, ...]

    @property
    def group_text(self) -> Text:
        """The name of the priority group; empty where there is none."""
        if self.group is not None:
            return Text(self.group.zh, self.group.en)
        name = self.visit.priority or ""
        return Text(name, name)

    def links_in(self, language: Language) -> str:
        """The links in one line."""
        return ("；" if language is Language.ZH else "; ").join(text.in_(language) for text in self.links)


@dataclass(frozen=True, kw_only=True, slots=True)
class StopRow:
    """One stop of a route: its number on the route from 1, the referee's times, and who else is there."""

    number: int
    timing: StopTiming
    facts: VisitFacts
    partners: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteRows:
    """One route: the caregiver, the shift and the stops in order."""

    caregiver: Caregiver
    shift: Shift
    evaluation: RouteEvaluation
    stops: tuple[StopRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOutRow:
    """A visit that is not planned, with its reasons (empty where the plan gives none)."""

    facts: VisitFacts
    unassigned: Unassigned


@dataclass(frozen=True, kw_only=True)
class DayView:
    """The whole day in rows: routes by caregiver and shift, visits left out with the mandatory ones first.

    ``idle`` are the caregivers without a route, by id; ``places`` the problem's places by id.
    """

    problem: Problem
    clock: DayClock
    routes: tuple[RouteRows, ...]
    left_out: tuple[LeftOutRow, ...]
    idle: tuple[Caregiver, ...]
    places: Mapping[str, Location]
    visits: Mapping[str, VisitFacts]

    @classmethod
    def of(cls, problem: Problem, plan: Plan, evaluation: Evaluation) -> DayView:
        """Join a problem, its plan and the referee's evaluation of it."""
        places = {place.id: place for place in problem.locations}
        visits = _visit_facts(problem, places, evaluation)
        routes = _routes(problem, evaluation, visits)
        working = {route.caregiver.id for route in routes}
        return cls(
            problem=problem,
            clock=DayClock.of(problem),
            routes=routes,
            left_out=_left_out(plan, evaluation, visits),
            idle=tuple(one for one in sorted(problem.caregivers, key=lambda c: c.id) if one.id not in working),
            places=places,
            visits=visits,
        )

    @property
    def by_caregiver(self) -> Mapping[str, tuple[RouteRows, ...]]:
        """The routes of each caregiver who has any."""
        grouped: dict[str, list[RouteRows]] = defaultdict(list)
        for route in self.routes:
            grouped[route.caregiver.id].append(route)
        return {caregiver: tuple(routes) for caregiver, routes in grouped.items()}


def _visit_facts(problem: Problem, places: Mapping[str, Location], evaluation: Evaluation) -> dict[str, VisitFacts]:
    clients = {client.id: client for client in problem.clients}
    groups = {group.id: group for group in problem.priorities}
    links = _link_texts(problem, _planned_words(problem, evaluation))
    return {
        visit.id: VisitFacts(
            visit=visit,
            place=_place(visit, clients, places),
            mandatory=problem.is_mandatory(visit),
            group=groups.get(visit.priority) if visit.priority is not None else None,
            links=tuple(links[visit.id]) if visit.id in links else (),
        )
        for visit in sorted(problem.visits, key=lambda one: one.id)
    }


def _place(visit: Visit, clients: Mapping[str, Client], places: Mapping[str, Location]) -> Location:
    if visit.location is not None:
        return places.get(visit.location, _UNKNOWN_PLACE)
    client = clients.get(visit.client)
    return places.get(client.location, _UNKNOWN_PLACE) if client is not None else _UNKNOWN_PLACE


def _planned_words(problem: Problem, evaluation: Evaluation) -> dict[str, Text]:
    """Each planned visit as another caregiver needs to know it: its id, who does it, and when."""
    clock = DayClock.of(problem)
    crews: dict[str, list[str]] = defaultdict(list)
    starts: dict[str, int] = {}
    for route in evaluation.routes:
        for timing in route.stops:
            crews[timing.visit].append(route.caregiver)
            starts[timing.visit] = timing.start_t
    words = {name: f"{' '.join(sorted(crew))} {clock.hhmm(starts[name])}" for name, crew in crews.items()}
    return {name: Text(f"{name}（{said}）", f"{name} ({said})") for name, said in words.items()}


def _link_texts(problem: Problem, planned: Mapping[str, Text]) -> dict[str, list[Text]]:
    """For each linked visit, what the caregiver at the door must know of the others."""
    clock = DayClock.of(problem)
    texts: dict[str, list[Text]] = defaultdict(list)

    def named(visit: str) -> Text:
        return planned.get(visit, Text(visit, visit))

    for link in sorted(problem.links, key=lambda one: one.id):
        if link.kind is LinkKind.SIMULTANEOUS:
            for visit in link.visits:
                others = [named(other) for other in link.visits if other != visit]
                zh, en = " ".join(one.zh for one in others), " ".join(one.en for one in others)
                texts[visit].append(Text(f"与 {zh} 同时开始".replace("） ", "）"), f"starts together with {en}"))
            continue
        least = round(clock.minutes(link.min_gap_t))
        for before, after in zip(link.visits, link.visits[1:], strict=False):
            texts[before].append(Text(f"之后接 {named(after).zh}", f"{named(after).en} follows"))
            if link.max_gap_t is None:
                gap = Text(f"至少 {least} 分钟", f"at least {least} min")
            else:
                most = round(clock.minutes(link.max_gap_t))
                gap = Text(f"{least}–{most} 分钟", f"{least}–{most} min")
            earlier = named(before)
            texts[after].append(
                Text(
                    f"在 {earlier.zh} 开始后 {gap.zh}".replace("） ", "）"), f"{gap.en} after the start of {earlier.en}"
                )
            )
    return texts


def _routes(problem: Problem, evaluation: Evaluation, visits: Mapping[str, VisitFacts]) -> tuple[RouteRows, ...]:
    """The routes in rows, without what a plan written by hand names and the problem does not know (a broken rule)."""
    caregivers = {caregiver.id: caregiver for caregiver in problem.caregivers}
    shifts = {(caregiver.id, shift.id): shift for caregiver in problem.caregivers for shift in caregiver.shifts}
    teams: dict[str, list[str]] = defaultdict(list)
    for route in evaluation.routes:
        for timing in route.stops:
            teams[timing.visit].append(route.caregiver)
    rows = []
    known = [route for route in evaluation.routes if (route.caregiver, route.shift) in shifts]
    for route in sorted(known, key=lambda one: (one.caregiver, one.departure_t, one.shift)):
        stops = tuple(
            StopRow(
                number=number,
                timing=timing,
                facts=visits[timing.visit],
                partners=tuple(sorted(other for other in teams[timing.visit] if other != route.caregiver)),
            )
            for number, timing in enumerate((one for one in route.stops if one.visit in visits), start=1)
        )
        shift = shifts[route.caregiver, route.shift]
        rows.append(
            RouteRows(caregiver=caregivers[route.caregiver], shift=shift, evaluation=route, stops=stops),
        )
    return tuple(rows)


def _left_out(plan: Plan, evaluation: Evaluation, visits: Mapping[str, VisitFacts]) -> tuple[LeftOutRow, ...]:
    """What the referee says is not planned; the plan only adds its reasons."""
    reasons = {unassigned.visit: unassigned for unassigned in plan.unassigned}
    rows = [
        LeftOutRow(facts=visits[visit], unassigned=reasons.get(visit, Unassigned(visit=visit)))
        for visit in evaluation.left_out
        if visit in visits
    ]

    def urgency(row: LeftOutRow) -> tuple[bool, int, str]:
        price = row.facts.group.price_s if row.facts.group is not None else 0
        return not row.facts.mandatory, -price, row.facts.visit.id

    return tuple(sorted(rows, key=urgency))
