"""The toy: four visits that everyone knows by heart.

All places lie on one road, with the minutes by e-bike between them::

    garden ── 10 ── station ── 5 ── lane ── 5 ── bridge

Ann is a nurse and a care worker of level 2, Bo is a care worker of level 2. Both work from 08:00 to 12:00, from and to
the station.

========  ======  =======  ===========  =========================================================
visit     at      minutes  starts       needs
========  ======  =======  ===========  =========================================================
medicine  lane    20       08:00–10:00  a nurse
meal      lane    5        10:30–12:00  level 1; 20 to 150 minutes after the start of the medicine
bath      bridge  60       09:30–10:30  two care workers of level 2 at the same moment
cleaning  garden  60       08:00–09:00  level 1; optional, 3,000 s if left out
========  ======  =======  ===========  =========================================================

**The optimum costs 3,600 s under the objective ``homecare``: 60 minutes of travel and nothing else.** No plan with all
four visits travels less: for the bath both must go to the bridge and back, 20 minutes each, and whoever cleans goes to
the garden and back as well, 20 minutes more; the lane lies on the way. Leaving the cleaning out saves 1,200 s and costs
3,000 s. Nothing is late, and the work can be even, 160 minutes each:

* Bo: leaves 08:00, cleaning 08:10, bath 09:30, back 10:40;
* Ann: leaves 08:05, medicine 08:10, (waits at the bridge), bath 09:30, meal 10:35, back 10:45.

If Ann cleans, she works 180 minutes and more, and Bo cannot be made to work as long without waiting; the travel is
the same. Leaving the medicine to Bo is impossible (he is no nurse).
"""

from __future__ import annotations

from datetime import date

import numpy as np

from instances.catalogue import CARE_LEVEL, NURSE
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
    Caregiver,
    Client,
    Link,
    LinkKind,
    Location,
    PriorityGroup,
    Problem,
    Shift,
    Skill,
    SkillRequirement,
    TimeWindow,
    Visit,
)
from optimizer.visits.plan import Plan, Route, Stop

__all__ = ["TOY_COST_S", "toy_optimum", "toy_problem", "toy_travel"]

TOY_COST_S = 3_600.0
"""Cost of the best plan of the toy under the objective ``homecare``."""

MINUTE = 60
ROAD_MINUTES = {"garden": -10, "station": 0, "lane": 5, "bridge": 10}


def toy_problem() -> Problem:
    """The toy; every person and place in it is invented."""
    return Problem(
        name="四次上门（虚构）",
        date=date(2026, 11, 23),
        locations=tuple(_location(name) for name in ROAD_MINUTES),
        clients=tuple(Client(id=f"client-{name}", location=name) for name in ("lane", "bridge", "garden")),
        visits=_visits(),
        links=(
            Link(
                id="meal-after-medicine",
                kind=LinkKind.SEQUENTIAL,
                visits=("medicine", "meal"),
                min_gap_t=20 * MINUTE,
                max_gap_t=150 * MINUTE,
            ),
        ),
        caregivers=(
            _caregiver("ann", (Skill(skill=CARE_LEVEL, level=2), Skill(skill=NURSE))),
            _caregiver("bo", (Skill(skill=CARE_LEVEL, level=2),)),
        ),
        priorities=(PriorityGroup(id="3", price_s=3_000, zh="其他服务对象", en="everyone else in service"),),
        ext={"invented": True},
    )


def toy_travel() -> TravelMatrix:
    """The matrix of the road in seconds, exact to the minute."""
    names = tuple(sorted(ROAD_MINUTES))
    at = np.array([ROAD_MINUTES[name] for name in names], dtype=np.int32)
    return TravelMatrix(
        locations=names,
        durations={"ebike": np.ascontiguousarray(np.abs(at[:, None] - at) * np.int32(MINUTE))},
        reachable={"ebike": np.ones((len(names), len(names)), dtype=np.bool_)},
        source="minutes on one road",
    )


def toy_optimum() -> Plan:
    """The best plan, as in the module's text."""
    return Plan(
        routes=(
            Route(caregiver="ann", shift="ann-morning", stops=_stops(medicine=(8, 10), bath=(9, 30), meal=(10, 35))),
            Route(caregiver="bo", shift="bo-morning", stops=_stops(cleaning=(8, 10), bath=(9, 30))),
        )
    )


def _stops(**starts: tuple[int, int]) -> tuple[Stop, ...]:
    return tuple(Stop(visit=visit, start_t=_clock(*start)) for visit, start in starts.items())


def _visits() -> tuple[Visit, ...]:
    return (
        _visit("medicine", "lane", 20, (_clock(8), _clock(10)), skill=NURSE),
        _visit("meal", "lane", 5, (_clock(10, 30), _clock(12))),
        _visit("bath", "bridge", 60, (_clock(9, 30), _clock(10, 30)), level=2, team_size=2),
        _visit("cleaning", "garden", 60, (_clock(8), _clock(9)), mandatory=False),
    )


def _visit(
    name: str,
    place: str,
    minutes: int,
    window: tuple[int, int],
    *,
    skill: str = CARE_LEVEL,
    level: int = 1,
    team_size: int = 1,
    mandatory: bool = True,
) -> Visit:
    return Visit(
        id=name,
        client=f"client-{place}",
        service=name.upper(),
        service_duration_t=minutes * MINUTE,
        windows=(TimeWindow(earliest_t=window[0], latest_t=window[1]),),
        skills=(SkillRequirement(skill=skill, level=level),),
        team_size=team_size,
        mandatory=mandatory,
        priority="3",
    )


def _caregiver(name: str, skills: tuple[Skill, ...]) -> Caregiver:
    shift = Shift(
        id=f"{name}-morning",
        start_location="station",
        end_location="station",
        start_t=_clock(8),
        end_t=_clock(12),
    )
    return Caregiver(id=name, shifts=(shift,), skills=skills, mode="ebike")


def _location(name: str) -> Location:
    """A place on a road that runs from west to east; on the map a minute is some 220 m of it."""
    return Location(
        id=name,
        lat=31.9,
        lon=round(121.6 + ROAD_MINUTES[name] * 0.00235, 5),
        town="示例镇",
        is_station=name == "station",
    )


def _clock(hours: int, minutes: int = 0) -> int:
    return hours * 3600 + minutes * MINUTE
