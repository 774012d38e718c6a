"""For each code of validation a small problem in which that, and nothing else, is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import nan
from typing import Any

import numpy as np

from optimizer.travel.matrix import MAX_DURATION, TravelMatrix
from optimizer.visits.model import (
    Barrier,
    CaregiverStatus,
    Client,
    CoordinateSystem,
    KnownCaregiver,
    Link,
    LinkCaregivers,
    LinkKind,
    Location,
    Lock,
    LockLevel,
    PriorityGroup,
    Problem,
    PublishedStop,
    Sharing,
    Skill,
    TimeWindow,
    Visit,
)
from tests.toys import DAY, at, caregiver, line_matrix, pause, stretch, tiny_problem, visit, window

Case = tuple[Problem, TravelMatrix | None]
CASES: dict[str, Callable[[], Case]] = {}
COMPANIONS = {"V092": {"V044"}, "V111": {"V080"}}
"""Codes that another one cannot come without."""

ANN, BOB = caregiver("ann"), caregiver("bob")
BATH = Skill(skill="BATH", level=3)
YESTERDAY = DAY - timedelta(days=1)


def case(*codes: str) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
    def register(make: Callable[[], Case]) -> Callable[[], Case]:
        CASES.update({code: make for code in codes})
        return make

    return register


def add(code: str, make: Callable[[], Case]) -> None:
    CASES[code] = make


def one(made: Visit, *people: Any, **fields: Any) -> Case:
    """A day of one visit, by Ann and Bob unless told otherwise."""
    return tiny_problem(visits=[made], caregivers=people or (ANN, BOB), **fields)


def day(*people: Any, **fields: Any) -> Case:
    """A day of an ordinary visit."""
    return one(visit("a", x=5), *people, **fields)


def client(**fields: Any) -> Client:
    return Client(id="client-a", location=fields.pop("location", "x5"), **fields)


def linked(first: Visit, second: Visit, *people: Any, links: tuple[Link, ...]) -> Case:
    return tiny_problem(visits=[first, second], caregivers=people or (ANN, BOB), links=links)


def sequence(*visits: str, name: str = "l", least: int = 0, most: int | None = None, **fields: Any) -> Link:
    """A sequence with gaps in minutes."""
    gaps = {"min_gap_t": least * 60, "max_gap_t": None if most is None else most * 60}
    return Link(id=name, kind=LinkKind.SEQUENTIAL, visits=visits, **gaps, **fields)


def together(*visits: str, name: str = "t", **fields: Any) -> Link:
    return Link(id=name, kind=LinkKind.SIMULTANEOUS, visits=visits, **fields)


def plain(*visits: str, links: tuple[Link, ...]) -> Case:
    return tiny_problem(visits=[visit(name, x=k) for k, name in enumerate(visits)], caregivers=(ANN, BOB), links=links)


def lock(name: str, start: str | None = None, level: LockLevel = LockLevel.TIME, **fields: Any) -> Lock:
    return Lock(level=level, caregiver=name, start_t=None if start is None else at(start), **fields)


def on_map(*points: tuple[float | None, float | None], travel: bool = True, **fields: Any) -> Case:
    """The visit's place has the first coordinates; the caregivers' and others' the rest."""
    points = points if len(points) > 1 else (*points, (31.81, 121.66))
    ids = ("x5", "x0", "x1", "x2")
    places = tuple(Location(id=name, lat=lat, lon=lon, **fields) for name, (lat, lon) in zip(ids, points, strict=False))
    problem, _ = day(locations=places)
    return problem, line_matrix((0, 1, 2, 5)) if travel else None


def matrix(change: Callable[[np.ndarray], None], mode: str = "ebike") -> Case:
    """An ordinary day whose travel times were changed."""
    problem, travel = day()
    change(travel.durations[mode])
    return problem, travel


def set_first(value: int, at_: tuple[int, int]) -> Callable[[np.ndarray], None]:
    def change(durations: np.ndarray) -> None:
        durations[at_] = value

    return change


