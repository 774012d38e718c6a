"""Tiny problems for tests, said in one line each. Everybody and everything in them is invented.

Places lie on a line: the place at ``x`` has the id ``x5`` (or ``x-3``), and one step of the line is one minute of
travel. Ticks are seconds. Moments may be written ``"09:30"`` or as ticks::

    problem, travel = tiny_problem(
        visits=[visit("a", x=5, minutes=30, window=("09:00", "10:00")), visit("b", x=9, skills=["BATH:2"])],
        caregivers=[caregiver("ann", x=0, shift=("08:00", "12:00"), skills=["BATH:3"])],
    )
    plan = plan_of(problem, {"ann": [("a", "09:00"), ("b", "09:40")]})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from optimizer.travel.matrix import UNREACHABLE, TravelMatrix
from optimizer.visits.model import (
    Break,
    Caregiver,
    Client,
    Location,
    Problem,
    Shift,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)
from optimizer.visits.plan import Plan, PlannedBreak, Route, Stop, Unassigned

DAY = date(2026, 3, 2)
"""The planning day of all toys, a Monday."""

Moment = str | int
"""``"HH:MM"`` or ticks (seconds) from midnight."""


def at(moment: Moment) -> int:
    """Seconds from midnight: ``at("09:30") == 34200``; a number is taken as it is."""
    if isinstance(moment, int):
        return moment
    hours, minutes = moment.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def place(x: int) -> str:
    """Id of the place at ``x`` minutes along the line."""
    return f"x{x}"


def window(earliest: Moment, latest: Moment | None = None, due: Moment | None = None) -> TimeWindow:
    """A time window of moments; ``latest`` is hard, ``due`` is soft."""
    return TimeWindow(
        earliest_t=at(earliest),
        latest_t=None if latest is None else at(latest),
        due_t=None if due is None else at(due),
    )


def visit(
    visit_id: str,
    *,
    x: int = 0,
    minutes: int = 30,
    window: tuple[Moment | None, ...] | None = None,
    skills: Sequence[str] = (),
    **fields: Any,
) -> Visit:
    """A visit at ``x``; ``window`` is (earliest, latest, due), ``skills`` are ``"BATH"`` or ``"BATH:2"``.

    The client is called ``client-<id>`` unless given; other fields of :class:`Visit` pass through.
    """
    windows = fields.pop("windows", () if window is None else (_window(*window),))
    return Visit(
        id=visit_id,
        client=fields.pop("client", f"client-{visit_id}"),
        location=fields.pop("location", place(x)),
        service_duration_t=fields.pop("service_duration_t", minutes * 60),
        windows=tuple(windows),
        skills=tuple(_requirement(text) for text in skills),
        **fields,
    )


def caregiver(
    caregiver_id: str,
    *,
    x: int = 0,
    shift: tuple[Moment, Moment | None] = ("08:00", "17:00"),
    skills: Sequence[str | Skill] = (),
    breaks: Sequence[Break] = (),
    max_overtime: int | None = 0,
    **fields: Any,
) -> Caregiver:
    """A caregiver with one shift called ``day`` from and to ``x`` (or ``shifts=`` as given).

    ``max_overtime`` is in minutes; ``max_load`` and ``max_travel_t`` go to the shift, other fields to the caregiver.
    """
    limits = {name: fields.pop(name) for name in ("max_load", "max_travel_t") if name in fields}
    shifts = fields.pop("shifts", None)
    if shifts is None:
        shifts = (stretch("day", *shift, x=x, breaks=breaks, max_overtime=max_overtime, **limits),)
    return Caregiver(id=caregiver_id, shifts=tuple(shifts), skills=tuple(_skill(text) for text in skills), **fields)


def stretch(
    shift_id: str,
    start: Moment,
    end: Moment | None,
    *,
    x: int = 0,
    end_x: int | None = None,
    open_end: bool = False,
    breaks: Sequence[Break] = (),
    max_overtime: int | None = 0,
    **fields: Any,
) -> Shift:
    """A shift from the place at ``x`` to the one at ``end_x`` (the same unless given); ``max_overtime`` in minutes."""
    return Shift(
        id=shift_id,
        start_location=place(x),
        end_location=None if open_end else place(x if end_x is None else end_x),
        start_t=at(start),
        end_t=None if end is None else at(end),
        max_overtime_t=None if max_overtime is None else max_overtime * 60,
        breaks=tuple(breaks),
        **fields,
    )


def pause(
    break_id: str, earliest: Moment, latest: Moment, minutes: int, *, x: int | None = None, paid: bool = False
) -> Break:
    """A break that begins from ``earliest`` to ``latest``; at a place only where ``x`` is given."""
    return Break(
        id=break_id,
        earliest_t=at(earliest),
        latest_t=at(latest),
        duration_t=minutes * 60,
        location=None if x is None else place(x),
        paid=paid,
    )


def tiny_problem(
    *,
    visits: Iterable[Visit],
    caregivers: Iterable[Caregiver],
    clients: Iterable[Client] = (),
    travel: TravelMatrix | None = None,
    **fields: Any,
) -> tuple[Problem, TravelMatrix]:
    """A problem and its travel on a line. Clients that are not given are made; other fields of Problem pass through."""
    visits, caregivers = tuple(visits), tuple(caregivers)
    given = {client.id: client for client in clients}
    for one in visits:
        given.setdefault(one.client, Client(id=one.client, location=one.location or place(0)))
    names = _locations_used(visits, caregivers, given.values())
    problem = Problem(
        date=fields.pop("date", DAY),
        locations=fields.pop("locations", tuple(Location(id=name) for name in names)),
        clients=tuple(given.values()),
        visits=visits,
        caregivers=caregivers,
        **fields,
    )
    modes = sorted({one.mode for one in caregivers}) or ["ebike"]
    return problem, travel or line_matrix([int(name[1:]) for name in names], modes=modes)


def line_matrix(
    xs: Iterable[int],
    *,
    seconds_per_step: int = 60,
    modes: Sequence[str] = ("ebike",),
    unreachable: Iterable[tuple[int, int]] = (),
    with_metres: bool = True,
) -> TravelMatrix:
    """Travel between places on a line, in seconds; 250 m a step. ``unreachable`` lists pairs (from, to) of places."""
    points = sorted(dict.fromkeys(xs))
    steps = np.abs(np.subtract.outer(points, points)).astype(np.int32)
    durations = steps * np.int32(seconds_per_step)
    reachable = np.ones(durations.shape, dtype=np.bool_)
    for origin, target in unreachable:
        durations[points.index(origin), points.index(target)] = UNREACHABLE
        reachable[points.index(origin), points.index(target)] = False
    return TravelMatrix(
        locations=tuple(place(x) for x in points),
        durations={mode: durations.copy() for mode in modes},
        reachable={mode: reachable.copy() for mode in modes},
        metres={mode: steps * np.int32(250) for mode in modes} if with_metres else {},
        source="a line of minutes",
    )


def plan_of(
    problem: Problem,
    routes: Mapping[str | tuple[str, str], Sequence[tuple[str, Moment]]],
    *,
    breaks: Mapping[str | tuple[str, str], Sequence[tuple[str, Moment, int]]] | None = None,
) -> Plan:
    """A plan written down tersely: caregiver or (caregiver, shift) → (visit, start); breaks as (id, start, minutes).

    The shift is the caregiver's first (``day`` for an unknown caregiver); whatever is on no route is unassigned.
    """
    first_shift = {one.id: one.shifts[0].id for one in problem.caregivers if one.shifts}
    paused = {_key(key, first_shift): value for key, value in (breaks or {}).items()}
    made = tuple(
        Route(
            caregiver=key[0],
            shift=key[1],
            stops=tuple(Stop(visit=name, start_t=at(start)) for name, start in stops),
            breaks=tuple(
                PlannedBreak(id=name, start_t=at(start), duration_t=minutes * 60)
                for name, start, minutes in paused.get(key, ())
            ),
        )
        for key, stops in sorted((_key(key, first_shift), value) for key, value in routes.items())
    )
    planned = {stop.visit for route in made for stop in route.stops}
    left = sorted(one.id for one in problem.visits if one.id not in planned)
    return Plan(routes=made, unassigned=tuple(Unassigned(visit=name) for name in left))


def _key(key: str | tuple[str, str], first_shift: Mapping[str, str]) -> tuple[str, str]:
    return (key, first_shift.get(key, "day")) if isinstance(key, str) else key


def _window(earliest: Moment, latest: Moment | None = None, due: Moment | None = None) -> TimeWindow:
    return window(earliest, latest, due)


def _skill(text: str | Skill) -> Skill:
    if isinstance(text, Skill):
        return text
    name, _, level = text.partition(":")
    return Skill(skill=name, level=int(level or 1))


def _requirement(text: str) -> SkillRequirement:
    name, _, level = text.partition(":")
    return SkillRequirement(skill=name, level=int(level or 1))


def _locations_used(
    visits: Iterable[Visit], caregivers: Iterable[Caregiver], clients: Iterable[Client]
) -> tuple[str, ...]:
    names = {one.location for one in visits if one.location is not None} | {one.location for one in clients}
    for shift in (shift for one in caregivers for shift in one.shifts):
        names |= {shift.start_location} | {one.location for one in shift.breaks if one.location is not None}
        names |= {shift.end_location} if shift.end_location is not None else set()
    return tuple(sorted(names, key=lambda name: int(name[1:])))
