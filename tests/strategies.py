"""Hypothesis strategies for visits problems, travel and plans.

``problems()`` draws small, sane problems in which every feature of the model turns up; some of their visits cannot be
done by anybody, and that is intended. ``plans(problem)`` draws plans that mostly break rules, ``valid_plans(problem,
travel)`` plans that break none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st

from optimizer.travel.matrix import UNREACHABLE, TravelMatrix
from optimizer.visits.model import (
    Barrier,
    Break,
    Caregiver,
    CaregiverStatus,
    Client,
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
    Shift,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)
from optimizer.visits.plan import Plan, PlannedBreak, Route, Stop, Unassigned
from tests.planting import plant_plan

__all__ = ["DAY", "MODES", "SKILLS", "plans", "problems", "valid_plans"]

DAY = date(2026, 3, 2)
MODES = ("car", "ebike")
SKILLS = ("BATH", "CARE", "MEAL")
PROVIDERS = ("north", "south")
GENDERS = ("f", "m")
DIALECTS = ("haimen", "tongdong")
TOWNS = ("island", "main")
PRIORITIES = (
    PriorityGroup(id="p1", price_s=5000, zh="高", en="high"),
    PriorityGroup(id="p2", price_s=3000, zh="低", en="low", source="a test"),
)
MINUTE = 60
FIRST_MINUTE, LAST_MINUTE = 8 * MINUTE, 18 * MINUTE


def _some(draw: st.DrawFn, values: tuple[str, ...], largest: int) -> tuple[str, ...]:
    """Up to ``largest`` different values, sorted."""
    if not values:
        return ()
    return tuple(sorted(draw(st.lists(st.sampled_from(values), max_size=largest, unique=True))))


def _now_and_then(draw: st.DrawFn, one_in: int = 4) -> bool:
    return draw(st.sampled_from(range(one_in))) == one_in - 1


@st.composite
def problems(
    draw: st.DrawFn, max_visits: int = 8, max_caregivers: int = 4, published: bool = True
) -> tuple[Problem, TravelMatrix]:
    """A small problem and its travel; the published plan is there only if ``published``."""
    tick = draw(st.sampled_from((1, 1000))) * MINUTE
    locations = _locations(draw)
    stations = tuple(one.id for one in locations if one.is_station)
    barriers = (Barrier(town="island", modes=("ebike",)),) if _now_and_then(draw) else ()
    size = draw(st.sampled_from(range(1, max_caregivers + 1)))
    caregivers = tuple(_caregiver(draw, f"c{i}", stations, tick) for i in range(size))
    crew = tuple(one.id for one in caregivers)
    clients = tuple(_client(draw, f"k{i}", locations, crew) for i in range(draw(st.integers(1, max(1, max_visits)))))
    visits = tuple(
        _visit(draw, f"v{i}", clients, locations, caregivers, tick)
        for i in range(draw(st.sampled_from((*range(max_visits + 1), *range(2, max_visits + 1)))))
    )
    problem = Problem(
        name="drawn",
        date=DAY,
        ticks_per_s=tick // MINUTE,
        cost_unit_s=draw(st.sampled_from((1, 60))),
        locations=locations,
        barriers=barriers,
        clients=clients,
        visits=visits,
        links=_links(draw, visits, tick),
        caregivers=caregivers,
        priorities=PRIORITIES,
        sharing=_sharing(draw),
    )
    travel = _travel(draw, problem, tick)
    if published and visits:
        publish = draw(st.sampled_from((None, None, _with_old_plan, _with_frozen_past, _with_frozen_past)))
        problem = problem if publish is None else publish(draw, problem, travel)
    return problem, travel


def _locations(draw: st.DrawFn) -> tuple[Location, ...]:
    homes = draw(st.integers(1, 6))
    stations = draw(st.integers(1, 2))
    places = [Location(id=f"h{i}", town=draw(st.sampled_from(TOWNS))) for i in range(homes)]
    places += [Location(id=f"s{i}", town="main", is_station=True) for i in range(stations)]
    return tuple(places)


def _travel(draw: st.DrawFn, problem: Problem, tick: int) -> TravelMatrix:
    """Asymmetric travel of 0 to 45 minutes that need not obey the triangle inequality; barriers are in the mask."""
    chance = np.random.default_rng(draw(st.integers(0, 2**16)))
    shape = (len(problem.locations), len(problem.locations))
    share_unreachable = draw(st.sampled_from((0.0, 0.0, 0.1)))
    durations, reachable = {}, {}
    for mode in MODES:
        mask = chance.random(shape) >= share_unreachable
        ticks = (chance.integers(0, 46, shape) * tick + chance.integers(0, tick, shape)).astype(np.int32)
        for barrier in problem.barriers:
            inside = np.array([one.town == barrier.town for one in problem.locations])
            if mode in barrier.modes:
                mask &= ~(~inside[:, None] & inside[None, :])
        np.fill_diagonal(mask, True)
        np.fill_diagonal(ticks, 0)
        durations[mode] = np.where(mask, ticks, np.int32(UNREACHABLE))
        reachable[mode] = mask
    metres = {MODES[0]: chance.integers(0, 20_000, shape).astype(np.int32)} if draw(st.booleans()) else {}
    names = tuple(one.id for one in problem.locations)
    return TravelMatrix(locations=names, durations=durations, reachable=reachable, metres=metres, source="drawn")


def _caregiver(draw: st.DrawFn, name: str, stations: tuple[str, ...], tick: int) -> Caregiver:
    return Caregiver(
        id=name,
        shifts=_shifts(draw, stations, tick),
        skills=_caregiver_skills(draw),
        mode=draw(st.sampled_from(MODES)),
        gender=draw(st.sampled_from((*GENDERS, None))),
        dialects=_some(draw, DIALECTS, 2),
        provider=draw(st.sampled_from((*PROVIDERS, None))),
        status=CaregiverStatus.LEAVE if _now_and_then(draw, 8) else CaregiverStatus.ON_DUTY,
    )


def _caregiver_skills(draw: st.DrawFn) -> tuple[Skill, ...]:
    expiries = st.sampled_from((None, None, None, DAY, DAY - timedelta(days=1), DAY + timedelta(days=30)))
    names = draw(st.lists(st.sampled_from(SKILLS), min_size=2, max_size=3, unique=True))
    levels = st.sampled_from((1, 2, 3, 3))
    return tuple(Skill(skill=name, level=draw(levels), expires=draw(expiries)) for name in sorted(names))


def _shifts(draw: st.DrawFn, stations: tuple[str, ...], tick: int) -> tuple[Shift, ...]:
    kind = draw(st.sampled_from(("day", "day", "halves", "endless")))
    if kind == "halves":
        return (
            _shift(draw, "am", 8 * MINUTE, 12 * MINUTE, stations, tick),
            _shift(draw, "pm", 13 * MINUTE, 17 * MINUTE, stations, tick),
        )
    return (_shift(draw, "day", 8 * MINUTE, 17 * MINUTE if kind == "day" else None, stations, tick),)


def _shift(draw: st.DrawFn, name: str, start: int, end: int | None, stations: tuple[str, ...], tick: int) -> Shift:
    limited = _now_and_then(draw)
    return Shift(
        id=name,
        start_location=draw(st.sampled_from(stations)),
        end_location=draw(st.sampled_from((*stations, None))),
        start_t=start * tick,
        end_t=None if end is None else end * tick,
        max_overtime_t=draw(st.sampled_from((0, 30 * tick, None))),
        breaks=_breaks(draw, start, stations, tick) if draw(st.booleans()) else (),
        max_load=draw(st.sampled_from((2, 3, 5))) if limited else None,
        max_travel_t=draw(st.sampled_from((20, 60, 90, 180))) * tick if _now_and_then(draw) else None,
    )


def _breaks(draw: st.DrawFn, shift_start: int, stations: tuple[str, ...], tick: int) -> tuple[Break, ...]:
    first = shift_start + draw(st.integers(1, 6)) * 20
    made = []
    for i in range(draw(st.integers(1, 2))):
        earliest = first + i * 100
        made.append(
            Break(
                id=f"b{i}",
                earliest_t=earliest * tick,
                latest_t=(earliest + draw(st.sampled_from((0, 15, 60)))) * tick,
                duration_t=draw(st.sampled_from((10, 30))) * tick,
                location=draw(st.sampled_from((None, None, *stations))),
                paid=draw(st.booleans()),
            )
        )
    return tuple(made)


def _client(draw: st.DrawFn, name: str, locations: tuple[Location, ...], crew: tuple[str, ...]) -> Client:
    homes = tuple(one.id for one in locations if not one.is_station)
    preferred = _some(draw, crew, 2) if _now_and_then(draw) else ()
    forbidden = _some(draw, crew, 1) if _now_and_then(draw) else ()
    known = _some(draw, crew, 2) if _now_and_then(draw) else ()
    return Client(
        id=name,
        location=draw(st.sampled_from(homes)),
        ability=draw(st.sampled_from(("", "2"))),
        gender=draw(st.sampled_from(GENDERS)) if _now_and_then(draw, 6) else None,
        dialect=draw(st.sampled_from(DIALECTS)) if _now_and_then(draw, 6) else None,
        preferred=tuple(one for one in preferred if one not in forbidden),
        forbidden=forbidden,
        known=tuple(KnownCaregiver(caregiver=one, visits=draw(st.integers(1, 5))) for one in known),
    )


def _visit(
    draw: st.DrawFn,
    name: str,
    clients: tuple[Client, ...],
    locations: tuple[Location, ...],
    caregivers: tuple[Caregiver, ...],
    tick: int,
) -> Visit:
    client = draw(st.sampled_from(clients))
    windows = _windows(draw, tick)
    allowed = tuple(one.id for one in caregivers if one.id not in client.forbidden)
    required = _some(draw, allowed, 2) if _now_and_then(draw, 6) else ()
    team_size = 2 if _now_and_then(draw) and len(caregivers) > 1 and len(required) != 1 else 1
    optional = draw(st.booleans())
    latest = draw(st.sampled_from((None, DAY, DAY + timedelta(days=3)))) if optional else None
    lockable = [one for one in caregivers if one.id in (required or allowed) and one.status is CaregiverStatus.ON_DUTY]
    return Visit(
        id=name,
        client=client.id,
        service_duration_t=draw(st.sampled_from((0, 10, 20, 45, 90))) * tick,
        location=draw(st.sampled_from([one.id for one in locations])) if _now_and_then(draw, 6) else None,
        service=draw(st.sampled_from(SKILLS)),
        windows=windows,
        skills=_requirements(draw),
        team_size=team_size,
        mandatory=not optional,
        priority=draw(st.sampled_from(("p1", "p2"))) if optional else None,
        latest_date=latest,
        last_service_date=draw(st.sampled_from((None, DAY - timedelta(days=7)))) if optional else None,
        times_left_out=draw(st.integers(0, 2)) if optional else 0,
        required_caregivers=required,
        provider=draw(st.sampled_from(PROVIDERS)) if _now_and_then(draw, 6) else None,
        load=draw(st.integers(0, 2)),
        locks=_locks(draw, lockable, windows, team_size, tick) if lockable and _now_and_then(draw, 5) else (),
    )


def _requirements(draw: st.DrawFn) -> tuple[SkillRequirement, ...]:
    names = _some(draw, SKILLS, draw(st.sampled_from((0, 1, 1, 2))))
    return tuple(SkillRequirement(skill=name, level=draw(st.sampled_from((1, 1, 1, 2, 3)))) for name in names)


def _windows(draw: st.DrawFn, tick: int) -> tuple[TimeWindow, ...]:
    """Zero to three windows in order, hard, soft or both; they never overlap, and only the last may be open."""
    made: list[TimeWindow] = []
    begin = FIRST_MINUTE
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2, 3)))):
        earliest = draw(st.integers(begin // 10, LAST_MINUTE // 10 - 6)) * 10
        width = draw(st.sampled_from((0, 30, 60, 240)))
        kind = draw(st.sampled_from(("hard", "soft", "both")))
        latest = None if kind == "soft" else (earliest + width) * tick
        due = None if kind == "hard" else (earliest + width // 2) * tick
        made.append(TimeWindow(earliest_t=earliest * tick, latest_t=latest, due_t=due))
        begin = earliest + width + 10
        if latest is None or begin > LAST_MINUTE - 60:
            break
    return tuple(made)


def _locks(
    draw: st.DrawFn, lockable: list[Caregiver], windows: tuple[TimeWindow, ...], team_size: int, tick: int
) -> tuple[Lock, ...]:
    """At most one lock for each member, of different caregivers, all with one start that some window contains."""
    if windows:
        chosen = draw(st.sampled_from(windows))
        start = chosen.earliest_t + draw(st.integers(0, 30 * tick)) if chosen.latest_t is None else chosen.latest_t
    else:
        start = draw(st.integers(FIRST_MINUTE // 10, LAST_MINUTE // 10)) * 10 * tick
    locks = []
    for one in draw(st.lists(st.sampled_from(lockable), min_size=1, max_size=team_size, unique_by=lambda one: one.id)):
        level = draw(st.sampled_from(LockLevel))
        shift = draw(st.sampled_from([each.id for each in one.shifts])) if draw(st.booleans()) else None
        locks.append(
            Lock(
                level=level,
                caregiver=one.id,
                shift=shift,
                start_t=None if level is LockLevel.CAREGIVER else start,
            )
        )
    return tuple(locks)


def _links(draw: st.DrawFn, visits: tuple[Visit, ...], tick: int) -> tuple[Link, ...]:
    """Links that never contradict each other: each shares at most one visit with all those before it."""
    made: list[Link] = []
    used: list[str] = []
    free = [one.id for one in visits]
    for i in range(draw(st.sampled_from((0, 1, 1, 2)))):
        if len(free) < 2:
            break
        members = draw(st.lists(st.sampled_from(free), min_size=2, max_size=3, unique=True))
        if used and draw(st.booleans()):
            members[0] = draw(st.sampled_from(used))
        free = [name for name in free if name not in members]
        used += [name for name in members if name not in used]
        made.append(_link(draw, f"l{i}", members, visits, tick))
    return tuple(made)


def _link(draw: st.DrawFn, name: str, members: list[str], visits: tuple[Visit, ...], tick: int) -> Link:
    sizes = {one.team_size for one in visits if one.id in members}
    pairs = [(kind, who) for kind in LinkKind for who in (LinkCaregivers.ANY, LinkCaregivers.DIFFERENT)]
    if len(sizes) == 1:  # teams of different sizes can never be the same people
        pairs.append((LinkKind.SEQUENTIAL, LinkCaregivers.SAME))
    kind, who = draw(st.sampled_from(pairs))
    smallest = draw(st.sampled_from((0, 15, 60))) if kind is LinkKind.SEQUENTIAL else 0
    width = draw(st.sampled_from((None, 30, 180))) if kind is LinkKind.SEQUENTIAL else None
    return Link(
        id=name,
        kind=kind,
        visits=tuple(members),
        min_gap_t=smallest * tick,
        max_gap_t=None if width is None else (smallest + width) * tick,
        caregivers=who,
        all_or_nothing=draw(st.booleans()),
    )


def _sharing(draw: st.DrawFn) -> tuple[Sharing, ...]:
    if not draw(st.booleans()):
        return ()
    skill = draw(st.sampled_from((*SKILLS, "*")))
    return (Sharing(skill=skill, lender=PROVIDERS[0], borrower=PROVIDERS[1]),)


def _with_old_plan(draw: st.DrawFn, problem: Problem, travel: TravelMatrix) -> Problem:
    """A plan of yesterday evening that need not obey the rules of today; nothing is frozen."""
    tick = problem.ticks_per_s * MINUTE
    stops = []
    for visit in draw(st.lists(st.sampled_from(problem.visits), max_size=4, unique_by=lambda one: one.id)):
        caregiver = draw(st.sampled_from(problem.caregivers))
        shift = draw(st.sampled_from(caregiver.shifts))
        start = draw(st.integers(FIRST_MINUTE, LAST_MINUTE)) * tick
        stops.append(PublishedStop(visit=visit.id, caregiver=caregiver.id, shift=shift.id, start_t=start))
    return replace(problem, published=tuple(stops), frozen_before_t=draw(st.sampled_from((None, 0))))


def _with_frozen_past(draw: st.DrawFn, problem: Problem, travel: TravelMatrix) -> Problem:
    """A valid plan is published and the day has begun: that plan (with its breaks) obeys every rule still."""
    plan = plant_plan(problem, travel, draw(st.integers(0, 2**16)))
    stops = tuple(
        PublishedStop(visit=stop.visit, caregiver=route.caregiver, shift=route.shift, start_t=stop.start_t)
        for route in plan.routes
        for stop in route.stops
    )
    tick = problem.ticks_per_s * MINUTE
    starts = [stop.start_t for stop in stops] or [12 * MINUTE * tick]
    clock = draw(st.sampled_from(sorted(starts))) + draw(st.sampled_from((-30, -1, 0, 1, 30))) * tick
    return replace(problem, published=stops, frozen_before_t=clock)


@st.composite
def valid_plans(draw: st.DrawFn, problem: Problem, travel: TravelMatrix) -> Plan:
    """A plan that obeys every rule (of a problem without a frozen past); it may leave out mandatory visits."""
    return plant_plan(problem, travel, draw(st.integers(0, 2**16)))


@st.composite
def plans(draw: st.DrawFn, problem: Problem) -> Plan:
    """A plan of known and unknown ids at any times; it mostly breaks rules, and now and then obeys them all."""
    crew = [(one.id, shift.id) for one in problem.caregivers for shift in one.shifts]
    keys = st.sampled_from([*crew, *crew, ("nobody", "day"), (crew[0][0], "night")])
    routes = tuple(_route(draw, problem, *draw(keys)) for _ in range(draw(st.integers(0, 4))))
    left = _some(draw, tuple(one.id for one in problem.visits), 3)
    return Plan(routes=routes, unassigned=tuple(Unassigned(visit=name) for name in left))


def _route(draw: st.DrawFn, problem: Problem, caregiver: str, shift: str) -> Route:
    tick = problem.ticks_per_s * MINUTE
    moments = st.integers(FIRST_MINUTE // 10 - 6, LAST_MINUTE // 10 + 6).map(lambda value: value * 10 * tick)
    names = st.sampled_from([*(one.id for one in problem.visits), "nothing"])
    stops = [Stop(visit=name, start_t=draw(moments)) for name in draw(st.lists(names, max_size=5))]
    if draw(st.booleans()):
        stops.sort(key=lambda stop: stop.start_t)
    breaks = [
        PlannedBreak(id=name, start_t=draw(moments), duration_t=draw(st.sampled_from((0, 10, 30))) * tick)
        for name in draw(st.lists(st.sampled_from(("b0", "b1", "nap")), max_size=3))
    ]
    return Route(caregiver=caregiver, shift=shift, stops=tuple(stops), breaks=tuple(breaks))