# ids and references
add("V001", lambda: one(visit("", x=5, client="k")))
add("V002", lambda: tiny_problem(visits=[visit("a", x=5), visit("a", x=5)], caregivers=(ANN,)))
add("V003", lambda: one(visit("a ", x=5)))
add(
    "V004",
    lambda: one(visit("a", x=5, location="x77"), locations=(Location(id="x0"),), clients=(client(location="x0"),)),
)


@case("V005")
def unknown_client() -> Case:
    problem, travel = day()
    return replace(problem, visits=(replace(problem.visits[0], client="k"),)), travel


add("V006", lambda: day(clients=(client(forbidden=("zoe",)),)))
add("V007", lambda: day(clients=(client(known=(KnownCaregiver(caregiver="zoe"),)),)))
add("V008", lambda: day(links=(sequence("a", "b"),)))
add("V009", lambda: one(visit("a", x=5, priority="p9")))
NORTH = caregiver("ann", provider="north", skills=["BATH"])
SOUTH = caregiver("bob", provider="south")
add("V010", lambda: day(NORTH, SOUTH, sharing=(Sharing(skill="*", lender="east", borrower="north"),)))
add("V011", lambda: day(NORTH, SOUTH, sharing=(Sharing(skill="MEAL", lender="north", borrower="south"),)))

# times and sizes
add("V012", lambda: one(visit("a", x=5, window=("10:00", "09:30"))))
add("V013", lambda: one(visit("a", x=5, window=("10:00", "11:00", "09:00"))))
add("V014", lambda: one(visit("a", x=5, windows=(window("09:00", "10:00"), window("09:30", "11:00")))))
add("V015", lambda: one(visit("a", x=5, windows=(TimeWindow(earliest_t=-60, latest_t=at("09:00")),))))
add("V016", lambda: one(visit("a", x=5, windows=(window(at("09:00"), MAX_DURATION + 1),))))
add("V017", lambda: one(visit("a", x=5, minutes=-30)))
add("V018", lambda: one(visit("a", x=5, minutes=0)))
add("V019", lambda: one(visit("a", x=5, minutes=721), caregiver("ann", shift=("00:00", "24:00"))))
add("V020", lambda: one(visit("a", x=5, team_size=0)))
add("V021", lambda: one(visit("a", x=5, load=-1)))
add("V022", lambda: day(ticks_per_s=1, cost_unit_s=0))

# prices, dates, wishes
add("V030", lambda: day(priorities=(PriorityGroup(id="p", price_s=-5, zh="甲", en="first"),)))
add("V031", lambda: one(visit("a", x=5, mandatory=False)))
add("V032", lambda: one(visit("a", x=5, latest_date=DAY - timedelta(days=3), last_service_date=YESTERDAY)))
add("V033", lambda: one(visit("a", x=5, last_service_date=DAY + timedelta(days=2))))
add("V034", lambda: one(visit("a", x=5, latest_date=DAY + timedelta(days=367))))
add("V035", lambda: one(visit("a", x=5, times_left_out=-1)))
add("V036", lambda: one(visit("a", x=5, latest_date=YESTERDAY)))
add("V040", lambda: one(visit("a", x=5, required_caregivers=("ann", "bob")), clients=(client(forbidden=("ann",)),)))
add("V041", lambda: day(clients=(client(preferred=("ann",), forbidden=("ann",)),)))
add("V042", lambda: tiny_problem(visits=(), caregivers=(ANN,)))
add("V043", lambda: day(replace(ANN, status=CaregiverStatus.LEAVE)))
add("V044", lambda: day(ANN, caregiver("bob", shifts=())))

