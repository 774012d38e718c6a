"""The page holds the plan, calls nothing, and shows ids as text whatever they contain."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from optimizer.common.language import Language, Text
from optimizer.report.clock import DayClock
from optimizer.report.visits_page import visits_page_html
from optimizer.visits.evaluation import Violation
from optimizer.visits.model import CoordinateSystem
from tests.report.report_samples import PERSONAL, RUN, random_day, small_day

EVIL = '</script><img src=x onerror=alert(1)><!--<script>"&\u2028'
ALLOWED_ADDRESSES = {"http://www.w3.org/2000/svg", "https://leafletjs.com"}


class Page(HTMLParser):
    """The elements of a page, and the text of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, dict[str, str | None], str]] = []
        self._open: tuple[str, dict[str, str | None]] | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open = (tag, dict(attrs))

    def handle_data(self, data):
        if self._open is not None and self._open[0] in ("script", "style", "title"):
            self.texts.append((*self._open, data))

    def handle_endtag(self, tag):
        self._open = None

    @property
    def data(self):
        found = [text for tag, attrs, text in self.texts if attrs.get("id") == "plan-data"]
        assert len(found) == 1
        return json.loads(found[0])


def rename(day, visit_id: str, name: str):
    """The day with one visit under another id, everywhere."""
    problem, plan, evaluation = day

    def renamed(one: str) -> str:
        return name if one == visit_id else one

    visits = tuple(replace(one, id=renamed(one.id)) for one in problem.visits)
    links = tuple(replace(link, visits=tuple(map(renamed, link.visits))) for link in problem.links)
    routes = tuple(
        replace(route, stops=tuple(replace(s, visit=renamed(s.visit)) for s in route.stops)) for route in plan.routes
    )
    timed = tuple(
        replace(route, stops=tuple(replace(s, visit=renamed(s.visit)) for s in route.stops))
        for route in evaluation.routes
    )
    return (
        replace(problem, visits=visits, links=links),
        replace(plan, routes=routes),
        replace(evaluation, routes=timed),
    )


@pytest.fixture(scope="module")
def day():
    return random_day(caregivers=10, seed=3)


@pytest.fixture(scope="module")
def page(day):
    return Page(visits_page_html(*day, RUN))


def test_the_embedded_data_is_the_plan(day, page):
    problem, plan, evaluation = day
    clock = DayClock.of(problem)
    visits = page.data["visits"]
    shown = {
        (route["caregiver"], route["shift"]): [(visits[s["visit"]]["id"], s["start"]) for s in route["stops"]]
        for route in page.data["routes"]
    }
    assert shown == {
        (route.caregiver, route.shift): [(stop.visit, clock.seconds(stop.start_t)) for stop in route.stops]
        for route in plan.routes
    }
    breaks = {
        route["caregiver"]: [(taken["start"], taken["finish"]) for taken in route["breaks"]]
        for route in page.data["routes"]
    }
    assert breaks == {
        route.caregiver: [(rest.start_t, rest.start_t + rest.duration_t) for rest in route.breaks]
        for route in plan.routes
    }
    assert sorted(visits[one["visit"]]["id"] for one in page.data["left_out"]) == list(evaluation.left_out)
    assert page.data["head"]["planned"] == len(problem.visits) - len(evaluation.left_out)


def test_ticks_become_seconds():
    problem, plan, evaluation = small_day()
    assert problem.ticks_per_s == 10
    data = Page(visits_page_html(problem, plan, evaluation, RUN)).data
    bath = data["visits"][data["routes"][0]["stops"][0]["visit"]]
    assert data["routes"][0]["stops"][0]["start"] == 9.5 * 3600
    assert bath["windows"] == [[9 * 3600, 11 * 3600, None]]
    assert bath["minutes"] == 60
    assert data["routes"][0]["stops"][0]["partners"] == ["C2"]


def test_left_out_visits_carry_their_reason_and_what_would_help():
    data = Page(visits_page_html(*small_day(), RUN)).data
    assert data["left_out"][0]["reasons"] == [
        {
            "kind": ["当日排不下", "no room today"],
            "text": ["差 12 分钟", "12 min short"],
            "change": ["C1 晚下班 12 分钟", "C1 stays 12 min longer"],
        }
    ]


def test_coordinates_are_given_in_wgs84():
    problem, plan, evaluation = small_day()
    gcj = tuple(replace(one, system=CoordinateSystem.GCJ02) for one in problem.locations)
    plain = Page(visits_page_html(problem, plan, evaluation, RUN)).data["stations"][0]["at"]
    moved = Page(visits_page_html(replace(problem, locations=gcj), plan, evaluation, RUN)).data["stations"][0]["at"]
    assert plain == [31.811, 121.655]
    metres = ((moved[0] - plain[0]) * 111_000, (moved[1] - plain[1]) * 94_000)
    assert 450 < (metres[0] ** 2 + metres[1] ** 2) ** 0.5 < 540


