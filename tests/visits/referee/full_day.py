"""One valid plan on a small problem in which every rule has something to say, and small changes to both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
    Caregiver,
    Client,
    KnownCaregiver,
    Link,
    LinkCaregivers,
    LinkKind,
    Lock,
    LockLevel,
    PriorityGroup,
    Problem,
    PublishedStop,
    Sharing,
    Skill,
    Visit,
)
from optimizer.visits.plan import Plan, PlannedBreak, Route, Stop
from tests.toys import DAY, at, caregiver, line_matrix, pause, plan_of, stretch, tiny_problem, visit

XS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 99)


def full_day() -> tuple[Problem, TravelMatrix, Plan]:
    """The problem, its travel and a plan that breaks no rule."""
    problem, travel = tiny_problem(
        visits=_visits(),
        caregivers=_crew(),
        clients=[
            Client(
                id="client-wash",
                location="x5",
                gender="f",
                dialect="haimen",
                preferred=("ann",),
                forbidden=("bob",),
                known=(KnownCaregiver(caregiver="ann", visits=3),),
            )
        ],
        travel=line_matrix(XS, modes=("car", "ebike"), unreachable=[(x, 99) for x in XS if x != 99]),
        links=_links(),
        priorities=(PriorityGroup(id="p1", price_s=3000, zh="低", en="low"),),
        sharing=(Sharing(skill="CARE", lender="north", borrower="south"),),
        published=(
            PublishedStop(visit="pill", caregiver="bob", shift="am", start_t=at("08:30")),
            PublishedStop(visit="wash", caregiver="ann", shift="day", start_t=at("09:10")),
        ),
        frozen_before_t=at("08:28"),
    )
    plan = plan_of(
        problem,
        {
            "ann": [("wash", "09:00"), ("meal", "10:00"), ("duo", "11:00"), ("late", "13:00")],
            ("bob", "am"): [("pill", "08:30"), ("twin-b", "09:00"), ("duo", "11:00")],
            ("bob", "pm"): [("walk", "14:00")],
            "dan": [("twin-a", "09:00")],
        },
        breaks={"ann": [("lunch", "12:00", 30)], ("bob", "am"): [("tea", "10:00", 15)]},
    )
    return problem, travel, plan


def _crew() -> list[Caregiver]:
    return [
        caregiver(
            "ann",
            shift=("08:00", "17:00"),
            skills=[Skill(skill="BATH", level=2, expires=DAY), "CARE"],
            breaks=[pause("lunch", "12:00", "12:50", 30)],
            max_overtime=30,
            max_load=3,
            max_travel_t=at("02:00"),
            gender="f",
            dialects=("haimen",),
            provider="north",
        ),
        caregiver(
            "bob",
            shifts=[
                stretch("am", "08:00", "12:00", breaks=[pause("tea", "09:45", "10:15", 15, x=0, paid=True)]),
                stretch("pm", "13:00", "17:00"),
            ],
            skills=["BATH:1", "CARE"],
            gender="m",
            provider="south",
        ),
        caregiver("dan", shifts=[stretch("day", "08:00", None, open_end=True)], skills=["CARE"], mode="car"),
    ]


def _visits() -> list[Visit]:
    optional: dict[str, Any] = {"mandatory": False, "priority": "p1"}
    return [
        visit(
            "wash",
            x=5,
            window=("08:30", "09:30"),
            skills=["BATH:2"],
            provider="north",
            locks=(Lock(level=LockLevel.CAREGIVER, caregiver="ann"),),
        ),
        visit("meal", x=8, minutes=20, required_caregivers=("ann", "dan"), load=2, locks=(_order_lock("10:00"),)),
        visit("duo", x=10, team_size=2, skills=["CARE"]),
        visit("late", x=3, skills=["CARE"], provider="south", locks=(_order_lock("13:00"),)),
        visit("pill", x=4, minutes=10),
        visit("walk", x=6, locks=(Lock(level=LockLevel.TIME, caregiver="bob", shift="pm", start_t=at("14:00")),)),
        visit("twin-a", x=2, minutes=20),
        visit("twin-b", x=3, minutes=20),
        visit("early", x=1, minutes=5, **optional),
        visit("far", x=99, **optional),
        visit("sign", x=0, minutes=0, team_size=2, **optional),
        visit("spare", x=0, **optional),
    ]


def _order_lock(moment: str) -> Lock:
    return Lock(level=LockLevel.ORDER, caregiver="ann", start_t=at(moment))


def _links() -> tuple[Link, ...]:
    return (
        Link(id="twins", kind=LinkKind.SIMULTANEOUS, visits=("twin-a", "twin-b"), caregivers=LinkCaregivers.DIFFERENT),
        Link(
            id="pill-first",
            kind=LinkKind.SEQUENTIAL,
            visits=("pill", "meal"),
            min_gap_t=at("01:00"),
            max_gap_t=at("02:00"),
            caregivers=LinkCaregivers.DIFFERENT,
            all_or_nothing=False,
        ),
        Link(
            id="one-face",
            kind=LinkKind.SEQUENTIAL,
            visits=("wash", "late"),
            caregivers=LinkCaregivers.SAME,
        ),
    )


# -- small changes of a plan ------------------------------------------------------------------------------------------


def change_route(plan: Plan, key: tuple[str, str], change: Callable[[Route], Route]) -> Plan:
    """The plan with one route changed."""
    assert any((route.caregiver, route.shift) == key for route in plan.routes)
    routes = (change(route) if (route.caregiver, route.shift) == key else route for route in plan.routes)
    return replace(plan, routes=tuple(routes))


def move(plan: Plan, key: tuple[str, str], name: str, moment: str) -> Plan:
    """The plan with one stop at another time, at the same position."""
    return change_route(
        plan,
        key,
        lambda route: replace(
            route,
            stops=tuple(replace(stop, start_t=at(moment)) if stop.visit == name else stop for stop in route.stops),
        ),
    )


def drop(plan: Plan, key: tuple[str, str], name: str) -> Plan:
    """The plan without one stop."""
    return change_route(
        plan, key, lambda route: replace(route, stops=tuple(stop for stop in route.stops if stop.visit != name))
    )


def insert(plan: Plan, key: tuple[str, str], name: str, moment: str, position: int = 99) -> Plan:
    """The plan with one more stop at a position."""
    stop = Stop(visit=name, start_t=at(moment))
    return change_route(
        plan, key, lambda route: replace(route, stops=(*route.stops[:position], stop, *route.stops[position:]))
    )


def add_route(plan: Plan, key: tuple[str, str], *stops: tuple[str, str]) -> Plan:
    """The plan with one more route."""
    route = Route(
        caregiver=key[0], shift=key[1], stops=tuple(Stop(visit=name, start_t=at(moment)) for name, moment in stops)
    )
    return replace(plan, routes=(*plan.routes, route))


def pauses(plan: Plan, key: tuple[str, str], *breaks: tuple[str, str, int]) -> Plan:
    """The plan with these breaks (id, start, minutes) on one route."""
    planned = tuple(PlannedBreak(id=name, start_t=at(moment), duration_t=60 * n) for name, moment, n in breaks)
    return change_route(plan, key, lambda route: replace(route, breaks=planned))


# -- small changes of a problem ---------------------------------------------------------------------------------------


def with_visit(problem: Problem, name: str, **fields: Any) -> Problem:
    """The problem with one visit changed."""
    return replace(problem, visits=_changed(problem.visits, name, fields))


def with_client(problem: Problem, name: str, **fields: Any) -> Problem:
    """The problem with one client changed."""
    return replace(problem, clients=_changed(problem.clients, name, fields))


def with_link(problem: Problem, name: str, **fields: Any) -> Problem:
    """The problem with one link changed."""
    return replace(problem, links=_changed(problem.links, name, fields))


def with_caregiver(problem: Problem, name: str, **fields: Any) -> Problem:
    """The problem with one caregiver changed."""
    return replace(problem, caregivers=_changed(problem.caregivers, name, fields))


def with_shift(problem: Problem, name: str, shift: str, **fields: Any) -> Problem:
    """The problem with one shift changed."""
    found = next(one for one in problem.caregivers if one.id == name)
    return with_caregiver(problem, name, shifts=_changed(found.shifts, shift, fields))


def _changed(rows: tuple[Any, ...], name: str, fields: dict[str, Any]) -> tuple[Any, ...]:
    assert any(row.id == name for row in rows)
    return tuple(replace(row, **fields) if row.id == name else row for row in rows)


YESTERDAY = DAY - timedelta(days=1)