# shifts and breaks
add("V050", lambda: day(ANN, caregiver("bob", shift=("17:00", "08:00"))))
add("V051", lambda: day(caregiver("ann", shift=("08:00", "33:00"))))
add("V052", lambda: day(caregiver("ann", max_overtime=-10)))
add("V053", lambda: day(caregiver("ann", shifts=(stretch("am", "08:00", "12:00"), stretch("pm", "11:30", "17:00")))))
add("V054", lambda: day(caregiver("ann", breaks=(pause("b", "12:00", "11:00", 30),))))
add("V055", lambda: day(caregiver("ann", breaks=(pause("b", "16:00", "16:45", 30),))))
add("V056", lambda: day(caregiver("ann", breaks=(pause("b", "12:00", "12:10", 30), pause("c", "12:00", "12:10", 20)))))

# coordinates
add("V060", lambda: on_map((nan, 121.6)))
add("V061", lambda: on_map((31.8, 321.6)))
add("V062", lambda: on_map((121.6, 31.8)))
add("V063", lambda: on_map((48.2, 16.4), (31.81, 121.66), system=CoordinateSystem.GCJ02))
add("V064", lambda: on_map((0.0, 0.0)))
add("V065", lambda: on_map((31.8, None)))
add("V066", lambda: on_map((None, None), travel=False))
add("V067", lambda: on_map((35.8, 121.6), (31.81, 121.66), (31.9, 121.6), (31.7, 121.5)))
add("V068", lambda: day(barriers=(Barrier(town="启隆", modes=("ebike",)),)))
add("V069", lambda: day(barriers=(Barrier(town="", modes=()),)))

# the travel matrix (its places: x0, x5)
add("V070", lambda: (day()[0], line_matrix((0, 3))))
add("V071", lambda: (day(replace(ANN, mode="car"))[0], line_matrix((0, 5))))
add("V072", lambda: matrix(set_first(-60, (0, 1))))
add("V073", lambda: matrix(set_first(60, (1, 1))))
AWAY = caregiver("bob", shifts=(stretch("day", "08:00", "17:00", end_x=9),))
NAP = caregiver("bob", breaks=(pause("b", "12:00", "13:00", 30, x=9),))
add("V074", lambda: day(ANN, AWAY, travel=line_matrix((0, 5, 9), unreachable=[(0, 9)])))
add("V075", lambda: day(ANN, NAP, travel=line_matrix((0, 5, 9), unreachable=[(0, 9)])))

# visits that nobody can do
add("V080", lambda: one(visit("a", x=5, skills=["BATH:4"]), caregiver("ann", skills=[BATH])))
add("V081", lambda: day(replace(ANN, gender="m"), clients=(client(gender="f"),)))
add("V082", lambda: day(clients=(client(dialect="启东话"),)))
add("V083", lambda: one(visit("a", x=5, provider="east"), NORTH, SOUTH))
add("V084", lambda: one(visit("a", x=5, required_caregivers=("bob",)), ANN, replace(BOB, status=CaregiverStatus.LEAVE)))
add(
    "V085",
    lambda: one(
        visit("a", x=5, skills=["BATH"]),
        caregiver("ann", skills=["BATH"], gender="m"),
        replace(BOB, gender="f"),
        clients=(client(gender="f"),),
    ),
)
add("V086", lambda: one(visit("a", x=5, team_size=3)))
add("V087", lambda: one(visit("a", x=5, load=6), caregiver("ann", max_load=5)))
add("V088", lambda: day(travel=line_matrix((0, 5), unreachable=[(5, 0)])))
add("V089", lambda: one(visit("a", x=5, minutes=541)))
add("V090", lambda: one(visit("a", x=5, window=("16:31", "18:00"))))
add("V091", lambda: one(visit("a", x=5, window=("16:26", "18:00"))))
add("V092", lambda: one(visit("a", x=5, team_size=2), ANN, caregiver("bob", shifts=())))
add("V093", lambda: day(caregiver("ann", max_travel_t=at("00:09"))))

