"""The page of pairs, groups and sites in a real browser: no complaint, no request, the layers, both languages."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from instances.places import make_qidong_places
from optimizer.places.allocate import allocate_places
from optimizer.places.cluster import ClusterOptions, cluster_institutions
from optimizer.places.compare import compare_rules
from optimizer.places.pairing import pair_institutions
from optimizer.places.policy_text import shipped_policy
from optimizer.places.site import site_places
from optimizer.report.places_plan_page import places_plan_page

pytestmark = pytest.mark.browser

EVIL = "</script><img src=x onerror=alert(1)><b>H&amp;"


@pytest.fixture(scope="module")
def problem():
    return make_qidong_places(100)


def opened(tab, folder, problem, results, *, size=(1400, 1000)):
    file = folder / "places.html"
    file.write_text(places_plan_page(problem, results), encoding="utf-8")
    tab.resize(*size)
    tab.open(file.as_uri())
    return tab


def test_both_rules_compared_without_a_complaint(tab, tmp_path, problem):
    policy = dataclasses.replace(shipped_policy("qidong-childcare"), entry_date=date(2026, 9, 1))
    page = opened(tab, tmp_path, problem, [compare_rules(problem, policy, seed="7")])
    assert page.messages == []
    assert page.count("svg.curve polyline") == 1
    assert page.count("#blocks tbody tr") >= 8


def test_an_allocation_without_a_complaint(tab, tmp_path, problem):
    policy = dataclasses.replace(shipped_policy("qidong-childcare"), entry_date=date(2026, 9, 1))
    page = opened(tab, tmp_path, problem, [allocate_places(problem, policy, seed="7")])
    assert page.messages == []
    assert page.count("#map canvas") >= 1
    assert page.count("#blocks section") == 1
    assert page.count("#blocks table") == 4
    assert "试算" in page.evaluate("document.querySelector('#blocks h2').textContent")
    page.click("#language-button")
    assert "trial" in page.evaluate("document.querySelector('#blocks h2').textContent")
    assert page.messages == []


def test_pairs_groups_and_sites_without_a_complaint(tab, tmp_path, problem):
    results = [
        pair_institutions(problem),
        cluster_institutions(problem, ClusterOptions(groups=6)),
        site_places(problem),
    ]
    page = opened(tab, tmp_path, problem, results)
    assert page.messages == []
    assert page.count("#map canvas") >= 1
    assert page.count(".map-town") == 12
    assert page.count("#blocks section") == 4
    assert page.evaluate("document.querySelectorAll('#blocks section')[0].querySelectorAll('tbody tr').length") == 20
    assert page.count("svg.curve polyline") == 1
    assert page.count(".towns-bar") == 12
    assert page.count("#layers input") == 7
    page.click("#layers input")
    page.click("#language-button")
    assert "20 pairs" in page.text("#lead")
    assert page.messages == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_a_phone_nothing_stands_out_of_the_page(tab, tmp_path, problem):
    page = opened(tab, tmp_path, problem, [pair_institutions(problem)], size=(390, 800))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.messages == []


def test_strange_names_are_shown_as_text(tab, tmp_path, problem):
    strange = dataclasses.replace(
        problem,
        name=EVIL,
        institutions=tuple(dataclasses.replace(one, name=EVIL) for one in problem.institutions),
    )
    page = opened(tab, tmp_path, strange, [pair_institutions(strange)])
    assert page.messages == []
    assert page.text("#headline") == EVIL
    assert page.count("#blocks img") == 0
