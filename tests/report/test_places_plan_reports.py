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
from optimizer.places.allocate import allocate_places
from optimizer.places.cluster import ClusterOptions, cluster_institutions
from optimizer.places.compare import compare_rules
from optimizer.places.pairing import PairOptions, pair_institutions
from optimizer.places.policy_text import shipped_policy
from optimizer.places.result import AllocationRule
from optimizer.places.site import site_places
from optimizer.report.places_allocation_workbook import allocation_workbook
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


@pytest.mark.parametrize("rule", list(AllocationRule))
def test_an_allocation_has_a_page_and_a_workbook_of_its_own(rule):
    given = allocate_places(PROBLEM, BOTH.policy, rule=rule, seed="7")
    page = places_plan_page(PROBLEM, [given])
    assert not any(one.id in page for one in PROBLEM.applicants)
    assert f"{PROBLEM.applicants[0].lat}" not in page
    data = json.loads(re.search(r'id="plan-data">(.*?)</script>', page, re.DOTALL).group(1))
    shown = data["allocation"]
    assert shown["trial"] is True
    assert "试算，不得公布" in data["lead"][0][0]
    assert dict((name[0], value) for name, value in shown["figures"])["安排"] == len(given.assignments)
    assert sum(row[2] for row in shown["houses"]) == len(given.assignments)
    assert sum(number for name, number in shown["reasons"] if "筛选" not in name[0]) == len(given.unplaced)
    assert data["circle_m"] > 0
    assert {point["id"] for point in data["points"]} >= {row[0] for row in shown["houses"]}
    book = allocation_workbook(PROBLEM, given)
    assert book == allocation_workbook(PROBLEM, given)
    placed = [row for row in rows_of(book, "安排") if row[0] in {one.applicant for one in given.assignments}]
    assert [(row[0], row[1], row[3]) for row in placed] == [
        (one.applicant, one.institution, one.pool) for one in given.assignments
    ]
    out = {row[0]: row[1] for row in rows_of(book, "未安排")}
    assert all(out[one.applicant] == one.reason.zh for one in given.unplaced)
    assert any("试算" in str(row[0]) for row in rows_of(book, "安排")[:3])
    assert ("录取线" in openpyxl.load_workbook(io.BytesIO(book)).sheetnames) is (rule is AllocationRule.STABLE)


def test_an_official_allocation_is_not_called_a_trial():
    given = replace(allocate_places(PROBLEM, BOTH.policy, seed="7"), official=True)
    data = json.loads(
        re.search(r'id="plan-data">(.*?)</script>', places_plan_page(PROBLEM, [given]), re.DOTALL).group(1)
    )
    assert data["allocation"]["trial"] is False
    assert not any("试算" in lead[0] for lead in data["lead"])
    assert not any("试算" in str(row[0]) for row in rows_of(allocation_workbook(PROBLEM, given), "结果"))
