"""The made days: their load and shares, what binds them, and that they are always the same."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from instances.catalogue import ASSESSOR, CARE_LEVEL, NURSE, SERVICES, STOP_S, THERAPIST
from instances.day import make_day, make_hailing, make_qidong
from instances.geography import CityName
from optimizer.io.json_text import json_bytes
from optimizer.io.problem_json import problem_to_json, read_problem_json
from optimizer.io.recognise import read_problem
from optimizer.visits.model import Problem
from optimizer.visits.travel import problem_travel
from optimizer.visits.validate import validate_problem

DATA = Path(__file__).resolve().parents[2] / "instances" / "data"
SIZES = [(CityName.QIDONG, 400, 1), (CityName.HAILING, 150, 1), (CityName.QIDONG, 200, 7), (CityName.QIDONG, 2_000, 2)]
SHIPPED = {"qidong-400.json": (CityName.QIDONG, 400, 1), "hailing-150.json": (CityName.HAILING, 150, 1)}
HOUR = 3600


@pytest.fixture(scope="module", params=SIZES, ids=str)
def day(request: pytest.FixtureRequest) -> Problem:
    return make_day(*request.param)


def share(day: Problem, hits: int) -> float:
    return 100.0 * hits / len(day.visits)


def widest(day: Problem) -> list[int]:
    return [max(w.latest_t - w.earliest_t for w in v.windows) for v in day.visits]


def town_of(day: Problem) -> dict[str, str]:
    places = {place.id: place.town for place in day.locations}
    return {client.id: places[client.location] for client in day.clients}


def skills_of(day: Problem) -> dict[str, dict[str, int]]:
    return {c.id: {skill.skill: skill.level for skill in c.skills} for c in day.caregivers}


# ---- the load, within two points of the recipe -------------------------------------------------------------------


def test_load_is_six_and_a_half_hours_of_eight(day: Problem) -> None:
    service = sum(visit.service_duration_t * visit.team_size for visit in day.visits) / HOUR
    net = 0.0
    for caregiver in day.caregivers:
        (shift,) = caregiver.shifts
        net += (shift.end_t - shift.start_t - sum(b.duration_t for b in shift.breaks if not b.paid)) / HOUR
    assert net == 8.0 * len(day.caregivers)
    assert 100 * service / net == pytest.approx(100 * 6.5 / 8, abs=2)


def test_shares_of_windows(day: Problem) -> None:
    lengths = widest(day)
    narrow = share(day, sum(length <= 3 * HOUR for length in lengths))
    all_day = share(day, sum(length > 5 * HOUR for length in lengths))
    assert 48 <= narrow <= 55  # 50 to 53 %, and two points
    assert 17 <= all_day <= 22  # 19 to 20 %, and two points
    assert all(3 * HOUR < length < 4 * HOUR for length in lengths if 3 * HOUR < length <= 5 * HOUR)


def test_shares_of_mandatory_and_two_carer_visits(day: Problem) -> None:
    assert 70 <= share(day, sum(day.is_mandatory(visit) for visit in day.visits)) <= 79  # 72 to 77 %, and two points
    assert share(day, sum(visit.team_size == 2 for visit in day.visits)) == pytest.approx(10, abs=2)
    assert all(visit.team_size in (1, 2) for visit in day.visits)


def test_shares_of_skills(day: Problem) -> None:
    """Measured on the day of the recipe: levels 1 to 5, nurse, therapist, assessor, in per cent of the visits."""
    wanted = {
        (CARE_LEVEL, 1): 62.5,
        (CARE_LEVEL, 2): 17.6,
        (CARE_LEVEL, 3): 4.6,
        (CARE_LEVEL, 4): 1.9,
        (CARE_LEVEL, 5): 0.9,
        (NURSE, 1): 6.5,
        (THERAPIST, 1): 3.7,
        (ASSESSOR, 1): 2.3,
    }
    found = Counter((need.skill, need.level) for visit in day.visits for need in visit.skills)
    assert set(found) == set(wanted)
    for key, percent in wanted.items():
        assert share(day, found[key]) == pytest.approx(percent, abs=2)


def test_specialties_are_disjoint_and_have_level_three(day: Problem) -> None:
    for skills in skills_of(day).values():
        own = [skill for skill in (NURSE, THERAPIST, ASSESSOR) if skill in skills]
        assert len(own) <= 1
        assert not own or skills[CARE_LEVEL] == 3
    levels = Counter(skills[CARE_LEVEL] for skills in skills_of(day).values() if len(skills) == 1)
    care_workers = sum(levels.values())
    for level, percent in zip(range(1, 6), (30, 34, 20, 10, 6), strict=True):
        assert levels[level] == pytest.approx(percent / 100 * care_workers, abs=1.5 + 0.02 * care_workers)


def test_half_start_at_stations_and_half_at_home(day: Problem) -> None:
    stations = {place.id for place in day.locations if place.is_station}
    at_station = sum(caregiver.shifts[0].start_location in stations for caregiver in day.caregivers)
    assert abs(2 * at_station - len(day.caregivers)) <= 1
    assert all(c.shifts[0].start_location == c.shifts[0].end_location and c.mode == "ebike" for c in day.caregivers)


def test_priority_groups(day: Problem) -> None:
    assert [(group.id, group.price_s, group.source) for group in day.priorities] == [
        ("1", 5_000, "assumption"),
        ("2", 4_000, "assumption"),
        ("3", 3_000, "assumption"),
    ]
    groups = {visit.client: visit.priority for visit in day.visits}
    for name, percent in (("1", 10), ("2", 40), ("3", 50)):
        assert 100 * list(groups.values()).count(name) / len(groups) == pytest.approx(percent, abs=1)


# ---- what binds the day ------------------------------------------------------------------------------------------


def test_services_keep_their_minutes_and_windows(day: Problem) -> None:
    for visit in day.visits:
        service = SERVICES[visit.service]
        low, high = service.minutes
        assert low * 60 <= visit.service_duration_t - STOP_S <= high * 60
        for window in visit.windows:
            assert 8 * HOUR <= window.earliest_t <= window.latest_t - 1800
            assert window.latest_t + visit.service_duration_t <= 17 * HOUR
            assert window.due_t is None or window.earliest_t < window.due_t < window.latest_t
        if service.windows:
            assert len(visit.windows) == len(service.windows)
            for window, (earliest, latest) in zip(visit.windows, service.windows, strict=True):
                assert earliest <= window.earliest_t and window.latest_t <= latest


def test_meals_follow_the_medicine_at_the_same_home(day: Problem) -> None:
    visits = {visit.id: visit for visit in day.visits}
    assert len(day.links) >= len(day.visits) // 50 - 1
    for link in day.links:
        medicine, meal = (visits[name] for name in link.visits)
        assert (medicine.service, meal.service) == ("NURSE", "MEAL")
        assert medicine.client == meal.client
        assert medicine.service_duration_t == link.min_gap_t < link.max_gap_t == 90 * 60
        assert medicine.windows[0].latest_t + link.max_gap_t >= meal.windows[0].earliest_t


def test_lunch_floats(day: Problem) -> None:
    for caregiver in day.caregivers:
        (pause,) = caregiver.shifts[0].breaks
        assert (pause.earliest_t, pause.latest_t, pause.duration_t) == (11 * HOUR, 12.5 * HOUR, 90 * 60)
        assert pause.location is None and not pause.paid


def test_a_bound_visit_finds_its_team_within_the_provider(day: Problem) -> None:
    skills, towns = skills_of(day), town_of(day)
    for visit in day.visits:
        if towns[visit.client] == "启隆镇":
            continue
        need = visit.skills[0]
        able = [
            c.id
            for c in day.caregivers
            if skills[c.id].get(need.skill, 0) >= need.level and visit.provider in (None, c.provider)
        ]
        client = next(client for client in day.clients if client.id == visit.client)
        if client.gender or client.dialect or client.forbidden:
            by_id = {c.id: c for c in day.caregivers}
            able = [
                name
                for name in able
                if client.gender in (None, by_id[name].gender)
                and (client.dialect is None or client.dialect in by_id[name].dialects)
                and name not in client.forbidden
            ]
        assert len(able) >= visit.team_size


def test_history_and_wishes_name_caregivers_who_could_come(day: Problem) -> None:
    names = {caregiver.id for caregiver in day.caregivers}
    for client in day.clients:
        known = {entry.caregiver for entry in client.known}
        assert known <= names and set(client.preferred) <= known
        assert not known & set(client.forbidden)
    assert 0.4 < sum(bool(client.known) for client in day.clients) / len(day.clients) < 0.7


def test_optional_visits_have_dates_and_few_were_left_out(day: Problem) -> None:
    optional = [visit for visit in day.visits if not day.is_mandatory(visit)]
    assert all(visit.latest_date is None or visit.latest_date > day.date for visit in optional)
    assert all(visit.last_service_date is None or visit.last_service_date < day.date for visit in day.visits)
    assert 0 < sum(visit.times_left_out > 0 for visit in day.visits) < 0.2 * len(optional)
    newborn = [visit for visit in day.visits if visit.service == "NEWB"]
    assert newborn and all(visit.latest_date == day.date and not visit.mandatory for visit in newborn)


@pytest.mark.parametrize("sharing", [False, True])
def test_only_the_island_is_impossible(sharing: bool) -> None:
    day = make_qidong(400, 1, sharing=sharing)
    findings = validate_problem(day, problem_travel(day))
    assert [finding.ids for finding in findings] == [("W0400",)]
    towns = town_of(day)
    (visit,) = (visit for visit in day.visits if visit.id == "W0400")
    assert towns[visit.client] == "启隆镇" and visit.service == "NURSE"


def test_hailing_has_nothing_impossible() -> None:
    day = make_hailing()
    assert validate_problem(day, problem_travel(day)) == ()


def test_the_island_has_a_care_worker_and_no_specialist() -> None:
    day = make_qidong(2_000, 2)
    places = {place.id: place.town for place in day.locations}
    there = [c for c in day.caregivers if places[c.shifts[0].start_location] == "启隆镇"]
    assert there and all(len(c.skills) == 1 and c.skills[0].level == 3 for c in there)
    assert [(barrier.town, barrier.modes) for barrier in day.barriers] == [("启隆镇", ("ebike", "walk"))]


def test_twelve_providers_who_may_not_cross_unless_they_share() -> None:
    alone, shared = make_qidong(400, 1), make_qidong(400, 1, sharing=True)
    assert len({caregiver.provider for caregiver in alone.caregivers}) == 12
    assert {v.provider for v in alone.visits} - {None} <= {c.provider for c in alone.caregivers}
    assert sum(visit.provider is not None for visit in alone.visits) > 0.8 * len(alone.visits)
    assert alone.sharing == ()
    assert {row.skill for row in shared.sharing} == {"*", NURSE, THERAPIST, ASSESSOR}
    assert replace(shared, sharing=(), ext=alone.ext) == alone


# ---- always the same ---------------------------------------------------------------------------------------------


def test_same_seed_same_bytes_other_seed_another_day() -> None:
    first, again, other = (json_bytes(problem_to_json(make_qidong(120, seed))) for seed in (5, 5, 6))
    assert first == again
    assert first != other


@pytest.mark.parametrize("name", SHIPPED)
def test_the_files_are_what_the_command_makes(name: str) -> None:
    made = make_day(*SHIPPED[name])
    assert (DATA / name).read_bytes() == json_bytes(problem_to_json(made))
    assert read_problem_json(DATA / name).problem == made


@pytest.mark.parametrize("name", SHIPPED)
def test_the_workbooks_hold_the_same_days(name: str) -> None:
    made = make_day(*SHIPPED[name])
    read = read_problem((DATA / name).with_suffix(".xlsx"), day=made.date).problem
    assert replace(read, ext={}) == replace(made, ext={})


@pytest.mark.parametrize("visits", [50, 51, 77, 99, 131])
@pytest.mark.parametrize("city", CityName)
def test_small_days_are_valid(city: CityName, visits: int) -> None:
    day = make_day(city, visits, seed=visits)
    assert len(day.visits) == visits
    assert [finding for finding in validate_problem(day, None) if finding.severity == "error"] == []


def test_the_largest_day() -> None:
    day = make_qidong(6_000, 1)
    assert len(day.visits) == 6_000 and sum(visit.team_size for visit in day.visits) == 6_600
    service = sum(visit.service_duration_t * visit.team_size for visit in day.visits) / HOUR
    assert service / len(day.caregivers) == pytest.approx(6.5, abs=0.05)


@pytest.mark.parametrize("visits", [49, 6_001, 0, -1])
def test_other_sizes_are_refused(visits: int) -> None:
    with pytest.raises(ValueError, match="50 to 6000"):
        make_qidong(visits)


def test_everything_is_marked_as_invented() -> None:
    for name in SHIPPED:
        raw = json.loads((DATA / name).read_text(encoding="utf-8"))
        assert raw["ext"]["invented"] is True and "虚构" in raw["name"]