def test_places_without_coordinates_are_null():
    data = Page(visits_page_html(*small_day(), RUN)).data
    assert [visit["at"] for visit in data["visits"] if visit["id"] == "W-003"] == [None]


def test_nothing_is_fetched(page, day):
    for tag, attrs in page.elements:
        for name in ("src", "href", "data", "poster", "action", "srcset", "formaction"):
            assert name not in attrs, (tag, attrs)
        assert tag not in ("link", "iframe", "object", "embed", "base")
    text = visits_page_html(*day, RUN)
    assert set(re.findall(r"https?://[\w./-]+", text)) <= ALLOWED_ADDRESSES
    style = "".join(content for tag, _attrs, content in page.texts if tag == "style")
    assert "url(" not in style
    assert "@import" not in style
    code = "".join(content for tag, attrs, content in page.texts if tag == "script" and "id" not in attrs)
    for call in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "EventSource", "import(", "eval("):
        assert call not in code, call
    assert "sourceMappingURL" not in code


def test_the_policy_allows_only_the_parts_of_the_page_itself(page):
    policies = [
        attrs["content"] for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")
    assert "unsafe" not in policies[0]
    parts = [(tag, content) for tag, attrs, content in page.texts if tag in ("script", "style") and "id" not in attrs]
    for _tag, content in parts:
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policies[0]
    assert policies[0].count("sha256-") == len(parts)


@pytest.mark.parametrize("name", [EVIL, "𠮷野家-㐂-⿰", "half\ud800", "'\"\\\n\t", "$title {{x}}", "]]>"])
def test_any_id_is_safe(name, page):
    text = visits_page_html(*rename(small_day(), "W-001", name), RUN)
    text.encode("utf-8")
    evil = Page(text)
    assert name in {visit["id"] for visit in evil.data["visits"]}
    assert [tag for tag, _attrs in evil.elements] == [tag for tag, _attrs in page.elements]


def test_the_name_of_the_problem_is_safe_in_the_title(page):
    problem, plan, evaluation = small_day()
    evil = Page(visits_page_html(replace(problem, name="</title>" + EVIL), plan, evaluation, RUN))
    assert [tag for tag, _attrs in evil.elements] == [tag for tag, _attrs in page.elements]


def test_scripts_never_write_markup():
    text = visits_page_html(*small_day(), RUN)
    own = [content for tag, attrs, content in Page(text).texts if tag == "script" and "Leaflet" not in content[:3000]]
    for content in own:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", content)


def test_personal_data_in_ext_never_reaches_the_page():
    text = visits_page_html(*small_day(), RUN)
    for key, value in PERSONAL.items():
        assert value not in text
        assert f'"{key}"' not in text


def test_broken_rules_are_in_the_page():
    problem, plan, evaluation = small_day()
    broken = Violation(code="R03", rule="time_window", text=Text("晚于时间窗", "after the window"), visit="W-001")
    data = Page(visits_page_html(problem, plan, replace(evaluation, violations=(broken,)), RUN)).data
    assert data["head"]["violations"] == [
        {"code": "R03", "text": ["晚于时间窗", "after the window"], "caregiver": None, "visit": "W-001"}
    ]


@pytest.mark.parametrize(("language", "tag"), [(Language.ZH, "zh-CN"), (Language.EN, "en")])
def test_the_page_opens_in_the_language_asked_for(language, tag):
    page = Page(visits_page_html(*small_day(), RUN, language=language))
    assert dict(page.elements)["html"]["lang"] == tag
    assert page.data["language"] == language.value


def test_every_word_of_the_scripts_exists_in_both_languages(page):
    words = page.data["words"]
    for key, pair in words.items():
        assert len(pair) == 2, key
        assert all(pair), key
        assert set(re.findall(r"\{\w+\}", pair[0])) == set(re.findall(r"\{\w+\}", pair[1])), key
    own = "".join(content for tag, attrs, content in page.texts if tag == "script" and "Leaflet" not in content[:3000])
    used = set(re.findall(r'\bword\("(\w+)"', own))
    assert used
    assert used <= set(words)


def test_the_licence_of_leaflet_is_in_the_page():
    text = visits_page_html(*small_day(), RUN)
    assert "BSD 2-Clause License" in text
    assert "Volodymyr Agafonkin" in text


def test_a_day_without_coordinates_or_routes_still_makes_a_page():
    problem, plan, evaluation = small_day()
    bare = tuple(replace(one, lat=None, lon=None) for one in problem.locations)
    data = Page(visits_page_html(replace(problem, locations=bare), plan, evaluation, RUN)).data
    assert all(station["at"] is None for station in data["stations"])
    evaluation = replace(evaluation, routes=(), left_out=tuple(visit.id for visit in problem.visits))
    data = Page(visits_page_html(problem, replace(plan, routes=()), evaluation, RUN)).data
    assert data["routes"] == []
    assert len(data["left_out"]) == 3


def test_the_same_plan_gives_the_same_page(day):
    assert visits_page_html(*day, RUN) == visits_page_html(*day, RUN)
