"""Days, plans and evaluations made by hand or by a seeded generator, for the tests of the reports.

Times are laid out one after the other with straight-line travel, so that windows are kept or slightly missed; no
solver and no referee is needed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.report.visits_run import RunFacts
from optimizer.visits.evaluation import BreakTiming, Evaluation, RouteEvaluation, StopTiming
from optimizer.visits.model import (
    Break,
    Caregiver,
    Client,
    KnownCaregiver,
    Link,
    LinkKind,
    Location,
    PriorityGroup,
    Problem,
    Shift,
    TimeWindow,
    Visit,
)
from optimizer.visits.objective import HOMECARE
from optimizer.visits.plan import (
    Change,
    ChangeKind,
    Plan,
    PlannedBreak,
    Reason,
    ReasonKind,
    Route,
    Stop,
    Unassigned,
)

DAY = date(2026, 11, 23)
HOUR = 3600
MINUTE = 60
TOWNS = (
    ("汇龙镇", 31.811, 121.655),
    ("吕四港镇", 32.055, 121.596),
    ("南阳镇", 31.874, 121.709),
    ("惠萍镇", 31.764, 121.778),
    ("寅阳镇", 31.715, 121.862),
    ("海复镇", 32.001, 121.708),
    ("近海镇", 31.845, 121.820),
    ("北新镇", 31.830, 121.560),
)
VILLAGES = ("一村", "二村", "三村", "四村")
SERVICES = (("CARE", 90), ("CLEAN", 60), ("BATH", 75), ("MEAL", 10), ("VISIT", 20), ("REHAB", 45), ("NURSE", 40))
PRIORITIES = (
    PriorityGroup(id="A", price_s=5000, zh="特困、失能独居", en="destitute, disabled and alone"),
    PriorityGroup(id="B", price_s=4000, zh="高龄空巢", en="very old, children away"),
    PriorityGroup(id="C", price_s=3000, zh="其他", en="others", source="示例来源 2026"),
)
RUN = RunFacts(
    objective=HOMECARE,
    status=Status.UNKNOWN,
    engine="ortools",
    seed=7,
    seconds=58.3,
    iterations=1200,
    versions={"careplan": "0.1.0", "ortools": "9.15"},
    notes=(Text("演示数据，人物均为虚构。", "Demonstration data; all persons are invented."),),
    travel_source="直线 × 1.30–1.45",
)
PERSONAL = {"姓名": "王秀英绝密", "电话": "13900001234", "身份证": "320681194001011234"}
"""What a careless user leaves in ``ext``; it must never reach a report."""


def small_day() -> tuple[Problem, Plan, Evaluation]:
    """Two caregivers, a bath by both of them, a meal after it, one visit left out; a place without coordinates."""
    problem = Problem(
        name="小样",
        date=DAY,
        ticks_per_s=10,
        locations=(
            Location(id="S1", lat=31.811, lon=121.655, town="汇龙镇", is_station=True, ext=PERSONAL),
            Location(id="P1", lat=31.815, lon=121.660, town="汇龙镇", village="一村", ext=PERSONAL),
            Location(id="P2", lat=31.874, lon=121.709, town="南阳镇", village="二村"),
            Location(id="P3", town="南阳镇", village="三村"),
        ),
        clients=(
            Client(id="K1", location="P1", ext=PERSONAL, known=(KnownCaregiver(caregiver="C1"),)),
            Client(id="K2", location="P2", ext=PERSONAL),
            Client(id="K3", location="P3"),
        ),
        visits=(
            _small_visit("W-001", "K1", "BATH", 60, _window(9, 11), team=2),
            _small_visit("W-002", "K2", "MEAL", 10, _window(10.5, 12)),
            _small_visit("W-003", "K3", "擦窗", 30, (), mandatory=False, priority="C"),
        ),
        links=(
            Link(
                id="L1",
                kind=LinkKind.SEQUENTIAL,
                visits=("W-001", "W-002"),
                min_gap_t=30 * MINUTE * 10,
                max_gap_t=120 * MINUTE * 10,
            ),
        ),
        caregivers=(
            Caregiver(id="C1", shifts=(_small_shift(),), provider="机构甲", ext=PERSONAL),
            Caregiver(id="C2", shifts=(_small_shift(),), provider="机构甲", mode="walk"),
            Caregiver(id="C3", shifts=(_small_shift(),)),
        ),
        priorities=PRIORITIES,
        ext=PERSONAL,
    )
    change = Change(
        kind=ChangeKind.EXTEND_SHIFT, values={"minutes": 12}, text=Text("C1 晚下班 12 分钟", "C1 stays 12 min longer")
    )
    reason = Reason(kind=ReasonKind.NO_ROOM, code="shift_end", text=Text("差 12 分钟", "12 min short"), change=change)
    plan = Plan(
        routes=(
            Route(
                caregiver="C1",
                shift="day",
                stops=(_stop("W-001", 9.5), _stop("W-002", 11.25)),
                breaks=(PlannedBreak(id="lunch", start_t=_ticks(12), duration_t=_ticks(0.5)),),
            ),
            Route(caregiver="C2", shift="day", stops=(_stop("W-001", 9.5),)),
        ),
        unassigned=(Unassigned(visit="W-003", reasons=(reason,)),),
    )
    evaluation = evaluate_by_hand(problem, plan, travel_minutes=20)
    return problem, plan, evaluation


def evaluate_by_hand(problem: Problem, plan: Plan, *, travel_minutes: int) -> Evaluation:
    """An evaluation in which every way takes the same time; good enough to be shown."""
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {(c.id, s.id): s for c in problem.caregivers for s in c.shifts}
    way = travel_minutes * MINUTE * problem.ticks_per_s
    routes = []
    for route in plan.routes:
        breaks = tuple(
            BreakTiming(id=b.id, start_t=b.start_t, duration_t=b.duration_t, paid=False) for b in route.breaks
        )
        stops = []
        for number, stop in enumerate(route.stops):
            visit = visits[stop.visit]
            due = visit.windows[0].due_t if visit.windows else None
            before = route.stops[number - 1] if number else None
            free_t = before.start_t + visits[before.visit].service_duration_t if before is not None else 0
            arrival = stop.start_t if before is None else min(stop.start_t, free_t + way)
            stops.append(
                StopTiming(
                    visit=stop.visit,
                    location=next(c.location for c in problem.clients if c.id == visit.client),
                    departure_t=arrival - way,
                    travel_t=way,
                    metres=4000,
                    arrival_t=arrival,
                    waiting_t=stop.start_t - arrival,
                    start_t=stop.start_t,
                    finish_t=stop.start_t + visit.service_duration_t,
                    tardiness_t=max(0, stop.start_t - due) if due is not None else 0,
                )
            )
        back = max([stops[-1].finish_t, *(b.start_t + b.duration_t for b in breaks)]) + way
        end = shifts[route.caregiver, route.shift].end_t
        routes.append(
            RouteEvaluation(
                caregiver=route.caregiver,
                shift=route.shift,
                stops=tuple(stops),
                breaks=breaks,
                departure_t=stops[0].departure_t,
                return_t=back,
                return_travel_t=way,
                travel_t=way * (len(stops) + 1),
                metres=4000 * (len(stops) + 1),
                service_t=sum(visits[s.visit].service_duration_t for s in route.stops),
                waiting_t=sum(s.waiting_t for s in stops),
                overtime_t=max(0, back - end) if end is not None else 0,
                work_t=back - stops[0].departure_t - sum(b.duration_t for b in breaks),
                load=0,
            )
        )
    planned = {stop.visit for route in plan.routes for stop in route.stops}
    left_out = tuple(sorted(visit.id for visit in problem.visits if visit.id not in planned))
    components = _components(routes, problem)
    return Evaluation(
        violations=(),
        mandatory_left_out=sum(1 for v in problem.visits if v.id in left_out and problem.is_mandatory(v)),
        components=components,
        cost=HOMECARE.cost(components),
        routes=tuple(routes),
        left_out=left_out,
    )


def random_day(*, caregivers: int, seed: int, visits_each: int = 8) -> tuple[Problem, Plan, Evaluation]:
    """A day of made-up visits laid out in geographic order, with breaks, windows, pairs, some visits left out."""
    rng = random.Random(seed)
    locations, people, clients, visits, routes, links = [], [], [], [], [], []
    for town, lat, lon in TOWNS:
        locations.append(Location(id=f"站-{town}", lat=lat, lon=lon, town=town, is_station=True))
    for number in range(caregivers):
        town, lat, lon = TOWNS[number % len(TOWNS)]
        shift = Shift(
            id="日班",
            start_location=f"站-{town}",
            end_location=f"站-{town}",
            start_t=8 * HOUR,
            end_t=17 * HOUR,
            max_overtime_t=HOUR,
            breaks=(Break(id="午休", earliest_t=11 * HOUR, latest_t=13 * HOUR, duration_t=HOUR),),
        )
        person = Caregiver(id=f"H{number + 1:03d}", shifts=(shift,), provider=f"机构{number % 3 + 1}")
        people.append(person)
        stops, breaks = [], []
        now = 8 * HOUR + rng.randrange(10, 40) * MINUTE
        angle = rng.random() * 6
        for position in range(visits_each):
            if now > 11.5 * HOUR and not breaks:
                breaks.append(PlannedBreak(id="午休", start_t=now, duration_t=HOUR))
                now += HOUR
            service, minutes = rng.choice(SERVICES)
            if now + minutes * MINUTE > 16.7 * HOUR:
                break
            angle += rng.uniform(0.4, 0.9)
            radius = rng.uniform(0.004, 0.035)
            name = f"W-{number * visits_each + position + 1:04d}"
            locations.append(
                Location(
                    id=f"P-{name}",
                    lat=lat + radius * math.sin(angle) * 0.85,
                    lon=lon + radius * math.cos(angle),
                    town=town,
                    village=f"{town[:2]}{VILLAGES[int(angle * 2 / math.pi) % 4]}",
                )
            )
            clients.append(Client(id=f"K{name[2:]}", location=f"P-{name}"))
            visits.append(_random_visit(rng, name, service, minutes, now))
            stops.append(Stop(visit=name, start_t=now))
            now += minutes * MINUTE + rng.randrange(10, 25) * MINUTE
        routes.append(Route(caregiver=person.id, shift="日班", stops=tuple(stops), breaks=tuple(breaks)))
    left_out = _random_left_out(rng, caregivers, locations, clients, visits)
    problem = Problem(
        name="启东演示日",
        date=DAY,
        locations=tuple(locations),
        clients=tuple(clients),
        visits=tuple(visits),
        links=tuple(links),
        caregivers=(*people, Caregiver(id="H999", shifts=())),
        priorities=PRIORITIES,
    )
    plan = Plan(routes=tuple(routes), unassigned=tuple(left_out))
    return problem, plan, evaluate_by_hand(problem, plan, travel_minutes=9)


def _random_visit(rng: random.Random, name: str, service: str, minutes: int, start: int) -> Visit:
    windows: tuple[TimeWindow, ...] = ()
    if rng.random() < 0.6:
        early, late = rng.choice(((15, 45), (60, 90), (120, 120), (30, 30)))
        due = start + late * MINUTE if rng.random() > 0.08 else start - rng.randrange(2, 20) * MINUTE
        windows = (TimeWindow(earliest_t=start - early * MINUTE, latest_t=start + 3 * HOUR, due_t=due),)
    group = rng.choice(("A", "B", "B", "C", "C", "C"))
    return Visit(
        id=name,
        client=f"K{name[2:]}",
        service=service,
        service_duration_t=minutes * MINUTE,
        windows=windows,
        mandatory=group == "A",
        priority=group,
    )


def _random_left_out(
    rng: random.Random, caregivers: int, locations: list[Location], clients: list[Client], visits: list[Visit]
) -> list[Unassigned]:
    left_out = []
    for number in range(max(3, caregivers // 4)):
        town, lat, lon = rng.choice(TOWNS)
        name = f"X-{number + 1:03d}"
        point = Location(
            id=f"P-{name}",
            lat=lat + rng.uniform(-0.02, 0.02),
            lon=lon + rng.uniform(-0.02, 0.02),
            town=town,
            village=f"{town[:2]}{rng.choice(VILLAGES)}",
        )
        locations.append(point)
        clients.append(Client(id=f"K{name}", location=point.id))
        visits.append(replace(_random_visit(rng, name, "BATH", 75, 10 * HOUR), client=f"K{name}"))
        caregiver = f"H{rng.randrange(caregivers) + 1:03d}"
        minutes = rng.randrange(4, 50)
        reason = Reason(
            kind=ReasonKind.NO_ROOM,
            code="shift_end",
            text=Text(
                f"最接近的是 {caregiver}：插入后下班要晚 {minutes} 分钟",
                f"nearest is {caregiver}: the shift would end {minutes} min late",
            ),
            change=Change(
                kind=ChangeKind.EXTEND_SHIFT,
                values={"caregiver": caregiver, "minutes": minutes},
                text=Text(f"{caregiver} 延长班次 {minutes} 分钟", f"extend the shift of {caregiver} by {minutes} min"),
            ),
            caregiver=caregiver,
        )
        hard = Reason(
            kind=ReasonKind.IMPOSSIBLE,
            code="skill",
            text=Text("没有在岗护理员具备助浴四级", "nobody on duty has bathing at level 4"),
            change=Change(
                kind=ChangeKind.GIVE_SKILL,
                values={"caregiver": caregiver, "skill": "bath"},
                text=Text(f"给 {caregiver} 补助浴四级资质", f"train {caregiver} in bathing"),
            ),
        )
        left_out.append(Unassigned(visit=name, reasons=(hard,) if number % 5 == 4 else (reason,)))
    return left_out


def _components(routes: list[RouteEvaluation], problem: Problem) -> Mapping[str, float]:
    unit = problem.ticks_per_cost_unit
    late = [stop.tardiness_t for route in routes for stop in route.stops]
    return {
        "travel": sum(route.travel_t for route in routes) / unit,
        "tardiness_total": sum(late) / unit,
        "tardiness_worst": max(late, default=0) / unit,
        "overtime": sum(route.overtime_t for route in routes) / unit,
        "left_out": 3000.0,
        "continuity": 2.0,
    }


def _small_visit(
    name: str,
    client: str,
    service: str,
    minutes: int,
    windows: tuple[TimeWindow, ...],
    *,
    team: int = 1,
    mandatory: bool = True,
    priority: str = "A",
) -> Visit:
    return Visit(
        id=name,
        client=client,
        service=service,
        service_duration_t=minutes * MINUTE * 10,
        windows=windows,
        team_size=team,
        mandatory=mandatory,
        priority=priority,
        ext=PERSONAL,
    )


def _small_shift() -> Shift:
    lunch = Break(id="lunch", earliest_t=_ticks(11), latest_t=_ticks(13), duration_t=_ticks(0.5))
    return Shift(id="day", start_location="S1", end_location="S1", start_t=_ticks(8), end_t=_ticks(17), breaks=(lunch,))


def _ticks(hours: float) -> int:
    return round(hours * HOUR * 10)


def _window(earliest: float, latest: float) -> tuple[TimeWindow, ...]:
    return (TimeWindow(earliest_t=_ticks(earliest), latest_t=_ticks(latest)),)


def _stop(visit: str, hours: float) -> Stop:
    return Stop(visit=visit, start_t=_ticks(hours))
