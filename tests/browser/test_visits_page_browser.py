"""The page in a real browser: it opens without a complaint, filters, prints, and shows strange ids as text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.common.language import Language
from optimizer.report.visits_page import visits_page_html
from tests.report.report_samples import RUN, random_day, small_day

pytestmark = pytest.mark.browser

EVIL = "</script><img src=x onerror=alert(1)><b>H&amp;"


def opened(tab, folder: Path, day, *, language: Language = Language.ZH, size: tuple[int, int] = (1400, 1000)):
    file = folder / "plan.html"
    file.write_text(visits_page_html(*day, RUN, language=language), encoding="utf-8")
    tab.resize(*size)
    tab.open(file.as_uri())
    return tab


@pytest.fixture(scope="module")
def day():
    return random_day(caregivers=24, seed=2)


def test_opens_without_a_complaint_or_a_request(tab, tmp_path, day):
    page = opened(tab, tmp_path, day)
    assert page.messages == []
    problem, plan, evaluation = day
    planned = len(problem.visits) - len(evaluation.left_out)
    assert page.text("#lead") == f"已安排 {planned} / {len(problem.visits)} 次上门，24 条路线，出勤 24 人。"
    assert page.count("#map canvas") >= 1
    assert page.count(".map-town") == 8
    assert page.count("#left-out tbody tr") == len(plan.unassigned)
    assert page.count(".person:not(.idle)") == 24


def test_choosing_a_caregiver_shows_the_route_sheet_only(tab, tmp_path, day):
    page = opened(tab, tmp_path, day)
    route = day[1].routes[4]
    page.choose("#caregiver-select", route.caregiver)
    assert page.count(".gantt-row") == 1
    assert page.text(".gantt-label b") == route.caregiver
    starts = page.evaluate("[...document.querySelectorAll('.stop:not(.rest) time')].map(n => n.firstChild.textContent)")
    assert starts == [f"{stop.start_t // 3600:02d}:{stop.start_t % 3600 // 60:02d}" for stop in route.stops]
    assert page.count(".map-number") == len(route.stops)
    page.click("#reset-button")
    assert page.count(".person:not(.idle)") == 24
    assert page.messages == []


def test_choosing_a_town_leaves_its_routes_and_its_left_out_visits(tab, tmp_path, day):
    page = opened(tab, tmp_path, day)
    page.choose("#town-select", "南阳镇")
    shown = page.evaluate("[...document.querySelectorAll('.person .name')].map(n => n.firstChild.textContent)")
    problem, plan, _evaluation = day
    town = {place.id: place.town for place in problem.locations}
    at = {client.id: town[client.location] for client in problem.clients}
    towns = {visit.id: at[visit.client] for visit in problem.visits}
    there = [route.caregiver for route in plan.routes if any(towns[stop.visit] == "南阳镇" for stop in route.stops)]
    assert sorted(shown) == sorted(there)
    left_out = [one.visit for one in plan.unassigned if towns[one.visit] == "南阳镇"]
    assert page.count("#left-out tbody tr") == len(left_out)


def test_a_view_can_be_opened_by_its_address(tab, tmp_path, day):
    page = opened(tab, tmp_path, day)
    page.choose("#caregiver-select", "H003")
    assert page.evaluate("location.hash") == "#caregiver=H003"
    page.evaluate("location.hash = '#caregiver=H005'")
    page.wait_for("document.querySelector('.panel .who').innerText === 'H005'")
    page.evaluate("location.hash = '#caregiver=nobody'")
    page.wait_for("document.querySelectorAll('.person:not(.idle)').length === 24")


def test_the_language_button_changes_every_text(tab, tmp_path):
    page = opened(tab, tmp_path, small_day(), language=Language.EN)
    assert page.text("h2") == "Map"
    page.click("#language-button")
    assert page.text("h2") == "地图"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.click("#language-button")
    seen = page.evaluate(
        "[...document.querySelectorAll('button, h1, h2, h3, th, .legend span, .kicker, .lead, .foot, .card dt')]"
        ".map(n => n.innerText).filter(t => /[\\u4e00-\\u9fff]/.test(t))"
    )
    users_own = ("中文", "小样", "机构甲")
    assert [text for text in seen if not any(word in text for word in users_own)] == []
    assert page.messages == []


def test_ids_that_look_like_markup_are_text(tab, tmp_path):
    problem, plan, evaluation = small_day()
    caregivers = tuple(replace(one, id=EVIL) if one.id == "C1" else one for one in problem.caregivers)
    routes = tuple(replace(one, caregiver=EVIL) if one.caregiver == "C1" else one for one in plan.routes)
    timed = tuple(replace(one, caregiver=EVIL) if one.caregiver == "C1" else one for one in evaluation.routes)
    places = tuple(replace(one, town=EVIL) for one in problem.locations)
    problem = replace(problem, name=EVIL, caregivers=caregivers, locations=places)
    page = opened(tab, tmp_path, (problem, replace(plan, routes=routes), replace(evaluation, routes=timed)))
    page.choose("#caregiver-select", EVIL)
    assert page.text(".panel .who") == EVIL
    assert page.text(".map-town") == EVIL
    assert page.count("img") == 0
    assert page.evaluate(
        "document.querySelectorAll('b').length === document.querySelectorAll('#tip b, .stop b, .gantt b').length"
    )
    assert page.messages == []


def test_six_hundred_caregivers_draw_only_the_rows_in_view(tab, tmp_path):
    page = opened(tab, tmp_path, random_day(caregivers=600, seed=1, visits_each=10))
    assert 5 < page.count(".gantt-row") < 60
    page.evaluate("document.querySelector('#gantt').scrollTop = 10000")
    last = "[...document.querySelectorAll('.gantt-row')].some(n => n.style.top === '10260px')"
    page.wait_for(last)
    assert page.count(".gantt-row") < 60
    assert page.messages == []


def test_printing_shows_every_row_and_the_screen_comes_back(tab, tmp_path, day):
    page = opened(tab, tmp_path, day)
    before = page.count(".gantt-row")
    rows = "window.rows = document.querySelectorAll('.gantt-row').length"
    page.evaluate(f"window.addEventListener('beforeprint', () => {{ {rows}; }})")
    assert len(page.print_pages()) > 10_000
    assert page.evaluate("window.rows") == 24
    assert page.count(".gantt-row") == before


def test_nothing_is_wider_than_a_phone(tab, tmp_path, day):
    page = opened(tab, tmp_path, day, size=(390, 844))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.choose("#caregiver-select", "H003")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.messages == []


def test_a_day_without_coordinates_says_so(tab, tmp_path):
    problem, plan, evaluation = small_day()
    bare = tuple(replace(one, lat=None, lon=None) for one in problem.locations)
    page = opened(tab, tmp_path, (replace(problem, locations=bare), plan, evaluation))
    assert page.evaluate("document.querySelector('#map-missing').hidden") is False
    page.choose("#caregiver-select", "C1")
    assert page.count(".stop:not(.rest)") == 2
    assert page.messages == []
