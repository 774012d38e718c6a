"""The workbook and the page of pairs, groups and sites hold every row and no home."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from instances.places import make_qidong_places
from optimizer.common.language import Language
from optimizer.places.cluster import ClusterOptions, cluster_institutions
from optimizer.places.compare import compare_rules
from optimizer.places.pairing import PairOptions, pair_institutions
from optimizer.places.policy_text import shipped_policy
from optimizer.places.result import AllocationRule
from optimizer.places.site import site_places
from optimizer.report.places_plan_page import places_plan_page
from optimizer.report.places_plan_plots import curve_png, towns_png
from optimizer.report.places_plan_workbook import places_plan_workbook

PROBLEM = make_qidong_places(100)
PAIRS = pair_institutions(PROBLEM)
GROUPS = cluster_institutions(PROBLEM, ClusterOptions(groups=4))
SITES = site_places(PROBLEM)
BOTH = compare_rules(PROBLEM, replace(shipped_policy("qidong-childcare"), entry_date=date(2026, 9, 1)), seed="7")


def rows_of(data, sheet):
    return list(openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows(values_only=True))


def test_every_pair_group_and_town_has_its_row():
    data = places_plan_workbook(PROBLEM, [PAIRS, GROUPS, SITES])
    pairs = [row for row in rows_of(data, "结对") if row[0] in {pair.left for pair in PAIRS.pairs}]
    assert [(row[0], row[3], row[6]) for row in pairs] == [(p.left, p.right, p.distance_m) for p in PAIRS.pairs]
    assert all(row[1] and row[2] and row[7] == "直线" for row in pairs)
    assert rows_of(data, "结对曲线")[-1] == (50, PAIRS.curve[-1].total_m)
    members = [row[2] for row in rows_of(data, "1+N 组")]
    assert {m.id for g in GROUPS.groups for m in g.members} <= set(members)
    assert {row.town for row in SITES.years[0].towns} <= {row[0] for row in rows_of(data, "镇街目标 2025")}
    assert {site.candidate for site in SITES.years[0].sites} <= {row[0] for row in rows_of(data, "新增点位 2025")}


def test_the_same_result_gives_the_same_bytes():
    assert places_plan_workbook(PROBLEM, [PAIRS]) == places_plan_workbook(PROBLEM, [PAIRS])


@pytest.mark.parametrize("language", list(Language))
def test_the_page_holds_no_home(language):
    page = places_plan_page(PROBLEM, [PAIRS, GROUPS, SITES], language=language)
    assert "default-src 'none'" in page
    assert not any(one.id in page for one in PROBLEM.applicants)
    assert f"{PROBLEM.applicants[0].lat}" not in page
    data = json.loads(re.search(r'id="plan-data">(.*?)</script>', page, re.DOTALL).group(1))
    assert len(data["pairs"]) == 20
    assert [point[0] for point in data["curve"]] == list(range(1, 51))
    assert len(data["years"][0]["towns"]) == 12
    words = data["words"]
    assert all(len(pair) == 2 and all(pair) for pair in words.values())


def test_both_rules_and_the_curve_stand_in_page_and_workbook():
    page = places_plan_page(PROBLEM, [BOTH])
    assert not any(one.id in page for one in PROBLEM.applicants)
    data = json.loads(re.search(r'id="plan-data">(.*?)</script>', page, re.DOTALL).group(1))
    stable, served = (BOTH.results[rule].summary["placed"] for rule in AllocationRule)
    assert data["comparison"]["rows"][0] == [["安排", "placed"], stable, served]
    assert data["comparison"]["rows"][2][1:] == [BOTH.envy[rule] for rule in AllocationRule]
    assert data["comparison"]["curve"] == [[point.limit_m, point.served] for point in BOTH.curve]
    assert {point["kind"] for point in data["points"]} == {"childcare", "kindergarten"}
    assert data["circle_m"] == round(BOTH.policy.distance.limit_m / BOTH.policy.distance.detour)
    book = places_plan_workbook(PROBLEM, [BOTH])
    assert ("安排", stable, served) in rows_of(book, "两种规则")
    assert (BOTH.curve[-1].limit_m, BOTH.curve[-1].served) in rows_of(book, "距离与安排人数")


@pytest.mark.parametrize("language", list(Language))
def test_pictures_are_drawn_the_same_each_time(language):
    for draw in (lambda: curve_png(PAIRS, language=language), lambda: towns_png(SITES.years[0], language=language)):
        picture = draw()
        assert picture.startswith(b"\x89PNG")
        assert picture == draw()


def test_no_picture_of_a_curve_that_was_not_computed():
    with pytest.raises(ValueError, match="no curve"):
        curve_png(pair_institutions(PROBLEM, PairOptions(curve=False)))
