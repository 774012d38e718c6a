"""Bite cases: for each rule of the model a tiny day in which an engine that ignores the rule does provably worse.

An engine that ignores a hard rule makes plans that the referee rejects and the repair cuts down, so that mandatory
visits are missing; one that ignores a price pays more. The best rank of every case is known by hand: mandatory visits
left out, and cost by the objective ``homecare`` without balance (seconds; one step of the line is a minute of travel).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import (
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
)
from optimizer.visits.objective import HOMECARE, Objective
from tests.toys import DAY, at, caregiver, line_matrix, pause, stretch, tiny_problem, visit, window

__all__ = ["BITES", "OBJECTIVE", "Bite"]

OBJECTIVE = replace(HOMECARE, name="bite", balance=0.0)
MINUTE = 60

Made = tuple[Problem, TravelMatrix]
Ignoring = Callable[[Made], tuple[Problem, TravelMatrix, Objective]]


@dataclass(frozen=True, kw_only=True)
class Bite:
    """A day, and its best rank: mandatory visits left out, and cost; ``who`` are stops that the best plan must have.

    ``ignoring`` is the same day without the rule: its best plan breaks the rule, or costs more, on the true day.
    """

    rule: str
    make: Callable[[], Made]
    ignoring: Callable[[Made], tuple[Problem, TravelMatrix, Objective]]
    left_out: int = 0
    cost_min: float = 0.0
    who: dict[str, str] = field(default_factory=dict)


def _skill_level() -> Made:
    return tiny_problem(
        visits=[visit("a", x=1, skills=["BATH:2"])],
        caregivers=[caregiver("near", x=1, skills=["BATH:1"]), caregiver("far", x=5, skills=["BATH:2"])],
    )


def _skill_expiry() -> Made:
    expired = Skill(skill="BATH", expires=DAY - timedelta(days=1))
    return tiny_problem(
        visits=[visit("a", x=1, skills=["BATH"])],
        caregivers=[caregiver("near", x=1, skills=[expired]), caregiver("far", x=5, skills=["BATH"])],
    )


def _with_client(client: Client, **far: object) -> Made:
    return tiny_problem(
        visits=[visit("a", x=1, client="k")],
        clients=[client],
        caregivers=[caregiver("far", x=5, **far), caregiver("near", x=1, gender="m")],
    )


def _gender() -> Made:
    return _with_client(Client(id="k", location="x1", gender="f"), gender="f")


def _dialect() -> Made:
    return _with_client(Client(id="k", location="x1", dialect="tongdong"), dialects=("tongdong",))


def _forbidden() -> Made:
    return _with_client(Client(id="k", location="x1", forbidden=("near",)))


def _required() -> Made:
    return tiny_problem(
        visits=[visit("a", x=1, required_caregivers=("far",))],
        caregivers=[caregiver("far", x=5), caregiver("near", x=1)],
    )


def _provider() -> Made:
    return tiny_problem(
        visits=[visit("a", x=1, provider="north")],
        caregivers=[caregiver("far", x=5, provider="north"), caregiver("near", x=1, provider="south")],
    )


def _sharing() -> Made:
    problem, travel = _provider()
    return replace(problem, sharing=(Sharing(skill="*", lender="south", borrower="north"),)), travel


def _window() -> Made:
    """By the way it would be a, b; the windows want b, a."""
    return tiny_problem(
        visits=[visit("a", x=2, window=("11:00", "12:00")), visit("b", x=4, window=("08:00", "09:00"))],
        caregivers=[caregiver("ann", shift=("08:00", "12:00"))],
    )


def _several_windows() -> Made:
    """Between its windows *a* cannot start; only the second leaves time for *b* before it."""
    return tiny_problem(
        visits=[
            visit("a", x=0, minutes=60, windows=[window("08:00", "08:00"), window("10:00", "10:30")]),
            visit("b", x=0, minutes=60, window=("08:30", "08:50")),
        ],
        caregivers=[caregiver("ann", shift=("08:00", "11:30"))],
    )


def _soft_end() -> Made:
    """To go by *near* first is shorter by 4 min, but makes *far* half an hour late at three times the price."""
    return tiny_problem(
        visits=[
            visit("far", x=4, minutes=30, window=("08:00", None, "08:05")),
            visit("near", x=0, minutes=30, window=("08:00", None, "12:00")),
        ],
        caregivers=[caregiver("ann", shifts=[stretch("day", "08:00", "17:00", x=-4, open_end=True)])],
    )


def _team() -> Made:
    """The second member lives 9 min away and is free only from 10:00."""
    return tiny_problem(
        visits=[visit("a", x=1, team_size=2)],
        caregivers=[caregiver("ann", x=0), caregiver("bea", x=10, shift=("10:00", "17:00"))],
    )


def _linked(link: Link, **late: object) -> Made:
    return tiny_problem(
        visits=[visit("a", x=1), visit("b", x=1, **late)],
        links=(link,),
        caregivers=[caregiver("ann", x=0), caregiver("bea", x=2)],
    )


def _simultaneous() -> Made:
    link = Link(id="l", kind=LinkKind.SIMULTANEOUS, visits=("a", "b"))
    return _linked(link, window=("11:00", "12:00"))


def _smallest_gap() -> Made:
    link = Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("a", "b"), min_gap_t=at("03:00"))
    return _linked(link, window=("08:00", "12:00"))


def _largest_gap() -> Made:
    """*b* cannot be before 15:00, so *a* must wait, although it could be done at once."""
    link = Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("a", "b"), max_gap_t=at("01:00"))
    return _linked(link, window=("15:00", "15:30"))


def _same_caregiver() -> Made:
    link = Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("a", "b"), caregivers=LinkCaregivers.SAME)
    return tiny_problem(
        visits=[visit("a", x=1), visit("b", x=9)],
        links=(link,),
        caregivers=[caregiver("ann", x=1), caregiver("bea", x=9)],
    )


def _different_caregivers() -> Made:
    link = Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("a", "b"), caregivers=LinkCaregivers.DIFFERENT)
    return tiny_problem(
        visits=[visit("a", x=1), visit("b", x=1)],
        links=(link,),
        caregivers=[caregiver("ann", x=1), caregiver("bea", x=9)],
    )


def _all_or_nothing() -> Made:
    """*b* fits nowhere, so *a* must stay out too."""
    link = Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("a", "b"))
    return tiny_problem(
        visits=[visit("a", x=1), visit("b", x=1, skills=["NONE"]), visit("c", x=2)],
        links=(link,),
        caregivers=[caregiver("ann", x=0)],
    )


def _loose_link() -> Made:
    link = Link(id="l", kind=LinkKind.SEQUENTIAL, visits=("a", "b"), all_or_nothing=False)
    return tiny_problem(
        visits=[visit("a", x=1), visit("b", x=1, skills=["NONE"])],
        links=(link,),
        caregivers=[caregiver("ann", x=0)],
    )


def _shift_end() -> Made:
    """Who lives near has no time to come back."""
    return tiny_problem(
        visits=[visit("a", x=1, minutes=60)],
        caregivers=[caregiver("far", x=5), caregiver("near", x=1, shift=("08:00", "08:59"))],
    )


def _overtime_price() -> Made:
    """Overtime of 29 min would cost 58; the other is 4 min further each way."""
    return tiny_problem(
        visits=[visit("a", x=1, minutes=60)],
        caregivers=[caregiver("far", x=5), caregiver("near", x=1, shift=("08:00", "08:31"), max_overtime=60)],
    )


def _overtime_limit() -> Made:
    return tiny_problem(
        visits=[visit("a", x=1, minutes=60)],
        caregivers=[caregiver("far", x=9), caregiver("near", x=1, shift=("08:00", "08:55"), max_overtime=4)],
    )


def _break() -> Made:
    """With the break there is time for one of the two visits before noon; the other must be after it."""
    return tiny_problem(
        visits=[
            visit("a", x=0, minutes=120, window=("08:00", "14:00")),
            visit("b", x=0, minutes=120, window=("08:00", "14:00")),
        ],
        caregivers=[
            caregiver("ann", x=0, shift=("08:00", "12:45"), breaks=[pause("lunch", "10:00", "10:30", 60)]),
            caregiver("bea", x=6),
        ],
    )


def _break_at_place() -> Made:
    """With the break at home there is no time to be at *b*; only *ann* can do *a*."""
    lunch = pause("lunch", "10:00", "10:30", 30, x=0)
    return tiny_problem(
        visits=[
            visit("a", x=30, minutes=30, window=("08:30", "09:00"), skills=["CARE"]),
            visit("b", x=30, window=("10:45", "10:45")),
        ],
        caregivers=[caregiver("ann", x=0, breaks=[lunch], skills=["CARE"]), caregiver("bea", x=60)],
    )


def _load() -> Made:
    return tiny_problem(
        visits=[visit("a", x=1, load=2), visit("b", x=1, load=2)],
        caregivers=[caregiver("ann", x=1, max_load=3), caregiver("bea", x=5)],
    )


def _travel_limit() -> Made:
    return tiny_problem(
        visits=[visit("a", x=5), visit("b", x=-5)],
        caregivers=[caregiver("ann", x=0, max_travel_t=15 * MINUTE), caregiver("bea", x=30)],
    )


def _unreachable() -> Made:
    """There is no way from *a* to *b*, only over the station."""
    travel = line_matrix([0, 1, 2], unreachable=[(1, 2), (2, 1)])
    return tiny_problem(
        visits=[visit("a", x=1), visit("b", x=2)],
        caregivers=[caregiver("ann", x=0), caregiver("bea", x=0)],
        travel=travel,
    )


def _open_end() -> Made:
    return tiny_problem(
        visits=[visit("a", x=3)],
        caregivers=[
            caregiver("back", x=1),
            caregiver("stay", shifts=[stretch("day", "08:00", "17:00", x=0, open_end=True)]),
        ],
    )


def _two_shifts() -> Made:
    """Nothing may be done between the shifts."""
    return tiny_problem(
        visits=[visit("a", x=0, minutes=120), visit("b", x=0, minutes=120), visit("c", x=0, window=("12:00", "13:30"))],
        caregivers=[
            caregiver("ann", shifts=[stretch("am", "08:00", "11:00"), stretch("pm", "14:00", "17:00")]),
            caregiver("bea", x=6, shift=("11:00", "14:10")),
        ],
    )


def _same_shift_team() -> Made:
    """One caregiver cannot be two, though there are two shifts."""
    return tiny_problem(
        visits=[visit("a", x=0, team_size=2, window=("08:00", "16:00"))],
        caregivers=[
            caregiver("ann", shifts=[stretch("am", "08:00", "12:00"), stretch("pm", "12:00", "17:00")]),
            caregiver("bea", x=6),
        ],
    )


def _locked(lock: Lock) -> Made:
    return tiny_problem(
        visits=[visit("a", x=1, locks=(lock,)), visit("b", x=3)],
        caregivers=[caregiver("far", x=9), caregiver("near", x=1)],
    )


def _lock_caregiver() -> Made:
    return _locked(Lock(level=LockLevel.CAREGIVER, caregiver="far"))


def _lock_time() -> Made:
    """At 08:00 *near* must be at *a*, so that *b* comes after it; the shift ends too soon for another order."""
    lock = Lock(level=LockLevel.TIME, caregiver="near", start_t=at("09:00"))
    return tiny_problem(
        visits=[visit("a", x=1, locks=(lock,)), visit("b", x=3, minutes=60, window=("08:00", "09:00"))],
        caregivers=[caregiver("far", x=9), caregiver("near", x=1)],
    )


def _lock_order() -> Made:
    """Locked to go back and forth: a at 4, b at 1, c at 4."""
    locks = [Lock(level=LockLevel.ORDER, caregiver="ann", start_t=at(f"{hour:02d}:00")) for hour in (9, 10, 11)]
    places = {"a": 4, "b": 1, "c": 4}
    return tiny_problem(
        visits=[visit(name, x=x, locks=(lock,)) for (name, x), lock in zip(places.items(), locks, strict=True)],
        caregivers=[caregiver("ann", x=0)],
    )


def _frozen() -> Made:
    """*far* is already on the way to *a*."""
    published = PublishedStop(visit="a", caregiver="far", shift="day", start_t=at("08:20"))
    return tiny_problem(
        visits=[visit("a", x=1)],
        caregivers=[caregiver("far", x=5), caregiver("near", x=1)],
        published=(published,),
        frozen_before_t=at("08:18"),
    )


def _published() -> Made:
    """To change the caregiver would save 8 min of travel and cost 15."""
    published = PublishedStop(visit="a", caregiver="far", shift="day", start_t=at("08:04"))
    return tiny_problem(
        visits=[visit("a", x=1)],
        caregivers=[caregiver("far", x=5), caregiver("near", x=1)],
        published=(published,),
    )


def _preferred() -> Made:
    """The preferred caregiver is 2 min further away, one way, and a stranger costs 5."""
    return tiny_problem(
        visits=[visit("a", x=1, client="k")],
        clients=[Client(id="k", location="x1", preferred=("far",))],
        caregivers=[caregiver("far", x=3), caregiver("near", x=1)],
    )


def _known() -> Made:
    return tiny_problem(
        visits=[visit("a", x=1, client="k")],
        clients=[Client(id="k", location="x1", known=(KnownCaregiver(caregiver="far"),))],
        caregivers=[caregiver("far", x=3), caregiver("near", x=1)],
    )


PRIORITIES = (
    PriorityGroup(id="high", price_s=5000, zh="高", en="high"),
    PriorityGroup(id="middle", price_s=4000, zh="中", en="middle"),
    PriorityGroup(id="low", price_s=3000, zh="低", en="low"),
)


def _one_of_two(other: str, **fields: object) -> Made:
    """Time for one of two visits: *b*, and *a* of the priority ``other``."""
    return tiny_problem(
        visits=[
            visit("a", x=0, minutes=60, mandatory=False, priority=other),
            visit("b", x=0, minutes=60, **{"mandatory": False} | fields),
        ],
        caregivers=[caregiver("ann", x=0, shift=("08:00", "09:00"))],
        priorities=PRIORITIES,
    )


def _priority() -> Made:
    return _one_of_two("low", priority="middle")


def _mandatory() -> Made:
    return _one_of_two("low", mandatory=True)


def _latest_date() -> Made:
    """*b* is of the cheaper group, but today is its last day."""
    return _one_of_two("high", priority="low", latest_date=DAY, last_service_date=date(2026, 2, 20))


def _left_out_in_a_row() -> Made:
    """*b* is of the cheaper group, but was left out last time: half as much again."""
    return _one_of_two("middle", priority="low", times_left_out=1)


def _no_visit_has(**fields: object) -> Ignoring:
    return lambda made: (
        replace(made[0], visits=tuple(replace(one, **fields) for one in made[0].visits)),
        made[1],
        OBJECTIVE,
    )


def _priorities_upside_down(made: Made) -> tuple[Problem, TravelMatrix, Objective]:
    groups = (replace(one, price_s=8000 - one.price_s) for one in made[0].priorities)
    return replace(made[0], priorities=tuple(groups)), made[1], OBJECTIVE


def _no_client_has(**fields: object) -> Ignoring:
    return lambda made: (
        replace(made[0], clients=tuple(replace(one, **fields) for one in made[0].clients)),
        made[1],
        OBJECTIVE,
    )


def _no_link_has(**fields: object) -> Ignoring:
    return lambda made: (
        replace(made[0], links=tuple(replace(one, **fields) for one in made[0].links)),
        made[1],
        OBJECTIVE,
    )


def _no_shift_has(**fields: object) -> Ignoring:
    def relaxed(made: Made) -> tuple[Problem, TravelMatrix, Objective]:
        crew = (
            replace(one, shifts=tuple(replace(shift, **fields) for shift in one.shifts)) for one in made[0].caregivers
        )
        return replace(made[0], caregivers=tuple(crew)), made[1], OBJECTIVE

    return relaxed


def _problem_with(**fields: object) -> Ignoring:
    return lambda made: (replace(made[0], **fields), made[1], OBJECTIVE)


def _weights(**fields: float) -> Ignoring:
    return lambda made: (*made, replace(OBJECTIVE, **fields))


def _hull_of_windows(made: Made) -> tuple[Problem, TravelMatrix, Objective]:
    visits = (
        replace(one, windows=(replace(one.windows[0], latest_t=one.windows[-1].latest_t),)) for one in made[0].visits
    )
    return replace(made[0], visits=tuple(visits)), made[1], OBJECTIVE


def _no_break_at_a_place(made: Made) -> tuple[Problem, TravelMatrix, Objective]:
    breaks = (replace(made[0].caregivers[0].shifts[0].breaks[0], location=None),)
    ann, bea = made[0].caregivers
    ann = replace(ann, shifts=(replace(ann.shifts[0], breaks=breaks),))
    return replace(made[0], caregivers=(ann, bea)), made[1], OBJECTIVE


def _every_way_is_open(made: Made) -> tuple[Problem, TravelMatrix, Objective]:
    return made[0], line_matrix([0, 1, 2]), OBJECTIVE


def _every_shift_ends_at_its_start(made: Made) -> tuple[Problem, TravelMatrix, Objective]:
    crew = (
        replace(one, shifts=tuple(replace(s, end_location=s.start_location) for s in one.shifts))
        for one in made[0].caregivers
    )
    return replace(made[0], caregivers=tuple(crew)), made[1], OBJECTIVE


def _one_long_shift(made: Made) -> tuple[Problem, TravelMatrix, Objective]:
    crew = (replace(one, shifts=(replace(one.shifts[0], end_t=at("17:00")),)) for one in made[0].caregivers)
    return replace(made[0], caregivers=tuple(crew)), made[1], OBJECTIVE


def _two_anns(made: Made) -> tuple[Problem, TravelMatrix, Objective]:
    """The two shifts overlap and nobody minds who it is: one member of the team is enough."""
    return _no_visit_has(team_size=1)(made)


BITES = (
    Bite(rule="skill level", make=_skill_level, ignoring=_no_visit_has(skills=()), cost_min=8, who={"a": "far"}),
    Bite(rule="skill expiry", make=_skill_expiry, ignoring=_no_visit_has(skills=()), cost_min=8, who={"a": "far"}),
    Bite(rule="gender", make=_gender, ignoring=_no_client_has(gender=None), cost_min=8, who={"a": "far"}),
    Bite(rule="dialect", make=_dialect, ignoring=_no_client_has(dialect=None), cost_min=8, who={"a": "far"}),
    Bite(rule="forbidden", make=_forbidden, ignoring=_no_client_has(forbidden=()), cost_min=8, who={"a": "far"}),
    Bite(rule="required", make=_required, ignoring=_no_visit_has(required_caregivers=()), cost_min=8, who={"a": "far"}),
    Bite(rule="provider", make=_provider, ignoring=_no_visit_has(provider=None), cost_min=8, who={"a": "far"}),
    Bite(rule="sharing", make=_sharing, ignoring=_problem_with(sharing=()), cost_min=0, who={"a": "near"}),
    Bite(rule="window", make=_window, ignoring=_no_visit_has(windows=()), cost_min=8),
    Bite(rule="several windows", make=_several_windows, ignoring=_hull_of_windows),
    Bite(rule="soft end", make=_soft_end, ignoring=_weights(tardiness_total=0.0), cost_min=12 + 3 * 3),
    Bite(rule="team", make=_team, ignoring=_no_visit_has(team_size=1), cost_min=2 + 18),
    Bite(rule="simultaneous", make=_simultaneous, ignoring=_problem_with(links=()), cost_min=4),
    Bite(rule="smallest gap", make=_smallest_gap, ignoring=_problem_with(links=()), cost_min=2),
    Bite(rule="largest gap", make=_largest_gap, ignoring=_problem_with(links=()), cost_min=2),
    Bite(rule="same caregiver", make=_same_caregiver, ignoring=_problem_with(links=()), cost_min=16),
    Bite(rule="different caregivers", make=_different_caregivers, ignoring=_problem_with(links=()), cost_min=16),
    Bite(
        rule="all or nothing", make=_all_or_nothing, ignoring=_no_link_has(all_or_nothing=False), left_out=2, cost_min=4
    ),
    Bite(rule="loose link", make=_loose_link, ignoring=_no_link_has(all_or_nothing=True), left_out=1, cost_min=2),
    Bite(rule="shift end", make=_shift_end, ignoring=_no_shift_has(end_t=None), cost_min=8, who={"a": "far"}),
    Bite(rule="overtime price", make=_overtime_price, ignoring=_weights(overtime=0.0), cost_min=8, who={"a": "far"}),
    Bite(
        rule="overtime limit",
        make=_overtime_limit,
        ignoring=_no_shift_has(max_overtime_t=None),
        cost_min=16,
        who={"a": "far"},
    ),
    Bite(rule="break", make=_break, ignoring=_no_shift_has(breaks=()), cost_min=12),
    Bite(rule="break at a place", make=_break_at_place, ignoring=_no_break_at_a_place, left_out=0, cost_min=120),
    Bite(rule="load", make=_load, ignoring=_no_shift_has(max_load=None), cost_min=8),
    Bite(rule="travel limit", make=_travel_limit, ignoring=_no_shift_has(max_travel_t=None), cost_min=10 + 50),
    Bite(rule="unreachable", make=_unreachable, ignoring=_every_way_is_open, cost_min=6),
    Bite(rule="open end", make=_open_end, ignoring=_every_shift_ends_at_its_start, cost_min=3, who={"a": "stay"}),
    Bite(rule="two shifts", make=_two_shifts, ignoring=_one_long_shift, cost_min=12, who={"c": "bea"}),
    Bite(rule="team of two shifts", make=_same_shift_team, ignoring=_two_anns, cost_min=12),
    Bite(
        rule="lock of the caregiver",
        make=_lock_caregiver,
        ignoring=_no_visit_has(locks=()),
        cost_min=16,
        who={"a": "far"},
    ),
    Bite(
        rule="lock of the time",
        make=_lock_time,
        ignoring=_no_visit_has(locks=()),
        cost_min=12,
        who={"a": "near", "b": "far"},
    ),
    Bite(rule="lock of the order", make=_lock_order, ignoring=_no_visit_has(locks=()), cost_min=4 + 3 + 3 + 4),
    Bite(
        rule="frozen past",
        make=_frozen,
        ignoring=_problem_with(published=(), frozen_before_t=None),
        cost_min=8,
        who={"a": "far"},
    ),
    Bite(rule="published plan", make=_published, ignoring=_problem_with(published=()), cost_min=8, who={"a": "far"}),
    Bite(rule="preferred caregiver", make=_preferred, ignoring=_weights(preference=0.0), cost_min=4, who={"a": "far"}),
    Bite(rule="known caregiver", make=_known, ignoring=_weights(continuity=0.0), cost_min=4, who={"a": "far"}),
    Bite(
        rule="price by priority", make=_priority, ignoring=_priorities_upside_down, cost_min=3000 / 60, who={"b": "ann"}
    ),
    Bite(
        rule="mandatory", make=_mandatory, ignoring=_no_visit_has(mandatory=False), cost_min=3000 / 60, who={"b": "ann"}
    ),
    Bite(
        rule="latest date",
        make=_latest_date,
        ignoring=_no_visit_has(latest_date=None),
        cost_min=5000 / 60,
        who={"b": "ann"},
    ),
    Bite(
        rule="left out in a row",
        make=_left_out_in_a_row,
        ignoring=_no_visit_has(times_left_out=0),
        cost_min=4000 / 60,
        who={"b": "ann"},
    ),
)
"""Every case, one for each rule."""