# links
add("V100", lambda: day(links=(sequence("a"),)))
add("V101", lambda: day(links=(sequence("a", "a"),)))
add("V102", lambda: plain("a", "b", links=(sequence("a", "b", least=60, most=30),)))
add("V103", lambda: plain("a", "b", links=(sequence("a", "b", least=-5),)))
add(
    "V104",
    lambda: plain(
        "a", "b", "c", links=(sequence("a", "b"), sequence("b", "c", name="m"), sequence("c", "a", name="n"))
    ),
)
add("V105", lambda: plain("a", "b", links=(sequence("a", "b", least=30), together("a", "b"))))
add(
    "V106",
    lambda: linked(
        visit("a", x=5, window=("09:00", "10:00")),
        visit("b", x=6, window=("09:00", "10:00")),
        links=(sequence("a", "b", least=61),),
    ),
)
add("V107", lambda: plain("a", "b", links=(together("a", "b", caregivers=LinkCaregivers.SAME),)))
add(
    "V108",
    lambda: linked(
        visit("a", x=5), visit("b", x=6, team_size=2), links=(sequence("a", "b", caregivers=LinkCaregivers.SAME),)
    ),
)
add("V109", lambda: plain("a", "b", links=(sequence("a", "b", most=29, caregivers=LinkCaregivers.SAME),)))
add("V110", lambda: plain("a", "b", "c", links=(together("a", "b", "c", caregivers=LinkCaregivers.DIFFERENT),)))
add("V111", lambda: linked(visit("a", x=5), visit("b", x=6, skills=["BATH"]), links=(sequence("a", "b"),)))
add("V112", lambda: plain("a", "b", links=(together("a", "b", min_gap_t=60),)))

# locks
CAREGIVER = LockLevel.CAREGIVER
add("V120", lambda: one(visit("a", x=5, locks=(lock("zoe", level=CAREGIVER),))))
add("V121", lambda: one(visit("a", x=5, locks=(lock("ann"),))))
add("V122", lambda: one(visit("a", x=5, locks=(lock("ann", level=CAREGIVER), lock("bob", level=CAREGIVER)))))
add("V123", lambda: one(visit("a", x=5, team_size=2, locks=(lock("ann", "09:00"), lock("bob", "09:10")))))
add("V124", lambda: one(visit("a", x=5, locks=(lock("ann", level=CAREGIVER),)), clients=(client(forbidden=("ann",)),)))
add(
    "V125",
    lambda: one(
        visit("a", x=5, skills=["BATH"], locks=(lock("ann", level=CAREGIVER),)), ANN, caregiver("bob", skills=["BATH"])
    ),
)
add("V126", lambda: one(visit("a", x=5, window=("09:00", "10:00"), locks=(lock("ann", "10:30"),))))
add(
    "V127",
    lambda: linked(
        visit("a", x=5, locks=(lock("ann", "09:00"),)), visit("b", x=5, locks=(lock("ann", "09:29"),)), links=()
    ),
)
add(
    "V128",
    lambda: linked(
        visit("a", x=5, locks=(lock("ann", "09:00"),)), visit("b", x=8, locks=(lock("ann", "09:32"),)), links=()
    ),
)
add("V129", lambda: one(visit("a", x=5, locks=(lock("ann", "16:31"),))))
add(
    "V130",
    lambda: one(
        visit("a", x=5, locks=(lock("ann", level=CAREGIVER),)), replace(ANN, status=CaregiverStatus.STANDBY), BOB
    ),
)


# the published plan
def stop(**fields: Any) -> PublishedStop:
    return PublishedStop(**{"visit": "a", "caregiver": "ann", "shift": "day", "start_t": at("09:00")} | fields)


add("V140", lambda: day(published=(stop(visit="z"),)))
add("V141", lambda: day(published=(stop(shift="night"),)))
add("V142", lambda: day(published=(stop(), stop(start_t=at("10:00")))))
add("V143", lambda: day(frozen_before_t=at("09:00")))

__all__ = [
    "ANN",
    "BOB",
    "CASES",
    "COMPANIONS",
    "client",
    "day",
    "linked",
    "lock",
    "one",
    "plain",
    "sequence",
    "together",
]
