"""Key figures, checked against a day that was worked out by hand.

The line of minutes (250 m a minute)::

    station x0      meal x5 (town 汇龙, village 一村)     bath x10 (汇龙, 二村)      talk x20 (town 吕四)

Ann 08:00–12:00, Bob 08:00–09:20 with 30 min of overtime; both start and end at x0.

* meal, 30 min, due 08:30, mandatory, group p1. Ann at 08:40: late by 10 min.
* bath, 40 min, team of two, mandatory, group p1. Ann and Bob at 09:15 (her client knows Bob only).
* talk, 20 min, optional, group p2: left out. gone, 20 min, optional but its latest date has come: left out.

Ann: leaves x0 08:35, meal 08:40–09:10, travels 5, bath 09:15–09:55, back 10:05. Travel 5 + 5 + 10 = 20 min,
care 70, no waiting, work 90 min.
Bob: leaves 09:05, bath 09:15–09:55, back 10:05: 45 min after the shift's end; travel 20, care 40, work 60 min.
"""

from __future__ import annotations

import pytest

from optimizer.common.language import Language
from optimizer.visits.kpi import Counts, KeyFigures, Share, gini, key_figures
from optimizer.visits.model import CaregiverStatus, Client, KnownCaregiver, Location, PriorityGroup
from optimizer.visits.objective import HOMECARE
from optimizer.visits.referee import evaluate_plan
from tests.toys import DAY, caregiver, plan_of, tiny_problem, visit

GROUPS = (
    PriorityGroup(id="p2", price_s=3000, zh="一般", en="ordinary"),
    PriorityGroup(id="p1", price_s=5000, zh="重点", en="urgent"),
)
PLACES = (
    Location(id="x0", town="汇龙", is_station=True),
    Location(id="x5", town="汇龙", village="一村"),
    Location(id="x10", town="汇龙", village="二村"),
    Location(id="x20", town="吕四"),
)


@pytest.fixture(scope="module")
def figures() -> KeyFigures:
    problem, travel = tiny_problem(
        visits=[
            visit("meal", x=5, minutes=30, window=("08:00", "10:00", "08:30"), priority="p1"),
            visit("bath", x=10, minutes=40, team_size=2, priority="p1"),
            visit("talk", x=20, minutes=20, mandatory=False, priority="p2"),
            visit("gone", x=20, minutes=20, mandatory=False, priority="p2", latest_date=DAY),
        ],
        caregivers=[
            caregiver("ann", shift=("08:00", "12:00")),
            caregiver("bob", shift=("08:00", "09:20"), max_overtime=60),
            caregiver("cat", shift=("08:00", "12:00")),
            caregiver("dan", shift=("08:00", "12:00"), status=CaregiverStatus.LEAVE),
        ],
        clients=[
            Client(id="client-bath", location="x10", known=(KnownCaregiver(caregiver="bob", visits=3),)),
        ],
        locations=PLACES,
        priorities=GROUPS,
    )
    plan = plan_of(problem, {"ann": [("meal", "08:40"), ("bath", "09:15")], "bob": [("bath", "09:15")]})
    evaluation = evaluate_plan(problem, travel, plan, HOMECARE)
    assert evaluation.valid
    return key_figures(problem, evaluation)


def test_visits_planned_and_left_out(figures: KeyFigures) -> None:
    assert figures.visits == Counts(planned=2, left_out=2)
    assert figures.mandatory == Counts(planned=2, left_out=1)
    assert figures.optional == Counts(planned=0, left_out=1)
    assert figures.tasks == 3


def test_times_of_the_whole(figures: KeyFigures) -> None:
    assert figures.care_h == pytest.approx((70 + 40) / 60)
    assert figures.travel_h == pytest.approx((20 + 20) / 60)
    assert figures.waiting_h == 0
    assert figures.work_h == pytest.approx((90 + 60) / 60)
    assert figures.overtime_h == pytest.approx(45 / 60)
    assert figures.km == pytest.approx(40 * 0.25)


def test_on_time_and_known(figures: KeyFigures) -> None:
    assert figures.on_time == Share(count=1, total=2)
    assert figures.worst_late_min == 10
    assert figures.known == Share(count=1, total=2)
    assert figures.known.value == 0.5


def test_groups_dearest_first(figures: KeyFigures) -> None:
    assert [(group.id, group.mandatory, group.optional) for group in figures.groups] == [
        ("p1", Counts(planned=2), Counts()),
        ("p2", Counts(left_out=1), Counts(left_out=1)),
    ]
    assert figures.groups[1].visits == Counts(left_out=2)


def test_work_by_caregiver_on_duty(figures: KeyFigures) -> None:
    ann, bob, cat = figures.caregivers
    assert [one.caregiver for one in figures.caregivers] == ["ann", "bob", "cat"]
    assert (ann.tasks, ann.clients, bob.tasks, cat.tasks) == (2, 2, 1, 0)
    assert (ann.work_h, bob.work_h, cat.work_h) == (1.5, 1.0, 0.0)
    assert ann.used_share == 1.5 / 4
    assert bob.overtime_h == 0.75
    assert (figures.working, figures.on_duty) == (2, 3)
    # Σ over pairs |xi − xj| = 2 (0.5 + 1.5 + 1.0) = 6; divided by 2 × 9 × (2.5 / 3)
    assert figures.gini == pytest.approx(6 / (2 * 9 * (2.5 / 3)))


def test_by_town_and_village(figures: KeyFigures) -> None:
    rows = {(place.town, place.village): place for place in figures.places}
    assert list(rows) == [("吕四", None), ("汇龙", None), ("汇龙", "一村"), ("汇龙", "二村")]
    assert rows["吕四", None].visits == Counts(left_out=2)
    assert rows["吕四", None].mandatory == Counts(left_out=1)
    assert rows["吕四", None].on_time.value is None
    assert rows["吕四", None].km is None
    town = rows["汇龙", None]
    assert (town.tasks, town.visits, town.on_time) == (3, Counts(planned=2), Share(count=1, total=2))
    assert town.care_h == pytest.approx(110 / 60)
    assert town.travel_h == pytest.approx((5 + 5 + 10) / 60)
    assert town.km == pytest.approx(5.0)
    assert rows["汇龙", "二村"].travel_h == pytest.approx(15 / 60)
    assert rows["汇龙", "二村"].known == Share(count=1, total=2)


def test_lines_in_both_languages(figures: KeyFigures) -> None:
    zh, en = dict(figures.lines(Language.ZH)), dict(figures.lines(Language.EN))
    assert zh["已安排上门"] == en["visits planned"] == "2 / 4"
    assert zh["服务时间"] == "1.8 小时"
    assert en["care"] == "1.8 h"
    assert en["on time"] == "50.0%"
    assert zh["优先组：重点"] == en["group: urgent"] == "2 / 2"
    assert en["caregivers with work"] == "2 / 3"


def test_an_empty_day_has_nothing_to_measure() -> None:
    problem, travel = tiny_problem(visits=[], caregivers=[caregiver("ann")])
    figures = key_figures(problem, evaluate_plan(problem, travel, plan_of(problem, {}), HOMECARE))
    assert (figures.visits.total, figures.on_time.value, figures.km, figures.gini) == (0, None, None, None)
    assert dict(figures.lines(Language.EN))["on time"] == "–"


@pytest.mark.parametrize(("values", "expected"), [((1, 1, 1), 0.0), ((0, 0, 3), 2 / 3), ((), None), ((0, 0), None)])
def test_gini(values: tuple[float, ...], expected: float | None) -> None:
    assert gini(values) == (None if expected is None else pytest.approx(expected))
