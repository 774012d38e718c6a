"""What the strategies draw is sane, and every feature of the model turns up in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from hypothesis import HealthCheck, Phase, given, settings

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
    Caregiver,
    CaregiverStatus,
    Client,
    LinkCaregivers,
    LinkKind,
    LockLevel,
    Problem,
    Shift,
    Visit,
)
from tests.strategies import DAY, problems

Drawn = tuple[Problem, TravelMatrix]


def _visits(holds: Callable[[Visit], object]) -> Callable[[Drawn], bool]:
    return lambda drawn: any(holds(visit) for visit in drawn[0].visits)


def _clients(holds: Callable[[Client], object]) -> Callable[[Drawn], bool]:
    return lambda drawn: any(holds(client) for client in drawn[0].clients)


def _crew(holds: Callable[[Caregiver], object]) -> Callable[[Drawn], bool]:
    return lambda drawn: any(holds(caregiver) for caregiver in drawn[0].caregivers)


def _shifts(holds: Callable[[Shift], object]) -> Callable[[Drawn], bool]:
    return lambda drawn: any(holds(shift) for caregiver in drawn[0].caregivers for shift in caregiver.shifts)


def _links(kind: LinkKind, rule: LinkCaregivers | bool) -> Callable[[Drawn], bool]:
    """A link of that kind with that rule: who does the visits, or whether it is all or nothing."""
    return lambda drawn: any(
        link.kind is kind and rule in (link.caregivers, link.all_or_nothing) for link in drawn[0].links
    )


def _locks(level: LockLevel) -> Callable[[Drawn], bool]:
    return _visits(lambda visit: any(lock.level is level for lock in visit.locks))


FEATURES: dict[str, Callable[[Drawn], object]] = {
    "a tick of a millisecond": lambda drawn: drawn[0].ticks_per_s == 1000,
    "a cost unit of a minute": lambda drawn: drawn[0].cost_unit_s == 60,
    "barrier": lambda drawn: drawn[0].barriers,
    "unreachable pair": lambda drawn: not all(mask.all() for mask in drawn[1].reachable.values()),
    "metres": lambda drawn: drawn[1].metres,
    "sharing": lambda drawn: drawn[0].sharing,
    "published": lambda drawn: drawn[0].published,
    "frozen past": lambda drawn: any(s.start_t < (drawn[0].frozen_before_t or 0) for s in drawn[0].published),
    "two modes": lambda drawn: len({caregiver.mode for caregiver in drawn[0].caregivers}) == 2,
    "team": _visits(lambda visit: visit.team_size == 2),
    "optional": _visits(lambda visit: not visit.mandatory),
    "latest date has come": _visits(lambda visit: not visit.mandatory and visit.latest_date == DAY),
    "rising price": _visits(lambda visit: visit.latest_date and visit.last_service_date),
    "left out before": _visits(lambda visit: visit.times_left_out),
    "required caregivers": _visits(lambda visit: visit.required_caregivers),
    "provider": _visits(lambda visit: visit.provider),
    "load": _visits(lambda visit: visit.load),
    "place of its own": _visits(lambda visit: visit.location),
    "no time": _visits(lambda visit: visit.service_duration_t == 0),
    "no window": _visits(lambda visit: not visit.windows),
    "several windows": _visits(lambda visit: len(visit.windows) > 1),
    "hard window": _visits(lambda visit: any(w.latest_t is not None and w.due_t is None for w in visit.windows)),
    "soft window": _visits(lambda visit: any(w.latest_t is None and w.due_t is not None for w in visit.windows)),
    "soft and hard window": _visits(lambda visit: any(w.latest_t and w.due_t for w in visit.windows)),
    "two skills with levels": _visits(lambda v: len(v.skills) == 2 and any(skill.level > 1 for skill in v.skills)),
    **{f"lock {level}": _locks(level) for level in LockLevel},
    "two locks": _visits(lambda visit: len(visit.locks) == 2),
    "preferred": _clients(lambda client: client.preferred),
    "forbidden": _clients(lambda client: client.forbidden),
    "gender": _clients(lambda client: client.gender),
    "dialect": _clients(lambda client: client.dialect),
    "history": _clients(lambda client: client.known),
    "leave": _crew(lambda caregiver: caregiver.status is CaregiverStatus.LEAVE),
    "two shifts": _crew(lambda caregiver: len(caregiver.shifts) == 2),
    "expired skill": _crew(lambda caregiver: any(s.expires and s.expires < DAY for s in caregiver.skills)),
    "skill expires today": _crew(lambda caregiver: any(s.expires == DAY for s in caregiver.skills)),
    "no end of shift": _shifts(lambda shift: shift.end_t is None),
    "open end": _shifts(lambda shift: shift.end_location is None),
    "other end": _shifts(lambda shift: shift.end_location not in (None, shift.start_location)),
    "overtime": _shifts(lambda shift: shift.end_t is not None and shift.max_overtime_t),
    "any overtime": _shifts(lambda shift: shift.end_t is not None and shift.max_overtime_t is None),
    "largest load": _shifts(lambda shift: shift.max_load is not None),
    "longest travel": _shifts(lambda shift: shift.max_travel_t is not None),
    "paid break": _shifts(lambda shift: any(pause.paid for pause in shift.breaks)),
    "two breaks": _shifts(lambda shift: len(shift.breaks) == 2),
    "break at a place": _shifts(lambda shift: any(pause.location for pause in shift.breaks)),
    **{
        f"link {kind} {rule}": _links(kind, rule)
        for kind in LinkKind
        for rule in (*LinkCaregivers, True, False)
        if (kind, rule) != (LinkKind.SIMULTANEOUS, LinkCaregivers.SAME)
    },
}


def _assert_ids_known(problem: Problem) -> None:
    crew = {caregiver.id for caregiver in problem.caregivers}
    places = {location.id for location in problem.locations}
    clients = {client.id for client in problem.clients}
    assert {visit.client for visit in problem.visits} <= clients
    assert {visit.location for visit in problem.visits if visit.location} <= places
    assert {lock.caregiver for visit in problem.visits for lock in visit.locks} <= crew
    assert {name for visit in problem.visits for name in visit.required_caregivers} <= crew
    for rows in (problem.visits, problem.clients, problem.caregivers, problem.links, problem.locations):
        names = [row.id for row in _with_ids(rows)]
        assert len(names) == len(set(names))


def _with_ids(rows: Iterable[object]) -> Iterable[Visit]:
    return rows  # type: ignore[return-value]


def test_every_feature_turns_up() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=400,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problems())
    def draw(drawn: Drawn) -> None:
        _assert_ids_known(drawn[0])
        seen.update(name for name, is_there in FEATURES.items() if is_there(drawn))

    draw()
    assert [name for name in FEATURES if not seen[name]] == []
